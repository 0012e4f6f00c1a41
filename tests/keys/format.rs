//! Other documents than the one that was asked for are named.

use std::collections::BTreeMap;

use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::KeyError;
use josie::KeyFormat;
use josie::PublicJwkSet;

const JWK: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn key_in_another_format_is_named_where_a_jwk_is_expected() {
    for (text, found) in [
        (include_str!("../data/keys/p256.spki.pem"), KeyFormat::Spki),
        (include_str!("../data/keys/p256.pkcs8.pem"), KeyFormat::Pkcs8),
        (include_str!("../data/keys/openssh.pub"), KeyFormat::OpenSsh),
        (&format!(r#"{{"keys":[{JWK}]}}"#), KeyFormat::JwkSet),
    ] {
        let error = Jwk::parse(text).unwrap_err();

        assert_eq!(error, KeyError::Format { expected: "JWK", found });
        assert_eq!(error.to_string(), format!("expected JWK, found {found}"));
    }
    assert!(Jwk::parse(JWK).is_ok());
}

#[test]
fn key_in_another_format_is_named_where_a_jwk_set_is_expected() {
    for (text, found) in [
        (include_str!("../data/keys/certificate.pem"), KeyFormat::Certificate),
        (JWK, KeyFormat::Jwk),
    ] {
        let error = JwkSet::parse(text).unwrap_err();

        assert_eq!(error, KeyError::Format { expected: "JWK set", found });
    }
    assert!(JwkSet::parse(&format!(r#"{{"keys":[{JWK}]}}"#)).is_ok());
}

#[test]
fn set_within_another_document_is_refused_for_the_same_reasons() {
    for (set, reason) in [
        (JWK.to_owned(), KeyError::Format { expected: "JWK set", found: KeyFormat::Jwk }),
        (r#"{"keys":[],"keys":[]}"#.to_owned(), KeyError::Jwk(JwkError::DuplicateMember)),
        ("[]".to_owned(), KeyError::Jwk(JwkError::NotAnObject)),
    ] {
        let document = format!(r#"{{"jwks":{set}}}"#);
        let read = serde_json::from_str::<BTreeMap<String, PublicJwkSet>>(&document);

        let error = read.unwrap_err().to_string();
        assert!(error.starts_with(&reason.to_string()), "{error}");
        assert_eq!(PublicJwkSet::parse(&set).unwrap_err(), reason);
    }
    let document = format!(r#"{{"jwks":{{"keys":[{JWK}]}}}}"#);
    let read: BTreeMap<String, PublicJwkSet> = serde_json::from_str(&document).unwrap();
    assert_eq!(read["jwks"].keys().count(), 1);
}

#[test]
fn text_that_is_no_key_at_all_is_malformed() {
    assert_eq!(Jwk::parse("hunter2").unwrap_err(), KeyError::Jwk(JwkError::Json));
    assert_eq!(Jwk::parse("{}").unwrap_err(), KeyError::Jwk(JwkError::Missing("kty")));
    assert_eq!(JwkSet::parse("[]").unwrap_err(), KeyError::Jwk(JwkError::NotAnObject));
}
