//! Key encryption with AES-GCM (RFC 7518 section 4.7).

use core::fmt;

use zeroize::Zeroizing;

use super::gcm;
use super::primitives::aead;
use super::primitives::aead::Aad;
use super::primitives::aead::LessSafeKey;
use super::primitives::aead::NONCE_LEN;
use super::primitives::aead::Nonce;
use super::random;

use crate::alg::JweAlg;
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

pub(in super::super) static A128GCMKW: GcmKeyWrap =
    GcmKeyWrap { alg: JweAlg::A128GcmKw, algorithm: &aead::AES_128_GCM };

pub(in super::super) static A256GCMKW: GcmKeyWrap =
    GcmKeyWrap { alg: JweAlg::A256GcmKw, algorithm: &aead::AES_256_GCM };

/// AES-GCM with one length of key, for content encryption keys.
pub(in super::super) struct GcmKeyWrap {
    pub(in super::super) alg: JweAlg,
    pub(in super::super) algorithm: &'static aead::Algorithm,
}

impl GcmKeyWrap {
    fn kek(&self, key: &KeyMaterial) -> Result<GcmKek, KeyError> {
        let alg = self.alg.name();
        gcm::key(alg, self.algorithm, params::oct(alg, key)?).map(GcmKek)
    }
}

impl KeyManagementAlgorithm for GcmKeyWrap {
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
        random::secret(self.algorithm.key_len()).map(KeyMaterial::oct)
    }
}

impl fmt::Debug for GcmKeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GcmKeyWrap({})", self.alg)
    }
}

struct GcmKek(LessSafeKey);

impl KeyEncryptor for GcmKek {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let cek = input.cek.ok_or(EncryptionFailed)?;
        // RFC 7518 section 4.7.1.1: 96 bits.
        let mut iv = [0; NONCE_LEN];
        input.random.fill(&mut iv)?;
        let mut in_out = Zeroizing::new(cek.expose().to_vec());
        // RFC 7518 section 4.7: the additional authenticated data is the empty octet string.
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::empty(), &mut in_out)
            .map_err(|_| EncryptionFailed)?;
        let header = KeyManagementHeader {
            iv: Some(iv.to_vec()),
            tag: Some(tag.as_ref().to_vec()),
            ..KeyManagementHeader::default()
        };
        Ok(EncryptedKey::encrypted(core::mem::take(&mut in_out), header))
    }
}

impl KeyDecryptor for GcmKek {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        let (Some(iv), Some(tag)) = (&input.header.iv, &input.header.tag) else {
            return Err(DecryptionFailed);
        };
        // RFC 7518 section 4.7.1.1: 96 bits.
        let iv = Nonce::try_assume_unique_for_key(iv).map_err(|_| DecryptionFailed)?;
        // RFC 7518 section 4.7.1.2: 128 bits. A shorter one would be filled up from the encrypted key.
        if tag.len() != self.0.algorithm().tag_len() {
            return Err(DecryptionFailed);
        }
        let mut in_out = Zeroizing::new([input.encrypted_key, tag].concat());
        let cek_len = self
            .0
            .open_in_place(iv, Aad::empty(), &mut in_out)
            .map_err(|_| DecryptionFailed)?
            .len();
        in_out.truncate(cek_len);
        Ok(SecretBytes::new(core::mem::take(&mut in_out)))
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}
