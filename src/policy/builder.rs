//! The builder of policies for JWS and JWE.

use std::sync::Arc;

use super::EncryptionRules;
use super::Expect;
use super::Policy;
use super::Rules;
use super::check_expectation;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::PolicyError;
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
                limits: Limits::default(),
                allows_deflate: false,
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
    /// [`PolicyError::NoValue`] if `typ` is expected to be one of no values.
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
        Ok(Policy { rules: Arc::new(self.rules) })
    }
}
