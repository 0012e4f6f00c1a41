//! Policies for JWTs: the rules on claims beside those on the header.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::Expect;
use super::Policy;
use super::PolicyBuilder;
use super::check_expectation;
use crate::alg::JwsAlg;
use crate::claims::Claims;
use crate::claims::ParsedClaims;
use crate::claims::REGISTERED;
use crate::claims::WatchedClaim;
use crate::error::ClaimReason;
use crate::error::Error;
use crate::error::PolicyError;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::time::Clock;
use crate::time::NumericDate;
use crate::time::SystemClock;

/// Which JWTs are acceptable: a [`Policy`] for the header, and rules for the claims.
///
/// It is immutable, `Send`, `Sync` and cheap to clone; make it once and keep it for the life of a server.
///
/// ```
/// use josie::{JwsAlg, JwtPolicy};
///
/// let policy = JwtPolicy::signed(JwsAlg::OPENID)
///     .iss("https://id.example")
///     .aud("https://api.example")
///     .build()?;
/// # Ok::<(), josie::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct JwtPolicy {
    policy: Policy,
    rules: Arc<ClaimRules>,
}

#[derive(Clone)]
struct ClaimRules {
    iss: Expect,
    aud: Expect,
    sub: Option<Expect>,
    jti: Option<Expect>,
    others: Vec<(String, Expect)>,
    exp_required: bool,
    max_age: Option<Duration>,
    refuse_future_iat: bool,
    leeway: Duration,
    clock: Arc<dyn Clock>,
}

impl JwtPolicy {
    /// Begins a policy for signed JWTs with the algorithms that are allowed, for example a preset such as
    /// [`JwsAlg::MODERN`].
    pub fn signed(algs: &[JwsAlg]) -> JwtPolicyBuilder {
        JwtPolicyBuilder {
            policy: Policy::signed(algs),
            rules: ClaimRules {
                iss: Expect::Absent,
                aud: Expect::Absent,
                sub: None,
                jti: None,
                others: Vec::new(),
                exp_required: true,
                max_age: None,
                refuse_future_iat: false,
                leeway: Duration::ZERO,
                clock: Arc::new(SystemClock),
            },
        }
    }

