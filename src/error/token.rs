//! The errors of processing a token.

use core::fmt;
use std::borrow::Cow;

use thiserror::Error as ThisError;

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
    /// The token is not a well-formed compact JWS or JWE, or its claims are not well-formed JSON.
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
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(reason) => reason.code(),
            Self::Refused(reason) => reason.code(),
            Self::Limit(limit) => limit.code(),
            Self::UnknownKey => "unknown_key",
            Self::AmbiguousKey => "ambiguous_key",
            Self::UnknownIssuer => "unknown_issuer",
            Self::InvalidSignature => "invalid_signature",
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
            Self::SigningFailed => "signing_failed",
            Self::EncryptionFailed => "encryption_failed",
        }
    }

    pub(crate) fn claim(name: impl Into<Cow<'static, str>>, reason: ClaimReason) -> Self {
        Self::Claim { name: name.into(), reason }
    }
}

/// A part of a compact token, to say where an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The protected header.
    Header,
    /// The JWS payload, or the JWE plaintext where it is read as claims.
    Payload,
    /// The JWS signature.
    Signature,
    /// The JWE encrypted key.
    EncryptedKey,
    /// The JWE initialization vector.
    Iv,
    /// The JWE ciphertext.
    Ciphertext,
    /// The JWE authentication tag.
    Tag,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
            Self::EncryptedKey => "encrypted key",
            Self::Iv => "initialization vector",
            Self::Ciphertext => "ciphertext",
            Self::Tag => "authentication tag",
        })
    }
}

/// What is malformed about a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Malformed {
    /// A compact JWS has exactly three parts (RFC 7515 section 7.1).
    #[error("a compact JWS has exactly three parts")]
    Parts,
    /// A compact JWE has exactly five parts (RFC 7516 section 7.1).
    #[error("a compact JWE has exactly five parts")]
    JweParts,
    /// A part is not canonical base64url without padding (RFC 7515 section 2).
    #[error("{0} is not canonical base64url")]
    Base64url(Part),
    /// A part is not one JSON text in UTF-8 (RFC 8259), or has a lone surrogate, a number out of range or a
    /// member name that `serde_json` keeps for itself.
    #[error("{0} is not valid JSON")]
    Json(Part),
    /// A part is JSON, but not an object (RFC 7515 section 4, RFC 7519 section 4).
    #[error("{0} is not a JSON object")]
    NotAnObject(Part),
    /// A member name stands twice in one object, at any depth (RFC 7515 section 4, RFC 7519 section 4).
    #[error("{0} has a duplicate member")]
    DuplicateMember(Part),
    /// The header has no `alg` (RFC 7515 section 4.1.1).
    #[error("header has no \"alg\"")]
    MissingAlg,
    /// The header of a JWE has no such parameter, which its `alg` needs, or no `enc` (RFC 7516 section 4.1.2,
    /// RFC 7518 sections 4.7.1 and 4.8.1).
    #[error("header has no \"{0}\"")]
    MissingParameter(&'static str),
    /// A header parameter has the wrong JSON type.
    #[error("header parameter \"{0}\" has the wrong type")]
    HeaderType(&'static str),
    /// A header parameter has the right JSON type, but is not canonical base64url, or is too short.
    #[error("header parameter \"{0}\" is not a valid value")]
    HeaderValue(&'static str),
    /// The list of critical names is empty, has a duplicate, a registered or an absent name
    /// (RFC 7515 section 4.1.11).
    #[error("header parameter \"crit\" breaks its rules")]
    Crit,
    /// The header belongs to an encrypted token: it has a parameter that only JWE defines.
    #[error("header parameter \"{0}\" belongs to JWE")]
    JweHeader(&'static str),
    /// The signature is empty.
    #[error("signature is empty")]
    EmptySignature,
    /// The plaintext of a compressed JWE is not one complete DEFLATE stream (RFC 7516 section 4.1.3).
    #[error("plaintext is not one complete DEFLATE stream")]
    Compressed,
}

impl Malformed {
    const fn code(self) -> &'static str {
        match self {
            Self::Parts => "malformed_parts",
            Self::JweParts => "malformed_jwe_parts",
            Self::Base64url(_) => "malformed_base64url",
            Self::Json(_) => "malformed_json",
            Self::NotAnObject(_) => "malformed_not_an_object",
            Self::DuplicateMember(_) => "malformed_duplicate_member",
            Self::MissingAlg => "malformed_missing_alg",
            Self::MissingParameter(_) => "malformed_missing_parameter",
            Self::HeaderType(_) => "malformed_header_type",
            Self::HeaderValue(_) => "malformed_header_value",
            Self::Crit => "malformed_crit",
            Self::JweHeader(_) => "malformed_jwe_header",
            Self::EmptySignature => "malformed_empty_signature",
            Self::Compressed => "malformed_compressed",
        }
    }
}

/// Why a header was refused: by the policy, or because josie or the key's registry cannot do what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Refused {
    /// The header's `alg` is not one that josie knows; `none` and `RSA1_5` are among these.
    #[error("alg is not known")]
    UnknownAlgorithm,
    /// The header's `alg` is not on the policy's list, or the policy does not mention this kind of token at all: signed
    /// or encrypted.
    #[error("alg is not allowed by the policy")]
    Algorithm,
    /// The header's `enc` is not one that josie knows.
    #[error("enc is not known")]
    UnknownEncryption,
    /// The header's `enc` is not on the policy's list.
    #[error("enc is not allowed by the policy")]
    Encryption,
    /// The header's `enc` is allowed, but the registry of the key does not have it.
    #[error("enc is not supported by the key's registry")]
    UnsupportedEncryption,
    /// The header's `zip` is not allowed by the policy, or not known.
    #[error("compression is not allowed by the policy")]
    Compression,
    /// The header's `cty` says something else of the plaintext than the caller wants (RFC 7519 section 5.2).
    #[error("cty is not what is wanted")]
    ContentType,
    /// Anybody who knows the public key can make such a token; see
    /// [`SealedJwt`](crate::SealedJwt::dangerous_decrypt_from_anyone).
    #[error("encryption to a public key does not tell who encrypted")]
    FromAnyone,
    /// The header's `typ` is not what the policy expects.
    #[error("typ is not what the policy expects")]
    Type,
    /// The header names a critical extension that has no handler (RFC 7515 section 4.1.11).
    #[error("a critical header extension is not understood")]
    Critical,
    /// The header has a `b64`: unencoded payloads are not accepted here (RFC 7797 section 7).
    #[error("unencoded payloads are not accepted")]
    UnencodedPayload,
}

impl Refused {
    const fn code(self) -> &'static str {
        match self {
            Self::UnknownAlgorithm => "refused_unknown_algorithm",
            Self::Algorithm => "refused_algorithm",
            Self::UnknownEncryption => "refused_unknown_encryption",
            Self::Encryption => "refused_encryption",
            Self::UnsupportedEncryption => "refused_unsupported_encryption",
            Self::Compression => "refused_compression",
            Self::ContentType => "refused_content_type",
            Self::FromAnyone => "refused_from_anyone",
            Self::Type => "refused_type",
            Self::Critical => "refused_critical",
            Self::UnencodedPayload => "refused_unencoded_payload",
        }
    }
}

