//! Which keys of a `KeySet` a token is tried with: `alg` first, then `kid`.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::PolicyError;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::registries;

/// HMAC keys that differ by their first octet.
fn key(secret: u8, alg: JwsAlg, registry: &Registry) -> SigningKey {
    let material = KeyMaterial::oct(vec![secret; 64]);
    SigningKey::new(&material, alg, registry).unwrap()
}

/// The outcome of a token by secret 1 under HS256, with this `kid`, tried with keys of (secret, kid).
fn verify(kid: Option<&str>, keys: &[(u8, Option<&str>)], tries: usize) -> Result<(), Error> {
    let outcomes: Vec<_> = registries()
        .iter()
        .map(|(_, registry)| {
            let keys = keys
                .iter()
                .map(|(secret, kid)| named(key(*secret, JwsAlg::Hs256, registry), *kid))
                .map(|key| key.verifying_key());
            let token = token(kid, registry);
            check(&token, &keys.collect::<KeySet<_>>().try_up_to(tries))
        })
        .collect();
    assert!(outcomes.windows(2).all(|two| two[0] == two[1]));
    outcomes[0].clone()
}

fn token(kid: Option<&str>, registry: &Registry) -> String {
    let signer = named(key(1, JwsAlg::Hs256, registry), kid);
    Jws::sign(b"payload", &Header::new(), &signer).unwrap()
}

fn named(key: SigningKey, kid: Option<&str>) -> SigningKey {
    match kid {
        Some(kid) => key.with_kid(kid),
        None => key,
    }
}

fn check(token: &str, keys: &KeySet<VerifyingKey>) -> Result<(), Error> {
    let policy = Policy::signed(JwsAlg::ALL).build().unwrap();
    Jws::verify(token, keys, &policy).map(|_| ())
}

#[test]
fn key_whose_kid_is_the_token_s_is_the_one_that_is_tried() {
    let keys = [(2, Some("b")), (1, Some("a")), (3, None)];

    assert_eq!(verify(Some("a"), &keys, 1), Ok(()));
    assert_eq!(verify(Some("b"), &keys, 1), Err(Error::InvalidSignature));
}

#[test]
fn key_without_kid_is_tried_only_if_no_kid_matches() {
    assert_eq!(verify(Some("a"), &[(2, Some("b")), (1, None)], 1), Ok(()));
    // The key that would verify has no kid, and another one has the token's.
    let keys = [(1, None), (2, Some("a"))];
    assert_eq!(verify(Some("a"), &keys, 8), Err(Error::InvalidSignature));
}

#[test]
fn key_with_another_kid_is_never_tried() {
    for tries in [1, 8] {
        let keys = [(1, Some("b")), (1, Some("")), (1, Some("A"))];
        assert_eq!(verify(Some("a"), &keys, tries), Err(Error::UnknownKey));
    }
    // Nor beside one without kid.
    let keys = [(1, Some("b")), (2, None)];
    assert_eq!(verify(Some("a"), &keys, 8), Err(Error::InvalidSignature));
}

#[test]
fn token_without_kid_is_tried_with_the_one_key_whatever_its_kid() {
    assert_eq!(verify(None, &[(1, Some("a"))], 1), Ok(()));
    assert_eq!(verify(None, &[(1, None)], 1), Ok(()));
    assert_eq!(verify(None, &[(2, None)], 1), Err(Error::InvalidSignature));
}

#[test]
fn several_keys_that_fit_are_ambiguous() {
    assert_eq!(verify(None, &[(1, Some("a")), (2, Some("b"))], 1), Err(Error::AmbiguousKey));
    assert_eq!(verify(None, &[(1, None), (2, Some("b"))], 1), Err(Error::AmbiguousKey));
    let same_kid = [(1, Some("a")), (2, Some("a"))];
    assert_eq!(verify(Some("a"), &same_kid, 1), Err(Error::AmbiguousKey));
    let without_kid = [(1, None), (2, None), (3, Some("b"))];
    assert_eq!(verify(Some("a"), &without_kid, 1), Err(Error::AmbiguousKey));
}

#[test]
fn several_keys_that_fit_are_tried_up_to_the_number_that_the_set_allows() {
    let keys = [(3, None), (2, Some("b")), (1, Some("a"))];

    assert_eq!(verify(None, &keys, 2), Err(Error::AmbiguousKey));
    assert_eq!(verify(None, &keys, 3), Ok(()));
    assert_eq!(verify(None, &keys[..2], 3), Err(Error::InvalidSignature));
}

#[test]
fn number_of_keys_to_try_is_at_least_1_and_at_most_8() {
    let keys: Vec<_> = (2..=9).chain([1]).map(|secret| (secret, Some("a"))).collect();

    // The right key is the last.
    for (count, tries, expected) in [
        (1, 0, Ok(())),
        (2, 0, Err(Error::AmbiguousKey)),
        (8, 8, Ok(())),
        (8, 7, Err(Error::AmbiguousKey)),
        (8, usize::MAX, Ok(())),
        (9, 8, Err(Error::AmbiguousKey)),
        (9, 9, Err(Error::AmbiguousKey)),
        (9, usize::MAX, Err(Error::AmbiguousKey)),
    ] {
        let last = &keys[keys.len() - count..];
        assert_eq!(verify(Some("a"), last, tries), expected, "{count} keys, {tries} tries");
    }
}

#[test]
fn key_bound_to_another_algorithm_is_never_tried() {
    for (name, registry) in registries() {
        let others: KeySet<_> = [JwsAlg::Hs384, JwsAlg::Hs512]
            .into_iter()
            .map(|alg| key(1, alg, &registry).with_kid("a").verifying_key())
            .collect();
        let own = key(1, JwsAlg::Hs256, &registry).with_kid("a").verifying_key();
        let all: KeySet<_> = others.iter().cloned().chain([own]).collect();
        let token = token(Some("a"), &registry);

        assert_eq!(check(&token, &others.try_up_to(8)), Err(Error::UnknownKey), "{name}");
        // Nor does it count: three keys with this kid, and only one fits.
        assert_eq!(check(&token, &all), Ok(()), "{name}");
    }
}

#[test]
fn set_without_keys_knows_none() {
    assert_eq!(verify(None, &[], 8), Err(Error::UnknownKey));
    assert_eq!(verify(Some("a"), &[], 8), Err(Error::UnknownKey));
}

#[test]
fn policy_tells_whether_a_key_of_the_set_can_ever_match() {
    for (name, registry) in registries() {
        let policy = Policy::signed(&[JwsAlg::Hs384, JwsAlg::Es256]).build().unwrap();
        let of = |alg| key(1, alg, &registry).verifying_key();
        let some: KeySet<_> = [of(JwsAlg::Hs256), of(JwsAlg::Hs384)].into_iter().collect();

        assert_eq!(policy.check_keys(&some), Ok(()), "{name}");
        for none in [KeySet::from(of(JwsAlg::Hs256)), [].into_iter().collect()] {
            assert_eq!(policy.check_keys(&none), Err(PolicyError::NoUsableKey), "{name}");
        }
    }
}
