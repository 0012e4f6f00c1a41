//! What cannot be written, beside what can, and that no key is used for it.

#[cfg(feature = "aws-lc-rs")]
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::Registry;
use josie::UnprotectedHeader;
use josie::Unwritable;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::policy;
use crate::by_hand::sharing;
use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::sealers;

fn key(registry: &Registry, alg: JweAlg, enc: JweEnc) -> EncryptionKey {
    let material = KeyMaterial::oct(vec![0x5a; alg.kek_len().unwrap_or(16)]);
    EncryptionKey::new(&material, alg, enc, registry).unwrap()
}

fn unwritable(reason: Unwritable) -> Result<(), Error> {
    Err(Error::Unwritable(reason))
}

/// What becomes of each form: compact, flattened, general.
fn outcomes(builder: &JweBuilder<'_>) -> [Result<(), Error>; 3] {
    [builder.compact(PLAINTEXT), builder.flattened(PLAINTEXT), builder.general(PLAINTEXT)]
        .map(|outcome| outcome.map(|_| ()))
}

#[test]
fn each_form_holds_what_it_can() {
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm).with_kid("a");
        let header = Header::new();
        let (own, shared) = (
            UnprotectedHeader::new().with_kid_of_key(),
            UnprotectedHeader::new().with_param("x", 1),
        );
        let nothing = UnprotectedHeader::new();
        let nobody = JweBuilder::new(&header);
        let one = nobody.clone().recipient(&key);
        let several = unwritable(Unwritable::SeveralKeys);
        let unprotected = unwritable(Unwritable::UnprotectedHeader);

        let no_key = unwritable(Unwritable::NoKey);
        assert_eq!(outcomes(&nobody), [no_key.clone(), no_key.clone(), no_key]);
        assert_eq!(outcomes(&one), [Ok(()), Ok(()), Ok(())]);
        let two = one.clone().recipient(&key);
        assert_eq!(outcomes(&two), [several.clone(), several, Ok(())]);
        let with_shared = one.clone().shared_unprotected(&shared);
        assert_eq!(outcomes(&with_shared), [unprotected.clone(), Ok(()), Ok(())]);
        let with_own = nobody.clone().recipient_with(&own, &key);
        assert_eq!(outcomes(&with_own), [unprotected, Ok(()), Ok(())]);
        let with_aad = one.clone().aad(b"a");
        assert_eq!(outcomes(&with_aad), [unwritable(Unwritable::Aad), Ok(()), Ok(())]);
        // What is empty is not there.
        let empty = nobody.recipient_with(&nothing, &key).shared_unprotected(&nothing).aad(b"");
        assert_eq!(outcomes(&empty), [Ok(()), Ok(()), Ok(())]);
        let document = empty.general(PLAINTEXT).unwrap();
        for name in ["unprotected", "header", "aad"] {
            assert!(!document.contains(&format!(r#""{name}""#)), "{document}");
        }
    }
}

#[test]
fn key_that_allows_no_other_recipient_is_alone() {
    for sealer in sealers() {
        let alone = [JweAlg::Dir, JweAlg::EcdhEs].contains(&sealer.alg);
        if sealer.alg.min_iterations().is_some() || sealer.enc != JweEnc::A128Gcm {
            continue;
        }
        let (own, other) =
            (sealer.encryption_key(), key(&sealer.registry, JweAlg::A128Kw, JweEnc::A128Gcm));
        let header = Header::new();
        let builder = JweBuilder::new(&header);
        assert!(builder.clone().recipient(&own).general(PLAINTEXT).is_ok());
        for [left, right] in [[&own, &other], [&other, &own], [&own, &own]] {
            let outcome =
                builder.clone().recipient(left).recipient(right).general(PLAINTEXT).map(|_| ());
            let expected = if alone { unwritable(Unwritable::NotTheOnlyRecipient) } else { Ok(()) };
            assert_eq!(outcome, expected, "{}", sealer.alg);
        }
    }
}

#[test]
fn keys_for_two_content_encryptions_do_not_share_a_document() {
    for (_, registry) in registries() {
        let left = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        let right = key(&registry, JweAlg::A256Kw, JweEnc::A256Gcm);
        let same = key(&registry, JweAlg::A256Kw, JweEnc::A128Gcm);
        let header = Header::new();
        let builder = JweBuilder::new(&header).recipient(&left);
        assert!(builder.clone().recipient(&same).general(PLAINTEXT).is_ok());

        for (second, third) in [(&right, &same), (&same, &right), (&right, &right)] {
            let outcome = builder.clone().recipient(second).recipient(third).general(PLAINTEXT);
            let outcome = outcome.map(|_| ());
            assert_eq!(outcome, unwritable(Unwritable::DifferentEncryption));
        }

        let outcome = builder.recipient(&right).general(PLAINTEXT).map(|_| ());

        assert_eq!(outcome, unwritable(Unwritable::DifferentEncryption));
    }
}

#[test]
fn protected_parameter_of_a_wrong_type_is_not_written() {
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        let (not_text, text) =
            (Header::new().with_param("cty", 1), Header::new().with_param("cty", "a"));
        let malformed = Err(Error::Malformed(Malformed::HeaderType("cty")));
        let outcomes_of = |header| outcomes(&JweBuilder::new(header).recipient(&key));
        assert_eq!(outcomes_of(&not_text), [(); 3].map(|()| malformed.clone()));
        assert_eq!(outcomes_of(&text), [Ok(()), Ok(()), Ok(())]);
    }
}

