//! Fresh keys: for each algorithm, of the size or on the curve that was asked for.

use josie::Curve;
use josie::DecryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeySet;
use josie::Policy;
use josie::Registry;
use josie::RsaBits;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::kinds;

const ENC: JweEnc = JweEnc::A128Gcm;

#[test]
fn fresh_key_decrypts_what_it_encrypted_and_nothing_of_another() {
    // The smallest modulus, since a larger one takes seconds to find.
    let input = GenerateInput::new(RsaBits::B2048);
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            let generate = || DecryptionKey::generate_with(alg, &input, &registry);
            let expected = match alg.name() {
                "dir" => Some(KeyError::DirectNeedsEnc),
                pbes2 if pbes2.starts_with("PBES2") => Some(KeyError::PasswordNeeded(pbes2)),
                _ if kinds::lacks_alg(name, alg) => {
                    Some(KeyError::Unsupported { alg: alg.name(), what: "this algorithm" })
                }
                _ => None,
            };
            match expected {
                Some(error) => assert_eq!(generate().unwrap_err(), error, "{name}"),
                None => assert_apart(&generate().unwrap(), &generate().unwrap(), ENC),
            }
        }
    }
}

#[test]
fn fresh_key_for_dir_decrypts_what_it_encrypted_and_nothing_of_another() {
    for (_, registry) in registries() {
        for enc in kinds::encs(&registry) {
            let generate = || DecryptionKey::generate_direct_with(enc, &registry).unwrap();
            assert_apart(&generate(), &generate(), enc);
        }
    }
}

#[test]
fn fresh_key_for_ecdh_es_is_on_the_curve_that_was_asked_for() {
    let curves = [
        (None, "P-256"),
        (Some(Curve::P256), "P-256"),
        (Some(Curve::P384), "P-384"),
        (Some(Curve::P521), "P-521"),
        (Some(Curve::X25519), "X25519"),
    ];
    for (name, registry) in registries() {
        if kinds::lacks_alg(name, JweAlg::EcdhEs) {
            continue;
        }
        for (crv, expected) in curves {
            let mut input = GenerateInput::default();
            input.crv = crv;
            let key = DecryptionKey::generate_with(JweAlg::EcdhEs, &input, &registry).unwrap();

            assert_eq!(public_jwk(&key)["crv"], expected, "{name}");
            let other = DecryptionKey::generate_with(JweAlg::EcdhEs, &input, &registry).unwrap();
            assert_apart(&key, &other, ENC);
        }
        for found in [Curve::Secp256k1, Curve::Ed25519] {
            let input = GenerateInput::default().with_curve(found);
            let error = DecryptionKey::generate_with(JweAlg::EcdhEsA128Kw, &input, &registry);
            let expected = KeyError::UnsuitableCurve { alg: "ECDH-ES+A128KW", found };
            assert_eq!(error.unwrap_err(), expected, "{name}");
        }
    }
}

#[test]
fn fresh_rsa_key_has_the_size_that_was_asked_for() {
    for (name, registry) in registries() {
        if kinds::lacks_alg(name, JweAlg::RsaOaep256) {
            continue;
        }
        for (bits, characters) in [(RsaBits::B2048, 342), (RsaBits::B3072, 512)] {
            let input = GenerateInput::new(bits);
            let key = DecryptionKey::generate_with(JweAlg::RsaOaep256, &input, &registry).unwrap();

            let jwk = public_jwk(&key);
            assert_eq!(jwk["n"].as_str().unwrap().len(), characters, "{name}");
            assert_eq!(jwk["e"], "AQAB", "{name}");
        }
    }
}

#[test]
fn short_constructors_use_the_default_registry() {
    let secret = DecryptionKey::generate(JweAlg::A256Kw).unwrap();
    let direct = DecryptionKey::generate_direct(ENC).unwrap();

    assert_apart(&secret, &DecryptionKey::generate(JweAlg::A256Kw).unwrap(), ENC);
    assert_apart(&direct, &DecryptionKey::generate_direct(ENC).unwrap(), ENC);
    let has_agreement = Registry::default().key_management(JweAlg::EcdhEs).is_some();
    let missing = KeyError::Unsupported { alg: "ECDH-ES", what: "this algorithm" };
    let expected = (!has_agreement).then_some(missing);
    assert_eq!(DecryptionKey::generate(JweAlg::EcdhEs).err(), expected);
}

// A key made for one algorithm is no key for another one, even of the same secret's length.
#[test]
fn fresh_key_for_dir_encrypts_with_its_own_enc_only() {
    for (name, registry) in registries() {
        let key = DecryptionKey::generate_direct_with(JweEnc::A128Gcm, &registry).unwrap();

        let error = key.encryption_key(JweEnc::A256Gcm).unwrap_err();
        let (expected, found) = (JweEnc::A128Gcm, JweEnc::A256Gcm);
        assert_eq!(error, KeyError::WrongEnc { expected, found }, "{name}");
        let own = key.encryption_key(JweEnc::A128Gcm).unwrap();
        assert_eq!((own.alg(), own.enc()), (JweAlg::Dir, JweEnc::A128Gcm), "{name}");
    }
}

fn assert_apart(key: &DecryptionKey, other: &DecryptionKey, enc: JweEnc) {
    let alg = key.alg();
    let encryption = key.encryption_key(enc).unwrap();
    let token = Jwe::encrypt(b"any octets", &Header::new(), &encryption).unwrap();
    let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();
    let decrypt = |key: &DecryptionKey| Jwe::decrypt(&token, &KeySet::from(key.clone()), &policy);

    assert_eq!(decrypt(key).unwrap().plaintext(), b"any octets", "{alg} {enc}");
    assert_eq!(decrypt(other).unwrap_err(), Error::DecryptionFailed, "{alg} {enc}");
}

fn public_jwk(key: &DecryptionKey) -> Value {
    json!(key.encryption_key(ENC).unwrap().public_jwk().unwrap())
}
