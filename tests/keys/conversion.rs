//! From fresh keys to documents and back, for every algorithm that a registry has.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::GenerateInput;
use josie::HashAlg;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::PublicJwk;
use josie::Registry;
use josie::RsaBits;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::registries;

const SMALL: GenerateInput = GenerateInput::new(RsaBits::B2048);
const ENC: JweEnc = JweEnc::A128Gcm;

/// A fresh key with each kind of `kid`: none, the caller's, its thumbprint. `None` where the registry makes no such key.
fn signing_keys(alg: JwsAlg, registry: &Registry) -> Option<[SigningKey; 3]> {
    let key = match SigningKey::generate_with(alg, &SMALL, registry) {
        Err(KeyError::Unsupported { .. }) => return None,
        key => key.unwrap(),
    };
    let (named, printed) = (key.clone().with_kid("2026-01"), key.clone().with_thumbprint_kid());
    Some([key, named, printed.unwrap()])
}

fn decryption_keys(alg: JweAlg, registry: &Registry) -> Option<[DecryptionKey; 3]> {
    let key = match alg {
        JweAlg::Dir => DecryptionKey::generate_direct_with(ENC, registry),
        _ => DecryptionKey::generate_with(alg, &SMALL, registry),
    };
    let key = match key {
        Err(KeyError::Unsupported { .. } | KeyError::PasswordNeeded(_)) => return None,
        key => key.unwrap(),
    };
    let (named, printed) = (key.clone().with_kid("2026-01"), key.clone().with_thumbprint_kid());
    Some([key, named, printed.unwrap()])
}

fn private_jwk(material: &KeyMaterial) -> Jwk {
    Jwk::parse(material.to_private_jwk().unwrap().expose()).unwrap()
}

fn published(jwk: Result<PublicJwk, KeyError>) -> Option<Jwk> {
    let jwk = match jwk {
        Err(KeyError::SymmetricKey) => return None,
        jwk => jwk.unwrap(),
    };
    let text = serde_json::to_string(&jwk).unwrap();
    Some(Jwk::parse(&text).unwrap())
}

#[test]
fn generated_signing_key_is_the_same_after_a_private_jwk() {
    for (name, registry) in registries() {
        for alg in JwsAlg::ALL.iter().copied() {
            for key in signing_keys(alg, &registry).into_iter().flatten() {
                let jwk = private_jwk(&key.material());

                let again = SigningKey::new(jwk.material(), alg, &registry).unwrap();

                assert_eq!((jwk.alg(), jwk.public_use()), (Some(alg.name()), Some("sig")));
                assert_eq!(again.kid(), key.kid(), "{alg} on {name}");
                let token = Jws::sign(b"payload", &Header::new(), &again).unwrap();
                let policy = Policy::signed(&[alg]).build().unwrap();
                let jws = Jws::verify(&token, &KeySet::from(key.verifying_key()), &policy);
                assert_eq!(jws.unwrap().kid(), key.kid(), "{alg} on {name}");
                let text = |key: &SigningKey| key.material().to_private_jwk().unwrap();
                assert_eq!(text(&again).expose(), text(&key).expose(), "{alg} on {name}");
            }
        }
    }
}

#[test]
fn public_jwk_of_a_generated_key_verifies_what_the_key_signs() {
    for (name, registry) in registries() {
        for alg in JwsAlg::ALL.iter().copied() {
            for key in signing_keys(alg, &registry).into_iter().flatten() {
                let Some(jwk) = published(key.public_jwk()) else {
                    assert_eq!(alg.kty(), KeyType::Oct, "{alg} on {name}");
                    continue;
                };

                let verifying = VerifyingKey::new(jwk.material(), alg, &registry).unwrap();

                assert!(!jwk.is_private());
                assert_eq!(verifying.kid(), key.kid());
                let token = Jws::sign(b"payload", &Header::new(), &key).unwrap();
                let policy = Policy::signed(&[alg]).build().unwrap();
                assert!(Jws::verify(&token, &KeySet::from(verifying), &policy).is_ok(), "{alg}");
                // The one is what is published of the other.
                let public = key.material().to_public_jwk().unwrap();
                let text = |jwk: &PublicJwk| serde_json::to_string(jwk).unwrap();
                assert_eq!(text(&public), text(&key.public_jwk().unwrap()), "{alg} on {name}");
            }
        }
    }
}

