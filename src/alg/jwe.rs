//! The key management algorithms (RFC 7518 section 4.1, RFC 8037 section 3.2).

use core::fmt;

use super::JweEnc;
use super::KeyType;

/// A key management algorithm, the value of a JWE `alg` header parameter (RFC 7518 section 4.1).
///
/// `RSA1_5` does not exist here, so it can be neither asked for nor accepted.
///
/// ```
/// use josie::JweAlg;
///
/// assert_eq!(JweAlg::RsaOaep256.name(), "RSA-OAEP-256");
/// assert_eq!(JweAlg::from_name("RSA-OAEP-256"), Some(JweAlg::RsaOaep256));
/// assert_eq!(JweAlg::from_name("RSA1_5"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum JweAlg {
    /// The shared key is the content encryption key itself (RFC 7518 section 4.5).
    ///
    /// With AES-GCM, encrypt at most 2^32 tokens with one key: their IVs are random, and one that repeats gives
    /// the authentication key away (RFC 7518 section 8.4, NIST SP 800-38D section 8.3).
    Dir,
    /// AES Key Wrap with a 128-bit key (RFC 7518 section 4.4).
    A128Kw,
    /// AES Key Wrap with a 192-bit key (RFC 7518 section 4.4).
    A192Kw,
    /// AES Key Wrap with a 256-bit key (RFC 7518 section 4.4).
    A256Kw,
    /// Key wrapping by AES-GCM with a 128-bit key (RFC 7518 section 4.7). Encrypt at most 2^32 tokens with one
    /// key, for the reason given at [`Dir`](Self::Dir).
    A128GcmKw,
    /// Key wrapping by AES-GCM with a 192-bit key (RFC 7518 section 4.7). Encrypt at most 2^32 tokens with one
    /// key, for the reason given at [`Dir`](Self::Dir).
    A192GcmKw,
    /// Key wrapping by AES-GCM with a 256-bit key (RFC 7518 section 4.7). Encrypt at most 2^32 tokens with one
    /// key, for the reason given at [`Dir`](Self::Dir).
    A256GcmKw,
    /// RSAES OAEP with SHA-1 (RFC 7518 section 4.3). **Legacy**: for peers that know nothing else. OAEP does not
    /// need what SHA-1 lost, but everything new takes [`RsaOaep256`](Self::RsaOaep256).
    RsaOaep,
    /// RSAES OAEP with SHA-256 and MGF1 with SHA-256 (RFC 7518 section 4.3).
    RsaOaep256,
    /// RSAES OAEP with SHA-384 and MGF1 with SHA-384 (registered by the W3C Web Cryptography API).
    RsaOaep384,
    /// RSAES OAEP with SHA-512 and MGF1 with SHA-512 (registered by the W3C Web Cryptography API).
    RsaOaep512,
    /// The content encryption key is agreed upon by ECDH with an ephemeral key (RFC 7518 section 4.6).
    EcdhEs,
    /// ECDH with an ephemeral key agrees upon a key for A128KW (RFC 7518 section 4.6).
    EcdhEsA128Kw,
    /// ECDH with an ephemeral key agrees upon a key for A192KW (RFC 7518 section 4.6).
    EcdhEsA192Kw,
    /// ECDH with an ephemeral key agrees upon a key for A256KW (RFC 7518 section 4.6).
    EcdhEsA256Kw,
    /// A password: PBKDF2 with HMAC SHA-256 makes a key for A128KW (RFC 7518 section 4.8).
    Pbes2Hs256A128Kw,
    /// A password: PBKDF2 with HMAC SHA-384 makes a key for A192KW (RFC 7518 section 4.8).
    Pbes2Hs384A192Kw,
    /// A password: PBKDF2 with HMAC SHA-512 makes a key for A256KW (RFC 7518 section 4.8).
    Pbes2Hs512A256Kw,
}

