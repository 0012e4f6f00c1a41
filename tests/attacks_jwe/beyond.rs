//! Attacks that the catalogue does not have.

use std::time::Duration;

use josie::ClaimReason;
use josie::Claims;
use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwtPolicy;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::NoClaims;
use josie::Password;
use josie::Policy;
use josie::PolicyError;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use serde_json::json;

use crate::common::registries;
use crate::sealing::PASSWORD;
use crate::sealing::PLAINTEXT;
use crate::sealing::b64u;
use crate::sealing::sealers_with;

/// A limit on what comes out of a stream costs nothing as long as nothing comes out.
#[cfg(feature = "deflate")]
#[test]
fn a_limit_without_bound_is_neither_allocated_nor_a_panic() {
    for sealer in sealers_with(&[JweAlg::Dir]) {
        let keys = KeySet::from(sealer.key());
        let decrypt = |token: &str, max: usize| {
            let limits = Limits::default().with_plaintext_bytes(max);
            let policy = Policy::encrypted(&[sealer.alg], &[sealer.enc]).allow_deflate();
            Jwe::decrypt(token, &keys, &policy.limits(limits).build().unwrap())
        };
        for len in [0, 1, 4095, 4096, 4097, 8192, 8193, 250_000] {
            for plaintext in [vec![0; len], (0..len).map(|at| ((at * at) >> 5) as u8).collect()] {
                let key = sealer.encryption_key();
                let token = Jwe::encrypt_compressed(&plaintext, &Header::new(), &key).unwrap();
                for max in [len, len + 1, 1 << 40, usize::MAX] {
                    assert_eq!(decrypt(&token, max).unwrap().plaintext(), plaintext, "{len} {max}");
                }
                if let Some(max) = len.checked_sub(1) {
                    let error = decrypt(&token, max).unwrap_err();
                    assert_eq!(error, Error::Limit(Limit::Plaintext), "{len}");
                }
            }
        }
    }
}

/// One token that makes the reader derive a key for each of eight passwords.
#[test]
fn the_iterations_of_all_passwords_that_are_tried_are_limited_together() {
    for sealer in sealers_with(&[JweAlg::Pbes2Hs512A256Kw]) {
        let password = |text: &str| {
            let password = Password::new(text).unwrap();
            DecryptionKey::for_password(&password, sealer.alg, &sealer.registry).unwrap()
        };
        let token = sealer.draft().compact();
        let keys: KeySet<_> = [password("another"), password(PASSWORD)].into_iter().collect();
        let keys = keys.try_up_to(2);
        let decrypt = |max| {
            let limits = Limits::default().with_iterations(1000, max);
            let policy = Policy::encrypted(&[sealer.alg], &[sealer.enc]).limits(limits);
            Jwe::decrypt(&token, &keys, &policy.build().unwrap())
        };

        assert_eq!(decrypt(1999).unwrap_err(), Error::Limit(Limit::Iterations));
        assert_eq!(decrypt(2000).unwrap().plaintext(), PLAINTEXT);
    }
}

/// RFC 7517 section 4.3: a secret that is for reading makes no tokens.
#[test]
fn a_shared_key_that_may_only_decrypt_gives_no_key_that_encrypts() {
    for (name, registry) in registries() {
        for (alg, only, both) in [
            (JweAlg::Dir, json!(["decrypt"]), json!(["encrypt", "decrypt"])),
            (JweAlg::A128Kw, json!(["unwrapKey"]), json!(["wrapKey", "unwrapKey"])),
            (JweAlg::A128GcmKw, json!(["unwrapKey"]), json!(["wrapKey", "unwrapKey"])),
        ] {
            let sender = |key_ops| {
                let jwk = json!({"kty": "oct", "k": b64u([7; 16]), "key_ops": key_ops});
                let jwk = Jwk::parse(&jwk.to_string()).unwrap();
                let key = match alg {
                    JweAlg::Dir => {
                        DecryptionKey::direct(jwk.material(), JweEnc::A128Gcm, &registry)
                    }
                    _ => DecryptionKey::new(jwk.material(), alg, &registry),
                };
                key.unwrap().encryption_key(JweEnc::A128Gcm).map(|key| key.alg())
            };

            assert_eq!(sender(only), Err(KeyError::KeyOpsMismatch), "{alg} on {name}");
            assert_eq!(sender(both), Ok(alg), "{alg} on {name}");
        }
    }
}

