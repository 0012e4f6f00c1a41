//! AES Key Wrap as a key management algorithm (RFC 7518 section 4.4).

use core::fmt;

use super::random;

use crate::alg::JweAlg;
use crate::backend::key_wrap::Kek;
use crate::backend::params;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::KeyDecryptor;
use crate::registry::KeyEncryptor;
use crate::registry::KeyManagementAlgorithm;

pub(in super::super) static A128KW: KeyWrap = KeyWrap { alg: JweAlg::A128Kw, kek_len: 16 };

pub(in super::super) static A192KW: KeyWrap = KeyWrap { alg: JweAlg::A192Kw, kek_len: 24 };

pub(in super::super) static A256KW: KeyWrap = KeyWrap { alg: JweAlg::A256Kw, kek_len: 32 };

/// AES Key Wrap with one length of key.
pub(in super::super) struct KeyWrap {
    alg: JweAlg,
    kek_len: usize,
}

impl KeyWrap {
    fn kek(&self, key: &KeyMaterial) -> Result<Kek, KeyError> {
        let (alg, expected) = (self.alg.name(), self.kek_len);
        let secret = params::oct(alg, key)?;
        // RFC 7518 section 4.4: 128, 192 or 256 bits, as the name says.
        Some(secret.expose())
            .filter(|octets| octets.len() == expected)
            .and_then(Kek::new)
            .ok_or(KeyError::SecretLength { alg, expected, found: secret.len() })
    }
}

impl KeyManagementAlgorithm for KeyWrap {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        Ok(Box::new(self.kek(key)?))
    }

    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        Ok(Box::new(self.kek(key)?))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        random::secret(self.kek_len).map(KeyMaterial::oct)
    }
}

impl fmt::Debug for KeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyWrap({})", self.alg)
    }
}
