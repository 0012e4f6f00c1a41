//! Every kind of key with every algorithm of encryption: what is made of each is written down here a second time,
//! without a look at the rules of the library.

use josie::Curve;
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyType;

use crate::common::registries;
use crate::kinds;
use crate::kinds::Kind;

#[test]
fn every_kind_of_key_encrypts_with_its_own_algorithms_only() {
    for (name, registry) in registries() {
        let mut accepted = 0;
        for kind in kinds::all() {
            let material = kind.material();
            for alg in JweAlg::ALL.iter().copied() {
                for enc in JweEnc::ALL.iter().copied() {
                    let key = EncryptionKey::new(&material, alg, enc, &registry);

                    let expected = sender_error(kind, alg, enc, name);
                    assert_eq!(
                        key.as_ref().err(),
                        expected.as_ref(),
                        "{kind:?} {alg} {enc} {name}"
                    );
                    if let Ok(key) = key {
                        assert_eq!((key.alg(), key.enc()), (alg, enc));
                        accepted += 1;
                    }
                }
            }
        }
        // AWS-LC: six with a shared key, four with RSA, four on four curves, by six; and six for `dir`. *ring*: five
        // with a shared key by two; and two for `dir`.
        let expected = if name == "ring" { 5 * 2 + 2 } else { (6 + 4 + 16) * 6 + 6 };
        assert_eq!(accepted, expected, "{name}");
    }
}

#[test]
fn every_kind_of_key_decrypts_with_its_own_algorithms_only() {
    for (name, registry) in registries() {
        let mut accepted = 0;
        for kind in kinds::all() {
            let material = kind.material();
            for alg in JweAlg::ALL.iter().copied() {
                let key = DecryptionKey::new(&material, alg, &registry);

                let expected = recipient_error(kind, alg, name);
                assert_eq!(key.as_ref().err(), expected.as_ref(), "{kind:?} {alg} {name}");
                accepted += usize::from(key.is_ok_and(|key| key.alg() == alg));
            }
        }
        let expected = if name == "ring" { 5 } else { 6 + 4 + 16 };
        assert_eq!(accepted, expected, "{name}");
    }
}

#[test]
fn every_kind_of_key_decrypts_directly_with_its_own_content_encryption_only() {
    for (name, registry) in registries() {
        let mut accepted = 0;
        for kind in kinds::all() {
            let material = kind.material();
            for enc in JweEnc::ALL.iter().copied() {
                let key = DecryptionKey::direct(&material, enc, &registry);

                let expected = direct_error(kind, enc, name);
                assert_eq!(key.as_ref().err(), expected.as_ref(), "{kind:?} {enc} {name}");
                accepted += usize::from(key.is_ok_and(|key| key.alg() == JweAlg::Dir));
            }
        }
        let expected = if name == "ring" { 2 } else { 6 };
        assert_eq!(accepted, expected, "{name}");
    }
}

#[test]
fn an_rsa_key_of_1024_bits_is_refused_for_encryption() {
    let public = |name| KeyMaterial::from_pem(&kinds::fixture_text(name, "spki")).unwrap();
    let private = |name| KeyMaterial::from_pem(&kinds::fixture_text(name, "pkcs8")).unwrap();
    let (alg, enc) = (JweAlg::RsaOaep256, JweEnc::A128Gcm);
    for (name, registry) in registries() {
        let small = KeyError::RsaSize { bits: 1024 };
        let key = EncryptionKey::new(&public("rsa1024"), alg, enc, &registry);
        assert_eq!(key.unwrap_err(), small, "{name}");
        let key = DecryptionKey::new(&private("rsa1024"), alg, &registry);
        assert_eq!(key.unwrap_err(), small, "{name}");

        // RFC 7518 section 4.3: 2048 bits are enough.
        let expected = missing_alg(alg, name);
        let key = EncryptionKey::new(&public("rsa2048"), alg, enc, &registry);
        assert_eq!(key.err(), expected, "{name}");
        let key = DecryptionKey::new(&private("rsa2048"), alg, &registry);
        assert_eq!(key.err(), expected, "{name}");
    }
}

/// What goes wrong when somebody is to encrypt with such a key; `None` where nothing does.
fn sender_error(kind: Kind, alg: JweAlg, enc: JweEnc, registry: &str) -> Option<KeyError> {
    if alg.name() == "dir" {
        return direct_error(kind, enc, registry);
    }
    fit_error(kind, alg)
        .or_else(|| matches!(kind, Kind::Private(_)).then_some(KeyError::PublicKeyNeeded))
        .or_else(|| length_error(kind, alg))
        .or_else(|| missing_alg(alg, registry))
        .or_else(|| missing_enc(enc, registry))
}

