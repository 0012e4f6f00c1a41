//! JWK sets with entries that have no place in them: secrets where everybody can read, and what nobody understands.

use josie::EncryptionKey;
use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::SigningKey;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::documents::Document;
use crate::doors::Wanted;
use crate::tokens::signed;
use crate::tokens::verify;

fn set_of(entries: &[Value]) -> String {
    json!({ "keys": entries }).to_string()
}

#[test]
fn a152_symmetric_entry_of_a_published_set_verifies_nothing() {
    let honest = Document::public("p256").with("kid", "good");
    for (name, registry) in registries() {
        for (alg, kid) in JwsAlg::SYMMETRIC.iter().flat_map(|alg| [(alg, "good"), (alg, "secret")])
        {
            let secret = Document::secret(64).with("kid", kid);
            let secrets = [
                secret.clone(),
                secret.clone().with("use", "sig"),
                secret.clone().with("alg", alg.name()),
                secret.clone().with("alg", "ES256"),
                secret.clone().with("alg", "none"),
                secret.clone().with_all(&json!({"alg": alg.name(), "key_ops": ["verify"]})),
            ];
            for entry in secrets {
                let text = set_of(&[entry.0.clone(), honest.0.clone()]);
                // An escape hides nothing.
                for text in [text.clone(), text.replace("\"oct\"", "\"o\\u0063t\"")] {
                    let set = PublicJwkSet::parse(&text).unwrap();
                    let listed = [*alg, JwsAlg::Es256];
                    let (keys, report) = KeySet::from_jwk_set_with(&set, &listed, &registry);

                    let outcomes: Vec<_> =
                        report.entries().iter().map(|entry| entry.outcome.clone()).collect();
                    let expected = [Err(KeyError::SymmetricKey), Ok(JwsAlg::Es256)];
                    assert_eq!(outcomes, expected, "{name}: {entry}");
                    // Made by whoever has read the set.
                    let own = secret.parse().unwrap();
                    let forger = SigningKey::new(own.material(), *alg, &registry).unwrap();
                    let refused = verify(&signed(&forger), &keys);
                    assert_eq!(refused, Err(Error::UnknownKey), "{name}: {entry}");
                }
            }
            let owner = Document::private("p256").with("kid", "good").parse().unwrap();
            let owner = SigningKey::new(owner.material(), JwsAlg::Es256, &registry).unwrap();
            let set = PublicJwkSet::parse(&set_of(&[secret.0, honest.0.clone()])).unwrap();
            let (keys, _) = KeySet::from_jwk_set_with(&set, &[*alg, JwsAlg::Es256], &registry);
            assert_eq!(verify(&signed(&owner), &keys), Ok(()), "{name}");
        }
    }
}

#[test]
fn a152_symmetric_entry_of_a_published_set_encrypts_nothing() {
    let algs = [JweAlg::A128Kw, JweAlg::A128GcmKw, JweAlg::Dir];
    for (name, registry) in registries() {
        for alg in ["A128KW", "A128GCMKW", "dir", "A128GCM"] {
            let secret = Document::secret(16).with("alg", alg);
            let text = set_of(&[secret.0]);
            let published = PublicJwkSet::parse(&text).unwrap();
            let (keys, report) =
                EncryptionKey::all_from_jwk_set_with(&published, &algs, JweEnc::A128Gcm, &registry);
            assert!(keys.is_empty(), "{name}: {alg}");
            assert_eq!(report.entries()[0].outcome, Err(KeyError::SymmetricKey), "{name}: {alg}");

            // In one's own set it has its place. For `dir` it has to name its `enc`.
            let own = JwkSet::parse(&text).unwrap();
            let (keys, _) = KeySet::from_private_jwk_set_with(&own, &algs, &registry);
            assert_eq!(keys.len(), usize::from(alg != "dir"), "{name}: {alg}");
        }
    }
}

