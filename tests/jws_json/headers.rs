//! Protected and unprotected headers, which are kept apart: what counts is protected, and no name stands in both.

use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Limits;
use josie::Malformed;
use josie::Refused;
use josie::UnprotectedHeader;
use josie::UnverifiedJwsJson;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::lax;
use crate::authors::merged;
use crate::authors::policy;

const PAYLOAD: &[u8] = b"a contract";

/// A document with more in its two headers.
fn document(author: &Author, protected: Value, header: Value) -> String {
    let honest = author.flattened(&author.header_with(protected), &b64u(PAYLOAD));
    merged(honest, json!({ "header": header })).to_string()
}

#[test]
fn name_in_both_headers_is_malformed_whatever_the_values() {
    let names: [(&str, Value); 8] = [
        ("alg", json!("HS256")),
        ("kid", json!("a")),
        ("typ", json!("JWT")),
        ("cty", json!("x")),
        ("jwk", json!({})),
        ("x", json!(1)),
        ("", json!(null)),
        ("x5t#S256", json!("AA")),
    ];
    for author in authors_with(JwsAlg::Hs256) {
        for (name, value) in &names {
            for other in [value.clone(), json!("another")] {
                let text = document(&author, json!({ *name: value }), json!({ *name: other }));
                let error = JwsJson::verify(&text, &author.keys(), &policy()).unwrap_err();
                assert_eq!(error, Error::Malformed(Malformed::OverlappingHeaders), "{name}");
            }
            if *name != "alg" {
                let text = document(&author, json!({}), json!({ *name: value }));
                assert!(JwsJson::verify(&text, &author.keys(), &policy()).is_ok(), "{name}");
            }
        }
    }
}

#[test]
fn alg_and_kid_that_are_not_protected_are_shown() {
    for author in authors_with(JwsAlg::Hs256) {
        let entry = json!({
            "payload": b64u(PAYLOAD),
            "header": author.header(),
            "signature": "AAAA",
        });
        let text = entry.to_string();
        let unverified = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();
        let signature = unverified.signatures().next().unwrap();
        assert_eq!((signature.alg(), signature.header()), (None, None));
        assert_eq!(signature.unprotected().param("alg"), Some(&json!("HS256")));

        let text = author.flattened(&author.header(), &b64u(PAYLOAD)).to_string();
        let unverified = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();
        let signature = unverified.signatures().next().unwrap();
        assert_eq!(signature.alg(), Some(JwsAlg::Hs256));
        assert_eq!(signature.unprotected().param("alg"), None);
        assert!(signature.unprotected().is_empty());

        let text = document(&author, json!({}), json!({ "kid": "a" }));
        let unverified = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();
        assert!(!unverified.signatures().next().unwrap().unprotected().is_empty());
    }
}

#[test]
fn typ_counts_only_where_it_is_protected() {
    for author in authors_with(JwsAlg::Hs256) {
        let typed = lax().typ("example+jws").build().unwrap();
        let type_of = json!({ "typ": "example+jws" });

        let unprotected = document(&author, json!({}), type_of.clone());
        let error = JwsJson::verify(&unprotected, &author.keys(), &typed).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Type));
        // And what is not protected is not held against anybody either.
        let jws = JwsJson::verify(&unprotected, &author.keys(), &policy()).unwrap();
        let signature = jws.signatures().valid().next().unwrap();
        assert_eq!(signature.header().typ(), None);
        assert_eq!(signature.unprotected().param("typ"), Some(&json!("example+jws")));

        let protected = document(&author, type_of, json!({ "x": 1 }));
        let jws = JwsJson::verify(&protected, &author.keys(), &typed).unwrap();
        let signature = jws.signatures().valid().next().unwrap();
        assert_eq!(signature.header().typ(), Some("example+jws"));
        assert_eq!(signature.unprotected().param("typ"), None);
    }
}