impl JweAlg {
    /// Every algorithm that josie knows.
    pub const ALL: &'static [Self] = &[
        Self::Dir,
        Self::A128Kw,
        Self::A192Kw,
        Self::A256Kw,
        Self::A128GcmKw,
        Self::A192GcmKw,
        Self::A256GcmKw,
        Self::RsaOaep,
        Self::RsaOaep256,
        Self::RsaOaep384,
        Self::RsaOaep512,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA192Kw,
        Self::EcdhEsA256Kw,
        Self::Pbes2Hs256A128Kw,
        Self::Pbes2Hs384A192Kw,
        Self::Pbes2Hs512A256Kw,
    ];

    /// Preset: encryption to a public key. Without RSA-OAEP with SHA-1, which is to be named where it is needed.
    pub const ASYMMETRIC: &'static [Self] = &[
        Self::RsaOaep256,
        Self::RsaOaep384,
        Self::RsaOaep512,
        Self::EcdhEs,
        Self::EcdhEsA128Kw,
        Self::EcdhEsA192Kw,
        Self::EcdhEsA256Kw,
    ];

    /// Preset: encryption with a shared key. Without passwords, whose algorithms are to be named where they are
    /// wanted: each token makes the reader do work that the sender chooses.
    pub const SYMMETRIC: &'static [Self] = &[
        Self::Dir,
        Self::A128Kw,
        Self::A192Kw,
        Self::A256Kw,
        Self::A128GcmKw,
        Self::A192GcmKw,
        Self::A256GcmKw,
    ];

    /// Preset: encryption with a [`Password`](crate::Password), by the PBES2 algorithms. Whoever writes a token chooses
    /// how much work it takes to try one, within the [`Limits`](crate::Limits).
    pub const PASSWORD: &'static [Self] =
        &[Self::Pbes2Hs256A128Kw, Self::Pbes2Hs384A192Kw, Self::Pbes2Hs512A256Kw];

    /// The algorithm with this exact, case-sensitive name, or `None` (RFC 7516 section 4.1.1).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|alg| alg.name() == name)
    }

    /// The name on the wire, such as `RSA-OAEP-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The type of key that this algorithm takes. ECDH-ES, here [`KeyType::Ec`], takes X25519 keys as well;
    /// PBES2 takes a password.
    #[must_use]
    pub const fn kty(self) -> KeyType {
        self.facts().kty
    }

    /// How the content encryption key reaches the recipient (RFC 7516 section 2).
    #[must_use]
    pub const fn mode(self) -> KeyManagementMode {
        self.facts().mode
    }

    /// The length in bytes of the key that encrypts the content encryption key: the secret's own for AES Key
    /// Wrap and AES-GCM, the derived one's for ECDH-ES and PBES2. `None` where there is none.
    #[must_use]
    pub const fn kek_len(self) -> Option<usize> {
        self.facts().kek_len
    }

    /// The length in bytes of the JWE Encrypted Key for a content encryption key of `enc`; zero where there is
    /// none. `None` for RSA-OAEP, where it is as long as the modulus.
    #[must_use]
    pub const fn encrypted_key_len(self, enc: JweEnc) -> Option<usize> {
        match self {
            Self::Dir | Self::EcdhEs => Some(0),
            Self::RsaOaep | Self::RsaOaep256 | Self::RsaOaep384 | Self::RsaOaep512 => None,
            // The tag has a header parameter of its own (RFC 7518 section 4.7.1.2).
            Self::A128GcmKw | Self::A192GcmKw | Self::A256GcmKw => Some(enc.key_len()),
            // AES Key Wrap adds one block of 64 bits (RFC 3394 section 2.2.1).
            Self::A128Kw
            | Self::A192Kw
            | Self::A256Kw
            | Self::EcdhEsA128Kw
            | Self::EcdhEsA192Kw
            | Self::EcdhEsA256Kw
            | Self::Pbes2Hs256A128Kw
            | Self::Pbes2Hs384A192Kw
            | Self::Pbes2Hs512A256Kw => Some(enc.key_len() + 8),
        }
    }

    /// Whether the content encryption key is the recipient's own or agreed upon with it, so that there is no other
    /// recipient: `dir` and ECDH-ES.
    pub(crate) const fn has_no_encrypted_key(self) -> bool {
        matches!(
            self.mode(),
            KeyManagementMode::DirectEncryption | KeyManagementMode::DirectKeyAgreement
        )
    }

    /// Whether everybody can encrypt, since the key is a public one.
    pub(crate) const fn takes_public_key(self) -> bool {
        !matches!(self.kty(), KeyType::Oct)
    }

    /// The least number of PBKDF2 iterations that josie produces tokens with. `None` for all but PBES2.
    ///
    /// 600 000 with SHA-256, 310 000 with SHA-384 and 210 000 with SHA-512.
    #[must_use]
    pub const fn min_iterations(self) -> Option<u32> {
        match self {
            Self::Pbes2Hs256A128Kw => Some(600_000),
            Self::Pbes2Hs384A192Kw => Some(310_000),
            Self::Pbes2Hs512A256Kw => Some(210_000),
            _ => None,
        }
    }

    /// The header parameters, beside `enc`, without which a token is malformed. `epk` is none of them: whether it is
    /// one is found out where the content is.
    pub(crate) const fn needed_parameters(self) -> &'static [&'static str] {
        match self {
            // RFC 7518 section 4.7.1.
            Self::A128GcmKw | Self::A192GcmKw | Self::A256GcmKw => &["iv", "tag"],
            // RFC 7518 section 4.8.1.
            Self::Pbes2Hs256A128Kw | Self::Pbes2Hs384A192Kw | Self::Pbes2Hs512A256Kw => {
                &["p2s", "p2c"]
            }
            _ => &[],
        }
    }

    const fn facts(self) -> Facts {
        match self {
            Self::Dir => Facts::direct("dir"),
            Self::A128Kw => Facts::wrapping("A128KW", 16),
            Self::A192Kw => Facts::wrapping("A192KW", 24),
            Self::A256Kw => Facts::wrapping("A256KW", 32),
            Self::A128GcmKw => Facts::wrapping("A128GCMKW", 16),
            Self::A192GcmKw => Facts::wrapping("A192GCMKW", 24),
            Self::A256GcmKw => Facts::wrapping("A256GCMKW", 32),
            Self::RsaOaep => Facts::rsa("RSA-OAEP"),
            Self::RsaOaep256 => Facts::rsa("RSA-OAEP-256"),
            Self::RsaOaep384 => Facts::rsa("RSA-OAEP-384"),
            Self::RsaOaep512 => Facts::rsa("RSA-OAEP-512"),
            Self::EcdhEs => Facts::agreement("ECDH-ES", None),
            Self::EcdhEsA128Kw => Facts::agreement("ECDH-ES+A128KW", Some(16)),
            Self::EcdhEsA192Kw => Facts::agreement("ECDH-ES+A192KW", Some(24)),
            Self::EcdhEsA256Kw => Facts::agreement("ECDH-ES+A256KW", Some(32)),
            // RFC 7518 section 4.8 has the CEK wrapped by the key that the password derives.
            Self::Pbes2Hs256A128Kw => Facts::wrapping("PBES2-HS256+A128KW", 16),
            Self::Pbes2Hs384A192Kw => Facts::wrapping("PBES2-HS384+A192KW", 24),
            Self::Pbes2Hs512A256Kw => Facts::wrapping("PBES2-HS512+A256KW", 32),
        }
    }
}

