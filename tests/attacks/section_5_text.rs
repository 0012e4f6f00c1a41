//! Section V: what is no JSON, or no JSON object.

use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::Jwt;
use josie::KeyError;
use josie::Malformed;
use josie::Part;
use serde_json::Map;
use serde_json::Value;

use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::JWK;
use crate::peers::secret_peers;
use crate::peers::with_members;

const BAD_HEADER: Error = Error::Malformed(Malformed::Json(Part::Header));
const BAD_PAYLOAD: Error = Error::Malformed(Malformed::Json(Part::Payload));
const BAD_JWK: KeyError = KeyError::Jwk(JwkError::Json);

/// What is almost the JSON object `object`.
fn lenient_spellings(object: &str) -> Vec<String> {
    let mut spellings: Vec<String> =
        ["x", "//x", "/**/", "{}", "[]", "null", "\n{\"alg\":\"none\"}", ",", "}", "]", "\0", ";"]
            .into_iter()
            .map(|tail| format!("{object}{tail}"))
            .collect();
    spellings.extend(
        ["\u{feff}", "\u{a0}", "\u{2028}", "\x0b", "\x0c", "\0", "//\n", "/**/", "#\n", ")]}',\n"]
            .into_iter()
            .map(|start| format!("{start}{object}")),
    );
    spellings.extend(
        [
            ",",
            "\"a\"",
            "\"a\":",
            "\"a\":,",
            "a:1",
            "'a':1",
            "1:1",
            "null:1",
            "\"a\" 1",
            "\"a\":1,",
            "\"a\":1 \"b\":2",
            "\"a\":NaN",
            "\"a\":Infinity",
            "\"a\":-Infinity",
            "\"a\":nan",
            "\"a\":01",
            "\"a\":-01",
            "\"a\":+1",
            "\"a\":.5",
            "\"a\":1.",
            "\"a\":1.e5",
            "\"a\":1e",
            "\"a\":1e+",
            "\"a\":0x10",
            "\"a\":1_000",
            "\"a\":-",
            "\"a\":True",
            "\"a\":nul",
            "\"a\":undefined",
            "\"a\":[1,]",
            "\"a\":[,1]",
            "\"a\":[1 2]",
            "\"a\":[",
            "\"a\":{\"b\":1,}",
            "\"a\":{",
            "\"a\":'b'",
            "\"a\":\"b",
            "\"a\":\"\n\"",
            "\"a\":\"\t\"",
            "\"a\":\"\0\"",
            "\"a\":\"\x1f\"",
            "\"a\":\"\\x\"",
            "\"a\":\"\\'\"",
            "\"a\":\"\\u12\"",
            "\"a\":\"\\u{41}\"",
            "\"a\":\"\\U00000041\"",
            "\"a\":`b`",
        ]
        .into_iter()
        .map(|member| with_members(object, member)),
    );
    spellings.push(object.replace('"', "'"));
    spellings.push(object[..object.len() - 1].to_owned());
    spellings
}

