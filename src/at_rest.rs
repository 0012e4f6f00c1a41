//! Keys at rest: private JWKs and sets of them as encrypted tokens (RFC 7517 section 7).

use core::str;

use crate::error::Error;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::error::Refused;
use crate::header::Header;
use crate::jwe::EncryptedJwe;
use crate::jwe::Jwe;
use crate::jwk::Jwk;
use crate::jwk::JwkSet;
use crate::key::DecryptionKey;
use crate::key::EncryptionKey;
use crate::key::KeySet;
use crate::policy::Policy;
use crate::policy::is_same_media_type;

/// The content types of RFC 7517 section 7.
const JWK: &str = "jwk+json";
const JWK_SET: &str = "jwk-set+json";

/// The `typ` of a JWT (RFC 7519 section 5.1).
const JWT: &str = "JWT";

/// Private keys, encrypted.
impl Jwk {
    /// Encrypts the whole key, with its private half or secret, as a compact JWE with `cty` `jwk+json` (RFC 7517
    /// section 7). `key` is a shared key or a password; see `encrypt_with_password`.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Jwk, JweAlg, JweEnc, KeySet, Policy};
    ///
    /// let jwk = Jwk::parse(r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#)?;
    /// // 32 random bytes from your key management service.
    /// let kek = DecryptionKey::from_secret(&[0x5a; 32], JweAlg::A256Kw)?;
    /// let text = jwk.encrypt(&kek.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).build()?;
    /// assert!(Jwk::decrypt(&text, &KeySet::from(kek), &policy)?.is_private());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_private_json`](Self::to_private_json). [`KeyError::Token`] with those of [`Jwe::encrypt`], and
    /// with [`Refused::FromAnyone`] if `key` is a public one: everybody could put a key of theirs in the place of this
    /// one.
    pub fn encrypt(&self, key: &EncryptionKey) -> Result<String, KeyError> {
        encrypt(self.to_private_json()?.expose(), JWK, key)
    }

    /// Decrypts and reads a key that was encrypted with a shared key or a password. `text` is not trusted: a change to
    /// it is found out.
    ///
    /// Use the key that decrypts it for keys at rest and nothing else: a text without `cty` is taken for what is
    /// wanted, and nothing else tells it from other content that was encrypted with the same key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Token`] with those of [`Jwe::decrypt`], with [`Refused::FromAnyone`] for RSA-OAEP and ECDH-ES, with
    /// [`Refused::ContentType`] if `cty` says that it is something else, and with [`Refused::Type`] for a JWT.
    /// [`KeyError::Format`] if it is a set. Those of [`parse`](Self::parse) for what is inside.
    pub fn decrypt(
        text: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Self, KeyError> {
        let jwe = decrypt(text, keys, policy)?;
        check_content(&jwe, JWK, JWK_SET, KeyFormat::Jwk, KeyFormat::JwkSet)?;
        Self::parse_with(json(&jwe)?, policy.limits())
    }
}

/// Sets of private keys, encrypted.
impl JwkSet {
    /// Encrypts the usable keys of the set, with their private halves and secrets, as a compact JWE with `cty`
    /// `jwk-set+json` (RFC 7517 section 7). About 60 RSA keys of 4096 bits fit, or some 600 EC keys; see
    /// [`Jwk::encrypt`].
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, JweEnc, JwkSet, JwsAlg, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_thumbprint_kid()?;
    /// let set: JwkSet = [key.material().into()].into_iter().collect();
    /// let kek = DecryptionKey::from_secret(&[0x5a; 32], JweAlg::A256Kw)?;
    /// let text = set.encrypt(&kek.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).build()?;
    /// let set = JwkSet::decrypt(&text, &KeySet::from(kek), &policy)?;
    /// let (keys, _) = SigningKey::all_from_jwk_set(&set, &[JwsAlg::Es256]);
    /// assert_eq!(keys[0].kid(), key.kid());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_private_json`](Self::to_private_json), and [`KeyError::Token`] as in [`Jwk::encrypt`].
    pub fn encrypt(&self, key: &EncryptionKey) -> Result<String, KeyError> {
        encrypt(self.to_private_json()?.expose(), JWK_SET, key)
    }