impl fmt::Display for JweAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How the content encryption key (CEK) reaches the recipient: the key management mode (RFC 7516 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyManagementMode {
    /// The CEK is the shared key itself.
    DirectEncryption,
    /// The CEK is what both sides agree upon.
    DirectKeyAgreement,
    /// The CEK is wrapped with a key that both sides agree upon.
    KeyAgreementWithKeyWrapping,
    /// The CEK is wrapped with a shared key, or with one that a password derives.
    KeyWrapping,
    /// The CEK is encrypted to a public key.
    KeyEncryption,
}

/// What is true of one key management algorithm.
#[derive(Clone, Copy)]
struct Facts {
    name: &'static str,
    kty: KeyType,
    mode: KeyManagementMode,
    kek_len: Option<usize>,
}

impl Facts {
    const fn direct(name: &'static str) -> Self {
        let mode = KeyManagementMode::DirectEncryption;
        Self { name, kty: KeyType::Oct, mode, kek_len: None }
    }

    const fn wrapping(name: &'static str, kek_len: usize) -> Self {
        let mode = KeyManagementMode::KeyWrapping;
        Self { name, kty: KeyType::Oct, mode, kek_len: Some(kek_len) }
    }

    const fn rsa(name: &'static str) -> Self {
        let mode = KeyManagementMode::KeyEncryption;
        Self { name, kty: KeyType::Rsa, mode, kek_len: None }
    }

    const fn agreement(name: &'static str, kek_len: Option<usize>) -> Self {
        let mode = match kek_len {
            None => KeyManagementMode::DirectKeyAgreement,
            Some(_) => KeyManagementMode::KeyAgreementWithKeyWrapping,
        };
        Self { name, kty: KeyType::Ec, mode, kek_len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_its_own_name_only() {
        for alg in JweAlg::ALL {
            assert_eq!(JweAlg::from_name(alg.name()), Some(*alg));
        }
        for name in ["RSA1_5", "rsa-oaep", "none", "HS256", "", "A128GCM", "DIR"] {
            assert_eq!(JweAlg::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn presets_name_no_password_and_no_sha_1() {
        for preset in [JweAlg::ASYMMETRIC, JweAlg::SYMMETRIC] {
            assert!(preset.iter().all(|alg| alg.min_iterations().is_none()));
            assert!(!preset.contains(&JweAlg::RsaOaep));
        }
        assert!(JweAlg::SYMMETRIC.iter().all(|alg| alg.kty() == KeyType::Oct));
        assert!(JweAlg::ASYMMETRIC.iter().all(|alg| alg.kty() != KeyType::Oct));
    }
}
