//! Hashes of public keys and certificates.

use core::fmt;

use sha2::Digest;

/// A hash function of the SHA-2 family, for thumbprints (RFC 7638 section 3.4).
///
/// ```
/// use josie::HashAlg;
///
/// assert_eq!(HashAlg::Sha256.name(), "sha-256");
/// assert_eq!(HashAlg::from_name("sha-512"), Some(HashAlg::Sha512));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlg {
    /// SHA-256: 32 bytes. The one that everybody uses.
    Sha256,
    /// SHA-384: 48 bytes.
    Sha384,
    /// SHA-512: 64 bytes.
    Sha512,
}

impl HashAlg {
    /// Every hash function that josie knows.
    pub const ALL: &'static [Self] = &[Self::Sha256, Self::Sha384, Self::Sha512];

    /// The hash function with this exact name, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|hash| hash.name() == name)
    }

    /// The name in thumbprint URIs: `sha-256`, `sha-384` or `sha-512` (RFC 9278 section 3).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The length of a digest in bytes.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of `octets`.
    pub(crate) fn digest(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(octets).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(octets).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(octets).to_vec(),
        }
    }
}

impl fmt::Display for HashAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The SHA-1 digest of `octets`, which names a certificate in `x5t` and proves nothing.
pub(crate) fn sha1(octets: &[u8]) -> [u8; 20] {
    sha1::Sha1::digest(octets).into()
}
