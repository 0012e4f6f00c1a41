//! Section X: AES-CBC with HMAC: the MAC first, over everything, and then the padding.

use josie::Error;
use josie::SecretBytes;

use crate::content::CBC;
use crate::content::authenticated;
use crate::content::direct_sealers;
use crate::content::full_mac;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::b64u;

/// The block of AES in bytes.
const BLOCK: usize = 16;

fn sealers() -> Vec<Sealer> {
    let sealers = direct_sealers(&CBC);
    assert!(!sealers.is_empty());
    sealers
}

/// Everything that an error says.
fn spoken(error: &Error) -> (String, String) {
    (error.to_string(), format!("{error:?}"))
}

#[test]
fn a127_no_change_of_the_padding_tells_more_than_any_other() {
    let expected = ("decryption failed".to_owned(), "DecryptionFailed".to_owned());
    for sealer in sealers() {
        let honest = sealer.draft().seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        let last = honest.ciphertext.len() - 1;
        // The last octet of the last block but one is what the attack turns to try each value of the padding.
        for place in [last - BLOCK, last, last - BLOCK + 1] {
            for change in 1..=255 {
                let mut token = honest.clone();
                token.ciphertext[place] ^= change;

                let error = sealer.error(&token.compact());

                assert_eq!(error, Error::DecryptionFailed);
                assert_eq!(spoken(&error), expected);
            }
        }
    }
}

#[test]
fn a127_wrong_padding_under_a_valid_mac_is_the_same_error() {
    for sealer in sealers() {
        // Cut after its second block, a ciphertext ends with whatever the plaintext has there.
        let ending = |end: &[u8]| {
            let mut plaintext = vec![b'x'; 2 * BLOCK - end.len()];
            plaintext.extend_from_slice(end);
            let draft = sealer.draft().plaintext(plaintext);
            let mut token = draft.seal();
            assert_eq!(token.ciphertext.len(), 3 * BLOCK);
            token.ciphertext.truncate(2 * BLOCK);
            authenticated(&sealer, &draft.cek, token).compact()
        };

        // RFC 5652 section 6.3: as many octets as each of them says.
        for (padding, len) in [(vec![1], 31), (vec![2, 2], 30), (vec![16; 16], 16)] {
            let jwe = sealer.decrypt(&ending(&padding)).unwrap();
            assert_eq!(jwe.plaintext(), vec![b'x'; len], "{} on {}", sealer.enc, sealer.name);
        }
        for end in [
            vec![0],
            vec![17],
            vec![255],
            vec![1, 2],
            vec![2, 3, 3],
            vec![15; 14],
            vec![16; 15],
            [&[15][..], &[16; 15]].concat(),
            [&[16][..], &[0; 15]].concat(),
        ] {
            let error = sealer.error(&ending(&end));
            assert_eq!(
                error,
                Error::DecryptionFailed,
                "{} on {}: {end:?}",
                sealer.enc,
                sealer.name
            );
        }
    }
}

#[test]
fn a128_octets_moved_between_header_and_iv_change_the_mac() {
    for sealer in sealers() {
        // Twelve octets of white space are one block of base64url, without which the header says the same.
        let mut draft = sealer.draft();
        while draft.header.len() % 3 != 0 {
            draft.header.push(' ');
        }
        let short = b64u(&draft.header);
        draft.header.push_str(&" ".repeat(12));
        let honest = draft.seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);

        // Header, IV and ciphertext in a row are the same octets as before.
        let moved = Token {
            iv: honest.header.strip_prefix(&short).unwrap().into(),
            header: short,
            ciphertext: [&honest.iv[..], &honest.ciphertext].concat(),
            ..honest.clone()
        };
        assert_eq!(moved.iv.len(), sealer.enc.iv_len());
        assert_eq!(sealer.error(&moved.compact()), Error::DecryptionFailed);

        // Nothing but the length of the header in the MAC has stopped it.
        let key_holder = authenticated(&sealer, &draft.cek, moved);
        let jwe = sealer.decrypt(&key_holder.compact()).unwrap();
        assert_eq!(jwe.plaintext()[BLOCK..], *PLAINTEXT);
    }
}

#[test]
fn a128_octets_moved_between_iv_and_ciphertext_do_not_decrypt() {
    for sealer in sealers() {
        let honest = sealer.draft().seal();
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        let row = [&honest.iv[..], &honest.ciphertext].concat();
        for boundary in (0..=3 * BLOCK).filter(|boundary| *boundary != BLOCK) {
            let (iv, ciphertext) = row.split_at(boundary);
            let moved =
                Token { iv: iv.to_vec(), ciphertext: ciphertext.to_vec(), ..honest.clone() };
            assert_eq!(sealer.error(&moved.compact()), Error::DecryptionFailed, "{boundary}");
        }
    }
}

#[test]
fn a129_the_halves_of_the_key_are_not_exchanged() {
    for sealer in sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);

        // RFC 7518 section 5.2.2.1 step 1: MAC_KEY first, then ENC_KEY.
        let (mac_key, enc_key) = draft.cek.expose().split_at(sealer.enc.key_len() / 2);
        let mut exchanged = draft.clone();
        exchanged.cek = SecretBytes::new([enc_key, mac_key].concat());

        assert_eq!(sealer.error(&exchanged.compact()), Error::DecryptionFailed);
    }
}

#[test]
fn a129_the_tag_is_the_first_half_of_the_mac_and_no_more() {
    for sealer in sealers() {
        let draft = sealer.draft();
        let honest = draft.seal();
        let mac = full_mac(&sealer, &draft.cek, &honest);
        let tag_len = sealer.enc.tag_len();
        assert_eq!(mac.len(), 2 * tag_len);
        assert_eq!(honest.tag, mac[..tag_len]);
        assert_eq!(sealer.decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);

        for tag in [&mac[..], &mac[..tag_len + 1], &mac[..tag_len - 1], &mac[tag_len..], &[]] {
            let token = Token { tag: tag.to_vec(), ..honest.clone() };
            assert_eq!(sealer.error(&token.compact()), Error::DecryptionFailed, "{}", tag.len());
        }
    }
}

#[test]
fn a130_a_valid_mac_over_no_whole_blocks_does_not_decrypt() {
    for sealer in sealers() {
        let draft = sealer.draft();
        let honest = draft.seal();
        let again = authenticated(&sealer, &draft.cek, honest.clone());
        assert_eq!(sealer.decrypt(&again.compact()).unwrap().plaintext(), PLAINTEXT);

        for len in [0, 1, 15, 17, 31, 33, 47] {
            let ciphertext = honest.ciphertext[..len].to_vec();
            let token = Token { ciphertext, ..honest.clone() };
            let token = authenticated(&sealer, &draft.cek, token).compact();
            assert_eq!(sealer.error(&token), Error::DecryptionFailed, "{}, {len}", sealer.enc);
        }
    }
}
