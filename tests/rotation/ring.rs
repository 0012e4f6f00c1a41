//! What a ring takes and what it refuses, for keys that sign as for keys that decrypt.

use josie::DecryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::JweAlg;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::KeySet;
use josie::Policy;
use josie::Registry;
use josie::RingKey;
use josie::SigningKey;

use crate::common::registries;
use crate::script::date;
use crate::script::decryption_key;
use crate::script::signing_key;

/// Runs a test with fresh keys of both kinds, by their `kid`.
macro_rules! for_both_kinds {
    ($($test:ident => $check:ident;)*) => {$(
        #[test]
        fn $test() {
            for (_, registry) in registries() {
                $check(|kid| signing_key(JwsAlg::Es256, kid, &registry));
                $check(|kid| decryption_key(JweAlg::A256Kw, kid, &registry));
            }
        }
    )*};
}

for_both_kinds! {
    kid_that_another_key_has_is_refused => check_duplicate_kid;
    kid_that_no_key_has_is_refused => check_unknown_kid;
    primary_key_is_not_retired => check_primary_key;
    steps_change_no_ring_that_is_there => check_unchanged;
    promotion_of_the_primary_changes_nothing => check_promoted_twice;
    promotion_changes_no_period => check_promoted_periods;
}

#[test]
fn key_without_kid_is_refused() {
    for (_, registry) in registries() {
        let (signing, decrypting) = unnamed(&registry);
        let ring = KeyRing::new(signing.clone().with_kid("1")).unwrap();
        assert_eq!(kids(&ring.add(signing.clone().with_kid("2")).unwrap()), ["1", "2"]);
        assert_eq!(ring.add(signing.clone()).unwrap_err(), KeyError::KidNeeded);
        assert_eq!(KeyRing::new(signing).unwrap_err(), KeyError::KidNeeded);

        let ring = KeyRing::new(decrypting.clone().with_kid("1")).unwrap();
        assert_eq!(kids(&ring.add(decrypting.clone().with_kid("2")).unwrap()), ["1", "2"]);
        assert_eq!(ring.add(decrypting.clone()).unwrap_err(), KeyError::KidNeeded);
        assert_eq!(KeyRing::new(decrypting).unwrap_err(), KeyError::KidNeeded);
    }
}

fn unnamed(registry: &Registry) -> (SigningKey, DecryptionKey) {
    let input = GenerateInput::default();
    let signing = SigningKey::generate_with(JwsAlg::Es256, &input, registry).unwrap();
    (signing, DecryptionKey::generate_with(JweAlg::A256Kw, &input, registry).unwrap())
}

fn check_duplicate_kid<K: RingKey>(key: impl Fn(&str) -> K) {
    let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();
    assert_eq!(kids(&ring.add(key("3")).unwrap()), ["1", "2", "3"]);

    // That of the primary as that of another, also for what may be the same key.
    for kid in ["1", "2"] {
        assert_eq!(ring.add(key(kid)).err(), Some(KeyError::DuplicateKid));
    }
    // A `kid` is free again when nobody has it.
    let retired = ring.retire("2").unwrap();
    assert_eq!(kids(&retired.add(key("2")).unwrap()), ["1", "2"]);
}

fn check_unknown_kid<K: RingKey>(key: impl Fn(&str) -> K) {
    let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();
    assert_eq!(kids(&ring.promote("2").unwrap()), ["2", "1"]);
    assert_eq!(kids(&ring.retire("2").unwrap()), ["1"]);
    let ending = KeyPeriod::ending(date(1));
    assert_eq!(ring.with_period("2", ending).unwrap().period("2"), Some(ending));

    for kid in ["3", "", "1 ", "12"] {
        assert_eq!(ring.promote(kid).err(), Some(KeyError::UnknownKid));
        assert_eq!(ring.retire(kid).err(), Some(KeyError::UnknownKid));
        assert_eq!(ring.with_period(kid, ending).err(), Some(KeyError::UnknownKid));
        assert_eq!(ring.period(kid), None);
    }
}

fn check_primary_key<K: RingKey>(key: impl Fn(&str) -> K) {
    let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();
    assert_eq!(ring.retire("1").err(), Some(KeyError::PrimaryKey));

    let promoted = ring.promote("2").unwrap();

    assert_eq!(kids(&promoted.retire("1").unwrap()), ["2"]);
    assert_eq!(promoted.retire("2").err(), Some(KeyError::PrimaryKey));
}

fn check_unchanged<K: RingKey>(key: impl Fn(&str) -> K) {
    let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();

    let _ = ring.add(key("3")).unwrap();
    let _ = ring.promote("2").unwrap();
    let _ = ring.retire("2").unwrap();
    let _ = ring.with_period("1", KeyPeriod::ending(date(1))).unwrap();

    assert_eq!((kids(&ring), ring.primary_kid()), (vec!["1", "2"], "1"));
    assert_eq!(ring.period("1"), Some(KeyPeriod::ALWAYS));
}

