//! Messages that come in chunks, such as a detached payload that is read from a file.

use super::InvalidSignature;
use super::SigningFailed;

/// A message that is being verified, as [`Verifier::begin`](crate::Verifier::begin) starts it.
///
/// The message is all of its chunks in their order; how it is cut makes no difference. A chunk has any length, zero
/// included, and a message of no chunks is the empty one. Nothing that was in a chunk is known to be genuine before
/// [`finish`](Self::finish) has said so.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{InvalidSignature, JwsAlg, KeyMaterial, Registry, SignInput, Verifier};
///
/// fn verify(key: &dyn Verifier, chunks: &[&[u8]], signature: &[u8]) -> Result<(), InvalidSignature> {
///     let mut context = key.begin().expect("HMAC takes chunks");
///     for chunk in chunks {
///         context.update(chunk);
///     }
///     context.finish(signature)
/// }
///
/// let algorithm = Registry::default().signature(JwsAlg::Hs256).unwrap();
/// let secret = KeyMaterial::oct(vec![0x5a; 32]);
/// let (signer, verifier) = (algorithm.signer(&secret)?, algorithm.verifier(&secret)?);
///
/// let signature = signer.sign(&SignInput::new(b"one message")).unwrap();
/// assert_eq!(verify(&*verifier, &[b"one ", b"mess", b"age"], &signature), Ok(()));
/// assert_eq!(verify(&*verifier, &[b"one ", b"age"], &signature), Err(InvalidSignature));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
pub trait VerifyingContext: Send {
    /// Appends a chunk to the message.
    fn update(&mut self, chunk: &[u8]);

    /// Checks the signature of the whole message, with the outcome of [`Verifier::verify`](crate::Verifier::verify).
    ///
    /// `signature`: in its JOSE form, for ECDSA `r || s`. Its length is attacker-controlled.
    ///
    /// # Errors
    ///
    /// [`InvalidSignature`] for every reason; there is no need and no room for a finer error.
    fn finish(self: Box<Self>, signature: &[u8]) -> Result<(), InvalidSignature>;
}

/// A message that is being signed, as [`Signer::begin`](crate::Signer::begin) starts it.
///
/// The message is all of its chunks in their order; how it is cut makes no difference. A chunk has any length, zero
/// included, and a message of no chunks is the empty one. A context that is dropped signs nothing.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JwsAlg, KeyMaterial, Registry, SignInput};
///
/// let algorithm = Registry::default().signature(JwsAlg::Hs256).unwrap();
/// let signer = algorithm.signer(&KeyMaterial::oct(vec![0x5a; 32]))?;
///
/// let mut context = signer.begin().expect("HMAC takes chunks");
/// context.update(b"one ");
/// context.update(b"message");
/// assert_eq!(context.finish(), signer.sign(&SignInput::new(b"one message")));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
pub trait SigningContext: Send {
    /// Appends a chunk to the message.
    fn update(&mut self, chunk: &[u8]);

    /// Signs the whole message: the same signature as that of [`Signer::sign`](crate::Signer::sign), or one that is
    /// as good where no two are equal. It has its JOSE form, for ECDSA `r || s`.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] if the backend could not.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, SigningFailed>;
}
