//! Reading both forms by each algorithm, with the parameters in each of the three headers.

use josie::DecryptionKey;
use josie::EncryptedJweJson;
use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JweJson;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::Malformed;
use josie::Policy;
use josie::Refused;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::assert_opens;
use crate::by_hand::decrypt;
use crate::by_hand::error;
use crate::by_hand::opened;
use crate::by_hand::policy;
use crate::by_hand::sharing;
use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

#[test]
fn every_algorithm_is_read_in_both_forms_with_its_parameters_in_any_header() {
    for sealer in sealers() {
        let own = ByHand::new(&[&sealer]);
        let mut shared = own.clone();
        shared.shared.append(&mut shared.recipients[0].header);
        let protected = own.clone().protect();
        for by_hand in [own, shared, protected] {
            for document in [by_hand.flattened(), by_hand.general()] {
                let jwe = opened(&sealer, &document);

                assert_eq!((jwe.alg(), jwe.enc()), (sealer.alg, sealer.enc));
                assert_eq!((jwe.recipient(), jwe.kid(), jwe.aad()), (0, None, None));
            }
        }
    }
}

#[test]
fn every_content_encryption_is_read_in_both_forms() {
    for (name, registry) in registries() {
        for enc in JweEnc::ALL.iter().copied() {
            if registry.content_encryption(enc).is_none() {
                continue;
            }
            let material = KeyMaterial::oct(vec![0x5a; enc.key_len()]);
            let sealer = Sealer { name, registry, alg: JweAlg::Dir, enc, material };
            let by_hand = ByHand::new(&[&sealer]).aad("QUFE");
            for document in [by_hand.flattened(), by_hand.general()] {
                let jwe = opened(&sealer, &document);
                assert_eq!(jwe.aad(), Some(&b"AAD"[..]));
            }
        }
    }
}

#[test]
fn any_two_algorithms_stand_in_one_document_and_each_key_opens_it() {
    for (name, _) in registries() {
        let here = sharing(sealers().into_iter().filter(|sealer| sealer.name == name).collect());
        for left in &here {
            for right in &here {
                let by_hand = ByHand::new(&[left, right]).own(0, "kid", json!("left")).own(
                    1,
                    "kid",
                    json!("right"),
                );
                let document = by_hand.general();
                for (index, sealer, kid) in [(0, left, "left"), (1, right, "right")] {
                    let key = sealer.key().with_kid(kid);

                    let jwe = decrypt(&document, [key]).unwrap();

                    assert_eq!(jwe.plaintext(), PLAINTEXT);
                    assert_eq!((jwe.recipient(), jwe.alg()), (index, sealer.alg));
                    assert_eq!((jwe.kid(), jwe.key_kid()), (Some(kid), Some(kid)));
                }
            }
        }
    }
}

#[test]
fn the_first_recipient_who_can_decrypt_is_the_one_that_is_named() {
    for sealer in sharing(sealers()) {
        let by_hand = ByHand::new(&[&sealer, &sealer, &sealer]);
        let mut document = by_hand.general();
        assert_eq!(opened(&sealer, &document).recipient(), 0);

        document["recipients"][0]["encrypted_key"] = json!(b64u([7; 24]));
        let jwe = opened(&sealer, &document);

        assert_eq!(jwe.recipient(), 1);
    }
}

#[test]
fn key_without_a_kid_opens_what_names_one_and_its_own_kid_is_told_apart() {
    for sealer in sealers() {
        let named = ByHand::new(&[&sealer]).shared("kid", json!("theirs")).flattened();
        let unnamed = ByHand::new(&[&sealer]).flattened();

        let jwe = opened(&sealer, &named);
        assert_eq!((jwe.kid(), jwe.key_kid()), (Some("theirs"), None));
        let jwe = decrypt(&unnamed, [sealer.key().with_kid("mine")]).unwrap();
        assert_eq!((jwe.kid(), jwe.key_kid()), (None, Some("mine")));
        let error = decrypt(&named, [sealer.key().with_kid("mine")]).unwrap_err();
        assert_eq!(error, Error::UnknownKey);
    }
}

