//! What keys for encryption write into headers and documents, and what they are made from.

use std::fs;

#[cfg(feature = "aws-lc-rs")]
use josie::Curve;
use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::KeyError;
use josie::KeyFormat;
#[cfg(feature = "aws-lc-rs")]
use josie::KeyMaterial;
#[cfg(feature = "aws-lc-rs")]
use josie::KeyParams;
use josie::KeySet;
use josie::Limits;
use josie::Policy;
use josie::Registry;
use serde_json::json;

use crate::common::registries;
use crate::kinds;
use crate::kinds::Kind;
use crate::kinds::Pair;
use crate::sealed;

const ENC: JweEnc = JweEnc::A128Gcm;

#[test]
fn kid_of_the_key_stands_in_the_header() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for own in recipients(alg, &registry) {
                let nameless = own.encryption_key(ENC).unwrap();
                let named = own.clone().with_kid("2026-01").encryption_key(ENC).unwrap();
                let renamed = named.clone().with_kid("2026-02");

                for (key, kid) in
                    [(nameless, None), (named, Some("2026-01")), (renamed, Some("2026-02"))]
                {
                    assert_eq!(key.kid(), kid, "{alg} {name}");
                    let token = Jwe::encrypt(b"", &Header::new(), &key).unwrap();
                    let encrypted = EncryptedJwe::parse(&token, &Limits::default()).unwrap();
                    assert_eq!(encrypted.kid(), kid, "{alg} {name}");
                    let jwe = decrypt(&token, &own).unwrap();
                    assert_eq!(jwe.kid(), kid, "{alg} {name}");
                }
            }
        }
    }
}

// RFC 7518 sections 4.6.1.2 and 4.6.1.3.
#[test]
fn names_of_the_parties_stand_in_the_header_and_are_part_of_the_agreement() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied().filter(|alg| alg.name().starts_with("ECDH-ES")) {
            for own in recipients(alg, &registry) {
                let key = own.encryption_key(ENC).unwrap();
                let plain = Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap();
                let key = key.with_parties(b"Alice", b"Bob");

                let token = Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap();

                let header = sealed::header(&token);
                assert_eq!((&header["apu"], &header["apv"]), (&json!("QWxpY2U"), &json!("Qm9i")));
                assert_eq!(decrypt(&token, &own).unwrap().plaintext(), b"any octets", "{name}");
                let header = sealed::header(&plain);
                assert_eq!((header.get("apu"), header.get("apv")), (None, None), "{name}");
                for (member, value) in [("apu", "Qm9i"), ("apv", "QWxpY2U"), ("apu", "")] {
                    let forged = sealed::with_member(&token, member, json!(value));
                    let error = decrypt(&forged, &own).unwrap_err();
                    assert_eq!(error, Error::DecryptionFailed, "{alg} {member} {name}");
                }
            }
        }
    }
}

#[test]
fn names_of_the_parties_are_written_by_ecdh_es_only() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied().filter(|alg| !alg.name().starts_with("ECDH-ES")) {
            for own in recipients(alg, &registry) {
                let key = own.encryption_key(ENC).unwrap().with_parties(b"Alice", b"Bob");

                let token = Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap();

                let header = sealed::header(&token);
                assert_eq!((header.get("apu"), header.get("apv")), (None, None), "{alg} {name}");
                assert_eq!(decrypt(&token, &own).unwrap().plaintext(), b"any octets", "{name}");
            }
        }
    }
}

#[test]
fn public_key_is_published_with_its_use_and_encrypts_when_it_is_read_again() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for own in recipients(alg, &registry) {
                let own = own.with_kid("a");
                let published = own.encryption_key(ENC).unwrap().public_jwk();
                if is_shared(alg) {
                    assert_eq!(published.unwrap_err(), KeyError::SymmetricKey, "{alg} {name}");
                    let error = own.public_jwk().unwrap_err();
                    assert_eq!(error, KeyError::SymmetricKey, "{alg} {name}");
                    continue;
                }
                let jwk = json!(published.unwrap());
                assert_eq!(json!(own.public_jwk().unwrap()), jwk, "{alg} {name}");
                assert_eq!((&jwk["use"], &jwk["kid"]), (&json!("enc"), &json!("a")), "{name}");
                assert_eq!(jwk["alg"], alg.name(), "{name}");
                for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                    assert_eq!(jwk.get(private), None, "{alg} {name}");
                }

                let jwk = Jwk::parse(&jwk.to_string()).unwrap();
                let key = EncryptionKey::new(jwk.material(), alg, ENC, &registry).unwrap();
                let token = Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap();

                assert_eq!(key.kid(), Some("a"), "{alg} {name}");
                assert_eq!(decrypt(&token, &own).unwrap().plaintext(), b"any octets", "{name}");
            }
        }
    }
}

