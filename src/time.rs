//! Dates of claims and the clock they are compared with.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Serialize;
use thiserror::Error as ThisError;

/// A date in whole seconds since 1970-01-01T00:00:00Z, the `NumericDate` of RFC 7519 section 2.
///
/// It lies between 0 and 253 402 300 799, the last second of the year 9999. A fraction that a token has counts for
/// the stricter side: an `exp` is rounded down, an `nbf` up. Digits beyond the precision of an `f64` do not count.
///
/// ```
/// use std::time::Duration;
///
/// use josie::NumericDate;
///
/// let date = NumericDate::from_secs(1_700_000_000).unwrap();
/// assert_eq!(date.saturating_add(Duration::from_secs(60)).as_secs(), 1_700_000_060);
/// assert!(NumericDate::from_secs(u64::MAX).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NumericDate(u64);

impl NumericDate {
    /// The last second of the year 9999.
    pub const MAX: Self = Self(253_402_300_799);

    /// A date from seconds since the epoch; `None` after the year 9999.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Option<Self> {
        if secs <= Self::MAX.0 { Some(Self(secs)) } else { None }
    }

    /// The seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// This date and `duration` later, at most [`MAX`](Self::MAX). Fractions of a second are dropped.
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        let secs = self.0.saturating_add(duration.as_secs());
        if secs <= Self::MAX.0 { Self(secs) } else { Self::MAX }
    }

    /// This date and `duration` earlier, at least 0. Fractions of a second are dropped.
    #[must_use]
    pub const fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration.as_secs()))
    }
}

impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where the current time comes from.
///
/// ```
/// use josie::{Clock, ClockError, JwsAlg, JwtPolicy, NumericDate};
///
/// struct Fixed(NumericDate);
///
/// impl Clock for Fixed {
///     fn now(&self) -> Result<NumericDate, ClockError> {
///         Ok(self.0)
///     }
/// }
///
/// let policy = JwtPolicy::signed(JwsAlg::MODERN).clock(Fixed(NumericDate::MAX)).build()?;
/// # Ok::<(), josie::PolicyError>(())
/// ```
pub trait Clock: Send + Sync {
    /// The current time.
    ///
    /// # Errors
    ///
    /// [`ClockError`] if there is none; the token is then refused.
    fn now(&self) -> Result<NumericDate, ClockError>;
}

/// A clock that several policies share.
impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Result<NumericDate, ClockError> {
        (**self).now()
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // It has no settings.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<NumericDate, ClockError> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| ClockError)?;
        NumericDate::from_secs(since_epoch.as_secs()).ok_or(ClockError)
    }
}

/// The clock gave no time between 1970 and 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ThisError)]
#[error("the clock gave no usable time")]
#[allow(clippy::exhaustive_structs)] // It says nothing more by design.
pub struct ClockError;
