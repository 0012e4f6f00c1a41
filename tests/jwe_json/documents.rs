//! Strict documents: every shape that is not one of the two forms is refused, with the error that says what is wrong.

use josie::DecryptionKey;
use josie::Error;
use josie::JweAlg;
use josie::JweJson;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::assert_opens;
use crate::by_hand::decrypt;
use crate::by_hand::error;
use crate::by_hand::policy;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

const STRINGS: [&str; 6] = ["protected", "aad", "iv", "ciphertext", "tag", "encrypted_key"];
const OBJECTS: [&str; 2] = ["unprotected", "header"];

/// Documents for one recipient that have every member of their form.
fn full(sealer: &Sealer) -> [Value; 2] {
    let by_hand = ByHand::new(&[sealer]).shared("note", json!(1)).aad("QUFE");
    [by_hand.flattened(), by_hand.general()]
}

/// The object that has the member: the document, or in the general form the recipient.
fn home<'d>(document: &'d mut Value, name: &str) -> &'d mut Value {
    let is_of_recipient = ["header", "encrypted_key"].contains(&name);
    if is_of_recipient && document.get("recipients").is_some() {
        &mut document["recipients"][0]
    } else {
        document
    }
}

fn with(document: &Value, name: &str, value: Value) -> Value {
    let mut document = document.clone();
    home(&mut document, name)[name] = value;
    document
}

fn without(document: &Value, name: &str) -> Value {
    let mut document = document.clone();
    home(&mut document, name).as_object_mut().unwrap().remove(name);
    document
}

fn malformed(malformed: Malformed) -> Error {
    Error::Malformed(malformed)
}

#[test]
fn member_of_another_type_is_malformed() {
    let others = [json!(null), json!(1), json!(1.5), json!(true), json!([]), json!(["QUFE"])];
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for name in STRINGS {
                for value in others.iter().chain([&json!({}), &json!({"a": "QUFE"})]) {
                    let hostile = with(&document, name, value.clone());
                    let expected = malformed(Malformed::MemberType(name));
                    assert_eq!(error(&sealer, &hostile), expected, "{name} {value}");
                }
            }
            for name in OBJECTS {
                for value in others.iter().chain([&json!(""), &json!("e30"), &json!("{}")]) {
                    let hostile = with(&document, name, value.clone());
                    let expected = malformed(Malformed::MemberType(name));
                    assert_eq!(error(&sealer, &hostile), expected, "{name} {value}");
                }
            }
        }
        let [_, general] = full(&sealer);
        let element = general["recipients"][0].clone();
        for value in [json!(null), json!(1), json!(true), json!("a"), json!({}), element.clone()] {
            let hostile = with(&general, "recipients", value.clone());
            let expected = malformed(Malformed::MemberType("recipients"));
            assert_eq!(error(&sealer, &hostile), expected, "{value}");
            if value.is_object() {
                continue;
            }
            let hostile = with(&general, "recipients", json!([element, value]));
            assert_eq!(error(&sealer, &hostile), expected, "[{value}]");
        }
    }
}

#[test]
fn member_that_is_empty_and_there_is_malformed() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for name in STRINGS.into_iter().filter(|name| *name != "ciphertext") {
                let hostile = with(&document, name, json!(""));
                let expected = malformed(Malformed::EmptyMember(name));
                assert_eq!(error(&sealer, &hostile), expected, "{name}");
            }
            for name in OBJECTS {
                let hostile = with(&document, name, json!({}));
                let expected = malformed(Malformed::EmptyMember(name));
                assert_eq!(error(&sealer, &hostile), expected, "{name}");
            }
        }
        let [_, general] = full(&sealer);
        let hostile = with(&general, "recipients", json!([]));
        assert_eq!(error(&sealer, &hostile), malformed(Malformed::EmptyMember("recipients")));
    }
}

#[test]
fn document_without_a_member_that_it_needs_is_malformed() {
    for sealer in sealers() {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for name in ["iv", "ciphertext", "tag"] {
                let expected = malformed(Malformed::MissingMember(name));
                assert_eq!(error(&sealer, &without(&document, name)), expected, "{name}");
            }
            let expected = malformed(Malformed::MissingParameter("enc"));
            assert_eq!(error(&sealer, &without(&document, "protected")), expected);
            let expected = malformed(Malformed::MissingAlg);
            assert_eq!(error(&sealer, &without(&document, "header")), expected);
        }
    }
}

