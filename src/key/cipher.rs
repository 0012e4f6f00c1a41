//! The cipher of one token, and the secrets that are drawn for it.

use crate::error::Error;
use crate::management::KeyManagementHeader;
use crate::registry::ContentCipher;
use crate::registry::SecureRandom;
use crate::secret::SecretBytes;

/// A content encryption key that is ready for one token: made for it, or with `dir` the one of the key.
pub(crate) enum PreparedCipher<'k> {
    Shared(&'k dyn ContentCipher),
    Own(Box<dyn ContentCipher>),
}

impl PreparedCipher<'_> {
    pub(crate) fn as_cipher(&self) -> &dyn ContentCipher {
        match self {
            Self::Shared(cipher) => *cipher,
            Self::Own(cipher) => &**cipher,
        }
    }
}

/// The content encryption key of one token, and what the token says about it.
pub(crate) struct Prepared<'k> {
    pub(crate) cipher: PreparedCipher<'k>,
    pub(crate) encrypted_key: Vec<u8>,
    pub(crate) management: KeyManagementHeader,
}

/// A fresh secret of `len` bytes.
pub(super) fn random_secret(random: &dyn SecureRandom, len: usize) -> Result<SecretBytes, Error> {
    let mut secret = SecretBytes::new(vec![0; len]);
    random.fill(secret.expose_mut()).map_err(|_| Error::EncryptionFailed)?;
    Ok(secret)
}
