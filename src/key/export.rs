//! From keys back to what they were made from, and to what is published of them.

use super::DecryptionKey;
use super::EncryptionKey;
use super::SigningKey;
use super::VerifyingKey;
use crate::error::KeyError;
use crate::hash::HashAlg;
use crate::jwk::PublicJwk;
use crate::material::KeyMaterial;

impl SigningKey {
    /// The private key, or the secret of HMAC, with the key's `alg`, `use` and `kid`: to be kept as
    /// [PKCS#8](KeyMaterial::to_pkcs8_pem) or as a [JWK](KeyMaterial::to_private_jwk).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Jwk, JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01");
    /// let text = key.material().to_private_jwk()?;
    ///
    /// let again = SigningKey::from_jwk(&Jwk::parse(text.expose())?, JwsAlg::Es256)?;
    /// assert_eq!(again.kid(), Some("2026-01"));
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn material(&self) -> KeyMaterial {
        named(self.own_material(), self.kid())
    }

    /// The public key as a JWK with its `alg`, `kid` and `use`, to be given to those who verify.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("a");
    /// let jwk = serde_json::to_value(key.public_jwk()?).unwrap();
    /// assert_eq!(jwk["use"], "sig");
    /// assert_eq!(jwk.get("d"), None);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for HMAC.
    pub fn public_jwk(&self) -> Result<PublicJwk, KeyError> {
        self.verifying_key().public_jwk()
    }

    /// The same key, whose `kid` is its thumbprint with SHA-256 (RFC 7638), so that nobody has to choose one.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{HashAlg, JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_thumbprint_kid()?;
    /// let thumbprint = key.material().thumbprint(HashAlg::Sha256)?;
    /// assert_eq!(key.kid(), Some(thumbprint.to_string().as_str()));
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::thumbprint`], none of which concerns a key that could be made.
    pub fn with_thumbprint_kid(self) -> Result<Self, KeyError> {
        let kid = thumbprint(self.own_material())?;
        Ok(self.with_kid(kid))
    }
}

impl VerifyingKey {
    /// The public key, or the secret of HMAC, with the key's `alg`, `use` and `kid`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey, VerifyingKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.verifying_key();
    /// let pem = key.material().to_spki_pem()?;
    /// assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----"));
    /// assert!(VerifyingKey::from_pem(&pem, JwsAlg::Es256).is_ok());
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn material(&self) -> KeyMaterial {
        named(self.own_material(), self.kid())
    }

    /// The public key as a JWK with its `alg`, `kid` and `use`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("a");
    /// let jwk = serde_json::to_value(key.verifying_key().public_jwk()?).unwrap();
    /// assert_eq!(jwk["kty"], "OKP");
    /// assert_eq!(jwk["kid"], "a");
    /// assert_eq!(jwk.get("d"), None);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for HMAC.
    pub fn public_jwk(&self) -> Result<PublicJwk, KeyError> {
        let public = self.public_material().ok_or(KeyError::SymmetricKey)?;
        Ok(PublicJwk::for_signatures(public, self.alg(), self.kid()))
    }

    /// The same key, whose `kid` is its thumbprint with SHA-256; see [`SigningKey::with_thumbprint_kid`].
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::thumbprint`], none of which concerns a key that could be made.
    pub fn with_thumbprint_kid(self) -> Result<Self, KeyError> {
        let kid = thumbprint(self.own_material())?;
        Ok(self.with_kid(kid))
    }
}

