//! Section IX: encrypted keys that should not be there, are missing, have another length, or hold another key than the
//! content is encrypted with.

use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::Limit;
use josie::Malformed;
use josie::SecretBytes;

use crate::sealing::Sealer;
use crate::sealing::random;
use crate::sealing::sealers;
use crate::sealing::sealers_with;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;
use crate::verdicts::forced_cek;
use crate::verdicts::has_encrypted_key;
use crate::verdicts::sealers_with_encrypted_key;
use crate::verdicts::with_a_wrong_tag;

/// The initial value of AES Key Wrap (RFC 3394 section 2.2.3.1).
const INITIAL_VALUE: u8 = 0xa6;

/// RFC 7516 section 5.2 steps 10 and 11: with `dir` and ECDH-ES there is no encrypted key.
#[test]
fn a107_encrypted_key_beside_a_direct_key_is_refused() {
    for sealer in sealers().iter().filter(|sealer| !has_encrypted_key(sealer)) {
        let draft = sealer.draft();
        assert_decrypts(sealer, &draft.compact());

        for len in [1, 7, 8, 15, 16, 17, 23, 24, 25, 32, 40, 256, 4096, 100_000] {
            let mut attacked = draft.clone();
            attacked.encrypted_key = random(&sealer.registry, len);
            assert_fails(sealer, &attacked.compact(), format!("{len} octets"));
        }
        // The key itself, which a reader might prefer to the one that it has.
        let mut attacked = draft.clone();
        attacked.encrypted_key = draft.cek.expose().to_vec();
        assert_fails(sealer, &attacked.compact(), "the key itself");
    }
}

#[test]
fn a108_encrypted_key_that_is_missing_is_refused() {
    for sealer in sealers_with_encrypted_key() {
        let draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());

        let mut attacked = draft.clone();
        attacked.encrypted_key = Vec::new();
        assert_fails(&sealer, &attacked.compact(), "empty");
        // No key is no key of zeros.
        attacked.cek = forced_cek(&[], sealer.enc.key_len());
        assert_fails(&sealer, &attacked.compact(), "empty, and a key of zeros");

        let honest = draft.compact();
        let parts: Vec<&str> = honest.split('.').collect();
        let four = [parts[0], parts[2], parts[3], parts[4]].join(".");
        assert_eq!(sealer.error(&four), Error::Malformed(Malformed::JweParts));
    }
}

/// RFC 3394 section 2.2.2: what is no longer than the initial value holds no key, and no key is not a key of zeros.
#[test]
fn a109_initial_value_alone_does_not_unwrap_to_a_key_of_zeros() {
    for sealer in sealers_with_encrypted_key() {
        let draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());

        let mut forged = draft.clone();
        forged.cek = forced_cek(&[], sealer.enc.key_len());
        for encrypted_key in [
            vec![INITIAL_VALUE; 8],
            vec![INITIAL_VALUE; 16],
            [[INITIAL_VALUE; 8], [0; 8]].concat(),
            // As long as an honest one of AES Key Wrap.
            [&[INITIAL_VALUE; 8][..], &vec![0; sealer.enc.key_len()]].concat(),
            vec![INITIAL_VALUE; sealer.enc.key_len() + 8],
        ] {
            forged.encrypted_key = encrypted_key;
            assert_fails(&sealer, &forged.compact(), format!("{:02x?}", forged.encrypted_key));
        }
    }
}

/// The length is looked at before anything is done with the octets; random octets are never a key.
#[test]
fn a108_a110_encrypted_key_of_any_other_length_is_refused() {
    for sealer in sealers().into_iter().filter(has_encrypted_key) {
        let draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());
        let honest = &draft.encrypted_key;

        for len in [1, 7, 8, 15, 16, 17, 23, 24, 25, 255, 256, 257, 4096, 100_000] {
            let mut attacked = draft.clone();
            attacked.encrypted_key = random(&sealer.registry, len);
            assert_fails(&sealer, &attacked.compact(), format!("{len} octets"));
        }
        let longer = |more: &[u8]| [honest, more].concat();
        for encrypted_key in [
            honest[..honest.len() - 1].to_vec(),
            honest[1..].to_vec(),
            honest[..honest.len() - 8].to_vec(),
            longer(&[0]),
            longer(&[0; 8]),
            longer(honest),
            [&[0], &honest[..]].concat(),
        ] {
            let mut attacked = draft.clone();
            let len = encrypted_key.len();
            attacked.encrypted_key = encrypted_key;
            assert_fails(&sealer, &attacked.compact(), format!("{len} of the honest octets"));
        }
    }
}

#[test]
fn a110_encrypted_key_of_a_mebibyte_is_over_the_limit_of_tokens() {
    for sealer in sealers() {
        let draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());

        let mut attacked = draft.clone();
        attacked.encrypted_key = vec![0x5a; 1 << 20];
        assert_eq!(sealer.error(&attacked.compact()), Error::Limit(Limit::Token));
    }
}

