//! AES-CBC authenticated by HMAC (RFC 7518 section 5.2). *ring* has no AES-CBC.

use core::fmt;

use aws_lc_rs::cipher;
use aws_lc_rs::cipher::DecryptionContext;
use aws_lc_rs::cipher::EncryptionContext;
use aws_lc_rs::cipher::PaddedBlockDecryptingKey;
use aws_lc_rs::cipher::PaddedBlockEncryptingKey;
use aws_lc_rs::cipher::UnboundCipherKey;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;

use crate::alg::JweEnc;
use crate::backend::room::make_room;
use crate::error::KeyError;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::ContentInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptionFailed;
use crate::secret::SecretBytes;

pub(super) static A128CBC_HS256: CbcHmac =
    CbcHmac { enc: JweEnc::A128CbcHs256, cipher: &cipher::AES_128, mac: &hmac::HMAC_SHA256 };

pub(super) static A192CBC_HS384: CbcHmac =
    CbcHmac { enc: JweEnc::A192CbcHs384, cipher: &cipher::AES_192, mac: &hmac::HMAC_SHA384 };

pub(super) static A256CBC_HS512: CbcHmac =
    CbcHmac { enc: JweEnc::A256CbcHs512, cipher: &cipher::AES_256, mac: &hmac::HMAC_SHA512 };

/// AES-CBC and HMAC with one length of key.
pub(super) struct CbcHmac {
    enc: JweEnc,
    cipher: &'static cipher::Algorithm,
    mac: &'static hmac::Algorithm,
}

impl CbcHmac {
    fn keys(&self, cek: &SecretBytes) -> Option<CbcHmacCipher> {
        let octets = Some(cek.expose()).filter(|octets| octets.len() == self.enc.key_len())?;
        // RFC 7518 section 5.2.2.1 step 1: the first half is MAC_KEY, the second ENC_KEY.
        let (mac_key, enc_key) = octets.split_at_checked(octets.len() / 2)?;
        let unbound = || UnboundCipherKey::new(self.cipher, enc_key);
        Some(CbcHmacCipher {
            mac: hmac::Key::new(*self.mac, mac_key),
            encrypting: unbound().and_then(PaddedBlockEncryptingKey::cbc_pkcs7).ok()?,
            decrypting: unbound().and_then(PaddedBlockDecryptingKey::cbc_pkcs7).ok()?,
            tag_len: self.enc.tag_len(),
        })
    }
}

impl ContentEncryptionAlgorithm for CbcHmac {
    fn enc(&self) -> JweEnc {
        self.enc
    }

    fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        match self.keys(cek) {
            Some(keys) => Ok(Box::new(keys)),
            None => Err(KeyError::SecretLength {
                alg: self.enc.name(),
                expected: self.enc.key_len(),
                found: cek.len(),
            }),
        }
    }
}

impl fmt::Debug for CbcHmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CbcHmac({})", self.enc)
    }
}

struct CbcHmacCipher {
    mac: hmac::Key,
    encrypting: PaddedBlockEncryptingKey,
    decrypting: PaddedBlockDecryptingKey,
    tag_len: usize,
}

impl CbcHmacCipher {
    /// RFC 7518 section 5.2.2.1.
    fn encrypt(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), Unspecified> {
        let iv = EncryptionContext::Iv128(FixedLength::try_from(input.iv)?);
        make_room(in_out, BLOCK_LEN.saturating_add(self.tag_len));
        // Step 3: PKCS #7 padding, then CBC.
        self.encrypting.less_safe_encrypt(in_out, iv)?;
        let mac = self.mac(input, in_out);
        in_out.extend_from_slice(self.tag(&mac)?);
        Ok(())
    }

    /// RFC 7518 section 5.2.2.2.
    fn decrypt(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), Unspecified> {
        // Of another length, it would move what the MAC is computed over between its neighbours.
        let iv = DecryptionContext::Iv128(FixedLength::try_from(input.iv)?);
        let ciphertext_len = in_out.len().checked_sub(self.tag_len).ok_or(Unspecified)?;
        if ciphertext_len == 0 || !ciphertext_len.is_multiple_of(BLOCK_LEN) {
            return Err(Unspecified);
        }
        let (ciphertext, tag) = in_out.split_at_checked(ciphertext_len).ok_or(Unspecified)?;
        let mac = self.mac(input, ciphertext);
        // Step 2 stands before step 3: what is decrypted unauthenticated tells by its padding what it was.
        verify_slices_are_equal(self.tag(&mac)?, tag)?;
        in_out.truncate(ciphertext_len);
        let plaintext_len = self.decrypting.decrypt(in_out, iv)?.len();
        in_out.truncate(plaintext_len);
        Ok(())
    }

