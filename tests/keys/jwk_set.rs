//! `KeySet::from_jwk_set_with`: which entries of a JWK set become keys, and why the others do not.

use josie::Curve;
use josie::EncryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::Limits;
use josie::PublicJwkSet;
use josie::Registry;
use josie::Report;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::Json;
use crate::registries;

const ALL: &[JwsAlg] = JwsAlg::ALL;

fn bind(entries: &[Json], algs: &[JwsAlg], registry: &Registry) -> (KeySet<VerifyingKey>, Report) {
    let keys: Vec<Value> = entries.iter().map(|entry| entry.0.clone()).collect();
    let set = PublicJwkSet::parse(&json!({ "keys": keys }).to_string()).unwrap();
    KeySet::from_jwk_set_with(&set, algs, registry)
}

/// What became of the one entry, on every registry alike.
fn outcome(entry: &Json, algs: &[JwsAlg]) -> Result<JwsAlg, KeyError> {
    let outcomes: Vec<_> = registries()
        .iter()
        .map(|(name, registry)| {
            let (keys, report) = bind(std::slice::from_ref(entry), algs, registry);
            let outcome = report.entries()[0].outcome.clone();
            let bound: Vec<_> = keys.iter().map(VerifyingKey::alg).collect();
            assert_eq!(bound, outcome.iter().copied().collect::<Vec<_>>(), "{name}");
            assert_eq!(report.refused().count(), usize::from(outcome.is_err()), "{name}");
            outcome
        })
        .collect();
    assert!(outcomes.windows(2).all(|two| two[0] == two[1]));
    outcomes[0].clone()
}

#[test]
fn entry_with_an_alg_that_is_listed_is_bound_to_it() {
    let entry = Json::public("rsa2048").with("alg", "PS256");

    assert_eq!(outcome(&entry, ALL), Ok(JwsAlg::Ps256));
    assert_eq!(outcome(&entry, &[JwsAlg::Ps256]), Ok(JwsAlg::Ps256));
}

#[test]
fn entry_with_an_alg_that_is_not_listed_is_not_used() {
    let entry = Json::public("rsa2048").with("alg", "PS256");

    let others = [JwsAlg::Rs256, JwsAlg::Ps384];
    assert_eq!(outcome(&entry, &others), Err(KeyError::NotListed));
    assert_eq!(outcome(&entry, &[]), Err(KeyError::NotListed));
    let encrypts = entry.clone().with("alg", "RSA-OAEP");
    assert_eq!(outcome(&encrypts, ALL), Err(KeyError::NotListed));
    for unknown in ["RSA1_5", "none", "ps256", ""] {
        let entry = entry.clone().with("alg", unknown);
        let expected = KeyError::Jwk(JwkError::UnknownAlg);
        assert_eq!(outcome(&entry, ALL), Err(expected), "{unknown}");
    }
}

#[test]
fn entry_with_the_alg_of_another_type_is_not_used() {
    let entry = Json::public("p256").with("alg", "RS256");

    let expected = KeyError::WrongKeyType {
        alg: "RS256",
        expected: josie::KeyType::Rsa,
        found: josie::KeyType::Ec,
    };
    assert_eq!(outcome(&entry, ALL), Err(expected));
    let other_curve = Json::public("p256").with("alg", "ES384");
    let expected = KeyError::WrongCurve { alg: "ES384", expected: Curve::P384, found: Curve::P256 };
    assert_eq!(outcome(&other_curve, ALL), Err(expected));
    let symmetric_alg = Json::public("rsa2048").with("alg", "HS256");
    let expected = KeyError::WrongKeyType {
        alg: "HS256",
        expected: josie::KeyType::Oct,
        found: josie::KeyType::Rsa,
    };
    assert_eq!(outcome(&symmetric_alg, ALL), Err(expected));
}

#[test]
fn entry_without_alg_is_bound_to_the_one_listed_algorithm_that_fits() {
    assert_eq!(outcome(&Json::public("p256"), ALL), Ok(JwsAlg::Es256));
    let listed = [JwsAlg::Es256, JwsAlg::Rs256, JwsAlg::Ed25519];
    assert_eq!(outcome(&Json::public("rsa2048"), &listed), Ok(JwsAlg::Rs256));
    assert_eq!(outcome(&Json::public("ed25519"), &listed), Ok(JwsAlg::Ed25519));
    // Listed twice is still one.
    let twice = [JwsAlg::Rs256, JwsAlg::Rs256];
    assert_eq!(outcome(&Json::public("rsa2048"), &twice), Ok(JwsAlg::Rs256));
}

