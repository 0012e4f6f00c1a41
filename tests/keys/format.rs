//! Other documents than the one that was asked for are named.

use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::KeyError;
use josie::KeyFormat;

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
fn text_that_is_no_key_at_all_is_malformed() {
    assert_eq!(Jwk::parse("hunter2").unwrap_err(), KeyError::Jwk(JwkError::Json));
    assert_eq!(Jwk::parse("{}").unwrap_err(), KeyError::Jwk(JwkError::Missing("kty")));
    assert_eq!(JwkSet::parse("[]").unwrap_err(), KeyError::Jwk(JwkError::NotAnObject));
}
