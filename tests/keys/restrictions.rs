//! What a JWK says that it is for, which half of it is given, and its JSON (RFC 7517 section 4).

use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::PublicJwk;
use serde_json::Value;
use serde_json::json;

use crate::Json;
use crate::registries;

/// One key of each type, and an algorithm of it that every registry has.
const KEYS: [(&str, JwsAlg); 4] = [
    ("secret", JwsAlg::Hs256),
    ("rsa2048", JwsAlg::Ps256),
    ("p256", JwsAlg::Es256),
    ("ed25519", JwsAlg::Ed25519),
];

fn private(key: &str) -> Json {
    if key == "secret" { Json::secret() } else { Json::private(key) }
}

fn public(key: &str) -> Json {
    if key == "secret" { Json::secret() } else { Json::public(key) }
}

/// Each key with these members more: what it says to signing and to verifying.
fn assert_outcomes(
    members: &Value,
    signing: impl Fn(JwsAlg) -> Result<(), KeyError>,
    verifying: impl Fn(JwsAlg) -> Result<(), KeyError>,
) {
    for (name, registry) in registries() {
        for (key, alg) in KEYS {
            let extend = |json: Json| {
                let members = members.as_object().unwrap().iter();
                members.fold(json, |json, (member, value)| json.with(member, value.clone()))
            };
            let signs = extend(private(key)).signing(alg, &registry).map(|_| ());
            let verifies = extend(public(key)).verifying(alg, &registry).map(|_| ());

            assert_eq!(signs, signing(alg), "{key} {members} signing on {name}");
            assert_eq!(verifies, verifying(alg), "{key} {members} verifying on {name}");
        }
    }
}

#[test]
fn jwk_whose_use_is_not_signatures_is_refused() {
    let refused = |_| Err(KeyError::UseMismatch);
    for other in ["enc", "SIG", "", "tls"] {
        assert_outcomes(&json!({"use": other}), refused, refused);
    }
    assert_outcomes(&json!({"use": "sig"}), |_| Ok(()), |_| Ok(()));
}

#[test]
fn jwk_whose_key_ops_do_not_name_the_operation_is_refused() {
    let refused = |_| Err(KeyError::KeyOpsMismatch);
    assert_outcomes(&json!({"key_ops": ["sign"]}), |_| Ok(()), refused);
    assert_outcomes(&json!({"key_ops": ["verify"]}), refused, |_| Ok(()));
    assert_outcomes(&json!({"key_ops": ["verify", "sign"]}), |_| Ok(()), |_| Ok(()));
    assert_outcomes(&json!({"key_ops": ["sign", "x"]}), |_| Ok(()), refused);
    for others in [json!([]), json!(["Sign", "Verify"]), json!(["encrypt", "decrypt"])] {
        assert_outcomes(&json!({"key_ops": others}), refused, refused);
    }
}

#[test]
fn jwk_of_another_alg_is_refused() {
    let refused = |alg: JwsAlg| Err(KeyError::AlgMismatch(alg.name()));
    for other in ["HS512", "RS256", "ES384", "EdDSA", "es256", "none", ""] {
        assert_outcomes(&json!({"alg": other}), refused, refused);
    }
    for (name, registry) in registries() {
        for (key, alg) in KEYS {
            let own = private(key).with("alg", alg.name());
            assert!(own.signing(alg, &registry).is_ok(), "{alg} on {name}");
        }
    }
}

#[test]
fn jwk_whose_use_and_key_ops_contradict_each_other_is_refused() {
    for (public_use, key_ops) in [
        ("sig", json!(["encrypt"])),
        ("sig", json!(["sign", "deriveKey"])),
        ("enc", json!(["verify"])),
        ("sig", json!(["verify", "verify"])),
        ("other", json!(["x", "x"])),
    ] {
        let json = Json::public("p256").with("use", public_use).with("key_ops", key_ops);

        assert_eq!(json.parse_error(), KeyError::Jwk(JwkError::Contradiction));
    }
    let honest = Json::public("p256").with("use", "sig").with("key_ops", json!(["verify"]));
    assert!(honest.parse().is_ok());
}

