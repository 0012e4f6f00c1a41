//! What holds of a ring after any sequence of steps, at any time.

use std::collections::BTreeMap;

use josie::DecryptionKey;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::KeySet;
use josie::NumericDate;
use josie::Policy;
use josie::PublicJwkSet;
use josie::Registry;
use josie::RingKey;
use josie::SigningKey;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::common::registries;
use crate::publishing::assert_public;
use crate::publishing::kids;
use crate::script::date;
use crate::script::decryption_key;
use crate::script::signing_key;

const KIDS: [&str; 5] = ["0", "1", "2", "3", "4"];

/// Periods begin, end and are looked at within so many seconds, so that they often meet.
const SECONDS: u64 = 8;

/// A step; keys are given by their place in [`KIDS`].
#[derive(Clone, Debug)]
enum Step {
    Add(usize),
    Promote(usize),
    Retire(usize),
    WithPeriod(usize, KeyPeriod),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = || 0..KIDS.len();
    let step = prop_oneof![
        3 => key().prop_map(Step::Add),
        2 => key().prop_map(Step::Promote),
        1 => key().prop_map(Step::Retire),
        2 => (key(), period()).prop_map(|(key, period)| Step::WithPeriod(key, period)),
    ];
    vec(step, 0..16)
}

fn period() -> impl Strategy<Value = KeyPeriod> {
    let second = || (0..SECONDS).prop_map(date);
    prop_oneof![
        Just(KeyPeriod::ALWAYS),
        second().prop_map(KeyPeriod::beginning),
        second().prop_map(KeyPeriod::ending),
        (second(), second())
            .prop_filter_map("ends too early", |(begin, end)| KeyPeriod::between(begin, end)),
    ]
}

/// What a ring is said to be: its keys with their periods, and one of them.
#[derive(Clone, Debug)]
struct Model {
    periods: BTreeMap<&'static str, KeyPeriod>,
    primary: &'static str,
}

impl Model {
    fn new() -> Self {
        Self { periods: BTreeMap::from([(KIDS[0], KeyPeriod::ALWAYS)]), primary: KIDS[0] }
    }

    fn take(&mut self, step: &Step) -> Result<(), KeyError> {
        let (Step::Add(key) | Step::Promote(key) | Step::Retire(key) | Step::WithPeriod(key, _)) =
            step;
        let kid = KIDS[*key];
        match (step, self.periods.contains_key(kid)) {
            (Step::Add(_), true) => return Err(KeyError::DuplicateKid),
            (Step::Add(_), false) => self.periods.insert(kid, KeyPeriod::ALWAYS),
            (_, false) => return Err(KeyError::UnknownKid),
            (Step::Retire(_), true) if kid == self.primary => return Err(KeyError::PrimaryKey),
            (Step::Retire(_), true) => self.periods.remove(kid),
            (Step::WithPeriod(_, period), true) => self.periods.insert(kid, *period),
            (Step::Promote(_), true) => {
                self.primary = kid;
                None
            }
        };
        Ok(())
    }

    fn kids(&self, holds: impl Fn(KeyPeriod) -> bool) -> Vec<&'static str> {
        self.periods.iter().filter(|(_, period)| holds(**period)).map(|(kid, _)| *kid).collect()
    }
}

/// Does the steps with a ring and with its model, which agree on each of them.
fn walk<K: RingKey>(keys: &[K], steps: &[Step]) -> (KeyRing<K>, Model) {
    let (mut ring, mut model) = (KeyRing::new(keys[0].clone()).unwrap(), Model::new());
    for step in steps {
        let next = match step {
            Step::Add(key) => ring.add(keys[*key].clone()),
            Step::Promote(key) => ring.promote(KIDS[*key]),
            Step::Retire(key) => ring.retire(KIDS[*key]),
            Step::WithPeriod(key, period) => ring.with_period(KIDS[*key], *period),
        };
        let outcome = next.map(|next| ring = next);
        assert_eq!(outcome, model.take(step), "{step:?}");
    }
    (ring, model)
}

