//! The reasons within the errors of processing a token.

use core::fmt;

use thiserror::Error as ThisError;

/// A part of a token, to say where an error is.
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
    /// The whole text of a JWS or JWE in a JSON serialization.
    Document,
    /// An unprotected header.
    UnprotectedHeader,
    /// The JWE AAD.
    Aad,
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
            Self::Document => "document",
            Self::UnprotectedHeader => "unprotected header",
            Self::Aad => "additional authenticated data",
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
    /// RFC 7518 sections 4.7.1 and 4.8.1); or the header of a JWS has no `jwk`, whose
    /// [`embedded_key`](crate::UnverifiedJws::embedded_key) was asked for.
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
    /// A JWS or JWE in a JSON serialization has no such member, which its kind must have (RFC 7515 section 7.2, RFC 7516
    /// section 7.2).
    #[error("document has no \"{0}\"")]
    MissingMember(&'static str),
    /// A member of a JWS or JWE in a JSON serialization has the wrong JSON type.
    #[error("document member \"{0}\" has the wrong type")]
    MemberType(&'static str),
    /// A member of a JWS or JWE in a JSON serialization is empty, and must then be absent (RFC 7515 section 7.2.1, RFC
    /// 7516 section 7.2.1); or it lists nothing.
    #[error("document member \"{0}\" is empty")]
    EmptyMember(&'static str),
    /// A JWS or JWE in a JSON serialization has a member of another form or kind: flattened and general at once, or JWS
    /// and JWE.
    #[error("document member \"{0}\" belongs to another form")]
    MixedForms(&'static str),
    /// There is a payload in the token, although it is detached (RFC 7515 appendix F).
    #[error("a detached payload is in the token as well")]
    AttachedPayload,
    /// A parameter stands in two headers of one signature or recipient (RFC 7515 section 7.2.1, RFC 7516 section
    /// 7.2.1).
    #[error("a parameter stands in two headers")]
    OverlappingHeaders,
    /// A parameter that must be integrity protected stands in an unprotected header (RFC 7515 section 4.1.11, RFC 7516
    /// section 4.1.3, RFC 7797 section 3).
    #[error("header parameter \"{0}\" is not protected")]
    UnprotectedParameter(&'static str),
    /// The payload is unencoded, and the header does not say that this is critical (RFC 7797 section 6).
    #[error("\"b64\" is false and not critical")]
    UnencodedNotCritical,
    /// Some of the signatures are over an unencoded payload and some are not (RFC 7797 section 3).
    #[error("\"b64\" is not the same for all signatures")]
    MixedUnencoded,
    /// The unencoded payload of a compact JWS has other characters than space to `~` without the dot (RFC 7797 section
    /// 5.2).
    #[error("the unencoded payload has a character that a compact JWS cannot hold")]
    UnencodedPayload,
    /// One of several recipients has an algorithm that allows no other recipient: `dir` or `ECDH-ES` (RFC 7518 sections
    /// 4.5 and 4.6).
    #[error("an algorithm for one recipient is used with several")]
    NotTheOnlyRecipient,
    /// The plaintext of a compressed JWE is not one complete DEFLATE stream (RFC 7516 section 4.1.3).
    #[error("plaintext is not one complete DEFLATE stream")]
    Compressed,
}

impl Malformed {
    pub(super) const fn code(self) -> &'static str {
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
            Self::MissingMember(_) => "malformed_missing_member",
            Self::MemberType(_) => "malformed_member_type",
            Self::EmptyMember(_) => "malformed_empty_member",
            Self::MixedForms(_) => "malformed_mixed_forms",
            Self::AttachedPayload => "malformed_attached_payload",
            Self::OverlappingHeaders => "malformed_overlapping_headers",
            Self::UnprotectedParameter(_) => "malformed_unprotected_parameter",
            Self::UnencodedNotCritical => "malformed_unencoded_not_critical",
            Self::MixedUnencoded => "malformed_mixed_unencoded",
            Self::UnencodedPayload => "malformed_unencoded_payload",
            Self::NotTheOnlyRecipient => "malformed_not_the_only_recipient",
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
    /// `alg` stands in the unprotected header of a JWS, where anybody can change it.
    #[error("alg is not protected")]
    UnprotectedAlgorithm,
    /// `enc` stands in an unprotected header of a JWE, where anybody can change it.
    #[error("enc is not protected")]
    UnprotectedEncryption,
    /// The header's `typ` is not what the policy expects.
    #[error("typ is not what the policy expects")]
    Type,
    /// The header names a critical extension that has no [handler](crate::PolicyBuilder::critical) (RFC 7515 section
    /// 4.1.11).
    #[error("a critical header extension is not understood")]
    Critical,
    /// The handler of a critical extension refused its value.
    #[error("the value of a critical header extension is refused")]
    CriticalValue,
    /// The header has a `b64`: the policy does not [allow](crate::PolicyBuilder::allow_unencoded) unencoded payloads, or
    /// the token is a JWT, which never has one (RFC 7797 section 7), or a JWE.
    #[error("unencoded payloads are not accepted")]
    UnencodedPayload,
}

impl Refused {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::UnknownAlgorithm => "refused_unknown_algorithm",
            Self::Algorithm => "refused_algorithm",
            Self::UnknownEncryption => "refused_unknown_encryption",
            Self::Encryption => "refused_encryption",
            Self::UnsupportedEncryption => "refused_unsupported_encryption",
            Self::Compression => "refused_compression",
            Self::ContentType => "refused_content_type",
            Self::FromAnyone => "refused_from_anyone",
            Self::UnprotectedAlgorithm => "refused_unprotected_algorithm",
            Self::UnprotectedEncryption => "refused_unprotected_encryption",
            Self::Type => "refused_type",
            Self::Critical => "refused_critical",
            Self::CriticalValue => "refused_critical_value",
            Self::UnencodedPayload => "refused_unencoded_payload",
        }
    }
}

/// The limit that a token or key document exceeded; see [`Limits`](crate::Limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Limit {
    /// The token's length in bytes. A payload that does not fit can be [detached](crate::JwsBuilder::detached).
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
    /// The number of signatures of one JWS.
    #[error("the number of signatures")]
    Signatures,
    /// The number of recipients of one JWE.
    #[error("the number of recipients")]
    Recipients,
}

impl Limit {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Token => "limit_token",
            Self::Header => "limit_header",
            Self::Depth => "limit_depth",
            Self::Kid => "limit_kid",
            Self::Iterations => "limit_iterations",
            Self::Plaintext => "limit_plaintext",
            Self::Signatures => "limit_signatures",
            Self::Recipients => "limit_recipients",
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
    pub(super) const fn code(self) -> &'static str {
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

/// Why a serialization cannot hold what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum Unwritable {
    /// There is no key to sign with or to encrypt to.
    #[error("there is no key")]
    NoKey,
    /// The compact and the flattened serialization have exactly one signature or recipient.
    #[error("this serialization has exactly one signature or recipient")]
    SeveralKeys,
    /// The compact serialization has no unprotected header (RFC 7515 section 7.1, RFC 7516 section 7.1).
    #[error("the compact serialization has no unprotected header")]
    UnprotectedHeader,
    /// The compact serialization has no additional authenticated data (RFC 7516 section 7.1).
    #[error("the compact serialization has no additional authenticated data")]
    Aad,
    /// The unencoded payload has characters that the serialization cannot hold: the compact one takes space to `~`
    /// without the dot, the others take UTF-8 (RFC 7797 section 5).
    #[error("the unencoded payload has a character that this serialization cannot hold")]
    UnencodedPayload,
    /// `dir` and `ECDH-ES` allow one recipient (RFC 7518 sections 4.5 and 4.6).
    #[error("the algorithm of a key allows no other recipient")]
    NotTheOnlyRecipient,
    /// The keys are bound to different content encryption algorithms, of which a JWE has one (RFC 7516 section 7.2.1).
    #[error("the keys are bound to different content encryption algorithms")]
    DifferentEncryption,
    /// The header is to embed the recipient's public key, and there are several recipients.
    #[error("the header embeds the key of one recipient, and there are several")]
    AmbiguousEmbeddedKey,
}

impl Unwritable {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NoKey => "unwritable_no_key",
            Self::SeveralKeys => "unwritable_several_keys",
            Self::UnprotectedHeader => "unwritable_unprotected_header",
            Self::Aad => "unwritable_aad",
            Self::UnencodedPayload => "unwritable_unencoded_payload",
            Self::NotTheOnlyRecipient => "unwritable_not_the_only_recipient",
            Self::DifferentEncryption => "unwritable_different_encryption",
            Self::AmbiguousEmbeddedKey => "unwritable_ambiguous_embedded_key",
        }
    }
}