#[test]
fn enc_that_is_not_protected_is_refused() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        let enc = json!(sealer.enc.name());
        let refused = Error::Refused(Refused::UnprotectedEncryption);
        for protected in [None, Some(r#"{"x":1}"#.to_owned())] {
            let bare = ByHand { protected, ..honest.clone() };
            for by_hand in
                [bare.clone().shared("enc", enc.clone()), bare.own(0, "enc", enc.clone())]
            {
                for document in [by_hand.flattened(), by_hand.general()] {
                    assert_eq!(error(&sealer, &document), refused);
                }
            }
        }
    }
}

#[test]
fn parameter_in_two_headers_is_malformed() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]);
        let overlapping = malformed(Malformed::OverlappingHeaders);
        for (name, value) in [
            ("x", json!(1)),
            ("kid", json!("a")),
            ("typ", json!("JWT")),
            ("cty", json!("a")),
            ("apu", json!("QUFE")),
            ("jku", json!("a")),
        ] {
            let protected = honest.clone().protected(name, value.clone());
            let shared = honest.clone().shared(name, value.clone());
            let own = honest.clone().own(0, name, value.clone());
            for by_hand in [
                protected.clone().shared(name, value.clone()),
                protected.clone().own(0, name, value.clone()),
                shared.clone().own(0, name, value.clone()),
            ] {
                for document in [by_hand.flattened(), by_hand.general()] {
                    assert_eq!(error(&sealer, &document), overlapping, "{name}");
                }
            }
            // ECDH-ES hashes `apu`, so that the honest twin of that one is another key.
            if name != "apu" {
                for by_hand in [protected, shared, own] {
                    assert_opens(&sealer, &by_hand.flattened());
                }
            }
        }
        for (name, value) in [("enc", sealer.enc.name()), ("alg", sealer.alg.name())] {
            let by_hand = honest.clone().protect().shared(name, json!(value));
            assert_eq!(error(&sealer, &by_hand.flattened()), overlapping, "{name}");
        }
    }
}

#[test]
fn enc_beside_the_protected_one_is_malformed_even_if_it_is_the_same() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        for enc in [sealer.enc.name(), "A256CBC-HS512", "x"] {
            let (shared, own) = (
                honest.clone().shared("enc", json!(enc)),
                honest.clone().own(0, "enc", json!(enc)),
            );
            for hostile in [shared, own] {
                let expected = malformed(Malformed::OverlappingHeaders);
                assert_eq!(error(&sealer, &hostile.flattened()), expected, "{enc}");
                assert_eq!(error(&sealer, &hostile.general()), expected, "{enc}");
            }
        }
    }
}

#[test]
fn one_name_in_the_headers_of_two_recipients_is_no_overlap() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let by_hand = ByHand::new(&[&sealer, &sealer]).own(0, "x", json!(1)).own(1, "x", json!(2));
        assert_opens(&sealer, &by_hand.general());

        let overlapping = by_hand.shared("x", json!(3)).general();
        assert_eq!(error(&sealer, &overlapping), malformed(Malformed::OverlappingHeaders));
    }
}

#[test]
fn members_of_both_forms_or_of_a_jws_are_malformed() {
    for sealer in sealers_with(&[JweAlg::A128Kw, JweAlg::Dir]) {
        let [flattened, general] = full(&sealer);
        assert_opens(&sealer, &flattened);
        assert_opens(&sealer, &general);
        let mixed = |name| malformed(Malformed::MixedForms(name));
        for (name, value) in [("header", json!({"x": 1})), ("encrypted_key", json!("QUFE"))] {
            let mut hostile = general.clone();
            hostile[name] = value;
            assert_eq!(error(&sealer, &hostile), mixed(name));
        }
        for name in ["payload", "signature", "signatures"] {
            for document in [&flattened, &general] {
                for value in [json!("QUFE"), json!(null), json!([])] {
                    let mut hostile = document.clone();
                    hostile[name] = value;
                    assert_eq!(error(&sealer, &hostile), mixed(name));
                }
            }
        }
        for name in ["protected", "unprotected", "aad", "iv", "ciphertext", "tag"] {
            let mut hostile = general.clone();
            hostile["recipients"][0][name] = general[name].clone();
            assert_eq!(error(&sealer, &hostile), mixed(name));
        }
    }
}

