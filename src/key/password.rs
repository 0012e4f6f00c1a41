//! Passwords.

use core::fmt;

use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::pkix;
use crate::secret::SecretBytes;

/// A password, from which PBES2 derives a key (RFC 7518 section 4.8).
///
/// It is a type of its own, so that a key or a public document never takes its place. It is wiped when it is
/// dropped, and `Debug` shows nothing of it.
///
/// ```
/// use josie::{KeyError, Password};
///
/// let password = Password::new("correct horse battery staple")?;
/// assert_eq!(format!("{password:?}"), "Password(redacted)");
/// assert_eq!(Password::new("").unwrap_err(), KeyError::EmptyPassword);
/// # Ok::<(), KeyError>(())
/// ```
///
/// This compiles:
///
/// ```
/// use josie::{DecryptionKey, JweAlg, KeyError, Password, Registry};
///
/// fn unlock(password: &Password, registry: &Registry) -> Result<DecryptionKey, KeyError> {
///     DecryptionKey::for_password(password, JweAlg::Pbes2Hs256A128Kw, registry)
/// }
/// ```
///
/// The same with key material does not:
///
/// ```compile_fail,E0308
/// use josie::{DecryptionKey, JweAlg, KeyError, KeyMaterial, Registry};
///
/// fn unlock(password: &KeyMaterial, registry: &Registry) -> Result<DecryptionKey, KeyError> {
///     DecryptionKey::for_password(password, JweAlg::Pbes2Hs256A128Kw, registry)
/// }
/// ```
#[derive(Clone)]
pub struct Password(SecretBytes);

impl Password {
    /// Takes a password, whose octets in UTF-8 are used as they are: two ways to write one accented letter are two
    /// passwords.
    ///
    /// # Errors
    ///
    /// [`KeyError::EmptyPassword`], and [`KeyError::SecretIsKey`] if the text is a key, which others may know.
    pub fn new(password: impl Into<String>) -> Result<Self, KeyError> {
        let secret = SecretBytes::new(password.into().into_bytes());
        if secret.is_empty() {
            return Err(KeyError::EmptyPassword);
        }
        match pkix::detect(secret.expose()) {
            Some(format) => Err(KeyError::SecretIsKey(format)),
            None => Ok(Self(secret)),
        }
    }

    /// The octets themselves.
    #[cfg(feature = "encrypted-pkcs8")]
    pub(super) fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The octets, the way that key management algorithms take them.
    pub(super) fn material(&self) -> KeyMaterial {
        KeyMaterial::oct(self.0.clone())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}