    /// RFC 7518 section 5.2.2.1 step 5: A || IV || E || AL.
    fn mac(&self, input: &ContentInput<'_>, ciphertext: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.mac);
        context.update(input.aad);
        context.update(input.iv);
        context.update(ciphertext);
        context.update(&aad_bits(input.aad.len()).to_be_bytes());
        context.sign()
    }

    /// RFC 7518 section 5.2.2.1 step 5: the authentication tag is the first half of the MAC.
    fn tag<'a>(&self, mac: &'a hmac::Tag) -> Result<&'a [u8], Unspecified> {
        mac.as_ref().get(..self.tag_len).ok_or(Unspecified)
    }
}

impl ContentCipher for CbcHmacCipher {
    fn seal(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed> {
        self.encrypt(input, in_out).map_err(|Unspecified| EncryptionFailed)
    }

    fn open(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), DecryptionFailed> {
        self.decrypt(input, in_out).map_err(|Unspecified| DecryptionFailed)
    }
}

/// RFC 7518 section 5.2.2.1 step 4: AL, the length of the additional authenticated data in bits.
fn aad_bits(len: usize) -> u64 {
    // Neither step loses anything: `usize` has at most 64 bits, and no slice is longer than 2^60 bytes.
    u64::try_from(len).unwrap_or(u64::MAX).saturating_mul(8)
}

/// The block of AES in bytes.
const BLOCK_LEN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_the_aad_is_counted_in_64_bits() {
        for (len, bits) in [
            (0, 0),
            (1, 8),
            (42, 0x150),
            ((1 << 29) - 1, 0xffff_fff8),
            (1 << 29, 0x1_0000_0000),
            ((1 << 29) + 1, 0x1_0000_0008),
        ] {
            assert_eq!(aad_bits(len), bits, "{len}");
        }
        #[cfg(target_pointer_width = "64")]
        for (len, bits) in [
            ((1 << 32) - 1, 0x7_ffff_fff8),
            (1 << 32, 0x8_0000_0000),
            ((1 << 32) + 1, 0x8_0000_0008),
        ] {
            assert_eq!(aad_bits(len), bits, "{len}");
        }
    }

    /// Seals `blocks`, which are no padded plaintext, with a valid tag.
    fn authenticated(
        cipher: &CbcHmacCipher,
        input: &ContentInput<'_>,
        ciphertext: &[u8],
    ) -> Vec<u8> {
        let mac = cipher.mac(input, ciphertext);
        [ciphertext, cipher.tag(&mac).unwrap()].concat()
    }

    #[test]
    fn a_valid_mac_over_no_whole_blocks_or_none_does_not_decrypt() {
        for algorithm in [&A128CBC_HS256, &A192CBC_HS384, &A256CBC_HS512] {
            let cek = SecretBytes::new(vec![7; algorithm.enc.key_len()]);
            let cipher = algorithm.keys(&cek).unwrap();
            let input = ContentInput::new(&[1; 16], b"aad");

            for len in [0, 1, 15, 17, 31] {
                let mut in_out = authenticated(&cipher, &input, &vec![3; len]);
                let outcome = cipher.open(&input, &mut in_out);
                assert_eq!(outcome, Err(DecryptionFailed), "{algorithm:?}, {len}");
            }
        }
    }

    #[test]
    fn a_valid_mac_over_wrong_padding_does_not_decrypt() {
        let cek = SecretBytes::new(vec![7; 32]);
        let cipher = A128CBC_HS256.keys(&cek).unwrap();
        let input = ContentInput::new(&[1; 16], b"aad");
        let mut sealed = vec![0; 32];
        cipher.seal(&input, &mut sealed).unwrap();

        // Without its last block, the plaintext ends with a zero octet, which is no padding.
        let mut in_out = authenticated(&cipher, &input, &sealed[..32]);

        assert_eq!(cipher.open(&input, &mut in_out), Err(DecryptionFailed));
    }

    #[test]
    fn an_octet_moved_from_the_iv_to_the_aad_does_not_decrypt() {
        let cek = SecretBytes::new(vec![7; 32]);
        let cipher = A128CBC_HS256.keys(&cek).unwrap();
        let mut sealed = vec![0; 32];
        cipher.seal(&ContentInput::new(&[1; 16], &[1; 8]), &mut sealed).unwrap();

        for (iv_len, aad_len) in [(15, 9), (17, 7)] {
            let (iv, aad) = (vec![1; iv_len], vec![1; aad_len]);
            let outcome = cipher.open(&ContentInput::new(&iv, &aad), &mut sealed.clone());
            assert_eq!(outcome, Err(DecryptionFailed), "{iv_len}");
        }
    }
}
