//! Sections I and VI: what stands in an unprotected header, where anybody can put it.

use josie::Error;
use josie::JwsJson;
use josie::Malformed;
use josie::Refused;
use josie::SignedBy;
use serde_json::Value;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::by;
use crate::documents::entry;
use crate::documents::flattened;
use crate::documents::general;
use crate::documents::read;
use crate::documents::read_by;
use crate::documents::with;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::secret_peers;
use crate::peers::with_members;

/// An otherwise honest document under this protected and this unprotected header.
fn document(peer: &Peer, protected: &str, header: &Value) -> String {
    with(flattened(peer, protected), json!({ "header": header })).to_string()
}

#[test]
fn a12_alg_that_is_not_protected_is_refused() {
    for peer in family_peers() {
        let alg = json!({ "alg": peer.alg.name() });
        let refused = Error::Refused(Refused::UnprotectedAlgorithm);
        let hostile = document(&peer, r#"{"kid":"1"}"#, &alg);
        assert_eq!(read(&peer, &hostile).unwrap_err(), refused);
        // Of one signature among others it is the outcome, and does not count.
        let bad = with(entry(&peer, r#"{"kid":"1"}"#), json!({ "header": alg }));
        let several = general(&[bad, entry(&peer, peer.header())]);
        let error = read(&peer, &several).unwrap_err();
        assert_eq!(error, Error::SignersMissing([Err(refused), Ok(())].into()));
        assert!(read_by(&peer, &several, &by(&peer, SignedBy::Any)).is_ok());
        let honest = document(&peer, &peer.header(), &json!({ "kid": "1" }));
        assert!(read(&peer, &honest).is_ok());
    }
}

#[test]
fn a13_alg_in_both_headers_is_malformed_whatever_it_says() {
    for peer in family_peers() {
        for other in [peer.alg.name(), "HS256", "none", "XY512"] {
            for alg in [peer.alg.name(), "none"] {
                let protected = format!(r#"{{"alg":"{alg}"}}"#);
                let hostile = document(&peer, &protected, &json!({ "alg": other }));
                let error = Error::Malformed(Malformed::OverlappingHeaders);
                assert_eq!(read(&peer, &hostile).unwrap_err(), error, "{alg} {other}");
            }
        }
        assert!(read(&peer, &document(&peer, &peer.header(), &json!({ "x": 1 }))).is_ok());
    }
}

#[test]
fn a70_name_in_both_headers_is_malformed() {
    for peer in secret_peers() {
        for name in ["kid", "typ", "cty", "jwk", "x5c", "x", "iss", ""] {
            let protected = with_members(HEADER, &format!(r#""{name}":"JWT""#));
            for value in ["JWT", "another"] {
                let hostile = document(&peer, &protected, &json!({ name: value }));
                let error = Error::Malformed(Malformed::OverlappingHeaders);
                assert_eq!(read(&peer, &hostile).unwrap_err(), error, "{name}");
            }
            // In one of them it is nothing special.
            assert!(read(&peer, &document(&peer, &protected, &json!({ "y": 1 }))).is_ok());
            assert!(read(&peer, &document(&peer, HEADER, &json!({ name: "JWT" }))).is_ok());
        }
    }
}

#[test]
fn a72_crit_that_is_not_protected_is_malformed() {
    for peer in secret_peers() {
        for header in [
            json!({ "crit": ["b64"], "b64": false }),
            json!({ "crit": ["x"], "x": 1 }),
            json!({ "crit": ["x"] }),
        ] {
            let error = Error::Malformed(Malformed::UnprotectedParameter("crit"));
            assert_eq!(read(&peer, &document(&peer, HEADER, &header)).unwrap_err(), error);
            // Signed over either reading of the payload.
            let raw = raw_document(&peer, HEADER, &header);
            assert_eq!(read(&peer, &raw).unwrap_err(), error);
        }
        assert!(read(&peer, &document(&peer, HEADER, &json!({ "x": 1 }))).is_ok());
    }
}

#[test]
fn a73_critical_parameter_that_is_not_protected_itself_is_malformed() {
    for peer in secret_peers() {
        let allowing_all = allowing(peer.alg).allow_unencoded().critical("x", |_, _| Ok(()));
        let policy = allowing_all.build().unwrap();
        for (name, value) in [("b64", json!(false)), ("b64", json!(true)), ("x", json!(1))] {
            let protected = with_members(HEADER, &format!(r#""crit":["{name}"]"#));
            for document in [
                document(&peer, &protected, &json!({ name: value })),
                raw_document(&peer, &protected, &json!({ name: value })),
            ] {
                let error = read_by(&peer, &document, &policy).unwrap_err();
                assert_eq!(error, Error::Malformed(Malformed::Crit));
            }
        }
        let protected = with_members(HEADER, r#""crit":["x"],"x":1"#);
        assert!(read_by(&peer, &document(&peer, &protected, &json!({ "y": 1 })), &policy).is_ok());
    }
}

/// A document whose payload is written and signed as it is.
fn raw_document(peer: &Peer, protected: &str, header: &Value) -> String {
    let protected = b64u(protected);
    let signature = b64u(peer.signature(&format!("{protected}.{CLAIMS}")));
    json!({ "payload": CLAIMS, "protected": protected, "header": header, "signature": signature })
        .to_string()
}

#[test]
fn a80_unprotected_parameters_satisfy_no_policy() {
    for peer in secret_peers() {
        let typed = allowing(peer.alg).typ("at+jwt").build().unwrap();
        let header = json!({ "typ": "at+jwt", "cty": "JWT", "jwk": {}, "x5c": ["AA"] });
        let hostile = document(&peer, HEADER, &header);
        let error = read_by(&peer, &hostile, &typed).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Type));

        let plain = allowing(peer.alg).build().unwrap();
        let jws = JwsJson::verify(&hostile, &peer.keys, &plain).unwrap();
        let signature = jws.signatures().valid().next().unwrap();
        assert_eq!((signature.header().typ(), signature.header().cty()), (None, None));
        for name in ["typ", "cty", "jwk", "x5c"] {
            assert_eq!(signature.header().param(name), None);
            assert_eq!(signature.unprotected().param(name), Some(&header[name]));
        }
        let honest = flattened(&peer, with_members(HEADER, r#""typ":"at+jwt""#)).to_string();
        assert!(read_by(&peer, &honest, &typed).is_ok());
    }
}

#[test]
fn a80_unprotected_kid_names_no_signer() {
    for peer in secret_peers() {
        let hostile = document(&peer, HEADER, &json!({ "kid": "admin" }));
        let error = read_by(&peer, &hostile, &by(&peer, SignedBy::kids(["admin"]))).unwrap_err();
        assert_eq!(error, Error::SignersMissing([Ok(())].into()));
        assert!(read(&peer, &hostile).is_ok());
        let key = peer.keys.iter().next().unwrap().clone().with_kid("admin");
        let policy = by(&peer, SignedBy::kids(["admin"]));
        assert!(JwsJson::verify(&hostile, &josie::KeySet::from(key), &policy).is_ok());
    }
}

#[test]
fn a81_white_space_in_values_is_kept() {
    for peer in secret_peers() {
        let value = "a b\n c\t \u{a0}\u{2003}d  ";
        let protected = with_members(HEADER, &format!(r#""x":{}"#, json!(value)));
        let text = document(&peer, &protected, &json!({ "y": value, " ": value }));

        let policy = allowing(peer.alg).build().unwrap();
        let jws = JwsJson::verify(&text, &peer.keys, &policy).unwrap();

        let signature = jws.signatures().valid().next().unwrap();
        assert_eq!(signature.header().param("x"), Some(&json!(value)));
        assert_eq!(signature.unprotected().param("y"), Some(&json!(value)));
        assert_eq!(signature.unprotected().param(" "), Some(&json!(value)));
        assert_eq!(signature.unprotected().param(""), None);
    }
}
