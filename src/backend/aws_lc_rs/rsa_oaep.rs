//! RSAES OAEP (RFC 7518 section 4.3). *ring* does not encrypt with RSA.

use core::fmt;

use aws_lc_rs::rsa;
use aws_lc_rs::rsa::OaepAlgorithm;
use aws_lc_rs::rsa::OaepPrivateDecryptingKey;
use aws_lc_rs::rsa::OaepPublicEncryptingKey;
use aws_lc_rs::rsa::PrivateDecryptingKey;
use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::rsa::PublicKeyComponents;
use zeroize::Zeroizing;

use super::shared;

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

pub(super) static RSA_OAEP: RsaOaep =
    RsaOaep { alg: JweAlg::RsaOaep, padding: &rsa::OAEP_SHA1_MGF1SHA1 };

pub(super) static RSA_OAEP_256: RsaOaep =
    RsaOaep { alg: JweAlg::RsaOaep256, padding: &rsa::OAEP_SHA256_MGF1SHA256 };

pub(super) static RSA_OAEP_384: RsaOaep =
    RsaOaep { alg: JweAlg::RsaOaep384, padding: &rsa::OAEP_SHA384_MGF1SHA384 };

pub(super) static RSA_OAEP_512: RsaOaep =
    RsaOaep { alg: JweAlg::RsaOaep512, padding: &rsa::OAEP_SHA512_MGF1SHA512 };

/// RSAES OAEP with one hash.
pub(super) struct RsaOaep {
    alg: JweAlg,
    padding: &'static OaepAlgorithm,
}

impl KeyManagementAlgorithm for RsaOaep {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        let rsa = params::rsa(self.alg.name(), key)?;
        let components = PublicKeyComponents { n: rsa.n(), e: rsa.e() };
        let public: PublicEncryptingKey =
            components.try_into().map_err(|_| KeyError::InvalidValue("n"))?;
        let key = OaepPublicEncryptingKey::new(public).map_err(|_| KeyError::InvalidValue("n"))?;
        Ok(Box::new(OaepEncryptor { key, padding: self.padding }))
    }

    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        let alg = self.alg.name();
        let rsa = params::rsa(alg, key)?;
        // For its checks: those of the other type, which takes nothing but a document, are fewer.
        shared::rsa::key_pair(alg, rsa)?;
        let key = PrivateDecryptingKey::from_pkcs8(key.to_pkcs8_der()?.expose())
            .ok()
            .and_then(|private| OaepPrivateDecryptingKey::new(private).ok())
            .ok_or(KeyError::Inconsistent)?;
        let public = KeyMaterial::rsa_public(rsa.n(), rsa.e())?;
        Ok(Box::new(OaepDecryptor { key, padding: self.padding, public }))
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        super::rsa::generate(self.alg.name(), input.rsa_bits)
    }
}

impl fmt::Debug for RsaOaep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaOaep({})", self.alg)
    }
}

struct OaepEncryptor {
    key: OaepPublicEncryptingKey,
    padding: &'static OaepAlgorithm,
}

impl KeyEncryptor for OaepEncryptor {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let cek = input.cek.ok_or(EncryptionFailed)?;
        let mut encrypted_key = vec![0; self.key.ciphertext_size()];
        // RFC 8017 section 7.1.1: the label is the empty string where none is given, as in RFC 7518.
        let len = self
            .key
            .encrypt(self.padding, cek.expose(), &mut encrypted_key, None)
            .map_err(|_| EncryptionFailed)?
            .len();
        encrypted_key.truncate(len);
        Ok(EncryptedKey::encrypted(encrypted_key, KeyManagementHeader::default()))
    }
}

struct OaepDecryptor {
    key: OaepPrivateDecryptingKey,
    padding: &'static OaepAlgorithm,
    public: KeyMaterial,
}

impl KeyDecryptor for OaepDecryptor {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        // RFC 8017 section 7.1.2 step 1 b: as long as the modulus.
        if input.encrypted_key.len() != self.key.key_size_bytes() {
            return Err(DecryptionFailed);
        }
        let mut cek = Zeroizing::new(vec![0; self.key.min_output_size()]);
        let cek_len = self
            .key
            .decrypt(self.padding, input.encrypted_key, &mut cek, None)
            .map_err(|_| DecryptionFailed)?
            .len();
        cek.truncate(cek_len);
        Ok(SecretBytes::new(core::mem::take(&mut cek)))
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        Some(self.public.clone())
    }
}