#[test]
fn a152_private_entry_of_a_published_set_is_not_used() {
    for (key, wanted) in [
        ("rsa2048", Wanted::Verify(JwsAlg::Rs256)),
        ("p256", Wanted::Verify(JwsAlg::Es256)),
        ("ed25519", Wanted::Verify(JwsAlg::Ed25519)),
        ("rsa2048", Wanted::Encrypt(JweAlg::RsaOaep)),
        ("p256", Wanted::Encrypt(JweAlg::EcdhEs)),
        ("x25519", Wanted::Encrypt(JweAlg::EcdhEs)),
    ] {
        for (context, registry) in wanted.registries() {
            let entries = [Document::private(key).0, Document::public(key).0];
            let expected = [Err(KeyError::PublicKeyNeeded), Ok(())];
            assert_eq!(wanted.outcomes(&entries, &registry), expected, "{context}");
        }
    }
}

#[test]
fn a152_symmetric_jwk_does_not_become_a_public_one() {
    let secret = Document::secret(32);

    let converted = PublicJwk::try_from(secret.parse().unwrap()).map(drop);
    assert_eq!(converted, Err(KeyError::SymmetricKey));
    let stripped = secret.parse().unwrap().to_public().map(drop);
    assert_eq!(stripped, Err(KeyError::SymmetricKey));
    let read = serde_json::from_value::<PublicJwk>(secret.0).unwrap_err();
    assert_eq!(read.to_string(), KeyError::SymmetricKey.to_string());
    let public = Document::public("p256");
    assert!(PublicJwk::try_from(public.parse().unwrap()).is_ok());
    assert!(serde_json::from_value::<PublicJwk>(public.0).is_ok());
}

/// Entries that cannot be used, each with its reason.
fn unusable() -> Vec<(Value, KeyError)> {
    let p256 = || Document::public("p256");
    let deep = (0..40).fold(json!(1), |value, _| json!([value]));
    let unusable = [
        (json!({"kty": "XYZ"}), JwkError::UnknownKeyType),
        (json!({"kty": "ec"}), JwkError::UnknownKeyType),
        (json!({"kty": ""}), JwkError::UnknownKeyType),
        (json!({"kty": "AKP", "alg": "ML-DSA-65", "pub": "AQ"}), JwkError::UnknownKeyType),
        (json!({"kty": null}), JwkError::Member("kty")),
        (json!({}), JwkError::Missing("kty")),
        (p256().with("crv", "P-999").0, JwkError::UnknownCurve),
        (json!({"kty": "OKP", "crv": "Ed448", "x": "AQ"}), JwkError::UnknownCurve),
        (p256().with("alg", "ES1024").0, JwkError::UnknownAlg),
        (p256().with("alg", "none").0, JwkError::UnknownAlg),
        (p256().without("y").0, JwkError::Missing("y")),
        (p256().with("x", "===").0, JwkError::Member("x")),
        (p256().with("junk", deep).0, JwkError::Depth),
        (json!(null), JwkError::NotAnObject),
        (json!(5), JwkError::NotAnObject),
        (json!("EC"), JwkError::NotAnObject),
        (json!([p256().0]), JwkError::NotAnObject),
        (p256().with("kid", "k".repeat(1025)).0, JwkError::Limit),
    ];
    let mut unusable: Vec<_> =
        unusable.into_iter().map(|(entry, reason)| (entry, KeyError::Jwk(reason))).collect();
    unusable.push((p256().with("x", "AQ").0, KeyError::InvalidValue("x")));
    unusable
}

/// Roles that bind entries of sets, of both kinds, in every registry.
const BINDERS: [Wanted; 4] = [
    Wanted::Verify(JwsAlg::Es256),
    Wanted::Sign(JwsAlg::Es256),
    Wanted::Decrypt(JweAlg::A128Kw),
    Wanted::Encrypt(JweAlg::EcdhEs),
];