// RFC 7516 section 4.1.5.
#[test]
fn public_key_is_embedded_and_a_shared_one_refused() {
    let header = || Header::new().with_embedded_jwk();
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            for own in recipients(alg, &registry) {
                let key = own.encryption_key(ENC).unwrap();
                if is_shared(alg) {
                    let error = Jwe::encrypt(b"", &header(), &key).unwrap_err();
                    assert_eq!(error, Error::NoPublicKey, "{alg} {name}");
                    assert!(Jwe::encrypt(b"", &Header::new(), &key).is_ok(), "{alg} {name}");
                    continue;
                }
                let token = Jwe::encrypt(b"", &header(), &key).unwrap();

                let mut published = json!(key.public_jwk().unwrap());
                for (member, _) in [("alg", ()), ("use", ())] {
                    published.as_object_mut().unwrap().remove(member);
                }
                let jwe = decrypt(&token, &own).unwrap();
                assert_eq!(jwe.header().param("jwk"), Some(&published), "{alg} {name}");
            }
        }
    }
}

#[test]
fn keys_are_read_from_pem_and_der_of_the_right_half() {
    let file = |file: &str| fs::read(kinds::fixture_path(file)).unwrap();
    for (fixture, alg) in [
        ("rsa2048", JweAlg::RsaOaep256),
        ("p256", JweAlg::EcdhEs),
        ("p384", JweAlg::EcdhEsA128Kw),
        ("p521", JweAlg::EcdhEsA256Kw),
    ] {
        let (public_pem, private_pem) =
            (kinds::fixture_text(fixture, "spki"), kinds::fixture_text(fixture, "pkcs8"));
        let (public_der, private_der) =
            (file(&format!("{fixture}.spki.der")), file(&format!("{fixture}.pkcs8.der")));

        let error = EncryptionKey::from_pem(&private_pem, alg, ENC).unwrap_err();
        assert_eq!(error, KeyError::PublicKeyNeeded, "{fixture}");
        let error = EncryptionKey::from_der(&private_der, alg, ENC).unwrap_err();
        assert_eq!(error, KeyError::PublicKeyNeeded, "{fixture}");
        let error = DecryptionKey::from_pem(&public_pem, alg).unwrap_err();
        assert_eq!(error, KeyError::PrivateKeyNeeded, "{fixture}");
        let error = DecryptionKey::from_der(&public_der, alg).unwrap_err();
        assert_eq!(error, KeyError::PrivateKeyNeeded, "{fixture}");
        let error = DecryptionKey::from_secret(private_pem.as_bytes(), JweAlg::A128Kw);
        let found = private_pem.len();
        let expected = KeyError::SecretLength { alg: "A128KW", expected: 16, found };
        assert_eq!(error.unwrap_err(), expected, "{fixture}");

        let senders = [
            EncryptionKey::from_pem(&public_pem, alg, ENC),
            EncryptionKey::from_der(&public_der, alg, ENC),
        ];
        let recipients = [
            DecryptionKey::from_pem(&private_pem, alg),
            DecryptionKey::from_der(&private_der, alg),
        ];
        if Registry::default().key_management(alg).is_none() {
            let error = KeyError::Unsupported { alg: alg.name(), what: "this algorithm" };
            assert_eq!(senders.map(Result::unwrap_err), [error.clone(), error.clone()]);
            assert_eq!(recipients.map(Result::unwrap_err), [error.clone(), error]);
            continue;
        }
        let recipients = recipients.map(Result::unwrap);
        for sender in senders {
            let token = Jwe::encrypt(b"any octets", &Header::new(), &sender.unwrap()).unwrap();
            for recipient in &recipients {
                assert_eq!(decrypt(&token, recipient).unwrap().plaintext(), b"any octets");
            }
        }
    }
}