#[test]
fn entry_without_alg_that_no_listed_algorithm_fits_is_not_used() {
    let listed = [JwsAlg::Es384, JwsAlg::Rs256, JwsAlg::Hs256];

    assert_eq!(outcome(&Json::public("p256"), &listed), Err(KeyError::NotListed));
    assert_eq!(outcome(&Json::public("ed25519"), &listed), Err(KeyError::NotListed));
}

#[test]
fn entry_on_x25519_is_never_used_for_signatures() {
    let entry = Json::public("x25519");

    assert_eq!(outcome(&entry, ALL), Err(KeyError::NotListed));
    let signs = entry.clone().with("use", "sig");
    assert_eq!(outcome(&signs, ALL), Err(KeyError::NotListed));
    let agrees = entry.clone().with("use", "enc").with("alg", "ECDH-ES");
    assert_eq!(outcome(&agrees, ALL), Err(KeyError::UseMismatch));
    for alg in [JwsAlg::Ed25519, JwsAlg::EdDsa] {
        let (expected, found) = (Curve::Ed25519, Curve::X25519);
        let error = KeyError::WrongCurve { alg: alg.name(), expected, found };
        let claims_to_sign = entry.clone().with("alg", alg.name());
        assert_eq!(outcome(&claims_to_sign, ALL), Err(error));
        assert_eq!(outcome(&Json::public("ed25519"), &[alg]), Ok(alg));
    }
    assert_eq!(outcome(&Json::private("x25519"), ALL), Err(KeyError::PublicKeyNeeded));
}

#[test]
fn entry_on_x25519_leaves_the_others() {
    let entries = [
        Json::public("x25519").with("kid", "a").with("use", "enc"),
        Json::public("ed25519").with("kid", "a"),
    ];

    for (name, registry) in registries() {
        let (keys, report) = bind(&entries, &[JwsAlg::Ed25519], &registry);

        let outcomes: Vec<_> = report.entries().iter().map(|entry| &entry.outcome).collect();
        assert_eq!(outcomes, [&Err(KeyError::UseMismatch), &Ok(JwsAlg::Ed25519)], "{name}");
        assert_eq!(keys.len(), 1, "{name}");
    }
}

#[test]
fn entry_without_alg_that_several_listed_algorithms_fit_is_not_used() {
    let ambiguous = Err(KeyError::AmbiguousAlg);

    assert_eq!(outcome(&Json::public("rsa2048"), JwsAlg::OPENID), ambiguous);
    assert_eq!(outcome(&Json::public("ed25519"), JwsAlg::OPENID), ambiguous);
}

#[test]
fn entry_that_is_symmetric_or_private_is_not_used() {
    for alg in [None, Some("HS256")] {
        let entry = match alg {
            Some(alg) => Json::secret().with("alg", alg),
            None => Json::secret(),
        };
        let listed = [JwsAlg::Hs256];
        assert_eq!(outcome(&entry, &listed), Err(KeyError::SymmetricKey));
    }
    for key in ["rsa2048", "p256", "ed25519"] {
        assert_eq!(outcome(&Json::private(key), ALL), Err(KeyError::PublicKeyNeeded), "{key}");
    }
    // That a secret was published is the worse news.
    let secret = Json::secret().with("alg", "unknown");
    assert_eq!(outcome(&secret, ALL), Err(KeyError::SymmetricKey));
    let private = Json::private("p256").with("alg", "unknown");
    assert_eq!(outcome(&private, ALL), Err(KeyError::PublicKeyNeeded));
    let public = Json::public("p256").with("alg", "unknown");
    assert_eq!(outcome(&public, ALL), Err(KeyError::Jwk(JwkError::UnknownAlg)));
}

