//! The constructors of keys that encrypt and decrypt.

use super::super::DecryptionKey;
use super::super::EncryptionKey;
use super::super::KeySet;
use super::super::Password;
use super::super::Report;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::error::KeyError;
use crate::jwk::Jwk;
use crate::jwk::JwkSet;
use crate::jwk::PublicJwkSet;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::Registry;

impl EncryptionKey {
    /// Binds a public or symmetric JWK to `alg` and `enc`. Both are yours to know: the JWK's own `alg`, where it
    /// has one, must be equal.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, Jwk, JweAlg, JweEnc};
    ///
    /// // RFC 7516 appendix A.3.3
    /// let jwk = Jwk::parse(r#"{"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"}"#)?;
    /// let key = EncryptionKey::from_jwk(&jwk, JweAlg::A128Kw, JweEnc::A128Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// For the keys of a published set there is [`all_from_jwk_set`](Self::all_from_jwk_set).
    ///
    /// # Errors
    ///
    /// Those of [`from_jwk_with`](Self::from_jwk_with).
    pub fn from_jwk(jwk: &Jwk, alg: JweAlg, enc: JweEnc) -> Result<Self, KeyError> {
        Self::from_jwk_with(jwk, alg, enc, &Registry::default())
    }

    /// Binds a public key in [PEM](KeyMaterial::from_pem) (SPKI, PKCS#1, or that of a certificate, of which nothing
    /// is checked) to `alg` and `enc`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc};
    ///
    /// let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/rsa2048.spki.pem"));
    /// let key = EncryptionKey::from_pem(pem, JweAlg::RsaOaep256, JweEnc::A256Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_pem`] and [`new`](Self::new).
    pub fn from_pem(pem: &str, alg: JweAlg, enc: JweEnc) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_pem(pem)?, alg, enc, &Registry::default())
    }

    /// Binds a public key in [DER](KeyMaterial::from_der) (SPKI, PKCS#1, or that of a certificate, of which nothing
    /// is checked) to `alg` and `enc`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc};
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.spki.der"));
    /// let key = EncryptionKey::from_der(der, JweAlg::EcdhEs, JweEnc::A256Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_der`] and [`new`](Self::new).
    pub fn from_der(der: &[u8], alg: JweAlg, enc: JweEnc) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_der(der)?, alg, enc, &Registry::default())
    }

    /// Binds a shared secret to `alg` and `enc`: raw octets, exactly as many as the algorithm takes.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc};
    ///
    /// let key = EncryptionKey::from_secret(&[0x5a; 32], JweAlg::A256Kw, JweEnc::A256Gcm)?;
    /// let key = EncryptionKey::from_secret(&[0x5a; 16], JweAlg::Dir, JweEnc::A128Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn from_secret(secret: &[u8], alg: JweAlg, enc: JweEnc) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::oct(secret.to_vec()), alg, enc, &Registry::default())
    }

    /// Binds the entries of a recipient's published JWK set to the algorithms that you list and to `enc`, and reports
    /// what became of each; see [`all_from_jwk_set_with`](Self::all_from_jwk_set_with), which has an example.
    #[must_use]
    pub fn all_from_jwk_set(
        set: &PublicJwkSet,
        algs: &[JweAlg],
        enc: JweEnc,
    ) -> (Vec<Self>, Report<JweAlg>) {
        Self::all_from_jwk_set_with(set, algs, enc, &Registry::default())
    }

    /// Binds a password to one of the PBES2 algorithms and `enc`; see [`for_password`](Self::for_password).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc, Password};
    ///
    /// let password = Password::new("correct horse battery staple")?;
    /// let alg = JweAlg::Pbes2Hs512A256Kw;
    /// let key = EncryptionKey::from_password(&password, alg, JweEnc::A256Gcm)?.with_iterations(300_000)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`for_password`](Self::for_password).
    pub fn from_password(password: &Password, alg: JweAlg, enc: JweEnc) -> Result<Self, KeyError> {
        Self::for_password(password, alg, enc, &Registry::default())
    }
}

impl KeySet<DecryptionKey> {
    /// Binds the entries of a JWK set of one's own to the algorithms that you list, and reports what became of each;
    /// see [`from_private_jwk_set_with`](Self::from_private_jwk_set_with), which has an example.
    #[must_use]
    pub fn from_private_jwk_set(set: &JwkSet, algs: &[JweAlg]) -> (Self, Report<JweAlg>) {
        Self::from_private_jwk_set_with(set, algs, &Registry::default())
    }
}

