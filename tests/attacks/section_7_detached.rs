//! Section VII and XIV: payloads that are elsewhere or not encoded, and what exactly is signed.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeyMaterial;
use josie::Malformed;
use josie::Refused;
use josie::SigningKey;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::entry;
use crate::documents::flattened;
use crate::documents::in_every_form;
use crate::documents::read;
use crate::documents::read_by;
use crate::documents::with;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::SECRET;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::wide;
use crate::peers::with_members;

const UNENCODED: &str = r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#;

/// Verifies a compact token over this payload, by a slice and in chunks alike.
fn detached(peer: &Peer, token: &str, payload: &[u8]) -> Result<(), Error> {
    let policy = allowing(peer.alg).allow_unencoded().limits(wide()).build().unwrap();
    let by_slice = Jws::verify_detached(token, payload, &peer.keys, &policy).map(drop);
    let by_chunks = Jws::verify_detached_from(token, payload, &peer.keys, &policy).map(drop);
    assert_eq!(by_slice, by_chunks);
    by_slice
}

#[test]
fn a90_unencoded_compact_payload_with_a_dot_or_beyond_ascii_is_malformed() {
    for peer in secret_peers() {
        let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
        let token = |payload: &str| peer.seal(&format!("{}.{payload}", b64u(UNENCODED)));
        let verify = |token: &str| Jws::verify(token, &peer.keys, &policy).map(Jws::into_payload);
        for payload in ["a.b", ".", "a.", ".a", "caf\u{e9}", "a\nb", "\0", "\u{7f}", "\u{1f}", "\t"]
        {
            let error = Error::Malformed(Malformed::UnencodedPayload);
            assert_eq!(verify(&token(payload)).unwrap_err(), error, "{payload:?}");
        }
        for payload in ["a b", "", "~!\"#{}", "e30"] {
            assert_eq!(verify(&token(payload)).unwrap(), payload.as_bytes());
            let refused = peer.verify_jws(&token(payload)).unwrap_err();
            assert_eq!(refused, Error::Refused(Refused::UnencodedPayload));
        }
        // Detached it may be anything.
        for payload in [&b"a.b"[..], b"\xff\0", "caf\u{e9}".as_bytes()] {
            let message = [b64u(UNENCODED).as_bytes(), b".", payload].concat();
            let key = SigningKey::new(&KeyMaterial::oct(SECRET.to_vec()), peer.alg, &peer.registry);
            let header = Header::new();
            let builder = JwsBuilder::new();
            let token = builder.signature(&header, key.as_ref().unwrap()).unencoded().detached();
            let token = token.compact(payload).unwrap();
            assert_eq!(detached(&peer, &token, payload), Ok(()));
            assert!(message.starts_with(token.split('.').next().unwrap().as_bytes()));
        }
    }
}

#[test]
fn a91_token_over_an_external_payload_has_none_of_its_own() {
    for peer in secret_peers() {
        let attached = Error::Malformed(Malformed::AttachedPayload);
        for header in [HEADER, UNENCODED] {
            let text = if header == HEADER { b64u(CLAIMS) } else { CLAIMS.to_owned() };
            let message = format!("{}.{text}", b64u(header));
            let signature = b64u(peer.signature(&message));
            let honest = format!("{}..{signature}", b64u(header));

            assert_eq!(detached(&peer, &honest, CLAIMS.as_bytes()), Ok(()));
            // Of any length, and never decoded.
            for supplied in ["A".to_owned(), b64u(CLAIMS), "!".to_owned(), "A".repeat(10_000_000)] {
                let hostile = format!("{}.{supplied}.{signature}", b64u(header));
                assert_eq!(detached(&peer, &hostile, CLAIMS.as_bytes()), Err(attached.clone()));
            }
            let entry = json!({ "protected": b64u(header), "signature": signature });
            let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
            let verify = |document: String| {
                JwsJson::verify_detached(&document, CLAIMS.as_bytes(), &peer.keys, &policy)
                    .map(drop)
            };
            assert_eq!(verify(entry.to_string()), Ok(()));
            for supplied in [String::new(), text, "!".to_owned()] {
                let hostile = with(entry.clone(), json!({ "payload": supplied })).to_string();
                assert_eq!(verify(hostile), Err(attached.clone()));
            }
        }
    }
}

#[test]
fn a92_unencoded_and_detached_tokens_are_no_jwt() {
    for peer in secret_peers() {
        let raw = peer.seal(&format!("{}.{CLAIMS}", b64u(UNENCODED)));
        let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
        assert!(Jws::verify(&raw, &peer.keys, &policy).is_ok());
        let error = peer.verify_by(&raw, rules()).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::UnencodedPayload));
        let honest = peer.honest();
        let (header, rest) = honest.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let token = format!("{header}..{signature}");
        assert_eq!(detached(&peer, &token, CLAIMS.as_bytes()), Ok(()));
        assert_eq!(peer.verify(&token).unwrap_err(), Error::InvalidSignature);
        assert!(peer.verify(&honest).is_ok());
    }
}

