//! What key documents are, and what is malformed about a JWK.

use core::fmt;

use thiserror::Error as ThisError;

use super::KeyError;

/// What is malformed about a JWK or a JWK set (RFC 7517).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ThisError)]
#[non_exhaustive]
pub enum JwkError {
    /// It is not one JSON text in UTF-8, or has a lone surrogate.
    #[error("not valid JSON")]
    Json,
    /// It is JSON, but not an object, or a set's `keys` is not an array of objects.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member name stands twice in one object, at any depth.
    #[error("duplicate member")]
    DuplicateMember,
    /// It is nested deeper than [`Limits`](crate::Limits) allow.
    #[error("nested too deeply")]
    Depth,
    /// The set has more keys, or `kid` is longer, than [`Limits`](crate::Limits) allow; or there are more than ten
    /// certificates, or one of more than 16 KiB.
    #[error("too large")]
    Limit,
    /// A member that is needed is missing.
    #[error("member \"{0}\" is missing")]
    Missing(&'static str),
    /// A member has the wrong JSON type or is not canonical base64url.
    #[error("member \"{0}\" is malformed")]
    Member(&'static str),
    /// `kty` is not one that josie knows.
    #[error("kty is not known")]
    UnknownKeyType,
    /// `crv` is not one that josie knows.
    #[error("crv is not known")]
    UnknownCurve,
    /// `alg` is not one that josie knows. Only an entry of a set is refused for it.
    #[error("alg is not known")]
    UnknownAlg,
    /// `use` and `key_ops` contradict each other, or `key_ops` has a duplicate (RFC 7517 section 4.3).
    #[error("use and key_ops contradict each other")]
    Contradiction,
    /// An RSA private key has `d` but not all of `p`, `q`, `dp`, `dq` and `qi` (RFC 7518 section 6.3.2).
    #[error("an RSA private key needs p, q, dp, dq and qi")]
    IncompleteRsa,
    /// An RSA key with more than two primes (`oth`).
    #[error("RSA keys with more than two primes are not supported")]
    MultiPrimeRsa,
}

impl JwkError {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Json => "jwk_json",
            Self::NotAnObject => "jwk_not_an_object",
            Self::DuplicateMember => "jwk_duplicate_member",
            Self::Depth => "jwk_depth",
            Self::Limit => "jwk_limit",
            Self::Missing(_) => "jwk_missing_member",
            Self::Member(_) => "jwk_malformed_member",
            Self::UnknownKeyType => "jwk_unknown_key_type",
            Self::UnknownCurve => "jwk_unknown_curve",
            Self::UnknownAlg => "jwk_unknown_alg",
            Self::Contradiction => "jwk_contradiction",
            Self::IncompleteRsa => "jwk_incomplete_rsa",
            Self::MultiPrimeRsa => "jwk_multi_prime_rsa",
        }
    }
}

impl From<JwkError> for KeyError {
    fn from(reason: JwkError) -> Self {
        Self::Jwk(reason)
    }
}

/// The format in which a key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFormat {
    /// A PKCS#8 private key, `PRIVATE KEY` (RFC 5958).
    Pkcs8,
    /// An encrypted PKCS#8 private key, `ENCRYPTED PRIVATE KEY` (RFC 5958 section 3).
    EncryptedPkcs8,
    /// An SPKI public key, `PUBLIC KEY` (RFC 5280 section 4.1.2.7).
    Spki,
    /// A PKCS#1 RSA private key, `RSA PRIVATE KEY` (RFC 8017 appendix A.1.2).
    Pkcs1PrivateKey,
    /// A PKCS#1 RSA public key, `RSA PUBLIC KEY` (RFC 8017 appendix A.1.1).
    Pkcs1PublicKey,
    /// A SEC1 EC private key, `EC PRIVATE KEY` (RFC 5915).
    Sec1,
    /// An X.509 certificate, `CERTIFICATE` (RFC 5280).
    Certificate,
    /// An OpenSSH key.
    OpenSsh,
    /// A JWK in JSON (RFC 7517 section 4).
    Jwk,
    /// A JWK set in JSON (RFC 7517 section 5).
    JwkSet,
    /// A private key that is encrypted with the headers of RFC 1421 (`Proc-Type: 4,ENCRYPTED`), as OpenSSL did before
    /// there was encrypted PKCS#8. The encryption is weak; `openssl pkcs8 -topk8` writes the key anew.
    EncryptedTraditional,
    /// A PEM text with several blocks, which [`KeyMaterial::all_from_pem`](crate::KeyMaterial::all_from_pem) reads.
    SeveralPemBlocks,
    /// A PEM text with another label.
    OtherPem,
    /// A text with parts of PEM, of which nobody can say what was meant.
    Pem,
    /// Something else.
    Unknown,
}

impl KeyFormat {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pkcs8 => "PKCS#8 private key",
            Self::EncryptedPkcs8 => "encrypted PKCS#8 private key",
            Self::Spki => "SPKI public key",
            Self::Pkcs1PrivateKey => "PKCS#1 RSA private key",
            Self::Pkcs1PublicKey => "PKCS#1 RSA public key",
            Self::Sec1 => "SEC1 EC private key",
            Self::Certificate => "X.509 certificate",
            Self::OpenSsh => "OpenSSH key",
            Self::Jwk => "JWK",
            Self::JwkSet => "JWK set",
            Self::EncryptedTraditional => "private key in OpenSSL's old encryption",
            Self::SeveralPemBlocks => "PEM text with several blocks",
            Self::OtherPem => "PEM text with another label",
            Self::Pem => "PEM text",
            Self::Unknown => "unknown format",
        }
    }
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