#[test]
fn headers_are_told_apart_before_and_after_decryption() {
    for sealer in sharing(sealers()) {
        let document = ByHand::new(&[&sealer, &sealer])
            .protected("where", json!("protected"))
            .shared("jku", json!("https://keys.example"))
            .own(0, "kid", json!("first"))
            .own(1, "kid", json!("second"))
            .own(1, "note", json!("mine"))
            .general();
        let text = document.to_string();

        let encrypted = EncryptedJweJson::parse(&text, &Limits::default()).unwrap();
        assert_eq!(encrypted.enc(), sealer.enc);
        assert_eq!(encrypted.header().param("where"), Some(&json!("protected")));
        assert_eq!(
            encrypted.shared_unprotected().param("jku"),
            Some(&json!("https://keys.example"))
        );
        let said: Vec<_> = encrypted.recipients().map(|one| (one.alg(), one.kid())).collect();
        assert_eq!(said, [(Some(sealer.alg), Some("first")), (Some(sealer.alg), Some("second"))]);
        let last = encrypted.recipients().last().unwrap();
        assert_eq!(last.unprotected().param("note"), Some(&json!("mine")));

        let keys = KeySet::from(sealer.key().with_kid("second"));
        let jwe = encrypted.decrypt(&keys, &policy()).unwrap();
        assert_eq!(jwe.header().param("where"), Some(&json!("protected")));
        assert_eq!(jwe.header().param("note"), None);
        assert_eq!(jwe.shared_unprotected().param("jku"), Some(&json!("https://keys.example")));
        assert_eq!(jwe.unprotected().param("note"), Some(&json!("mine")));
        assert_eq!(jwe.unprotected().kid(), Some("second"));
        assert_eq!(jwe.into_plaintext().expose(), PLAINTEXT);
    }
}

#[test]
fn typ_and_cty_count_only_where_they_are_protected() {
    for sealer in sealers() {
        let typed = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).typ("example").build().unwrap();
        let keys = KeySet::from(sealer.key());
        let open = |document: Value| JweJson::decrypt(&document.to_string(), &keys, &typed);
        let honest = ByHand::new(&[&sealer]);
        let protected = honest.clone().protected("typ", json!("example"));
        let protected = protected.protected("cty", json!("text/plain"));
        let jwe = open(protected.flattened()).unwrap();
        assert_eq!((jwe.header().typ(), jwe.header().cty()), (Some("example"), Some("text/plain")));

        let shared = honest.clone().shared("typ", json!("example"));
        let own = honest.own(0, "typ", json!("example")).own(0, "cty", json!("text/plain"));
        for document in [shared.flattened(), own.flattened()] {
            assert_eq!(open(document).unwrap_err(), Error::Refused(Refused::Type));
        }
        let jwe = opened(&sealer, &own.flattened());
        assert_eq!((jwe.header().typ(), jwe.header().cty()), (None, None));
        assert_eq!(jwe.unprotected().param("typ"), Some(&json!("example")));
    }
}

#[test]
fn critical_extension_counts_only_where_it_is_protected() {
    for sealer in sealers() {
        let policy = Policy::encrypted(JweAlg::ALL, JweEnc::ALL)
            .critical("x", |value, _| if value == 1 { Ok(()) } else { Err(josie::CritRefused) })
            .build()
            .unwrap();
        let keys = KeySet::from(sealer.key());
        let open = |by_hand: &ByHand| {
            JweJson::decrypt(&by_hand.flattened().to_string(), &keys, &policy).map(|_| ())
        };
        let honest = ByHand::new(&[&sealer]);
        let critical = honest.clone().protected("crit", json!(["x"]));
        assert_eq!(open(&critical.clone().protected("x", json!(1))), Ok(()));

        let refused = Error::Refused(Refused::CriticalValue);
        assert_eq!(open(&critical.clone().protected("x", json!(2))), Err(refused));
        // What is critical stands beside what says so.
        let broken = Error::Malformed(Malformed::Crit);
        assert_eq!(open(&critical.own(0, "x", json!(1))), Err(broken));
        let unprotected = Error::Malformed(Malformed::UnprotectedParameter("crit"));
        let own = honest.own(0, "x", json!(1)).own(0, "crit", json!(["x"]));
        assert_eq!(open(&own), Err(unprotected));
        let unknown = critical_unknown(&sealer);
        assert_eq!(error(&sealer, &unknown), Error::Refused(Refused::Critical));
    }
}

