//! Symmetric keys (RFC 7518 sections 3.2 and 6.4).

use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::Json;
use crate::registries;

const ALGS: [(JwsAlg, usize); 3] = [(JwsAlg::Hs256, 32), (JwsAlg::Hs384, 48), (JwsAlg::Hs512, 64)];

#[test]
fn secret_as_long_as_the_hash_or_longer_is_accepted() {
    for (name, registry) in registries() {
        for (alg, min) in ALGS {
            for len in [min, min + 1, 1000] {
                let json = Json::secret().with_octets("k", &vec![7; len]);

                assert!(json.signing(alg, &registry).is_ok(), "{alg} {len} on {name}");
                assert!(json.verifying(alg, &registry).is_ok(), "{alg} {len} on {name}");
            }
        }
    }
}

#[test]
fn secret_shorter_than_the_hash_is_refused() {
    for (name, registry) in registries() {
        for (alg, min) in ALGS {
            for found in [0, 1, min - 1] {
                let json = Json::secret().with_octets("k", &vec![7; found]);

                let errors = [
                    json.signing(alg, &registry).unwrap_err(),
                    json.verifying(alg, &registry).unwrap_err(),
                ];
                let expected = KeyError::SecretTooShort { alg: alg.name(), min, found };
                assert_eq!(errors, [expected.clone(), expected], "{name}");
            }
        }
    }
}

#[test]
fn secret_that_is_the_text_of_a_key_is_refused() {
    let public_jwk = Json::public("p256").0.to_string();
    for (name, registry) in registries() {
        let material = KeyMaterial::oct(public_jwk.clone().into_bytes());

        let errors = [
            SigningKey::new(&material, JwsAlg::Hs256, &registry).unwrap_err(),
            VerifyingKey::new(&material, JwsAlg::Hs256, &registry).unwrap_err(),
        ];
        let expected = KeyError::SecretIsKey(KeyFormat::Jwk);
        assert_eq!(errors, [expected.clone(), expected], "{name}");
    }
}

#[test]
fn secret_that_is_missing_or_no_canonical_base64url_is_refused() {
    let missing = Json::secret().without("k");
    assert_eq!(missing.parse_error(), KeyError::Jwk(JwkError::Missing("k")));

    for k in ["AQ==", "AR", "A", "A+", "A Q", "AQ\n"] {
        let malformed = Json::secret().with("k", k);
        assert_eq!(malformed.parse_error(), KeyError::Jwk(JwkError::Member("k")), "{k:?}");
    }
    assert!(Json::secret().with("k", "AQ").parse().is_ok());
}

#[test]
fn secret_has_no_public_jwk() {
    for (name, registry) in registries() {
        let key = Json::secret().verifying(JwsAlg::Hs256, &registry).unwrap();

        assert_eq!(key.public_jwk().unwrap_err(), KeyError::SymmetricKey, "{name}");
    }
}

#[test]
fn secret_read_with_serde_is_not_quoted_in_the_error() {
    for text in [
        r#"{"kty":"oct","k":31415926}"#,
        r#"{"kty":"oct","k":"AQ","key_ops":"31415926"}"#,
        r#"{"kty":"oct","k":"AQ","kid":["31415926"]}"#,
        r#"{"kty":"oct","k":"31415926","k":"31415926"}"#,
    ] {
        let error = serde_json::from_str::<Jwk>(text).unwrap_err().to_string();

        assert!(error.starts_with("malformed JWK: "), "{error}");
        assert!(!error.contains("31415926"), "{error}");
    }
    assert!(serde_json::from_str::<Jwk>(r#"{"kty":"oct","k":"31415926"}"#).is_ok());
}
