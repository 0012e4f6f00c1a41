//! Sections IX and X as far as the compact form goes: what is authenticated is the header as it was received.

use josie::Error;
use josie::Malformed;
use josie::Part;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::content::opener;
use crate::sealing::Draft;
use crate::sealing::PLAINTEXT;
use crate::sealing::Token;
use crate::sealing::b64u;
use crate::sealing::sealers;

/// Ways to write a header that mean the same.
fn spellings(draft: &Draft) -> Vec<(&'static str, String)> {
    let members: Map<String, Value> = serde_json::from_str(&draft.header).unwrap();
    let reversed: Vec<String> =
        members.iter().rev().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    let header = &draft.header;
    vec![
        ("reversed", format!("{{{}}}", reversed.join(","))),
        ("pretty", serde_json::to_string_pretty(&members).unwrap()),
        ("space before", format!(" \t\r\n{header}")),
        ("space after", format!("{header} \t\r\n")),
        ("space inside", header.replacen(':', " : ", 1)),
        ("escaped name", header.replace(r#""alg""#, r#""\u0061lg""#)),
        ("escaped names", header.replace(r#""enc""#, r#""\u0065\u006E\u0063""#)),
        ("escaped value", header.replace(r#":"A128"#, r#":"\u0041128"#)),
        ("escaped solidus", header.replacen('{', r#"{"note":"\/","#, 1)),
        ("number", header.replacen('{', r#"{"note":1.50e+1,"#, 1)),
        ("not ASCII", header.replacen('{', "{\"n\u{f6}te\":\"n\\u00f6te\",", 1)),
    ]
}

#[test]
fn a139_a_header_is_authenticated_as_it_was_received() {
    for sealer in sealers() {
        let decrypt = opener(&sealer);
        let draft = sealer.draft();
        assert_eq!(decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for (name, spelling) in spellings(&draft) {
            assert_ne!(spelling, draft.header, "{name}");
            let mut respelt = draft.clone();
            respelt.header = spelling;
            let honest = respelt.seal();
            let subject = format!("{} {} on {}: {name}", sealer.alg, sealer.enc, sealer.name);

            let jwe = decrypt(&honest.compact());

            assert_eq!(jwe.unwrap().plaintext(), PLAINTEXT, "{subject}");
            // The same header in other words is another header: each way round.
            let parsed: Value = serde_json::from_str(&respelt.header).unwrap();
            let reserialized = Token { header: b64u(parsed.to_string()), ..honest.clone() };
            assert_eq!(
                decrypt(&reserialized.compact()).unwrap_err(),
                Error::DecryptionFailed,
                "{subject}"
            );
            let swapped = Token { header: honest.header, ..draft.seal() };
            assert_eq!(
                decrypt(&swapped.compact()).unwrap_err(),
                Error::DecryptionFailed,
                "{subject}"
            );
        }
    }
}

#[test]
fn a137_a_second_spelling_of_the_authenticated_octets_is_malformed() {
    for sealer in sealers() {
        let mut draft = sealer.draft();
        // One octet in the last symbols, so that four bits are not used.
        draft.header.push(' ');
        while draft.header.len() % 3 != 1 {
            draft.header.push(' ');
        }
        let honest = draft.seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);

        let (rest, last) = honest.header.split_at(honest.header.len() - 1);
        // A space and four zero bits, of which one is set here.
        assert_eq!(last, "A");
        for spelling in [format!("{rest}B"), format!("{rest}A="), format!("{rest}A==")] {
            let respelt = Token { header: spelling, ..honest.clone() };
            let error = sealer.error(&respelt.compact());
            assert_eq!(error, Error::Malformed(Malformed::Base64url(Part::Header)));
        }
    }
}

#[test]
fn a138_a_token_without_protected_header_is_malformed() {
    for sealer in sealers() {
        let honest = sealer.draft().seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        for (header, malformed) in [
            ("", Malformed::Json(Part::Header)),
            ("e30", Malformed::MissingAlg),
            ("W10", Malformed::NotAnObject(Part::Header)),
            ("bnVsbA", Malformed::NotAnObject(Part::Header)),
        ] {
            let bare = Token { header: header.to_owned(), ..honest.clone() };
            assert_eq!(sealer.error(&bare.compact()), Error::Malformed(malformed), "{header}");
        }
    }
}

#[test]
fn a123_a_token_in_json_is_no_compact_token() {
    for sealer in sealers() {
        let honest = sealer.draft().seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        let parts = json!({
            "protected": honest.header,
            "encrypted_key": b64u(&honest.encrypted_key),
            "iv": b64u(&honest.iv),
            "ciphertext": b64u(&honest.ciphertext),
            "tag": b64u(&honest.tag),
        });
        let error = sealer.error(&parts.to_string());
        assert_eq!(error, Error::Malformed(Malformed::JweParts));
    }
}