#[test]
fn a93_empty_and_detached_payloads_are_not_taken_for_each_other() {
    for peer in secret_peers() {
        let over_nothing = peer.token(HEADER, "");
        let over_claims = peer.token(HEADER, CLAIMS);

        assert_eq!(detached(&peer, &over_nothing, b""), Ok(()));
        assert_eq!(detached(&peer, &over_nothing, b"x"), Err(Error::InvalidSignature));
        assert_eq!(detached(&peer, &over_nothing, CLAIMS.as_bytes()), Err(Error::InvalidSignature));
        let attached = Error::Malformed(Malformed::AttachedPayload);
        assert_eq!(detached(&peer, &over_claims, CLAIMS.as_bytes()), Err(attached.clone()));
        assert_eq!(detached(&peer, &over_claims, b""), Err(attached));
        // A document says which of the two it is.
        let alone = entry(&peer, HEADER);
        let missing = Error::Malformed(Malformed::MissingMember("payload"));
        assert_eq!(read(&peer, &alone.to_string()).unwrap_err(), missing);
        let empty = with(alone, json!({ "payload": "" })).to_string();
        assert_eq!(read(&peer, &empty).unwrap_err(), Error::InvalidSignature);
        assert!(read(&peer, &flattened(&peer, HEADER).to_string()).is_ok());
    }
}

#[test]
fn a139_signing_input_is_the_octets_received() {
    for peer in family_peers() {
        let alg = peer.alg.name();
        for header in [
            format!(" {{ \"x\" : 1.50 ,\r\n\t\"alg\":\"{alg}\" }} "),
            format!(r#"{{"\u0061lg":"{alg}","x":"\u00e9\/"}}"#),
            format!(r#"{{"z":1e2,"alg":"{alg}","a":-0}}"#),
        ] {
            // Written otherwise, it means the same and is not what was signed.
            let value: serde_json::Value = serde_json::from_str(&header).unwrap();
            let other = b64u(value.to_string());
            let honest = flattened(&peer, &header);
            assert_ne!(honest["protected"], json!(other));

            assert_eq!(read(&peer, &honest.to_string()).unwrap(), CLAIMS.as_bytes());
            let hostile = with(honest, json!({ "protected": other })).to_string();
            assert_eq!(read(&peer, &hostile).unwrap_err(), Error::InvalidSignature, "{header}");
        }
    }
    for peer in secret_peers() {
        assert_eq!(in_every_form(&peer, format!("\n{HEADER} ")), Ok(()));
    }
}

#[test]
fn a139_unencoded_payload_is_signed_as_it_was_received() {
    for peer in secret_peers() {
        let policy = allowing(peer.alg).allow_unencoded().build().unwrap();
        let payload = "{ \"a\" : 1.0 }\n";
        let signature = b64u(peer.signature(&format!("{}.{payload}", b64u(UNENCODED))));
        let document = |payload: &str| json!({ "payload": payload, "protected": b64u(UNENCODED), "signature": signature });
        let verify = |text: &str| read_by(&peer, &document(text).to_string(), &policy);

        assert_eq!(verify(payload).unwrap(), payload.as_bytes());
        for other in ["{\"a\":1.0}", "{ \"a\" : 1.0 }", "{ \"a\" : 1.0 }\r\n", "{ \"a\" : 1 }\n"] {
            assert_eq!(verify(other).unwrap_err(), Error::InvalidSignature);
        }
    }
}

#[test]
fn a207_detached_payload_that_differs_in_white_space_is_another() {
    for peer in secret_peers() {
        for header in [HEADER, UNENCODED] {
            let payload = r#"{"sub":"alice","n":1.0}"#;
            let text = if header == HEADER { b64u(payload) } else { payload.to_owned() };
            let signature = b64u(peer.signature(&format!("{}.{text}", b64u(header))));
            let token = format!("{}..{signature}", b64u(header));

            assert_eq!(detached(&peer, &token, payload.as_bytes()), Ok(()));
            for other in [
                r#"{"sub":"alice", "n":1.0}"#,
                r#"{"sub":"alice","n":1.0} "#,
                r#"{"n":1.0,"sub":"alice"}"#,
                r#"{"sub":"alice","n":1}"#,
                "{\"sub\":\"alice\",\"n\":1.0}\n",
                "\u{feff}{\"sub\":\"alice\",\"n\":1.0}",
            ] {
                let result = detached(&peer, &token, other.as_bytes());
                assert_eq!(result, Err(Error::InvalidSignature), "{other}");
            }
        }
        assert!(peer.verify(&peer.token(with_members(HEADER, r#""x":1"#), CLAIMS)).is_ok());
    }
}
