//! AES Key Wrap (RFC 3394), computed for both registries by `aes-kw`: *ring* has no AES block cipher, and AWS-LC
//! does not wrap with 192-bit keys.

use aes_kw::AesKw;
use aes_kw::KeyInit;
use aes_kw::aes::Aes128;
use aes_kw::aes::Aes192;
use aes_kw::aes::Aes256;

use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::EncryptionFailed;
use crate::registry::KeyDecryptor;
use crate::registry::KeyEncryptor;
use crate::secret::SecretBytes;

/// The block of RFC 3394 in bytes, by which the result is longer as well.
const SEMIBLOCK_LEN: usize = 8;
/// RFC 3394 section 2: a key to be wrapped has at least two blocks.
const MIN_CEK_LEN: usize = 2 * SEMIBLOCK_LEN;

/// A key encryption key, with its key schedule; wiped when it is dropped.
pub(super) enum Kek {
    A128(AesKw<Aes128>),
    A192(AesKw<Aes192>),
    A256(AesKw<Aes256>),
}

impl Kek {
    /// `None` if `key` is not 16, 24 or 32 bytes long.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => AesKw::new_from_slice(key).ok().map(Self::A128),
            24 => AesKw::new_from_slice(key).ok().map(Self::A192),
            32 => AesKw::new_from_slice(key).ok().map(Self::A256),
            _ => None,
        }
    }

    /// The JWE Encrypted Key of `cek`.
    pub(super) fn wrap(&self, cek: &SecretBytes) -> Result<Vec<u8>, EncryptionFailed> {
        // RFC 3394 section 2: whole blocks, at least two.
        if cek.len() < MIN_CEK_LEN || !cek.len().is_multiple_of(SEMIBLOCK_LEN) {
            return Err(EncryptionFailed);
        }
        let mut encrypted_key = vec![0; cek.len().saturating_add(SEMIBLOCK_LEN)];
        match self {
            Self::A128(kek) => kek.wrap_key(cek.expose(), &mut encrypted_key),
            Self::A192(kek) => kek.wrap_key(cek.expose(), &mut encrypted_key),
            Self::A256(kek) => kek.wrap_key(cek.expose(), &mut encrypted_key),
        }
        .map_err(|_| EncryptionFailed)?;
        Ok(encrypted_key)
    }

    /// The content encryption key in `encrypted_key`, if its integrity check passes.
    pub(super) fn unwrap(&self, encrypted_key: &[u8]) -> Result<SecretBytes, DecryptionFailed> {
        // RFC 3394 section 2: whole blocks, at least two and the initial value.
        let cek_len = encrypted_key.len().saturating_sub(SEMIBLOCK_LEN);
        if cek_len < MIN_CEK_LEN || !cek_len.is_multiple_of(SEMIBLOCK_LEN) {
            return Err(DecryptionFailed);
        }
        let mut cek = SecretBytes::new(vec![0; cek_len]);
        match self {
            Self::A128(kek) => kek.unwrap_key(encrypted_key, cek.expose_mut()),
            Self::A192(kek) => kek.unwrap_key(encrypted_key, cek.expose_mut()),
            Self::A256(kek) => kek.unwrap_key(encrypted_key, cek.expose_mut()),
        }
        .map_err(|_| DecryptionFailed)?;
        Ok(cek)
    }
}

impl KeyEncryptor for Kek {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let cek = input.cek.ok_or(EncryptionFailed)?;
        Ok(EncryptedKey::encrypted(self.wrap(cek)?, KeyManagementHeader::default()))
    }
}

impl KeyDecryptor for Kek {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        self.unwrap(input.encrypted_key)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3394 sections 4.1 to 4.6: key encryption key, key data, ciphertext.
    const VECTORS: [(usize, usize, &str); 6] = [
        (16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
        (24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
        (32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
        (24, 24, "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"),
        (32, 24, "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"),
        (
            32,
            32,
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
    ];
    const KEY_DATA: [u8; 32] = [
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
        0xff, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d,
        0x0e, 0x0f,
    ];

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn the_vectors_of_rfc_3394_wrap_and_unwrap() {
        let kek_octets: Vec<u8> = (0..32).collect();
        for (kek_len, cek_len, expected) in VECTORS {
            let kek = Kek::new(&kek_octets[..kek_len]).unwrap();
            let cek = SecretBytes::new(KEY_DATA[..cek_len].to_vec());

            let encrypted_key = kek.wrap(&cek).unwrap();

            assert_eq!(hex(&encrypted_key), expected);
            assert_eq!(kek.unwrap(&encrypted_key).unwrap().expose(), cek.expose());
        }
    }

    #[test]
    fn a_content_encryption_key_that_is_no_two_whole_blocks_is_not_wrapped() {
        let kek = Kek::new(&[7; 16]).unwrap();
        for len in [0, 1, 8, 15, 17, 23] {
            let outcome = kek.wrap(&SecretBytes::new(vec![1; len]));
            assert_eq!(outcome, Err(EncryptionFailed), "{len}");
        }
    }

    #[test]
    fn a_key_encryption_key_of_another_length_does_not_exist() {
        for len in [0, 15, 17, 31, 33, 64] {
            assert!(Kek::new(&vec![7; len]).is_none(), "{len}");
        }
    }
}
