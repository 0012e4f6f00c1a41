//! Where content encryption keys, salts and initialization vectors come from.

use core::fmt;

use thiserror::Error as ThisError;

/// A random generator for encryption.
///
/// For each token that it encrypts josie draws, in this order: the content encryption key, unless the key or an
/// agreement gives it; the salt of PBES2 or the initialization vector of an AES-GCM key wrap; the initialization
/// vector of the content. Besides, it draws the secrets of new keys for `dir`, and the content encryption key with
/// which it goes on where that of a token does not decrypt. Signatures, RSA-OAEP, ephemeral keys and other new keys
/// use the backend's own generator.
///
/// The two built-in registries use their backend's generator, which is what you want. Bring another one for a
/// hardware generator, or a scripted one to reproduce published vectors. **Whatever repeats destroys the
/// protection**: a second token under the same key and initialization vector gives away the difference of the
/// plaintexts, and with AES-GCM lets everybody forge tokens from then on.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{RandomFailed, Registry, SecureRandom};
///
/// /// A generator that has failed its self-test.
/// #[derive(Debug)]
/// struct Broken;
///
/// impl SecureRandom for Broken {
///     fn fill(&self, _out: &mut [u8]) -> Result<(), RandomFailed> {
///         Err(RandomFailed)
///     }
/// }
///
/// // Nothing is encrypted with it.
/// let registry = Registry { random: &Broken, ..Registry::default() };
/// # }
/// ```
pub trait SecureRandom: fmt::Debug + Send + Sync {
    /// Fills `out` with octets that nobody can predict.
    ///
    /// # Errors
    ///
    /// [`RandomFailed`] if there are none to be had; nothing is encrypted then.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed>;
}

/// The random generator failed; there is no reason inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("the random generator failed")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct RandomFailed;
