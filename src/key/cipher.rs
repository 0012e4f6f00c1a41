//! The cipher of one token, the secrets that are drawn for it, and the length of what they are encrypted to.

use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::error::Error;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
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

/// A fresh secret of `len` bytes.
pub(super) fn random_secret(random: &dyn SecureRandom, len: usize) -> Result<SecretBytes, Error> {
    let mut secret = SecretBytes::new(vec![0; len]);
    random.fill(secret.expose_mut()).map_err(|_| Error::EncryptionFailed)?;
    Ok(secret)
}

/// The length in bytes of the JWE Encrypted Key for a content encryption key of `enc`. `public`: the public key that it
/// is encrypted to, where there is one.
pub(super) fn encrypted_key_len(
    alg: JweAlg,
    enc: JweEnc,
    public: Option<&KeyMaterial>,
) -> Option<usize> {
    alg.encrypted_key_len(enc).or_else(|| match public?.params() {
        // RFC 8017 sections 7.1.1 and 7.1.2 step 1 b: as long as the modulus.
        KeyParams::Rsa(rsa) => Some(rsa.n().len()),
        _ => None,
    })
}
