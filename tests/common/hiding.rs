//! Secrets of keys, and whether a text tells something of them.

use std::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::RsaPrivate;
use josie::SecretBytes;

/// Asserts that `text` has no eight octets of the secret in any usual spelling.
pub(crate) fn assert_hides(text: &str, secret: &[u8]) {
    let text = text.to_lowercase();
    for octets in secret.windows(8) {
        let hex: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let list = format!("{octets:?}");
        let pretty = list.replace(", ", ",\n");
        for spelling in [hex.concat(), hex.join(":"), hex.join(", 0x"), list, pretty] {
            let spelling = spelling.trim_matches(['[', ']']).to_lowercase();
            assert!(!text.contains(&spelling), "{spelling} in {text}");
        }
    }
    // Base64 in each of its three alignments, without the symbols that the neighbours share.
    for start in 0..3 {
        let octets = &secret[start..start + 9];
        for spelling in
            [STANDARD.encode(octets), URL_SAFE.encode(octets), URL_SAFE_NO_PAD.encode(octets)]
        {
            assert!(!text.contains(&spelling.to_lowercase()), "{spelling} in {text}");
        }
    }
}

/// The secret octets of a key.
pub(crate) fn secrets(material: &KeyMaterial) -> Vec<&[u8]> {
    match material.params() {
        KeyParams::Oct(oct) => vec![oct.k().expose()],
        KeyParams::Rsa(rsa) => {
            let RsaPrivate { d, p, q, dp, dq, qi } = rsa.private().unwrap();
            [d, p, q, dp, dq, qi].map(SecretBytes::expose).to_vec()
        }
        KeyParams::Ec(ec) => vec![ec.d().unwrap().expose()],
        KeyParams::Okp(okp) => vec![okp.d().unwrap().expose()],
        _ => panic!("another type of key"),
    }
}

pub(crate) fn debug(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// An error with everything behind it.
pub(crate) fn chain(error: &(impl std::error::Error + 'static)) -> String {
    let mut text = format!("{error}\n{}", debug(error));
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!("\n{error}\n{}", debug(&error));
        source = error.source();
    }
    text
}