#[test]
fn generated_decryption_key_is_the_same_after_a_private_jwk() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for key in decryption_keys(alg, &registry).into_iter().flatten() {
                let jwk = private_jwk(&key.material().unwrap());

                let again = match alg {
                    JweAlg::Dir => DecryptionKey::direct(jwk.material(), ENC, &registry),
                    _ => DecryptionKey::new(jwk.material(), alg, &registry),
                };

                let again = again.unwrap();
                let own = if alg == JweAlg::Dir { ENC.name() } else { alg.name() };
                assert_eq!((jwk.alg(), jwk.public_use()), (Some(own), Some("enc")));
                assert_eq!(again.kid(), key.kid(), "{alg} on {name}");
                let sender = key.encryption_key(ENC).unwrap();
                let token = Jwe::encrypt(b"plaintext", &Header::new(), &sender).unwrap();
                let policy = Policy::encrypted(&[alg], &[ENC]).build().unwrap();
                let jwe = Jwe::decrypt(&token, &KeySet::from(again), &policy);
                assert_eq!(jwe.unwrap().plaintext(), b"plaintext", "{alg} on {name}");
            }
        }
    }
}

#[test]
fn public_or_shared_half_of_a_generated_key_encrypts_for_it() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for key in decryption_keys(alg, &registry).into_iter().flatten() {
                let sender = key.encryption_key(ENC).unwrap();
                let jwk = published(key.public_jwk());
                assert_eq!(jwk.is_none(), alg.kty() == KeyType::Oct, "{alg} on {name}");

                let material = sender.material().unwrap();
                let materials = jwk.iter().map(|jwk| jwk.material().clone()).chain([material]);

                for material in materials {
                    let sender = EncryptionKey::new(&material, alg, ENC, &registry).unwrap();
                    let jwk = Jwk::from(sender.material().unwrap());
                    let own = if alg == JweAlg::Dir { ENC.name() } else { alg.name() };
                    assert_eq!((jwk.alg(), jwk.public_use()), (Some(own), Some("enc")));
                    let token = Jwe::encrypt(b"plaintext", &Header::new(), &sender).unwrap();
                    let policy = Policy::encrypted(&[alg], &[ENC]).build().unwrap();
                    let jwe = Jwe::decrypt(&token, &KeySet::from(key.clone()), &policy).unwrap();
                    assert_eq!(jwe.kid(), key.kid(), "{alg} on {name}");
                }
            }
        }
    }
}

#[test]
fn password_has_nothing_to_export() {
    let password = josie::Password::new("correct horse battery staple").unwrap();
    for (name, registry) in registries() {
        let alg = JweAlg::Pbes2Hs256A128Kw;
        let key = DecryptionKey::for_password(&password, alg, &registry).unwrap();
        let sender = key.encryption_key(ENC).unwrap();

        assert_eq!(key.material().unwrap_err(), KeyError::NoKeyMaterial, "{name}");
        assert_eq!(sender.material().unwrap_err(), KeyError::NoKeyMaterial, "{name}");
        assert_eq!(key.public_jwk().unwrap_err(), KeyError::SymmetricKey, "{name}");
        assert!(sender.with_kid("a").kid().is_some(), "{name}");
    }
}

#[test]
fn symmetric_key_has_no_public_half_to_be_written() {
    for material in [KeyMaterial::oct(vec![7; 32]), KeyMaterial::oct(vec![]).with_kid("a")] {
        assert_eq!(material.to_public_jwk().unwrap_err(), KeyError::SymmetricKey);
        assert_eq!(Jwk::from(material.clone()).to_public().unwrap_err(), KeyError::SymmetricKey);
        assert!(material.to_private_jwk().is_ok());
    }
}

/// A key that may only verify must not come back as one that signs.
#[test]
fn restrictions_of_a_jwk_survive_its_export() {
    let text =
        r#"{"kty":"oct","key_ops":["verify"],"k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#;
    let jwk = Jwk::parse(text).unwrap();
    for (name, registry) in registries() {
        let key = VerifyingKey::new(jwk.material(), JwsAlg::Hs256, &registry).unwrap();

        let again = private_jwk(&key.material());

        let bound = SigningKey::new(again.material(), JwsAlg::Hs256, &registry);
        assert_eq!(bound.unwrap_err(), KeyError::KeyOpsMismatch, "{name}");
        let bound = VerifyingKey::new(again.material(), JwsAlg::Hs512, &registry);
        assert_eq!(bound.unwrap_err(), KeyError::AlgMismatch("HS512"), "{name}");
        assert!(VerifyingKey::new(again.material(), JwsAlg::Hs256, &registry).is_ok(), "{name}");
    }
}