#[test]
fn reserved_parameter_is_protected_by_no_caller_for_one_key_or_several() {
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        for name in ["alg", "kid", "typ", "crit", "b64", "enc", "zip", "epk", "iv", "tag", "p2c"] {
            let (reserved, free) =
                (Header::new().with_param(name, "a"), Header::new().with_param("x", "a"));
            let error = Err(Error::ReservedHeader(name));

            assert_eq!(
                outcomes(&JweBuilder::new(&reserved).recipient(&key)),
                [(); 3].map(|()| error.clone())
            );
            let several = |header| {
                JweBuilder::new(header)
                    .recipient(&key)
                    .recipient(&key)
                    .general(PLAINTEXT)
                    .map(|_| ())
            };
            assert_eq!(several(&reserved), error);

            assert_eq!(outcomes(&JweBuilder::new(&free).recipient(&key)), [Ok(()), Ok(()), Ok(())]);
            assert_eq!(several(&free), Ok(()));
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn header_embeds_the_key_of_one_recipient_only() {
    let key = DecryptionKey::generate(JweAlg::EcdhEsA128Kw).unwrap();
    let key = key.encryption_key(JweEnc::A128Gcm).unwrap();
    let header = Header::new().with_embedded_jwk();
    let builder = JweBuilder::new(&header).recipient(&key);
    assert_eq!(outcomes(&builder), [Ok(()), Ok(()), Ok(())]);

    let outcome = builder.recipient(&key).general(PLAINTEXT).map(|_| ());

    assert_eq!(outcome, unwritable(Unwritable::AmbiguousEmbeddedKey));
}

#[test]
fn parameter_is_set_in_one_header_only() {
    let overlapping = Err(Error::Malformed(Malformed::OverlappingHeaders));
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        for name in ["x", "cty", "jku", ""] {
            let set = |name: &str| UnprotectedHeader::new().with_param(name, "a");
            let (bare, protected) = (Header::new(), Header::new().with_param(name, "a"));
            let (same, other) = (set(name), set("other"));
            let build = |header, shared, own, own_of_second| {
                let builder = JweBuilder::new(header).shared_unprotected(shared);
                let one = builder.clone().recipient_with(own, &key).flattened(PLAINTEXT);
                let builder = builder.recipient_with(own, &key);
                let two = builder.recipient_with(own_of_second, &key).general(PLAINTEXT);
                [one.map(|_| ()), two.map(|_| ())]
            };
            let none = UnprotectedHeader::new();
            let both = [overlapping.clone(), overlapping.clone()];
            assert_eq!(build(&protected, &other, &none, &none), [Ok(()), Ok(())]);
            assert_eq!(build(&protected, &same, &none, &none), both);
            assert_eq!(build(&protected, &none, &same, &none), both);
            assert_eq!(build(&bare, &same, &same, &none), both);
            assert_eq!(build(&bare, &other, &same, &same), [Ok(()), Ok(())]);
            assert_eq!(build(&bare, &same, &none, &same), [Ok(()), overlapping.clone()]);
        }
    }
}

#[test]
fn unprotected_header_is_held_to_what_a_reader_holds_it_to() {
    let deep = |levels: usize| -> Value {
        serde_json::from_str(&format!("{}{}", "[".repeat(levels), "]".repeat(levels))).unwrap()
    };
    let header = |name: &str, value: Value| UnprotectedHeader::new().with_param(name, value);
    let reserved = |name| Error::ReservedHeader(name);
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        let outcomes = |unprotected: &UnprotectedHeader| {
            let protected = Header::new();
            let shared =
                JweBuilder::new(&protected).recipient(&key).shared_unprotected(unprotected);
            let own = JweBuilder::new(&protected).recipient_with(unprotected, &key);
            let several = shared.clone().recipient(&key);
            [
                shared.flattened(PLAINTEXT),
                own.flattened(PLAINTEXT),
                own.general(PLAINTEXT),
                several.general(PLAINTEXT),
            ]
            .map(|outcome| outcome.map(|_| ()))
        };
        for honest in [
            header("x", deep(28)),
            header("cty", json!("text/plain")),
            header("x", json!("a".repeat(16_000))),
            UnprotectedHeader::new().with_param("a", 1).with_param("b", 1),
        ] {
            assert_eq!(outcomes(&honest), [Ok(()), Ok(()), Ok(()), Ok(())]);
        }
        // Counted from the document, in which the header of one of several recipients stands deepest.
        let too_deep = Err(Error::Limit(Limit::Depth));
        assert_eq!(outcomes(&header("x", deep(29))), [Ok(()), Ok(()), too_deep, Ok(())]);
        for (hostile, error) in [
            (header("x", deep(31)), Error::Limit(Limit::Depth)),
            (header("cty", json!(1)), Error::Malformed(Malformed::HeaderType("cty"))),
            (header("x", json!("a".repeat(16_384))), Error::Limit(Limit::Header)),
            (
                UnprotectedHeader::new().with_param("a", 1).with_param("a", 1),
                Error::DuplicateHeader,
            ),
            (header("alg", json!("dir")), reserved("alg")),
            (header("enc", json!("A128GCM")), reserved("enc")),
            (header("kid", json!("a")), reserved("kid")),
            (header("typ", json!("a")), reserved("typ")),
            (header("crit", json!(["a"])), reserved("crit")),
            (header("zip", json!("DEF")), reserved("zip")),
            (header("b64", json!(true)), reserved("b64")),
            (header("epk", json!({})), reserved("epk")),
            (header("p2c", json!(1)), reserved("p2c")),
        ] {
            for outcome in outcomes(&hostile) {
                assert_eq!(outcome, Err(error.clone()));
            }
        }
    }
}