#[test]
fn kid_of_an_unusable_entry_is_told_if_it_is_not_too_long() {
    let limits = Limits::default().with_kid_bytes(4);
    let kid_of = |entry: Json| {
        let text = json!({ "keys": [entry.0] }).to_string();
        let set = PublicJwkSet::parse_with(&text, &limits).unwrap();
        let entry = set.entries().next().unwrap();
        entry
            .map(|jwk| jwk.as_jwk().kid().map(str::to_owned))
            .map_err(|unusable| (unusable.kid().map(str::to_owned), unusable.reason().clone()))
    };
    let (four, five) = ("abcd", "abcde");

    let reason = KeyError::SymmetricKey;
    let secret = Json::secret();
    let expected = Err((Some(four.to_owned()), reason));
    assert_eq!(kid_of(secret.clone().with("kid", four)), expected);
    let expected = Err((None, KeyError::Jwk(JwkError::Limit)));
    assert_eq!(kid_of(secret.with("kid", five)), expected);
    assert_eq!(kid_of(Json::public("p256").with("kid", five)), expected);
    assert_eq!(kid_of(Json::public("p256").with("kid", four)), Ok(Some(four.to_owned())));
}

#[test]
fn entry_that_is_not_for_verifying_is_not_used() {
    let entry = Json::public("p256");

    let encrypts = entry.clone().with("use", "enc");
    assert_eq!(outcome(&encrypts, ALL), Err(KeyError::UseMismatch));
    let signs = entry.clone().with("key_ops", json!(["sign"]));
    assert_eq!(outcome(&signs, ALL), Err(KeyError::KeyOpsMismatch));
    let verifies = entry.with("use", "sig").with("key_ops", json!(["verify"]));
    assert_eq!(outcome(&verifies, ALL), Ok(JwsAlg::Es256));
}

/// Without its `use`, each of these keys fits several of the algorithms that are listed.
#[test]
fn entry_for_another_use_is_not_used_however_many_algorithms_fit() {
    let (secret, wraps) = (Json::secret(), [JweAlg::A128Kw, JweAlg::A128GcmKw]);
    let short = secret.clone().with_octets("k", &[7; 16]);
    let oaep = [JweAlg::RsaOaep, JweAlg::RsaOaep256];
    let set = |entry: &Json| json!({ "keys": [entry.0] }).to_string();
    let public = |entry: &Json| PublicJwkSet::parse(&set(entry)).unwrap();
    let own = |entry: &Json| JwkSet::parse(&set(entry)).unwrap();

    for (name, registry) in registries() {
        let verifies = |entry: &Json| {
            let (_, report) = KeySet::from_jwk_set_with(&public(entry), JwsAlg::OPENID, &registry);
            report.entries()[0].outcome.clone().map(drop)
        };
        let encrypts = |entry: &Json| {
            let (set, enc) = (public(entry), JweEnc::A128Gcm);
            let (_, report) = EncryptionKey::all_from_jwk_set_with(&set, &oaep, enc, &registry);
            report.entries()[0].outcome.clone().map(drop)
        };
        let signs = |entry: &Json| {
            let (_, report) = SigningKey::all_from_jwk_set_with(&own(entry), ALL, &registry);
            report.entries()[0].outcome.clone().map(drop)
        };
        let decrypts = |entry: &Json| {
            let (_, report) = KeySet::from_private_jwk_set_with(&own(entry), &wraps, &registry);
            report.entries()[0].outcome.clone().map(drop)
        };
        let (ambiguous, other_use) = (Err(KeyError::AmbiguousAlg), Err(KeyError::UseMismatch));

        let rsa = Json::public("rsa2048");
        assert_eq!(verifies(&rsa.clone().with("use", "sig")), ambiguous, "{name}");
        assert_eq!(verifies(&rsa.clone().with("use", "enc")), other_use, "{name}");
        assert_eq!(encrypts(&rsa.clone().with("use", "enc")), ambiguous, "{name}");
        assert_eq!(encrypts(&rsa.with("use", "sig")), other_use, "{name}");
        assert_eq!(signs(&secret.clone().with("use", "sig")), ambiguous, "{name}");
        assert_eq!(signs(&secret.clone().with("use", "enc")), other_use, "{name}");
        assert_eq!(decrypts(&short.clone().with("use", "enc")), ambiguous, "{name}");
        assert_eq!(decrypts(&short.clone().with("use", "sig")), other_use, "{name}");
    }
}

