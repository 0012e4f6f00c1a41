//! Signatures that are added to a JWS: what others have signed stays as it was, and nobody signs what they have not seen.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Limit;
use josie::Malformed;
use josie::Part;
use josie::UnprotectedHeader;
use josie::Unwritable;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::b64u;
use crate::authors::general;
use crate::authors::keys_of;
use crate::authors::merged;
use crate::authors::trios;
use crate::authors::unencoded_policy;
use crate::authors::without;

const PAYLOAD: &[u8] = b"a contract";

fn parse(document: &str) -> Value {
    serde_json::from_str(document).unwrap()
}

fn add(document: &str, payload: &[u8], author: &Author) -> Result<String, Error> {
    JwsBuilder::new().signature(&Header::new(), &author.key).add_to(document, payload)
}

#[test]
fn signature_is_added_to_every_form_with_an_attached_payload() {
    let header = Header::new();
    for [alice, bob, carol] in trios() {
        let first = JwsBuilder::new().signature(&header, &alice.key);
        let others = [&bob, &carol].map(|author| JwsBuilder::new().signature(&header, &author.key));
        let unencoded = others.clone().map(JwsBuilder::unencoded);
        for (builder, others, mistaken) in
            [(first.clone(), &others, &unencoded), (first.unencoded(), &unencoded, &others)]
        {
            for form in FORMS {
                let by_one = form.write(&builder, PAYLOAD).unwrap();
                let (protected, payload, signature) = form.parts(&by_one);

                let by_two = others[0].add_to(&by_one, PAYLOAD).unwrap();
                let by_three = others[1].add_to(&by_two, PAYLOAD).unwrap();
                // Nobody signs in another encoding than they say, whatever the document has.
                let error = mistaken[0].add_to(&by_one, PAYLOAD).unwrap_err();
                assert_eq!(error, Error::Malformed(Malformed::MixedUnencoded), "{form:?}");

                let document = parse(&by_three);
                assert_eq!(document["payload"], json!(payload.unwrap()), "{form:?}");
                let kept = json!({ "protected": protected, "signature": signature });
                assert_eq!(document["signatures"][0], kept, "{form:?}");
                assert_eq!(document["signatures"][1], parse(&by_two)["signatures"][1]);
                let keys = keys_of(&[&alice, &bob, &carol]);
                let jws = JwsJson::verify(&by_three, &keys, &unencoded_policy()).unwrap();
                assert_eq!(jws.payload(), PAYLOAD);
                let kids = jws.signatures().valid().map(|signature| signature.key().kid());
                assert!(kids.eq([Some("alice"), Some("bob"), Some("carol")]));
            }
        }
    }
}

#[test]
fn signature_is_added_to_every_form_with_a_detached_payload() {
    let header = Header::new();
    for [alice, bob, _] in trios() {
        let first = JwsBuilder::new().signature(&header, &alice.key).detached();
        // Unencoded, any octets can be detached.
        let adding = JwsBuilder::new().signature(&header, &bob.key);
        for (builder, adding, payload) in [
            (first.clone(), adding.clone(), PAYLOAD),
            (first.clone().unencoded(), adding.clone().unencoded(), PAYLOAD),
            (first.unencoded(), adding.unencoded(), b"\xff.\0"),
        ] {
            for form in FORMS {
                let by_one = form.write(&builder, payload).unwrap();

                let by_two = adding.clone().detached().add_to(&by_one, payload).unwrap();

                assert_eq!(parse(&by_two).get("payload"), None);
                let keys = keys_of(&[&alice, &bob]);
                let signatures =
                    JwsJson::verify_detached(&by_two, payload, &keys, &unencoded_policy()).unwrap();
                assert_eq!(signatures.valid().count(), 2);
                // A JSON form says itself that the payload is elsewhere.
                let result = adding.add_to(&by_one, payload);
                if form == Form::Compact {
                    assert_eq!(result.unwrap_err(), Error::OtherPayload);
                } else {
                    assert_eq!(parse(&result.unwrap()).get("payload"), None);
                }
            }
        }
    }
}

