//! Section VI, and what the sections after it say of JWE in the JSON serializations.

use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JweJson;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::Policy;
use josie::Refused;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::assert_opens;
use crate::by_hand::error;
use crate::by_hand::opened;
use crate::by_hand::policy;
use crate::by_hand::sharing;
use crate::passwords::PBES2;
use crate::sealing::b64u;
use crate::sealing::public_jwk;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

fn malformed(malformed: Malformed) -> Error {
    Error::Malformed(malformed)
}

#[test]
fn a68_flattened_and_general_at_once_is_malformed() {
    for sealer in sharing(sealers()) {
        let by_hand = ByHand::new(&[&sealer]);
        let (flattened, general) = (by_hand.flattened(), by_hand.general());
        assert_opens(&sealer, &flattened);
        assert_opens(&sealer, &general);
        for name in ["encrypted_key", "header"] {
            let mut hostile = general.clone();
            hostile[name] = flattened[name].clone();
            assert_eq!(error(&sealer, &hostile), malformed(Malformed::MixedForms(name)));
        }
    }
}

#[test]
fn a69_no_recipients_is_malformed() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]).general();
        assert_opens(&sealer, &honest);
        for (recipients, expected) in [
            (json!([]), Malformed::EmptyMember("recipients")),
            (json!(null), Malformed::MemberType("recipients")),
            (json!({}), Malformed::MemberType("recipients")),
            (json!([null]), Malformed::MemberType("recipients")),
            (json!([{}]), Malformed::MissingAlg),
        ] {
            let mut hostile = honest.clone();
            hostile["recipients"] = recipients;
            assert_eq!(error(&sealer, &hostile), malformed(expected));
        }
    }
}

#[test]
fn a71_a_parameter_in_two_of_three_headers_is_malformed() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        let other = json!("A128CBC-HS256");
        let shared = honest.clone().shared("enc", other.clone());
        let own = honest.clone().own(0, "enc", other);
        let alg = honest.clone().shared("alg", json!("RSA1_5"));
        let all = honest.protected("x", json!(1)).shared("x", json!(1)).own(0, "x", json!(1));
        for by_hand in [shared, own, alg, all] {
            for document in [by_hand.flattened(), by_hand.general()] {
                let expected = malformed(Malformed::OverlappingHeaders);
                assert_eq!(error(&sealer, &document), expected);
            }
        }
    }
}

#[test]
fn a76_recipients_are_counted_before_they_are_read_and_their_iterations_before_they_are_done() {
    for sealer in sealers_with(&PBES2) {
        let mut document = ByHand::new(&[&sealer]).general();
        assert_opens(&sealer, &document);
        let recipient = document["recipients"][0].clone();
        document["recipients"] = json!(vec![json!({}); 50_000]);
        assert_eq!(error(&sealer, &document), Error::Limit(Limit::Recipients));
        document["recipients"] = json!(vec![recipient.clone(); 17]);
        assert_eq!(error(&sealer, &document), Error::Limit(Limit::Recipients));

        // 16 times the fewest iterations is little, and twice the most is too much.
        document["recipients"] = json!(vec![recipient.clone(); 16]);
        assert_opens(&sealer, &document);
        let mut most = recipient;
        most["header"]["p2c"] = json!(1_200_000);
        document["recipients"] = json!([most, most]);
        assert_eq!(error(&sealer, &document), Error::Limit(Limit::Iterations));
    }
}

#[test]
fn a78_an_empty_protected_header_is_malformed_and_none_is_refused() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]).flattened();
        assert_opens(&sealer, &honest);
        for (text, expected) in [
            ("", Malformed::EmptyMember("protected")),
            ("e30", Malformed::MissingParameter("enc")),
            ("bnVsbA", Malformed::NotAnObject(Part::Header)),
        ] {
            let mut hostile = honest.clone();
            hostile["protected"] = json!(text);
            assert_eq!(error(&sealer, &hostile), malformed(expected));
        }
        let mut hostile = honest.clone();
        hostile.as_object_mut().unwrap().remove("protected").unwrap();
        assert_eq!(error(&sealer, &hostile), malformed(Malformed::MissingParameter("enc")));
    }
}

