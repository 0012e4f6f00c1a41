//! Claims of a JWT (RFC 7519 section 4): the registered ones as fields, the rest in the caller's own type.

mod iss;
mod read;
mod write;

use core::slice;
use core::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use crate::time::Clock;
use crate::time::NumericDate;
use crate::time::SystemClock;

pub(crate) use self::iss::read_iss;
pub(crate) use self::read::ParsedClaims;
pub(crate) use self::read::WatchedClaim;

/// The names that RFC 7519 section 4.1 registers; they are fields of [`Claims`].
pub(crate) const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The claims of a token. `T` is your own type for the members that RFC 7519 does not register; it never
/// sees those that it does. [`NoClaims`] ignores the others, `serde_json::Map<String, Value>` keeps them all.
///
/// Read from a token, every value has the right JSON type, no name stands twice at any depth, also within
/// `T`, and what was checked is what is here: the text is read once.
///
/// ```
/// use std::time::Duration;
///
/// use josie::Claims;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Access {
///     scope: String,
/// }
///
/// let claims = Claims::new(Access { scope: "read".into() })
///     .issuer("https://id.example")
///     .subject("alice")
///     .audience("https://api.example")
///     .expires_in(Duration::from_secs(300));
/// assert_eq!(claims.iss.as_deref(), Some("https://id.example"));
/// assert_eq!(claims.custom.scope, "read");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Claims<T = NoClaims> {
    /// Who issued the token (RFC 7519 section 4.1.1).
    pub iss: Option<String>,
    /// Whom the token is about (RFC 7519 section 4.1.2).
    pub sub: Option<String>,
    /// Whom the token is for (RFC 7519 section 4.1.3).
    pub aud: Option<Audience>,
    /// From when on the token is no longer accepted (RFC 7519 section 4.1.4).
    pub exp: Option<NumericDate>,
    /// Before when the token is not accepted (RFC 7519 section 4.1.5).
    pub nbf: Option<NumericDate>,
    /// When the token was issued (RFC 7519 section 4.1.6). A fraction of a second is dropped.
    pub iat: Option<NumericDate>,
    /// The token's own identifier (RFC 7519 section 4.1.7).
    pub jti: Option<String>,
    /// Every other member.
    pub custom: T,
    without_exp: bool,
}

impl<T> Claims<T> {
    /// Claims with these members of your own and no registered ones yet.
    #[must_use]
    pub fn new(custom: T) -> Self {
        Self {
            iss: None,
            sub: None,
            aud: None,
            exp: None,
            nbf: None,
            iat: None,
            jti: None,
            custom,
            without_exp: false,
        }
    }

    /// Sets `iss`.
    #[must_use]
    pub fn issuer(mut self, iss: impl Into<String>) -> Self {
        self.iss = Some(iss.into());
        self
    }

    /// Sets `sub`.
    #[must_use]
    pub fn subject(mut self, sub: impl Into<String>) -> Self {
        self.sub = Some(sub.into());
        self
    }

    /// Sets `aud` to one value, or to several from an array or vector.
    #[must_use]
    pub fn audience(mut self, aud: impl Into<Audience>) -> Self {
        self.aud = Some(aud.into());
        self
    }

    /// Sets `exp`.
    #[must_use]
    pub fn expires_at(mut self, exp: NumericDate) -> Self {
        self.exp = Some(exp);
        self
    }

    /// Sets `exp` to `lifetime` from now by the system's clock; fractions of a second are dropped. If that
    /// clock gives no time, `exp` stays unset and signing refuses the claims.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.exp = SystemClock.now().ok().map(|now| now.saturating_add(lifetime));
        self
    }

    /// Says that the token never expires. Without this, claims that have no `exp` are not signed.
    #[must_use]
    pub fn without_exp(mut self) -> Self {
        self.exp = None;
        self.without_exp = true;
        self
    }

    /// Sets `nbf`.
    #[must_use]
    pub fn not_before(mut self, nbf: NumericDate) -> Self {
        self.nbf = Some(nbf);
        self
    }

    /// Sets `iat`.
    #[must_use]
    pub fn issued_at(mut self, iat: NumericDate) -> Self {
        self.iat = Some(iat);
        self
    }

    /// Sets `iat` to now by the system's clock; it stays unset if that clock gives no time.
    #[must_use]
    pub fn issued_now(mut self) -> Self {
        self.iat = SystemClock.now().ok();
        self
    }

    /// Sets `jti`.
    #[must_use]
    pub fn id(mut self, jti: impl Into<String>) -> Self {
        self.jti = Some(jti.into());
        self
    }
}

/// Equal if every claim is. Whether signing was told that there is no `exp` is no claim.
impl<T: PartialEq> PartialEq for Claims<T> {
    fn eq(&self, other: &Self) -> bool {
        let Self { iss, sub, aud, exp, nbf, iat, jti, custom, without_exp: _ } = self;
        (iss, sub, aud, exp, nbf, iat, jti, custom)
            == (
                &other.iss,
                &other.sub,
                &other.aud,
                &other.exp,
                &other.nbf,
                &other.iat,
                &other.jti,
                &other.custom,
            )
    }
}

/// No members beside the registered ones: on reading the others are checked for structure and dropped.
///
/// ```
/// use josie::{Claims, NoClaims};
///
/// let claims = Claims::new(NoClaims {}).subject("alice");
/// assert_eq!(claims.custom, NoClaims {});
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // It is empty by definition.
pub struct NoClaims {}

/// The values of `aud`: written as a string if it is one, else as an array (RFC 7519 section 4.1.3).
///
/// ```
/// use josie::Audience;
///
/// let audience = Audience::from(["api", "admin"]);
/// assert!(audience.contains("api"));
/// assert!(!audience.contains("ap"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience(Values);

/// Most tokens are for one audience, which then needs no list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    One(String),
    /// Any other number than one.
    Several(Vec<String>),
}

impl Audience {
    /// Whether one of the values is exactly `value`.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.values().iter().any(|known| known == value)
    }

    /// The values in the order of the token.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match &self.0 {
            Values::One(value) => slice::from_ref(value),
            Values::Several(values) => values,
        }
    }
}

impl From<String> for Audience {
    fn from(value: String) -> Self {
        Self(Values::One(value))
    }
}

impl From<&str> for Audience {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl From<Vec<String>> for Audience {
    fn from(values: Vec<String>) -> Self {
        match <[String; 1]>::try_from(values) {
            Ok([value]) => Self::from(value),
            Err(values) => Self(Values::Several(values)),
        }
    }
}

impl<const N: usize> From<[&str; N]> for Audience {
    fn from(values: [&str; N]) -> Self {
        Self::from(Vec::from(values.map(str::to_owned)))
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Values::One(value) => serializer.serialize_str(value),
            Values::Several(values) => values.serialize(serializer),
        }
    }
}
