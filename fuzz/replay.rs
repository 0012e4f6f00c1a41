//! The bodies of the fuzz targets, one function each. `tests/fuzz_corpus.rs` includes this file too, and calls
//! them with every seed of the corpus.

mod jwe;
mod sealed;

use std::sync::LazyLock;

use josie::Claims;
use josie::Clock;
use josie::ClockError;
use josie::Expect;
use josie::HashAlg;
use josie::Header;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::NumericDate;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

pub use self::jwe::compact_jwe;
pub use self::jwe::jwe_decrypt;
pub use self::sealed::inflate;
pub use self::sealed::nested_jwt;

/// What a fuzzer calls with any input at all.
pub type Target = fn(&[u8]);

/// Every target by the name of its binary and of its corpus.
pub const TARGETS: [(&str, Target); 11] = [
    ("compact_jws", compact_jws),
    ("jwt_verify", jwt_verify),
    ("compact_jwe", compact_jwe),
    ("jwe_decrypt", jwe_decrypt),
    ("nested_jwt", nested_jwt),
    ("inflate", inflate),
    ("jwk", jwk),
    ("jwk_set", jwk_set),
    ("claims", claims),
    ("pem", pem),
    ("der", der),
];

/// The structure of a compact JWS and the claims that it states.
pub fn compact_jws(input: &[u8]) {
    let Ok(token) = str::from_utf8(input) else {
        return;
    };
    let Ok(jws) = UnverifiedJws::parse(token, &Limits::default()) else {
        return;
    };
    assert_eq!(token.matches('.').count(), 2);
    assert!(!format!("{jws:?}").is_empty());
    let _ = jws.dangerous_unverified_claims();
}

/// A whole JWT under a fixed MAC key: what is accepted was well-formed, and can be signed and read again.
pub fn jwt_verify(input: &[u8]) {
    let Ok(token) = str::from_utf8(input) else {
        return;
    };
    for policy in POLICIES.iter() {
        if let Ok(jwt) = Jwt::verify(token, &KEYS, policy) {
            let jws = UnverifiedJws::parse(token, policy.limits()).unwrap();
            assert_eq!(jws.alg(), jwt.alg());
            assert_same_when_signed_again(jwt.claims(), policy);
        }
    }
}