/// There is one primary, each `kid` is there once, and the periods are those that were set.
fn assert_members<K: RingKey>(ring: &KeyRing<K>, model: &Model, kid: impl Fn(&K) -> Option<&str>) {
    let kids: Vec<_> = ring.keys().map(|key| kid(key).unwrap()).collect();
    assert_eq!((kids[0], ring.primary_kid()), (model.primary, model.primary));
    assert_eq!(sorted(kids), model.kids(|_| true));
    for kid in KIDS {
        assert_eq!(ring.period(kid), model.periods.get(kid).copied());
    }
}

/// The primary is there within its period, and at no other time.
fn assert_primary<K: RingKey>(ring: &KeyRing<K>, model: &Model, now: NumericDate) -> bool {
    let is_good = model.periods[model.primary].contains(now);
    assert_eq!(
        ring.primary_at(now).err(),
        if is_good { None } else { Some(KeyError::OutsidePeriod) }
    );
    is_good
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values
}

fn assert_signing(ring: &KeyRing<SigningKey>, model: &Model, now: NumericDate, on: &Registry) {
    let keys = ring.key_set_at(now);
    let found: Vec<_> = keys.iter().map(|key| key.kid().unwrap()).collect();
    assert_eq!(sorted(found), model.kids(|period| period.contains(now)));

    let published = ring.public_jwk_set_at(now).unwrap();
    assert_eq!(sorted(kids(&published)), model.kids(|period| !period.is_over_at(now)));
    let text = serde_json::to_string(&published).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["keys"].as_array().unwrap().iter().for_each(assert_public);

    if assert_primary(ring, model, now) {
        let token = Jws::sign(b"", &Header::new(), ring.primary_at(now).unwrap()).unwrap();
        let policy = Policy::signed(&[JwsAlg::Ed25519]).build().unwrap();
        let set = PublicJwkSet::parse(&text).unwrap();
        let (from_published, _) = KeySet::from_jwk_set_with(&set, &[JwsAlg::Ed25519], on);
        for keys in [keys, from_published] {
            assert_eq!(Jws::verify(&token, &keys, &policy).unwrap().kid(), Some(model.primary));
        }
    }
}

fn assert_decrypting(ring: &KeyRing<DecryptionKey>, model: &Model, now: NumericDate) {
    let keys = ring.key_set_at(now);
    let found: Vec<_> = keys.iter().map(|key| key.kid().unwrap()).collect();
    assert_eq!(sorted(found), model.kids(|period| period.contains(now)));

    let key = ring.encryption_key_at(now, JweEnc::A128Gcm);
    if assert_primary(ring, model, now) {
        let token = Jwe::encrypt(b"", &Header::new(), &key.unwrap()).unwrap();
        let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A128Gcm]).build().unwrap();
        assert_eq!(Jwe::decrypt(&token, &keys, &policy).unwrap().kid(), Some(model.primary));
    } else {
        assert_eq!(key.unwrap_err(), KeyError::OutsidePeriod);
    }
}

#[test]
fn any_steps_leave_one_primary_that_signs_what_the_set_verifies() {
    for (_, registry) in registries() {
        let keys = KIDS.map(|kid| signing_key(JwsAlg::Ed25519, kid, &registry));
        proptest!(|(steps in steps(), now in 0..SECONDS + 1)| {
            let (ring, model) = walk(&keys, &steps);

            assert_members(&ring, &model, SigningKey::kid);
            assert_signing(&ring, &model, date(now), &registry);
        });
    }
}

#[test]
fn any_steps_leave_one_primary_that_others_encrypt_to() {
    for (_, registry) in registries() {
        let keys = KIDS.map(|kid| decryption_key(JweAlg::A256Kw, kid, &registry));
        proptest!(|(steps in steps(), now in 0..SECONDS + 1)| {
            let (ring, model) = walk(&keys, &steps);

            assert_members(&ring, &model, DecryptionKey::kid);
            assert_decrypting(&ring, &model, date(now));
        });
    }
}
