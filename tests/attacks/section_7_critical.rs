//! Section VII: `crit` and `b64` in every form that is not simply compact.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::CritRefused;
use josie::Error;
use josie::Malformed;
use josie::PolicyError;
use josie::Refused;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::flattened;
use crate::documents::in_every_form;
use crate::documents::in_every_form_by;
use crate::documents::read_by;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::b64u;
use crate::peers::secret_peers;
use crate::peers::with_members;

fn malformed(reason: Malformed) -> Result<(), Error> {
    Err(Error::Malformed(reason))
}

#[test]
fn a82_unknown_critical_extensions_are_refused_in_every_form() {
    for peer in secret_peers() {
        for members in [
            r#""crit":["bork"],"bork":1"#,
            r#""bork":null,"crit":["bork"]"#,
            r#""crit":["CRIT"],"CRIT":1"#,
            r#""crit":["http://example.com/UNDEFINED"],"http://example.com/UNDEFINED":true"#,
        ] {
            let outcome = in_every_form(&peer, with_members(HEADER, members));
            assert_eq!(outcome, Err(Error::Refused(Refused::Critical)), "{members}");
        }
        let twin = with_members(HEADER, r#""bork":1,"CRIT":["bork"]"#);
        assert_eq!(in_every_form(&peer, twin), Ok(()));
    }
}

#[test]
fn a83_a84_a85_malformed_crit_is_refused_in_every_form() {
    for peer in secret_peers() {
        for crit in [
            "[]",
            r#""x""#,
            "[1]",
            r#"[""]"#,
            r#"["x","x"]"#,
            "null",
            "{}",
            r#"["alg"]"#,
            r#"["exp"]"#,
            r#"["typ"]"#,
            r#"["kid"]"#,
            r#"["nope"]"#,
            r#"["x","nope"]"#,
            r#"["x","\u0078"]"#,
            r#"["b64"]"#,
        ] {
            let header = with_members(HEADER, &format!(r#""x":1,"typ":"JWT","crit":{crit}"#));
            let policy =
                allowing(peer.alg).critical("x", |_, _| Ok(())).allow_unencoded().build().unwrap();
            let outcome = in_every_form_by(&peer, &header, &policy);
            assert_eq!(outcome, malformed(Malformed::Crit), "{crit}");
            let twin = with_members(HEADER, r#""x":1,"typ":"JWT","crit":["x"]"#);
            assert_eq!(in_every_form_by(&peer, twin, &policy), Ok(()));
        }
    }
}

#[test]
fn a86_critical_name_is_understood_only_by_a_handler_that_runs() {
    let header = with_members(HEADER, r#""crit":["x"],"x":[1]"#);
    for peer in secret_peers() {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let count = move |value: &serde_json::Value, _: &josie::Header| {
            counted.fetch_add(1, Ordering::SeqCst);
            if *value == json!([1]) { Ok(()) } else { Err(CritRefused) }
        };
        let policy = allowing(peer.alg).critical("x", count).build().unwrap();

        assert_eq!(in_every_form_by(&peer, &header, &policy), Ok(()));
        assert_eq!(runs.load(Ordering::SeqCst), 8);
        let other = with_members(HEADER, r#""crit":["x"],"x":[2]"#);
        let refused = Err(Error::Refused(Refused::CriticalValue));
        assert_eq!(in_every_form_by(&peer, other, &policy), refused);
        assert_eq!(runs.load(Ordering::SeqCst), 16);
        // What josie answers for itself, nobody answers in its place.
        for name in ["b64", "alg", "exp"] {
            let built = allowing(peer.alg).critical(name, |_, _| Ok(())).build();
            let reserved = PolicyError::ReservedCritical { name: name.to_owned() };
            assert_eq!(built.err(), (name != "exp").then_some(reserved));
        }
    }
}

#[test]
fn a88_b64_without_crit_is_malformed_however_it_was_signed() {
    for peer in secret_peers() {
        for policy in [
            allowing(peer.alg).build().unwrap(),
            allowing(peer.alg).allow_unencoded().build().unwrap(),
        ] {
            for members in [r#""b64":false"#, r#""b64":false,"crit":["x"],"x":1"#] {
                let header = with_members(HEADER, members);
                let expected = malformed(Malformed::UnencodedNotCritical);
                assert_eq!(in_every_form_by(&peer, &header, &policy), expected);
                assert_eq!(raw(&peer, &header, &policy), expected);
            }
        }
        let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
        let header = with_members(HEADER, r#""b64":false,"crit":["b64"]"#);
        assert_eq!(raw(&peer, &header, &policy), Ok(()));
        // What was signed encoded is what the header says that it is: text, and not the claims.
        let document = flattened(&peer, &header).to_string();
        assert_eq!(read_by(&peer, &document, &policy).unwrap(), b64u(CLAIMS).as_bytes());
    }
}

#[test]
fn a89_b64_that_is_no_boolean_is_malformed_in_every_form() {
    for peer in secret_peers() {
        let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
        for value in [r#""false""#, "0", "null", "[]", "{}"] {
            let header = with_members(HEADER, &format!(r#""b64":{value},"crit":["b64"]"#));
            let expected = malformed(Malformed::HeaderType("b64"));
            assert_eq!(in_every_form_by(&peer, &header, &policy), expected, "{value}");
            assert_eq!(raw(&peer, &header, &policy), expected, "{value}");
        }
        let header = with_members(HEADER, r#""b64":true,"crit":["b64"]"#);
        assert_eq!(in_every_form_by(&peer, header, &policy), Ok(()));
    }
}

/// Verifies a document whose payload is written and signed as it is.
fn raw(peer: &crate::peers::Peer, header: &str, policy: &josie::Policy) -> Result<(), Error> {
    let protected = b64u(header);
    let signature = b64u(peer.signature(&format!("{protected}.{CLAIMS}")));
    let document = json!({ "payload": CLAIMS, "protected": protected, "signature": signature });
    read_by(peer, &document.to_string(), policy).map(drop)
}
