//! Payloads that are not encoded (RFC 7797): what is signed are the octets, whatever the document writes for them.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Jwt;
use josie::JwtPolicy;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use josie::Unwritable;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::general;
use crate::authors::merged;
use crate::authors::policy;
use crate::authors::trios;
use crate::authors::unencoded_policy;
use crate::authors::without;

/// Text that JSON cannot hold as it is, or that somebody may want to change.
const TEXTS: [&str; 10] = [
    "$.02",
    "\"quoted\" \\ and \\u0041 \\\" /",
    "\u{0}\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}",
    "\r\n",
    "caf\u{e9} \u{2028}\u{2029}\u{feff}",
    "\u{1d11e} \u{10ffff}",
    "  leading and trailing  ",
    "{\"payload\":\"\",\"signatures\":[]}",
    "eyJhbGciOiJub25lIn0..",
    "",
];

fn unencoded(author: &Author) -> Value {
    author.header_with(json!({ "b64": false, "crit": ["b64"] }))
}

#[test]
fn any_text_is_signed_as_its_octets_and_written_as_json() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Es256) {
        let builder = JwsBuilder::new().signature(&header, &author.key).unencoded();
        for text in TEXTS {
            for form in [Form::Flattened, Form::General] {
                let document = form.write(&builder, text.as_bytes()).unwrap();

                let (protected, payload, signature) = form.parts(&document);
                assert_eq!(payload.as_deref(), Some(text));
                let message = format!("{protected}.{text}");
                assert!(author.has_signed(message.as_bytes(), &signature));
                let verified = form.verify(&document, &author.keys(), &unencoded_policy());
                assert_eq!(verified.unwrap(), text.as_bytes());
            }
        }
    }
}

#[test]
fn text_may_be_escaped_otherwise_but_not_be_another() {
    for author in authors_with(JwsAlg::Hs256) {
        let text = "a/\"\u{e9}\n";
        let honest = author.flattened(&unencoded(&author), text);
        let rest = without(honest, "payload").to_string();
        let verify = |spelt: &str| {
            let document = format!("{},\"payload\":\"{spelt}\"}}", rest.strip_suffix('}').unwrap());
            JwsJson::verify(&document, &author.keys(), &unencoded_policy())
        };

        for spelt in ["a/\\\"\u{e9}\\n", "\\u0061\\/\\u0022\\u00e9\\u000a", "a/\\\"\\u00E9\\n"] {
            assert_eq!(verify(spelt).unwrap().payload(), text.as_bytes(), "{spelt}");
        }
        for other in ["a/\\\"\u{e9}", "a/\\\"e\u{301}\\n", "a\\\\/\\\"\u{e9}\\n", ""] {
            assert_eq!(verify(other).unwrap_err(), Error::InvalidSignature, "{other}");
        }
        let no_json = Error::Malformed(Malformed::Json(Part::Document));
        for broken in ["a/\"\u{e9}\\n", "a\n", "\\ud800", "\\udc00\\ud800", "\\x41"] {
            assert_eq!(verify(broken).unwrap_err(), no_json, "{broken}");
        }
    }
}