#[test]
fn detached_builder_adds_to_no_token_that_has_a_payload() {
    let header = Header::new();
    for [alice, bob, _] in trios() {
        let first = JwsBuilder::new().signature(&header, &alice.key);
        let adding = JwsBuilder::new().signature(&header, &bob.key);
        for form in FORMS {
            let attached = form.write(&first, PAYLOAD).unwrap();

            let error = adding.clone().detached().add_to(&attached, PAYLOAD).unwrap_err();

            assert_eq!(error, Error::Malformed(Malformed::AttachedPayload), "{form:?}");
            assert!(adding.add_to(&attached, PAYLOAD).is_ok());
        }
        // An empty payload that is there is not detached, but in the compact form nobody can tell.
        let empty = first.flattened(b"").unwrap();
        let error = adding.clone().detached().add_to(&empty, b"").unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::AttachedPayload));
        assert_eq!(parse(&adding.add_to(&empty, b"").unwrap())["payload"], "");
        let empty = first.compact(b"").unwrap();
        assert_eq!(parse(&adding.add_to(&empty, b"").unwrap())["payload"], "");
        let detached = adding.detached().add_to(&empty, b"").unwrap();
        assert_eq!(parse(&detached).get("payload"), None);
    }
}

#[test]
fn another_payload_than_the_one_at_hand_is_not_signed() {
    let header = Header::new();
    for [alice, bob, _] in trios() {
        let first = JwsBuilder::new().signature(&header, &alice.key);
        let adding = JwsBuilder::new().signature(&header, &bob.key);
        for (builder, adding) in
            [(first.clone(), adding.clone()), (first.unencoded(), adding.unencoded())]
        {
            for form in FORMS {
                let document = form.write(&builder, PAYLOAD).unwrap();

                for other in [&b"a contracT"[..], b"", b"a contract ", b64u(PAYLOAD).as_bytes()] {
                    assert_eq!(adding.add_to(&document, other).unwrap_err(), Error::OtherPayload);
                }
                assert!(adding.add_to(&document, PAYLOAD).is_ok());
            }
        }
    }
}

