//! What a vector says of itself, and what may become of it.

use std::collections::BTreeSet;

use josie::Clock;
use josie::ClockError;
use josie::Expect;
use josie::Jwk;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::JwtPolicyBuilder;
use josie::KeySet;
use josie::NumericDate;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

use crate::model::Case;
use crate::model::Signer;
use crate::model::Strength;
use crate::model::decode;

pub(crate) fn alg_name(case: &Case) -> &str {
    let of_key = || case.keys.first()?.jwk.get("crv")?.as_str();
    None.or(case.alg.as_deref())
        .or_else(|| Some(case.signers.first()?.alg.as_str()))
        .or_else(|| Some(case.recipients.first()?.alg.as_str()))
        .or(case.enc.as_deref())
        .or_else(of_key)
        .unwrap_or_default()
}

pub(crate) fn parse_jwk(jwk: &Map<String, Value>) -> Result<Jwk, &'static str> {
    let text = serde_json::to_string(jwk).unwrap();
    Jwk::parse(&text).map_err(|error| error.code())
}

/// Whether the document gives the private half, or the secret.
pub(crate) fn is_private(jwk: &Map<String, Value>) -> bool {
    jwk.contains_key("d") || jwk.contains_key("k")
}

/// A key of two halves without the private one.
pub(crate) fn public_members(jwk: &Map<String, Value>) -> Map<String, Value> {
    let mut public = jwk.clone();
    public.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    public
}

pub(crate) fn check_claims(
    token: &str,
    keys: &KeySet<VerifyingKey>,
    alg: JwsAlg,
    expected: &Map<String, Value>,
) {
    let policy = long_ago(&[alg]).build().unwrap();

    let jwt = Jwt::verify(token, keys, &policy).unwrap();

    assert_claims(jwt, expected);
}

/// A policy for the claims of the RFCs.
pub(crate) fn long_ago(algs: &[JwsAlg]) -> JwtPolicyBuilder {
    JwtPolicy::signed(algs).iss(Expect::Any).clock(LongAgo)
}

pub(crate) fn assert_claims(jwt: Jwt<Map<String, Value>>, expected: &Map<String, Value>) {
    let claims = jwt.into_claims();
    let mut found = claims.custom;
    found.insert("iss".to_owned(), claims.iss.into());
    found.insert("exp".to_owned(), claims.exp.unwrap().as_secs().into());
    assert_eq!(found, *expected);
}

/// The tokens of the RFCs have expired.
struct LongAgo;

impl Clock for LongAgo {
    fn now(&self) -> Result<NumericDate, ClockError> {
        Ok(NumericDate::from_secs(0).unwrap())
    }
}

/// Copies with one bit changed: in the first, the middle and the last octet.
pub(crate) fn flipped(octets: &[u8]) -> Vec<Vec<u8>> {
    let places = BTreeSet::from([0, octets.len() / 2, octets.len().saturating_sub(1)]);
    places
        .into_iter()
        .filter(|place| *place < octets.len())
        .map(|place| {
            let mut changed = octets.to_vec();
            changed[place] ^= 1;
            changed
        })
        .collect()
}

/// The protected header; empty if there is none.
pub(crate) fn protected(signer: &Signer) -> Map<String, Value> {
    let text = signer.protected_b64u.as_ref();
    text.map_or_else(Map::new, |text| serde_json::from_slice(&decode(text)).unwrap())
}

/// Whether the header is written as josie writes it: `first` in this order, the rest, no white space.
pub(crate) fn is_in_josies_form(protected_b64u: &str, first: &[&str]) -> bool {
    let octets = decode(protected_b64u);
    let protected: Map<String, Value> = serde_json::from_slice(&octets).unwrap();
    let rest = protected.keys().map(String::as_str).filter(|name| !first.contains(name));
    let members: Vec<String> = first
        .iter()
        .copied()
        .chain(rest)
        .filter_map(|name| Some(format!("\"{name}\":{}", protected.get(name)?)))
        .collect();
    format!("{{{}}}", members.join(",")).as_bytes() == octets
}

pub(crate) fn strength(alg: JwsAlg) -> Strength {
    if is_deterministic(alg) { Strength::Reproduced } else { Strength::Verified }
}

// PSS has a random salt; ECDSA a nonce, which both backends draw at random.
pub(crate) fn is_deterministic(alg: JwsAlg) -> bool {
    ["HS", "RS", "Ed"].iter().any(|family| alg.name().starts_with(family))
}
