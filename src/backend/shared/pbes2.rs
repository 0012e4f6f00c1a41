//! Passwords: PBKDF2 makes the key for AES Key Wrap (RFC 7518 section 4.8).

use core::fmt;
use core::num::NonZeroU32;

use super::primitives::pbkdf2;

use crate::alg::JweAlg;
use crate::backend::key_wrap::Kek;
use crate::backend::params;
use crate::error::KeyError;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::EncryptionFailed;
use crate::registry::GenerateInput;
use crate::registry::KeyDecryptor;
use crate::registry::KeyEncryptor;
use crate::registry::KeyManagementAlgorithm;
use crate::secret::SecretBytes;

pub(in super::super) static HS256_A128KW: Pbes2 =
    Pbes2 { alg: JweAlg::Pbes2Hs256A128Kw, kek_len: 16, algorithm: &pbkdf2::PBKDF2_HMAC_SHA256 };

pub(in super::super) static HS384_A192KW: Pbes2 =
    Pbes2 { alg: JweAlg::Pbes2Hs384A192Kw, kek_len: 24, algorithm: &pbkdf2::PBKDF2_HMAC_SHA384 };

pub(in super::super) static HS512_A256KW: Pbes2 =
    Pbes2 { alg: JweAlg::Pbes2Hs512A256Kw, kek_len: 32, algorithm: &pbkdf2::PBKDF2_HMAC_SHA512 };

/// The length of a fresh salt input in bytes. RFC 7518 section 4.8.1.1 asks for at least 8.
const SALT_INPUT_LEN: usize = 16;

/// PBKDF2 with one hash, for AES Key Wrap with one length of key.
#[derive(Clone, Copy)]
pub(in super::super) struct Pbes2 {
    alg: JweAlg,
    kek_len: usize,
    algorithm: &'static pbkdf2::Algorithm,
}

impl Pbes2 {
    fn password(&self, key: &KeyMaterial) -> Result<Password, KeyError> {
        Ok(Password { pbes2: *self, octets: params::oct(self.alg.name(), key)?.clone() })
    }
}

impl KeyManagementAlgorithm for Pbes2 {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        Ok(Box::new(self.password(key)?))
    }

    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        Ok(Box::new(self.password(key)?))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        Err(KeyError::Unsupported { alg: self.alg.name(), what: "key generation" })
    }
}

impl fmt::Debug for Pbes2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pbes2({})", self.alg)
    }
}

struct Password {
    pbes2: Pbes2,
    octets: SecretBytes,
}

impl Password {
    /// The key encryption key of this salt input and number of iterations; there is none of zero iterations.
    fn kek(&self, p2s: &[u8], p2c: u32) -> Option<Kek> {
        let Pbes2 { alg, kek_len, algorithm } = self.pbes2;
        let iterations = NonZeroU32::new(p2c)?;
        // RFC 7518 section 4.8.1.1: UTF8(Alg) || 0x00 || Salt Input.
        let salt = [alg.name().as_bytes(), &[0], p2s].concat();
        let mut derived = SecretBytes::new(vec![0; kek_len]);
        let octets = self.octets.expose();
        pbkdf2::derive(*algorithm, iterations, &salt, octets, derived.expose_mut());
        Kek::new(derived.expose())
    }
}

impl KeyEncryptor for Password {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let cek = input.cek.ok_or(EncryptionFailed)?;
        let mut p2s = vec![0; SALT_INPUT_LEN];
        input.random.fill(&mut p2s)?;
        let kek = self.kek(&p2s, input.iterations).ok_or(EncryptionFailed)?;
        let header = KeyManagementHeader {
            p2s: Some(p2s),
            p2c: Some(input.iterations),
            ..KeyManagementHeader::default()
        };
        Ok(EncryptedKey::encrypted(kek.wrap(cek)?, header))
    }
}

impl KeyDecryptor for Password {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        let (Some(p2s), Some(p2c)) = (&input.header.p2s, input.header.p2c) else {
            return Err(DecryptionFailed);
        };
        self.kek(p2s, p2c).ok_or(DecryptionFailed)?.unwrap(input.encrypted_key)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}