#[test]
fn compact_form_holds_space_to_tilde_without_the_dot() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        let builder = JwsBuilder::new().signature(&header, &author.key).unencoded();
        let protected = b64u(unencoded(&author).to_string());
        for octet in 0..=u8::MAX {
            let fits = (b' '..=b'~').contains(&octet) && octet != b'.';
            let payload = [b"a", &[octet][..], b"b"].concat();

            let written = builder.compact(&payload);

            if fits {
                let token = written.unwrap();
                let jws = Jws::verify(&token, &author.keys(), &unencoded_policy()).unwrap();
                assert_eq!(jws.payload(), payload);
            } else {
                let error = Error::Unwritable(Unwritable::UnencodedPayload);
                assert_eq!(written.unwrap_err(), error, "{octet}");
                // Detached there is no such rule.
                let detached = builder.clone().detached().compact(&payload).unwrap();
                let (keys, policy) = (author.keys(), unencoded_policy());
                assert!(Jws::verify_detached(&detached, &payload, &keys, &policy).is_ok());
            }
            // By hand, and so that it is text at all.
            let text = format!("a{}b", char::from(octet));
            let message = format!("{protected}.{text}");
            let token = format!("{message}.{}", author.sign(&message));
            let read = Jws::verify(&token, &author.keys(), &unencoded_policy());
            let any = JwsJson::verify_any_form(&token, &author.keys(), &unencoded_policy());
            if fits {
                assert_eq!(read.unwrap().payload(), text.as_bytes());
                assert_eq!(any.unwrap().payload(), text.as_bytes());
            } else {
                let error = Error::Malformed(Malformed::UnencodedPayload);
                assert_eq!(read.unwrap_err(), error, "{octet}");
                assert_eq!(any.unwrap_err(), error, "{octet}");
            }
        }
    }
}

#[test]
fn json_form_holds_only_text() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        let builder = JwsBuilder::new().signature(&header, &author.key).unencoded();
        for payload in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"] {
            for form in [Form::Flattened, Form::General] {
                let error = form.write(&builder, payload).unwrap_err();
                assert_eq!(error, Error::Unwritable(Unwritable::UnencodedPayload));

                let detached = form.write(&builder.clone().detached(), payload).unwrap();
                let (keys, policy) = (author.keys(), unencoded_policy());
                assert!(form.verify_detached(&detached, payload, &keys, &policy).is_ok());
            }
        }
    }
}

#[test]
fn b64_is_false_only_together_with_crit() {
    for author in authors_with(JwsAlg::Hs256) {
        let not_critical = Error::Malformed(Malformed::UnencodedNotCritical);
        for (members, error) in [
            (json!({ "b64": false }), &not_critical),
            (json!({ "b64": false, "crit": ["x"], "x": 1 }), &not_critical),
            (json!({ "crit": ["b64"] }), &Error::Malformed(Malformed::Crit)),
            (
                json!({ "b64": "false", "crit": ["b64"] }),
                &Error::Malformed(Malformed::HeaderType("b64")),
            ),
            (json!({ "b64": 0, "crit": ["b64"] }), &Error::Malformed(Malformed::HeaderType("b64"))),
            (
                json!({ "b64": null, "crit": ["b64"] }),
                &Error::Malformed(Malformed::HeaderType("b64")),
            ),
        ] {
            let header = author.header_with(members);
            // Whichever way it was signed.
            for payload in ["eA", "x"] {
                let document = author.flattened(&header, payload).to_string();
                for policy in [policy(), unencoded_policy()] {
                    let result = JwsJson::verify(&document, &author.keys(), &policy);
                    assert_eq!(result.unwrap_err(), *error, "{header}");
                }
            }
        }
        let honest = author.flattened(&unencoded(&author), "x").to_string();
        let jws = JwsJson::verify(&honest, &author.keys(), &unencoded_policy()).unwrap();
        assert_eq!(jws.payload(), b"x");
        // What says that it is encoded is encoded, critical or not.
        for members in [json!({ "b64": true }), json!({ "b64": true, "crit": ["b64"] })] {
            let document = author.flattened(&author.header_with(members), "eA").to_string();
            let jws = JwsJson::verify(&document, &author.keys(), &unencoded_policy()).unwrap();
            assert_eq!(jws.payload(), b"x");
            let error = JwsJson::verify(&document, &author.keys(), &policy()).unwrap_err();
            assert_eq!(error, Error::Refused(Refused::UnencodedPayload));
        }
    }
}

