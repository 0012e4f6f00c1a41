//! The certificates of a JWK: what of them is read, and what of them is checked when a key is bound.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use josie::Jwk;
use josie::JwkError;
use josie::KeyError;
use josie::KeyFormat;
use serde_json::json;

use crate::Json;

const NO_CERTIFICATE: KeyError = KeyError::Encoding(KeyFormat::Certificate);
const BAD_X5C: KeyError = KeyError::Jwk(JwkError::Member("x5c"));

/// The certificate of the key `p256` of `tests/data/keys/`, in base64.
fn certificate() -> String {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    STANDARD.encode(fs::read(directory.join("certificate.der")).unwrap())
}

fn with_chain(chain: &[&str]) -> Json {
    Json::public("p256").with("x5c", json!(chain))
}

fn chain_error(chain: &[&str]) -> KeyError {
    with_chain(chain).parse().unwrap().certificates().unwrap_err()
}

#[test]
fn chain_with_what_is_no_certificate_is_refused_wherever_that_stands() {
    let own = certificate();
    let longer = STANDARD.encode([&STANDARD.decode(&own).unwrap()[..], &[0]].concat());

    for other in ["", "MAA=", &longer] {
        assert_eq!(chain_error(&[other]), NO_CERTIFICATE, "{other}");
        assert_eq!(chain_error(&[&own, other]), NO_CERTIFICATE, "{other}");
        assert_eq!(chain_error(&[&own, &own, other]), NO_CERTIFICATE, "{other}");
    }
    let honest = with_chain(&[&own, &own, &own]).parse().unwrap();
    assert_eq!(honest.certificates().unwrap().len(), 3);
}

/// RFC 7517 section 4.7: base64 as in RFC 4648 section 4, with its padding.
#[test]
fn certificate_in_base64_without_padding_or_with_line_ends_is_refused() {
    let own = certificate();
    let unpadded = own.trim_end_matches('=');
    assert_ne!(unpadded, own);

    for text in [unpadded, &format!("{own}\n"), &format!("{}\n{}", &own[..64], &own[64..])] {
        assert_eq!(chain_error(&[text]), BAD_X5C, "{text}");
        assert_eq!(chain_error(&[&own, text]), BAD_X5C, "{text}");
    }
    assert!(with_chain(&[&own]).parse().unwrap().certificates().is_ok());
}

#[test]
fn certificate_of_more_than_16_kib_is_refused_before_it_is_decoded() {
    let own = certificate();
    let longest = STANDARD.encode([0; 16 * 1024]);
    let longer = format!("{longest}A");

    for chain in [vec![&*longer], vec![&*own, &*longer]] {
        assert_eq!(with_chain(&chain).parse_error(), KeyError::Jwk(JwkError::Limit));
    }
    assert_eq!(chain_error(&[&longest]), NO_CERTIFICATE);
}

#[test]
fn certificate_member_of_another_type_is_named() {
    let chain = json!([certificate()]);
    for (name, fitting) in [("x5c", chain), ("x5t", json!("a")), ("x5t#S256", json!("a"))] {
        for value in [json!(5), json!(null), json!([5]), json!({})] {
            let jwk = Json::public("p256").with(name, value);

            assert_eq!(jwk.parse_error(), KeyError::Jwk(JwkError::Member(name)), "{name}");
        }
        assert!(Json::public("p256").with(name, fitting).parse().is_ok(), "{name}");
    }
}

#[test]
fn certificates_stay_with_the_public_half_of_a_key() {
    let jwk = Json::private("p256").with("x5c", json!([certificate()])).parse().unwrap();

    let public = jwk.to_public().unwrap();

    assert_eq!(public.as_jwk().certificates(), jwk.certificates());
    assert_eq!(jwk.certificates().unwrap().len(), 1);
    let again = Jwk::parse(jwk.to_private_json().unwrap().expose()).unwrap();
    assert_eq!(again.certificates(), jwk.certificates());
}