/// Whoever is handed the key that verifies must not be able to sign with what is exported of it.
#[test]
fn verifying_key_of_a_secret_that_only_signs_is_exported_as_one_that_only_verifies() {
    const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T";
    for (name, registry) in registries() {
        let verifying_half = |key_ops: &str| {
            let text = format!(r#"{{"kty":"oct","k":"{SECRET}"{key_ops}}}"#);
            let key = Jwk::parse(&text).unwrap();
            let key = SigningKey::new(key.material(), JwsAlg::Hs256, &registry).unwrap();
            private_jwk(&key.verifying_key().material())
        };
        for key_ops in [r#","key_ops":["sign"]"#, r#","key_ops":["sign","verify"]"#] {
            let half = verifying_half(key_ops);

            let bound = SigningKey::new(half.material(), JwsAlg::Hs256, &registry);
            assert_eq!(bound.unwrap_err(), KeyError::KeyOpsMismatch, "{name} {key_ops}");
            let bound = VerifyingKey::new(half.material(), JwsAlg::Hs256, &registry);
            assert!(bound.is_ok(), "{name} {key_ops}");
        }
        // Nothing was said of this one, and nothing is added.
        let half = verifying_half("");
        assert_eq!(half.key_ops(), None, "{name}");
        assert!(SigningKey::new(half.material(), JwsAlg::Hs256, &registry).is_ok(), "{name}");
    }
}

/// `use` is added to what is exported, and must not contradict the `key_ops` that the key came with.
#[test]
fn key_for_more_than_one_use_is_exported_as_one_that_can_be_read_again() {
    let text = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8",
        "key_ops":["sign","verify","wrapKey","unwrapKey"]}"#;
    let jwk = Jwk::parse(text).unwrap();
    for (name, registry) in registries() {
        let signing = SigningKey::new(jwk.material(), JwsAlg::Hs256, &registry).unwrap();
        let decryption = DecryptionKey::new(jwk.material(), JweAlg::A256Kw, &registry).unwrap();

        let signs = private_jwk(&signing.material());
        let decrypts = private_jwk(&decryption.material().unwrap());

        assert_eq!(signs.key_ops().unwrap(), ["sign", "verify"], "{name}");
        assert!(SigningKey::new(signs.material(), JwsAlg::Hs256, &registry).is_ok(), "{name}");
        assert_eq!(decrypts.key_ops().unwrap(), ["wrapKey", "unwrapKey"], "{name}");
        let bound = DecryptionKey::new(decrypts.material(), JweAlg::A256Kw, &registry);
        assert!(bound.is_ok(), "{name}");
    }
}

/// Documents often have the private half of an EC or OKP key alone. A JWK has both, and so has the key.
#[test]
fn missing_public_half_is_completed_by_the_key() {
    let pem = crate::private_pem("ed25519");
    let bare = KeyMaterial::from_pem(&pem).unwrap();
    for (name, registry) in registries() {
        let key = SigningKey::new(&bare, JwsAlg::Ed25519, &registry).unwrap();

        assert_eq!(bare.to_private_jwk().unwrap_err(), KeyError::PublicHalfMissing, "{name}");
        assert_eq!(bare.to_public_jwk().unwrap_err(), KeyError::PublicHalfMissing, "{name}");
        let set: JwkSet = [Jwk::from(bare.clone())].into_iter().collect();
        assert_eq!(set.to_private_json().unwrap_err(), KeyError::PublicHalfMissing, "{name}");
        assert!(key.material().to_private_jwk().is_ok(), "{name}");
        assert!(key.material().thumbprint(HashAlg::Sha256).is_ok(), "{name}");
    }
}

