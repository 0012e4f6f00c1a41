//! Policies: which tokens are acceptable. Denied unless said otherwise.

mod builder;
mod claims;
mod expect;

use std::sync::Arc;

pub use self::builder::JwtPolicyBuilder;
pub use self::claims::JwtPolicy;
pub use self::expect::Expect;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::PolicyError;
use crate::error::Refused;
use crate::header::ParsedHeader;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;

/// Which JWS are acceptable: algorithms, `typ`, critical extensions and limits.
///
/// It knows nothing of claims. A [`JwtPolicy`] does, and is not accepted where a `Policy` is wanted, so that
/// rules on claims cannot be handed to a function that ignores them:
///
/// ```
/// use josie::{Error, Jws, JwsAlg, JwtPolicy, KeySet, Policy, VerifyingKey};
///
/// fn check(token: &str, keys: &KeySet<VerifyingKey>, policy: &Policy) -> Result<Jws, Error> {
///     Jws::verify(token, keys, policy)
/// }
/// ```
///
/// The same with a `JwtPolicy` does not compile:
///
/// ```compile_fail,E0308
/// use josie::{Error, Jws, JwsAlg, JwtPolicy, KeySet, Policy, VerifyingKey};
///
/// fn check(token: &str, keys: &KeySet<VerifyingKey>, policy: &JwtPolicy) -> Result<Jws, Error> {
///     Jws::verify(token, keys, policy)
/// }
/// ```
///
/// A policy is immutable, `Send`, `Sync` and cheap to clone; make it once and keep it for the life of a server.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: Arc<Rules>,
}

#[derive(Clone, Debug)]
struct Rules {
    algs: Vec<JwsAlg>,
    typ: Option<Expect>,
    limits: Limits,
}

impl Policy {
    /// Begins a policy for signed tokens with the algorithms that are allowed, for example a preset such as
    /// [`JwsAlg::MODERN`].
    ///
    /// ```
    /// use josie::{JwsAlg, Policy};
    ///
    /// let policy = Policy::signed(&[JwsAlg::Es256]).typ("at+jwt").build()?;
    /// # Ok::<(), josie::PolicyError>(())
    /// ```
    pub fn signed(algs: &[JwsAlg]) -> PolicyBuilder {
        PolicyBuilder { rules: Rules { algs: algs.to_vec(), typ: None, limits: Limits::default() } }
    }

    /// The limits that tokens are held to.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.rules.limits
    }

    /// Tells at start-up whether any key of the set can ever match.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeySet, Policy, PolicyError, SigningKey};
    ///
    /// let keys = KeySet::from(SigningKey::generate(JwsAlg::Es256)?.verifying_key());
    /// Policy::signed(JwsAlg::MODERN).build()?.check_keys(&keys)?;
    ///
    /// let mistaken = Policy::signed(&[JwsAlg::Es384]).build()?;
    /// assert_eq!(mistaken.check_keys(&keys), Err(PolicyError::NoUsableKey));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoUsableKey`] if no key is bound to an algorithm that this policy allows.
    pub fn check_keys(&self, keys: &KeySet<VerifyingKey>) -> Result<(), PolicyError> {
        if keys.iter().any(|key| self.rules.algs.contains(&key.alg())) {
            Ok(())
        } else {
            Err(PolicyError::NoUsableKey)
        }
    }

    /// Whether a JWS with this header may be looked at further.
    pub(crate) fn check_jws(&self, parsed: &ParsedHeader) -> Result<(), Error> {
        self.check_alg_and_typ(parsed.alg, parsed.header.typ())?;
        // RFC 7797 section 7.
        if parsed.has_b64 {
            return Err(Error::Refused(Refused::UnencodedPayload));
        }
        // RFC 7515 section 4.1.11: what is critical and not understood makes the JWS invalid.
        if parsed.has_crit {
            return Err(Error::Refused(Refused::Critical));
        }
        Ok(())
    }

    /// The part of [`check_jws`](Self::check_jws) in which two policies can differ.
    pub(crate) fn check_alg_and_typ(&self, alg: JwsAlg, typ: Option<&str>) -> Result<(), Error> {
        // RFC 8725 section 3.1: the caller says which algorithms are used, and no others are.
        if !self.rules.algs.contains(&alg) {
            return Err(Error::Refused(Refused::Algorithm));
        }
        self.check_typ(typ)
    }

    fn check_typ(&self, typ: Option<&str>) -> Result<(), Error> {
        // RFC 8725 section 3.11: explicit types keep one kind of token from passing for another.
        let accepted = match (&self.rules.typ, typ) {
            (None | Some(Expect::Any | Expect::Absent), None) => true,
            (None, Some(typ)) => is_same_media_type(typ, "JWT"),
            (Some(Expect::Any), Some(_)) => true,
            (Some(Expect::Absent), Some(_)) => false,
            (Some(Expect::OneOf(_)), None) => false,
            (Some(Expect::OneOf(allowed)), Some(typ)) => {
                allowed.iter().any(|allowed| is_same_media_type(typ, allowed))
            }
        };
        if accepted { Ok(()) } else { Err(Error::Refused(Refused::Type)) }
    }
}

/// Builds a [`Policy`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    rules: Rules,
}

impl PolicyBuilder {
    /// What `typ` must be. Not called: absent or `JWT` passes, any other is refused.
    pub fn typ(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.typ = Some(expected.into());
        self
    }

    /// Other limits than the default ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.rules.limits = limits;
        self
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoAlgorithm`] if no algorithm is allowed, [`PolicyError::NoValue`] if `typ` is expected
    /// to be one of no values.
    pub fn build(self) -> Result<Policy, PolicyError> {
        if self.rules.algs.is_empty() {
            return Err(PolicyError::NoAlgorithm);
        }
        if let Some(typ) = &self.rules.typ {
            check_expectation("typ", typ)?;
        }
        Ok(Policy { rules: Arc::new(self.rules) })
    }
}

/// Refuses an expectation that nothing can meet.
fn check_expectation(name: &str, expected: &Expect) -> Result<(), PolicyError> {
    if matches!(expected, Expect::OneOf(values) if values.is_empty()) {
        return Err(PolicyError::NoValue { name: name.to_owned() });
    }
    Ok(())
}

/// RFC 7515 section 4.1.9: media types compare without regard to case, and `application/` is implied where
/// there is no other slash.
fn is_same_media_type(left: &str, right: &str) -> bool {
    without_application(left).eq_ignore_ascii_case(without_application(right))
}

fn without_application(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match (media_type.get(..PREFIX.len()), media_type.get(PREFIX.len()..)) {
        (Some(prefix), Some(rest))
            if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') =>
        {
            rest
        }
        _ => media_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_compare_without_case_and_implied_prefix() {
        for same in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert!(is_same_media_type(same, "at+jwt"), "{same}");
        }
        for other in ["at+jwt ", "text/at+jwt", "application/x/at+jwt", "jwt", "", "application/"] {
            assert!(!is_same_media_type(other, "at+jwt"), "{other}");
        }
    }

    #[test]
    fn a_policy_that_nothing_can_meet_is_not_built() {
        assert_eq!(Policy::signed(&[]).build().unwrap_err(), PolicyError::NoAlgorithm);
        let no_typ = Policy::signed(JwsAlg::MODERN).typ(Expect::OneOf(vec![])).build();
        assert_eq!(no_typ.unwrap_err(), PolicyError::NoValue { name: "typ".to_owned() });
    }
}
