//! Section I: one key, one algorithm, across the whole table.

use josie::Curve;
use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyType;
use josie::Refused;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::json;

use crate::authors::authors;
use crate::authors::b64u;
use crate::authors::fixture_text;
use crate::authors::verify;

#[test]
fn a14_key_bound_to_one_algorithm_verifies_no_other() {
    for bound in authors() {
        let keys = bound.keys();
        for other in JwsAlg::ALL.iter().copied().filter(|other| *other != bound.alg) {
            // The same key in the other algorithm where it can, else its own signature under a lying header.
            let can =
                family(other) == family(bound.alg) && bound.registry.signature(other).is_some();
            let header = json!({ "alg": other.name() });
            let token = if can {
                let twin = bound.with(bound.material.clone(), other);
                let honest = twin.token(&header);
                assert_eq!(verify(&honest, &twin.keys(), &[other]), Ok(()), "{bound}: {other}");
                honest
            } else {
                bound.token(&header)
            };

            let unknown_key = verify(&token, &keys, JwsAlg::ALL);
            assert_eq!(unknown_key, Err(Error::UnknownKey), "{bound}: {other}");
            let refused = verify(&token, &keys, &[bound.alg]);
            assert_eq!(refused, Err(Error::Refused(Refused::Algorithm)), "{bound}: {other}");
        }
        assert_eq!(verify(&bound.honest(), &keys, JwsAlg::ALL), Ok(()), "{bound}");
    }
}

#[test]
fn a14_key_of_another_type_or_curve_is_not_bound() {
    for owner in authors() {
        let public = owner.material.public_half().unwrap_or_else(|| owner.material.clone());
        for alg in JwsAlg::ALL.iter().copied() {
            let expected = match (owner.alg.kty(), owner.alg.crv()) {
                _ if family(alg) == family(owner.alg) => continue,
                (found, _) if found != alg.kty() => {
                    KeyError::WrongKeyType { alg: alg.name(), expected: alg.kty(), found }
                }
                (_, crv) => KeyError::WrongCurve {
                    alg: alg.name(),
                    expected: alg.crv().unwrap(),
                    found: crv.unwrap(),
                },
            };
            let verifying = VerifyingKey::new(&public, alg, &owner.registry).map(drop);
            let signing = SigningKey::new(&owner.material, alg, &owner.registry).map(drop);
            assert_eq!(verifying, Err(expected.clone()), "{owner}: {alg}");
            assert_eq!(signing, Err(expected), "{owner}: {alg}");
        }
        assert_eq!(VerifyingKey::new(&public, owner.alg, &owner.registry).map(drop), Ok(()));
    }
}

#[test]
fn a14_jwk_with_an_alg_is_bound_to_no_other() {
    for owner in authors().iter().filter(|owner| owner.alg.kty() != KeyType::Oct) {
        let jwk = Jwk::parse(&owner.public_jwk().to_string()).unwrap();
        for alg in JwsAlg::ALL.iter().copied().filter(|alg| *alg != owner.alg) {
            if family(alg) == family(owner.alg) {
                let result = VerifyingKey::new(jwk.material(), alg, &owner.registry).map(drop);
                assert_eq!(result, Err(KeyError::AlgMismatch(alg.name())), "{owner}: {alg}");
            }
        }
        let own = VerifyingKey::new(jwk.material(), owner.alg, &owner.registry).map(drop);
        assert_eq!(own, Ok(()), "{owner}");
    }
}

/// The algorithms that one key could compute are of one family.
fn family(alg: JwsAlg) -> &'static str {
    match alg.name() {
        "HS256" | "HS384" | "HS512" => "octets",
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => "RSA",
        "Ed25519" | "EdDSA" => "Edwards",
        single => single,
    }
}

#[test]
fn a15_keys_of_foreign_algorithms_are_not_imported() {
    for stem in ["dsa", "rsa-pss", "ed448", "x448", "brainpool"] {
        for half in ["spki", "pkcs8"] {
            let result =
                KeyMaterial::from_pem(&fixture_text(&format!("{stem}.{half}.pem"))).map(drop);
            assert_eq!(result, Err(KeyError::UnknownKeyAlgorithm), "{stem}.{half}");
        }
    }
    for stem in ["p256-explicit", "p256-compressed"] {
        let result = KeyMaterial::from_pem(&fixture_text(&format!("{stem}.spki.pem"))).map(drop);
        assert_eq!(result, Err(KeyError::Encoding(KeyFormat::Spki)), "{stem}");
    }
    for stem in ["rsa2048", "p256", "ed25519", "x25519"] {
        let result = KeyMaterial::from_pem(&fixture_text(&format!("{stem}.spki.pem"))).map(drop);
        assert_eq!(result, Ok(()), "{stem}");
    }
}

#[test]
fn a15_jwk_of_a_foreign_type_or_curve_is_not_imported() {
    let (x, y) = (b64u(&[9; 32]), b64u(&[9; 32]));
    for (kty, crv, expected) in [
        ("OKP", "Ed448", Err(JwkError::UnknownCurve)),
        ("OKP", "X448", Err(JwkError::UnknownCurve)),
        ("EC", "P-192", Err(JwkError::UnknownCurve)),
        ("EC", "BP-256", Err(JwkError::UnknownCurve)),
        ("EC", "p-256", Err(JwkError::UnknownCurve)),
        ("DSA", "P-256", Err(JwkError::UnknownKeyType)),
        ("ec", "P-256", Err(JwkError::UnknownKeyType)),
        ("OKP", "Ed25519", Ok(())),
        ("OKP", "X25519", Ok(())),
    ] {
        let jwk = json!({ "kty": kty, "crv": crv, "x": x, "y": y }).to_string();
        let result = Jwk::parse(&jwk).map(drop);
        assert_eq!(result, expected.map_err(KeyError::Jwk), "{kty} {crv}");
    }
    for (kty, crv) in [("EC", "Ed25519"), ("EC", "X25519"), ("OKP", "P-256")] {
        let jwk = json!({ "kty": kty, "crv": crv, "x": x, "y": y }).to_string();
        assert_eq!(Jwk::parse(&jwk).map(drop), Err(KeyError::InvalidValue("crv")), "{kty} {crv}");
    }
    assert_eq!(Curve::from_name("Ed448"), None);
}
