//! The tokens that are encrypted.
//!
//! Every token meets a policy that allows exactly the algorithms that the vector is for, and the error is recorded
//! in `tests/data/wycheproof-jwe-errors.json`. What is refused there is refused by the most lenient caller as well,
//! who allows every algorithm and whose key has no `kid`: by the token's structure, by the key's algorithm or by
//! the cryptography.

use std::collections::BTreeMap;

use josie::DecryptionKey;
use josie::Error;
use josie::Expect;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::KeyError;
use josie::KeySet;
use josie::Policy;
use josie::PolicyBuilder;
use josie::Refused;
use josie::Registry;
use serde_json::Value;
use wycheproof_ng_kdf_jose::json_web::Test;
use wycheproof_ng_kdf_jose::json_web::TestGroup;
use wycheproof_ng_kdf_jose::json_web::TestName;
use wycheproof_ng_kdf_jose::json_web::TestSet;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Outcome;

// RFC 8725 section 3.6. Where it is allowed, the vector decrypts.
#[test]
fn the_compressed_vector_is_refused_by_a_policy_that_does_not_mention_compression() {
    let set = TestSet::load(TestName::JsonWebEncryption).unwrap();
    let cases =
        set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |t| (group, t)));
    let (group, test) = cases.into_iter().find(|(_, test)| is_compressed(test)).unwrap();
    let jwk = group.private_key.as_ref().unwrap();
    let (alg, enc) = algorithms(jwk, test).unwrap();
    let token = test.jwe.as_ref().and_then(Value::as_str).unwrap();
    for (name, registry) in common::registries() {
        let keys = KeySet::from(key(jwk, alg, enc, &registry).unwrap());
        let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();

        let error = Jwe::decrypt(token, &keys, &policy).unwrap_err();

        assert_eq!(error, Error::Refused(Refused::Compression), "{name}");
        #[cfg(feature = "deflate")]
        assert_eq!(decrypt(group, test, token, &registry).outcome, Outcome::Accepted, "{name}");
    }
}

/// Whether the case's plaintext is compressed.
pub(crate) fn is_compressed(test: &Test) -> bool {
    exceptions::flag_names(&test.flags).iter().any(|flag| flag == "CompressedPlaintext")
}

/// What became of a token, and the code of the error if there was one.
pub(crate) struct Decryption {
    pub(crate) outcome: Outcome,
    pub(crate) code: Option<&'static str>,
}

/// What becomes of the case's token. An accepted one has the vector's plaintext.
pub(crate) fn decrypt(
    group: &TestGroup,
    test: &Test,
    token: &str,
    registry: &Registry,
) -> Decryption {
    let jwk = group.private_key.as_ref().unwrap();
    let algs = algorithms(jwk, test);
    let keys = match algs.map(|(alg, enc)| key(jwk, alg, enc, registry)) {
        // There is no value for RSA1_5, so that there is no key for it and no policy that allows it.
        None => [].into_iter().collect(),
        Some(Ok(key)) => KeySet::from(key),
        Some(Err(KeyError::Unsupported { .. })) => {
            return Decryption { outcome: Outcome::Unsupported, code: Some("key_unsupported") };
        }
        Some(Err(error)) => panic!("case {}: {error}", test.tc_id),
    };
    let lenient = policy(JweAlg::ALL, JweEnc::ALL);
    let decrypted = match algs {
        Some((alg, enc)) => {
            let decrypted = Jwe::decrypt(token, &keys, &policy(&[alg], &[enc]));
            let nameless = KeySet::from(key(&without_kid(jwk), alg, enc, registry).unwrap());
            let lenient = Jwe::decrypt(token, &nameless, &lenient);
            assert_eq!(lenient.is_ok(), decrypted.is_ok(), "case {}", test.tc_id);
            decrypted
        }
        None => Jwe::decrypt(token, &keys, &lenient),
    };
    match decrypted {
        Ok(jwe) => {
            assert_eq!(jwe.plaintext(), plaintext(test), "case {}", test.tc_id);
            Decryption { outcome: Outcome::Accepted, code: None }
        }
        Err(error) => {
            let outcome = match error {
                Error::Refused(Refused::UnsupportedEncryption) => Outcome::Unsupported,
                _ => Outcome::Refused,
            };
            Decryption { outcome, code: Some(error.code()) }
        }
    }
}

/// The codes of the errors that a suite's tokens meet in a registry, each with the cases that it is for.
pub(crate) fn expected_codes(suite: &str, registry: &str) -> BTreeMap<String, Vec<usize>> {
    const CODES: &str = include_str!("../data/wycheproof-jwe-errors.json");
    let mut codes: BTreeMap<String, BTreeMap<String, BTreeMap<String, Vec<usize>>>> =
        serde_json::from_str(CODES).expect("the list of codes is well-formed");
    codes.get_mut(suite).and_then(|registries| registries.remove(registry)).unwrap_or_default()
}

/// The algorithms that the vector is for, if josie knows them.
fn algorithms(jwk: &Value, test: &Test) -> Option<(JweAlg, JweEnc)> {
    let alg = jwk["alg"].as_str().unwrap();
    // The key of RFC 7520 section 5.6.1 has the name of its `enc` as its `alg`.
    if let Some(enc) = JweEnc::from_name(alg) {
        return Some((JweAlg::Dir, enc));
    }
    // The cases of json_web_crypto that are right are the same tokens as cases 1 and 33 of json_web_encryption.
    let enc = match (test.enc.as_deref(), alg) {
        (Some(enc), _) => enc,
        (None, "A256KW") => "A256CBC-HS512",
        (None, _) => "A128CBC-HS256",
    };
    Some((JweAlg::from_name(alg)?, JweEnc::from_name(enc).unwrap()))
}

fn key(
    jwk: &Value,
    alg: JweAlg,
    enc: JweEnc,
    registry: &Registry,
) -> Result<DecryptionKey, KeyError> {
    let jwk = Jwk::parse(&jwk.to_string())?;
    match alg {
        JweAlg::Dir => DecryptionKey::direct(jwk.material(), enc, registry),
        alg => DecryptionKey::new(jwk.material(), alg, registry),
    }
}

fn without_kid(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove("kid");
    jwk
}

fn policy(algs: &[JweAlg], encs: &[JweEnc]) -> Policy {
    let policy = Policy::encrypted(algs, encs).typ(Expect::Any);
    with_compression(policy).build().unwrap()
}

#[cfg(feature = "deflate")]
fn with_compression(policy: PolicyBuilder) -> PolicyBuilder {
    policy.allow_deflate()
}

#[cfg(not(feature = "deflate"))]
fn with_compression(policy: PolicyBuilder) -> PolicyBuilder {
    policy
}

fn plaintext(test: &Test) -> Vec<u8> {
    // As in cases 1 and 33 of json_web_encryption.
    let hex = test.pt.as_deref().unwrap_or("666f6f");
    let octet = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(octet).collect()
}
