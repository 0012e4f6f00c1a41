//! The errors of reading, making, keeping and writing keys.

use thiserror::Error as ThisError;

use super::Error;
use super::JwkError;
use super::KeyFormat;
use crate::alg::Curve;
use crate::alg::JweEnc;
use crate::alg::KeyType;

/// Why a key could not be read, made, kept or written.
///
/// Algorithms are given by their wire names. No variant holds key material.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JwsAlg, KeyError, SigningKey};
///
/// let error = SigningKey::from_secret(b"too short", JwsAlg::Hs256).unwrap_err();
/// assert_eq!(error, KeyError::SecretTooShort { alg: "HS256", min: 32, found: 9 });
/// assert_eq!(error.code(), "key_secret_too_short");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum KeyError {
    /// The registry does not have this algorithm, or cannot do this with it.
    #[error("{alg}: {what} is not supported by this registry")]
    Unsupported {
        /// The algorithm's name.
        alg: &'static str,
        /// What was asked for, such as `signing`, `key generation` or `RSA keys over 4096 bits`.
        what: &'static str,
    },
    /// The key has another type than the algorithm takes.
    #[error("{alg} takes a key of type {expected}, found {found}")]
    WrongKeyType {
        /// The algorithm's name.
        alg: &'static str,
        /// The type of key that the algorithm takes.
        expected: KeyType,
        /// The type of the key that was given.
        found: KeyType,
    },
    /// The key lies on another curve than the algorithm is fixed to.
    #[error("{alg} takes a key on {expected}, found {found}")]
    WrongCurve {
        /// The algorithm's name.
        alg: &'static str,
        /// The curve that the algorithm is fixed to.
        expected: Curve,
        /// The curve of the key that was given.
        found: Curve,
    },
    /// The algorithm does not work on the key's curve. ECDH-ES takes P-256, P-384, P-521 and X25519.
    #[error("{alg} takes no key on {found}")]
    UnsuitableCurve {
        /// The algorithm's name.
        alg: &'static str,
        /// The curve of the key that was given.
        found: Curve,
    },
    /// The secret has another length than the algorithm takes (RFC 7518 sections 4.4, 4.5 and 4.7).
    #[error("{alg} takes a secret of {expected} bytes, found {found}")]
    SecretLength {
        /// The algorithm's name; for `dir` that of the content encryption algorithm.
        alg: &'static str,
        /// The length that it takes, in bytes.
        expected: usize,
        /// The length of the secret that was given, in bytes.
        found: usize,
    },
    /// The algorithm takes a [`Password`](crate::Password), which is no key (RFC 7518 section 4.8).
    #[error("{0} takes a password, not a key")]
    PasswordNeeded(&'static str),
    /// The algorithm takes a key; a [`Password`](crate::Password) is none.
    #[error("{0} takes a key, not a password")]
    NotForPasswords(&'static str),
    /// The password is empty.
    #[error("a password is not empty")]
    EmptyPassword,
    /// With fewer iterations PBKDF2 does not protect a password; with more, readers refuse the token, or the encrypted
    /// key.
    #[error("{alg} takes {min} to {max} iterations, found {found}")]
    Iterations {
        /// The algorithm's name.
        alg: &'static str,
        /// The least number of iterations.
        min: u32,
        /// The greatest number of iterations.
        max: u32,
        /// The number that was asked for.
        found: u32,
    },
    /// scrypt would need more memory or time than josie gives it to decrypt a key: more than 64 MiB, or more than
    /// 256 MiB in all of its lanes (`128 * N * r * p`, RFC 7914 section 2).
    #[error("scrypt takes at most 64 MiB, and 256 MiB in all of its lanes")]
    ScryptCost,
    /// A key for `dir` is bound to its content encryption algorithm as well: see
    /// [`DecryptionKey::direct`](crate::DecryptionKey::direct).
    #[error(
        "a key for dir needs its enc: `DecryptionKey::direct`, `direct_from_*` or `generate_direct`"
    )]
    DirectNeedsEnc,
    /// A key for `dir` was asked for another content encryption algorithm than its own.
    #[error("the key for dir is bound to {expected}, not to {found}")]
    WrongEnc {
        /// The content encryption algorithm that the key is bound to.
        expected: JweEnc,
        /// The one that was asked for.
        found: JweEnc,
    },
    /// The secret is shorter than the hash of the HMAC (RFC 7518 section 3.2).
    #[error("{alg} needs a secret of at least {min} bytes, found {found}")]
    SecretTooShort {
        /// The algorithm's name.
        alg: &'static str,
        /// The shortest secret allowed, in bytes.
        min: usize,
        /// The length of the secret that was given, in bytes.
        found: usize,
    },
    /// The secret is itself a key of another kind, or a public document: a PEM text, an OpenSSH line, a
    /// JWK, a DER structure. Whoever knows the public key would know the secret.
    #[error("the secret is itself a key in another format: {0}")]
    SecretIsKey(KeyFormat),
    /// The RSA modulus is not 2048 to 8192 bits long (RFC 7518 sections 3.3 and 4.3).
    #[error("an RSA modulus has 2048 to 8192 bits, found {bits}")]
    RsaSize {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The RSA public exponent is even, below 65537 or not below 2^33.
    #[error("an RSA public exponent is odd, at least 65537 and below 2^33")]
    RsaExponent,
    /// A value has the wrong length, a leading zero octet where none may be, or is out of range. The name is
    /// that of the JWK member.
    #[error("key member \"{0}\" is not a valid value")]
    InvalidValue(&'static str),
    /// The public key is not a point on its curve. For Ed25519: it is a point of small order or not reduced; one
    /// that is no point at all is not found here, and verifies nothing. For X25519: it has small order.
    #[error("the public key is not an acceptable point of {0}")]
    InvalidPoint(Curve),
    /// The private half does not belong to the public half, or the parts of the private half contradict
    /// each other.
    #[error("the parts of the key do not belong together")]
    Inconsistent,
    /// A private key was needed, also to be written as one, and only a public one was given.
    #[error("a private key is needed, found a public key")]
    PrivateKeyNeeded,
    /// A public key was needed, and a private one was given.
    #[error("a public key is needed, found a private key")]
    PublicKeyNeeded,
    /// A public key was needed, or one that is written in PEM or DER, and a symmetric one was given, which is neither.
    #[error("an asymmetric key is needed, found a symmetric key")]
    SymmetricKey,
    /// The private key does not carry its public half: a registry that is to sign with it cannot compute it, or the
    /// material is to be written as what needs it before it was bound.
    #[error("the public half of the key is missing")]
    PublicHalfMissing,
    /// The JWK's `alg` is another one than the key was asked to do (RFC 7517 section 4.4).
    #[error("the JWK is for another algorithm than {0}")]
    AlgMismatch(&'static str),
    /// The JWK's `use` does not allow the operation (RFC 7517 section 4.2).
    #[error("the JWK's \"use\" does not allow this")]
    UseMismatch,
    /// The JWK's `key_ops` do not allow the operation (RFC 7517 section 4.3).
    #[error("the JWK's \"key_ops\" do not allow this")]
    KeyOpsMismatch,
    /// None of the algorithms that the caller listed fits the key.
    #[error("no listed algorithm fits the key")]
    NotListed,
    /// The JWK has no `alg`, and several of the algorithms that the caller listed fit the key.
    #[error("the JWK has no alg, and several listed algorithms fit it")]
    AmbiguousAlg,
    /// The input is a key, but in another format than this function reads.
    #[error("expected {expected}, found {found}")]
    Format {
        /// What this function reads.
        expected: &'static str,
        /// What was found.
        found: KeyFormat,
    },
    /// The input is PEM or DER, but broken: truncated, with trailing bytes, or not the structure that its
    /// label or algorithm says.
    #[error("the {0} is malformed")]
    Encoding(KeyFormat),
    /// The input has a key algorithm or curve, or is encrypted in a way, that josie does not know. Object identifiers
    /// name all of these.
    #[error("the key's algorithm, curve or encryption is not known")]
    UnknownKeyAlgorithm,
    /// The JWK or JWK set is malformed.
    #[error("malformed JWK: {0}")]
    Jwk(JwkError),
    /// One block of a PEM text with several cannot be used.
    #[error("PEM block {number}: {reason}")]
    PemBlock {
        /// Which block, counted from 1.
        number: usize,
        /// Why.
        reason: Box<KeyError>,
    },
    /// An encrypted PKCS#8 key does not decrypt to a key: the password is another one, or the key was changed, or it is
    /// of a kind that josie does not read. The encryption of most such files cannot tell these apart.
    #[error("the password does not open the key")]
    WrongPassword,
    /// The certificates or the certificate thumbprint in this member of the JWK are not those of its key
    /// (RFC 7517 sections 4.7 to 4.9).
    #[error("JWK member \"{0}\" does not belong to the key")]
    CertificateMismatch(&'static str),
    /// A JWE that holds a key or a set of keys could not be made or opened.
    #[error("encrypted key: {0}")]
    Token(Box<Error>),
    /// A [`Password`](crate::Password) is no key: there is nothing to export, and it has no thumbprint.
    #[error("a password has no key material")]
    NoKeyMaterial,
    /// A [`KeyRing`](crate::KeyRing) tells its keys apart by their `kid`, and this key has none.
    #[error("a key of a ring needs a kid")]
    KidNeeded,
    /// The [`KeyRing`](crate::KeyRing) has another key with this `kid`.
    #[error("the ring has another key with this kid")]
    DuplicateKid,
    /// The [`KeyRing`](crate::KeyRing) has no key with this `kid`.
    #[error("the ring has no key with this kid")]
    UnknownKid,
    /// The primary key of a [`KeyRing`](crate::KeyRing) cannot be retired; another one has to be promoted first.
    #[error("the primary key of a ring cannot be retired")]
    PrimaryKey,
    /// The period of the key has not begun, or is over.
    #[error("the key is outside of its period")]
    OutsidePeriod,
    /// The key generator of the backend failed.
    #[error("key generation failed")]
    GenerationFailed,
}

impl KeyError {
    /// A name for this error that stays the same across versions, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } => "key_unsupported",
            Self::WrongKeyType { .. } => "key_wrong_key_type",
            Self::WrongCurve { .. } => "key_wrong_curve",
            Self::UnsuitableCurve { .. } => "key_unsuitable_curve",
            Self::SecretLength { .. } => "key_secret_length",
            Self::PasswordNeeded(_) => "key_password_needed",
            Self::NotForPasswords(_) => "key_not_for_passwords",
            Self::EmptyPassword => "key_empty_password",
            Self::Iterations { .. } => "key_iterations",
            Self::ScryptCost => "key_scrypt_cost",
            Self::DirectNeedsEnc => "key_direct_needs_enc",
            Self::WrongEnc { .. } => "key_wrong_enc",
            Self::SecretTooShort { .. } => "key_secret_too_short",
            Self::SecretIsKey(_) => "key_secret_is_key",
            Self::RsaSize { .. } => "key_rsa_size",
            Self::RsaExponent => "key_rsa_exponent",
            Self::InvalidValue(_) => "key_invalid_value",
            Self::InvalidPoint(_) => "key_invalid_point",
            Self::Inconsistent => "key_inconsistent",
            Self::PrivateKeyNeeded => "key_private_key_needed",
            Self::PublicKeyNeeded => "key_public_key_needed",
            Self::SymmetricKey => "key_symmetric",
            Self::PublicHalfMissing => "key_public_half_missing",
            Self::AlgMismatch(_) => "key_alg_mismatch",
            Self::UseMismatch => "key_use_mismatch",
            Self::KeyOpsMismatch => "key_ops_mismatch",
            Self::NotListed => "key_not_listed",
            Self::AmbiguousAlg => "key_ambiguous_alg",
            Self::Format { .. } => "key_format",
            Self::Encoding(_) => "key_encoding",
            Self::UnknownKeyAlgorithm => "key_unknown_key_algorithm",
            Self::Jwk(reason) => reason.code(),
            Self::PemBlock { reason, .. } => reason.code(),
            Self::WrongPassword => "key_wrong_password",
            Self::CertificateMismatch(_) => "key_certificate_mismatch",
            Self::Token(reason) => reason.code(),
            Self::NoKeyMaterial => "key_no_key_material",
            Self::KidNeeded => "key_kid_needed",
            Self::DuplicateKid => "key_duplicate_kid",
            Self::UnknownKid => "key_unknown_kid",
            Self::PrimaryKey => "key_primary_key",
            Self::OutsidePeriod => "key_outside_period",
            Self::GenerationFailed => "key_generation_failed",
        }
    }
}
