//! Policies: which tokens are acceptable. Denied unless said otherwise.

mod builder;
mod claims;
mod critical;
mod expect;
mod jwt_builder;
mod media_type;
mod signed_by;

use std::sync::Arc;

pub use self::builder::PolicyBuilder;
pub use self::claims::JwtPolicy;
pub use self::critical::CritRefused;
use self::critical::Critical;
pub use self::expect::Expect;
pub use self::jwt_builder::JwtPolicyBuilder;
pub(crate) use self::media_type::is_same_media_type;
pub use self::signed_by::SignedBy;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::PolicyError;
use crate::error::Refused;
use crate::header::ParsedHeader;
use crate::header::ParsedJweHeader;
use crate::header::Zip;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;

/// Which JWS and JWE are acceptable: algorithms, `typ`, critical extensions and limits.
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
    /// The signature algorithms; `None` if signed tokens were not mentioned, which refuses them.
    signed: Option<Vec<JwsAlg>>,
    /// The algorithms of encryption; `None` if encrypted tokens were not mentioned, which refuses them.
    encrypted: Option<EncryptionRules>,
    typ: Option<Expect>,
    signed_by: SignedBy,
    critical: Critical,
    limits: Limits,
    allows_deflate: bool,
    allows_unencoded: bool,
}

#[derive(Clone, Debug)]
struct EncryptionRules {
    algs: Vec<JweAlg>,
    encs: Vec<JweEnc>,
}

