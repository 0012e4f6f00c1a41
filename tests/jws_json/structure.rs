//! Documents that are not what RFC 7515 section 7.2 describes: each is refused with an error that says why.

use josie::Error;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsJson;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::UnverifiedJwsJson;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::general;
use crate::authors::merged;
use crate::authors::policy;
use crate::authors::without;

const PAYLOAD: &[u8] = b"a contract";

fn verify(author: &Author, document: &str) -> Result<Vec<u8>, Error> {
    let parsed = UnverifiedJwsJson::parse(document, &Limits::default()).map(drop);
    let any = JwsJson::verify_any_form(document, &author.keys(), &policy());
    let verified = JwsJson::verify(document, &author.keys(), &policy());
    // Whoever looks at the structure alone sees the same, but for the payload, which nobody reads there.
    let is_of_payload = matches!(
        verified,
        Err(Error::Malformed(
            Malformed::MissingMember("payload") | Malformed::Base64url(Part::Payload)
        ))
    );
    if !is_of_payload {
        assert_eq!(parsed.err(), verified.as_ref().map(drop).err().cloned(), "{document}");
    }
    if document.trim_start_matches([' ', '\n', '\r', '\t']).starts_with('{') {
        let payload = |result: &Result<JwsJson, Error>| match result {
            Ok(jws) => Ok(jws.payload().to_vec()),
            Err(error) => Err(error.clone()),
        };
        assert_eq!(payload(&any), payload(&verified));
    }
    verified.map(JwsJson::into_payload)
}

fn honest(author: &Author) -> Value {
    author.flattened(&author.header(), &b64u(PAYLOAD))
}

fn honest_entry(author: &Author) -> Value {
    author.entry(&author.header(), &b64u(PAYLOAD))
}

#[track_caller]
fn assert_malformed(author: &Author, document: &str, reason: Malformed) {
    let error = verify(author, document).unwrap_err();
    assert_eq!(error, Error::Malformed(reason), "{document}");
}

/// Values of every type of JSON.
const VALUES: [&str; 8] = ["null", "true", "false", "0", "1.5", "\"\"", "[]", "{}"];

/// Whether the text begins like a value of this type.
fn is_a(value: &str, first: char) -> bool {
    value.starts_with(first)
}