    /// The limits that tokens are held to.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.policy.limits()
    }

    /// Tells at start-up whether any key of the set can ever match.
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoUsableKey`] if no key is bound to an algorithm that this policy allows.
    pub fn check_keys(&self, keys: &KeySet<VerifyingKey>) -> Result<(), PolicyError> {
        self.policy.check_keys(keys)
    }

    /// The rules on the header. Not public: whoever had it could leave out the rules on the claims.
    pub(crate) fn header_policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads the claims of a payload whose signature was verified, and checks them.
    pub(crate) fn read_claims<T>(&self, payload: &[u8]) -> Result<Claims<T>, Error>
    where
        T: serde::de::DeserializeOwned,
    {
        let watched: Vec<_> = self
            .rules
            .others
            .iter()
            .map(|(name, expected)| WatchedClaim::new(name, expected.allowed()))
            .collect();
        let parsed = ParsedClaims::parse(payload, self.limits().json_depth(), &watched)?;
        self.rules.check_dates(&parsed)?;
        self.rules.check_values(&parsed.claims)?;
        self.rules.check_others(&watched)?;
        Ok(parsed.claims)
    }
}

impl fmt::Debug for JwtPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ClaimRules { iss, aud, sub, jti, others, exp_required, .. } = &*self.rules;
        f.debug_struct("JwtPolicy")
            .field("policy", &self.policy)
            .field("iss", iss)
            .field("aud", aud)
            .field("sub", sub)
            .field("jti", jti)
            .field("others", others)
            .field("exp_required", exp_required)
            .field("max_age", &self.rules.max_age)
            .field("leeway", &self.rules.leeway)
            .finish_non_exhaustive()
    }
}

impl ClaimRules {
    fn check_dates<T>(&self, parsed: &ParsedClaims<T>) -> Result<(), Error> {
        let Claims { exp, nbf, iat, .. } = &parsed.claims;
        let now = self.clock.now().map_err(Error::Clock)?;
        match exp {
            None if self.exp_required => return Err(Error::claim("exp", ClaimReason::Missing)),
            // RFC 7519 section 4.1.4: "on or after" that date the token is not accepted.
            Some(exp) if now >= exp.saturating_add(self.leeway) => return Err(Error::Expired),
            None | Some(_) => {}
        }
        if nbf.is_some_and(|nbf| now.saturating_add(self.leeway) < nbf) {
            return Err(Error::NotYetValid);
        }
        if self.max_age.is_some() || self.refuse_future_iat {
            let iat = iat.ok_or_else(|| Error::claim("iat", ClaimReason::Missing))?;
            self.check_iat(now, iat, parsed.iat_has_fraction)?;
        }
        Ok(())
    }

    fn check_iat(&self, now: NumericDate, iat: NumericDate, fraction: bool) -> Result<(), Error> {
        // A date in the future would make any age young, so it is refused with either rule.
        let rounded_up = iat.saturating_add(Duration::from_secs(u64::from(fraction)));
        if rounded_up > now.saturating_add(self.leeway) {
            return Err(Error::claim("iat", ClaimReason::InTheFuture));
        }
        let too_old = self
            .max_age
            .is_some_and(|max_age| now > iat.saturating_add(max_age).saturating_add(self.leeway));
        if too_old { Err(Error::claim("iat", ClaimReason::TooOld)) } else { Ok(()) }
    }

    fn check_values<T>(&self, claims: &Claims<T>) -> Result<(), Error> {
        check_text("iss", &self.iss, claims.iss.as_deref())?;
        let aud = claims.aud.as_ref();
        let matches = aud.is_some_and(|aud| self.aud.allowed().iter().any(|v| aud.contains(v)));
        check_presence("aud", &self.aud, aud.is_some(), matches)?;
        if let Some(expected) = &self.sub {
            check_text("sub", expected, claims.sub.as_deref())?;
        }
        if let Some(expected) = &self.jti {
            check_text("jti", expected, claims.jti.as_deref())?;
        }
        Ok(())
    }

    fn check_others(&self, watched: &[WatchedClaim<'_>]) -> Result<(), Error> {
        for ((name, expected), seen) in self.others.iter().zip(watched) {
            check_presence(name, expected, seen.is_present(), seen.is_allowed())?;
        }
        Ok(())
    }
}

fn check_text(name: &'static str, expected: &Expect, found: Option<&str>) -> Result<(), Error> {
    let matches = found.is_some_and(|found| expected.allowed().iter().any(|v| v == found));
    check_presence(name, expected, found.is_some(), matches)
}

fn check_presence(
    name: &str,
    expected: &Expect,
    is_present: bool,
    matches: bool,
) -> Result<(), Error> {
    let reason = match (expected, is_present) {
        (Expect::Absent, false) | (Expect::Any, true) => return Ok(()),
        (Expect::OneOf(_), true) if matches => return Ok(()),
        (Expect::OneOf(_), true) => ClaimReason::Mismatch,
        (Expect::OneOf(_) | Expect::Any, false) => ClaimReason::Missing,
        (Expect::Absent, true) => ClaimReason::Unexpected,
    };
    Err(Error::claim(name.to_owned(), reason))
}

/// Builds a [`JwtPolicy`]. What a policy expects is thereby required; what it does not mention:
///
/// | member | not mentioned |
/// |---|---|
/// | `alg` | refused |
/// | `typ` | absent or `JWT` passes, any other is refused |
/// | `iss`, `aud` | must be absent |
/// | `sub`, `jti` | must be a string if present, not compared |
/// | `exp` | required, and must be in the future |
/// | `nbf` | must not be in the future, if present |
/// | `iat` | must be a date if present, not compared |
/// | other claims | left to your own claims type |
/// | `crit` | refused |
///
/// A registered claim of the wrong JSON type, `null` included, is an error even where nothing is expected of
/// it.
#[derive(Clone)]
#[must_use]
pub struct JwtPolicyBuilder {
    policy: PolicyBuilder,
    rules: ClaimRules,
}

impl JwtPolicyBuilder {
    /// What `typ` must be. Not called: absent or `JWT` passes, any other is refused.
    pub fn typ(mut self, expected: impl Into<Expect>) -> Self {
        self.policy = self.policy.typ(expected);
        self
    }

    /// Other limits than the default ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.policy = self.policy.limits(limits);
        self
    }

    /// Who must have issued the token. Not called: a token that names an issuer is refused.
    pub fn iss(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.iss = expected.into();
        self
    }

    /// Whom the token must be for: one of its values is one of these. Not called: a token that names an
    /// audience is refused.
    pub fn aud(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.aud = expected.into();
        self
    }

    /// Whom the token must be about. Not called: not compared.
    #[allow(clippy::should_implement_trait)] // The claim's name; nothing is subtracted.
    pub fn sub(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.sub = Some(expected.into());
        self
    }

    /// Which identifier the token must have. Not called: not compared.
    pub fn jti(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.jti = Some(expected.into());
        self
    }

    /// What a claim that RFC 7519 does not register must be; a value that is not a string equals none. Named
    /// again, the later expectation counts.
    pub fn claim(mut self, name: impl Into<String>, expected: impl Into<Expect>) -> Self {
        let name = name.into();
        self.rules.others.retain(|(known, _)| *known != name);
        self.rules.others.push((name, expected.into()));
        self
    }

    /// Accepts tokens without `exp`. Where there is one, it is checked all the same.
    pub fn allow_missing_exp(mut self) -> Self {
        self.rules.exp_required = false;
        self
    }

    /// Requires `iat`, not in the future and at most `max_age` ago; fractions of a second are dropped.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.rules.max_age = Some(max_age);
        self
    }

    /// Requires `iat`, not in the future.
    pub fn refuse_future_iat(mut self) -> Self {
        self.rules.refuse_future_iat = true;
        self
    }

    /// How far `exp`, `nbf` and `iat` may be off; fractions of a second are dropped. Default 0, at most ten
    /// minutes.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.rules.leeway = leeway;
        self
    }

    /// Another clock than the system's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.rules.clock = Arc::new(clock);
        self
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoAlgorithm`] if no algorithm is allowed, [`PolicyError::Leeway`] if the leeway is over
    /// ten minutes, [`PolicyError::NoValue`] if a member is expected to be one of no values,
    /// [`PolicyError::RegisteredClaim`] if [`claim`](Self::claim) named a claim that has a method of its own.
    pub fn build(self) -> Result<JwtPolicy, PolicyError> {
        const MAX_LEEWAY: Duration = Duration::from_secs(600);
        let policy = self.policy.build()?;
        let rules = self.rules;
        if rules.leeway > MAX_LEEWAY {
            return Err(PolicyError::Leeway);
        }
        check_expectation("iss", &rules.iss)?;
        check_expectation("aud", &rules.aud)?;
        for (name, expected) in [("sub", &rules.sub), ("jti", &rules.jti)] {
            expected.as_ref().map_or(Ok(()), |expected| check_expectation(name, expected))?;
        }
        for (name, expected) in &rules.others {
            if let Some(registered) = REGISTERED.into_iter().find(|registered| registered == name) {
                return Err(PolicyError::RegisteredClaim(registered));
            }
            check_expectation(name, expected)?;
        }
        Ok(JwtPolicy { policy, rules: Arc::new(rules) })
    }
}

impl fmt::Debug for JwtPolicyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtPolicyBuilder").field("policy", &self.policy).finish_non_exhaustive()
    }
}