#[test]
fn member_that_is_not_base64url_is_malformed() {
    let parts = [
        ("protected", Part::Header),
        ("aad", Part::Aad),
        ("iv", Part::Iv),
        ("ciphertext", Part::Ciphertext),
        ("tag", Part::Tag),
        ("encrypted_key", Part::EncryptedKey),
    ];
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for (name, part) in parts {
                for text in ["QR", "QUFE=", "QQ==", "QUF+", "QUF/", "QUFE\n", " QUFE", "A", "QQ.QQ"]
                {
                    let hostile = with(&document, name, json!(text));
                    let expected = malformed(Malformed::Base64url(part));
                    assert_eq!(error(&sealer, &hostile), expected, "{name} {text:?}");
                }
            }
        }
    }
}

#[test]
fn text_that_is_no_document_is_malformed() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let [flattened, general] = full(&sealer);
        let keys = KeySet::from(sealer.key());
        let open = |text: &str| JweJson::decrypt(text, &keys, &policy()).map(|_| ());
        let json = malformed(Malformed::Json(Part::Document));
        let not_an_object = malformed(Malformed::NotAnObject(Part::Document));
        for document in [flattened, general] {
            let text = document.to_string();
            assert_eq!(open(&text), Ok(()));
            assert_eq!(open(&format!(" \t\r\n{text}\n")), Ok(()));
            for hostile in [
                format!("{text}{text}"),
                format!("{text},"),
                format!("{text}\0"),
                format!("\u{feff}{text}"),
                format!("\u{a0}{text}"),
                text.replacen('{', "{,", 1),
                text.replacen('{', "{/**/", 1),
                text.replacen('{', r#"{"x":01,"#, 1),
                text.replacen('{', r#"{"x":NaN,"#, 1),
                text.replacen('{', r#"{"x":"\ud800","#, 1),
                text[..text.len() - 1].to_owned(),
            ] {
                assert_eq!(open(&hostile), Err(json.clone()), "{hostile}");
            }
            for hostile in [format!("[{text}]"), json!(text).to_string()] {
                assert_eq!(open(&hostile), Err(not_an_object.clone()), "{hostile}");
            }
        }
        for hostile in ["", " ", "a.b.c.d.e", "....", "{", "\u{0}"] {
            assert_eq!(open(hostile), Err(json.clone()), "{hostile}");
        }
        for hostile in ["null", "1", "true", "[]", "\"\""] {
            assert_eq!(open(hostile), Err(not_an_object.clone()), "{hostile}");
        }
        assert_eq!(open("{}"), Err(malformed(Malformed::MissingMember("iv"))));
    }
}

#[test]
fn duplicate_member_at_any_depth_is_malformed() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            let text = document.to_string();
            let keys = KeySet::from(sealer.key());
            let open = |text: &str| JweJson::decrypt(text, &keys, &policy()).map(|_| ());
            assert_eq!(open(&text), Ok(()));
            let duplicate = |part| malformed(Malformed::DuplicateMember(part));
            for name in STRINGS.iter().chain(&OBJECTS).chain(&["recipients"]) {
                let Some((before, after)) = text.split_once(&format!(r#""{name}":"#)) else {
                    continue;
                };
                let hostile = format!(r#"{before}"{name}":null,"{name}":{after}"#);
                assert_eq!(open(&hostile), Err(duplicate(Part::Document)), "{name}");
                let escaped = format!(r"\u{:04x}{}", name.as_bytes()[0], &name[1..]);
                let hostile = format!(r#"{before}"{escaped}":null,"{name}":{after}"#);
                assert_eq!(open(&hostile), Err(duplicate(Part::Document)), "{escaped}");
            }
            let hostile = text.replacen('{', r#"{"x":{"y":[{"z":1,"z":1}]},"#, 1);
            assert_eq!(open(&hostile), Err(duplicate(Part::Document)));
            let hostile = text.replacen(r#""alg""#, r#""x":1,"x":1,"alg""#, 1);
            assert_eq!(open(&hostile), Err(duplicate(Part::UnprotectedHeader)));
            let hostile = text.replacen(r#""note":1"#, r#""note":{"x":1,"x":1}"#, 1);
            assert_eq!(open(&hostile), Err(duplicate(Part::UnprotectedHeader)));
        }
    }
}

#[test]
fn unprotected_header_is_read_as_strictly_as_the_protected_one() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.clone().shared("x", json!({"y": [1, null]})).flattened());
        for (name, value, expected) in [
            ("kid", json!(1), Malformed::HeaderType("kid")),
            ("kid", json!(null), Malformed::HeaderType("kid")),
            ("typ", json!(1), Malformed::HeaderType("typ")),
            ("cty", json!(["a"]), Malformed::HeaderType("cty")),
            ("apu", json!(1), Malformed::HeaderType("apu")),
            ("apv", json!("QR"), Malformed::HeaderValue("apv")),
            ("iv", json!({}), Malformed::HeaderType("iv")),
            ("tag", json!("="), Malformed::HeaderValue("tag")),
            ("p2s", json!(null), Malformed::HeaderType("p2s")),
            ("p2c", json!("1000"), Malformed::HeaderType("p2c")),
            ("crit", json!(["x"]), Malformed::UnprotectedParameter("crit")),
            ("crit", json!(1), Malformed::Crit),
            ("b64", json!(true), Malformed::UnprotectedParameter("b64")),
            ("zip", json!("DEF"), Malformed::UnprotectedParameter("zip")),
            ("zip", json!(1), Malformed::HeaderType("zip")),
        ] {
            let shared = honest.clone().shared(name, value.clone());
            let own = honest.clone().own(0, name, value);
            for by_hand in [shared, own] {
                for document in [by_hand.flattened(), by_hand.general()] {
                    assert_eq!(error(&sealer, &document), malformed(expected), "{name}");
                }
            }
        }
        let own = honest.own(0, "alg", json!(1)).flattened();
        assert_eq!(error(&sealer, &own), malformed(Malformed::HeaderType("alg")));
    }
}

#[test]
fn unknown_members_are_ignored_but_must_be_json_within_the_limits() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            let mut honest = document.clone();
            honest["x"] = json!({"recipients": [], "payload": null});
            let nested = |levels: usize| {
                serde_json::from_str(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)))
            };
            honest["deep"] = nested(31).unwrap();
            assert_opens(&sealer, &honest);

            honest["deep"] = nested(32).unwrap();
            assert_eq!(error(&sealer, &honest), Error::Limit(Limit::Depth));
        }
        let [_, mut general] = full(&sealer);
        general["recipients"][0]["x"] = json!([1]);
        assert_opens(&sealer, &general);
        let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
        general["recipients"][0]["x"] = nested(29);
        assert_opens(&sealer, &general);
        general["recipients"][0]["x"] = nested(30);
        assert_eq!(error(&sealer, &general), Error::Limit(Limit::Depth));
    }
}