#[test]
fn members_of_a_wrong_type_are_malformed_in_both_forms() {
    for author in authors_with(JwsAlg::Hs256) {
        let payload = b64u(PAYLOAD);
        assert_eq!(verify(&author, &honest(&author).to_string()).unwrap(), PAYLOAD);
        for (name, first) in
            [("payload", '"'), ("protected", '"'), ("signature", '"'), ("header", '{')]
        {
            for value in VALUES {
                if is_a(value, first) {
                    continue;
                }
                let value: Value = serde_json::from_str(value).unwrap();
                let member = json!({ name: value });

                let flattened = merged(honest(&author), member.clone());
                assert_malformed(&author, &flattened.to_string(), Malformed::MemberType(name));
                if name != "payload" {
                    let entry = merged(honest_entry(&author), member);
                    let document = general(&payload, &[honest_entry(&author), entry]);
                    assert_malformed(&author, &document, Malformed::MemberType(name));
                }
            }
        }
        for value in VALUES {
            if !is_a(value, '[') {
                let document = format!(r#"{{"payload":"{payload}","signatures":{value}}}"#);
                let reason = Malformed::MemberType("signatures");
                assert_malformed(&author, &document, reason);
            }
            if !is_a(value, '{') {
                let entry = serde_json::from_str(value).unwrap();
                for entries in [vec![entry], vec![honest_entry(&author), json!([])]] {
                    let document = general(&payload, &entries);
                    let reason = Malformed::MemberType("signatures");
                    assert_malformed(&author, &document, reason);
                }
            }
        }
    }
}

#[test]
fn members_that_are_missing_or_empty_are_malformed() {
    for author in authors_with(JwsAlg::Hs256) {
        let payload = b64u(PAYLOAD);
        let flattened = honest(&author);
        let with = |members: Value| merged(flattened.clone(), members).to_string();
        let lacking = |name| without(flattened.clone(), name).to_string();
        for (document, reason) in [
            (lacking("payload"), Malformed::MissingMember("payload")),
            (lacking("signature"), Malformed::MissingMember("signature")),
            (lacking("protected"), Malformed::MissingAlg),
            (with(json!({ "protected": "" })), Malformed::EmptyMember("protected")),
            (with(json!({ "header": {} })), Malformed::EmptyMember("header")),
            (with(json!({ "signature": "" })), Malformed::EmptySignature),
            ("{}".to_owned(), Malformed::MissingMember("signature")),
            (json!({ "payload": payload }).to_string(), Malformed::MissingMember("signature")),
            (general(&payload, &[]), Malformed::EmptyMember("signatures")),
            (general(&payload, &[json!({})]), Malformed::MissingMember("signature")),
            (
                general(&payload, &[honest_entry(&author), json!({ "signature": "AA" })]),
                Malformed::MissingAlg,
            ),
            (
                without(json!({ "payload": 0, "signatures": [honest_entry(&author)] }), "payload")
                    .to_string(),
                Malformed::MissingMember("payload"),
            ),
        ] {
            assert_malformed(&author, &document, reason);
        }
        // With white space in between it is empty all the same.
        let spaced = flattened.to_string().replace("\"payload\"", "\"header\":{ \n\t},\"payload\"");
        assert_malformed(&author, &spaced, Malformed::EmptyMember("header"));
        assert_eq!(verify(&author, &general(&payload, &[honest_entry(&author)])).unwrap(), PAYLOAD);
    }
}

#[test]
fn detached_reader_takes_no_document_with_a_payload_of_any_kind() {
    for author in authors_with(JwsAlg::Hs256) {
        let verify = |document: &Value| {
            let text = document.to_string();
            JwsJson::verify_detached(&text, PAYLOAD, &author.keys(), &policy()).map(drop)
        };
        let detached = without(honest(&author), "payload");

        assert_eq!(verify(&detached), Ok(()));
        for payload in [b64u(PAYLOAD), String::new(), "!".to_owned()] {
            let document = merged(detached.clone(), json!({ "payload": payload }));
            assert_eq!(verify(&document), Err(Error::Malformed(Malformed::AttachedPayload)));
        }
        let null = merged(detached, json!({ "payload": null }));
        assert_eq!(verify(&null), Err(Error::Malformed(Malformed::MemberType("payload"))));
    }
}

#[test]
fn forms_and_kinds_are_not_mixed() {
    for author in authors_with(JwsAlg::Hs256) {
        let several = json!({ "payload": b64u(PAYLOAD), "signatures": [honest_entry(&author)] });
        assert!(verify(&author, &several.to_string()).is_ok());
        for (name, value) in [
            ("protected", honest(&author)["protected"].clone()),
            ("header", json!({ "x": 1 })),
            ("signature", honest(&author)["signature"].clone()),
            ("signature", Value::Null),
            ("protected", json!({})),
        ] {
            let document = merged(several.clone(), json!({ name: value })).to_string();
            assert_malformed(&author, &document, Malformed::MixedForms(name));
        }
        let flattened_and_general =
            merged(honest(&author), json!({ "signatures": [honest_entry(&author)] })).to_string();
        assert_malformed(&author, &flattened_and_general, Malformed::MixedForms("protected"));
        for (name, value) in [
            ("ciphertext", json!("AA")),
            ("encrypted_key", json!("AA")),
            ("recipients", json!([])),
            ("ciphertext", Value::Null),
        ] {
            for document in [honest(&author), several.clone()] {
                let document = merged(document, json!({ name: value })).to_string();
                assert_malformed(&author, &document, Malformed::MixedForms(name));
            }
        }
    }
}

#[test]
fn duplicate_members_are_malformed_at_every_depth() {
    for author in authors_with(JwsAlg::Hs256) {
        let flattened = honest(&author).to_string();
        let inner = flattened.strip_prefix('{').unwrap();
        let duplicate = Malformed::DuplicateMember(Part::Document);
        for extra in [
            r#""payload":"x","#,
            r#""\u0070ayload":"x","#,
            r#""signature":"AA","#,
            r#""protected":"AA","#,
            r#""other":1,"other":1,"#,
            r#""other":1,"o\u0074her":2,"#,
            r#""other":{"a":1,"a":1},"#,
            r#""other":[{"b":[{"a":1,"a":1}]}],"#,
        ] {
            assert_malformed(&author, &format!("{{{extra}{inner}"), duplicate);
        }
        let unprotected = Malformed::DuplicateMember(Part::UnprotectedHeader);
        for header in
            [r#"{"x":1,"x":1}"#, r#"{"kid":"a","\u006bid":"b"}"#, r#"{"x":{"y":1,"y":2}}"#]
        {
            assert_malformed(&author, &format!(r#"{{"header":{header},{inner}"#), unprotected);
        }
        let entry = honest_entry(&author).to_string();
        let inner_entry = entry.strip_prefix('{').unwrap();
        for extra in
            [r#""signature":"AA","#, r#""other":1,"other":1,"#, r#""other":{"a":1,"a":1},"#]
        {
            let document = format!(
                r#"{{"payload":"{}","signatures":[{{{extra}{inner_entry}]}}"#,
                b64u(PAYLOAD)
            );
            assert_malformed(&author, &document, duplicate);
        }
        let twin = format!(r#"{{"other":{{"a":1,"b":1}},"Payload":"x",{inner}"#);
        assert_eq!(verify(&author, &twin).unwrap(), PAYLOAD);
    }
}

#[test]
fn protected_header_with_a_name_twice_is_malformed() {
    for author in authors_with(JwsAlg::Hs256) {
        let payload = b64u(PAYLOAD);
        let with = |text: &str| {
            let protected = b64u(text);
            let signature = author.sign(&format!("{protected}.{payload}"));
            json!({ "payload": payload, "protected": protected, "signature": signature })
                .to_string()
        };
        let duplicate = Malformed::DuplicateMember(Part::Header);
        for text in [r#"{"alg":"HS256","alg":"HS256"}"#, r#"{"alg":"HS256","\u0061lg":"none"}"#] {
            assert_malformed(&author, &with(text), duplicate);
        }
        for text in ["[]", "null", "\"x\"", "1"] {
            assert_malformed(&author, &with(text), Malformed::NotAnObject(Part::Header));
        }
        assert_malformed(&author, &with("{}"), Malformed::MissingAlg);
        assert_malformed(&author, &with(r#"{"alg":"HS256"} "x""#), Malformed::Json(Part::Header));
        assert_eq!(verify(&author, &with(r#" { "alg" : "HS256" } "#)).unwrap(), PAYLOAD);
    }
}

#[test]
fn text_that_is_no_json_object_is_malformed() {
    for author in authors_with(JwsAlg::Hs256) {
        let flattened = honest(&author).to_string();
        let no_json = Malformed::Json(Part::Document);
        for text in [
            String::new(),
            " ".to_owned(),
            format!("{flattened}x"),
            format!("{flattened}{flattened}"),
            format!("\u{feff}{flattened}"),
            flattened.replace('"', "'"),
            flattened.replacen(',', ",,", 1),
            flattened.replace('}', ",}"),
            flattened.replace('}', ""),
            flattened.replacen("{", "{/**/", 1),
            flattened.replacen("{", r#"{"x":NaN,"#, 1),
            flattened.replacen("{", r#"{"x":01,"#, 1),
            flattened.replacen("{", r#"{"x":"\ud800","#, 1),
            flattened.replacen("{", r#"{"x":1e999,"#, 1),
            flattened.replacen("{", "{\"x\":\"\n\",", 1),
        ] {
            assert_malformed(&author, &text, no_json);
        }
        for text in [
            format!("[{flattened}]"),
            "null".to_owned(),
            "1".to_owned(),
            json!(flattened).to_string(),
        ] {
            assert_malformed(&author, &text, Malformed::NotAnObject(Part::Document));
        }
        let spaced = format!("\r\n\t {} \n", flattened.replace(',', " , \n"));
        assert_eq!(verify(&author, &spaced).unwrap(), PAYLOAD);
    }
}

#[test]
fn parts_in_another_spelling_are_malformed() {
    for author in authors_with(JwsAlg::Hs256) {
        let flattened = honest(&author);
        for (name, part) in [
            ("payload", Part::Payload),
            ("protected", Part::Header),
            ("signature", Part::Signature),
        ] {
            let text = flattened[name].as_str().unwrap();
            for other in [
                format!("{text}="),
                format!("{text}=="),
                format!(" {text}"),
                format!("{text}\n"),
                format!("{text}\u{0}"),
                format!("{text}."),
                format!("+{text}"),
                format!("{text}!"),
                format!("{text}\u{e9}"),
            ] {
                let document = merged(flattened.clone(), json!({ name: other })).to_string();
                assert_malformed(&author, &document, Malformed::Base64url(part));
            }
        }
        assert_eq!(verify(&author, &flattened.to_string()).unwrap(), PAYLOAD);
    }
}

#[test]
fn one_malformed_entry_spoils_the_whole_document() {
    for author in authors_with(JwsAlg::Hs256) {
        let any = crate::authors::by(josie::SignedBy::Any);
        let good = honest_entry(&author);
        let payload = b64u(PAYLOAD);
        let with = |members: Value| merged(good.clone(), members);
        let of = |header: &Value| author.entry(header, &payload);
        for (bad, reason) in [
            (with(json!({ "signature": "" })), Malformed::EmptySignature),
            (with(json!({ "protected": "!" })), Malformed::Base64url(Part::Header)),
            (with(json!({ "header": { "alg": "x" } })), Malformed::OverlappingHeaders),
            (
                with(json!({ "header": { "crit": ["x"], "x": 1 } })),
                Malformed::UnprotectedParameter("crit"),
            ),
            (of(&json!({ "alg": 1 })), Malformed::HeaderType("alg")),
            (of(&json!({ "kid": "a" })), Malformed::MissingAlg),
            (of(&author.header_with(json!({ "crit": [] }))), Malformed::Crit),
            (of(&author.header_with(json!({ "enc": "A128GCM" }))), Malformed::JweHeader("enc")),
            (with(json!({ "header": { "enc": "A128GCM" } })), Malformed::JweHeader("enc")),
            (with(json!({ "header": { "zip": "DEF" } })), Malformed::UnprotectedParameter("zip")),
        ] {
            for entries in [[good.clone(), bad.clone()], [bad, good.clone()]] {
                let document = general(&payload, &entries);
                let error = JwsJson::verify(&document, &author.keys(), &any).unwrap_err();
                assert_eq!(error, Error::Malformed(reason), "{document}");
            }
        }
        let document = general(&payload, &[good.clone(), good]);
        assert!(JwsJson::verify(&document, &author.keys(), &any).is_ok());
    }
}

#[test]
fn members_of_unknown_names_are_ignored() {
    for author in authors_with(JwsAlg::Hs256) {
        let unknown = json!({ "Payload": 1, "iv": null, "aad": {}, "unprotected": [], "": "" });
        let flattened = merged(honest(&author), unknown.clone()).to_string();
        assert_eq!(verify(&author, &flattened).unwrap(), PAYLOAD);
        let entry =
            merged(honest_entry(&author), merged(unknown.clone(), json!({ "payload": "x" })));
        let several = json!({ "payload": b64u(PAYLOAD), "signatures": [entry] });
        assert_eq!(verify(&author, &merged(several, unknown).to_string()).unwrap(), PAYLOAD);
    }
}

#[test]
fn compact_reader_takes_no_document_however_many_dots_it_has() {
    for author in authors_with(JwsAlg::Hs256) {
        let flattened = merged(honest(&author), json!({ "a.b": "c.d" })).to_string();
        let policy = policy();

        let error = Jws::verify(&flattened, &author.keys(), &policy).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::Base64url(Part::Payload)));
        let error = Jws::verify_detached(&flattened, PAYLOAD, &author.keys(), &policy).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::AttachedPayload));
        assert!(JwsJson::verify(&flattened, &author.keys(), &policy).is_ok());
    }
}