#[test]
fn private_jwk_does_not_verify_and_public_jwk_does_not_sign() {
    for (name, registry) in registries() {
        for (key, alg) in KEYS.into_iter().filter(|(key, _)| *key != "secret") {
            let verifying = private(key).verifying(alg, &registry).unwrap_err();
            let signing = public(key).signing(alg, &registry).unwrap_err();

            assert_eq!(verifying, KeyError::PublicKeyNeeded, "{key} on {name}");
            assert_eq!(signing, KeyError::PrivateKeyNeeded, "{key} on {name}");
        }
    }
}

#[test]
fn private_jwk_is_no_public_jwk() {
    for (key, _) in KEYS {
        let expected =
            if key == "secret" { KeyError::SymmetricKey } else { KeyError::PublicKeyNeeded };

        let error = PublicJwk::try_from(private(key).parse().unwrap()).unwrap_err();
        assert_eq!(error, expected, "{key}");
        let reading = serde_json::from_value::<PublicJwk>(private(key).0).unwrap_err();
        assert_eq!(reading.to_string(), expected.to_string(), "{key}");
        if key != "secret" {
            assert!(PublicJwk::try_from(public(key).parse().unwrap()).is_ok(), "{key}");
        }
    }
}

#[test]
fn jwk_keeps_its_kid_in_both_roles() {
    for (name, registry) in registries() {
        for (key, alg) in KEYS {
            let signing = private(key).with("kid", "a/1").signing(alg, &registry).unwrap();
            let verifying = public(key).with("kid", "a/1").verifying(alg, &registry).unwrap();

            assert_eq!(signing.kid(), Some("a/1"), "{name}");
            assert_eq!(signing.verifying_key().kid(), Some("a/1"), "{name}");
            assert_eq!(verifying.kid(), Some("a/1"), "{name}");
        }
    }
}

#[test]
fn jwk_with_a_member_twice_is_refused() {
    let honest = r#"{"kty":"oct","k":"AQ","z":{"a":1,"b":1}}"#;
    assert!(Jwk::parse(honest).is_ok());
    for text in [
        r#"{"kty":"oct","k":"AQ","k":"AQ"}"#,
        r#"{"kty":"oct","kty":"oct","k":"AQ"}"#,
        r#"{"kty":"oct","k":"AQ","\u006b":"Ag"}"#,
        r#"{"kty":"oct","k":"AQ","kid":"a","kid":"b"}"#,
        r#"{"kty":"oct","k":"AQ","unknown":1,"unknown":1}"#,
        r#"{"kty":"oct","k":"AQ","z":{"a":1,"a":1}}"#,
        r#"{"kty":"oct","k":"AQ","z":[{"a":{"b":1,"b":1}}]}"#,
        r#"{"kty":"oct","k":"AQ","use":"sig","use":"sig"}"#,
        r#"{"kty":"oct","k":"AQ","key_ops":["sign"],"key_ops":["sign"]}"#,
        r#"{"kty":"oct","k":"AQ","alg":"HS256","alg":"HS256"}"#,
    ] {
        let error = Jwk::parse(text).unwrap_err();
        assert_eq!(error, KeyError::Jwk(JwkError::DuplicateMember), "{text}");
    }
}

#[test]
fn jwk_with_a_member_of_another_json_type_is_refused() {
    for member in ["kty", "kid", "alg", "use", "key_ops", "crv", "x", "y", "d"] {
        for value in [json!(null), json!(1), json!({}), json!([1])] {
            let error = Json::private("p256").with(member, value).parse_error();

            assert_eq!(error, KeyError::Jwk(JwkError::Member(member)));
        }
    }
}

#[test]
fn jwk_with_members_that_josie_does_not_know_is_accepted() {
    let json =
        Json::public("p256").with("x5c", json!(["MA=="])).with("iat", 1).with("ext", json!(null));

    assert!(json.parse().is_ok());
}

#[test]
fn jwk_of_no_known_type_is_refused() {
    for kty in ["XYZ", "ec", "rsa", "OCT", "AKP", ""] {
        let error = Json::public("p256").with("kty", kty).parse_error();
        assert_eq!(error, KeyError::Jwk(JwkError::UnknownKeyType), "{kty}");
    }
    let error = Json::public("p256").without("kty").parse_error();
    assert_eq!(error, KeyError::Jwk(JwkError::Missing("kty")));
}
