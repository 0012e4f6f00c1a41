//! Policies for JWTs: the rules on claims beside those on the header.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::Expect;
use super::Policy;
use super::jwt_builder::JwtPolicyBuilder;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::claims::Claims;
use crate::claims::ParsedClaims;
use crate::claims::WatchedClaim;
use crate::error::ClaimReason;
use crate::error::Error;
use crate::error::PolicyError;
use crate::key::DecryptionKey;
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

/// What the claims must be.
#[derive(Clone)]
pub(super) struct ClaimRules {
    pub(super) iss: Expect,
    pub(super) aud: Expect,
    pub(super) sub: Option<Expect>,
    pub(super) jti: Option<Expect>,
    pub(super) others: Vec<(String, Expect)>,
    pub(super) exp_required: bool,
    pub(super) max_age: Option<Duration>,
    pub(super) refuse_future_iat: bool,
    pub(super) leeway: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

impl JwtPolicy {
    /// Begins a policy for signed JWTs with the algorithms that are allowed: those of your keys, or a preset.
    /// [`JwsAlg::MODERN`] is for keys of your own, [`JwsAlg::OPENID`] for identity providers, [`JwsAlg::FAPI`]
    /// for the FAPI 2.0 profile, [`JwsAlg::SYMMETRIC`] where one party both signs and verifies.
    ///
    /// ```
    /// use josie::{JwsAlg, JwtPolicy};
    ///
    /// // Access tokens of RFC 9068
    /// let policy = JwtPolicy::signed(JwsAlg::OPENID)
    ///     .typ("at+jwt")
    ///     .iss("https://id.example")
    ///     .aud("https://api.example")
    ///     .build()?;
    /// # Ok::<(), josie::PolicyError>(())
    /// ```
    pub fn signed(algs: &[JwsAlg]) -> JwtPolicyBuilder {
        JwtPolicyBuilder::new(Policy::signed(algs))
    }

    /// Begins a policy for JWTs that are only encrypted, with the key management and content encryption algorithms
    /// that are allowed; see [`SealedJwt`](crate::SealedJwt). For JWTs that are signed and then encrypted, begin
    /// with [`signed`](Self::signed) and add [`encrypted`](JwtPolicyBuilder::encrypted).
    ///
    /// ```
    /// use josie::{JweAlg, JweEnc, JwsAlg, JwtPolicy};
    ///
    /// let only_encrypted = JwtPolicy::encrypted(&[JweAlg::Dir], &[JweEnc::A256Gcm]).build()?;
    /// let nested = JwtPolicy::signed(JwsAlg::MODERN)
    ///     .encrypted(JweAlg::ASYMMETRIC, JweEnc::ALL)
    ///     .iss("https://id.example")
    ///     .build()?;
    /// # Ok::<(), josie::PolicyError>(())
    /// ```
    pub fn encrypted(algs: &[JweAlg], encs: &[JweEnc]) -> JwtPolicyBuilder {
        JwtPolicyBuilder::new(Policy::encrypted(algs, encs))
    }

    pub(super) fn new(policy: Policy, rules: ClaimRules) -> Self {
        Self { policy, rules: Arc::new(rules) }
    }

    /// The limits that tokens are held to.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.policy.limits()
    }

    /// Tells at start-up whether any key of the set can ever match.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, JwtPolicy, KeySet, PolicyError, SigningKey};
    ///
    /// let keys = KeySet::from(SigningKey::from_secret(&[0x5a; 32], JwsAlg::Hs256)?.verifying_key());
    /// let policy = JwtPolicy::signed(JwsAlg::MODERN).build()?;
    /// assert_eq!(policy.check_keys(&keys), Err(PolicyError::NoUsableKey));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoUsableKey`] if no key is bound to an algorithm that this policy allows.
    pub fn check_keys(&self, keys: &KeySet<VerifyingKey>) -> Result<(), PolicyError> {
        self.policy.check_keys(keys)
    }