/// The limit that a token or key document exceeded; see [`Limits`](crate::Limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Limit {
    /// The token's length in bytes.
    #[error("the token's length")]
    Token,
    /// The decoded protected header's length in bytes.
    #[error("the header's length")]
    Header,
    /// The depth of JSON objects and arrays.
    #[error("the depth of JSON")]
    Depth,
    /// The length of `kid` in bytes.
    #[error("the length of kid")]
    Kid,
    /// The number of PBKDF2 iterations, which is too small as well as too large.
    #[error("the number of iterations")]
    Iterations,
    /// The length of the decompressed plaintext in bytes.
    #[error("the length of the decompressed plaintext")]
    Plaintext,
}

impl Limit {
    const fn code(self) -> &'static str {
        match self {
            Self::Token => "limit_token",
            Self::Header => "limit_header",
            Self::Depth => "limit_depth",
            Self::Kid => "limit_kid",
            Self::Iterations => "limit_iterations",
            Self::Plaintext => "limit_plaintext",
        }
    }
}

/// What is wrong with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum ClaimReason {
    /// The policy requires it, and the token has none.
    #[error("is missing")]
    Missing,
    /// It has the wrong JSON type, or a date is out of range (RFC 7519 section 4.1).
    #[error("has the wrong type")]
    Invalid,
    /// Its value is not one that the policy expects.
    #[error("does not match")]
    Mismatch,
    /// The policy expects none, and the token has one.
    #[error("is not expected")]
    Unexpected,
    /// `iat` is further back than the policy's maximum age.
    #[error("is too old")]
    TooOld,
    /// `iat` is in the future.
    #[error("is in the future")]
    InTheFuture,
}

impl ClaimReason {
    const fn code(self) -> &'static str {
        match self {
            Self::Missing => "claim_missing",
            Self::Invalid => "claim_invalid",
            Self::Mismatch => "claim_mismatch",
            Self::Unexpected => "claim_unexpected",
            Self::TooOld => "claim_too_old",
            Self::InTheFuture => "claim_in_the_future",
        }
    }
}
