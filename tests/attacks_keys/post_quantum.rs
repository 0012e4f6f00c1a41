//! ML-DSA (FIPS 204, `AKP` keys): josie does not have it, and says so by name.

use josie::Error;
use josie::JweAlg;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Refused;
use josie::SigningKey;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::documents::Document;
use crate::documents::b64u;
use crate::tokens::signed;
use crate::tokens::unsigned;
use crate::tokens::verify;

/// The names, and the lengths of public keys and signatures in octets (FIPS 204 table 2).
const ALGS: [(&str, usize, usize); 3] =
    [("ML-DSA-44", 1312, 2420), ("ML-DSA-65", 1952, 3309), ("ML-DSA-87", 2592, 4627)];

/// Keys of such an algorithm: public and private, with and without the `alg` that they need.
fn keys(alg: &str, public_len: usize) -> Vec<Value> {
    let public = json!({"kty": "AKP", "kid": "pq", "pub": b64u(&vec![0x5a; public_len])});
    let mut private = public.clone();
    private["priv"] = json!(b64u(&[0xa5; 32]));
    let named = |mut key: Value| {
        key["alg"] = json!(alg);
        key
    };
    vec![public.clone(), private.clone(), named(public), named(private)]
}

#[test]
fn a208_ml_dsa_key_is_of_an_unknown_type_with_and_without_alg() {
    for (alg, public_len, _) in ALGS {
        for key in keys(alg, public_len) {
            let unknown = KeyError::Jwk(JwkError::UnknownKeyType);
            assert_eq!(Jwk::parse(&key.to_string()).map(drop), Err(unknown.clone()), "{alg}");
            let read = serde_json::from_value::<PublicJwk>(key.clone()).unwrap_err();
            assert_eq!(read.to_string(), unknown.to_string(), "{alg}");

            // The same members around a key of a type that is known.
            let known = Document(key).with_all(&Document::public("ed25519").0).without("kid");
            assert!(known.parse().is_ok(), "{alg}");
        }
    }
}

#[test]
fn a208_ml_dsa_entry_of_a_set_stays_with_its_text_and_leaves_the_others() {
    let good = Document::private("ed25519").with("kid", "good");
    for (alg, public_len, _) in ALGS {
        for key in keys(alg, public_len) {
            let text = json!({ "keys": [key, good.clone().public_half().0] }).to_string();
            let set = PublicJwkSet::parse(&text).unwrap();
            let own = JwkSet::parse(&text).unwrap();
            for unusable in [
                set.entries().next().unwrap().unwrap_err(),
                own.entries().next().unwrap().unwrap_err(),
            ] {
                assert_eq!(*unusable.reason(), KeyError::Jwk(JwkError::UnknownKeyType), "{alg}");
                assert_eq!(unusable.kid(), Some("pq"), "{alg}");
                assert_eq!(unusable.text().expose(), key.to_string(), "{alg}");
            }

            for (name, registry) in registries() {
                let listed = JwsAlg::MODERN;
                let (keys, report) = KeySet::from_jwk_set_with(&set, listed, &registry);
                let outcomes: Vec<_> =
                    report.entries().iter().map(|entry| entry.outcome.clone()).collect();
                let unknown = KeyError::Jwk(JwkError::UnknownKeyType);
                assert_eq!(outcomes, [Err(unknown), Ok(JwsAlg::Ed25519)], "{name}");
                let jwk = good.parse().unwrap();
                let signer = SigningKey::new(jwk.material(), JwsAlg::Ed25519, &registry).unwrap();
                assert_eq!(verify(&signed(&signer), &keys), Ok(()), "{name}");
            }
        }
    }
}

#[test]
fn a208_token_with_ml_dsa_is_refused_for_its_algorithm() {
    let good = Document::private("ed25519").with("kid", "pq");
    for (name, registry) in registries() {
        let jwk = good.parse().unwrap();
        let signer = SigningKey::new(jwk.material(), JwsAlg::Ed25519, &registry).unwrap();
        let keys = KeySet::from(signer.verifying_key());
        for (alg, _, signature_len) in ALGS {
            for header in [json!({"alg": alg}), json!({"alg": alg, "kid": "pq"})] {
                let token = unsigned(&header, signature_len);
                let refused = Err(Error::Refused(Refused::UnknownAlgorithm));
                assert_eq!(verify(&token, &keys), refused, "{alg} on {name}");
            }
        }
        let known = unsigned(&json!({"alg": "Ed25519", "kid": "pq"}), 64);
        assert_eq!(verify(&known, &keys), Err(Error::InvalidSignature), "{name}");
        assert_eq!(verify(&signed(&signer), &keys), Ok(()), "{name}");
    }
}

#[test]
fn a208_ml_dsa_is_no_algorithm_that_can_be_named() {
    for (alg, ..) in ALGS {
        assert_eq!(JwsAlg::from_name(alg), None);
        assert_eq!(JweAlg::from_name(alg), None);
        assert!(JwsAlg::ALL.iter().all(|known| known.name() != alg));
    }
    assert_eq!(JwsAlg::from_name("Ed25519"), Some(JwsAlg::Ed25519));
}
