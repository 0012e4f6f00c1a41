//! The builder of policies for JWS and JWE.

use std::sync::Arc;

use serde_json::Value;

use super::CritRefused;
use super::Critical;
use super::EncryptionRules;
use super::Expect;
use super::Policy;
use super::Rules;
use super::SignedBy;
use super::check_expectation;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::PolicyError;
use crate::header::Header;
use crate::limits::Limits;

/// Builds a [`Policy`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    rules: Rules,
}

impl PolicyBuilder {
    pub(super) fn new() -> Self {
        Self {
            rules: Rules {
                signed: None,
                encrypted: None,
                typ: None,
                signed_by: SignedBy::default(),
                critical: Critical::default(),
                limits: Limits::default(),
                allows_deflate: false,
                allows_unencoded: false,
            },
        }
    }

    /// Allows signed tokens with these algorithms.
    pub fn signed(mut self, algs: &[JwsAlg]) -> Self {
        self.rules.signed = Some(algs.to_vec());
        self
    }

    /// Allows encrypted tokens with these key management and content encryption algorithms.
    pub fn encrypted(mut self, algs: &[JweAlg], encs: &[JweEnc]) -> Self {
        self.rules.encrypted = Some(EncryptionRules { algs: algs.to_vec(), encs: encs.to_vec() });
        self
    }

    /// What `typ` must be. Not called: absent or `JWT` passes, any other is refused.
    pub fn typ(mut self, expected: impl Into<Expect>) -> Self {
        self.rules.typ = Some(expected.into());
        self
    }

    /// Who must have signed a token. Not called: every signature that it has must be valid, whosever it is. It holds
    /// for compact tokens as well, which have one signature.
    pub fn signed_by(mut self, signers: SignedBy) -> Self {
        self.rules.signed_by = signers;
        self
    }

    /// Allows signed tokens whose payload is not base64url encoded (`b64`, RFC 7797). A JWT never has such a payload,
    /// so a policy for JWTs cannot allow it. Payloads that are encoded pass as well.
    ///
    /// Of a request whose signature travels in a header:
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, JwsBuilder, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("bank-1");
    /// let body = br#"{"amount":"12.50"}"#;
    /// let token =
    ///     JwsBuilder::new().signature(&Header::new(), &key).detached().unencoded().compact(body)?;
    ///
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(&[JwsAlg::Es256]).allow_unencoded().build()?;
    /// let signature = Jws::verify_detached(&token, body, &keys, &policy)?;
    /// assert_eq!(signature.key().kid(), Some("bank-1"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_unencoded(mut self) -> Self {
        self.rules.allows_unencoded = true;
        self
    }

    /// Teaches josie a critical header extension (RFC 7515 section 4.1.11): `handler` is called with the value and the
    /// protected header of each token that names `name` in `crit`, before any key is used, and the token is refused if
    /// the handler refuses it. The token may still be anybody's, and the handler may be called for it again, so that it
    /// should note nothing. Without a handler every token that says so is refused. A token without the extension
    /// is not held back, nor is one that has the parameter without naming it in `crit`, which the handler then never saw:
    /// whoever demands it looks at [`Header::critical`](crate::Header::critical) afterwards. Named again, the later handler
    /// counts.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{CritRefused, Error, Header, Jws, JwsAlg, KeySet, Policy, Refused, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let sign = |tenant: &str| {
    ///     let header = Header::new().with_critical_param("https://example.com/tenant", tenant);
    ///     Jws::sign(b"any octets", &header, &key)
    /// };
    ///
    /// let policy = Policy::signed(JwsAlg::MODERN)
    ///     .critical("https://example.com/tenant", |value, _header| match value.as_str() {
    ///         Some("blue") => Ok(()),
    ///         _ => Err(CritRefused),
    ///     })
    ///     .build()?;
    /// assert!(Jws::verify(&sign("blue")?, &keys, &policy).is_ok());
    /// let error = Jws::verify(&sign("red")?, &keys, &policy).unwrap_err();
    /// assert_eq!(error, Error::Refused(Refused::CriticalValue));
    ///
    /// // Whoever does not know what it means must not accept it.
    /// let unaware = Policy::signed(JwsAlg::MODERN).build()?;
    /// let error = Jws::verify(&sign("blue")?, &keys, &unaware).unwrap_err();
    /// assert_eq!(error, Error::Refused(Refused::Critical));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn critical(
        mut self,
        name: impl Into<String>,
        handler: impl Fn(&Value, &Header) -> Result<(), CritRefused> + Send + Sync + 'static,
    ) -> Self {
        self.rules.critical.insert(name.into(), Arc::new(handler));
        self
    }

    /// Other limits than the default ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.rules.limits = limits;
        self
    }

    /// Allows encrypted tokens whose plaintext was compressed (`zip`, RFC 7516 section 4.1.3). It is decompressed
    /// up to the [limit](Limits::with_plaintext_bytes) and no further. [`Jwe::encrypt_compressed`] has an example.
    ///
    /// [`Jwe::encrypt_compressed`]: crate::Jwe::encrypt_compressed
    #[cfg(feature = "deflate")]
    pub fn allow_deflate(mut self) -> Self {
        self.rules.allows_deflate = true;
        self
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError::NoAlgorithm`] if no algorithm is allowed of a kind that was mentioned,
    /// [`PolicyError::NoValue`] if `typ` is expected to be one of no values, [`PolicyError::NoSigner`] if nobody has
    /// to sign, [`PolicyError::ReservedCritical`] if a handler is for a parameter that josie itself knows.
    pub fn build(self) -> Result<Policy, PolicyError> {
        let signs_with_none = self.rules.signed.as_ref().is_some_and(Vec::is_empty);
        let encrypts_with_none = self
            .rules
            .encrypted
            .as_ref()
            .is_some_and(|rules| rules.algs.is_empty() || rules.encs.is_empty());
        if signs_with_none || encrypts_with_none {
            return Err(PolicyError::NoAlgorithm);
        }
        if let Some(typ) = &self.rules.typ {
            check_expectation("typ", typ)?;
        }
        self.rules.signed_by.check()?;
        self.rules.critical.check_names()?;
        Ok(Policy { rules: Arc::new(self.rules) })
    }
}