#[test]
fn keys_of_ones_own_set_are_bound_each_to_its_algorithm() {
    for (name, registry) in registries() {
        let signing = [JwsAlg::Es256, JwsAlg::Hs256, JwsAlg::Ed25519]
            .map(|alg| SigningKey::generate_with(alg, &SMALL, &registry).unwrap());
        let wrapping = [JweAlg::A256Kw, JweAlg::A128GcmKw]
            .map(|alg| DecryptionKey::generate_with(alg, &SMALL, &registry).unwrap());
        let direct = DecryptionKey::generate_direct_with(ENC, &registry).unwrap();
        let decrypting = [&wrapping[..], &[direct]].concat();
        let set: JwkSet = signing
            .iter()
            .map(SigningKey::material)
            .chain(decrypting.iter().map(|key| key.material().unwrap()))
            .map(Jwk::from)
            .collect();
        let set = JwkSet::parse(set.to_private_json().unwrap().expose()).unwrap();

        let (signs, signing_report) =
            SigningKey::all_from_jwk_set_with(&set, JwsAlg::ALL, &registry);
        let (decrypts, report) = KeySet::from_private_jwk_set_with(&set, JweAlg::ALL, &registry);

        let algs: Vec<_> = signs.iter().map(SigningKey::alg).collect();
        assert_eq!(algs, [JwsAlg::Es256, JwsAlg::Hs256, JwsAlg::Ed25519], "{name}");
        let algs: Vec<_> = decrypts.iter().map(DecryptionKey::alg).collect();
        assert_eq!(algs, [JweAlg::A256Kw, JweAlg::A128GcmKw, JweAlg::Dir], "{name}");
        let others = signing_report.refused().map(|(_, reason)| reason.clone());
        assert_eq!(others.collect::<Vec<_>>(), vec![KeyError::UseMismatch; 3], "{name}");
        let others = report.refused().map(|(_, reason)| reason.clone());
        assert_eq!(others.collect::<Vec<_>>(), vec![KeyError::UseMismatch; 3], "{name}");
    }
}

/// Where nothing but the length of a secret says what it is for.
#[test]
fn shared_key_without_alg_is_bound_by_its_length_or_not_at_all() {
    let set = |len: usize| {
        let set: JwkSet = [Jwk::from(KeyMaterial::oct(vec![7; len]))].into_iter().collect();
        set
    };
    for (name, registry) in registries() {
        let bind = |len, algs: &[JweAlg]| {
            let (_, report) = KeySet::from_private_jwk_set_with(&set(len), algs, &registry);
            report.entries()[0].outcome.clone()
        };
        let wraps = [JweAlg::A128Kw, JweAlg::A256Kw];

        assert_eq!(bind(16, &wraps), Ok(JweAlg::A128Kw), "{name}");
        assert_eq!(bind(32, &wraps), Ok(JweAlg::A256Kw), "{name}");
        assert_eq!(bind(24, &wraps), Err(KeyError::NotListed), "{name}");
        let both = [JweAlg::A128Kw, JweAlg::A128GcmKw];
        assert_eq!(bind(16, &both), Err(KeyError::AmbiguousAlg), "{name}");
        assert_eq!(bind(16, &[JweAlg::Dir]), Err(KeyError::NotListed), "{name}");
        assert_eq!(bind(16, JweAlg::PASSWORD), Err(KeyError::NotListed), "{name}");
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn keys_of_a_published_set_are_there_to_encrypt_to() {
    let registry = Registry::aws_lc_rs();
    let algs = [JweAlg::RsaOaep256, JweAlg::EcdhEs, JweAlg::EcdhEsA256Kw];
    let own = algs.map(|alg| DecryptionKey::generate_with(alg, &SMALL, &registry).unwrap());
    let set: josie::PublicJwkSet = own.iter().map(|key| key.public_jwk().unwrap()).collect();

    let (senders, report) = EncryptionKey::all_from_jwk_set_with(&set, &algs, ENC, &registry);
    let (_, refused) =
        EncryptionKey::all_from_jwk_set_with(&set, &[JweAlg::RsaOaep], ENC, &registry);

    assert_eq!(report.refused().count(), 0);
    assert_eq!(refused.refused().count(), 3);
    for (sender, own) in senders.iter().zip(own) {
        let token = Jwe::encrypt(b"plaintext", &Header::new(), sender).unwrap();
        let policy = Policy::encrypted(&algs, &[ENC]).build().unwrap();
        assert!(Jwe::decrypt(&token, &KeySet::from(own), &policy).is_ok(), "{}", sender.alg());
    }
}
