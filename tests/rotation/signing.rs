//! A rotation of keys that sign, second by second: every verifier has a cache, and every cache another age.

use josie::Claims;
use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyRing;
use josie::KeySet;
use josie::NoClaims;
use josie::NumericDate;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::common::registries;
use crate::script::CACHE;
use crate::script::Cached;
use crate::script::END;
use crate::script::LIFETIME;
use crate::script::Script;
use crate::script::Steps;
use crate::script::assert_unknown_within;
use crate::script::date;
use crate::script::is_looked_at;
use crate::script::signing_key;
use crate::script::ticks;

/// A rotation that waits for the caches, then for the tokens.
const PATIENT: Steps =
    Steps { add: 100, promote: 100 + CACHE, end: 200 + LIFETIME, retire: 200 + LIFETIME };

/// How a verifier comes by its keys.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Servers that share the ring itself.
    Ring,
    /// Everybody else.
    Published,
}

impl Source {
    fn fetch(
        self,
        ring: &KeyRing<SigningKey>,
        now: NumericDate,
        registry: &Registry,
    ) -> KeySet<VerifyingKey> {
        if matches!(self, Self::Ring) {
            return ring.key_set_at(now);
        }
        let published = serde_json::to_string(&ring.public_jwk_set_at(now).unwrap()).unwrap();
        let set = PublicJwkSet::parse(&published).unwrap();
        let (keys, report) = KeySet::from_jwk_set_with(&set, &[JwsAlg::Es256], registry);
        assert_eq!(report.refused().count(), 0);
        keys
    }
}

/// What was seen on a walk through a rotation.
#[derive(Default)]
struct Seen {
    /// The `kid` that signed, and when for the first time.
    signed: Vec<(String, NumericDate)>,
    /// Honest tokens that a verifier refused while they had not expired.
    refused: Vec<(NumericDate, Error)>,
    /// What became of a token that somebody signs with the old key at any time, at each verifier.
    old: Vec<(NumericDate, Result<(), Error>)>,
}

fn walk(steps: Steps, source: Source, registry: &Registry) -> Seen {
    let [old, next] = ["1", "2"].map(|kid| signing_key(JwsAlg::Es256, kid, registry));
    let clock = Script::default();
    let policy = JwtPolicy::signed(&[JwsAlg::Es256]).clock(clock.clone()).build().unwrap();
    let stolen = sign(&old, date(2 * END));
    let mut ring = KeyRing::new(old).unwrap();
    let mut verifiers = Cached::of_every_age(|| source.fetch(&ring, date(0), registry));
    let mut tokens = Vec::new();
    let mut seen = Seen::default();
    for now in ticks() {
        clock.set(now);
        ring = steps.take(ring, &next, now).unwrap();
        let key = ring.primary_at(now).unwrap();
        let kid = key.kid().unwrap();
        if seen.signed.last().is_none_or(|(last, _)| last != kid) {
            seen.signed.push((kid.to_owned(), now));
        }
        let exp = date(now.as_secs() + LIFETIME);
        tokens.push((sign(key, exp), exp));
        for verifier in &mut verifiers {
            let keys = verifier.at(now, || source.fetch(&ring, now, registry));
            let verify = |token: &str| Jwt::<NoClaims>::verify(token, keys, &policy).map(|_| ());
            for (token, _) in tokens.iter().filter(|(_, exp)| is_looked_at(*exp, now)) {
                seen.refused.extend(verify(token).err().map(|error| (now, error)));
            }
            seen.old.push((now, verify(&stolen)));
        }
    }
    seen
}

fn sign(key: &SigningKey, exp: NumericDate) -> String {
    let claims = Claims::new(NoClaims {}).expires_at(exp);
    Jwt::sign(&claims, &Header::jwt(), key).unwrap()
}

fn walks(steps: Steps) -> Vec<Seen> {
    let sources = [Source::Ring, Source::Published];
    let on = |registry: Registry| sources.map(|source| walk(steps, source, &registry));
    registries().into_iter().flat_map(|(_, registry)| on(registry)).collect()
}

#[test]
fn rotation_that_waits_refuses_no_honest_token() {
    for seen in walks(PATIENT) {
        let signed = [("1".to_owned(), date(0)), ("2".to_owned(), date(PATIENT.promote))];
        assert_eq!(seen.signed, signed);
        assert_eq!(seen.refused, []);
    }
}

// As soon as a cache can be older than the promotion, it has to be as old as the addition.
#[test]
fn rotation_that_does_not_wait_for_the_caches_refuses_new_tokens() {
    for seen in walks(Steps { add: PATIENT.promote, ..PATIENT }) {
        assert_unknown_within(&seen.refused, PATIENT.promote..PATIENT.promote + CACHE);
    }
}

#[test]
fn rotation_that_does_not_wait_for_the_tokens_refuses_old_ones() {
    let end = PATIENT.promote + CACHE;
    for seen in walks(Steps { end, ..PATIENT }) {
        assert_unknown_within(&seen.refused, end..PATIENT.end);
    }
}

#[test]
fn key_whose_period_is_over_verifies_nothing_once_the_caches_are_new() {
    // Never retired, or at the end of its period: the period alone decides.
    for retire in [END, PATIENT.end] {
        for seen in walks(Steps { retire, ..PATIENT }) {
            assert_old_key_ends(&seen, PATIENT.end);
        }
    }
}

#[test]
fn key_that_is_retired_within_its_period_verifies_nothing_once_the_caches_are_new() {
    for seen in walks(Steps { end: 2 * END, retire: 400, ..PATIENT }) {
        assert_old_key_ends(&seen, 400);
    }
}

/// Every verifier accepts what the old key signs before `end`, and none does when its cache is from after that.
fn assert_old_key_ends(seen: &Seen, end: u64) {
    for (now, outcome) in &seen.old {
        if *now < date(end) {
            assert_eq!(*outcome, Ok(()), "{now}");
        }
        if *now >= date(end + CACHE) {
            assert_eq!(*outcome, Err(Error::UnknownKey), "{now}");
        }
    }
}