/// A key of another length is not cut and not filled up, and is found where a wrong tag would be.
#[test]
fn a111_encrypted_key_that_holds_a_key_of_another_length_fails_like_a_wrong_tag() {
    for sealer in sealers_with_encrypted_key() {
        let expected = sealer.enc.key_len();
        let honest = sealer.draft();
        assert_decrypts(&sealer, &honest.compact());
        let wrong_tag = sealer.error(&with_a_wrong_tag(&honest));

        for len in lengths_that_can_be_encrypted(&sealer) {
            let octets = random(&sealer.registry, len);
            let mut attacked = sealer.draft_with_cek(octets.clone());
            attacked.cek = forced_cek(&octets, expected);
            let token = attacked.compact();
            if len == expected {
                assert_decrypts(&sealer, &token);
                continue;
            }
            assert_fails(&sealer, &token, format!("{len} octets for {}", sealer.enc));
            assert_eq!(sealer.error(&token), wrong_tag);
        }
    }
}

/// AES Key Wrap takes whole blocks, at least two (RFC 3394 section 2), the others any octets.
fn lengths_that_can_be_encrypted(sealer: &Sealer) -> Vec<usize> {
    let mut lens = vec![16, 24, 32, 40, 48, 64];
    match sealer.alg {
        JweAlg::RsaOaep | JweAlg::RsaOaep256 | JweAlg::RsaOaep384 | JweAlg::RsaOaep512 => {
            lens.extend([0, 1, 8, 15, 17, 31, 33, 63, 65, 100]);
        }
        JweAlg::A128GcmKw | JweAlg::A192GcmKw | JweAlg::A256GcmKw => {
            lens.extend([0, 1, 8, 15, 17, 31, 33, 63, 65, 4096]);
        }
        _ => {}
    }
    // RFC 8017 section 7.1.1: 2048 bits less two hashes of SHA-512 and two octets.
    lens.retain(|len| sealer.alg != JweAlg::RsaOaep512 || *len <= 126);
    lens
}

#[test]
fn a112_two_tokens_have_different_keys_and_initialization_vectors() {
    // With AES Key Wrap and one key encryption key, different encrypted keys are different keys.
    for sealer in sealers_with(&[JweAlg::A128Kw, JweAlg::A192Kw, JweAlg::A256Kw]) {
        for enc in encs(&sealer) {
            let sealer = Sealer { enc, ..sealer.clone() };
            let tokens: Vec<String> = (0..8).map(|_| sealer.honest()).collect();

            for (part, what) in [(1, "encrypted key"), (2, "IV"), (3, "ciphertext"), (4, "tag")] {
                let mut seen: Vec<&str> =
                    tokens.iter().map(|token| token.split('.').nth(part).unwrap()).collect();
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), tokens.len(), "{what} of {enc} on {}", sealer.name);
            }
            for token in &tokens {
                assert_decrypts(&sealer, token);
            }
        }
    }
}

#[test]
fn a112_honest_tokens_of_every_algorithm_differ_in_key_and_initialization_vector() {
    for sealer in sealers() {
        if sealer.alg.min_iterations().is_some() {
            // josie's own tokens take many iterations; they wrap keys as those with AES Key Wrap do.
            continue;
        }
        let (one, other) = (sealer.honest(), sealer.honest());

        for token in [&one, &other] {
            assert_decrypts(&sealer, token);
        }
        let (one, other): (Vec<&str>, Vec<&str>) =
            (one.split('.').collect(), other.split('.').collect());
        assert_ne!(one[2..], other[2..], "{} on {}", sealer.alg, sealer.name);
        assert_ne!(one[2], other[2], "{} on {}", sealer.alg, sealer.name);
        if has_encrypted_key(&sealer) {
            assert_ne!(one[1], other[1], "{} on {}", sealer.alg, sealer.name);
        } else if sealer.alg == JweAlg::EcdhEs {
            // Its key comes of the ephemeral key in the header.
            assert_ne!(one[0], other[0], "{} on {}", sealer.alg, sealer.name);
        }
    }
}

#[test]
fn a112_content_under_another_key_than_the_encrypted_one_fails() {
    for sealer in sealers().into_iter().chain(sealers_with_encrypted_key()) {
        let draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());
        let len = sealer.enc.key_len();

        let mut shifted = draft.cek.expose().to_vec();
        shifted.rotate_left(len / 2);
        for (cek, what) in [
            (vec![0; len], "zeros"),
            (vec![0xff; len], "ones"),
            (random(&sealer.registry, len), "random"),
            // The two halves of a key for CBC change places.
            (shifted, "halves swapped"),
        ] {
            let mut attacked = draft.clone();
            attacked.cek = SecretBytes::new(cek);
            assert_fails(&sealer, &attacked.compact(), what);
        }
        // The same with an encrypted key that is none, for which the reader has to make up a key.
        if has_encrypted_key(&sealer) {
            let mut attacked = draft.clone();
            attacked.encrypted_key = random(&sealer.registry, draft.encrypted_key.len());
            assert_fails(&sealer, &attacked.compact(), "random encrypted key");
            attacked.cek = SecretBytes::new(vec![0; len]);
            assert_fails(&sealer, &attacked.compact(), "random encrypted key, key of zeros");
        }
    }
}

fn encs(sealer: &Sealer) -> impl Iterator<Item = JweEnc> {
    JweEnc::ALL.iter().copied().filter(|enc| sealer.registry.content_encryption(*enc).is_some())
}