#[test]
fn a79_a_member_of_another_type_is_malformed() {
    let strings = ["protected", "aad", "iv", "ciphertext", "tag", "encrypted_key"];
    let wrong = [json!(null), json!(1), json!(true), json!([])];
    for sealer in sharing(sealers()) {
        let honest = ByHand::new(&[&sealer]).shared("x", json!(1)).aad("QUFE").flattened();
        assert_opens(&sealer, &honest);
        let replaced = |name: &str, value: &Value| {
            let mut hostile = honest.clone();
            hostile[name] = value.clone();
            error(&sealer, &hostile)
        };
        for name in strings {
            for value in wrong.iter().chain([&json!({})]) {
                let expected = malformed(Malformed::MemberType(name));
                assert_eq!(replaced(name, value), expected, "{name} {value}");
            }
        }
        for name in ["header", "unprotected"] {
            for value in wrong.iter().chain([&json!("{}")]) {
                let expected = malformed(Malformed::MemberType(name));
                assert_eq!(replaced(name, value), expected, "{name} {value}");
            }
        }
    }
}

#[test]
fn a87_crit_of_one_recipient_is_malformed_and_a_protected_one_is_obeyed() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.clone().own(0, "x", json!(1)).flattened());
        let unprotected = malformed(Malformed::UnprotectedParameter("crit"));
        let own = honest.clone().own(0, "x", json!(1)).own(0, "crit", json!(["x"]));
        let shared = honest.clone().shared("x", json!(1)).shared("crit", json!(["x"]));
        for by_hand in [own, shared] {
            assert_eq!(error(&sealer, &by_hand.flattened()), unprotected);
            assert_eq!(error(&sealer, &by_hand.general()), unprotected);
        }
        let protected = honest.protected("x", json!(1));
        assert_opens(&sealer, &protected.flattened());
        let protected = protected.protected("crit", json!(["x"]));
        assert_eq!(error(&sealer, &protected.flattened()), Error::Refused(Refused::Critical));
    }
}

#[test]
fn a106_an_ephemeral_key_in_an_unprotected_header_has_no_private_half() {
    let agreeing =
        [JweAlg::EcdhEs, JweAlg::EcdhEsA128Kw, JweAlg::EcdhEsA192Kw, JweAlg::EcdhEsA256Kw];
    for sealer in sealers_with(&agreeing) {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        let epk = honest.recipients[0].header["epk"].clone();
        let mut private = epk.clone();
        private["d"] = json!(b64u([7; 32]));
        let mut large = epk;
        large["x5c"] = json!("a".repeat(16 * 1024));
        let own_key = public_jwk(&sealer.material.public_half().unwrap());
        for (epk, expected) in [
            (private, Error::DecryptionFailed),
            (large, Error::Limit(Limit::Header)),
            (own_key, Error::DecryptionFailed),
            (json!({}), Error::DecryptionFailed),
        ] {
            let hostile = honest.clone().own(0, "epk", epk);
            for document in [hostile.flattened(), hostile.general()] {
                assert_eq!(error(&sealer, &document), expected);
            }
        }
    }
}

#[test]
fn a107_an_encrypted_key_for_dir_or_ecdh_es_does_not_decrypt() {
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::EcdhEs]) {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        for len in [1, 16, 24, 40] {
            let mut hostile = honest.clone();
            hostile.recipients[0].encrypted_key = vec![b'x'; len];
            for document in [hostile.flattened(), hostile.general()] {
                assert_eq!(error(&sealer, &document), Error::DecryptionFailed);
            }
        }
    }
}

#[test]
fn a108_an_encrypted_key_that_is_missing_or_of_another_length_does_not_decrypt() {
    for sealer in sharing(sealers()) {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        for len in [0, 1, 7, 8, 15, 16, 17, 23, 25, 4096] {
            if len == honest.recipients[0].encrypted_key.len() {
                continue;
            }
            let mut hostile = honest.clone();
            hostile.recipients[0].encrypted_key = vec![b'x'; len];
            for document in [hostile.flattened(), hostile.general()] {
                assert_eq!(error(&sealer, &document), Error::DecryptionFailed, "{len}");
            }
        }
        let mut hostile = honest.flattened();
        hostile["encrypted_key"] = Value::Null;
        let expected = malformed(Malformed::MemberType("encrypted_key"));
        assert_eq!(error(&sealer, &hostile), expected);
        hostile["encrypted_key"] = json!("");
        let expected = malformed(Malformed::EmptyMember("encrypted_key"));
        assert_eq!(error(&sealer, &hostile), expected);
    }
}

