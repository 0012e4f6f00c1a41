//! Content encryption algorithms, as backends provide them.

use core::fmt;

use thiserror::Error as ThisError;

use super::RandomFailed;
use crate::alg::JweEnc;
use crate::error::KeyError;
use crate::secret::SecretBytes;

/// One content encryption algorithm of a backend (RFC 7518 section 5).
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     ContentCipher, ContentEncryptionAlgorithm, DecryptionKey, JweEnc, KeyError, Registry, SecretBytes,
/// };
///
/// /// A256GCM that goes to a module, where there is one.
/// #[derive(Debug)]
/// struct ModuleA256Gcm;
///
/// impl ContentEncryptionAlgorithm for ModuleA256Gcm {
///     fn enc(&self) -> JweEnc {
///         JweEnc::A256Gcm
///     }
///
///     fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
///         let software = Registry::default().content_encryption(self.enc());
///         software.ok_or(KeyError::Unsupported { alg: "A256GCM", what: "encrypting" })?.cipher(cek)
///     }
/// }
///
/// let registry = Registry { content_encryption: &[&ModuleA256Gcm], ..Registry::default() };
/// let key = DecryptionKey::generate_direct_with(JweEnc::A256Gcm, &registry)?;
/// let error = DecryptionKey::generate_direct_with(JweEnc::A128Gcm, &registry).unwrap_err();
/// assert_eq!(error.code(), "key_unsupported");
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
pub trait ContentEncryptionAlgorithm: fmt::Debug + Send + Sync {
    /// The algorithm that this is.
    fn enc(&self) -> JweEnc;

    /// Prepares a content encryption key. With `dir` that is done once for each key, else for each token.
    ///
    /// # Errors
    ///
    /// [`KeyError::SecretLength`] if `cek` is not [`JweEnc::key_len`] bytes long. josie has checked that before
    /// it calls this.
    fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError>;
}

/// A content encryption key that is ready to seal and to open.
///
/// It is for [`Jwe`](crate::Jwe) to call, which draws a fresh initialization vector for each token. Whoever calls
/// [`seal`](Self::seal) with one that was used before gives the plaintexts away.
pub trait ContentCipher: Send + Sync {
    /// Encrypts in place. `in_out` holds the plaintext, and afterwards the ciphertext followed by the
    /// authentication tag of [`JweEnc::tag_len`] bytes. It has room for both, so that it need not grow and leave a
    /// copy of the plaintext behind.
    ///
    /// # Errors
    ///
    /// [`EncryptionFailed`] if the backend could not. josie wipes `in_out` then.
    fn seal(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed>;

    /// Checks the tag, then decrypts in place. `in_out` holds the ciphertext followed by the authentication tag,
    /// which is [`JweEnc::tag_len`] bytes long; afterwards the plaintext and nothing else. The length of the
    /// ciphertext is attacker-controlled.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`] for every reason; there is no need and no room for a finer error. josie wipes
    /// `in_out` then.
    fn open(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), DecryptionFailed>;
}

/// What [`ContentCipher`] is given beside the content.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ContentInput<'a> {
    /// The initialization vector, [`JweEnc::iv_len`] bytes.
    pub iv: &'a [u8],
    /// The additional authenticated data: in the compact form the encoded protected header, as it was received.
    pub aad: &'a [u8],
}

impl<'a> ContentInput<'a> {
    /// An initialization vector and additional authenticated data.
    #[must_use]
    pub const fn new(iv: &'a [u8], aad: &'a [u8]) -> Self {
        Self { iv, aad }
    }
}

/// The backend could not encrypt; there is no reason inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("encryption failed")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct EncryptionFailed;

impl From<RandomFailed> for EncryptionFailed {
    fn from(RandomFailed: RandomFailed) -> Self {
        Self
    }
}

/// A key or content does not decrypt; there is no reason inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("decryption failed")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct DecryptionFailed;
