//! The `kid` of JWKs: which key a token selects in a set where it names several, none, or what is no name.

use std::sync::atomic::Ordering;

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::PublicJwkSet;
use josie::SigningKey;
use serde_json::Value;
use serde_json::json;

use crate::common::counting::counting;
use crate::common::registries;
use crate::documents::Document;
use crate::doors::Wanted;
use crate::doors::assert_as_jwk;
use crate::tokens::decrypt;
use crate::tokens::signed;
use crate::tokens::verify;

fn public_set(entries: &[Document]) -> PublicJwkSet {
    let keys: Vec<&Value> = entries.iter().map(|entry| &entry.0).collect();
    PublicJwkSet::parse(&json!({ "keys": keys }).to_string()).unwrap()
}

#[test]
fn a29_entries_with_one_kid_are_kept_and_told_apart_by_alg() {
    let twin = Document::private("rsa3072");
    let keys = ["rsa2048", "p256", "ed25519"].map(Document::private);
    let listed = [JwsAlg::Rs256, JwsAlg::Es256, JwsAlg::Ed25519];
    for (name, registry) in registries() {
        let signing = |key: &Document, alg| {
            let jwk = key.clone().with("kid", "one").parse().unwrap();
            SigningKey::new(jwk.material(), alg, &registry).unwrap()
        };
        let mut entries: Vec<_> =
            keys.iter().map(|key| key.clone().public_half().with("kid", "one")).collect();
        let (unique, report) = KeySet::from_jwk_set_with(&public_set(&entries), &listed, &registry);
        assert_eq!((unique.len(), report.refused().count()), (3, 0), "{name}");
        entries.push(twin.clone().public_half().with("kid", "one"));
        let (doubled, report) =
            KeySet::from_jwk_set_with(&public_set(&entries), &listed, &registry);
        assert_eq!((doubled.len(), report.refused().count()), (4, 0), "{name}");

        for (key, alg) in keys.iter().zip(listed) {
            let token = signed(&signing(key, alg));
            assert_eq!(verify(&token, &unique), Ok(()), "{name}: {alg}");
            let is_doubled = alg == JwsAlg::Rs256;
            let expected = if is_doubled { Err(Error::AmbiguousKey) } else { Ok(()) };
            assert_eq!(verify(&token, &doubled), expected, "{name}: {alg}");
            assert_eq!(verify(&token, &doubled.clone().try_up_to(2)), Ok(()), "{name}: {alg}");
        }
        // The first with the name is not the one that counts, and neither is the last.
        let token = signed(&signing(&twin, JwsAlg::Rs256));
        assert_eq!(verify(&token, &doubled), Err(Error::AmbiguousKey), "{name}");
        assert_eq!(verify(&token, &unique), Err(Error::InvalidSignature), "{name}");
        assert_eq!(verify(&token, &doubled.try_up_to(2)), Ok(()), "{name}");
    }
}

#[test]
fn a29_entries_with_one_kid_that_decrypt_are_told_apart_by_alg() {
    let secret =
        |len: usize, alg: &str| Document::secret(len).with_all(&json!({"kid": "one", "alg": alg}));
    for (name, registry) in registries() {
        let token = |key: &Document, alg| {
            let jwk = key.parse().unwrap();
            let key = DecryptionKey::new(jwk.material(), alg, &registry).unwrap();
            let key = key.encryption_key(JweEnc::A128Gcm).unwrap();
            Jwe::encrypt(b"any octets", &Header::new(), &key).unwrap()
        };
        let bound = |entries: &[&Document]| {
            let keys: Vec<&Value> = entries.iter().map(|entry| &entry.0).collect();
            let set = JwkSet::parse(&json!({ "keys": keys }).to_string()).unwrap();
            KeySet::from_private_jwk_set_with(&set, JweAlg::ALL, &registry).0
        };
        let (one, long) = (secret(16, "A128KW"), secret(32, "A256KW"));
        let other = one.clone().changed("k", |k| k[0] ^= 1);
        let (unique, doubled) = (bound(&[&one, &long]), bound(&[&one, &long, &other]));
        assert_eq!((unique.len(), doubled.len()), (2, 3), "{name}");

        let wrapped = token(&one, JweAlg::A128Kw);
        assert_eq!(decrypt(&wrapped, &unique), Ok(()), "{name}");
        assert_eq!(decrypt(&wrapped, &doubled), Err(Error::AmbiguousKey), "{name}");
        assert_eq!(decrypt(&wrapped, &doubled.clone().try_up_to(2)), Ok(()), "{name}");
        assert_eq!(decrypt(&token(&long, JweAlg::A256Kw), &doubled), Ok(()), "{name}");
    }
}