#[test]
fn a59_lenient_json_is_refused() {
    for peer in secret_peers() {
        for header in lenient_spellings(HEADER) {
            assert_eq!(peer.header_error(&header), BAD_HEADER, "{header:?}");
        }
        for claims in lenient_spellings(CLAIMS) {
            assert_eq!(peer.claims_error(&claims), BAD_PAYLOAD, "{claims:?}");
            let map: Result<Jwt<Map<String, Value>>, _> = peer.verify_as(&claims);
            assert_eq!(map.unwrap_err(), BAD_PAYLOAD, "{claims:?}");
        }
        let twin = peer.token(
            " \t\r\n{ \"alg\" : \"HS256\" , \"a\" : [ 1 , -0.5e+3 , \"\\u0041\" ] }\n",
            format!("\r\n{}\t", with_members(CLAIMS, r#""a":{"b":[true,null]}"#)),
        );
        assert!(peer.verify(&twin).is_ok());
    }
    for jwk in lenient_spellings(JWK) {
        assert_eq!(Jwk::parse(&jwk).unwrap_err(), BAD_JWK, "{jwk:?}");
    }
    for set in lenient_spellings(r#"{"keys":[]}"#) {
        assert_eq!(JwkSet::parse(&set).unwrap_err(), BAD_JWK, "{set:?}");
    }
    assert!(Jwk::parse(&format!("\t{JWK}\n")).is_ok());
    assert!(JwkSet::parse(" { \"keys\" : [ ] } ").is_ok());
}

/// Texts that are no UTF-8, or stand for something that is no Unicode, in place of `VALUE`.
const BAD_STRINGS: [&[u8]; 12] = [
    b"\xff",
    b"\x80",
    b"\xc0\x80",
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xed\xa0\x80",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xf4\x90\x80\x80",
    b"\xf0\x9f\x98",
    b"\xe2\x82",
    b"\xfe\xff",
    b"\xf8\x88\x80\x80\x80",
];
const LONE_SURROGATES: [&str; 6] =
    [r"\ud800", r"\udfff", r"\ud83d\u0041", r"\ude00\ud83d", r"\ud83d x", r"\uD83D\n"];

fn replace_value(template: &str, value: &[u8]) -> Vec<u8> {
    let (left, right) = template.split_once("VALUE").unwrap();
    [left.as_bytes(), value, right.as_bytes()].concat()
}

#[test]
fn a60_text_that_is_not_unicode_is_refused() {
    let headers = [r#""kid":"VALUE""#, r#""x":["VALUE"]"#, r#""VALUE":1"#]
        .map(|member| with_members(HEADER, member));
    let claims = [r#""iss":"VALUE""#, r#""x":{"y":"VALUE"}"#, r#""VALUE":1"#]
        .map(|member| with_members(CLAIMS, member));
    let bad_strings = || {
        let escaped = LONE_SURROGATES.into_iter().map(str::as_bytes);
        BAD_STRINGS.into_iter().chain(escaped)
    };
    for peer in secret_peers() {
        for bad in bad_strings() {
            for template in &headers {
                let header = replace_value(template, bad);
                assert_eq!(peer.header_error(header), BAD_HEADER, "{template} {bad:x?}");
            }
            for template in &claims {
                let claims = replace_value(template, bad);
                assert_eq!(peer.claims_error(claims), BAD_PAYLOAD, "{template} {bad:x?}");
            }
        }
        for encode in [utf16le, utf16be, utf32le, utf32be] {
            for mark in ["", "\u{feff}"] {
                let header = encode(&format!("{mark}{HEADER}"));
                let claims = encode(&format!("{mark}{CLAIMS}"));
                assert_eq!(peer.header_error(header), BAD_HEADER);
                assert_eq!(peer.claims_error(claims), BAD_PAYLOAD);
            }
        }
        let twin = peer.token(
            replace_value(&headers[0], "é😀".as_bytes()),
            replace_value(&claims[1], br"\ud83d\ude00\u0000"),
        );
        assert_eq!(peer.verify(&twin).unwrap().kid(), Some("é😀"));
    }
    for escape in LONE_SURROGATES {
        for member in [r#""kid":"VALUE""#, r#""x":"VALUE""#, r#""VALUE":1"#] {
            let member = member.replace("VALUE", escape);
            let jwk = with_members(JWK, &member);
            let set = with_members(r#"{"keys":[]}"#, &member);

            assert_eq!(Jwk::parse(&jwk).unwrap_err(), BAD_JWK, "{jwk}");
            assert_eq!(JwkSet::parse(&set).unwrap_err(), BAD_JWK, "{set}");
        }
    }
    let jwk = Jwk::parse(&with_members(JWK, r#""kid":"\ud83d\ude00""#)).unwrap();
    assert_eq!(jwk.kid(), Some("😀"));
}

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn utf16be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn utf32le(text: &str) -> Vec<u8> {
    text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()
}

fn utf32be(text: &str) -> Vec<u8> {
    text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()
}

#[test]
fn a64_header_that_is_no_object_or_has_no_alg_is_refused() {
    let not_an_object = Error::Malformed(Malformed::NotAnObject(Part::Header));
    for peer in secret_peers() {
        assert!(peer.verify(&peer.honest()).is_ok());
        for header in ["[]", "null", r#""x""#, "1", "-1.5", "true", r#"["alg","HS256"]"#] {
            assert_eq!(peer.header_error(header), not_an_object, "{header}");
        }
        for header in [r#"[{"alg":"HS256"}]"#, r#""{\"alg\":\"HS256\"}""#] {
            assert_eq!(peer.header_error(header), not_an_object, "{header}");
        }
        for header in ["", " ", "{", "alg"] {
            assert_eq!(peer.header_error(header), BAD_HEADER, "{header:?}");
        }
        for header in ["{}", r#"{"typ":"JWT"}"#, r#"{"x":{"alg":"HS256"}}"#] {
            assert_eq!(peer.header_error(header), Error::Malformed(Malformed::MissingAlg));
        }
        for alg in ["null", "1", "true", "[]", r#"["HS256"]"#, r#"{"HS256":1}"#] {
            assert_eq!(
                peer.header_error(format!(r#"{{"alg":{alg}}}"#)),
                Error::Malformed(Malformed::HeaderType("alg"))
            );
        }
    }
}
