//! From when until when: the first second is in a period, the last one is not.

use josie::DecryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::NumericDate;
use josie::Registry;
use josie::RingKey;
use josie::SigningKey;

use crate::common::registries;
use crate::script::date;
use crate::script::decryption_key;
use crate::script::signing_key;

#[test]
fn period_has_its_beginning_and_not_its_end() {
    let between = KeyPeriod::between(date(100), date(200)).unwrap();
    for (period, inside, outside) in [
        (between, [100, 199], &[0, 99, 200, 201][..]),
        (KeyPeriod::beginning(date(100)), [100, NumericDate::MAX.as_secs()], &[0, 99]),
        (KeyPeriod::ending(date(200)), [0, 199], &[200, 201]),
        (KeyPeriod::ALWAYS, [0, NumericDate::MAX.as_secs()], &[]),
        (KeyPeriod::default(), [0, NumericDate::MAX.as_secs()], &[]),
    ] {
        for now in inside {
            assert!(period.contains(date(now)), "{period:?} {now}");
            assert!(!period.is_over_at(date(now)), "{period:?} {now}");
        }
        for now in outside {
            assert!(!period.contains(date(*now)), "{period:?} {now}");
            assert_eq!(period.is_over_at(date(*now)), *now >= 200, "{period:?} {now}");
        }
    }
}

#[test]
fn period_that_ends_before_it_begins_is_none() {
    let one_second = KeyPeriod::between(date(100), date(101)).unwrap();
    assert_eq!((one_second.begin(), one_second.end()), (Some(date(100)), Some(date(101))));

    assert_eq!(KeyPeriod::between(date(100), date(100)), None);
    assert_eq!(KeyPeriod::between(date(100), date(99)), None);
}

#[test]
fn ends_of_a_period_are_told() {
    assert_eq!(ends(KeyPeriod::beginning(date(1))), (Some(date(1)), None));
    assert_eq!(ends(KeyPeriod::ending(date(1))), (None, Some(date(1))));
    assert_eq!(ends(KeyPeriod::ALWAYS), (None, None));
}

fn ends(period: KeyPeriod) -> (Option<NumericDate>, Option<NumericDate>) {
    (period.begin(), period.end())
}

#[test]
fn primary_outside_its_period_is_refused() {
    for (_, registry) in registries() {
        assert_within_period(signing_key(JwsAlg::Es256, "1", &registry));
        assert_within_period(decryption_key(JweAlg::A256Kw, "1", &registry));
    }
}

fn assert_within_period<K: RingKey>(key: K) {
    let period = KeyPeriod::between(date(100), date(200)).unwrap();
    let ring = KeyRing::new(key).unwrap().with_period("1", period).unwrap();
    for now in [100, 199] {
        assert!(ring.primary_at(date(now)).is_ok(), "{now}");
    }

    for now in [0, 99, 200, 201] {
        assert_eq!(ring.primary_at(date(now)).err(), Some(KeyError::OutsidePeriod), "{now}");
    }
}

#[test]
fn nothing_is_encrypted_or_published_for_encryption_outside_the_period_of_the_primary() {
    for (_, registry) in registries() {
        let (_, decrypting) = rings(&registry);
        for now in [100, 199] {
            assert!(decrypting.encryption_key_at(date(now), JweEnc::A256Gcm).is_ok());
            // It is shared, and would be published if it were not.
            let shared = decrypting.public_jwk_set_at(date(now)).unwrap_err();
            assert_eq!(shared, KeyError::SymmetricKey);
        }

        for now in [99, 200] {
            let key = decrypting.encryption_key_at(date(now), JweEnc::A256Gcm);
            assert_eq!(key.unwrap_err(), KeyError::OutsidePeriod);
            let published = decrypting.public_jwk_set_at(date(now));
            assert_eq!(published.unwrap_err(), KeyError::OutsidePeriod);
        }
    }
}

#[test]
fn sets_to_verify_and_to_decrypt_with_have_the_keys_of_the_time() {
    for (_, registry) in registries() {
        let (signing, decrypting) = rings(&registry);
        for (now, expected) in [
            (99, &["always"][..]),
            (100, &["primary", "always"]),
            (149, &["primary", "always"]),
            (150, &["primary", "always", "coming"]),
            (199, &["primary", "always", "coming"]),
            (200, &["always", "coming"]),
        ] {
            let verifying = signing.key_set_at(date(now));
            let kids: Vec<_> = verifying.iter().map(|key| key.kid().unwrap()).collect();
            assert_eq!(kids, expected, "{now}");
            let decrypting = decrypting.key_set_at(date(now));
            let kids: Vec<_> = decrypting.iter().map(|key| key.kid().unwrap()).collect();
            assert_eq!(kids, expected, "{now}");
        }
    }
}

/// Rings of three keys, of which the primary is good from 100 to 200, and one from 150 on.
fn rings(registry: &Registry) -> (KeyRing<SigningKey>, KeyRing<DecryptionKey>) {
    (
        with_periods(|kid| signing_key(JwsAlg::Es256, kid, registry)),
        with_periods(|kid| decryption_key(JweAlg::A256Kw, kid, registry)),
    )
}

fn with_periods<K: RingKey>(key: impl Fn(&str) -> K) -> KeyRing<K> {
    let ring = KeyRing::new(key("primary")).unwrap();
    let ring = ring.add(key("always")).unwrap().add(key("coming")).unwrap();
    let primary = KeyPeriod::between(date(100), date(200)).unwrap();
    let ring = ring.with_period("primary", primary).unwrap();
    ring.with_period("coming", KeyPeriod::beginning(date(150))).unwrap()
}
