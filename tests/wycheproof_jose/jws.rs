//! The tokens that are signed.
//!
//! Every token meets the most lenient caller there can be: a policy that allows every algorithm and does not
//! look at `typ`. What is refused is refused by the token's structure, by the key or by the signature.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Expect;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use wycheproof_ng_kdf_jose::json_web::Test;
use wycheproof_ng_kdf_jose::json_web::TestGroup;

use crate::common::exceptions::Outcome;

static LENIENT: LazyLock<Policy> =
    LazyLock::new(|| Policy::signed(JwsAlg::ALL).typ(Expect::Any).build().unwrap());

/// What becomes of the case's token. An accepted one has its own payload.
pub(crate) fn outcome(group: &TestGroup, test: &Test, token: &str, registry: &Registry) -> Outcome {
    let key = group.public_key.as_ref().or(group.private_key.as_ref());
    match verify(key.unwrap(), token, registry) {
        Some(payload) => {
            assert_eq!(payload, second_part(token), "case {}", test.tc_id);
            Outcome::Accepted
        }
        None => Outcome::Refused,
    }
}

/// The payload, if there is a key for the token and its signature verifies.
fn verify(key: &Value, token: &str, registry: &Registry) -> Option<Vec<u8>> {
    let keys = if key.get("keys").is_some() {
        keys_of(&key.to_string(), registry)?
    } else {
        KeySet::from(verifying_key(key, token, registry)?)
    };
    let jws = Jws::verify(token, &keys, &LENIENT).ok()?;
    Some(jws.payload().to_vec())
}

/// A set that is nothing but secrets is one's own, and bound key by key; any other is taken as published.
fn keys_of(text: &str, registry: &Registry) -> Option<KeySet<VerifyingKey>> {
    let own = JwkSet::parse(text).ok()?;
    if !own.keys().all(|jwk| jwk.kty() == KeyType::Oct) {
        let published = PublicJwkSet::parse(text).ok()?;
        return Some(KeySet::from_jwk_set_with(&published, JwsAlg::ALL, registry).0);
    }
    let (keys, _) = SigningKey::all_from_jwk_set_with(&own, JwsAlg::ALL, registry);
    Some(keys.iter().map(SigningKey::verifying_key).collect())
}

/// The key for the algorithm that it names, or where it names none, for the one that the token asks for.
fn verifying_key(key: &Value, token: &str, registry: &Registry) -> Option<VerifyingKey> {
    let alg = match key.get("alg") {
        Some(alg) => JwsAlg::from_name(alg.as_str()?)?,
        None => requested_alg(token)?,
    };
    let jwk = Jwk::parse(&key.to_string()).ok()?;
    VerifyingKey::new(jwk.material(), alg, registry).ok()
}

fn requested_alg(token: &str) -> Option<JwsAlg> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header = serde_json::from_slice::<Value>(&header).ok()?;
    JwsAlg::from_name(header.get("alg")?.as_str()?)
}

fn second_part(token: &str) -> Vec<u8> {
    let payload = token.split('.').nth(1).unwrap();
    URL_SAFE_NO_PAD.decode(payload).unwrap()
}
