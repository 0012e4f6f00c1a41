//! Content encryption algorithms.

use super::registries;
use crate::error::KeyError;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::ContentInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptionFailed;
use crate::secret::SecretBytes;

const AAD: &[u8] = b"eyJhbGciOiJkaXIifQ";
const PLAINTEXT: &[u8] = b"The true sign of intelligence is not knowledge but imagination.";

/// Every algorithm of every registry.
fn algorithms() -> impl Iterator<Item = &'static dyn ContentEncryptionAlgorithm> {
    registries().into_iter().flat_map(|registry| registry.content_encryption.iter().copied())
}

fn cipher(entry: &dyn ContentEncryptionAlgorithm) -> Box<dyn ContentCipher> {
    let cek = (0..entry.enc().key_len()).map(|index| u8::try_from(index).unwrap()).collect();
    entry.cipher(&SecretBytes::new(cek)).unwrap()
}

fn iv(entry: &dyn ContentEncryptionAlgorithm) -> Vec<u8> {
    vec![0x1a; entry.enc().iv_len()]
}

/// The ciphertext of `plaintext`, followed by the tag.
fn seal(entry: &dyn ContentEncryptionAlgorithm, plaintext: &[u8]) -> Vec<u8> {
    let mut in_out = plaintext.to_vec();
    cipher(entry).seal(&ContentInput::new(&iv(entry), AAD), &mut in_out).unwrap();
    in_out
}

fn open(
    entry: &dyn ContentEncryptionAlgorithm,
    iv: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, DecryptionFailed> {
    let mut in_out = sealed.to_vec();
    cipher(entry).open(&ContentInput::new(iv, aad), &mut in_out).map(|()| in_out)
}

#[test]
fn every_registry_opens_what_every_registry_seals() {
    for sealing in algorithms() {
        let enc = sealing.enc();
        for len in [0, 1, 15, 16, 17, 31, 32, 1000] {
            let plaintext = vec![0x5a; len];
            let sealed = seal(sealing, &plaintext);

            let ciphertext_len = sealed.len() - enc.tag_len();
            assert!((len..=len + enc.max_padding_len()).contains(&ciphertext_len));
            for opening in registries().iter().filter_map(|r| r.content_encryption(enc)) {
                let opened = open(opening, &iv(sealing), AAD, &sealed);
                assert_eq!(opened.as_ref(), Ok(&plaintext), "{sealing:?}, {len} bytes");
            }
        }
    }
}

#[test]
fn a_plaintext_with_room_behind_it_is_not_moved() {
    for entry in algorithms() {
        let enc = entry.enc();
        let room = enc.max_padding_len() + enc.tag_len();
        let mut in_out = Vec::with_capacity(PLAINTEXT.len() + room);
        in_out.extend_from_slice(PLAINTEXT);
        let before = in_out.as_ptr();

        cipher(entry).seal(&ContentInput::new(&iv(entry), AAD), &mut in_out).unwrap();

        assert_eq!(in_out.as_ptr(), before, "{entry:?}");
    }
}

#[test]
fn a_flipped_bit_of_ciphertext_or_tag_does_not_open() {
    for entry in algorithms() {
        let sealed = seal(entry, PLAINTEXT);
        for index in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[index] ^= 0x80;
            let opened = open(entry, &iv(entry), AAD, &flipped);
            assert_eq!(opened, Err(DecryptionFailed), "{entry:?} at {index}");
        }
    }
}

#[test]
fn another_iv_or_aad_does_not_open() {
    for entry in algorithms() {
        let sealed = seal(entry, PLAINTEXT);
        for index in 0..entry.enc().iv_len() {
            let mut flipped = iv(entry);
            flipped[index] ^= 1;
            let opened = open(entry, &flipped, AAD, &sealed);
            assert_eq!(opened, Err(DecryptionFailed), "{entry:?}, IV at {index}");
        }
        for aad in [&AAD[1..], &[AAD, b"\0"].concat(), b""] {
            assert_eq!(open(entry, &iv(entry), aad, &sealed), Err(DecryptionFailed), "{entry:?}");
        }
    }
}

#[test]
fn a_truncated_or_extended_ciphertext_does_not_open() {
    for entry in algorithms() {
        let sealed = seal(entry, PLAINTEXT);
        for len in 0..sealed.len() {
            for part in [&sealed[..len], &sealed[sealed.len() - len..]] {
                let opened = open(entry, &iv(entry), AAD, part);
                assert_eq!(opened, Err(DecryptionFailed), "{entry:?}, {len} bytes");
            }
        }
        for added in [1, 16, 32] {
            let extended = [&sealed[..], &vec![0; added]].concat();
            let opened = open(entry, &iv(entry), AAD, &extended);
            assert_eq!(opened, Err(DecryptionFailed), "{entry:?}, {added} bytes more");
        }
    }
}

#[test]
fn an_iv_of_another_length_neither_seals_nor_opens() {
    for entry in algorithms() {
        let sealed = seal(entry, PLAINTEXT);
        for len in
            [0, 1, 8, 11, 12, 13, 15, 16, 17].into_iter().filter(|l| *l != entry.enc().iv_len())
        {
            let iv = vec![0x1a; len];
            let input = ContentInput::new(&iv, AAD);
            let outcome = cipher(entry).seal(&input, &mut PLAINTEXT.to_vec());
            assert_eq!(outcome, Err(EncryptionFailed), "{entry:?}, {len} bytes");
            assert_eq!(open(entry, &iv, AAD, &sealed), Err(DecryptionFailed), "{entry:?}");
        }
    }
}

#[test]
fn a_content_encryption_key_of_another_length_is_refused() {
    for entry in algorithms() {
        let (alg, expected) = (entry.enc().name(), entry.enc().key_len());
        for found in [0, 1, 15, 16, 24, 31, 32, 33, 48, 64, 65] {
            let outcome = entry.cipher(&SecretBytes::new(vec![7; found])).map(|_| ());
            let refused = Err(KeyError::SecretLength { alg, expected, found });
            assert_eq!(outcome, if found == expected { Ok(()) } else { refused });
        }
    }
}

#[test]
fn another_key_does_not_open() {
    for entry in algorithms() {
        let sealed = seal(entry, PLAINTEXT);
        let other = entry.cipher(&SecretBytes::new(vec![7; entry.enc().key_len()])).unwrap();

        let outcome = other.open(&ContentInput::new(&iv(entry), AAD), &mut sealed.clone());

        assert_eq!(outcome, Err(DecryptionFailed), "{entry:?}");
    }
}
