//! The registries that are built in. Above them, nothing names a backend.

use crate::registry::Registry;

impl Registry {
    /// The full registry: every algorithm, computed by AWS-LC.
    #[cfg(feature = "aws-lc-rs")]
    #[must_use]
    pub const fn aws_lc_rs() -> Self {
        Self {
            signatures: super::aws_lc_rs::SIGNATURES,
            key_management: super::aws_lc_rs::KEY_MANAGEMENT,
            content_encryption: super::aws_lc_rs::CONTENT_ENCRYPTION,
            random: super::aws_lc_rs::RANDOM,
        }
    }

    /// The lighter registry, computed by *ring*: without ES512 and ES256K, and without RSA key generation. It
    /// encrypts with A128GCM and A256GCM, and with keys that both sides share: AES Key Wrap, A128GCMKW and
    /// A256GCMKW, PBES2, `dir`.
    ///
    /// It signs with private RSA keys of up to 4096 bits and never computes with their `d`, so that a wrong one is
    /// noticed by the full registry only.
    #[cfg(feature = "ring")]
    #[must_use]
    pub const fn ring() -> Self {
        Self {
            signatures: super::ring::SIGNATURES,
            key_management: super::ring::KEY_MANAGEMENT,
            content_encryption: super::ring::CONTENT_ENCRYPTION,
            random: super::ring::RANDOM,
        }
    }
}

/// AWS-LC where the feature `aws-lc-rs` is on, else *ring*.
impl Default for Registry {
    fn default() -> Self {
        #[cfg(feature = "aws-lc-rs")]
        let registry = Self::aws_lc_rs();
        #[cfg(not(feature = "aws-lc-rs"))]
        let registry = Self::ring();
        registry
    }
}
