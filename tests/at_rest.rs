//! Keys at rest: private JWKs and JWK sets under a password or a shared key (RFC 7517 section 7).
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod common;

use josie::Claims;
use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Password;
use josie::Policy;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use josie::SigningKey;

use crate::common::registries;

/// What is encrypted with it can be read by both registries.
fn kek(registry: &Registry) -> DecryptionKey {
    DecryptionKey::new(&KeyMaterial::oct(vec![0x5a; 32]), JweAlg::A256Kw, registry).unwrap()
}

fn policy() -> Policy {
    Policy::encrypted(&[JweAlg::A256Kw, JweAlg::RsaOaep256, JweAlg::EcdhEs], JweEnc::ALL)
        .build()
        .unwrap()
}

fn password() -> Password {
    Password::new("correct horse battery staple").unwrap()
}

fn signing_key(registry: &Registry, kid: &str) -> SigningKey {
    SigningKey::generate_with(JwsAlg::Es256, &Default::default(), registry).unwrap().with_kid(kid)
}

/// A token over `content` with this `cty`, as nobody but who has the key can make it.
fn sealed(content: &str, cty: Option<&str>, registry: &Registry) -> String {
    let key = kek(registry).encryption_key(JweEnc::A256Gcm).unwrap();
    let header = cty.map_or_else(Header::new, |cty| Header::new().with_cty(cty));
    Jwe::encrypt(content.as_bytes(), &header, &key).unwrap()
}

fn token_error(error: Error) -> KeyError {
    KeyError::Token(Box::new(error))
}

#[test]
fn private_key_under_a_shared_key_is_the_same_key_again() {
    for (name, registry) in registries() {
        let key = signing_key(&registry, "2026-01");
        let kek = kek(&registry);

        let text = Jwk::from(key.material())
            .encrypt(&kek.encryption_key(JweEnc::A256Gcm).unwrap())
            .unwrap();

        let encrypted = EncryptedJwe::parse(&text, &Limits::default()).unwrap();
        assert_eq!(encrypted.header().cty(), Some("jwk+json"), "{name}");
        let jwk = Jwk::decrypt(&text, &KeySet::from(kek), &policy()).unwrap();
        assert_eq!(
            jwk.to_private_json().unwrap().expose(),
            key.material().to_private_jwk().unwrap().expose(),
            "{name}"
        );
        let again = SigningKey::new(jwk.material(), JwsAlg::Es256, &registry).unwrap();
        assert_eq!(again.kid(), Some("2026-01"), "{name}");
    }
}

#[test]
fn set_under_a_shared_key_has_the_same_keys_again() {
    for (name, registry) in registries() {
        let keys = [signing_key(&registry, "a"), signing_key(&registry, "b")];
        let set: JwkSet = keys.iter().map(|key| Jwk::from(key.material())).collect();
        let kek = kek(&registry);

        let text = set.encrypt(&kek.encryption_key(JweEnc::A128Gcm).unwrap()).unwrap();

        let encrypted = EncryptedJwe::parse(&text, &Limits::default()).unwrap();
        assert_eq!(encrypted.header().cty(), Some("jwk-set+json"), "{name}");
        let again = JwkSet::decrypt(&text, &KeySet::from(kek), &policy()).unwrap();
        let (bound, report) =
            SigningKey::all_from_jwk_set_with(&again, &[JwsAlg::Es256], &registry);
        assert_eq!(report.refused().count(), 0, "{name}");
        let kids: Vec<_> = bound.iter().map(SigningKey::kid).collect();
        assert_eq!(kids, [Some("a"), Some("b")], "{name}");
    }
}

