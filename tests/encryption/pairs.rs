//! Every pair of a key management and a content encryption algorithm, from every registry to every registry.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeySet;
use josie::Password;
use josie::Policy;
use josie::Refused;
use josie::Registry;

use crate::common::registries;
use crate::kinds;
use crate::kinds::Kind;
use crate::kinds::Pair;
use crate::sealed;

const PLAINTEXT: &[u8] = b"the quick brown fox jumps over the lazy dog";

const PASSWORD: &str = "made for the tests, known to everybody";

const PBES2: [JweAlg; 3] =
    [JweAlg::Pbes2Hs256A128Kw, JweAlg::Pbes2Hs384A192Kw, JweAlg::Pbes2Hs512A256Kw];

#[test]
fn every_pair_of_algorithms_decrypts_on_every_registry_that_has_it() {
    for (name, registry) in registries() {
        let mut round_trips = 0;
        for alg in JweAlg::ALL.iter().copied().filter(|alg| !kinds::lacks_alg(name, *alg)) {
            for pair in Pair::for_alg(alg) {
                for enc in kinds::encs(&registry) {
                    let key = EncryptionKey::new(&pair.peer, alg, enc, &registry).unwrap();
                    let token = Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap();
                    for (reader_name, reader) in readers(alg, enc) {
                        let key = DecryptionKey::new(&pair.own, alg, &reader).unwrap();
                        assert_decrypts(&token, &key, enc, (name, reader_name));
                        round_trips += 1;
                    }
                }
            }
        }
        assert_eq!(round_trips, expected_round_trips(name), "{name}");
    }
}

/// With AWS-LC: six algorithms with a shared key, four with RSA, four on four curves, each with six content
/// encryption algorithms. With *ring* five with a shared key, each with two. What one registry makes, the other reads
/// if it has it.
fn expected_round_trips(registry: &str) -> usize {
    let in_common = 5 * 2;
    let own = if registry == "ring" { in_common } else { (6 + 4 + 4 * 4) * 6 };
    if registries().len() == 2 { own + in_common } else { own }
}

#[test]
fn direct_encryption_decrypts_on_every_registry_that_has_the_content_encryption() {
    for (name, registry) in registries() {
        for enc in kinds::encs(&registry) {
            let secret = Kind::Secret(enc.key_len()).material();
            let key = EncryptionKey::new(&secret, JweAlg::Dir, enc, &registry).unwrap();

            let token = Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap();

            for (reader_name, reader) in readers(JweAlg::Dir, enc) {
                let key = DecryptionKey::direct(&secret, enc, &reader).unwrap();
                assert_decrypts(&token, &key, enc, (name, reader_name));
            }
        }
    }
}

// A key makes tokens with many iterations, each of which takes a while, hence one content encryption algorithm and one
// reader. The test below has all of them.
#[test]
fn a_password_decrypts_what_it_encrypted_on_every_registry() {
    let password = Password::new(PASSWORD).unwrap();
    let enc = JweEnc::A128Gcm;
    for (name, registry) in registries() {
        for alg in PBES2 {
            let key = EncryptionKey::for_password(&password, alg, enc, &registry).unwrap();

            let token = Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap();

            assert_eq!(sealed::header(&token)["p2c"], alg.min_iterations().unwrap());
            let key = DecryptionKey::for_password(&password, alg, &registry).unwrap();
            assert_decrypts(&token, &key, enc, (name, name));
        }
    }
}

#[test]
fn a_password_goes_with_every_content_encryption_algorithm() {
    let password = Password::new(PASSWORD).unwrap();
    for (name, registry) in registries() {
        for alg in PBES2 {
            for enc in kinds::encs(&registry) {
                let token = sealed::with_password(PASSWORD, alg, enc, PLAINTEXT, &registry);
                for (reader_name, reader) in readers(alg, enc) {
                    let key = DecryptionKey::for_password(&password, alg, &reader).unwrap();
                    assert_decrypts(&token, &key, enc, (name, reader_name));
                }
            }
        }
    }
}