// A public document of 32 octets or 64 would be a secret that everybody knows.
#[test]
fn secret_that_is_a_jwk_is_refused_and_octets_of_its_length_are_taken() {
    let jwk = br#"{"kty":"oct","k":"AAAAAAAAAAA"} "#;
    assert_eq!(jwk.len(), 32);
    let expected = KeyError::SecretIsKey(KeyFormat::Jwk);
    let alg = JweAlg::A256Kw;

    assert_eq!(EncryptionKey::from_secret(jwk, alg, ENC).unwrap_err(), expected);
    assert_eq!(DecryptionKey::from_secret(jwk, alg).unwrap_err(), expected);
    let error = DecryptionKey::direct_from_secret(jwk, JweEnc::A256Gcm).unwrap_err();
    assert_eq!(error, expected);

    let octets = kinds::secret(32);
    let recipient = DecryptionKey::from_secret(&octets, alg).unwrap();
    let sender = EncryptionKey::from_secret(&octets, alg, ENC).unwrap();
    let token = Jwe::encrypt(b"any octets", &Header::new(), &sender).unwrap();
    assert_eq!(decrypt(&token, &recipient).unwrap().plaintext(), b"any octets");
    let direct = DecryptionKey::direct_from_secret(&octets, JweEnc::A256Gcm).unwrap();
    assert_eq!(direct.alg(), JweAlg::Dir);
}

/// A key for each choice that `alg` leaves; none if the registry has none of them, or for passwords, which are slow.
fn recipients(alg: JweAlg, registry: &Registry) -> Vec<DecryptionKey> {
    if alg == JweAlg::Dir {
        let secret = Kind::Secret(16).material();
        return vec![DecryptionKey::direct(&secret, ENC, registry).unwrap()];
    }
    if registry.key_management(alg).is_none() {
        return Vec::new();
    }
    let pairs = Pair::for_alg(alg).into_iter();
    pairs.map(|pair| DecryptionKey::new(&pair.own, alg, registry).unwrap()).collect()
}

fn is_shared(alg: JweAlg) -> bool {
    !alg.name().starts_with("RSA") && !alg.name().starts_with("ECDH")
}

// PKCS#8 of version 1 holds no public key (RFC 5958 section 2), which is how X25519 keys are commonly written.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn private_key_without_its_public_half_decrypts_and_publishes_it() {
    let x25519 = KeyMaterial::from_pem(include_str!("../data/keys/x25519.pkcs8.pem")).unwrap();
    let published = KeyMaterial::from_pem(include_str!("../data/keys/x25519.spki.pem")).unwrap();
    assert!(x25519.public_half().is_none());
    let p256 = KeyMaterial::from_pem(include_str!("../data/keys/p256.pkcs8.pem")).unwrap();
    let KeyParams::Ec(pair) = p256.params() else { panic!("not EC") };
    let bare = KeyMaterial::ec(Curve::P256, None, pair.d().cloned()).unwrap();
    let registry = Registry::aws_lc_rs();

    for (private, public) in [(x25519, published), (bare, p256.public_half().unwrap())] {
        let own = DecryptionKey::new(&private, JweAlg::EcdhEs, &registry).unwrap();
        let key = EncryptionKey::new(&public, JweAlg::EcdhEs, ENC, &registry).unwrap();
        let token = Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap();

        assert_eq!(decrypt(&token, &own).unwrap().plaintext(), b"any octets");
        assert_eq!(json!(own.public_jwk().unwrap()), json!(key.public_jwk().unwrap()));
    }
}

fn decrypt(token: &str, key: &DecryptionKey) -> Result<Jwe, Error> {
    let policy = Policy::encrypted(&[key.alg()], JweEnc::ALL).build().unwrap();
    Jwe::decrypt(token, &KeySet::from(key.clone()), &policy)
}
