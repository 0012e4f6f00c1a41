//! Signature and MAC algorithms, as backends provide them.

use core::fmt;

use thiserror::Error as ThisError;

use super::GenerateInput;
use super::SigningContext;
use super::VerifyingContext;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::material::KeyMaterial;

/// One signature or MAC algorithm of a backend.
///
/// josie has checked the key's type, curve, size and permissions before it calls these, and calls them once
/// for each key: all parsing and key scheduling belongs here, not into [`Verifier`] and [`Signer`].
///
/// Whether messages may come in chunks is for each key to say; see [`Verifier::begin`] and [`Signer::begin`]. Of the
/// built-in registries, both take chunks for HMAC, and the full one for RSA and ECDSA as well. Ed25519 takes none: it
/// reads the message twice to sign it.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     GenerateInput, JwsAlg, KeyError, KeyMaterial, Registry, SignatureAlgorithm, Signer, SigningKey,
///     Verifier,
/// };
///
/// /// ES256 whose private keys never leave a module, so that none can be brought in.
/// #[derive(Debug)]
/// struct ModuleEs256;
///
/// impl SignatureAlgorithm for ModuleEs256 {
///     fn alg(&self) -> JwsAlg {
///         JwsAlg::Es256
///     }
///
///     fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
///         // Public keys need no module.
///         let software = Registry::default().signature(self.alg());
///         software.ok_or(KeyError::Unsupported { alg: "ES256", what: "verifying" })?.verifier(key)
///     }
///
///     fn signer(&self, _key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
///         Err(KeyError::Unsupported { alg: "ES256", what: "signing with a key from outside" })
///     }
///
///     fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
///         Err(KeyError::Unsupported { alg: "ES256", what: "key generation" })
///     }
/// }
///
/// let registry = Registry { signatures: &[&ModuleEs256], ..Registry::default() };
/// let error = SigningKey::generate_with(JwsAlg::Es256, &GenerateInput::default(), &registry).unwrap_err();
/// assert_eq!(error.code(), "key_unsupported");
/// # }
/// ```
pub trait SignatureAlgorithm: fmt::Debug + Send + Sync {
    /// The algorithm that this is.
    fn alg(&self) -> JwsAlg;

    /// Prepares a public or symmetric key for verifying. A private half in `key` is not looked at.
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidPoint`] for an EC point that is not on the curve, [`KeyError::Unsupported`] for a key
    /// that this backend cannot hold, [`KeyError::PublicHalfMissing`] for a private half alone. Called without
    /// josie's checks before it: also [`KeyError::WrongKeyType`] and [`KeyError::WrongCurve`].
    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError>;

    /// Prepares a private or symmetric key for signing.
    ///
    /// # Errors
    ///
    /// [`KeyError::PrivateKeyNeeded`] without a private half, [`KeyError::Inconsistent`] if its parts do not
    /// belong together, [`KeyError::InvalidPoint`] and [`KeyError::InvalidValue`] for a half that is none by
    /// itself, [`KeyError::Unsupported`] for a key that this backend cannot hold,
    /// [`KeyError::PublicHalfMissing`] if the public half is needed and not there. Called without josie's
    /// checks before it: also [`KeyError::WrongKeyType`] and [`KeyError::WrongCurve`].
    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError>;

    /// Makes a fresh key with the backend's own random generator.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] if this backend cannot, [`KeyError::GenerationFailed`] if it failed.
    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError>;
}

/// A key that is ready to verify.
pub trait Verifier: Send + Sync {
    /// Checks the signature. The length of the signature is attacker-controlled.
    ///
    /// # Errors
    ///
    /// [`InvalidSignature`] for every reason; there is no need and no room for a finer error.
    fn verify(&self, input: &VerifyInput<'_>) -> Result<(), InvalidSignature>;

    /// Begins to verify a message that comes in chunks. `None`, which is the default, says that the algorithm or
    /// the backend takes whole messages only; nothing is to be collected in its place.
    fn begin(&self) -> Option<Box<dyn VerifyingContext + '_>> {
        None
    }
}

/// A key that is ready to sign.
pub trait Signer: Send + Sync {
    /// Signs, with the backend's own random generator where one is needed.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] if the backend could not.
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed>;

    /// Begins to sign a message that comes in chunks. `None`, which is the default, says that the algorithm or
    /// the backend takes whole messages only; nothing is to be collected in its place.
    fn begin(&self) -> Option<Box<dyn SigningContext + '_>> {
        None
    }

    /// The public half, computed from the private one where the backend can, without `kid`; `None` for
    /// symmetric keys.
    fn public_half(&self) -> Option<KeyMaterial>;
}

/// What [`Verifier::verify`] is given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct VerifyInput<'a> {
    /// The JWS signing input (RFC 7515 section 2): ASCII(header '.' payload).
    pub message: &'a [u8],
    /// The signature in its JOSE form: for ECDSA `r || s`.
    pub signature: &'a [u8],
}

impl<'a> VerifyInput<'a> {
    /// A message and its signature.
    #[must_use]
    pub const fn new(message: &'a [u8], signature: &'a [u8]) -> Self {
        Self { message, signature }
    }
}

/// What [`Signer::sign`] is given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignInput<'a> {
    /// The JWS signing input.
    pub message: &'a [u8],
}

impl<'a> SignInput<'a> {
    /// A message to sign.
    #[must_use]
    pub const fn new(message: &'a [u8]) -> Self {
        Self { message }
    }
}

/// The signature does not verify; there is no reason inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("signature does not verify")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct InvalidSignature;

/// The backend could not sign; there is no reason inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("signing failed")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct SigningFailed;