#[test]
fn what_others_have_signed_with_is_kept_as_it_was() {
    for [alice, bob, carol] in trios() {
        let payload = b64u(PAYLOAD);
        // Nobody here knows these algorithms or extensions, or could say whether the signatures are valid.
        let others = [
            merged(
                alice.entry(&json!({ "alg": "XY512", "crit": ["x"], "x": [1.5, null] }), &payload),
                json!({ "header": { "kid": "a\u{e9}\n\"", "deep": [[{ "b": [true] }]] } }),
            ),
            json!({ "header": { "alg": "none", "typ": "x", "kid": "y" }, "signature": "AAAA" }),
            merged(bob.entry(&bob.header(), &payload), json!({ "header": { "cty": "x" } })),
        ];
        let document = general(&payload, &others);

        let added = add(&document, PAYLOAD, &carol).unwrap();

        let entries = parse(&added)["signatures"].clone();
        assert_eq!(entries.as_array().unwrap()[..3], others);
        assert_eq!(entries.as_array().unwrap().len(), 4);
        let policy = crate::authors::by(josie::SignedBy::kids(["bob", "carol"]));
        let keys = keys_of(&[&bob, &carol]);
        assert!(JwsJson::verify(&added, &keys, &policy).is_ok());
        // Octet by octet, which matters to whoever signed the text of it elsewhere.
        let spelt = format!(
            r#"{{ "payload":"{payload}","signatures":[{{"header":{{ "n" : 1.50e1,"s":"\u0061" }},"signature":"AAAA","protected":"{}"}}]}}"#,
            b64u(r#"{"alg" : "HS256"}"#)
        );
        let added = add(&spelt, PAYLOAD, &carol).unwrap();
        assert!(added.contains(r#"{ "n" : 1.50e1,"s":"\u0061" }"#), "{added}");
        assert!(added.contains(&b64u(r#"{"alg" : "HS256"}"#)));
    }
}

#[test]
fn several_signatures_are_added_at_once_with_headers_of_their_own() {
    for [alice, bob, carol] in trios() {
        let by_alice = Jws::sign(PAYLOAD, &Header::new(), &alice.key).unwrap();
        let (typed, note) = (Header::typed("JWT"), UnprotectedHeader::new().with_param("note", 1));

        let by_all = JwsBuilder::new()
            .signature(&typed, &bob.key)
            .signature_with(&Header::new(), &note.clone().with_kid_of_key(), &carol.key)
            .add_to(&by_alice, PAYLOAD)
            .unwrap();

        let keys = keys_of(&[&alice, &bob, &carol]);
        let jws = JwsJson::verify(&by_all, &keys, &unencoded_policy()).unwrap();
        let [_, by_bob, by_carol] = jws.signatures().outcomes() else { panic!() };
        assert_eq!(by_bob.signature().unwrap().header().typ(), Some("JWT"));
        let by_carol = by_carol.signature().unwrap();
        assert_eq!(by_carol.unprotected().param("note"), Some(&json!(1)));
        assert_eq!((by_carol.kid(), by_carol.unprotected().kid()), (Some("carol"), Some("carol")));
    }
}

#[test]
fn nothing_is_added_to_what_is_no_jws_or_by_nobody() {
    for [alice, bob, _] in trios() {
        let payload = b64u(PAYLOAD);
        let honest = alice.flattened(&alice.header(), &payload);
        let malformed = |reason| Error::Malformed(reason);
        for (document, error) in [
            (String::new(), malformed(Malformed::Parts)),
            ("{}".to_owned(), malformed(Malformed::MissingMember("signature"))),
            ("{".to_owned(), malformed(Malformed::Json(Part::Document))),
            ("a.b.c.d".to_owned(), malformed(Malformed::Base64url(Part::Header))),
            (
                without(honest.clone(), "signature").to_string(),
                malformed(Malformed::MissingMember("signature")),
            ),
            (
                merged(honest.clone(), json!({ "signatures": [] })).to_string(),
                malformed(Malformed::EmptyMember("signatures")),
            ),
            (
                merged(honest.clone(), json!({ "ciphertext": "AA" })).to_string(),
                malformed(Malformed::MixedForms("ciphertext")),
            ),
            (" ".repeat(262_145), Error::Limit(Limit::Token)),
        ] {
            assert_eq!(add(&document, PAYLOAD, &bob).unwrap_err(), error, "{document:.100}");
        }
        let honest = honest.to_string();
        let nobody = JwsBuilder::new().add_to(&honest, PAYLOAD).unwrap_err();
        assert_eq!(nobody, Error::Unwritable(Unwritable::NoKey));
        assert!(add(&honest, PAYLOAD, &bob).is_ok());
        assert!(add(&format!("\r\n\t {honest} "), PAYLOAD, &bob).is_ok());
    }
}

#[test]
fn signatures_that_are_there_count_against_the_limit() {
    for [alice, bob, _] in trios() {
        let header = Header::new();
        let times = |author: &'_ Author, n: usize| {
            let document = (0..n)
                .fold(JwsBuilder::new(), |builder, _| builder.signature(&header, &author.key));
            document.general(PAYLOAD).unwrap()
        };
        let fifteen = times(&alice, 15);

        let sixteen = add(&fifteen, PAYLOAD, &bob).unwrap();

        let full = Error::Limit(Limit::Signatures);
        assert_eq!(add(&sixteen, PAYLOAD, &bob).unwrap_err(), full);
        let two = JwsBuilder::new().signature(&header, &bob.key).signature(&header, &bob.key);
        assert_eq!(two.add_to(&fifteen, PAYLOAD).unwrap_err(), full);
        let keys = keys_of(&[&alice, &bob]);
        assert!(JwsJson::verify(&sixteen, &keys, &unencoded_policy()).is_ok());
    }
}