#[test]
fn a_key_management_algorithm_that_a_registry_lacks_is_unsupported_and_no_other() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for pair in Pair::for_alg(alg) {
                let encryption = EncryptionKey::new(&pair.peer, alg, JweEnc::A128Gcm, &registry);
                let decryption = DecryptionKey::new(&pair.own, alg, &registry);

                if kinds::lacks_alg(name, alg) {
                    let error = unsupported(alg.name());
                    assert_eq!(encryption.unwrap_err(), error, "{name}");
                    assert_eq!(decryption.unwrap_err(), error, "{name}");
                } else {
                    assert_eq!(encryption.unwrap().alg(), alg, "{name}");
                    assert_eq!(decryption.unwrap().alg(), alg, "{name}");
                }
            }
            let has_entry = registry.key_management(alg).is_some();
            assert_eq!(has_entry, alg != JweAlg::Dir && !kinds::lacks_alg(name, alg), "{name}");
        }
    }
}

#[test]
fn a_content_encryption_algorithm_that_a_registry_lacks_is_unsupported_and_no_other() {
    let wrapping = Kind::Secret(16).material();
    for (name, registry) in registries() {
        for enc in JweEnc::ALL.iter().copied() {
            let secret = Kind::Secret(enc.key_len()).material();
            let recipient = DecryptionKey::new(&wrapping, JweAlg::A128Kw, &registry).unwrap();
            let outcomes = [
                DecryptionKey::direct(&secret, enc, &registry).err(),
                EncryptionKey::new(&secret, JweAlg::Dir, enc, &registry).err(),
                EncryptionKey::new(&wrapping, JweAlg::A128Kw, enc, &registry).err(),
                recipient.encryption_key(enc).err(),
                DecryptionKey::generate_direct_with(enc, &registry).err(),
            ];

            let expected = kinds::lacks_enc(name, enc).then(|| unsupported(enc.name()));

            assert_eq!(outcomes, [(); 5].map(|()| expected.clone()), "{enc} on {name}");
        }
    }
}

#[test]
fn a_token_with_content_encryption_that_only_another_registry_has_is_refused() {
    let secret = Kind::Secret(16).material();
    for (writer_name, writer) in registries() {
        for enc in kinds::encs(&writer) {
            let key = EncryptionKey::new(&secret, JweAlg::A128Kw, enc, &writer).unwrap();
            let token = Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap();
            for (name, reader) in registries() {
                let key = DecryptionKey::new(&secret, JweAlg::A128Kw, &reader).unwrap();
                if kinds::lacks_enc(name, enc) {
                    let policy = Policy::encrypted(&[JweAlg::A128Kw], &[enc]).build().unwrap();
                    let error = Jwe::decrypt(&token, &KeySet::from(key), &policy).unwrap_err();
                    assert_eq!(error, Error::Refused(Refused::UnsupportedEncryption), "{name}");
                } else {
                    assert_decrypts(&token, &key, enc, (writer_name, name));
                }
            }
        }
    }
}

fn assert_decrypts(token: &str, key: &DecryptionKey, enc: JweEnc, registries: (&str, &str)) {
    let alg = key.alg();
    let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();
    let jwe = Jwe::decrypt(token, &KeySet::from(key.clone()), &policy).unwrap();
    assert_eq!(jwe.plaintext(), PLAINTEXT, "{alg} {enc} {registries:?}");
    assert_eq!((jwe.alg(), jwe.enc()), (alg, enc), "{registries:?}");
}

/// The registries that can read such a token.
fn readers(alg: JweAlg, enc: JweEnc) -> Vec<(&'static str, Registry)> {
    let mut readers = registries();
    readers.retain(|(name, _)| !kinds::lacks_alg(name, alg) && !kinds::lacks_enc(name, enc));
    readers
}

fn unsupported(alg: &'static str) -> KeyError {
    KeyError::Unsupported { alg, what: "this algorithm" }
}