impl DecryptionKey {
    /// Binds a private or symmetric JWK to `alg`. `alg` is yours to know: the JWK's own, where it has one, must be
    /// equal.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Jwk, JweAlg, KeyError};
    ///
    /// // RFC 7516 appendix A.3.3
    /// let jwk = Jwk::parse(r#"{"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"}"#)?;
    /// let key = DecryptionKey::from_jwk(&jwk, JweAlg::A128Kw)?;
    ///
    /// let error = DecryptionKey::from_jwk(&jwk, JweAlg::RsaOaep256).unwrap_err();
    /// assert_eq!(error.to_string(), "RSA-OAEP-256 takes a key of type RSA, found oct");
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_jwk_with`](Self::from_jwk_with).
    pub fn from_jwk(jwk: &Jwk, alg: JweAlg) -> Result<Self, KeyError> {
        Self::from_jwk_with(jwk, alg, &Registry::default())
    }

    /// Binds a private key in [PEM](KeyMaterial::from_pem) (PKCS#8, PKCS#1 or SEC1) to `alg`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, JweAlg};
    ///
    /// let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/rsa2048.pkcs8.pem"));
    /// let key = DecryptionKey::from_pem(pem, JweAlg::RsaOaep256)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_pem`] and [`new`](Self::new).
    pub fn from_pem(pem: &str, alg: JweAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_pem(pem)?, alg, &Registry::default())
    }

    /// Binds a private key in [DER](KeyMaterial::from_der) (PKCS#8, PKCS#1 or SEC1) to `alg`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, JweAlg};
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.pkcs8.der"));
    /// let key = DecryptionKey::from_der(der, JweAlg::EcdhEs)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::from_der`] and [`new`](Self::new).
    pub fn from_der(der: &[u8], alg: JweAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::from_der(der)?, alg, &Registry::default())
    }

    /// Binds a shared secret to `alg`: raw octets, exactly as many as the algorithm takes.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg};
    ///
    /// let key = DecryptionKey::from_secret(&[0x5a; 32], JweAlg::A256Kw)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn from_secret(secret: &[u8], alg: JweAlg) -> Result<Self, KeyError> {
        Self::new(&KeyMaterial::oct(secret.to_vec()), alg, &Registry::default())
    }

    /// Binds a symmetric JWK to `dir` and `enc`; see [`direct`](Self::direct).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Jwk, JweEnc};
    ///
    /// // RFC 7520 section 5.6.1
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"oct","kid":"77c7e2b8-6e13-45cf-8672-617b5b45243a","use":"enc","alg":"A128GCM",
    ///         "k":"XctOhJAkA-pD9Lh7ZgW_2A"}"#,
    /// )?;
    /// let key = DecryptionKey::direct_from_jwk(&jwk, JweEnc::A128Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`direct_from_jwk_with`](Self::direct_from_jwk_with).
    pub fn direct_from_jwk(jwk: &Jwk, enc: JweEnc) -> Result<Self, KeyError> {
        Self::direct_from_jwk_with(jwk, enc, &Registry::default())
    }

    /// Binds a shared secret to `dir` and `enc`; see [`direct`](Self::direct).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweEnc};
    ///
    /// let key = DecryptionKey::direct_from_secret(&[0x5a; 32], JweEnc::A256Gcm)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`direct`](Self::direct).
    pub fn direct_from_secret(secret: &[u8], enc: JweEnc) -> Result<Self, KeyError> {
        Self::direct(&KeyMaterial::oct(secret.to_vec()), enc, &Registry::default())
    }

    /// Binds a password to one of the PBES2 algorithms; see [`for_password`](Self::for_password).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, Password};
    ///
    /// let password = Password::new("correct horse battery staple")?;
    /// let key = DecryptionKey::from_password(&password, JweAlg::Pbes2Hs512A256Kw)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`for_password`](Self::for_password).
    pub fn from_password(password: &Password, alg: JweAlg) -> Result<Self, KeyError> {
        Self::for_password(password, alg, &Registry::default())
    }

    /// Makes a fresh key: for RSA with 3072 bits, for ECDH-ES on P-256, else as long as the algorithm takes.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("2026-01");
    /// assert_eq!(key.alg(), JweAlg::A256Kw);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`generate_with`](Self::generate_with).
    pub fn generate(alg: JweAlg) -> Result<Self, KeyError> {
        Self::generate_with(alg, &GenerateInput::default(), &Registry::default())
    }

    /// Makes a fresh key for `dir` and `enc`; see [`direct`](Self::direct).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, JweEnc};
    ///
    /// let key = DecryptionKey::generate_direct(JweEnc::A256Gcm)?;
    /// assert_eq!(key.alg(), JweAlg::Dir);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`generate_direct_with`](Self::generate_direct_with).
    pub fn generate_direct(enc: JweEnc) -> Result<Self, KeyError> {
        Self::generate_direct_with(enc, &Registry::default())
    }
}