fn check_promoted_twice<K: RingKey>(key: impl Fn(&str) -> K) {
    let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();

    let promoted = ring.promote("1").unwrap();

    assert_eq!((kids(&promoted), promoted.primary_kid()), (vec!["1", "2"], "1"));
}

fn check_promoted_periods<K: RingKey>(key: impl Fn(&str) -> K) {
    let (one, two) = (KeyPeriod::ending(date(1)), KeyPeriod::beginning(date(2)));
    let ring = KeyRing::new(key("1")).unwrap().with_period("1", one).unwrap();
    let ring = ring.add(key("2")).unwrap();
    assert_eq!(ring.period("2"), Some(KeyPeriod::ALWAYS));

    let promoted = ring.with_period("2", two).unwrap().promote("2").unwrap();

    assert_eq!((promoted.period("1"), promoted.period("2")), (Some(one), Some(two)));
}

/// The `kid`s that the ring says that it has periods for, in the order of its keys.
fn kids<K: RingKey>(ring: &KeyRing<K>) -> Vec<&'static str> {
    let known = ["1", "2", "3"];
    let kids: Vec<_> = known.into_iter().filter(|kid| ring.period(kid).is_some()).collect();
    assert_eq!(kids.len(), ring.keys().count());
    let (primary, others): (Vec<_>, Vec<_>) =
        kids.into_iter().partition(|kid| *kid == ring.primary_kid());
    [primary, others].concat()
}

#[test]
fn ring_that_was_kept_is_made_again() {
    for (_, registry) in registries() {
        let key = |kid| signing_key(JwsAlg::Es256, kid, &registry);
        let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap().add(key("3")).unwrap();
        let ending = KeyPeriod::ending(date(100));
        let ring = ring.promote("2").unwrap().with_period("1", ending).unwrap();
        let kept: Vec<_> = ring
            .keys()
            .map(|key| (key.material().to_private_jwk().unwrap(), ring.period(key.kid().unwrap())))
            .collect();

        let mut again: Option<KeyRing<SigningKey>> = None;
        for (text, period) in &kept {
            let jwk = Jwk::parse(text.expose()).unwrap();
            let key = SigningKey::new(jwk.material(), JwsAlg::Es256, &registry).unwrap();
            let kid = jwk.kid().unwrap();
            let ring =
                again.map_or_else(|| KeyRing::new(key.clone()), |ring| ring.add(key.clone()));
            again = Some(ring.unwrap().with_period(kid, period.unwrap()).unwrap());
        }

        let again = again.unwrap();
        let described = |ring: &KeyRing<SigningKey>| format!("{ring:?}");
        assert_eq!(described(&again), described(&ring));
        let thumbprints = |ring: &KeyRing<SigningKey>| -> Vec<_> {
            let of = |key: &SigningKey| key.clone().with_thumbprint_kid().unwrap();
            ring.keys().map(|key| of(key).kid().unwrap().to_owned()).collect()
        };
        assert_eq!(thumbprints(&again), thumbprints(&ring));
    }
}

#[test]
fn debug_shows_kids_and_periods_and_no_secret() {
    for (_, registry) in registries() {
        let secret = KeyMaterial::oct(vec![0x5a; 32]).with_kid("2026");
        let key = SigningKey::new(&secret, JwsAlg::Hs256, &registry).unwrap();
        let ring = KeyRing::new(key).unwrap();
        let ring = ring.with_period("2026", KeyPeriod::ending(date(4_000_000_000))).unwrap();

        let shown = format!("{ring:?}");

        assert!(shown.contains("2026") && shown.contains("4000000000"), "{shown}");
        for octets in ["90, 90", "5a5a", "5A5A", "ZZ", "Wlpa"] {
            assert!(!shown.contains(octets), "{shown}");
        }
    }
}

#[test]
fn key_of_a_ring_is_chosen_by_its_kid_alone() {
    for (_, registry) in registries() {
        let key = |kid| signing_key(JwsAlg::Es256, kid, &registry);
        let (one, two) = (key("1"), key("2"));
        let ring = KeyRing::new(one.clone()).unwrap().add(two.clone()).unwrap();
        let keys: KeySet<_> = ring.key_set_at(date(0));
        let policy = Policy::signed(&[JwsAlg::Es256]).build().unwrap();
        let verify = |key: &SigningKey| {
            let token = Jws::sign(b"", &Header::new(), key).unwrap();
            Jws::verify(&token, &keys, &policy).map(|_| ())
        };
        assert_eq!((verify(&one), verify(&two)), (Ok(()), Ok(())));

        assert_eq!(verify(&one.clone().with_kid("2")), Err(Error::InvalidSignature));
        assert_eq!(verify(&one.with_kid("3")), Err(Error::UnknownKey));
    }
}
