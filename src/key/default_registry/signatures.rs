//! The constructors of keys that sign and verify.

use super::super::KeySet;
use super::super::Report;
use super::super::SigningKey;
use super::super::VerifyingKey;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::jwk::Jwk;
use crate::jwk::JwkSet;
use crate::jwk::PublicJwkSet;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::Registry;

impl SigningKey {
    /// Binds a private or symmetric JWK to `alg`. `alg` is yours to know: the JWK's own, where it has one,
    /// must be equal.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Jwk, JwsAlg, SigningKey};
    ///
    /// // RFC 8037 appendix A.1
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519",
    ///         "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    ///         "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// let key = SigningKey::from_jwk(&jwk, JwsAlg::Ed25519)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_jwk_with`](Self::from_jwk_with).
    pub fn from_jwk(jwk: &Jwk, alg: JwsAlg) -> Result<Self, KeyError> {
        Self::from_jwk_with(jwk, alg, &Registry::default())
    }

    /// Binds a private key in [PEM](KeyMaterial::from_pem) (PKCS#8, PKCS#1 or SEC1) to `alg`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey};
    ///
    /// // RFC 8410 section 10.3
    /// let pem = "-----BEGIN PRIVATE KEY-----\n\
    ///     MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    ///     -----END PRIVATE KEY-----\n";
    /// let key = SigningKey::from_pem(pem, JwsAlg::Ed25519)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_pem`] and [`new`](Self::new).
    pub fn from_pem(pem: &str, alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_pem(pem)?, alg, &Registry::default())
    }

    /// Binds a private key in [DER](KeyMaterial::from_der) (PKCS#8, PKCS#1 or SEC1) to `alg`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey};
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.pkcs8.der"));
    /// let key = SigningKey::from_der(der, JwsAlg::Es256)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_der`] and [`new`](Self::new).
    pub fn from_der(der: &[u8], alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_der(der)?, alg, &Registry::default())
    }

    /// Binds a shared secret to an HMAC algorithm; see [`VerifyingKey::from_secret`].
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyError, KeyFormat, SigningKey};
    ///
    /// let key = SigningKey::from_secret(&[0x5a; 32], JwsAlg::Hs256)?;
    ///
    /// let public = br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// let error = SigningKey::from_secret(public, JwsAlg::Hs256).unwrap_err();
    /// assert_eq!(error, KeyError::SecretIsKey(KeyFormat::Jwk));
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SecretTooShort`]; [`KeyError::SecretIsKey`] if the secret is a key of another kind;
    /// [`KeyError::WrongKeyType`] if `alg` is not an HMAC algorithm.
    pub fn from_secret(secret: &[u8], alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::oct(secret.to_vec()), alg, &Registry::default())
    }

    /// Binds the entries of a JWK set of one's own to the algorithms that you list, and reports what became of each;
    /// see [`all_from_jwk_set_with`](Self::all_from_jwk_set_with), which has an example.
    #[must_use]
    pub fn all_from_jwk_set(set: &JwkSet, algs: &[JwsAlg]) -> (Vec<Self>, Report) {
        Self::all_from_jwk_set_with(set, algs, &Registry::default())
    }

    /// Makes a fresh key: for RSA with 3072 bits, for HMAC as long as the hash.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("2026-01");
    /// assert_eq!(key.alg(), JwsAlg::Ed25519);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] where the registry cannot: *ring* makes no RSA keys.
    /// [`KeyError::GenerationFailed`] where the backend failed.
    pub fn generate(alg: JwsAlg) -> Result<Self, KeyError> {
        Self::generate_with(alg, &GenerateInput::default(), &Registry::default())
    }
}

impl VerifyingKey {
    /// Binds a JWK to `alg`. `alg` is yours to know: the JWK's own, where it has one, must be equal.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Jwk, JwsAlg, KeyError, VerifyingKey};
    ///
    /// // RFC 8037 appendix A.2
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// let key = VerifyingKey::from_jwk(&jwk, JwsAlg::Ed25519)?;
    ///
    /// let error = VerifyingKey::from_jwk(&jwk, JwsAlg::Hs256).unwrap_err();
    /// assert_eq!(error.to_string(), "HS256 takes a key of type oct, found OKP");
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_jwk_with`](Self::from_jwk_with).
    pub fn from_jwk(jwk: &Jwk, alg: JwsAlg) -> Result<Self, KeyError> {
        Self::from_jwk_with(jwk, alg, &Registry::default())
    }

    /// Binds a public key in [PEM](KeyMaterial::from_pem) (SPKI, PKCS#1, or that of a certificate, of which nothing
    /// is checked) to `alg`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, VerifyingKey};
    ///
    /// let pem = "-----BEGIN PUBLIC KEY-----\n\
    ///     MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    ///     -----END PUBLIC KEY-----\n";
    /// let key = VerifyingKey::from_pem(pem, JwsAlg::Ed25519)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_pem`] and [`new`](Self::new).
    pub fn from_pem(pem: &str, alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_pem(pem)?, alg, &Registry::default())
    }

    /// Binds a public key in [DER](KeyMaterial::from_der) (SPKI, PKCS#1, or that of a certificate, of which nothing
    /// is checked) to `alg`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, VerifyingKey};
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.spki.der"));
    /// let key = VerifyingKey::from_der(der, JwsAlg::Es256)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_der`] and [`new`](Self::new).
    pub fn from_der(der: &[u8], alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_der(der)?, alg, &Registry::default())
    }

    /// Binds a shared secret to an HMAC algorithm. The secret is raw octets, not text that encodes them, and
    /// at least as long as the hash: 32, 48 or 64 bytes.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, VerifyingKey};
    ///
    /// let key = VerifyingKey::from_secret(&[0x5a; 32], JwsAlg::Hs256)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SecretTooShort`]; [`KeyError::SecretIsKey`] if the secret is a key of another kind;
    /// [`KeyError::WrongKeyType`] if `alg` is not an HMAC algorithm.
    pub fn from_secret(secret: &[u8], alg: JwsAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::oct(secret.to_vec()), alg, &Registry::default())
    }
}

impl KeySet<VerifyingKey> {
    /// Binds the entries of a JWK set to the algorithms that you list, and reports what became of each.
    ///
    /// An entry is bound to its own `alg` if that is listed, and one without `alg` to the one listed algorithm that
    /// fits its type and curve. Everything else stays unused, for the reason that the report gives: symmetric and
    /// private entries above all, since a set that is published has none.
    ///
    /// So for a set whose keys have no `alg`, list one algorithm for each type of key: with RS256 and PS256 both
    /// listed, as in [`JwsAlg::OPENID`], nothing says which one an RSA key without `alg` is for.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeySet, PublicJwkSet};
    ///
    /// let set = PublicJwkSet::parse(
    ///     r#"{"keys":[
    ///         {"kty":"OKP","crv":"Ed25519","kid":"a",
    ///          "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    ///         {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}
    ///     ]}"#,
    /// )?;
    /// let (keys, report) = KeySet::from_jwk_set(&set, &[JwsAlg::Ed25519]);
    /// assert_eq!(keys.len(), 1);
    /// assert_eq!(report.refused().count(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn from_jwk_set(set: &PublicJwkSet, algs: &[JwsAlg]) -> (Self, Report) {
        Self::from_jwk_set_with(set, algs, &Registry::default())
    }
}