#[test]
fn a30_set_of_a_thousand_keys_without_kid_is_not_tried_through() {
    for alg in [JwsAlg::Ed25519, JwsAlg::Rs256] {
        for (name, registry) in registries() {
            let (counting, tries) = counting(alg, &registry);
            let (own, other) = match alg {
                JwsAlg::Rs256 => ("rsa2048", Document::public("rsa3072")),
                _ => (
                    "ed25519",
                    Document::public("ed25519")
                        .with("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
                ),
            };
            let own = Document::private(own).parse().unwrap();
            let key = SigningKey::new(own.material(), alg, &registry).unwrap();
            let outcome = |count: usize, max_tries: usize, kid: Option<&str>| {
                let mut entries = vec![other.clone(); count - 1];
                entries.push(Document(serde_json::to_value(key.public_jwk().unwrap()).unwrap()));
                if kid.is_some() {
                    for (number, entry) in entries.iter_mut().enumerate() {
                        *entry = entry.clone().with("kid", number.to_string());
                    }
                }
                let (keys, _) = KeySet::from_jwk_set_with(&public_set(&entries), &[alg], &counting);
                assert_eq!(keys.len(), count);
                let signer = match kid {
                    Some(kid) => key.clone().with_kid(kid),
                    None => key.clone(),
                };
                tries.store(0, Ordering::SeqCst);
                let outcome = verify(&signed(&signer), &keys.try_up_to(max_tries));
                (outcome, tries.load(Ordering::SeqCst))
            };

            let ambiguous = (Err(Error::AmbiguousKey), 0);
            assert_eq!(outcome(1000, 1, None), ambiguous, "{name}");
            assert_eq!(outcome(1000, usize::MAX, None), ambiguous, "{name}");
            assert_eq!(outcome(9, usize::MAX, None), ambiguous, "{name}");
            assert_eq!(outcome(8, usize::MAX, None), (Ok(()), 8), "{name}");
            assert_eq!(outcome(1000, 1, Some("999")), (Ok(()), 1), "{name}");
        }
    }
}

#[test]
fn a31_kid_of_a_jwk_that_is_no_string_is_malformed() {
    let kids = [json!(0), json!(1.5), json!(true), json!(null), json!({}), json!([]), json!(["a"])];
    for (key, wanted) in [
        ("rsa2048", Wanted::Verify(JwsAlg::Rs256)),
        ("p256", Wanted::Sign(JwsAlg::Es256)),
        ("ed25519", Wanted::Verify(JwsAlg::Ed25519)),
        ("x25519", Wanted::Encrypt(JweAlg::EcdhEs)),
        ("p256", Wanted::Decrypt(JweAlg::EcdhEs)),
    ] {
        let honest = wanted.half(&Document::private(key));
        for kid in &kids {
            let expected = Err(KeyError::Jwk(JwkError::Member("kid")));
            assert_as_jwk(&honest.clone().with("kid", kid.clone()), wanted, &expected);
        }
        for kid in ["0", "", "null", "a"] {
            assert_as_jwk(&honest.clone().with("kid", kid), wanted, &Ok(()));
        }
    }
    // Nobody is told of a name that is none.
    for kid in kids {
        let entry = Document::public("p256").with("kid", kid.clone());
        let set = public_set(&[entry, Document::public("p256").with("kid", "0")]);
        let found: Vec<_> = set
            .entries()
            .map(|entry| entry.map_or_else(|bad| bad.kid(), |good| good.as_jwk().kid()))
            .collect();
        assert_eq!(found, [None, Some("0")], "{kid}");
    }
}