impl DecryptionKey {
    /// The private or shared key with the key's `alg`, `use` and `kid`. For `dir` the `alg` is the name of the content
    /// encryption algorithm, as in RFC 7520 section 5.6.1.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, JweAlg};
    ///
    /// let key = DecryptionKey::generate(JweAlg::EcdhEs)?;
    /// let pem = key.material()?.to_pkcs8_pem()?;
    /// assert!(DecryptionKey::from_pem(pem.expose(), JweAlg::EcdhEs).is_ok());
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::NoKeyMaterial`] for a password.
    pub fn material(&self) -> Result<KeyMaterial, KeyError> {
        let own = self.own_material().ok_or(KeyError::NoKeyMaterial)?;
        Ok(named(own, self.kid()))
    }

    /// The public key as a JWK with its `alg`, `kid` and `use`, to be given to senders.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, EncryptionKey, Header, Jwe, Jwk, JweAlg, JweEnc, KeySet, Policy};
    ///
    /// // The recipient publishes it.
    /// let own = DecryptionKey::generate(JweAlg::EcdhEs)?.with_kid("2026-01");
    /// let published = serde_json::to_string(&own.public_jwk()?)?;
    ///
    /// // The sender.
    /// let key = EncryptionKey::from_jwk(&Jwk::parse(&published)?, JweAlg::EcdhEs, JweEnc::A256Gcm)?;
    /// let token = Jwe::encrypt(b"any octets", &Header::new(), &key)?;
    ///
    /// let policy = Policy::encrypted(&[JweAlg::EcdhEs], &[JweEnc::A256Gcm]).build()?;
    /// assert_eq!(Jwe::decrypt(&token, &KeySet::from(own), &policy)?.plaintext(), b"any octets");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a shared key or a password.
    pub fn public_jwk(&self) -> Result<PublicJwk, KeyError> {
        let public = self.own_material().and_then(KeyMaterial::public_half);
        let public = public.ok_or(KeyError::SymmetricKey)?;
        Ok(PublicJwk::for_encryption(&public, self.alg(), self.kid()))
    }

    /// The same key, whose `kid` is its thumbprint with SHA-256; see [`SigningKey::with_thumbprint_kid`].
    ///
    /// # Errors
    ///
    /// [`KeyError::NoKeyMaterial`] for a password, and those of [`KeyMaterial::thumbprint`].
    pub fn with_thumbprint_kid(self) -> Result<Self, KeyError> {
        let kid = thumbprint(self.own_material().ok_or(KeyError::NoKeyMaterial)?)?;
        Ok(self.with_kid(kid))
    }
}

impl EncryptionKey {
    /// The public or shared key with the key's `alg`, `use` and `kid`; see [`DecryptionKey::material`].
    ///
    /// # Errors
    ///
    /// [`KeyError::NoKeyMaterial`] for a password.
    pub fn material(&self) -> Result<KeyMaterial, KeyError> {
        let own = self.own_material().ok_or(KeyError::NoKeyMaterial)?;
        Ok(named(own, self.kid()))
    }

    /// The public key as a JWK with its `alg`, `kid` and `use`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, JweAlg, JweEnc};
    ///
    /// let key = DecryptionKey::generate(JweAlg::EcdhEs)?.with_kid("a");
    /// let jwk = serde_json::to_value(key.encryption_key(JweEnc::A128Gcm)?.public_jwk()?).unwrap();
    /// assert_eq!(jwk["use"], "enc");
    /// assert_eq!(jwk.get("d"), None);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a shared key or a password.
    pub fn public_jwk(&self) -> Result<PublicJwk, KeyError> {
        let public = self.public_material().ok_or(KeyError::SymmetricKey)?;
        Ok(PublicJwk::for_encryption(public, self.alg(), self.kid()))
    }

    /// The same key, whose `kid` is its thumbprint with SHA-256; see [`SigningKey::with_thumbprint_kid`].
    ///
    /// # Errors
    ///
    /// [`KeyError::NoKeyMaterial`] for a password, and those of [`KeyMaterial::thumbprint`].
    pub fn with_thumbprint_kid(self) -> Result<Self, KeyError> {
        let kid = thumbprint(self.own_material().ok_or(KeyError::NoKeyMaterial)?)?;
        Ok(self.with_kid(kid))
    }
}

fn named(material: &KeyMaterial, kid: Option<&str>) -> KeyMaterial {
    let mut material = material.clone();
    material.kid = kid.map(str::to_owned);
    material
}

fn thumbprint(material: &KeyMaterial) -> Result<String, KeyError> {
    material.thumbprint(HashAlg::Sha256).map(|thumbprint| thumbprint.to_string())
}
