//! Base64url without padding, strict and canonical (RFC 7515 section 2, RFC 4648 sections 3.5 and 5).
//!
//! Exactly one text decodes to given octets: no padding, no white space, no other alphabet, and the unused
//! bits of the last symbol are zero. So a token or a key has one spelling only.

use base64::Engine;
use base64::alphabet;
use base64::decoded_len_estimate;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::general_purpose::GeneralPurposeConfig;
use zeroize::Zeroize;

/// The text is not canonical base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotBase64url;

/// Decodes `text`.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotBase64url> {
    // Made as long as it can get: it never grows, and a secret is never left behind by growing.
    let mut octets = Vec::with_capacity(decoded_len(text));
    match decode_to(text, &mut octets) {
        Ok(()) => Ok(octets),
        Err(NotBase64url) => {
            // What came before the fault may be most of a secret.
            octets.zeroize();
            Err(NotBase64url)
        }
    }
}

/// Decodes `text` and appends the octets to `out`.
pub(crate) fn decode_to(text: &str, out: &mut Vec<u8>) -> Result<(), NotBase64url> {
    ENGINE.decode_vec(text, out).map_err(|_| NotBase64url)
}

/// At least the number of octets that `text` decodes to, and at most three more.
pub(crate) fn decoded_len(text: &str) -> usize {
    decoded_len_estimate(text.len())
}

/// Appends the encoding of `octets` to `out`.
pub(crate) fn encode_to(octets: &[u8], out: &mut String) {
    ENGINE.encode_string(octets, out);
}

/// The encoding of `octets`.
pub(crate) fn encode(octets: &[u8]) -> String {
    ENGINE.encode(octets)
}

/// The number of characters that `octets` octets encode to.
pub(crate) const fn encoded_len(octets: usize) -> usize {
    // Six bits a character; no token comes near the range where this would overflow.
    (octets.saturating_mul(4)).div_ceil(3)
}

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(false),
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_that_is_not_canonical_is_refused() {
        for text in [
            "QQ==", "QQ=", "QR", "QUJ", "A", "AAAAA", "Q Q", "QQ\n", "\tQQ", "Q+", "Q/", "QQ\0",
            "é", "Q.",
        ] {
            assert_eq!(decode(text), Err(NotBase64url), "{text:?}");
        }
        assert_eq!(decode("QQ"), Ok(b"A".to_vec()));
        assert_eq!(decode("-_8"), Ok(vec![0xfb, 0xff]));
        assert_eq!(decode(""), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_text(text in "[A-Za-z0-9_-]{0,40}") {
            if let Ok(octets) = decode(&text) {
                prop_assert_eq!(encode(&octets), text);
            }
        }

        #[test]
        fn every_octet_string_round_trips(octets: Vec<u8>) {
            let text = encode(&octets);
            prop_assert_eq!(encoded_len(octets.len()), text.len());
            prop_assert_eq!(decode(&text), Ok(octets));
        }
    }
}
