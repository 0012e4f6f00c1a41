//! Private keys that are encrypted with a password.

use super::Password;
use crate::error::KeyError;
use crate::limits::Limits;
use crate::material::KeyMaterial;
use crate::pkix;

/// Encrypted keys, with the feature `encrypted-pkcs8`: `ENCRYPTED PRIVATE KEY`, PKCS#8 that is encrypted with PBES2
/// ([RFC 8018](https://www.rfc-editor.org/rfc/rfc8018) section 6.2), as `openssl genpkey -aes256` and
/// `openssl pkcs8 -topk8` write it. The key of the encryption, AES in CBC with 128, 192 or 256 bits or in GCM with 128
/// or 256, is derived with PBKDF2 or with scrypt ([RFC 7914](https://www.rfc-editor.org/rfc/rfc7914)).
///
/// Older encryptions are refused: those with DES or RC2, and `Proc-Type: 4,ENCRYPTED`. `openssl pkcs8 -topk8` writes
/// such keys anew. To write encrypted keys, make them JWKs: `Jwk::encrypt_with_password`.
impl KeyMaterial {
    /// Reads and decrypts the one key in a PEM text, `ENCRYPTED PRIVATE KEY`.
    ///
    /// `text` is at most 64 KiB, with text around the block as in [`from_pem`](Self::from_pem). The work that it asks
    /// for is bounded before it is done: PBKDF2 by the default number of iterations of
    /// [`Limits`](Limits::max_iterations), 1 200 000, scrypt by 64 MiB of memory.
    ///
    /// AES-CBC does not notice that a file was changed: who can write to it can make another key of it, if not one of
    /// their choice. Keep it where only those who may use the key can write.
    ///
    /// ```
    /// use josie::{KeyError, KeyMaterial, KeyType, Password};
    ///
    /// let pem = include_str!(concat!(
    ///     env!("CARGO_MANIFEST_DIR"),
    ///     "/tests/data/keys/encrypted.pkcs8.pem"
    /// ));
    /// let material = KeyMaterial::from_encrypted_pem(pem, &Password::new("josie")?)?;
    /// assert_eq!(material.kty(), KeyType::Okp);
    ///
    /// let error = KeyMaterial::from_encrypted_pem(pem, &Password::new("Josie")?).unwrap_err();
    /// assert_eq!(error, KeyError::WrongPassword);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongPassword`] if the password is another one, the key was changed, or what was encrypted is no
    /// PKCS#8 key that [`from_der`](Self::from_der) reads. [`KeyError::Iterations`] and [`KeyError::ScryptCost`] if
    /// there are more iterations, or more memory or time is needed, than the bounds above.
    /// [`KeyError::UnknownKeyAlgorithm`] if the key is encrypted with another algorithm. [`KeyError::Encoding`] if
    /// the block or the parameters of the encryption are broken, or a salt is longer than 32 bytes.
    /// [`KeyError::Format`] if the text is a key in another format, which the error names, or no key, or too long.
    pub fn from_encrypted_pem(text: &str, password: &Password) -> Result<Self, KeyError> {
        pkix::open_pem(text, password.expose(), Limits::default().max_iterations())
    }

    /// Reads and decrypts a key in DER, EncryptedPrivateKeyInfo ([RFC
    /// 5958](https://www.rfc-editor.org/rfc/rfc5958) section 3); see [`from_encrypted_pem`](Self::from_encrypted_pem).
    ///
    /// ```
    /// use josie::{KeyMaterial, Password};
    ///
    /// let der = include_bytes!(concat!(
    ///     env!("CARGO_MANIFEST_DIR"),
    ///     "/tests/data/keys/encrypted.pkcs8.der"
    /// ));
    /// let material = KeyMaterial::from_encrypted_der(der, &Password::new("josie")?)?;
    /// assert!(material.is_private());
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_encrypted_pem`](Self::from_encrypted_pem).
    pub fn from_encrypted_der(der: &[u8], password: &Password) -> Result<Self, KeyError> {
        pkix::open_der(der, password.expose(), Limits::default().max_iterations())
    }
}
