//! Keys that verify.

use core::fmt;
use std::sync::Arc;

use super::bind::Operation;
use super::bind::bind_signature;
use crate::alg::JwsAlg;
use crate::alg::KeyType;
use crate::error::Error;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::Registry;
use crate::registry::Verifier;
use crate::registry::VerifyInput;
use crate::registry::VerifyingContext;

/// A key that verifies signatures of exactly one algorithm.
///
/// It is parsed and checked once, when it is made. Cloning shares the parsed key.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{Jwk, JwsAlg, VerifyingKey};
///
/// // RFC 8037 appendix A.2
/// let jwk = Jwk::parse(
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// let key = VerifyingKey::from_jwk(&jwk, JwsAlg::Ed25519)?.with_kid("2026-01");
/// assert_eq!(key.kid(), Some("2026-01"));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    alg: JwsAlg,
    kid: Option<Arc<str>>,
    /// The public key, or the secret of HMAC.
    material: Arc<KeyMaterial>,
    // In its box, since to move the secret of HMAC would leave a copy behind.
    verifier: Arc<Box<dyn Verifier>>,
}

impl VerifyingKey {
    /// Binds public or symmetric material to `alg`, computed by `registry`. The material's `kid` is kept.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyError, KeyMaterial, Registry, VerifyingKey};
    ///
    /// let secret = KeyMaterial::oct(vec![0x5a; 32]);
    /// let key = VerifyingKey::new(&secret, JwsAlg::Hs256, &Registry::default())?;
    ///
    /// // One key, one algorithm: what HS256 takes is too short for HS512.
    /// let error = VerifyingKey::new(&secret, JwsAlg::Hs512, &Registry::default()).unwrap_err();
    /// assert_eq!(error, KeyError::SecretTooShort { alg: "HS512", min: 64, found: 32 });
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKeyType`], [`KeyError::WrongCurve`]: `alg` takes other keys.
    /// [`KeyError::AlgMismatch`], [`KeyError::UseMismatch`], [`KeyError::KeyOpsMismatch`]: the JWK is for
    /// something else. [`KeyError::PublicKeyNeeded`]: it is a private key.
    /// [`KeyError::SecretTooShort`], [`KeyError::SecretIsKey`]: the secret is none.
    /// [`KeyError::RsaSize`], [`KeyError::RsaExponent`], [`KeyError::InvalidValue`],
    /// [`KeyError::InvalidPoint`]: the public key breaks RFC 7518.
    /// [`KeyError::Unsupported`]: the registry cannot do this. [`KeyError::GenerationFailed`]: the registry checks
    /// the key with a fresh one and could not make it.
    pub fn new(material: &KeyMaterial, alg: JwsAlg, registry: &Registry) -> Result<Self, KeyError> {
        let implementation = bind_signature(material, alg, Operation::Verify, registry)?;
        Ok(Self {
            alg,
            kid: material.kid().map(Arc::from),
            material: Arc::new(material.clone().bound_to(alg.name(), "sig")),
            verifier: Arc::new(implementation.verifier(material)?),
        })
    }

    /// The same key with this `kid`, which a token's `kid` must equal where it has one; see
    /// [`KeySet`](crate::KeySet).
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(Arc::from(kid.into()));
        self
    }

    /// The same key without a `kid`.
    pub(crate) fn without_kid(mut self) -> Self {
        self.kid = None;
        self
    }

    /// The algorithm that the key is bound to.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.alg
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The public key alone; none for HMAC.
    pub(crate) fn public_material(&self) -> Option<&KeyMaterial> {
        (self.material.kty() != KeyType::Oct).then_some(&self.material)
    }

    /// What the key was made from, without its present `kid`.
    pub(super) fn own_material(&self) -> &KeyMaterial {
        &self.material
    }

    /// Checks a signature over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.verifier
            .verify(&VerifyInput::new(message, signature))
            .map_err(|_| Error::InvalidSignature)
    }

    /// Begins to check a signature over a message that comes in chunks.
    pub(crate) fn begin(&self) -> Result<Box<dyn VerifyingContext + '_>, Error> {
        let what = "verifying in chunks";
        self.verifier.begin().ok_or(Error::Unsupported { alg: self.alg.name(), what })
    }
}

/// Shows algorithm and kid only.
impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("alg", &self.alg)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