/// The sending half of a key pair is another key, with operations of its own.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn a_private_key_that_may_only_decrypt_has_a_public_key_that_encrypts() {
    let text = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys/expected.json"),
    );
    let values: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
    let octets = |hex: &str| -> Vec<u8> {
        let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(pair).collect()
    };
    let mut jwk = json!({"kty": "RSA", "key_ops": ["unwrapKey"]});
    for (name, hex) in values["rsa2048"].as_object().unwrap() {
        jwk[name] = b64u(octets(hex.as_str().unwrap())).into();
    }
    let jwk = Jwk::parse(&jwk.to_string()).unwrap();
    let key = DecryptionKey::from_jwk(&jwk, JweAlg::RsaOaep256).unwrap();
    assert!(key.encryption_key(JweEnc::A128Gcm).is_ok());
}

/// What the check at start-up says is true of the registry, too.
#[test]
fn a_key_whose_registry_opens_no_allowed_enc_is_not_usable() {
    for (name, registry) in registries() {
        let material = KeyMaterial::oct(vec![7; 16]);
        let policy = Policy::encrypted(&[JweAlg::A128Kw], &[JweEnc::A128Gcm]).build().unwrap();
        let check = |registry: &Registry| {
            let key = DecryptionKey::new(&material, JweAlg::A128Kw, registry).unwrap();
            policy.check_decryption_keys(&KeySet::from(key))
        };
        let without = Registry { content_encryption: &[], ..registry };

        assert_eq!(check(&without), Err(PolicyError::NoUsableKey), "{name}");
        assert_eq!(check(&registry), Ok(()), "{name}");
    }
}

/// As in a JWS, `b64` is refused whatever it says (RFC 7797).
#[test]
fn b64_is_refused_around_encrypted_content() {
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::A256Kw]) {
        for value in [true, false] {
            let token = sealer.draft().with("b64", json!(value)).compact();
            assert_eq!(sealer.error(&token), Error::Refused(Refused::UnencodedPayload));
        }
        let token = sealer.draft().with("b65", json!(false)).compact();
        assert_eq!(sealer.decrypt(&token).unwrap().plaintext(), PLAINTEXT);
    }
}

/// What no reader takes is not written.
#[test]
fn a_sealed_token_whose_header_contradicts_its_claims_is_not_made() {
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::A256Kw]) {
        let claims = Claims::new(NoClaims {}).issuer("a").expires_in(Duration::from_secs(300));
        let seal = |header| SealedJwt::encrypt(&claims, &header, &sealer.encryption_key());
        let mismatch = |name: &'static str| {
            Err(Error::Claim { name: name.into(), reason: ClaimReason::Mismatch })
        };

        for cty in ["JWT", "application/jwt"] {
            let refused = Err(Error::Refused(Refused::ContentType));
            assert_eq!(seal(Header::jwt().with_cty(cty)), refused);
        }
        assert_eq!(seal(Header::jwt().with_param("iss", "b")), mismatch("iss"));
        assert_eq!(seal(Header::jwt().with_param("sub", "b")), mismatch("sub"));
        assert_eq!(seal(Header::jwt().with_param("aud", "b")), mismatch("aud"));

        let token = seal(Header::jwt().with_cty("json").with_param("iss", "a")).unwrap();
        let policy = JwtPolicy::encrypted(&[sealer.alg], &[sealer.enc]).iss("a").build().unwrap();
        let read = SealedJwt::<NoClaims>::decrypt(&token, &KeySet::from(sealer.key()), &policy);
        assert_eq!(read.unwrap().claims().iss.as_deref(), Some("a"));
    }
}