    /// Decrypts and reads a set that was encrypted with a shared key or a password. `text` is not trusted: a change to
    /// it is found out.
    ///
    /// # Errors
    ///
    /// [`KeyError::Token`] as in [`Jwk::decrypt`]. [`KeyError::Format`] if it is a single key. Those of
    /// [`parse`](Self::parse) for what is inside.
    pub fn decrypt(
        text: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Self, KeyError> {
        let jwe = decrypt(text, keys, policy)?;
        check_content(&jwe, JWK_SET, JWK, KeyFormat::JwkSet, KeyFormat::Jwk)?;
        Self::parse_with(json(&jwe)?, policy.limits())
    }
}

fn encrypt(json: &str, cty: &str, key: &EncryptionKey) -> Result<String, KeyError> {
    if key.alg().takes_public_key() {
        return Err(refused(Refused::FromAnyone));
    }
    Jwe::encrypt(json.as_bytes(), &Header::new().with_cty(cty), key).map_err(failed)
}

fn decrypt(text: &str, keys: &KeySet<DecryptionKey>, policy: &Policy) -> Result<Jwe, KeyError> {
    let encrypted = EncryptedJwe::parse(text, policy.limits()).map_err(failed)?;
    if encrypted.alg().takes_public_key() {
        return Err(refused(Refused::FromAnyone));
    }
    encrypted.decrypt(keys, policy).map_err(failed)
}

// RFC 7517 section 7: `cty` may be left out where the application knows what is inside, and here it does. But not a
// sealed JWT: its claims may have been chosen by somebody who wants them to become a key.
fn check_content(
    jwe: &Jwe,
    expected: &str,
    other: &str,
    expected_format: KeyFormat,
    other_format: KeyFormat,
) -> Result<(), KeyError> {
    match jwe.header().cty() {
        None if jwe.header().typ().is_some_and(|typ| is_same_media_type(typ, JWT)) => {
            Err(refused(Refused::Type))
        }
        None => Ok(()),
        Some(cty) if is_same_media_type(cty, expected) => Ok(()),
        Some(cty) if is_same_media_type(cty, other) => {
            Err(KeyError::Format { expected: expected_format.name(), found: other_format })
        }
        Some(_) => Err(refused(Refused::ContentType)),
    }
}

fn json(jwe: &Jwe) -> Result<&str, KeyError> {
    str::from_utf8(jwe.plaintext()).map_err(|_| JwkError::Json.into())
}

fn failed(error: Error) -> KeyError {
    KeyError::Token(Box::new(error))
}

fn refused(reason: Refused) -> KeyError {
    failed(Error::Refused(reason))
}

/// With the default registry.
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod with_password {
    use super::refused;
    use crate::alg::JweAlg;
    use crate::alg::JweEnc;
    use crate::error::KeyError;
    use crate::error::Refused;
    use crate::jwk::Jwk;
    use crate::jwk::JwkSet;
    use crate::key::DecryptionKey;
    use crate::key::EncryptionKey;
    use crate::key::KeySet;
    use crate::key::Password;
    use crate::policy::Policy;

    impl Jwk {
        /// Encrypts the whole key, with its private half or secret, under a password: a compact JWE with
        /// PBES2-HS512+A256KW and A256GCM (RFC 7517 section 7).
        ///
        /// ```
        /// use josie::{Jwk, JwsAlg, Password, SigningKey};
        ///
        /// let password = Password::new("correct horse battery staple")?;
        /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01");
        /// let text = Jwk::from(key.material()).encrypt_with_password(&password)?;
        ///
        /// let jwk = Jwk::decrypt_with_password(&text, &password)?;
        /// assert_eq!(SigningKey::from_jwk(&jwk, JwsAlg::Es256)?.kid(), Some("2026-01"));
        /// # Ok::<(), josie::KeyError>(())
        /// ```
        ///
        /// # Errors
        ///
        /// Those of [`encrypt`](Self::encrypt).
        pub fn encrypt_with_password(&self, password: &Password) -> Result<String, KeyError> {
            self.encrypt(&encryption_key(password)?)
        }

        /// Decrypts and reads a key that was encrypted under a password, with any of the PBES2 algorithms. The text
        /// says how many iterations it takes, within the default [`Limits`](crate::Limits).
        ///
        /// # Errors
        ///
        /// Those of [`decrypt`](Self::decrypt): [`KeyError::Token`] with
        /// [`Error::DecryptionFailed`](crate::Error::DecryptionFailed) for another password.
        pub fn decrypt_with_password(text: &str, password: &Password) -> Result<Self, KeyError> {
            let (keys, policy) = decryption(password)?;
            Self::decrypt(text, &keys, &policy)
        }
    }

    impl JwkSet {
        /// Encrypts the usable keys of the set, with their private halves and secrets, under a password; see
        /// [`Jwk::encrypt_with_password`].
        ///
        /// # Errors
        ///
        /// Those of [`encrypt`](Self::encrypt).
        pub fn encrypt_with_password(&self, password: &Password) -> Result<String, KeyError> {
            self.encrypt(&encryption_key(password)?)
        }

        /// Decrypts and reads a set that was encrypted under a password; see [`Jwk::decrypt_with_password`].
        ///
        /// # Errors
        ///
        /// Those of [`decrypt`](Self::decrypt).
        pub fn decrypt_with_password(text: &str, password: &Password) -> Result<Self, KeyError> {
            let (keys, policy) = decryption(password)?;
            Self::decrypt(text, &keys, &policy)
        }
    }

    fn encryption_key(password: &Password) -> Result<EncryptionKey, KeyError> {
        EncryptionKey::from_password(password, JweAlg::Pbes2Hs512A256Kw, JweEnc::A256Gcm)
    }

    fn decryption(password: &Password) -> Result<(KeySet<DecryptionKey>, Policy), KeyError> {
        let keys = JweAlg::PASSWORD.iter().map(|alg| DecryptionKey::from_password(password, *alg));
        let keys = keys.collect::<Result<_, _>>()?;
        // A policy is refused if it names no algorithm, as it would refuse everything; this one names three.
        let policy = Policy::encrypted(JweAlg::PASSWORD, JweEnc::ALL).build();
        Ok((keys, policy.map_err(|_| refused(Refused::Algorithm))?))
    }
}
