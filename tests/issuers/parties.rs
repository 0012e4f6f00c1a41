//! Two issuers that differ in nothing but their names and their keys.

use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::Issuers;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::JwtPolicyBuilder;
use josie::KeySet;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;

pub(crate) const A: &str = "https://a.example";
pub(crate) const B: &str = "https://b.example";

/// Issuers `A` and `B`: both sign ES256, both with a key whose `kid` is `1`, and each with one of its own, `a` and `b`.
pub(crate) struct Parties {
    pub(crate) registry: Registry,
    pub(crate) a: [SigningKey; 2],
    pub(crate) b: [SigningKey; 2],
}

impl Parties {
    /// For every registry.
    pub(crate) fn all() -> Vec<Self> {
        registries().into_iter().map(|(_, registry)| Self::on(registry)).collect()
    }

    pub(crate) fn on(registry: Registry) -> Self {
        let key = |kid: &str| fresh(JwsAlg::Es256, &registry).with_kid(kid);
        Self { registry, a: [key("1"), key("a")], b: [key("1"), key("b")] }
    }

    pub(crate) fn issuers(&self) -> Issuers {
        Issuers::new()
            .with(A, keys(&self.a), policy())
            .unwrap()
            .with(B, keys(&self.b), policy())
            .unwrap()
    }
}

pub(crate) fn fresh(alg: JwsAlg, registry: &Registry) -> SigningKey {
    SigningKey::generate_with(alg, &GenerateInput::default(), registry).unwrap()
}

pub(crate) fn keys(keys: &[SigningKey]) -> KeySet<VerifyingKey> {
    keys.iter().map(SigningKey::verifying_key).collect()
}

/// The policy of both issuers.
pub(crate) fn policy() -> JwtPolicyBuilder {
    JwtPolicy::signed(&[JwsAlg::Es256])
}

/// A token in the name of `issuer`.
pub(crate) fn token(issuer: &str, key: &SigningKey) -> String {
    token_with(&json!(issuer), key)
}

/// A token whose `iss` is any value.
pub(crate) fn token_with(iss: &Value, key: &SigningKey) -> String {
    raw(format!(r#"{{"iss":{iss},{EXP}}}"#), key)
}

/// A token whose payload is any octets.
pub(crate) fn raw(payload: impl AsRef<[u8]>, key: &SigningKey) -> String {
    Jws::sign(payload.as_ref(), &Header::jwt(), key).unwrap()
}

/// The last second of the year 9999.
pub(crate) const EXP: &str = r#""exp":253402300799"#;

/// The `iss` of the token, if it is accepted.
pub(crate) fn verify(issuers: &Issuers, token: &str) -> Result<String, Error> {
    let jwt: Jwt<Map<String, Value>> = issuers.verify(token)?;
    Ok(jwt.into_claims().iss.unwrap())
}

pub(crate) fn assert_accepted(issuers: &Issuers, token: &str, issuer: &str) {
    assert_eq!(verify(issuers, token), Ok(issuer.to_owned()));
}

pub(crate) fn assert_refused(issuers: &Issuers, token: &str, expected: Error) {
    assert_eq!(verify(issuers, token), Err(expected));
}
