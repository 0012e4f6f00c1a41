//! The errors of processing a token.

use std::borrow::Cow;
use std::io;

use thiserror::Error as ThisError;

use super::key::KeyError;
use super::reasons::ClaimReason;
use super::reasons::Limit;
use super::reasons::Malformed;
use super::reasons::Refused;
use super::reasons::Unwritable;
use crate::time::ClockError;

/// Why a token was not accepted or not made.
///
/// The order of the checks is fixed: size, structure, header policy, key selection, then signature or decryption,
/// then claims. So a claim is only ever reported for a token whose signature is valid, or which was decrypted. Of a
/// nested token the outer layer goes through all of it before the inner one. A failed signature carries no reason,
/// and neither does a failed decryption.
///
/// ```
/// use josie::{Error, Limits, Refused, UnverifiedJws};
///
/// let unsecured = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWxsb3J5In0.";
/// let error = UnverifiedJws::parse(unsecured, &Limits::default()).unwrap_err();
/// assert_eq!(error, Error::Refused(Refused::UnknownAlgorithm));
/// assert_eq!(error.code(), "refused_unknown_algorithm");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The token is not a well-formed JWS or JWE in the serialization that was asked for, or its claims are not
    /// well-formed JSON.
    #[error("malformed token: {0}")]
    Malformed(Malformed),
    /// The header is well-formed, but the policy does not allow it.
    #[error("token refused: {0}")]
    Refused(Refused),
    /// The token is larger or deeper than [`Limits`](crate::Limits) allow, or its number of iterations is outside of
    /// them. A token to be made is held to the default ones.
    #[error("token exceeds the limit on {0}")]
    Limit(Limit),
    /// No key of the set is bound to the token's `alg` (for `dir`: to its `enc` as well) and fits its `kid`.
    #[error("no key fits the token's alg and kid")]
    UnknownKey,
    /// More keys fit the token's `alg` and `kid` than the set may try; see
    /// [`KeySet::try_up_to`](crate::KeySet::try_up_to).
    #[error("more keys fit the token's alg and kid than may be tried")]
    AmbiguousKey,
    /// The token names no issuer, or none that [`Issuers`](crate::Issuers) knows.
    #[error("no issuer of this name is known")]
    UnknownIssuer,
    /// The signature or MAC does not verify.
    #[error("signature does not verify")]
    InvalidSignature,
    /// Not all have signed that the policy asks for ([`SignedBy`](crate::SignedBy)). What became of each signature, in
    /// the order of the token: `Ok` is a valid one. A token that has only one signature, which is not valid, is refused
    /// with the error of that signature instead.
    #[error(
        "the signatures are not those that the policy asks for: {} of {} valid",
        .0.iter().filter(|outcome| outcome.is_ok()).count(),
        .0.len()
    )]
    SignersMissing(Box<[Result<(), Self>]>),
    /// The `jwk` of the header is no key that the header's `alg` could be verified with; see
    /// [`EmbeddedKey`](crate::EmbeddedKey).
    #[error("the key in the header: {0}")]
    EmbeddedKey(Box<KeyError>),
    /// The payload could not be read from where it comes from.
    #[error("the payload could not be read: {0}")]
    Read(io::ErrorKind),
    /// The payload of the token is not the one that the caller means to sign.
    #[error("the token has another payload")]
    OtherPayload,
    /// The token does not decrypt. Everything that can go wrong between the choice of the key and the checked
    /// authentication tag is this one value, whatever it is: an ephemeral key, an encrypted key, an initialization
    /// vector, a tag or padding (RFC 7516 section 11.5).
    #[error("decryption failed")]
    DecryptionFailed,
    /// The token's `exp` is not after the current time (RFC 7519 section 4.1.4).
    #[error("token has expired")]
    Expired,
    /// The token's `nbf` is after the current time (RFC 7519 section 4.1.5).
    #[error("token is not valid yet")]
    NotYetValid,
    /// A claim does not meet the policy or has the wrong JSON type.
    #[error("claim \"{}\" {reason}", name.escape_debug())]
    Claim {
        /// The claim's name: a registered one, or one that the policy names.
        name: Cow<'static, str>,
        /// What is wrong with it.
        reason: ClaimReason,
    },
    /// The claims are well-formed, but do not fit the caller's own claims type.
    #[error("claims do not fit the requested type, at line {line} column {column} of the payload")]
    ClaimsType {
        /// The line of the payload, from 1; 0 where the position is not known.
        line: usize,
        /// The column in bytes, from 1; 0 where the position is not known.
        column: usize,
    },
    /// The caller's own claims type has a member with a registered claim's name. Use the field of
    /// [`Claims`](crate::Claims) instead.
    #[error(
        "claim \"{0}\" is registered: use the field of `Claims`, not one of your own claims type"
    )]
    ReservedClaim(&'static str),
    /// The clock gave no time, so nothing that depends on it is accepted.
    #[error("{0}")]
    Clock(ClockError),
    /// The caller's header names a parameter that josie writes itself.
    #[error("header parameter \"{0}\" is written by josie and cannot be set")]
    ReservedHeader(&'static str),
    /// The caller's header names a parameter twice.
    #[error("header parameter named twice")]
    DuplicateHeader,
    /// The header asks for an embedded `jwk`, but the key, a shared secret or a password, has no public half.
    #[error("a symmetric key cannot be embedded in a header")]
    NoPublicKey,
    /// The caller's claims cannot be written as a JSON object.
    #[error("claims cannot be written as a JSON object")]
    Serialize,
    /// The serialization that was asked for cannot hold what it was given.
    #[error("cannot be written: {0}")]
    Unwritable(Unwritable),
    /// The key is of the right kind, but its registry cannot do this with it.
    #[error("{alg}: {what} is not supported by the key's registry")]
    Unsupported {
        /// The algorithm's name.
        alg: &'static str,
        /// What was asked for, such as `signing in chunks`.
        what: &'static str,
    },
    /// The backend could not sign.
    #[error("signing failed")]
    SigningFailed,
    /// The backend or the random generator could not encrypt.
    #[error("encryption failed")]
    EncryptionFailed,
}

impl Error {
    /// A name for this error that stays the same across versions, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(reason) => reason.code(),
            Self::Refused(reason) => reason.code(),
            Self::Limit(limit) => limit.code(),
            Self::UnknownKey => "unknown_key",
            Self::AmbiguousKey => "ambiguous_key",
            Self::UnknownIssuer => "unknown_issuer",
            Self::InvalidSignature => "invalid_signature",
            Self::SignersMissing(_) => "signers_missing",
            Self::EmbeddedKey(reason) => reason.code(),
            Self::Read(_) => "read",
            Self::OtherPayload => "other_payload",
            Self::DecryptionFailed => "decryption_failed",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Claim { reason, .. } => reason.code(),
            Self::ClaimsType { .. } => "claims_type",
            Self::ReservedClaim(_) => "reserved_claim",
            Self::Clock(_) => "clock",
            Self::ReservedHeader(_) => "reserved_header",
            Self::DuplicateHeader => "duplicate_header",
            Self::NoPublicKey => "no_public_key",
            Self::Serialize => "serialize",
            Self::Unwritable(reason) => reason.code(),
            Self::Unsupported { .. } => "unsupported",
            Self::SigningFailed => "signing_failed",
            Self::EncryptionFailed => "encryption_failed",
        }
    }

    pub(crate) fn claim(name: impl Into<Cow<'static, str>>, reason: ClaimReason) -> Self {
        Self::Claim { name: name.into(), reason }
    }
}
