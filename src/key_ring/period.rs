//! From when until when a key of a ring is good.

use crate::time::NumericDate;

/// From when (inclusive) until when (exclusive) a key of a [`KeyRing`](crate::KeyRing) is good, with either end open.
///
/// It is about the time at which the key is used, not about dates in tokens: within its period what was made with the
/// key is accepted, and the primary key makes tokens. So
///
/// - a key's period begins before the key is promoted, by as much as clocks may differ;
/// - it ends once the last token has expired that was made with the key, not with the promotion of the next one.
///
/// ```
/// use josie::{KeyPeriod, NumericDate};
///
/// let date = |secs| NumericDate::from_secs(secs).unwrap();
/// let period = KeyPeriod::between(date(100), date(200)).unwrap();
/// assert!(!period.contains(date(99)));
/// assert!(period.contains(date(100)));
/// assert!(period.contains(date(199)));
/// assert!(!period.contains(date(200)));
///
/// // Nothing lies between a date and an earlier one.
/// assert_eq!(KeyPeriod::between(date(200), date(100)), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyPeriod {
    begin: Option<NumericDate>,
    end: Option<NumericDate>,
}

impl KeyPeriod {
    /// Without beginning and without end, which is what a key has that nothing is said of.
    pub const ALWAYS: Self = Self { begin: None, end: None };

    /// From this date on.
    #[must_use]
    pub const fn beginning(begin: NumericDate) -> Self {
        Self { begin: Some(begin), end: None }
    }

    /// Before this date.
    #[must_use]
    pub const fn ending(end: NumericDate) -> Self {
        Self { begin: None, end: Some(end) }
    }

    /// From `begin` on and before `end`; `None` if `end` is not later.
    #[must_use]
    pub const fn between(begin: NumericDate, end: NumericDate) -> Option<Self> {
        if begin.as_secs() < end.as_secs() {
            Some(Self { begin: Some(begin), end: Some(end) })
        } else {
            None
        }
    }

    /// The first second that is in the period.
    #[must_use]
    pub const fn begin(&self) -> Option<NumericDate> {
        self.begin
    }

    /// The first second that is no longer in it.
    #[must_use]
    pub const fn end(&self) -> Option<NumericDate> {
        self.end
    }

    /// Whether `now` is in the period.
    #[must_use]
    pub fn contains(&self, now: NumericDate) -> bool {
        self.begin.is_none_or(|begin| begin <= now) && !self.is_over_at(now)
    }

    /// Whether the period has ended by `now`.
    #[must_use]
    pub fn is_over_at(&self, now: NumericDate) -> bool {
        self.end.is_some_and(|end| end <= now)
    }
}