impl Rules {
    fn signs_with(&self, alg: JwsAlg) -> bool {
        self.signed.as_ref().is_some_and(|algs| algs.contains(&alg))
    }
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
        PolicyBuilder::new().signed(algs)
    }

    /// Begins a policy for encrypted tokens with the key management and content encryption algorithms that are
    /// allowed, for example presets such as [`JweAlg::ASYMMETRIC`] and [`JweEnc::ALL`].
    ///
    /// No preset has the algorithms for passwords, which make the reader do as much work as the sender likes,
    /// within the limits: where they are wanted they have to be named.
    ///
    /// ```
    /// use josie::{JweAlg, JweEnc, Policy};
    ///
    /// let policy = Policy::encrypted(&[JweAlg::EcdhEs], &[JweEnc::A256Gcm]).build()?;
    /// # Ok::<(), josie::PolicyError>(())
    /// ```
    pub fn encrypted(algs: &[JweAlg], encs: &[JweEnc]) -> PolicyBuilder {
        PolicyBuilder::new().encrypted(algs, encs)
    }

    /// The limits that tokens are held to.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.rules.limits
    }

    /// Tells at start-up whether any key of the set can ever match, and whether there are keys of all who must have
    /// signed ([`SignedBy`]).
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
    /// [`PolicyError::NoUsableKey`] if no key is bound to an algorithm that this policy allows,
    /// [`PolicyError::SignersMissing`] if those that are cannot be enough for
    /// [`signed_by`](PolicyBuilder::signed_by).
    pub fn check_keys(&self, keys: &KeySet<VerifyingKey>) -> Result<(), PolicyError> {
        let bound: Vec<_> = keys.iter().filter(|key| self.rules.signs_with(key.alg())).collect();
        usable(!bound.is_empty())?;
        let total = bound.len();
        if self.accepts_signers(bound.into_iter(), total) {
            Ok(())
        } else {
            Err(PolicyError::SignersMissing)
        }
    }

    /// Tells at start-up whether any key of the set can ever decrypt a token that this policy allows.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, JweEnc, KeySet, Policy, PolicyError};
    ///
    /// let keys = KeySet::from(DecryptionKey::generate(JweAlg::A256Kw)?);
    /// Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).build()?.check_decryption_keys(&keys)?;
    ///
    /// let mistaken = Policy::encrypted(JweAlg::ASYMMETRIC, JweEnc::ALL).build()?;
    /// assert_eq!(mistaken.check_decryption_keys(&keys), Err(PolicyError::NoUsableKey));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoUsableKey`] if no key is bound to algorithms that this policy allows.
    pub fn check_decryption_keys(&self, keys: &KeySet<DecryptionKey>) -> Result<(), PolicyError> {
        let rules = self.rules.encrypted.as_ref();
        usable(rules.is_some_and(|rules| {
            keys.iter().any(|key| {
                rules.algs.contains(&key.alg()) && rules.encs.iter().any(|enc| key.can_open(*enc))
            })
        }))
    }

    /// Whether a JWS with this header may be looked at further.
    pub(crate) fn check_jws(&self, parsed: &ParsedHeader) -> Result<(), Error> {
        // RFC 8725 section 3.1: the caller says which algorithms are used, and no others are.
        if !self.rules.signs_with(parsed.alg) {
            return Err(Error::Refused(Refused::Algorithm));
        }
        self.check_typ(parsed.header.typ())?;
        // RFC 7797 section 7. Whoever does not expect it might take the one for the other.
        if parsed.b64.is_some() && !self.rules.allows_unencoded {
            return Err(Error::Refused(Refused::UnencodedPayload));
        }
        // RFC 7515 section 4.1.11: what is critical and not understood makes the JWS invalid.
        self.rules.critical.check(&parsed.header)
    }

    /// Whether these are enough of a token's signatures: `signers` are the keys of those that are valid, `total` counts
    /// the others as well.
    pub(crate) fn accepts_signers<'k>(
        &self,
        signers: impl Iterator<Item = &'k VerifyingKey>,
        total: usize,
    ) -> bool {
        self.rules.signed_by.is_met(signers, total)
    }

    /// Whether a JWE may be decrypted by this algorithm.
    pub(crate) fn check_jwe_alg(&self, alg: JweAlg) -> Result<(), Error> {
        match &self.rules.encrypted {
            // RFC 8725 section 3.1: the caller says which algorithms are used, and no others are.
            Some(rules) if rules.algs.contains(&alg) => Ok(()),
            Some(_) | None => Err(Error::Refused(Refused::Algorithm)),
        }
    }

    /// Whether a JWE with this header may be looked at further. What holds of `typ` depends on what is inside.
    pub(crate) fn check_jwe(&self, parsed: &ParsedJweHeader) -> Result<(), Error> {
        let Some(rules) = &self.rules.encrypted else {
            return Err(Error::Refused(Refused::Algorithm));
        };
        // RFC 8725 section 3.1: the caller says which algorithms are used, and no others are.
        if !rules.encs.contains(&parsed.enc) {
            return Err(Error::Refused(Refused::Encryption));
        }
        // RFC 7797 is about JWS; as there, what it says is not passed over.
        if parsed.has_b64 {
            return Err(Error::Refused(Refused::UnencodedPayload));
        }
        // RFC 7516 section 4.1.13: what is critical and not understood makes the JWE invalid.
        self.rules.critical.check(&parsed.header)?;
        match parsed.zip {
            Some(Zip::Deflate) if self.rules.allows_deflate => Ok(()),
            // RFC 8725 section 3.6: compression tells of the plaintext, and makes much of little.
            Some(Zip::Deflate | Zip::Unknown) => Err(Error::Refused(Refused::Compression)),
            None => Ok(()),
        }
    }

    /// What `typ` may be around a signed token, whose own `typ` the policy is about.
    pub(crate) fn check_outer_typ(&self, typ: Option<&str>) -> Result<(), Error> {
        match typ {
            None => Ok(()),
            Some(typ) if is_same_media_type(typ, "JWT") => Ok(()),
            Some(typ) => self.check_typ(Some(typ)),
        }
    }

    pub(crate) fn check_typ(&self, typ: Option<&str>) -> Result<(), Error> {
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

fn usable(is_usable: bool) -> Result<(), PolicyError> {
    if is_usable { Ok(()) } else { Err(PolicyError::NoUsableKey) }
}

/// Refuses an expectation that nothing can meet.
fn check_expectation(name: &str, expected: &Expect) -> Result<(), PolicyError> {
    if matches!(expected, Expect::OneOf(values) if values.is_empty()) {
        return Err(PolicyError::NoValue { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_nothing_can_meet_is_not_built() {
        for builder in [
            Policy::signed(&[]),
            Policy::encrypted(&[], JweEnc::ALL),
            Policy::encrypted(JweAlg::SYMMETRIC, &[]),
            Policy::signed(&[]).encrypted(JweAlg::SYMMETRIC, JweEnc::ALL),
            Policy::signed(JwsAlg::MODERN).encrypted(&[], &[]),
        ] {
            assert_eq!(builder.build().unwrap_err(), PolicyError::NoAlgorithm);
        }
        let no_typ = Policy::signed(JwsAlg::MODERN).typ(Expect::OneOf(vec![])).build();
        assert_eq!(no_typ.unwrap_err(), PolicyError::NoValue { name: "typ".to_owned() });
    }
}
