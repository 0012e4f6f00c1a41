//! Keys that sign.

use core::fmt;
use std::sync::Arc;

use super::bind::Operation;
use super::bind::bind_signature;
use super::bind::check_same_public_half;
use super::bind::signature_algorithm;
use super::verifying::VerifyingKey;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::Registry;
use crate::registry::SignInput;
use crate::registry::Signer;
use crate::registry::SigningContext;

/// A key that signs with exactly one algorithm. Tokens take their `alg` and `kid` from it.
///
/// It is parsed and checked once, when it is made: it signs and verifies a fixed message, so that a private
/// key that does not belong to its public half never signs a token. Cloning shares the parsed key.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JwsAlg, SigningKey};
///
/// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01");
/// assert_eq!(key.verifying_key().kid(), Some("2026-01"));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
///
/// A key that verifies cannot sign. This compiles:
///
/// ```
/// use josie::{Claims, Error, Header, Jwt, NoClaims, SigningKey, VerifyingKey};
///
/// fn issue(key: &SigningKey) -> Result<String, Error> {
///     Jwt::sign(&Claims::new(NoClaims {}).without_exp(), &Header::jwt(), key)
/// }
/// ```
///
/// The same with the other type of key does not:
///
/// ```compile_fail,E0308
/// use josie::{Claims, Error, Header, Jwt, NoClaims, SigningKey, VerifyingKey};
///
/// fn issue(key: &VerifyingKey) -> Result<String, Error> {
///     Jwt::sign(&Claims::new(NoClaims {}).without_exp(), &Header::jwt(), key)
/// }
/// ```
#[derive(Clone)]
pub struct SigningKey {
    // In its box, since to move it would leave a copy behind.
    signer: Arc<Box<dyn Signer>>,
    /// Both halves of the key, or the secret of HMAC.
    material: Arc<KeyMaterial>,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// Binds private or symmetric material to `alg`, computed by `registry`. The material's `kid` is kept.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyMaterial, Registry, SigningKey};
    ///
    /// let material = KeyMaterial::oct(vec![0x5a; 32]).with_kid("2026-01");
    /// let key = SigningKey::new(&material, JwsAlg::Hs256, &Registry::default())?;
    /// assert_eq!(key.kid(), Some("2026-01"));
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`VerifyingKey::new`], with [`KeyError::PrivateKeyNeeded`] for a public key,
    /// [`KeyError::Inconsistent`] if the parts of the private key do not belong together, and
    /// [`KeyError::PublicHalfMissing`] if there is none and the registry cannot compute it.
    pub fn new(material: &KeyMaterial, alg: JwsAlg, registry: &Registry) -> Result<Self, KeyError> {
        let implementation = bind_signature(material, alg, Operation::Sign, registry)?;
        let signer = Arc::new(implementation.signer(material)?);
        let (own, mut other) = match signer.public_half() {
            // The private half says which public half belongs to it; the document's must be that one.
            Some(public) => {
                check_same_public_half(material, &public)?;
                (material.completed_by(&public), public)
            }
            None => (material.clone(), KeyMaterial::from_params(material.params().clone())),
        };
        // A secret that may sign and nothing else must not come out of the key that verifies without that rule.
        other.restrictions = material.restrictions.public_half();
        let verifying = VerifyingKey::new(&other, alg, registry)?;
        let own = Arc::new(own.bound_to(alg.name(), "sig"));
        let key = Self { signer, material: own, verifying };
        key.check_halves()?;
        Ok(match material.kid() {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }

    /// Makes a fresh key of a given size, computed by `registry`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{GenerateInput, JwsAlg, Registry, RsaBits, SigningKey};
    ///
    /// let input = GenerateInput::new(RsaBits::B2048);
    /// let key = SigningKey::generate_with(JwsAlg::Ps256, &input, &Registry::aws_lc_rs())?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] where the registry cannot, [`KeyError::GenerationFailed`] where the backend
    /// failed.
    pub fn generate_with(
        alg: JwsAlg,
        input: &GenerateInput,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        let material = signature_algorithm(registry, alg)?.generate(input)?;
        Self::new(&material, alg, registry)
    }

    /// The same key with this `kid`, which the tokens that it signs carry.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.verifying = self.verifying.with_kid(kid);
        self
    }

    /// The algorithm that the key is bound to.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.verifying.alg()
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.verifying.kid()
    }

    /// The key that verifies what this one signs. For HMAC it holds the same secret.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.verifying.clone()
    }

    /// The public key alone; none for HMAC.
    pub(crate) fn public_material(&self) -> Option<&KeyMaterial> {
        self.verifying.public_material()
    }

    /// What the key was made from, with its public half and without its present `kid`.
    pub(super) fn own_material(&self) -> &KeyMaterial {
        &self.material
    }

    /// Signs `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.signer.sign(&SignInput::new(message)).map_err(|_| Error::SigningFailed)
    }

    /// Begins to sign a message that comes in chunks.
    pub(crate) fn begin(&self) -> Result<Box<dyn SigningContext + '_>, Error> {
        let what = "signing in chunks";
        self.signer.begin().ok_or(Error::Unsupported { alg: self.alg().name(), what })
    }

    // A wrong CRT value or a foreign public half shows in the first signature; better here than in a token.
    fn check_halves(&self) -> Result<(), KeyError> {
        const MESSAGE: &[u8] = b"josie checks that the halves of a key belong together";
        let signature = self.sign(MESSAGE).map_err(|_| KeyError::Inconsistent)?;
        self.verifying.verify(MESSAGE, &signature).map_err(|_| KeyError::Inconsistent)
    }
}

/// Shows algorithm and kid only.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.alg())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}
