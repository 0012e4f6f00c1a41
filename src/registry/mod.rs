//! The registry: which algorithms exist and who computes them. The one joint between josie's rules and
//! the cryptography below them.

mod content;
mod incremental;
mod management;
mod random;
mod signature;

pub use self::content::ContentCipher;
pub use self::content::ContentEncryptionAlgorithm;
pub use self::content::ContentInput;
pub use self::content::DecryptionFailed;
pub use self::content::EncryptionFailed;
pub use self::incremental::SigningContext;
pub use self::incremental::VerifyingContext;
pub use self::management::DecryptKeyInput;
pub use self::management::EncryptKeyInput;
pub use self::management::EncryptedKey;
pub use self::management::KeyDecryptor;
pub use self::management::KeyEncryptor;
pub use self::management::KeyManagementAlgorithm;
pub use self::random::RandomFailed;
pub use self::random::SecureRandom;
pub use self::signature::InvalidSignature;
pub use self::signature::SignInput;
pub use self::signature::SignatureAlgorithm;
pub use self::signature::Signer;
pub use self::signature::SigningFailed;
pub use self::signature::Verifier;
pub use self::signature::VerifyInput;
use crate::alg::Curve;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;

/// The algorithms that keys may be bound to, as static tables, and the random generator of encryption.
///
/// A registry is plain data: copy one and replace a table to bring your own implementation of an
/// algorithm, for example one whose private keys live in a hardware module. There is no process-wide
/// registry and nothing to install. Without the features `aws-lc-rs` and `ring` there is no default
/// registry, and the constructors that use it do not exist.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JweAlg, JweEnc, JwsAlg, Registry};
///
/// let registry = Registry::default();
/// assert!(registry.signature(JwsAlg::Es256).is_some());
/// assert!(registry.key_management(JweAlg::A256Kw).is_some());
/// assert!(registry.content_encryption(JweEnc::A256Gcm).is_some());
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // Users build one themselves, from their own tables.
pub struct Registry {
    /// The signature and MAC algorithms. The first entry with an `alg` is the one that counts.
    pub signatures: &'static [&'static dyn SignatureAlgorithm],
    /// The key management algorithms, without `dir`, which takes nothing but a content encryption algorithm.
    /// The first entry with an `alg` is the one that counts.
    pub key_management: &'static [&'static dyn KeyManagementAlgorithm],
    /// The content encryption algorithms. The first entry with an `enc` is the one that counts.
    pub content_encryption: &'static [&'static dyn ContentEncryptionAlgorithm],
    /// Where content encryption keys, salts and initialization vectors come from; see [`SecureRandom`].
    pub random: &'static dyn SecureRandom,
}

impl Registry {
    /// The implementation of `alg`, if this registry has one.
    #[must_use]
    pub fn signature(&self, alg: JwsAlg) -> Option<&'static dyn SignatureAlgorithm> {
        self.signatures.iter().copied().find(|entry| entry.alg() == alg)
    }

    /// The implementation of `alg`, if this registry has one. There is none for [`JweAlg::Dir`].
    #[must_use]
    pub fn key_management(&self, alg: JweAlg) -> Option<&'static dyn KeyManagementAlgorithm> {
        self.key_management.iter().copied().find(|entry| entry.alg() == alg)
    }

    /// The implementation of `enc`, if this registry has one.
    #[must_use]
    pub fn content_encryption(
        &self,
        enc: JweEnc,
    ) -> Option<&'static dyn ContentEncryptionAlgorithm> {
        self.content_encryption.iter().copied().find(|entry| entry.enc() == enc)
    }
}

/// What [`SignatureAlgorithm::generate`] and [`KeyManagementAlgorithm::generate`] are given.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GenerateInput {
    /// The length of an RSA modulus.
    pub rsa_bits: RsaBits,
    /// The curve of a key for ECDH-ES, which is not fixed to one. `None` is P-256, which every peer knows.
    pub crv: Option<Curve>,
}

impl GenerateInput {
    /// A request for a key with an RSA modulus of this length; other types of key have no choice of size.
    #[must_use]
    pub const fn new(rsa_bits: RsaBits) -> Self {
        Self { rsa_bits, crv: None }
    }

    /// The same request, for a key on this curve: P-256, P-384, P-521 or X25519, for ECDH-ES only. Other algorithms
    /// do not look at it.
    #[must_use]
    pub const fn with_curve(self, crv: Curve) -> Self {
        Self { crv: Some(crv), ..self }
    }
}

/// The length of the modulus of a generated RSA key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RsaBits {
    /// 2048 bits, the least that RFC 7518 allows.
    B2048,
    /// 3072 bits, the default: 128 bits of strength.
    #[default]
    B3072,
    /// 4096 bits.
    B4096,
}
