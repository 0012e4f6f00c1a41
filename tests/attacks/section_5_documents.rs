//! Section V for JWS in a JSON serialization or with a detached payload: the text of headers and of the document.

use josie::Error;
use josie::JwsJson;
use josie::Limit;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::flattened;
use crate::documents::in_every_form;
use crate::documents::in_every_form_by;
use crate::documents::read;
use crate::documents::read_by;
use crate::documents::with;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::on_small_stack;
use crate::peers::secret_peers;
use crate::peers::wide;
use crate::peers::with_members;

fn malformed(reason: Malformed) -> Result<(), Error> {
    Err(Error::Malformed(reason))
}

/// The honest document with this text of a member in front.
fn with_text(document: &str, member: &str) -> String {
    document.replacen('{', &format!("{{{member},"), 1)
}

#[test]
fn a55_a57_duplicate_members_of_a_header_are_refused_in_every_form() {
    for peer in secret_peers() {
        let duplicate = malformed(Malformed::DuplicateMember(Part::Header));
        for header in [
            r#"{"alg":"none","alg":"HS256"}"#,
            r#"{"alg":"HS256","alg":"none"}"#,
            r#"{"alg":"HS256","\u0061lg":"none"}"#,
            r#"{"alg":"HS256","crit":["x"],"x":1,"crit":[]}"#,
            r#"{"alg":"HS256","b64":true,"b64":false}"#,
            r#"{"alg":"HS256","kid":"a","kid":"b"}"#,
            r#"{"alg":"HS256","x":{"a":1,"\u0061":2}}"#,
            r#"{"alg":"HS256","jwk":{"kty":"oct","kty":"RSA"}}"#,
        ] {
            assert_eq!(in_every_form(&peer, header), duplicate, "{header}");
        }
        assert_eq!(in_every_form(&peer, r#"{"alg":"HS256","x":{"a":1,"b":2}}"#), Ok(()));

        let honest = flattened(&peer, HEADER).to_string();
        for header in
            [r#"{"kid":"a","kid":"b"}"#, r#"{"x":1,"\u0078":2}"#, r#"{"x":{"a":1,"a":1}}"#]
        {
            let hostile = with_text(&honest, &format!("\"header\":{header}"));
            let error = Malformed::DuplicateMember(Part::UnprotectedHeader);
            assert_eq!(read(&peer, &hostile).map(drop), malformed(error));
        }
        for member in [
            r#""payload":"e30""#,
            r#""signature":"AA""#,
            r#""p\u0061yload":"e30""#,
            r#""x":1,"x":2"#,
        ] {
            let error = Malformed::DuplicateMember(Part::Document);
            assert_eq!(read(&peer, &with_text(&honest, member)).map(drop), malformed(error));
        }
        assert!(read(&peer, &with_text(&honest, r#""x":{"payload":"e30"}"#)).is_ok());
    }
}

#[test]
fn a58_names_in_another_case_are_other_names_in_a_document() {
    for peer in secret_peers() {
        let honest = flattened(&peer, HEADER);
        let evil =
            json!({ "Payload": "e30", "PROTECTED": "e30", "Signatures": [], "SIGNATURE": "AA" });
        let both = with(evil.clone(), honest.clone());
        assert_eq!(read(&peer, &both.to_string()).unwrap(), CLAIMS.as_bytes());
        let missing = malformed(Malformed::MissingMember("signature"));
        assert_eq!(read(&peer, &evil.to_string()).map(drop), missing);
        for (header, outcome) in [
            (r#"{"ALG":"none","alg":"HS256"}"#, Ok(())),
            (r#"{"ALG":"HS256"}"#, malformed(Malformed::MissingAlg)),
            (r#"{"alg":"hs256"}"#, Err(Error::Refused(Refused::UnknownAlgorithm))),
            (r#"{"alg":"HS256","Crit":["x"],"B64":false}"#, Ok(())),
        ] {
            assert_eq!(in_every_form(&peer, header), outcome, "{header}");
        }
    }
}

#[test]
fn a59_a60_lenient_json_is_refused_in_every_form() {
    for peer in secret_peers() {
        let no_json = malformed(Malformed::Json(Part::Header));
        for header in [
            &br#"{"alg":"HS256",}"#[..],
            b"{'alg':'HS256'}",
            br#"{"alg":"HS256"}//x"#,
            br#"{"alg":"HS256"}{}"#,
            b"\xef\xbb\xbf{\"alg\":\"HS256\"}",
            br#"{"alg":"HS256","a":NaN}"#,
            br#"{"alg":"HS256","a":01}"#,
            b"{\"alg\":\"HS256\",\"a\":\"\n\"}",
            b"{\"alg\":\"HS256\",\"a\":\"\xff\"}",
            b"{\"alg\":\"HS256\",\"a\":\"\xc0\xaf\"}",
            br#"{"alg":"HS256","a":"\ud800"}"#,
            b"{\0\"\0a\0l\0g\0",
            b"",
        ] {
            assert_eq!(in_every_form_of(&peer, header), no_json, "{header:?}");
        }
        let honest = flattened(&peer, HEADER).to_string();
        let in_document = malformed(Malformed::Json(Part::Document));
        for hostile in [
            format!("{honest}x"),
            format!("\u{feff}{honest}"),
            honest.replace('}', ",}"),
            with_text(&honest, r#""x":NaN"#),
            with_text(&honest, r#""x":"\ud800""#),
            with_text(&honest, r#""\ud800":1"#),
            with_text(&honest, "\"x\":\"\u{1}\""),
            with_text(&honest, "\"x\":[1,]"),
        ] {
            assert_eq!(read(&peer, &hostile).map(drop), in_document, "{hostile}");
        }
        for header in [r#"{"x":"\ud800"}"#, r#"{"x":1e999}"#] {
            let hostile = with_text(&honest, &format!("\"header\":{header}"));
            let error = Malformed::Json(Part::UnprotectedHeader);
            assert_eq!(read(&peer, &hostile).map(drop), malformed(error), "{header}");
        }
        assert_eq!(in_every_form(&peer, " {\"alg\" :\t\"HS256\",\"a\":\"\u{e9}\"}\n"), Ok(()));
        assert!(read(&peer, &with_text(&honest, r#""x":"\ud83d\ude00""#)).is_ok());
    }
}

/// As every form has it, but that an empty header is no member of a document (RFC 7515 section 7.2.1).
fn in_every_form_of(peer: &crate::peers::Peer, header: &[u8]) -> Result<(), Error> {
    if !header.is_empty() {
        return in_every_form(peer, header);
    }
    let empty = malformed(Malformed::EmptyMember("protected"));
    assert_eq!(read(peer, &flattened(peer, header).to_string()).map(drop), empty);
    let policy = allowing(peer.alg).build().unwrap();
    let token = format!("..{}", crate::peers::b64u(peer.signature(".")));
    josie::Jws::verify_detached(&token, b"", &peer.keys, &policy).map(drop)
}

#[test]
fn a61_deeply_nested_documents_overflow_no_stack() {
    on_small_stack(256, || {
        let nested =
            |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for peer in secret_peers() {
            let policy = allowing(peer.alg).limits(wide()).build().unwrap();
            let verify = |text: &str| JwsJson::verify(text, &peer.keys, &policy).map(drop);
            let honest = flattened(&peer, HEADER).to_string();
            let depth = || Err(Error::Limit(Limit::Depth));
            assert_eq!(verify(&honest), Ok(()));
            for value in [nested("[", "]"), nested(r#"{"a":"#, "}"), nested(r#"[{"a":"#, "}]")] {
                assert_eq!(verify(&with_text(&honest, &format!("\"x\":{value}"))), depth());
                let header = format!("\"header\":{{\"x\":{value}}}");
                assert_eq!(verify(&with_text(&honest, &header)), depth());
                let header = with_members(HEADER, &format!("\"x\":{value}"));
                assert_eq!(in_every_form_by(&peer, header, &policy), depth());
                for (name, first) in [("signatures", '['), ("protected", '"'), ("header", '{')] {
                    let document = format!("{{\"{name}\":{value},\"signature\":\"AA\"}}");
                    if value.starts_with(first) {
                        continue;
                    }
                    let wrong = malformed(Malformed::MemberType(name));
                    assert_eq!(verify(&document), wrong);
                }
            }
            // Where an array is wanted, its one element is no signature.
            let arrays = format!("{{\"signatures\":{}}}", nested("[", "]"));
            assert_eq!(verify(&arrays), malformed(Malformed::MemberType("signatures")));
            let open = "[".repeat(100_000);
            let cut = malformed(Malformed::Json(Part::Document));
            assert_eq!(verify(&with_text(&honest, &format!("\"x\":{open}"))), cut);
        }
    });
}

#[test]
fn a62_many_members_of_a_document_are_read_once() {
    let members: String = (0..100_000).map(|n| format!(r#""m{n:06}":{n},"#)).collect();
    let members = members.trim_end_matches(',');
    for peer in secret_peers() {
        let policy = allowing(peer.alg).limits(wide()).build().unwrap();
        let honest = flattened(&peer, HEADER).to_string();

        assert!(read_by(&peer, &with_text(&honest, members), &policy).is_ok());
        let header = format!("\"header\":{{{members}}}");
        assert!(read_by(&peer, &with_text(&honest, &header), &policy).is_ok());

        let twice = format!(r#"{members},"m000000":0"#);
        let error = read_by(&peer, &with_text(&honest, &twice), &policy).map(drop);
        assert_eq!(error, malformed(Malformed::DuplicateMember(Part::Document)));
        let header = format!("\"header\":{{{twice}}}");
        let error = read_by(&peer, &with_text(&honest, &header), &policy).map(drop);
        assert_eq!(error, malformed(Malformed::DuplicateMember(Part::UnprotectedHeader)));
        // The last name of one header is in the other.
        let header = with_members(HEADER, r#""m099999":1"#);
        let both = flattened(&peer, header).to_string();
        let both = with_text(&both, &format!("\"header\":{{{members}}}"));
        let error = read_by(&peer, &both, &policy).map(drop);
        assert_eq!(error, malformed(Malformed::OverlappingHeaders));
    }
}

#[test]
fn a64_header_that_is_no_object_is_refused_in_every_form() {
    for peer in secret_peers() {
        for header in ["[]", "null", "\"x\"", "1", "true", r#"[{"alg":"HS256"}]"#] {
            let error = malformed(Malformed::NotAnObject(Part::Header));
            assert_eq!(in_every_form(&peer, header), error, "{header}");
        }
        assert_eq!(in_every_form(&peer, "{}"), malformed(Malformed::MissingAlg));
        assert_eq!(in_every_form(&peer, HEADER), Ok(()));
    }
}

#[test]
fn a65_unknown_members_of_any_size_are_accepted_within_the_limits() {
    for peer in secret_peers() {
        let honest = flattened(&peer, HEADER).to_string();
        let sized = |len: usize| with_text(&honest, &format!("\"x\":\"{}\"", "A".repeat(len)));
        let overhead = sized(0).len();

        assert!(read(&peer, &sized(262_144 - overhead)).is_ok());
        let error = read(&peer, &sized(262_145 - overhead)).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Token));
        let policy = allowing(peer.alg).limits(wide()).build().unwrap();
        assert!(read_by(&peer, &sized(1_000_000), &policy).is_ok());
        let header = with_members(HEADER, &format!("\"x\":\"{}\"", "A".repeat(1_000_000)));
        assert_eq!(in_every_form_by(&peer, &header, &policy), Ok(()));
    }
}