fn recipient_error(kind: Kind, alg: JweAlg, registry: &str) -> Option<KeyError> {
    if alg.name() == "dir" {
        return Some(KeyError::DirectNeedsEnc);
    }
    fit_error(kind, alg)
        .or_else(|| matches!(kind, Kind::Public(_)).then_some(KeyError::PrivateKeyNeeded))
        .or_else(|| length_error(kind, alg))
        .or_else(|| missing_alg(alg, registry))
}

fn direct_error(kind: Kind, enc: JweEnc, registry: &str) -> Option<KeyError> {
    let (expected, found) = (cek_len(enc), key_type(kind));
    match kind {
        Kind::Secret(len) if len == expected => missing_enc(enc, registry),
        Kind::Secret(found) => Some(KeyError::SecretLength { alg: enc.name(), expected, found }),
        Kind::Private(_) | Kind::Public(_) => {
            Some(KeyError::WrongKeyType { alg: "dir", expected: KeyType::Oct, found })
        }
    }
}

/// Whether the algorithm takes this type of key, on this curve.
fn fit_error(kind: Kind, alg: JweAlg) -> Option<KeyError> {
    let (alg, found) = (alg.name(), key_type(kind));
    let wrong = |expected| Some(KeyError::WrongKeyType { alg, expected, found });
    let unsuitable = |found| Some(KeyError::UnsuitableCurve { alg, found });
    match alg {
        "PBES2-HS256+A128KW" | "PBES2-HS384+A192KW" | "PBES2-HS512+A256KW" => {
            Some(KeyError::PasswordNeeded(alg))
        }
        "A128KW" | "A192KW" | "A256KW" | "A128GCMKW" | "A192GCMKW" | "A256GCMKW" => {
            if found == KeyType::Oct { None } else { wrong(KeyType::Oct) }
        }
        "RSA-OAEP" | "RSA-OAEP-256" | "RSA-OAEP-384" | "RSA-OAEP-512" => {
            if found == KeyType::Rsa {
                None
            } else {
                wrong(KeyType::Rsa)
            }
        }
        "ECDH-ES" | "ECDH-ES+A128KW" | "ECDH-ES+A192KW" | "ECDH-ES+A256KW" => match kind {
            Kind::Private(name) | Kind::Public(name) => match name {
                "p256" | "p384" | "p521" | "x25519" => None,
                "secp256k1" => unsuitable(Curve::Secp256k1),
                "ed25519" => unsuitable(Curve::Ed25519),
                _ => wrong(KeyType::Ec),
            },
            Kind::Secret(_) => wrong(KeyType::Ec),
        },
        _ => panic!("{alg} is new"),
    }
}

/// RFC 7518 sections 4.4 and 4.7: exactly as long as the name says.
fn length_error(kind: Kind, alg: JweAlg) -> Option<KeyError> {
    let expected = match alg.name() {
        "A128KW" | "A128GCMKW" => 16,
        "A192KW" | "A192GCMKW" => 24,
        "A256KW" | "A256GCMKW" => 32,
        _ => return None,
    };
    match kind {
        Kind::Secret(found) if found != expected => {
            Some(KeyError::SecretLength { alg: alg.name(), expected, found })
        }
        _ => None,
    }
}

fn missing_alg(alg: JweAlg, registry: &str) -> Option<KeyError> {
    let error = KeyError::Unsupported { alg: alg.name(), what: "this algorithm" };
    kinds::lacks_alg(registry, alg).then_some(error)
}

fn missing_enc(enc: JweEnc, registry: &str) -> Option<KeyError> {
    let error = KeyError::Unsupported { alg: enc.name(), what: "this algorithm" };
    kinds::lacks_enc(registry, enc).then_some(error)
}

/// RFC 7518 sections 5.2.3 to 5.3.
fn cek_len(enc: JweEnc) -> usize {
    match enc.name() {
        "A128GCM" => 16,
        "A192GCM" => 24,
        "A256GCM" | "A128CBC-HS256" => 32,
        "A192CBC-HS384" => 48,
        "A256CBC-HS512" => 64,
        name => panic!("{name} is new"),
    }
}

fn key_type(kind: Kind) -> KeyType {
    match kind {
        Kind::Secret(_) => KeyType::Oct,
        Kind::Private("rsa2048") | Kind::Public("rsa2048") => KeyType::Rsa,
        Kind::Private("ed25519" | "x25519") | Kind::Public("ed25519" | "x25519") => KeyType::Okp,
        Kind::Private(_) | Kind::Public(_) => KeyType::Ec,
    }
}
