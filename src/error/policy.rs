//! The errors of building a policy.

use thiserror::Error as ThisError;

/// Why a policy could not be built, or can never accept a token.
///
/// ```
/// use std::time::Duration;
///
/// use josie::{JwsAlg, JwtPolicy, PolicyError};
///
/// let error = JwtPolicy::signed(JwsAlg::MODERN).leeway(Duration::from_secs(3600)).build().unwrap_err();
/// assert_eq!(error, PolicyError::Leeway);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum PolicyError {
    /// The list of algorithms is empty, so every token would be refused.
    #[error("a policy needs at least one algorithm")]
    NoAlgorithm,
    /// The leeway is more than ten minutes.
    #[error("leeway is at most 10 minutes")]
    Leeway,
    /// An expectation lists no value, so every token would be refused.
    #[error("an expectation for \"{}\" lists no value", name.escape_debug())]
    NoValue {
        /// The claim or header parameter.
        name: String,
    },
    /// A registered claim was named in [`claim`](crate::JwtPolicyBuilder::claim); it has a method of its own.
    #[error("claim \"{0}\" is registered and has a method of its own")]
    RegisteredClaim(&'static str),
    /// The policy for one of the [`Issuers`](crate::Issuers) expects something else of `iss` than that issuer.
    #[error("the policy for an issuer expects another one")]
    OtherIssuer,
    /// Two entries of [`Issuers`](crate::Issuers) have the same name.
    #[error("an issuer is named twice")]
    DuplicateIssuer,
    /// No entry of [`Issuers`](crate::Issuers) has this name.
    #[error("no issuer of this name is known")]
    UnknownIssuer,
    /// No key of the set is bound to an algorithm that the policy allows.
    #[error("no key is bound to an algorithm that the policy allows")]
    NoUsableKey,
    /// The keys of the set that are bound to an allowed algorithm are not enough for those who must have signed; see
    /// [`SignedBy`](crate::SignedBy).
    #[error("the keys are not those of all who must have signed")]
    SignersMissing,
    /// Nobody has to sign, so that every token would be accepted; see [`SignedBy`](crate::SignedBy).
    #[error("a policy needs at least one signer")]
    NoSigner,
    /// A handler was given for a header parameter that josie itself knows, or that cannot be critical (RFC 7515 section
    /// 4.1.11); see [`critical`](crate::PolicyBuilder::critical).
    #[error("header parameter \"{}\" cannot have a handler", name.escape_debug())]
    ReservedCritical {
        /// The header parameter.
        name: String,
    },
}

impl PolicyError {
    /// A name for this error that stays the same across versions, for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAlgorithm => "policy_no_algorithm",
            Self::Leeway => "policy_leeway",
            Self::NoValue { .. } => "policy_no_value",
            Self::RegisteredClaim(_) => "policy_registered_claim",
            Self::OtherIssuer => "policy_other_issuer",
            Self::DuplicateIssuer => "policy_duplicate_issuer",
            Self::UnknownIssuer => "policy_unknown_issuer",
            Self::NoUsableKey => "policy_no_usable_key",
            Self::SignersMissing => "policy_signers_missing",
            Self::NoSigner => "policy_no_signer",
            Self::ReservedCritical { .. } => "policy_reserved_critical",
        }
    }
}
