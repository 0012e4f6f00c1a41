//! What the walks through a rotation share: the clock, the steps, and caches that lag behind.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use josie::Clock;
use josie::ClockError;
use josie::DecryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::JweAlg;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::NumericDate;
use josie::Registry;
use josie::RingKey;
use josie::SigningKey;

/// For how many seconds a token is good.
pub(crate) const LIFETIME: u64 = 300;

/// For how many seconds a set of keys is cached.
pub(crate) const CACHE: u64 = 100;

/// How many seconds there are between two looks at everything.
pub(crate) const TICK: u64 = 20;

/// When a walk ends.
pub(crate) const END: u64 = 1000;

pub(crate) fn ticks() -> impl Iterator<Item = NumericDate> {
    (0..END).step_by(usize::try_from(TICK).unwrap()).map(date)
}

/// Whether a token that is good until `end` is looked at now: when it is made, in the middle of its life, and for the
/// last time.
pub(crate) fn is_looked_at(end: NumericDate, now: NumericDate) -> bool {
    let left = end.as_secs().saturating_sub(now.as_secs());
    [LIFETIME, LIFETIME / 2 / TICK * TICK, TICK].contains(&left)
}

pub(crate) fn date(secs: u64) -> NumericDate {
    NumericDate::from_secs(secs).unwrap()
}

/// A clock that stands still until it is set.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<AtomicU64>);

impl Script {
    pub(crate) fn set(&self, now: NumericDate) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for Script {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(self.0.load(Ordering::SeqCst)).ok_or(ClockError)
    }
}

/// When each step from key `1` to key `2` is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub(crate) add: u64,
    pub(crate) promote: u64,
    /// When the period of the old key ends; that it will is said when the next one is promoted.
    pub(crate) end: u64,
    pub(crate) retire: u64,
}

impl Steps {
    /// The ring after what is due now.
    pub(crate) fn take<K: RingKey>(
        &self,
        ring: KeyRing<K>,
        next: &K,
        now: NumericDate,
    ) -> Result<KeyRing<K>, KeyError> {
        let mut ring = ring;
        if now == date(self.add) {
            ring = ring.add(next.clone())?;
        }
        if now == date(self.promote) {
            ring = ring.promote("2")?.with_period("1", KeyPeriod::ending(date(self.end)))?;
        }
        if now == date(self.retire) {
            ring = ring.retire("1")?;
        }
        Ok(ring)
    }
}

/// Asserts that tokens were refused, at these times alone, and for want of a key.
pub(crate) fn assert_unknown_within(refused: &[(NumericDate, Error)], times: Range<u64>) {
    assert_ne!(refused, []);
    for (now, error) in refused {
        assert_eq!(*error, Error::UnknownKey);
        assert!(times.contains(&now.as_secs()), "{now}");
    }
}

/// Somebody's copy of something, which is replaced when it is as old as a cache gets.
pub(crate) struct Cached<T> {
    value: T,
    fetched: u64,
    /// When in each round it is replaced.
    phase: u64,
}

impl<T> Cached<T> {
    /// One for each time at which a cache can be filled.
    pub(crate) fn of_every_age(fetch: impl Fn() -> T) -> Vec<Self> {
        let phases = (0..CACHE).step_by(usize::try_from(TICK).unwrap());
        phases.map(|phase| Self { value: fetch(), fetched: 0, phase }).collect()
    }

    /// What is in the cache now.
    pub(crate) fn at(&mut self, now: NumericDate, fetch: impl Fn() -> T) -> &T {
        if now.as_secs() % CACHE == self.phase {
            (self.value, self.fetched) = (fetch(), now.as_secs());
        }
        assert!(now.as_secs() < self.fetched + CACHE + self.phase);
        &self.value
    }
}

pub(crate) fn signing_key(alg: JwsAlg, kid: &str, registry: &Registry) -> SigningKey {
    let key = SigningKey::generate_with(alg, &GenerateInput::default(), registry).unwrap();
    key.with_kid(kid)
}

pub(crate) fn decryption_key(alg: JweAlg, kid: &str, registry: &Registry) -> DecryptionKey {
    let key = DecryptionKey::generate_with(alg, &GenerateInput::default(), registry).unwrap();
    key.with_kid(kid)
}
