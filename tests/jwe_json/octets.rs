//! What is authenticated are the octets received: of the protected header, and of the AAD.

use josie::Error;
use josie::Malformed;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::assert_opens;
use crate::by_hand::decrypt;
use crate::by_hand::error;
use crate::by_hand::opened;
use crate::by_hand::sharing;
use crate::sealing::b64u;
use crate::sealing::sealers;

/// Ways to write a protected header that mean the same.
fn spellings(header: &str) -> Vec<String> {
    let parsed: Value = serde_json::from_str(header).unwrap();
    let members = parsed.as_object().unwrap();
    let reversed: Vec<String> =
        members.iter().rev().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    vec![
        format!("{{ {} }}", reversed.join(" ,\n ")),
        serde_json::to_string_pretty(&parsed).unwrap(),
        format!(" \t\r\n{header} \n"),
        header.replace(r#""enc""#, r#""\u0065\u006E\u0063""#),
        header.replace(r#":"A128"#, r#":"\u0041128"#),
    ]
}

#[test]
fn protected_header_is_authenticated_as_it_was_received() {
    for sealer in sealers() {
        let plain = ByHand::new(&[&sealer]).protect().protected("x", json!("y")).aad("QUFE");
        let header = plain.protected.clone().unwrap();
        assert_opens(&sealer, &plain.flattened());
        for spelling in spellings(&header) {
            assert_ne!(spelling, header);
            let by_hand = ByHand { protected: Some(spelling.clone()), ..plain.clone() };
            for document in [by_hand.flattened(), by_hand.general()] {
                assert_opens(&sealer, &document);

                let mut reserialized = document.clone();
                let parsed: Value = serde_json::from_str(&spelling).unwrap();
                reserialized["protected"] = json!(b64u(parsed.to_string()));
                assert_eq!(error(&sealer, &reserialized), Error::DecryptionFailed);
            }
        }
    }
}

#[test]
fn aad_is_authenticated_whether_it_is_there_or_not() {
    for sealer in sealers() {
        let without = ByHand::new(&[&sealer]);
        let with = without.clone().aad("QUFE");
        assert_eq!(opened(&sealer, &without.flattened()).aad(), None);
        assert_eq!(opened(&sealer, &with.flattened()).aad(), Some(&b"AAD"[..]));

        let mut added = without.flattened();
        added["aad"] = json!("QUFE");
        assert_eq!(error(&sealer, &added), Error::DecryptionFailed);
        let mut removed = with.flattened();
        removed.as_object_mut().unwrap().remove("aad").unwrap();
        assert_eq!(error(&sealer, &removed), Error::DecryptionFailed);
        let mut other = with.flattened();
        other["aad"] = json!("QUFF");
        assert_eq!(error(&sealer, &other), Error::DecryptionFailed);
    }
}

#[test]
fn boundary_of_header_and_aad_cannot_be_moved() {
    for sealer in sealers() {
        // With and without AAD, the same octets would have to be authenticated.
        let honest = ByHand::new(&[&sealer]).aad("QUFE").flattened();
        assert_opens(&sealer, &honest);
        let mut moved = honest.clone();
        let header = honest["protected"].as_str().unwrap();
        moved["protected"] = json!(format!("{header}.QUFE"));
        moved.as_object_mut().unwrap().remove("aad").unwrap();

        let malformed = Error::Malformed(Malformed::Base64url(josie::Part::Header));
        assert_eq!(error(&sealer, &moved), malformed);
    }
}

#[test]
fn unprotected_headers_are_authenticated_by_nothing_but_the_key_they_lead_to() {
    for sealer in sealers() {
        let mut document = ByHand::new(&[&sealer]).own(0, "note", json!("honest")).flattened();
        assert_opens(&sealer, &document);

        document["header"]["note"] = json!("changed on the way");
        document["unprotected"] = json!({"added": 1});
        let jwe = opened(&sealer, &document);

        assert_eq!(jwe.unprotected().param("note"), Some(&json!("changed on the way")));
        assert_eq!(jwe.shared_unprotected().param("added"), Some(&json!(1)));
    }
}

#[test]
fn any_changed_octet_is_malformed_or_fails_to_decrypt() {
    for sealer in sealers() {
        let document = ByHand::new(&[&sealer]).aad("QUFEQUFE").general();
        assert_opens(&sealer, &document);
        for pointer in
            ["/protected", "/aad", "/iv", "/ciphertext", "/tag", "/recipients/0/encrypted_key"]
        {
            let Some(text) = document.pointer(pointer).and_then(Value::as_str) else {
                // `dir` and ECDH-ES have no encrypted key.
                assert_eq!(pointer, "/recipients/0/encrypted_key");
                continue;
            };
            for at in (0..text.len()).step_by(text.len().div_ceil(24)) {
                let mut octets = text.as_bytes().to_vec();
                octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
                let mut hostile = document.clone();
                *hostile.pointer_mut(pointer).unwrap() = json!(String::from_utf8(octets).unwrap());

                let error = decrypt(&hostile, [sealer.key()]).unwrap_err();

                match error {
                    Error::DecryptionFailed | Error::Malformed(Malformed::Base64url(_)) => {}
                    Error::Malformed(_) | Error::Refused(_) if pointer == "/protected" => {}
                    error => panic!("{pointer} {at}: {error:?}"),
                }
            }
        }
    }
}

#[test]
fn encrypted_keys_of_two_recipients_cannot_change_places() {
    for sealer in sharing(sealers()) {
        let by_hand = ByHand::new(&[&sealer, &sealer]).own(1, "kid", json!("second"));
        let by_hand = by_hand.own(0, "kid", json!("first"));
        let other = ByHand::new(&[&sealer]);
        let key = sealer.key().with_kid("first");
        let mut document = by_hand.general();
        assert_eq!(decrypt(&document, [key.clone()]).unwrap().recipient(), 0);

        document["recipients"][0]["encrypted_key"] =
            other.general()["recipients"][0]["encrypted_key"].clone();
        assert_eq!(decrypt(&document, [key]).unwrap_err(), Error::DecryptionFailed);
    }
}
