//! Section VI: documents that are two things at once, or none.

use josie::Error;
use josie::Jws;
use josie::JwsJson;
use josie::Jwt;
use josie::Malformed;
use josie::Part;
use serde_json::Value;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::entry;
use crate::documents::flattened;
use crate::documents::general;
use crate::documents::read;
use crate::documents::with;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::secret_peers;

const EVIL: &str = r#"{"sub":"mallory","exp":1700003600}"#;

#[test]
fn a66_document_that_looks_like_a_compact_token_gives_the_payload_that_was_verified() {
    for peer in family_peers() {
        let honest = flattened(&peer, peer.header());
        let text = |name: &str| honest[name].as_str().unwrap();
        let (header, evil) = (text("protected"), b64u(EVIL));
        let polyglot = format!(
            r#"{{"  {header}.{evil}.": "", "protected":"{header}","payload":"{}","signature":"{}"}}"#,
            text("payload"),
            text("signature"),
        );

        // It is a document, whatever its names are.
        assert_eq!(read(&peer, &polyglot).unwrap(), CLAIMS.as_bytes());
        let any =
            JwsJson::verify_any_form(&polyglot, &peer.keys, &allowing(peer.alg).build().unwrap());
        assert_eq!(any.unwrap().payload(), CLAIMS.as_bytes());
        let header = Error::Malformed(Malformed::Base64url(Part::Header));
        assert_eq!(peer.verify(&polyglot).unwrap_err(), header);
        assert_eq!(peer.verify_jws(&polyglot).unwrap_err(), header);
        // And the other way round: a compact token with a document behind it, or before it.
        let compact = peer.honest();
        let no_json = Error::Malformed(Malformed::Json(Part::Document));
        assert_eq!(read(&peer, &compact).unwrap_err(), no_json);
        assert_eq!(read(&peer, &format!("{compact}{honest}")).unwrap_err(), no_json);
        assert_eq!(read(&peer, &format!("{honest}{compact}")).unwrap_err(), no_json);
        assert!(peer.verify(&compact).is_ok());
    }
}

#[test]
fn a67_document_is_no_jwt() {
    for peer in family_peers() {
        let flattened = flattened(&peer, peer.header()).to_string();
        let general = general(&[entry(&peer, peer.header())]);

        for document in [flattened, general] {
            assert_eq!(read(&peer, &document).unwrap(), CLAIMS.as_bytes());
            let parts = Error::Malformed(Malformed::Parts);
            assert_eq!(peer.verify(&document).unwrap_err(), parts);
        }
        let jwt: Jwt = peer.verify(&peer.honest()).unwrap();
        assert_eq!(jwt.claims().sub.as_deref(), Some("alice"));
    }
}

#[test]
fn a68_flattened_and_general_members_are_not_mixed() {
    for peer in family_peers() {
        let good = flattened(&peer, peer.header());
        let good_entry = entry(&peer, peer.header());
        let evil = json!([{ "protected": b64u(peer.header()), "signature": "AAAA" }]);
        for signatures in [evil, json!([good_entry]), json!([{}])] {
            let mixed = with(good.clone(), json!({ "signatures": signatures })).to_string();
            let error = Error::Malformed(Malformed::MixedForms("protected"));
            assert_eq!(read(&peer, &mixed).unwrap_err(), error);
        }
        for (name, value) in [("signature", json!("AAAA")), ("header", json!({ "kid": "a" }))] {
            let mixed = json!({ "payload": b64u(CLAIMS), "signatures": [good_entry], name: value });
            let error = Error::Malformed(Malformed::MixedForms(name));
            assert_eq!(read(&peer, &mixed.to_string()).unwrap_err(), error);
        }
        // Null is no way to leave it away.
        let null = with(good.clone(), json!({ "signatures": null })).to_string();
        let error = Error::Malformed(Malformed::MemberType("signatures"));
        assert_eq!(read(&peer, &null).unwrap_err(), error);
        assert!(read(&peer, &good.to_string()).is_ok());
        assert!(read(&peer, &general(&[good_entry])).is_ok());
    }
}

#[test]
fn a68_jws_and_jwe_members_are_not_mixed() {
    for peer in secret_peers() {
        for name in ["ciphertext", "encrypted_key", "recipients"] {
            for value in [json!("AAAA"), json!([]), Value::Null] {
                let mixed = with(flattened(&peer, HEADER), json!({ name: value })).to_string();
                let error = Error::Malformed(Malformed::MixedForms(name));
                assert_eq!(read(&peer, &mixed).unwrap_err(), error);
            }
        }
        assert!(read(&peer, &flattened(&peer, HEADER).to_string()).is_ok());
    }
}

#[test]
fn a78_empty_and_absent_protected_headers_are_refused() {
    for peer in secret_peers() {
        let unprotected = json!({ "alg": peer.alg.name() });
        let signed =
            |protected: &str| b64u(peer.signature(&format!("{protected}.{}", b64u(CLAIMS))));
        let bare = json!({ "payload": b64u(CLAIMS), "signature": signed("") });
        let header = with(bare.clone(), json!({ "header": unprotected }));
        for (document, error) in [
            (bare.clone(), Error::Malformed(Malformed::MissingAlg)),
            (
                with(header.clone(), json!({ "protected": "" })),
                Error::Malformed(Malformed::EmptyMember("protected")),
            ),
            (
                with(bare, json!({ "header": {} })),
                Error::Malformed(Malformed::EmptyMember("header")),
            ),
            (header, Error::Refused(josie::Refused::UnprotectedAlgorithm)),
        ] {
            assert_eq!(read(&peer, &document.to_string()).unwrap_err(), error, "{document}");
        }
        assert!(read(&peer, &flattened(&peer, HEADER).to_string()).is_ok());
    }
}

#[test]
fn a79_members_of_every_other_type_are_refused() {
    for peer in secret_peers() {
        let values =
            [json!(null), json!(1), json!(true), json!("x"), json!([]), json!({}), json!(["x"])];
        for name in ["payload", "protected", "signature", "header"] {
            for value in &values {
                let is_right = if name == "header" { value.is_object() } else { value.is_string() };
                if is_right {
                    continue;
                }
                let hostile = with(flattened(&peer, HEADER), json!({ name: value })).to_string();
                let error = Error::Malformed(Malformed::MemberType(name));
                assert_eq!(read(&peer, &hostile).unwrap_err(), error, "{hostile}");
            }
        }
        for value in values.iter().filter(|value| !value.is_array()) {
            let hostile = json!({ "payload": b64u(CLAIMS), "signatures": value }).to_string();
            let error = Error::Malformed(Malformed::MemberType("signatures"));
            assert_eq!(read(&peer, &hostile).unwrap_err(), error, "{hostile}");
        }
        let twin = with(flattened(&peer, HEADER), json!({ "header": { "x": null } })).to_string();
        assert!(read(&peer, &twin).is_ok());
    }
}

#[test]
fn a66_compact_reader_does_not_read_what_is_behind_a_token() {
    for peer in secret_peers() {
        let policy = allowing(peer.alg).build().unwrap();
        let compact = peer.honest();
        let error = Jws::verify(&format!("{compact}{{}}"), &peer.keys, &policy).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::Base64url(Part::Signature)));
        assert!(Jws::verify(&compact, &peer.keys, &policy).is_ok());
    }
}