#[test]
fn a154_entry_that_nobody_understands_leaves_the_others_and_is_not_dropped() {
    for wanted in BINDERS {
        for (context, registry) in wanted.registries() {
            for (entry, reason) in unusable() {
                let good = wanted.neighbour().0;
                let outcomes = wanted.outcomes(&[good.clone(), entry.clone(), good], &registry);
                assert_eq!(outcomes, [Ok(()), Err(reason), Ok(())], "{context}: {entry}");
            }
        }
    }
}

#[test]
fn a154_entry_for_a_use_that_nobody_knows_leaves_the_others() {
    for wanted in BINDERS {
        for (context, registry) in wanted.registries() {
            let good = wanted.neighbour();
            let entries = [good.clone().with("use", "tls").0, good.0];
            let outcomes = wanted.outcomes(&entries, &registry);
            assert_eq!(outcomes, [Err(KeyError::UseMismatch), Ok(())], "{context}");
        }
    }
}

#[test]
fn a154_entry_that_cannot_be_used_keeps_its_reason_its_kid_and_its_text() {
    for (entry, reason) in unusable() {
        let named = match &entry {
            Value::Object(members) if !members.contains_key("kid") => {
                Document(entry.clone()).with("kid", "bad").0
            }
            _ => entry.clone(),
        };
        let kid = named.get("kid").and_then(Value::as_str).filter(|kid| kid.len() < 1025);
        let text = set_of(&[named.clone(), Document::public("ed25519").0]);
        let public = PublicJwkSet::parse(&text).unwrap();
        let own = JwkSet::parse(&text).unwrap();

        for unusable in [
            public.entries().next().unwrap().unwrap_err(),
            own.entries().next().unwrap().unwrap_err(),
        ] {
            assert_eq!(*unusable.reason(), reason, "{entry}");
            assert_eq!(unusable.kid(), kid, "{entry}");
            assert_eq!(unusable.text().expose(), named.to_string(), "{entry}");
        }
        assert_eq!((public.keys().count(), own.keys().count()), (1, 1), "{entry}");
    }
}

#[test]
fn a154_text_that_is_no_set_is_malformed() {
    for (text, reason) in [
        ("{}", JwkError::Missing("keys")),
        (r#"{"Keys":[]}"#, JwkError::Missing("keys")),
        (r#"{"keys":{}}"#, JwkError::Member("keys")),
        (r#"{"keys":null}"#, JwkError::Member("keys")),
        (r#"{"keys":"[]"}"#, JwkError::Member("keys")),
        (r#"{"keys":1}"#, JwkError::Member("keys")),
        (r#"{"keys":[],"keys":[]}"#, JwkError::DuplicateMember),
        (r#"{"keys":[],"key\u0073":[]}"#, JwkError::DuplicateMember),
        (r#"{"a":1,"keys":[],"a":1}"#, JwkError::DuplicateMember),
        ("[]", JwkError::NotAnObject),
        (r#"[{"keys":[]}]"#, JwkError::NotAnObject),
        ("null", JwkError::NotAnObject),
        (r#""keys""#, JwkError::NotAnObject),
        ("", JwkError::Json),
        (r#"{"keys":[]"#, JwkError::Json),
        (r#"{"keys":[]} {}"#, JwkError::Json),
        (r#"{"keys":[{]}"#, JwkError::Json),
        (r#"{"keys":[{},]}"#, JwkError::Json),
    ] {
        let expected = Err(KeyError::Jwk(reason));
        assert_eq!(PublicJwkSet::parse(text).map(drop), expected, "{text}");
        assert_eq!(JwkSet::parse(text).map(drop), expected, "{text}");
    }
    for text in [r#"{"keys":[]}"#, r#"{"a":1,"keys":[],"b":{}}"#, " {\"keys\" : [ ] }\n"] {
        assert_eq!(PublicJwkSet::parse(text).unwrap().keys().count(), 0, "{text}");
        assert_eq!(JwkSet::parse(text).unwrap().keys().count(), 0, "{text}");
    }
}
