//! The content encryption algorithms (RFC 7518 section 5.1).

use core::fmt;

/// A content encryption algorithm, the value of a JWE `enc` header parameter (RFC 7518 section 5.1).
///
/// ```
/// use josie::JweEnc;
///
/// assert_eq!(JweEnc::A128CbcHs256.name(), "A128CBC-HS256");
/// assert_eq!(JweEnc::A128CbcHs256.key_len(), 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum JweEnc {
    /// AES-GCM with a 128-bit key (RFC 7518 section 5.3).
    A128Gcm,
    /// AES-GCM with a 192-bit key (RFC 7518 section 5.3).
    A192Gcm,
    /// AES-GCM with a 256-bit key (RFC 7518 section 5.3).
    A256Gcm,
    /// AES-CBC with a 128-bit key, authenticated by HMAC SHA-256 (RFC 7518 section 5.2.3).
    A128CbcHs256,
    /// AES-CBC with a 192-bit key, authenticated by HMAC SHA-384 (RFC 7518 section 5.2.4).
    A192CbcHs384,
    /// AES-CBC with a 256-bit key, authenticated by HMAC SHA-512 (RFC 7518 section 5.2.5).
    A256CbcHs512,
}

impl JweEnc {
    /// Every algorithm that josie knows. All of them are acceptable today, so this is a preset as well.
    pub const ALL: &'static [Self] = &[
        Self::A128Gcm,
        Self::A192Gcm,
        Self::A256Gcm,
        Self::A128CbcHs256,
        Self::A192CbcHs384,
        Self::A256CbcHs512,
    ];

    /// Preset: AES-GCM, for peers that you choose yourself.
    pub const GCM: &'static [Self] = &[Self::A128Gcm, Self::A192Gcm, Self::A256Gcm];

    /// The algorithm with this exact, case-sensitive name, or `None` (RFC 7516 section 4.1.2).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|enc| enc.name() == name)
    }

    /// The name on the wire, such as `A256GCM`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A192Gcm => "A192GCM",
            Self::A256Gcm => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A192CbcHs384 => "A192CBC-HS384",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// The length of the content encryption key in bytes. With CBC it holds two keys.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A192Gcm => 24,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A192CbcHs384 => 48,
            Self::A256CbcHs512 => 64,
        }
    }

    /// The length of the initialization vector in bytes.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A192Gcm | Self::A256Gcm => 12,
            Self::A128CbcHs256 | Self::A192CbcHs384 | Self::A256CbcHs512 => 16,
        }
    }

    /// The length of the authentication tag in bytes.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A192Gcm | Self::A256Gcm | Self::A128CbcHs256 => 16,
            Self::A192CbcHs384 => 24,
            Self::A256CbcHs512 => 32,
        }
    }

    /// The most bytes by which a ciphertext is longer than its plaintext: a block of padding for CBC.
    pub(crate) const fn max_padding_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A192Gcm | Self::A256Gcm => 0,
            Self::A128CbcHs256 | Self::A192CbcHs384 | Self::A256CbcHs512 => 16,
        }
    }
}

impl fmt::Display for JweEnc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_its_own_name_only() {
        for enc in JweEnc::ALL {
            assert_eq!(JweEnc::from_name(enc.name()), Some(*enc));
        }
        for name in ["A128KW", "a128gcm", "A128CBC", "A128CBC-HS384", ""] {
            assert_eq!(JweEnc::from_name(name), None, "{name}");
        }
    }
}
