//! Section IX: the initialization vector and the authentication tag of AES-GCM key wrap, which stand in the header
//! (RFC 7518 section 4.7.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Error;
use josie::JweAlg;
use josie::Malformed;
use josie::SecretBytes;
use serde_json::Value;
use serde_json::json;

use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::random;
use crate::sealing::sealers_with;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;

/// The sealers of the family, with their registry's content encryption.
fn gcm_sealers() -> Vec<Sealer> {
    sealers_with(&[JweAlg::A128GcmKw, JweAlg::A192GcmKw, JweAlg::A256GcmKw])
}

const PARAMETERS: [&str; 2] = ["iv", "tag"];

/// RFC 7518 section 4.7.1.1: 96 bits.
#[test]
fn a116_iv_of_another_length_is_refused() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());
        let honest = octets(&twin.member("iv"));
        assert_eq!(honest.len(), 12);

        for len in [0, 1, 5, 8, 11, 13, 16, 24, 32, 64, 4096] {
            // What is left of the honest one, or the honest one and zeros.
            let mut iv = honest.clone();
            iv.resize(len, 0);
            let token = twin.clone().with("iv", json!(b64u(iv))).compact();
            assert_fails(&sealer, &token, format!("{len} octets"));
        }
        let zeros_before = [vec![0; 4], honest].concat();
        let token = twin.clone().with("iv", json!(b64u(zeros_before))).compact();
        assert_fails(&sealer, &token, "zeros before it");
    }
}

/// RFC 7518 section 4.7.1.2: 128 bits. A shorter tag is guessed.
#[test]
fn a116_tag_of_another_length_is_refused() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());
        let honest = octets(&twin.member("tag"));
        assert_eq!(honest.len(), 16);

        for len in (0..16).chain([17, 24, 32, 64, 4096]) {
            let mut tag = honest.clone();
            tag.resize(len, 0);
            let token = twin.clone().with("tag", json!(b64u(tag))).compact();
            assert_fails(&sealer, &token, format!("{len} octets"));
        }
        for tag in [[honest.clone(), honest.clone()].concat(), [vec![0], honest].concat()] {
            let token = twin.clone().with("tag", json!(b64u(&tag))).compact();
            assert_fails(&sealer, &token, format!("{tag:02x?}"));
        }
    }
}

/// Encrypted key and tag are two values, and not one that may be cut anywhere.
#[test]
fn a116_octets_moved_between_encrypted_key_and_tag_are_refused() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());
        let whole = [&twin.encrypted_key[..], &octets(&twin.member("tag"))].concat();

        for cut in (0..=whole.len()).filter(|cut| *cut != twin.encrypted_key.len()) {
            let (encrypted_key, tag) = whole.split_at(cut);
            let mut attacked = twin.clone().with("tag", json!(b64u(tag)));
            attacked.encrypted_key = encrypted_key.to_vec();
            assert_fails(&sealer, &attacked.compact(), format!("cut at {cut}"));
        }
    }
}

#[test]
fn a116_iv_or_tag_that_is_missing_is_malformed() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in PARAMETERS {
            let honest = twin.member(name);
            let missing = Error::Malformed(Malformed::MissingParameter(name));
            let without = twin.clone().without(name);
            assert_eq!(sealer.error(&without.compact()), missing);
            // Another name, or another place, is not the parameter.
            for elsewhere in [name.to_uppercase(), format!("{name} "), format!("p2{name}")] {
                let token = without.clone().with(&elsewhere, honest.clone()).compact();
                assert_eq!(sealer.error(&token), missing, "{elsewhere:?}");
            }
            let nested = without.with("epk", json!({name: honest}));
            assert_eq!(sealer.error(&nested.compact()), missing);
        }
    }
}

#[test]
fn a116_iv_or_tag_that_is_no_string_is_malformed() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in PARAMETERS {
            let honest = twin.member(name);
            for value in [
                json!(null),
                json!(true),
                json!(0),
                json!(1.5),
                json!([]),
                json!([honest]),
                json!({}),
                json!({"value": honest}),
            ] {
                let token = twin.clone().with(name, value.clone()).compact();
                let error = sealer.error(&token);
                assert_eq!(error, Error::Malformed(Malformed::HeaderType(name)), "{value}");
            }
        }
    }
}

#[test]
fn a116_iv_or_tag_that_is_not_canonical_base64url_is_malformed() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in PARAMETERS {
            let honest = twin.member(name);
            let honest = honest.as_str().unwrap();
            for spelling in [
                format!("{honest}="),
                format!("{honest}=="),
                format!("{honest}\n"),
                format!(" {honest}"),
                format!("{}.{}", &honest[..4], &honest[4..]),
                format!("+{}", &honest[1..]),
                format!("/{}", &honest[1..]),
                format!("é{}", &honest[2..]),
                // A last character of six bits, which are no octet.
                "A".to_owned(),
                "AAAAA".to_owned(),
                // Bits that belong to no octet.
                "AB".to_owned(),
                "AAB".to_owned(),
            ] {
                let token = twin.clone().with(name, json!(spelling)).compact();
                let error = sealer.error(&token);
                assert_eq!(error, Error::Malformed(Malformed::HeaderValue(name)), "{spelling:?}");
            }
        }
    }
}

#[test]
fn a117_each_bit_of_the_key_wrap_tag_counts() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        // The header is authenticated with the content, which is encrypted after the change: only the tag is wrong.
        for name in PARAMETERS {
            let honest = octets(&twin.member(name));
            for bit in 0..honest.len() * 8 {
                let mut octets = honest.clone();
                octets[bit / 8] ^= 1 << (bit % 8);
                let token = twin.clone().with(name, json!(b64u(octets))).compact();
                assert_fails(&sealer, &token, format!("bit {bit} of {name}"));
            }
        }
        for tag in [[0; 16], [0xff; 16]] {
            let token = twin.clone().with("tag", json!(b64u(tag))).compact();
            assert_fails(&sealer, &token, format!("{tag:02x?}"));
        }
    }
}

/// AES-GCM is a stream cipher under its tag: whoever flips a bit of the encrypted key flips that of the content
/// encryption key. The content is encrypted with what a reader without the tag would have.
#[test]
fn a117_changed_encrypted_key_is_refused_though_the_content_fits() {
    for sealer in gcm_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for bit in 0..twin.encrypted_key.len() * 8 {
            let mut forged = twin.clone();
            let flipped = |octets: &[u8]| {
                let mut octets = octets.to_vec();
                octets[bit / 8] ^= 1 << (bit % 8);
                octets
            };
            forged.encrypted_key = flipped(&twin.encrypted_key);
            forged.cek = SecretBytes::new(flipped(twin.cek.expose()));
            assert_fails(&sealer, &forged.compact(), format!("bit {bit}"));
        }
        // A tag that is honest, of another token.
        let other = sealer.draft();
        let token = twin.clone().with("tag", other.member("tag")).compact();
        assert_fails(&sealer, &token, "tag of another token");
        let token = twin.clone().with("iv", other.member("iv")).compact();
        assert_fails(&sealer, &token, "IV of another token");
        let mut mixed = twin.clone();
        mixed.encrypted_key = random(&sealer.registry, twin.encrypted_key.len());
        assert_fails(&sealer, &mixed.compact(), "random encrypted key");
    }
}

fn octets(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}
