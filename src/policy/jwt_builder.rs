//! The builder of policies for JWTs.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use serde_json::Value;

use super::CritRefused;
use super::Expect;
use super::PolicyBuilder;
use super::check_expectation;
use super::claims::ClaimRules;
use super::claims::JwtPolicy;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::claims::REGISTERED;
use crate::error::PolicyError;
use crate::header::Header;
use crate::limits::Limits;
use crate::time::Clock;

/// Builds a [`JwtPolicy`]. What a policy expects is thereby required; what it does not mention:
///
/// | member | not mentioned |
/// |---|---|
/// | `alg`, `enc` | refused |
/// | `typ` | absent or `JWT` passes, any other is refused |
/// | `zip` | refused |
/// | `iss`, `aud` | must be absent |
/// | `sub`, `jti` | must be a string if present, not compared |
/// | `exp` | required, and must be in the future |
/// | `nbf` | must not be in the future, if present |
/// | `iat` | must be a date if present, not compared |
/// | other claims | left to your own claims type |
/// | `crit` | refused, but for names with a [handler](Self::critical) |
/// | `b64` | refused, always |
///
/// A registered claim of the wrong JSON type, `null` included, is an error even where nothing is expected of
/// it.
///
/// ```
/// use std::time::Duration;
///
/// use josie::{Expect, JwsAlg, JwtPolicy};
///
/// let policy = JwtPolicy::signed(&[JwsAlg::Rs256])
///     .iss("https://id.example")
///     .aud(["https://api.example", "https://admin.example"])
///     .sub(Expect::Any)
///     .claim("azp", "client-1")
///     .max_age(Duration::from_secs(3600))
///     .leeway(Duration::from_secs(30))
///     .build()?;
/// # Ok::<(), josie::PolicyError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct JwtPolicyBuilder {
    policy: PolicyBuilder,
    rules: ClaimRules,
}

impl JwtPolicyBuilder {
    pub(super) fn new(policy: PolicyBuilder) -> Self {
        Self { policy, rules: ClaimRules::strict() }
    }

    /// Allows signed tokens with these algorithms.
    pub fn signed(mut self, algs: &[JwsAlg]) -> Self {
        self.policy = self.policy.signed(algs);
        self
    }

    /// Allows encrypted tokens with these key management and content encryption algorithms: after
    /// [`signed`](JwtPolicy::signed) for the outer layer of
    /// [`Jwt::decrypt_and_verify`](crate::Jwt::decrypt_and_verify), which has an example.
    pub fn encrypted(mut self, algs: &[JweAlg], encs: &[JweEnc]) -> Self {
        self.policy = self.policy.encrypted(algs, encs);
        self
    }

    /// What `typ` must be. Not called: absent or `JWT` passes, any other is refused.
    pub fn typ(mut self, expected: impl Into<Expect>) -> Self {
        self.policy = self.policy.typ(expected);
        self
    }

    /// Teaches josie a critical header extension; see [`PolicyBuilder::critical`].
    pub fn critical(
        mut self,
        name: impl Into<String>,
        handler: impl Fn(&Value, &Header) -> Result<(), CritRefused> + Send + Sync + 'static,
    ) -> Self {
        self.policy = self.policy.critical(name, handler);
        self
    }

    /// Other limits than the default ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.policy = self.policy.limits(limits);
        self
    }

    /// Allows encrypted tokens whose plaintext was compressed; see [`PolicyBuilder::allow_deflate`].
    #[cfg(feature = "deflate")]
    pub fn allow_deflate(mut self) -> Self {
        self.policy = self.policy.allow_deflate();
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

    /// Another clock than the system's; [`Clock`] has an example.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.rules.clock = Arc::new(clock);
        self
    }

    /// Expects exactly this `iss`, if nothing else is expected of it.
    pub(crate) fn for_issuer(self, issuer: &str) -> Result<Self, PolicyError> {
        match &self.rules.iss {
            Expect::Absent => {}
            Expect::OneOf(names)
                if !names.is_empty() && names.iter().all(|name| name == issuer) => {}
            Expect::OneOf(_) | Expect::Any => return Err(PolicyError::OtherIssuer),
        }
        Ok(self.iss(issuer))
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoAlgorithm`] if no algorithm is allowed, [`PolicyError::Leeway`] if the leeway is over
    /// ten minutes, [`PolicyError::NoValue`] if a member is expected to be one of no values,
    /// [`PolicyError::RegisteredClaim`] if [`claim`](Self::claim) named a claim that has a method of its own,
    /// [`PolicyError::ReservedCritical`] if a handler is for a parameter that josie itself knows.
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
        Ok(JwtPolicy::new(policy, rules))
    }
}

impl fmt::Debug for JwtPolicyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtPolicyBuilder").field("policy", &self.policy).finish_non_exhaustive()
    }
}
