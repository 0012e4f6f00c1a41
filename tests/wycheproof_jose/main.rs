//! Project Wycheproof's vectors for JSON Web Signature, Encryption and Key, through the public API.

#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod jwe;
mod jws;

use std::collections::BTreeMap;

use common::exceptions;
use common::exceptions::Expected;
use common::exceptions::Observation;
use serde_json::Value;
use wycheproof_ng_kdf_jose::json_web::Test;
use wycheproof_ng_kdf_jose::json_web::TestGroup;
use wycheproof_ng_kdf_jose::json_web::TestName;
use wycheproof_ng_kdf_jose::json_web::TestSet;

#[test]
fn json_web_signatures_have_the_outcomes_of_the_vectors() {
    run("json_web_signature", 400, TestName::JsonWebSignature);
}

#[test]
fn json_web_encryptions_have_the_outcomes_of_the_vectors() {
    run("json_web_encryption", JSON_WEB_ENCRYPTIONS, TestName::JsonWebEncryption);
}

#[test]
fn json_web_keys_have_the_outcomes_of_the_vectors() {
    run("json_web_key", 26, TestName::JsonWebKey);
}

#[test]
fn json_web_crypto_has_the_outcomes_of_the_vectors() {
    run("json_web_crypto", 83, TestName::JsonWebCrypto);
}

const JSON_WEB_ENCRYPTIONS: usize = if cfg!(feature = "deflate") { 139 } else { 138 };

/// Compares all cases with the vectors and the exceptions, and the errors of encrypted tokens with the recorded
/// ones.
fn run(suite: &str, min_cases: usize, vectors: TestName) {
    let set = TestSet::load(vectors).unwrap();
    for (name, registry) in common::registries() {
        let mut observed = Vec::new();
        let mut codes = BTreeMap::<String, Vec<usize>>::new();
        for (group, test) in cases(&set) {
            let (kind, outcome) = match (&test.jws, &test.jwe) {
                (Some(jws), None) => ("jws", jws::outcome(group, test, &text(jws), &registry)),
                (None, Some(jwe)) => {
                    let decryption = jwe::decrypt(group, test, &text(jwe), &registry);
                    if let Some(code) = decryption.code {
                        codes.entry(code.to_owned()).or_default().push(test.tc_id);
                    }
                    ("jwe", decryption.outcome)
                }
                _ => panic!("case {} is neither a JWS nor a JWE", test.tc_id),
            };
            observed.push(Observation {
                tc_id: test.tc_id,
                flags: exceptions::flag_names(&test.flags),
                kind,
                expected: Expected::of(test.result),
                outcome,
                comment: format!("{}: {}", group.group_comment, test.comment),
            });
        }

        exceptions::check(suite, name, min_cases, &observed);
        assert_eq!(codes, jwe::expected_codes(suite, name), "{suite} on {name}");
    }
}

/// All cases but, where josie cannot decompress, the compressed one, which has a test of its own.
fn cases(set: &TestSet) -> impl Iterator<Item = (&TestGroup, &Test)> {
    set.test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(move |test| (group, test)))
        .filter(|(_, test)| cfg!(feature = "deflate") || !jwe::is_compressed(test))
}

// Some tokens are JSON objects.
fn text(token: &Value) -> String {
    match token {
        Value::String(compact) => compact.clone(),
        json => json.to_string(),
    }
}