#[test]
fn a123_a_recipient_is_added_to_no_avail_and_the_one_that_decrypts_is_named() {
    for sealer in sharing(sealers()) {
        let honest = ByHand::new(&[&sealer, &sealer]);
        let named = honest.clone().own(0, "kid", json!("theirs")).own(1, "kid", json!("mine"));
        let keys = KeySet::from(sealer.key().with_kid("mine"));
        let jwe = JweJson::decrypt(&named.general().to_string(), &keys, &policy()).unwrap();
        assert_eq!((jwe.recipient(), jwe.kid(), jwe.alg()), (1, Some("mine"), sealer.alg));
        // Who may not be looked at does not become a recipient by being added.
        let strict = Policy::encrypted(&[sealer.alg], JweEnc::ALL).build().unwrap();
        for (alg, expected) in [
            ("dir", Err(malformed(Malformed::NotTheOnlyRecipient))),
            ("ECDH-ES", Err(malformed(Malformed::NotTheOnlyRecipient))),
            ("RSA1_5", Ok(2)),
        ] {
            let mut hostile = named.clone();
            let mut added = hostile.recipients[0].clone();
            added.header = [("alg".to_owned(), json!(alg))].into_iter().collect();
            hostile.recipients.insert(0, added);
            let document = hostile.general().to_string();
            let outcome = JweJson::decrypt(&document, &keys, &strict).map(|jwe| jwe.recipient());
            assert_eq!(outcome, expected, "{alg}");
        }
    }
}

#[test]
fn a137_aad_is_authenticated_as_it_was_received_and_has_one_spelling() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]).aad("QQ").flattened();
        assert_eq!(opened(&sealer, &honest).aad(), Some(&b"A"[..]));
        // Even where it was what the sender authenticated.
        for text in ["QR", "QQ=", "QQ==", " QQ", "QQ\n", "Q"] {
            let hostile = ByHand::new(&[&sealer]).aad(text).flattened();
            let expected = malformed(Malformed::Base64url(Part::Aad));
            assert_eq!(error(&sealer, &hostile), expected, "{text:?}");
        }
        let hostile = ByHand::new(&[&sealer]).aad("").flattened();
        assert_eq!(error(&sealer, &hostile), malformed(Malformed::EmptyMember("aad")));
        let long = ByHand::new(&[&sealer]).aad(&"QUFE".repeat(70_000)).flattened();
        assert_eq!(error(&sealer, &long), Error::Limit(Limit::Token));
        let limits = Limits::default().with_token_bytes(1 << 20);
        let wide = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).limits(limits).build().unwrap();
        let jwe = JweJson::decrypt(&long.to_string(), &KeySet::from(sealer.key()), &wide);
        assert_eq!(jwe.unwrap().aad().map(<[u8]>::len), Some(210_000));
    }
}

#[test]
fn a138_a_document_whose_enc_nothing_protects_is_refused() {
    for sealer in sealers() {
        let honest = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &honest.flattened());
        let bare = ByHand { protected: None, ..honest };
        let enc = json!(sealer.enc.name());
        for by_hand in [bare.clone().shared("enc", enc.clone()), bare.own(0, "enc", enc)] {
            for by_hand in [by_hand.clone(), by_hand.aad("QUFE")] {
                let refused = Error::Refused(Refused::UnprotectedEncryption);
                assert_eq!(error(&sealer, &by_hand.flattened()), refused);
                assert_eq!(error(&sealer, &by_hand.general()), refused);
            }
        }
    }
}

#[test]
fn a139_a_protected_header_in_json_is_authenticated_as_it_was_received() {
    for sealer in sealers() {
        let by_hand = ByHand::new(&[&sealer]).protect().protected("x", json!("y"));
        let header = by_hand.protected.clone().unwrap();
        let spelling = header.replace(r#""enc""#, r#" "\u0065nc" "#).replace('{', "{ ");
        let respelt = ByHand { protected: Some(spelling), ..by_hand.clone() };
        for (honest, other) in
            [(respelt.flattened(), by_hand.flattened()), (by_hand.general(), respelt.general())]
        {
            assert_opens(&sealer, &honest);
            let mut hostile = honest.clone();
            hostile["protected"] = other["protected"].clone();
            assert_eq!(error(&sealer, &hostile), Error::DecryptionFailed);
        }
    }
}