#[test]
fn entry_that_cannot_be_bound_is_not_used() {
    let off_curve = Json::public("p256").changed("y", |octets| crate::flip(octets));
    assert_eq!(outcome(&off_curve, ALL), Err(KeyError::InvalidPoint(Curve::P256)));
    let small = Json::public("rsa1024").with("alg", "RS256");
    assert_eq!(outcome(&small, ALL), Err(KeyError::RsaSize { bits: 1024 }));
}

#[test]
fn entry_that_is_broken_leaves_the_others() {
    let entries = [
        Json::public("p256").with("kid", "a"),
        Json(json!({"kty": "XYZ", "kid": "b"})),
        Json(json!(5)),
        Json::public("p384").with("kid", 7),
        Json::secret().with("kid", "e"),
        Json::public("ed25519").with("kid", "f"),
    ];
    let listed = [JwsAlg::Es256, JwsAlg::Es384, JwsAlg::Ed25519, JwsAlg::Hs256];

    for (name, registry) in registries() {
        let (keys, report) = bind(&entries, &listed, &registry);

        let found: Vec<_> = report
            .entries()
            .iter()
            .map(|entry| (entry.index, entry.kid.as_deref(), entry.outcome.clone()))
            .collect();
        assert_eq!(
            found,
            [
                (0, Some("a"), Ok(JwsAlg::Es256)),
                (1, Some("b"), Err(KeyError::Jwk(JwkError::UnknownKeyType))),
                (2, None, Err(KeyError::Jwk(JwkError::NotAnObject))),
                (3, None, Err(KeyError::Jwk(JwkError::Member("kid")))),
                (4, Some("e"), Err(KeyError::SymmetricKey)),
                (5, Some("f"), Ok(JwsAlg::Ed25519)),
            ],
            "{name}"
        );
        let kids: Vec<_> = keys.iter().map(VerifyingKey::kid).collect();
        assert_eq!(kids, [Some("a"), Some("f")], "{name}");
        let refused: Vec<_> = report.refused().map(|(entry, _)| entry.index).collect();
        assert_eq!(refused, [1, 2, 3, 4], "{name}");
    }
}

/// Who writes the set chooses the `kid`, and a report ends up in a log.
#[test]
fn kid_with_line_ends_or_quotes_is_one_line_of_the_report() {
    let entry = Json::public("p256");
    let entries = [entry.clone().with("kid", "a\nkey 7 \"b\" is for ES256\u{1b}[2J"), entry];

    for (name, registry) in registries() {
        let (_, report) = bind(&entries, &[JwsAlg::Es256], &registry);

        let expected =
            [r#"key 0 "a\nkey 7 \"b\" is for ES256\u{1b}[2J" is for ES256"#, "key 1 is for ES256"];
        assert_eq!(report.to_string().lines().collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn entries_with_one_kid_are_all_kept() {
    let entries = [
        Json::public("p256").with("kid", "same"),
        Json::public("ed25519").with("kid", "same"),
        Json::public("p256").with("kid", "same"),
    ];

    for (name, registry) in registries() {
        let (keys, report) = bind(&entries, JwsAlg::MODERN, &registry);

        assert_eq!(report.refused().count(), 0, "{name}");
        let algs: Vec<_> = keys.iter().map(|key| (key.alg(), key.kid())).collect();
        let expected = [JwsAlg::Es256, JwsAlg::Ed25519, JwsAlg::Es256];
        assert_eq!(algs, expected.map(|alg| (alg, Some("same"))), "{name}");
    }
}

#[test]
fn set_without_entries_gives_no_keys() {
    for (name, registry) in registries() {
        let (keys, report) = bind(&[], ALL, &registry);

        assert!(keys.is_empty(), "{name}");
        assert!(report.entries().is_empty(), "{name}");
    }
}

#[cfg(feature = "ring")]
#[test]
fn entry_for_an_algorithm_that_ring_does_not_have_is_not_used() {
    let (keys, report) = bind(&[Json::public("p521")], ALL, &Registry::ring());

    assert!(keys.is_empty());
    let expected = crate::unsupported(JwsAlg::Es512, "this algorithm");
    assert_eq!(report.entries()[0].outcome, Err(expected));
}