    /// Tells at start-up whether any key of the set can ever decrypt; see [`Policy::check_decryption_keys`].
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoUsableKey`] if no key is bound to algorithms that this policy allows.
    pub fn check_decryption_keys(&self, keys: &KeySet<DecryptionKey>) -> Result<(), PolicyError> {
        self.policy.check_decryption_keys(keys)
    }

    /// The rules on the header. Not public: whoever had it could leave out the rules on the claims.
    pub(crate) fn header_policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads the claims of a payload that was verified or decrypted, and checks them.
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
    /// What holds where a policy mentions nothing.
    pub(super) fn strict() -> Self {
        Self {
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
        }
    }

    fn check_dates<T>(&self, parsed: &ParsedClaims<T>) -> Result<(), Error> {
        let Claims { exp, nbf, .. } = &parsed.claims;
        let now = self.clock.now().map_err(Error::Clock)?;
        match exp {
            None if self.exp_required => return Err(Error::claim("exp", ClaimReason::Missing)),
            // RFC 7519 section 4.1.4: "on or after" that date the token is not accepted.
            Some(exp) if now >= exp.saturating_add(self.leeway) => return Err(Error::Expired),
            None | Some(_) => {}
        }
        // RFC 7519 section 4.1.5: "before" that date the token is not accepted.
        if nbf.is_some_and(|nbf| now.saturating_add(self.leeway) < nbf) {
            return Err(Error::NotYetValid);
        }
        if self.max_age.is_some() || self.refuse_future_iat {
            self.check_iat(now, parsed)?;
        }
        Ok(())
    }

    fn check_iat<T>(&self, now: NumericDate, parsed: &ParsedClaims<T>) -> Result<(), Error> {
        let missing = || Error::claim("iat", ClaimReason::Missing);
        let iat = parsed.claims.iat.ok_or_else(missing)?;
        // A date in the future would make any age young, so it is refused with either rule.
        let rounded_up =
            iat.saturating_add(Duration::from_secs(u64::from(parsed.iat_has_fraction)));
        if rounded_up > now.saturating_add(self.leeway) {
            return Err(Error::claim("iat", ClaimReason::InTheFuture));
        }
        let too_old = self
            .max_age
            .is_some_and(|max_age| now > iat.saturating_add(max_age).saturating_add(self.leeway));
        if too_old { Err(Error::claim("iat", ClaimReason::TooOld)) } else { Ok(()) }
    }

    fn check_values<T>(&self, claims: &Claims<T>) -> Result<(), Error> {
        // RFC 8725 sections 3.8 and 3.9: issuer and audience are compared, and one that nobody expects is refused.
        check_text("iss", &self.iss, claims.iss.as_deref())?;
        let aud = claims.aud.as_ref();
        let listed = aud.map(|aud| self.aud.allowed().iter().any(|v| aud.contains(v)));
        check_found("aud", &self.aud, Found::from_listed(listed))?;
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
            let listed = seen.is_present().then(|| seen.is_allowed());
            check_found(name, expected, Found::from_listed(listed))?;
        }
        Ok(())
    }
}

fn check_text(name: &'static str, expected: &Expect, found: Option<&str>) -> Result<(), Error> {
    let listed = found.map(|found| expected.allowed().iter().any(|v| v == found));
    check_found(name, expected, Found::from_listed(listed))
}

/// What a token has where the policy expects something.
#[derive(Clone, Copy)]
enum Found {
    Nothing,
    /// A value that the expectation lists.
    Listed,
    /// Any other value.
    Other,
}

impl Found {
    /// `listed`: whether the expectation lists the value; none where there is no value.
    const fn from_listed(listed: Option<bool>) -> Self {
        match listed {
            None => Self::Nothing,
            Some(true) => Self::Listed,
            Some(false) => Self::Other,
        }
    }
}

fn check_found(name: &str, expected: &Expect, found: Found) -> Result<(), Error> {
    let reason = match (expected, found) {
        (Expect::Absent, Found::Nothing) => return Ok(()),
        (Expect::Any, Found::Listed | Found::Other) => return Ok(()),
        (Expect::OneOf(_), Found::Listed) => return Ok(()),
        (Expect::OneOf(_), Found::Other) => ClaimReason::Mismatch,
        (Expect::OneOf(_) | Expect::Any, Found::Nothing) => ClaimReason::Missing,
        (Expect::Absent, Found::Listed | Found::Other) => ClaimReason::Unexpected,
    };
    Err(Error::claim(name.to_owned(), reason))
}
