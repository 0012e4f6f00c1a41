//! JWK sets as services publish them (`tests/data/jwk-sets`, made for the tests): which entries are taken, why the others
//! are not, and that the tokens of every key that is taken verify.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Curve;
use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::Policy;
use josie::PublicJwkSet;
use josie::Registry;
use josie::Report;
use josie::VerifyingKey;
use serde::Deserialize;

use crate::common::registries;

type Outcome = (Option<&'static str>, Result<JwsAlg, KeyError>);

/// One algorithm for each type of key, as a caller lists them who knows the provider.
const LISTED: &[JwsAlg] = &[JwsAlg::Rs256, JwsAlg::Es256, JwsAlg::Es384, JwsAlg::Ed25519];

/// A token of an entry's private half, whose `kid` is that of the entry.
#[derive(Deserialize)]
struct Token {
    index: usize,
    alg: String,
    token: String,
}

fn read(name: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/jwk-sets");
    fs::read_to_string(directory.join(name)).unwrap()
}

/// The entry of `certificates.json` with this `kid`.
fn entry(kid: &str) -> serde_json::Value {
    let set: serde_json::Value = serde_json::from_str(&read("certificates.json")).unwrap();
    let entries = set["keys"].as_array().unwrap();
    entries.iter().find(|entry| entry["kid"] == kid).unwrap().clone()
}

fn tokens(name: &str) -> Vec<Token> {
    let mut tokens: BTreeMap<String, Vec<Token>> =
        serde_json::from_str(&read("tokens.json")).unwrap();
    tokens.remove(name).unwrap()
}

fn bind(name: &str, algs: &[JwsAlg], registry: &Registry) -> (KeySet<VerifyingKey>, Report) {
    let set = PublicJwkSet::parse(&read(name)).unwrap();
    KeySet::from_jwk_set_with(&set, algs, registry)
}

fn verify(token: &Token, keys: &KeySet<VerifyingKey>) -> Result<Jws, Error> {
    let alg = JwsAlg::from_name(&token.alg).unwrap();
    Jws::verify(&token.token, keys, &Policy::signed(&[alg]).build().unwrap())
}

/// Checks what becomes of each entry, and that each token verifies.
fn assert_taken(name: &str, algs: &[JwsAlg], expected: &[Outcome]) {
    for (registry_name, registry) in registries() {
        let (keys, report) = bind(name, algs, &registry);

        let found: Vec<_> = report
            .entries()
            .iter()
            .map(|entry| (entry.kid.as_deref(), entry.outcome.clone()))
            .collect();
        assert_eq!(found, expected, "{name} on {registry_name}");
        let taken = expected.iter().filter(|(_, outcome)| outcome.is_ok()).count();
        assert_eq!((keys.len(), tokens(name).len()), (taken, taken), "{name} on {registry_name}");
        for token in tokens(name) {
            let at = token.index;
            assert!(expected[at].1.is_ok(), "{name} {at}");
            // Two keys of one type may share a kid.
            let verified = verify(&token, &keys.clone().try_up_to(2));
            assert_eq!(verified.map(|jws| jws.alg().name()), Ok(&*token.alg), "{name} {at}");
        }
    }
}

fn jwk(reason: JwkError) -> Result<JwsAlg, KeyError> {
    Err(KeyError::Jwk(reason))
}

#[test]
fn set_of_an_identity_provider_is_taken_but_for_its_encryption_keys() {
    let listed = [JwsAlg::Rs256, JwsAlg::Es256, JwsAlg::EdDsa];
    assert_taken(
        "identity-provider.json",
        &listed,
        &[
            (Some("2026-01"), Ok(JwsAlg::Rs256)),
            (Some("2026-07"), Ok(JwsAlg::Rs256)),
            (Some("ec-1"), Ok(JwsAlg::Es256)),
            (Some("ed-1"), Ok(JwsAlg::EdDsa)),
            (Some("enc-1"), Err(KeyError::UseMismatch)),
            (Some("enc-2"), Err(KeyError::UseMismatch)),
        ],
    );
}

#[test]
fn keys_without_alg_are_bound_by_the_list_of_the_caller() {
    assert_taken(
        "without-alg.json",
        LISTED,
        &[
            (Some("nOo3ZDrODXEK1jKWhXslHR_KXEg"), Ok(JwsAlg::Rs256)),
            (Some("l3sQ-50cCH4xBVZLHTGwnSR7680"), Ok(JwsAlg::Rs256)),
            (Some("ec"), Ok(JwsAlg::Es384)),
        ],
    );
}

#[test]
fn keys_without_alg_that_several_listed_algorithms_fit_are_not_guessed() {
    for (name, registry) in registries() {
        let (_, report) = bind("without-alg.json", JwsAlg::OPENID, &registry);

        let outcomes: Vec<_> = report.entries().iter().map(|entry| &entry.outcome).collect();
        let ambiguous = Err(KeyError::AmbiguousAlg);
        assert_eq!(outcomes[..2], [&ambiguous, &ambiguous], "{name}");
    }
}

#[test]
fn keys_without_kid_are_taken_by_their_algorithms() {
    assert_taken(
        "without-kid.json",
        &[JwsAlg::Ps256, JwsAlg::Es256],
        &[(None, Ok(JwsAlg::Ps256)), (None, Ok(JwsAlg::Es256))],
    );
}

#[test]
fn keys_with_the_same_kid_are_all_kept() {
    let name = "duplicate-kids.json";
    assert_taken(
        name,
        LISTED,
        &[
            (Some("1"), Ok(JwsAlg::Rs256)),
            (Some("1"), Ok(JwsAlg::Es256)),
            (Some("2"), Ok(JwsAlg::Es384)),
            (Some("2"), Ok(JwsAlg::Es384)),
        ],
    );

    for (registry_name, registry) in registries() {
        let (keys, _) = bind(name, LISTED, &registry);
        let results: Vec<_> =
            tokens(name).iter().map(|token| verify(token, &keys).map(drop)).collect();
        // Different algorithms tell the first two apart; nothing does the others.
        let ambiguous = Err(Error::AmbiguousKey);
        assert_eq!(results, [Ok(()), Ok(()), ambiguous.clone(), ambiguous], "{registry_name}");
    }
}

#[test]
fn keys_of_unknown_types_leave_the_others() {
    assert_taken(
        "unknown-types.json",
        LISTED,
        &[
            (Some("pq-1"), jwk(JwkError::UnknownKeyType)),
            (Some("ec-1"), Ok(JwsAlg::Es256)),
            (Some("ed448-1"), jwk(JwkError::UnknownCurve)),
            (Some("ec-2"), jwk(JwkError::UnknownCurve)),
            (Some("rsa-1"), jwk(JwkError::UnknownAlg)),
            (Some("nothing"), jwk(JwkError::Missing("kty"))),
            (Some("rsa-2"), Ok(JwsAlg::Rs256)),
        ],
    );
}

#[test]
fn unusable_entry_stays_in_the_set_with_its_reason_and_its_text() {
    let text = read("unknown-types.json");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();

    let set = PublicJwkSet::parse(&text).unwrap();

    let unusable: Vec<_> = set.entries().enumerate().filter(|(_, entry)| entry.is_err()).collect();
    assert_eq!(unusable.len(), 5);
    for (index, entry) in unusable {
        let entry = entry.unwrap_err();
        let kept: serde_json::Value = serde_json::from_str(entry.text().expose()).unwrap();
        assert_eq!(kept, document["keys"][index]);
        assert_eq!(entry.kid(), document["keys"][index]["kid"].as_str());
        assert!(entry.reason().code().starts_with("jwk_"));
    }
}

#[test]
fn broken_entries_leave_the_others() {
    assert_taken(
        "broken-entries.json",
        LISTED,
        &[
            (Some("good-1"), Ok(JwsAlg::Ed25519)),
            (Some("short"), Err(KeyError::InvalidValue("x"))),
            (Some("off-curve"), Err(KeyError::InvalidPoint(Curve::P256))),
            (Some("padded"), jwk(JwkError::Member("n"))),
            (Some("small"), Err(KeyError::RsaSize { bits: 1024 })),
            (None, jwk(JwkError::Member("kid"))),
            (None, jwk(JwkError::NotAnObject)),
            (None, jwk(JwkError::NotAnObject)),
            (Some("contradiction"), jwk(JwkError::Contradiction)),
            (Some("good-2"), Ok(JwsAlg::Rs256)),
        ],
    );
}

#[test]
fn secrets_in_a_published_set_are_refused_by_name_and_leave_the_others() {
    assert_taken(
        "secrets-by-mistake.json",
        &[JwsAlg::Hs256, JwsAlg::Rs256, JwsAlg::Es256],
        &[
            (Some("mac"), Err(KeyError::SymmetricKey)),
            (Some("rsa"), Err(KeyError::PublicKeyNeeded)),
            (Some("ec"), Err(KeyError::PublicKeyNeeded)),
            (Some("rsa-d"), jwk(JwkError::IncompleteRsa)),
            (Some("good"), Ok(JwsAlg::Es256)),
        ],
    );
}

#[test]
fn secrets_in_a_published_set_are_not_published_again() {
    let text = read("secrets-by-mistake.json");

    let published = serde_json::to_value(PublicJwkSet::parse(&text).unwrap()).unwrap();

    let keys = published["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["kid"], "good");
    // One's own set may have them.
    assert_eq!(JwkSet::parse(&text).unwrap().keys().count(), 4);
}

#[test]
fn certificates_must_be_those_of_the_key_and_are_not_trusted() {
    let mismatch = |name| Err(KeyError::CertificateMismatch(name));
    assert_taken(
        "certificates.json",
        LISTED,
        &[
            (Some("own"), Ok(JwsAlg::Es256)),
            (Some("chain"), Ok(JwsAlg::Es256)),
            (Some("thumbprints-alone"), Ok(JwsAlg::Es256)),
            (Some("of-another-key"), mismatch("x5c")),
            (Some("chain-in-wrong-order"), mismatch("x5c")),
            (Some("other-x5t"), mismatch("x5t")),
            (Some("other-x5t#S256"), mismatch("x5t#S256")),
            (Some("short-x5t"), jwk(JwkError::Member("x5t"))),
            (Some("base64url"), jwk(JwkError::Member("x5c"))),
            (Some("empty"), jwk(JwkError::Member("x5c"))),
            (Some("eleven"), jwk(JwkError::Limit)),
            (Some("ten"), Ok(JwsAlg::Es256)),
            (Some("no-certificate"), Err(KeyError::Encoding(josie::KeyFormat::Certificate))),
        ],
    );
}

/// As some identity providers publish it: base64url of the hexadecimal text of the digest.
#[test]
fn x5t_in_hexadecimal_is_taken_if_it_is_that_of_the_certificate() {
    let own = entry("own");
    let digest = URL_SAFE_NO_PAD.decode(own["x5t"].as_str().unwrap()).unwrap();
    let hexadecimal: String = digest.iter().map(|octet| format!("{octet:02X}")).collect();
    let certificates = |text: &str| {
        let mut jwk = own.clone();
        jwk["x5t"] = URL_SAFE_NO_PAD.encode(text).into();
        Jwk::parse(&jwk.to_string()).unwrap().certificates().map(|chain| chain.len())
    };

    assert_eq!(certificates(&hexadecimal), Ok(1));
    assert_eq!(certificates(&hexadecimal.to_lowercase()), Ok(1));
    let mismatch = Err(KeyError::CertificateMismatch("x5t"));
    assert_eq!(certificates(&"0".repeat(40)), mismatch);
    assert_eq!(certificates(&hexadecimal.replace(|digit| digit != '0', "g")), mismatch);
    assert_eq!(certificates(&hexadecimal[1..]), Err(KeyError::Jwk(JwkError::Member("x5t"))));
}

/// What stands in `x5c` is text until somebody looks at it. A private key in there must not be published.
#[test]
fn public_half_leaves_with_certificates_of_its_own_or_not_at_all() {
    let secret =
        fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys/p256.pkcs8.der"));
    let secret = STANDARD.encode(secret.unwrap());
    let own = entry("own");
    let public = |x5c: &str| {
        let mut jwk = own.clone();
        jwk["x5c"][0] = x5c.into();
        Jwk::parse(&jwk.to_string())
            .unwrap()
            .to_public()
            .map(|jwk| serde_json::to_value(jwk).unwrap())
    };

    let not_one = KeyError::Encoding(josie::KeyFormat::Certificate);
    assert_eq!(public(&secret).unwrap_err(), not_one);
    let of_another_key = entry("of-another-key")["x5c"][0].clone();
    let mismatch = KeyError::CertificateMismatch("x5c");
    assert_eq!(public(of_another_key.as_str().unwrap()).unwrap_err(), mismatch);
    let honest = own["x5c"][0].as_str().unwrap();
    assert_eq!(public(honest).unwrap()["x5c"][0], honest);
}

#[test]
fn certificates_are_handed_out_in_their_order() {
    let set = PublicJwkSet::parse(&read("certificates.json")).unwrap();

    let chains: Vec<_> = set
        .keys()
        .filter_map(|jwk| Some((jwk.as_jwk().kid()?, jwk.as_jwk().certificates().ok()?.len())))
        .collect();

    assert_eq!(chains, [("own", 1), ("chain", 2), ("thumbprints-alone", 0), ("ten", 10)]);
}

/// What a set says of itself survives being published again.
#[test]
fn published_set_binds_to_the_same_keys_when_it_is_published_again() {
    for name in ["identity-provider.json", "without-alg.json", "certificates.json"] {
        let set = PublicJwkSet::parse(&read(name)).unwrap();

        let again = serde_json::to_string(&set).unwrap();
        let again: PublicJwkSet = serde_json::from_str(&again).unwrap();

        for (registry_name, registry) in registries() {
            let bound = |set| {
                let (keys, report) = KeySet::from_jwk_set_with(set, JwsAlg::ALL, &registry);
                let taken = report.entries().iter().filter(|entry| entry.outcome.is_ok()).count();
                assert_eq!(keys.len(), taken);
                keys.iter().map(|key| (key.alg(), key.kid().map(str::to_owned))).collect::<Vec<_>>()
            };
            assert_eq!(bound(&again), bound(&set), "{name} on {registry_name}");
            assert_eq!(again.keys().count(), set.keys().count(), "{name}");
        }
    }
}