#[test]
fn protected_header_over_the_limit_is_not_decoded() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let bare = ByHand::new(&[&sealer]).protected("x", json!("")).protected.unwrap().len();
        let of_len = |len: usize| {
            ByHand::new(&[&sealer]).protected("x", json!("x".repeat(len - bare))).flattened()
        };
        let max = josie::Limits::default().header_bytes();
        assert_opens(&sealer, &of_len(max));
        for len in [max + 1, max + 3] {
            assert_eq!(error(&sealer, &of_len(len)), Error::Limit(Limit::Header));
        }
        let no_base64url = with(&of_len(max), "protected", json!("!".repeat(30_000)));
        assert_eq!(error(&sealer, &no_base64url), Error::Limit(Limit::Header));
    }
}

#[test]
fn member_names_are_compared_exactly() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for name in ["iv", "ciphertext", "tag"] {
                let mut hostile = without(&document, name);
                hostile[name.to_uppercase()] = document[name].clone();
                let missing = malformed(Malformed::MissingMember(name));
                assert_eq!(error(&sealer, &hostile), missing);
            }
        }
    }
}

#[test]
fn escapes_in_members_mean_what_json_says() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        for document in full(&sealer) {
            let tag = document["tag"].as_str().unwrap();
            let escaped = format!(r"\u{:04x}{}", tag.as_bytes()[0], &tag[1..]);
            let text = document.to_string();
            let text = text.replace(tag, &escaped).replace(r#""iv""#, r#""\u0069v""#);
            assert_ne!(text, document.to_string());

            let keys: KeySet<DecryptionKey> = KeySet::from(sealer.key());
            let jwe = JweJson::decrypt(&text, &keys, &policy()).unwrap();

            assert_eq!(jwe.plaintext(), PLAINTEXT);
        }
    }
}

#[test]
fn encrypted_key_where_the_algorithm_has_none_is_a_failure_to_decrypt() {
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::EcdhEs]) {
        for document in full(&sealer) {
            assert_opens(&sealer, &document);
            for len in [1, 16, 40] {
                let hostile = with(&document, "encrypted_key", json!(b64u(vec![7; len])));
                let error = decrypt(&hostile, [sealer.key()]).unwrap_err();
                assert_eq!(error, Error::DecryptionFailed);
            }
        }
    }
}
