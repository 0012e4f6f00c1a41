//! AES-GCM (RFC 7518 section 5.3).

use core::fmt;

use super::primitives::aead;
use super::primitives::aead::Aad;
use super::primitives::aead::LessSafeKey;
use super::primitives::aead::Nonce;
use super::primitives::aead::UnboundKey;

use crate::alg::JweEnc;
use crate::backend::room::make_room;
use crate::error::KeyError;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::ContentInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptionFailed;
use crate::secret::SecretBytes;

pub(in super::super) static A128GCM: Gcm =
    Gcm { enc: JweEnc::A128Gcm, algorithm: &aead::AES_128_GCM };

pub(in super::super) static A256GCM: Gcm =
    Gcm { enc: JweEnc::A256Gcm, algorithm: &aead::AES_256_GCM };

/// AES-GCM with one length of key, for content.
pub(in super::super) struct Gcm {
    pub(in super::super) enc: JweEnc,
    pub(in super::super) algorithm: &'static aead::Algorithm,
}

impl ContentEncryptionAlgorithm for Gcm {
    fn enc(&self) -> JweEnc {
        self.enc
    }

    fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        Ok(Box::new(GcmCipher(key(self.enc.name(), self.algorithm, cek)?)))
    }
}

impl fmt::Debug for Gcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gcm({})", self.enc)
    }
}

/// An AES-GCM key for `alg`, if the secret has the length that it takes.
pub(super) fn key(
    alg: &'static str,
    algorithm: &'static aead::Algorithm,
    secret: &SecretBytes,
) -> Result<LessSafeKey, KeyError> {
    UnboundKey::new(algorithm, secret.expose()).map(LessSafeKey::new).map_err(|_| {
        KeyError::SecretLength { alg, expected: algorithm.key_len(), found: secret.len() }
    })
}

struct GcmCipher(LessSafeKey);

impl ContentCipher for GcmCipher {
    fn seal(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed> {
        // RFC 7518 section 5.3: 96 bits.
        let iv = Nonce::try_assume_unique_for_key(input.iv).map_err(|_| EncryptionFailed)?;
        make_room(in_out, self.0.algorithm().tag_len());
        self.0
            .seal_in_place_append_tag(iv, Aad::from(input.aad), in_out)
            .map_err(|_| EncryptionFailed)
    }

    fn open(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), DecryptionFailed> {
        let iv = Nonce::try_assume_unique_for_key(input.iv).map_err(|_| DecryptionFailed)?;
        let plaintext_len = self
            .0
            .open_in_place(iv, Aad::from(input.aad), in_out)
            .map_err(|_| DecryptionFailed)?
            .len();
        in_out.truncate(plaintext_len);
        Ok(())
    }
}