fn critical_unknown(sealer: &Sealer) -> Value {
    let by_hand = ByHand::new(&[sealer]).protected("x", json!(1));
    assert_opens(sealer, &by_hand.flattened());
    by_hand.protected("crit", json!(["x"])).flattened()
}

#[test]
fn document_is_held_to_the_limits_of_the_policy_as_well() {
    for sealer in sharing(sealers()) {
        let document = ByHand::new(&[&sealer, &sealer]).own(0, "kid", json!("first")).general();
        let text = document.to_string();
        let keys = KeySet::from(sealer.key());
        let open = |limits: Limits| {
            let builder = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).limits(limits);
            let policy = builder.build().unwrap();
            let encrypted = EncryptedJweJson::parse(&text, &Limits::default()).unwrap();
            encrypted.decrypt(&keys, &policy).map(|_| ())
        };
        let limits = Limits::default();
        let exact = limits.with_token_bytes(text.len()).with_recipients(2).with_kid_bytes(5);
        assert_eq!(open(exact), Ok(()));

        for (limits, limit) in [
            (exact.with_token_bytes(text.len() - 1), josie::Limit::Token),
            (exact.with_recipients(1), josie::Limit::Recipients),
            (exact.with_kid_bytes(4), josie::Limit::Kid),
            (exact.with_header_bytes(8), josie::Limit::Header),
        ] {
            assert_eq!(open(limits), Err(Error::Limit(limit)));
        }
    }
}

#[cfg(feature = "deflate")]
#[test]
fn compressed_content_is_read_where_zip_is_protected_and_allowed() {
    use josie::Header;
    use josie::JweBuilder;

    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::A128Kw]) {
        let key = sealer.encryption_key();
        let plaintext = [b'a'; 10_000];
        let header = Header::new();
        let builder = JweBuilder::new(&header).recipient(&key).compressed();
        let allowing = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).allow_deflate().build().unwrap();
        let keys = KeySet::from(sealer.key());
        for document in [builder.flattened(&plaintext), builder.general(&plaintext)] {
            let document = document.unwrap();
            let jwe = JweJson::decrypt(&document, &keys, &allowing).unwrap();
            assert_eq!(jwe.plaintext(), plaintext);

            let error = JweJson::decrypt(&document, &keys, &policy()).unwrap_err();
            assert_eq!(error, Error::Refused(Refused::Compression));
        }
        let unprotected = ByHand::new(&[&sealer]).own(0, "zip", json!("DEF")).flattened();
        let error = JweJson::decrypt(&unprotected.to_string(), &keys, &allowing).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::UnprotectedParameter("zip")));
    }
}

#[test]
fn empty_plaintext_is_an_empty_member_that_is_there() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let mut by_hand = ByHand::new(&[&sealer]);
        by_hand.plaintext.clear();
        let mut document = by_hand.flattened();
        assert_eq!(document["ciphertext"], "");
        let key: DecryptionKey = sealer.key();
        assert_eq!(decrypt(&document, [key]).unwrap().plaintext(), b"");

        document.as_object_mut().unwrap().remove("ciphertext").unwrap();
        let missing = Error::Malformed(Malformed::MissingMember("ciphertext"));
        assert_eq!(error(&sealer, &document), missing);
    }
}