#[test]
fn key_and_set_under_a_password_open_with_that_password_alone() {
    let key = Jwk::from(signing_key(&Registry::default(), "a").material());
    let set: JwkSet = [key.clone()].into_iter().collect();
    let other = Password::new("correct horse battery stapler").unwrap();

    let key_text = key.encrypt_with_password(&password()).unwrap();
    let set_text = set.encrypt_with_password(&password()).unwrap();

    let encrypted = EncryptedJwe::parse(&key_text, &Limits::default()).unwrap();
    assert_eq!(encrypted.alg(), JweAlg::Pbes2Hs512A256Kw);
    assert_eq!(Jwk::decrypt_with_password(&key_text, &password()).unwrap().kid(), Some("a"));
    assert_eq!(JwkSet::decrypt_with_password(&set_text, &password()).unwrap().keys().count(), 1);
    let failed = token_error(Error::DecryptionFailed);
    assert_eq!(Jwk::decrypt_with_password(&key_text, &other).unwrap_err(), failed);
    assert_eq!(JwkSet::decrypt_with_password(&set_text, &other).unwrap_err(), failed);
}

#[test]
fn changed_text_does_not_open() {
    for (name, registry) in registries() {
        let text = sealed(r#"{"kty":"oct","k":"AQ"}"#, Some("jwk+json"), &registry);
        let keys = KeySet::from(kek(&registry));
        let mut changed = text.clone().into_bytes();
        let last = changed.len() - 2;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();

        assert!(Jwk::decrypt(&text, &keys, &policy()).is_ok(), "{name}");
        let error = Jwk::decrypt(&changed, &keys, &policy()).unwrap_err();
        assert_eq!(error, token_error(Error::DecryptionFailed), "{name}");
    }
}

#[test]
fn content_type_says_what_is_inside() {
    const KEY: &str = r#"{"kty":"oct","k":"AQ"}"#;
    const SET: &str = r#"{"keys":[{"kty":"oct","k":"AQ"}]}"#;
    for (name, registry) in registries() {
        let keys = KeySet::from(kek(&registry));
        let read_key = |cty| Jwk::decrypt(&sealed(KEY, cty, &registry), &keys, &policy()).map(drop);
        let read_set =
            |cty| JwkSet::decrypt(&sealed(SET, cty, &registry), &keys, &policy()).map(drop);

        for cty in [None, Some("jwk+json"), Some("application/jwk+json"), Some("JWK+JSON")] {
            assert_eq!(read_key(cty), Ok(()), "{name} {cty:?}");
        }
        for cty in [None, Some("jwk-set+json"), Some("application/JWK-Set+json")] {
            assert_eq!(read_set(cty), Ok(()), "{name} {cty:?}");
        }
        let error = KeyError::Format { expected: "JWK", found: KeyFormat::JwkSet };
        assert_eq!(read_key(Some("jwk-set+json")), Err(error), "{name}");
        let error = KeyError::Format { expected: "JWK set", found: KeyFormat::Jwk };
        assert_eq!(read_set(Some("jwk+json")), Err(error), "{name}");
        for cty in ["JWT", "json", ""] {
            let error = token_error(Error::Refused(Refused::ContentType));
            assert_eq!(read_key(Some(cty)), Err(error.clone()), "{name} {cty}");
            assert_eq!(read_set(Some(cty)), Err(error), "{name} {cty}");
        }
    }
}

/// Claims of a sealed JWT are often chosen by the user whom they are about.
#[test]
fn claims_of_a_sealed_jwt_do_not_become_a_key() {
    const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T";
    for (name, registry) in registries() {
        let keys = KeySet::from(kek(&registry));
        let sender = kek(&registry).encryption_key(JweEnc::A256Gcm).unwrap();
        let sealed = |custom: serde_json::Value| {
            let claims = Claims::new(custom.as_object().unwrap().clone()).without_exp();
            SealedJwt::encrypt(&claims, &Header::jwt(), &sender).unwrap()
        };
        let key = serde_json::json!({"kty": "oct", "k": SECRET});
        let set = sealed(serde_json::json!({"keys": [&key]}));
        let jwt = token_error(Error::Refused(Refused::Type));

        let error = Jwk::decrypt(&sealed(key.clone()), &keys, &policy()).unwrap_err();
        assert_eq!(error, jwt, "{name}");
        let error = JwkSet::decrypt(&set, &keys, &policy()).unwrap_err();
        assert_eq!(error, jwt, "{name}");

        // What says that it is a key may call itself what it likes.
        let header = Header::jwt().with_cty("jwk+json");
        let text = Jwe::encrypt(key.to_string().as_bytes(), &header, &sender).unwrap();
        assert!(Jwk::decrypt(&text, &keys, &policy()).is_ok(), "{name}");
    }
}

#[test]
fn content_that_is_no_key_is_refused_as_such() {
    for (name, registry) in registries() {
        let keys = KeySet::from(kek(&registry));
        let read = |text: &str| {
            let text = sealed(text, Some("jwk+json"), &registry);
            Jwk::decrypt(&text, &keys, &policy()).map(drop)
        };

        assert_eq!(read(r#"{"kty":"oct","k":"AQ"}"#), Ok(()), "{name}");
        assert_eq!(read("{}"), Err(KeyError::Jwk(JwkError::Missing("kty"))), "{name}");
        assert_eq!(read("octets"), Err(KeyError::Jwk(JwkError::Json)), "{name}");
        let set = KeyError::Format { expected: "JWK", found: KeyFormat::JwkSet };
        assert_eq!(read(r#"{"keys":[]}"#), Err(set), "{name}");
    }
}

#[test]
fn limits_of_the_policy_hold_for_the_token_and_what_is_in_it() {
    const KEY: &str = r#"{"kty":"oct","kid":"abcde","k":"AQ"}"#;
    let build =
        |limits| Policy::encrypted(&[JweAlg::A256Kw], JweEnc::ALL).limits(limits).build().unwrap();
    let set = format!(r#"{{"keys":[{KEY},{KEY}]}}"#);
    for (name, registry) in registries() {
        let keys = KeySet::from(kek(&registry));
        let key_text = sealed(KEY, None, &registry);
        let set_text = sealed(&set, None, &registry);
        let read_key = |limits| Jwk::decrypt(&key_text, &keys, &build(limits)).map(drop);
        let read_set = |limits| JwkSet::decrypt(&set_text, &keys, &build(limits)).map(drop);
        let default = Limits::default();

        let too_much = Err(KeyError::Jwk(JwkError::Limit));
        assert_eq!(read_key(default.with_kid_bytes(5)), Ok(()), "{name}");
        assert_eq!(read_key(default.with_kid_bytes(4)), too_much, "{name}");
        assert_eq!(read_set(default.with_jwk_set_keys(2)), Ok(()), "{name}");
        assert_eq!(read_set(default.with_jwk_set_keys(1)), too_much, "{name}");
        let too_long = Err(token_error(Error::Limit(Limit::Token)));
        // Longer than any that josie writes, so that it is read and then found to be another's.
        let parts: Vec<_> = key_text.split('.').collect();
        let ciphertext = "A".repeat(256 * 1024);
        let long = [parts[0], parts[1], parts[2], &ciphertext, parts[4]].join(".");
        let read_long = |limits| Jwk::decrypt(&long, &keys, &build(limits)).map(drop);
        let failed = Err(token_error(Error::DecryptionFailed));
        assert_eq!(read_long(default.with_token_bytes(long.len())), failed, "{name}");
        assert_eq!(read_long(default), too_long, "{name}");
        assert_eq!(read_key(default.with_token_bytes(key_text.len())), Ok(()), "{name}");
        assert_eq!(read_key(default.with_token_bytes(key_text.len() - 1)), too_long, "{name}");
        assert_eq!(read_set(default.with_token_bytes(set_text.len())), Ok(()), "{name}");
        assert_eq!(read_set(default.with_token_bytes(set_text.len() - 1)), too_long, "{name}");
    }
}

#[test]
fn key_under_a_password_opens_with_every_algorithm_for_passwords() {
    const KEY: &str = r#"{"kty":"oct","kid":"a","k":"AQ"}"#;
    let registry = Registry::default();
    let fast = JweAlg::Pbes2Hs512A256Kw;
    let encs = JweEnc::ALL.iter().map(|enc| (fast, *enc));
    let pairs = JweAlg::PASSWORD.iter().map(|alg| (*alg, JweEnc::A256Gcm)).chain(encs);
    for (alg, enc) in pairs {
        let key = match EncryptionKey::for_password(&password(), alg, enc, &registry) {
            Err(KeyError::Unsupported { .. }) => continue,
            key => key.unwrap(),
        };
        let text = Jwe::encrypt(KEY.as_bytes(), &Header::new(), &key).unwrap();

        let jwk = Jwk::decrypt_with_password(&text, &password());

        assert_eq!(jwk.unwrap().kid(), Some("a"), "{alg} {enc}");
    }
    // Whatever else a key could open is not for passwords.
    let shared = sealed(KEY, None, &registry);
    let error = Jwk::decrypt_with_password(&shared, &password()).unwrap_err();
    assert_eq!(error, token_error(Error::Refused(Refused::Algorithm)));
}

#[test]
fn public_key_alone_is_not_kept_as_a_private_one() {
    let registry = Registry::default();
    let key = signing_key(&registry, "a");
    let encryption = kek(&registry).encryption_key(JweEnc::A256Gcm).unwrap();

    let public = Jwk::from(key.verifying_key().material());

    assert_eq!(public.encrypt(&encryption).unwrap_err(), KeyError::PrivateKeyNeeded);
    assert!(Jwk::from(key.material()).encrypt(&encryption).is_ok());
}

/// Whoever knows the public key could put a key of their own in the place of this one.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn encryption_to_a_public_key_is_refused_on_both_sides() {
    let registry = Registry::aws_lc_rs();
    let own = DecryptionKey::generate(JweAlg::EcdhEs).unwrap();
    let to_public = own.encryption_key(JweEnc::A256Gcm).unwrap();
    let jwk = Jwk::from(signing_key(&registry, "a").material());
    let refused = token_error(Error::Refused(Refused::FromAnyone));

    let json = jwk.to_private_json().unwrap();
    let header = Header::new().with_cty("jwk+json");
    let foreign = Jwe::encrypt(json.expose().as_bytes(), &header, &to_public).unwrap();

    assert_eq!(jwk.encrypt(&to_public).unwrap_err(), refused);
    let read = Jwk::decrypt(&foreign, &KeySet::from(own), &policy());
    assert_eq!(read.unwrap_err(), refused);
    let honest = sealed(json.expose(), Some("jwk+json"), &registry);
    assert!(Jwk::decrypt(&honest, &KeySet::from(kek(&registry)), &policy()).is_ok());
}

/// RFC 7517 appendix C, which another implementation made.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn key_of_rfc_7517_appendix_c_opens_with_its_password() {
    let vectors = std::fs::read_to_string("test-vectors/rfc7517.json").unwrap();
    let vectors: serde_json::Value = serde_json::from_str(&vectors).unwrap();
    let text = vectors.to_string();
    let compact = text
        .split('"')
        .find(|word| word.matches('.').count() == 4 && word.starts_with("eyJ"))
        .unwrap();
    let password = Password::new("Thus from my lips, by yours, my sin is purged.").unwrap();

    let jwk = Jwk::decrypt_with_password(compact, &password).unwrap();

    assert_eq!(jwk.kid(), Some("juliet@capulet.lit"));
    assert!(SigningKey::from_jwk(&jwk, JwsAlg::Rs256).is_err_and(|e| e == KeyError::UseMismatch));
    assert!(DecryptionKey::from_jwk(&jwk, JweAlg::RsaOaep256).is_ok());
}
