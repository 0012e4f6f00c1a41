//! Section IX: encrypted keys of RSA-OAEP. Whatever the block is that comes out, the sender sees one error: every bit more
//! would be an oracle, by which Manger decrypts (RFC 7516 section 11.5, RFC 8017 section 7.1.2).

use josie::JweAlg;
use josie::KeyParams;
use serde_json::json;

use crate::encrypted_keys::Entry;
use crate::encrypted_keys::entries;
use crate::integers::sum;
use crate::sealing::Draft;
use crate::sealing::Sealer;
use crate::sealing::random;
use crate::sealing::sealers_with;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;
use crate::verdicts::forced_cek;
use crate::verdicts::with_a_wrong_tag;

/// One sealer for each algorithm of the family. Only AWS-LC has it.
fn oaep_sealers() -> Vec<Sealer> {
    let sealers = sealers_with(&[
        JweAlg::RsaOaep,
        JweAlg::RsaOaep256,
        JweAlg::RsaOaep384,
        JweAlg::RsaOaep512,
    ]);
    assert_eq!(sealers.len(), 4);
    sealers
}

/// RFC 8017 section 7.1.2 step 3: label, padding, separator and first octet in one check, with one outcome.
#[test]
fn a114_broken_padding_fails_like_a_wrong_tag() {
    for sealer in oaep_sealers() {
        let twin = sealer.draft();
        let wrong_tag = sealer.error(&with_a_wrong_tag(&twin));
        let mut broken = 0;
        for entry in entries(sealer.alg.name()) {
            let token = entry.applied_to(&twin).compact();
            if entry.what == "valid" {
                assert_decrypts(&sealer, &token);
                continue;
            }
            broken += 1;
            assert_fails(&sealer, &token, &entry.what);
            assert_eq!(sealer.error(&token), wrong_tag, "{}", entry.what);
        }
        assert!(broken >= 20, "{broken}");
    }
}

/// RFC 8017 section 5.1.2 step 1: a number below the modulus.
#[test]
fn a114_encrypted_key_that_is_no_number_below_the_modulus_is_refused() {
    for sealer in oaep_sealers() {
        let KeyParams::Rsa(rsa) = sealer.material.params() else { panic!("not RSA") };
        let n = rsa.n();
        let zero = vec![0; n.len()];
        let mut minus_one = n.to_vec();
        *minus_one.last_mut().unwrap() -= 1;
        // The same residue as an honest encrypted key: a reader who reduces it finds the content encryption key.
        let fits = |draft: &Draft| sum(&draft.encrypted_key, n).is_some();
        let twin = (0..1000).map(|_| sealer.draft()).find(fits).unwrap();
        assert_decrypts(&sealer, &twin.compact());

        let mut attacks: Vec<(String, Vec<u8>)> = (0..=10)
            .map(|more| (format!("n + {more}"), sum(n, &small(more, n.len())).unwrap()))
            .collect();
        attacks.extend([
            ("n + honest".to_owned(), sum(&twin.encrypted_key, n).unwrap()),
            ("n - 1".to_owned(), minus_one),
            ("0".to_owned(), zero),
            ("1".to_owned(), small(1, n.len())),
            ("2".to_owned(), small(2, n.len())),
            ("all ones".to_owned(), vec![0xff; n.len()]),
            ("random".to_owned(), random(&sealer.registry, n.len())),
        ]);
        for (what, encrypted_key) in attacks {
            let mut attacked = twin.clone();
            attacked.encrypted_key = encrypted_key;
            assert_fails(&sealer, &attacked.compact(), &what);
            attacked.cek = forced_cek(&[], sealer.enc.key_len());
            assert_fails(&sealer, &attacked.compact(), format!("{what}, key of zeros"));
        }
    }
}

/// RFC 8017 section 7.1.2 step 1 b: as long as the modulus, leading zeros and all.
#[test]
fn a114_encrypted_key_that_is_the_same_number_with_another_length_is_refused() {
    for sealer in oaep_sealers() {
        let begins_with_zero = |draft: &Draft| draft.encrypted_key[0] == 0;
        let twin = (0..100_000).map(|_| sealer.draft()).find(begins_with_zero).unwrap();
        assert_decrypts(&sealer, &twin.compact());

        let mut shorter = twin.clone();
        shorter.encrypted_key.remove(0);
        assert_fails(&sealer, &shorter.compact(), "without its leading zero");
        let mut longer = twin;
        longer.encrypted_key.insert(0, 0);
        assert_fails(&sealer, &longer.compact(), "with another leading zero");
    }
}

/// RFC 7518 section 4.3: with RSA-OAEP-256 the mask is of SHA-256 as well.
#[test]
fn a115_mask_or_label_by_another_hash_is_refused() {
    for sealer in oaep_sealers() {
        let twin = sealer.draft();
        let entries = entries(sealer.alg.name());
        let valid = entries.iter().find(|entry| entry.what == "valid").unwrap();
        assert_decrypts(&sealer, &valid.applied_to(&twin).compact());

        let of_another_hash = |entry: &&Entry| {
            ["MGF1 with ", "label hashed with ", "OAEP with "]
                .iter()
                .any(|what| entry.what.starts_with(what))
        };
        let entries: Vec<&Entry> = entries.iter().filter(of_another_hash).collect();
        assert!(entries.len() >= 6, "{}", entries.len());
        for entry in entries {
            assert_fails(&sealer, &entry.applied_to(&twin).compact(), &entry.what);
        }
    }
}

/// A token for one member of the family whose header, content and key are those of another.
#[test]
fn a115_encrypted_key_of_another_oaep_algorithm_is_refused() {
    let sealers = oaep_sealers();
    for sealer in &sealers {
        for other in sealers.iter().filter(|other| other.name == sealer.name) {
            let token = other.draft().with("alg", json!(sealer.alg.name())).compact();
            if other.alg == sealer.alg {
                assert_decrypts(sealer, &token);
            } else {
                assert_fails(sealer, &token, other.alg);
            }
        }
    }
}

/// A number of `len` octets.
fn small(number: u8, len: usize) -> Vec<u8> {
    let mut octets = vec![0; len];
    *octets.last_mut().unwrap() = number;
    octets
}
