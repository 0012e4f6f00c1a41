//! From one JWK to a key, computed by any registry.

use super::DecryptionKey;
use super::EncryptionKey;
use super::SigningKey;
use super::VerifyingKey;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::jwk::Jwk;
use crate::registry::Registry;

impl SigningKey {
    /// Binds a private or symmetric JWK to `alg`, computed by `registry`. Unlike [`new`](Self::new) with the
    /// [material](Jwk::material) of the JWK, it compares the JWK's certificates with its key.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Jwk, JwsAlg, Registry, SigningKey};
    ///
    /// let jwk = Jwk::parse(r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#)?;
    /// let key = SigningKey::from_jwk_with(&jwk, JwsAlg::Hs256, &Registry::default())?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::certificates`] and [`new`](Self::new).
    pub fn from_jwk_with(jwk: &Jwk, alg: JwsAlg, registry: &Registry) -> Result<Self, KeyError> {
        Self::new(jwk.checked_material()?, alg, registry)
    }
}

impl VerifyingKey {
    /// Binds a JWK to `alg`, computed by `registry`. Unlike [`new`](Self::new) with the [material](Jwk::material) of
    /// the JWK, it compares the JWK's certificates with its key.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Jwk, JwsAlg, KeyError, Registry, VerifyingKey};
    ///
    /// // The thumbprint of a certificate is as long as its hash.
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","x5t":"AA"}"#,
    /// )?;
    /// let error = VerifyingKey::from_jwk_with(&jwk, JwsAlg::Ed25519, &Registry::default()).unwrap_err();
    /// assert_eq!(error.to_string(), "malformed JWK: member \"x5t\" is malformed");
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::certificates`] and [`new`](Self::new).
    pub fn from_jwk_with(jwk: &Jwk, alg: JwsAlg, registry: &Registry) -> Result<Self, KeyError> {
        Self::new(jwk.checked_material()?, alg, registry)
    }
}

impl EncryptionKey {
    /// Binds a public or symmetric JWK to `alg` and `enc`, computed by `registry`; see
    /// [`VerifyingKey::from_jwk_with`].
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::certificates`] and [`new`](Self::new).
    pub fn from_jwk_with(
        jwk: &Jwk,
        alg: JweAlg,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        Self::new(jwk.checked_material()?, alg, enc, registry)
    }
}

impl DecryptionKey {
    /// Binds a private or symmetric JWK to `alg`, computed by `registry`; see [`SigningKey::from_jwk_with`].
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::certificates`] and [`new`](Self::new).
    pub fn from_jwk_with(jwk: &Jwk, alg: JweAlg, registry: &Registry) -> Result<Self, KeyError> {
        Self::new(jwk.checked_material()?, alg, registry)
    }

    /// Binds a symmetric JWK to `dir` and `enc`, computed by `registry`; see [`direct`](Self::direct).
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::certificates`] and [`direct`](Self::direct).
    pub fn direct_from_jwk_with(
        jwk: &Jwk,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        Self::direct(jwk.checked_material()?, enc, registry)
    }
}