#[test]
fn parameters_come_back_from_the_header_that_they_stood_in() {
    for author in authors_with(JwsAlg::Hs256) {
        let text = document(
            &author,
            json!({ "p": [1, { "q": null }], "cty": "a" }),
            json!({ "u": "a \"b\n c\u{e9}", "kid": "k", "jku": "https://example.com" }),
        );

        let jws = JwsJson::verify(&text, &author.keys(), &policy()).unwrap();

        let signature = jws.signatures().valid().next().unwrap();
        assert_eq!(signature.header().param("p"), Some(&json!([1, { "q": null }])));
        assert_eq!(signature.header().cty(), Some("a"));
        assert_eq!(signature.header().param("u"), None);
        let unprotected = signature.unprotected();
        assert_eq!(unprotected.param("u"), Some(&json!("a \"b\n c\u{e9}")));
        assert_eq!((unprotected.kid(), signature.kid()), (Some("k"), Some("k")));
        assert_eq!((unprotected.param("p"), unprotected.param("kid")), (None, None));
    }
}

#[test]
fn kid_is_written_in_the_header_that_was_asked_for() {
    for author in authors() {
        let author = author.named("the key");
        let header = Header::new();
        let unprotected = UnprotectedHeader::new().with_kid_of_key();
        let one = JwsBuilder::new().signature(&header, &author.key);
        let other = JwsBuilder::new().signature_with(&header, &unprotected, &author.key);
        for (builder, expected) in [(one, None), (other, Some("the key"))] {
            let text = builder.flattened(PAYLOAD).unwrap();

            let parsed: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(parsed["header"]["kid"].as_str(), expected);
            let jws = JwsJson::verify(&text, &author.keys(), &policy()).unwrap();
            let signature = jws.signatures().valid().next().unwrap();
            assert_eq!(signature.kid(), Some("the key"));
            assert_eq!(signature.unprotected().kid(), expected);
        }
    }
}

#[test]
fn unprotected_header_with_nothing_in_it_is_not_written() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new();
        let (empty, nameless) =
            (UnprotectedHeader::new(), UnprotectedHeader::new().with_kid_of_key());
        for unprotected in [&empty, &nameless] {
            let builder = JwsBuilder::new().signature_with(&header, unprotected, &author.key);

            let text = builder.flattened(PAYLOAD).unwrap();

            assert!(!text.contains("\"header\""), "{text}");
            assert!(JwsJson::verify(&text, &author.keys(), &policy()).is_ok());
        }
    }
}

#[test]
fn headers_can_be_seen_before_anything_is_verified() {
    for author in authors_with(JwsAlg::Hs256) {
        let payload = b64u(PAYLOAD);
        let entries = [
            merged(
                author.entry(&author.header_with(json!({ "typ": "x", "kid": "a" })), &payload),
                json!({ "header": { "u": 1 } }),
            ),
            merged(
                author.entry(&json!({ "alg": "XY512", "p": 1 }), &payload),
                json!({ "header": { "kid": "b" } }),
            ),
            json!({ "header": { "alg": "HS256", "kid": "c" }, "signature": "AAAA" }),
        ];
        let text = crate::authors::general(&payload, &entries);

        let unverified = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();

        let [known, unknown, bare] = unverified.signatures().collect::<Vec<_>>()[..] else {
            panic!()
        };
        assert_eq!((known.alg(), known.kid()), (Some(JwsAlg::Hs256), Some("a")));
        assert_eq!(known.header().unwrap().typ(), Some("x"));
        assert_eq!(known.unprotected().param("u"), Some(&json!(1)));
        assert_eq!((unknown.alg(), unknown.kid()), (None, Some("b")));
        assert_eq!(unknown.header(), None);
        assert_eq!((bare.alg(), bare.kid()), (None, Some("c")));
        let debug = format!("{unverified:?}");
        assert!(debug.contains("\"x\"") && !debug.contains(&payload), "{debug}");
    }
}