#[test]
fn documents_are_written_within_the_limits_of_a_reader() {
    for (_, registry) in registries() {
        let key = key(&registry, JweAlg::A128Kw, JweEnc::A128Gcm);
        let header = Header::new();
        let recipients = |number: usize| {
            (0..number).fold(JweBuilder::new(&header), |builder, _| builder.recipient(&key))
        };
        assert!(recipients(16).general(PLAINTEXT).is_ok());
        let outcome = recipients(17).general(PLAINTEXT);
        assert_eq!(outcome.unwrap_err(), Error::Limit(Limit::Recipients));

        let limit = Err(Error::Limit(Limit::Kid));
        for (len, expected) in [(1024, Ok(())), (1025, limit)] {
            let named = key.clone().with_kid("a".repeat(len));
            let own = UnprotectedHeader::new().with_kid_of_key();
            let builder = JweBuilder::new(&header);
            let one = builder.clone().recipient(&named).flattened(PLAINTEXT).map(|_| ());
            let in_own = builder.clone().recipient_with(&own, &named).flattened(PLAINTEXT);
            let two = builder.recipient(&key).recipient(&named).general(PLAINTEXT);
            assert_eq!(one, expected);
            assert_eq!(in_own.map(|_| ()), expected);
            assert_eq!(two.map(|_| ()), expected);
        }
        let token = Err(Error::Limit(Limit::Token));
        for (len, expected) in [(190_000, Ok(())), (196_600, token)] {
            let octets = vec![0; len];
            let builder = recipients(1);
            assert_eq!(builder.flattened(&octets).map(|_| ()), expected);
            assert_eq!(builder.general(&octets).map(|_| ()), expected);
            assert_eq!(builder.aad(&octets).flattened(b"").map(|_| ()), expected);
        }
    }
}

#[test]
fn what_is_written_within_the_limits_is_read_within_them() {
    for sealer in sharing(sealers()) {
        if sealer.alg.min_iterations().is_some() {
            continue;
        }
        let key = sealer.encryption_key().with_kid("k".repeat(1024));
        let header = Header::new().with_param("x", "a".repeat(14_000));
        let own = UnprotectedHeader::new().with_param("y", "b".repeat(13_000));
        let builder = JweBuilder::new(&header).recipient_with(&own, &key).recipient(&key);

        let document = builder.general(PLAINTEXT).unwrap();

        let jwe = JweJson::decrypt(&document, &KeySet::from(sealer.key()), &policy()).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT);
    }
}