/// One JWK: what is public can be written and read again; what is read can be bound or is refused.
pub fn jwk(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(jwk) = Jwk::parse(text) else {
        return;
    };
    bind(jwk.material());
    // The document of a key is not itself a secret.
    assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
    if let Ok(public) = PublicJwk::try_from(jwk) {
        let written = serde_json::to_string(&public).unwrap();
        let read: PublicJwk = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}

/// A JWK set: every entry has an outcome.
pub fn jwk_set(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(set) = PublicJwkSet::parse(text) else {
        return;
    };
    let (keys, report) = KeySet::from_jwk_set(&set, JwsAlg::MODERN);
    assert_eq!(report.entries().len(), set.entries().count());
    assert!(keys.len() <= set.keys().count());
}

/// Any payload under a valid MAC: what is accepted stays the same when it is signed and read again.
pub fn claims(input: &[u8]) {
    let token = Jws::sign(input, &Header::jwt(), &KEY).unwrap();
    let accepted = POLICIES.iter().filter(|policy| {
        let Ok(jwt) = Jwt::verify(&token, &KEYS, policy) else {
            return false;
        };
        assert_same_when_signed_again(jwt.claims(), policy);
        true
    });
    assert!(accepted.count() <= 1);
}

/// Keys in PEM: what is read can be bound or is refused, is no secret, and is written and read again as the same key.
pub fn pem(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let alone = KeyMaterial::from_pem(text);
    let all = KeyMaterial::all_from_pem(text);
    if let Ok(material) = &alone {
        bind(material);
        let bundle = all.as_deref().unwrap();
        assert_eq!(bundle.len(), 1);
        assert_eq!(exported(&bundle[0]), exported(material));
    }
    if let Ok(bundle) = &all {
        assert!(alone.is_ok() || bundle.len() > 1 || text.len() > 64 * 1024);
        assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
        bundle.iter().for_each(assert_same_when_written);
    }
}

/// A key in DER: what is read can be bound or is refused, is no secret, and is written and read again as the same key.
pub fn der(input: &[u8]) {
    if let Ok(material) = KeyMaterial::from_der(input) {
        bind(&material);
        assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
        assert_same_when_written(&material);
    }
}

/// What is written of a key, private and public half, in PEM.
fn exported(material: &KeyMaterial) -> (Option<String>, Option<String>) {
    let private = material.to_pkcs8_pem().ok().map(|text| text.expose().to_owned());
    (private, material.to_spki_pem().ok())
}

fn assert_same_when_written(material: &KeyMaterial) {
    let (private, public) = exported(material);
    assert_eq!(private.is_some(), material.is_private());
    assert_eq!(public.is_some(), material.public_half().is_some());
    if let Some(text) = &private {
        let again = KeyMaterial::from_pem(text).unwrap();
        assert_eq!(exported(&again).0, private);
        let der = material.to_pkcs8_der().unwrap();
        let again = KeyMaterial::from_der(der.expose()).unwrap();
        assert_eq!(exported(&again).0, private);
    }
    if let Some(text) = &public {
        let thumbprint = |key: &KeyMaterial| key.thumbprint(HashAlg::Sha256).unwrap().to_string();
        let again = KeyMaterial::from_pem(text).unwrap();
        assert_eq!((exported(&again).1, thumbprint(&again)), (public, thumbprint(material)));
        let again = KeyMaterial::from_der(&material.to_spki_der().unwrap()).unwrap();
        assert_eq!(thumbprint(&again), thumbprint(material));
    }
}

fn bind(material: &KeyMaterial) {
    let registry = Registry::default();
    for &alg in JwsAlg::ALL {
        let verifying = VerifyingKey::new(material, alg, &registry);
        let signing = SigningKey::new(material, alg, &registry);
        assert!(signing.is_err() || material.is_private());
        if let (Ok(verifying), Ok(signing)) = (verifying, signing) {
            let token = Jws::sign(b"payload", &Header::new(), &signing).unwrap();
            let policy = josie::Policy::signed(&[alg]).build().unwrap();
            let _ = Jws::verify(&token, &KeySet::from(verifying), &policy).unwrap();
        }
    }
}

fn assert_same_when_signed_again(claims: &Claims<Map<String, Value>>, policy: &JwtPolicy) {
    let mut again = claims.clone();
    if again.exp.is_none() {
        again = again.without_exp();
    }
    let token = Jwt::sign(&again, &Header::jwt(), &KEY).unwrap();
    let read: Jwt<Map<String, Value>> = Jwt::verify(&token, &KEYS, policy).unwrap();
    assert_eq!(read.claims(), claims);
}

/// Policies of which exactly one accepts any `iss` and `aud`, there or not.
static POLICIES: LazyLock<Vec<JwtPolicy>> = LazyLock::new(|| {
    let mut policies = Vec::new();
    for iss in [Expect::Any, Expect::Absent] {
        for aud in [Expect::Any, Expect::Absent] {
            let builder = JwtPolicy::signed(&[JwsAlg::Hs256])
                .encrypted(&[JweAlg::Dir], JweEnc::GCM)
                .iss(iss.clone())
                .aud(aud)
                .allow_missing_exp()
                .clock(FixedClock);
            policies.push(builder.build().unwrap());
        }
    }
    policies
});

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_secret(&[7; 32], JwsAlg::Hs256).unwrap());

static KEYS: LazyLock<KeySet<VerifyingKey>> = LazyLock::new(|| KeySet::from(KEY.verifying_key()));

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(1_000_000_000).ok_or(ClockError)
    }
}