#[test]
fn b64_that_is_not_protected_is_malformed() {
    for author in authors_with(JwsAlg::Hs256) {
        for (protected, header, name) in [
            (json!({}), json!({ "b64": false, "crit": ["b64"] }), "crit"),
            (json!({}), json!({ "b64": false }), "b64"),
            (json!({}), json!({ "b64": true }), "b64"),
            (json!({ "b64": false, "crit": ["b64"] }), json!({ "b64": false }), "b64"),
        ] {
            for payload in ["eA", "x"] {
                let honest = author.flattened(&author.header_with(protected.clone()), payload);
                let document = merged(honest, json!({ "header": header })).to_string();
                let result = JwsJson::verify(&document, &author.keys(), &unencoded_policy());
                let error = Error::Malformed(Malformed::UnprotectedParameter(name));
                assert_eq!(result.unwrap_err(), error, "{header}");
            }
        }
    }
}

#[test]
fn b64_differs_between_no_two_signatures() {
    for [alice, bob, _] in trios() {
        let keys = crate::authors::keys_of(&[&alice, &bob]);
        let verify = |document: &str| JwsJson::verify(document, &keys, &unencoded_policy());
        // A payload that is itself when it is decoded and when it is not.
        let payload = "eA";
        let plain = |author: &Author| author.entry(&author.header(), payload);
        let raw = |author: &Author| author.entry(&unencoded(author), payload);
        let explicit =
            |author: &Author| author.entry(&author.header_with(json!({ "b64": true })), payload);

        for (first, second) in [
            (raw(&alice), plain(&bob)),
            (plain(&alice), raw(&bob)),
            (raw(&alice), explicit(&bob)),
            (explicit(&alice), raw(&bob)),
        ] {
            let error = verify(&general(payload, &[first, second])).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::MixedUnencoded));
        }
        let both = verify(&general(payload, &[raw(&alice), raw(&bob)])).unwrap();
        assert_eq!(both.payload(), b"eA");
        for second in [plain(&bob), explicit(&bob)] {
            let both = verify(&general(payload, &[plain(&alice), second])).unwrap();
            assert_eq!(both.payload(), b"x");
        }
        // Also where one of them would be refused for its algorithm anyway.
        let unknown = alice.entry(&json!({ "alg": "XY512" }), payload);
        let error = verify(&general(payload, &[raw(&alice), unknown])).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::MixedUnencoded));
    }
}

#[test]
fn unencoded_payload_is_never_that_of_a_jwt() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::jwt();
        let builder = JwsBuilder::new().signature(&header, &author.key);
        let claims = br#"{"exp":99999999999}"#;
        let policy = JwtPolicy::signed(&[JwsAlg::Hs256]).build().unwrap();
        let verify =
            |token: &str| -> Result<Jwt, Error> { Jwt::verify(token, &author.keys(), &policy) };

        let raw = builder.clone().unencoded().compact(claims).unwrap();

        assert_eq!(verify(&raw).unwrap_err(), Error::Refused(Refused::UnencodedPayload));
        assert!(Jws::verify(&raw, &author.keys(), &unencoded_policy()).is_ok());
        assert!(verify(&builder.compact(claims).unwrap()).is_ok());
    }
}

#[test]
fn critical_parameters_of_the_caller_stand_beside_b64() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new().with_critical_param("x", 1);
        let builder = JwsBuilder::new().signature(&header, &author.key).unencoded();
        let policy =
            crate::authors::lax().allow_unencoded().critical("x", |_, _| Ok(())).build().unwrap();
        for form in FORMS {
            let token = form.write(&builder, b"hello").unwrap();

            let (protected, ..) = form.parts(&token);
            let protected: Value =
                serde_json::from_slice(&crate::authors::from_b64u(&protected)).unwrap();
            assert_eq!(protected["crit"], json!(["b64", "x"]));
            assert_eq!(form.verify(&token, &author.keys(), &policy).unwrap(), b"hello");
            let error = form.verify(&token, &author.keys(), &unencoded_policy()).unwrap_err();
            assert_eq!(error, Error::Refused(Refused::Critical));
        }
    }
}
