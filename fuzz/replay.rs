//! The bodies of the fuzz targets, one function each. `tests/fuzz_corpus.rs` includes this file too, and calls
//! them with every seed of the corpus.

mod json_jwe;
mod json_jws;
mod jwe;
mod keys;
mod sealed;

use std::sync::LazyLock;

use josie::Claims;
use josie::Clock;
use josie::ClockError;
use josie::Expect;
use josie::Header;
use josie::Issuers;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::Limits;
use josie::NumericDate;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

pub use self::json_jwe::jwe_json;
pub use self::json_jwe::jwe_json_again;
pub use self::json_jws::jws_json;
pub use self::json_jws::jws_json_again;
pub use self::jwe::compact_jwe;
pub use self::jwe::jwe_decrypt;
pub use self::keys::der;
pub use self::keys::jwk;
pub use self::keys::jwk_set;
pub use self::keys::pem;
pub use self::sealed::inflate;
pub use self::sealed::nested_jwt;

/// What a fuzzer calls with any input at all.
pub type Target = fn(&[u8]);

/// Every target by the name of its binary and of its corpus.
pub const TARGETS: [(&str, Target); 16] = [
    ("compact_jws", compact_jws),
    ("jwt_verify", jwt_verify),
    ("jws_json", jws_json),
    ("jws_json_again", jws_json_again),
    ("compact_jwe", compact_jwe),
    ("jwe_decrypt", jwe_decrypt),
    ("jwe_json", jwe_json),
    ("jwe_json_again", jwe_json_again),
    ("nested_jwt", nested_jwt),
    ("inflate", inflate),
    ("jwk", jwk),
    ("jwk_set", jwk_set),
    ("claims", claims),
    ("issuers", issuers),
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

/// Any payload under a valid MAC, from several issuers: what is accepted names one of them, and is accepted by the policy
/// of that one alone.
pub fn issuers(input: &[u8]) {
    let token = Jws::sign(input, &Header::jwt(), &KEY).unwrap();
    let jwt: Result<Jwt<Map<String, Value>>, _> = ISSUERS.verify(&token);
    for name in ISSUERS.names() {
        let policy = ISSUERS.policy(name).unwrap();
        let alone: Result<Jwt<Map<String, Value>>, _> = Jwt::verify(&token, &KEYS, policy);
        match &jwt {
            Ok(jwt) if jwt.claims().iss.as_deref() == Some(name) => {
                assert_eq!(alone.unwrap().claims(), jwt.claims());
            }
            _ => assert!(alone.is_err()),
        }
    }
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

/// Two issuers with one key, so that nothing but their names tells them apart.
static ISSUERS: LazyLock<Issuers> = LazyLock::new(|| {
    let policy = || JwtPolicy::signed(&[JwsAlg::Hs256]).clock(FixedClock);
    let issuers = Issuers::new().with("https://id.example", KEYS.clone(), policy()).unwrap();
    issuers.with("https://id.example/", KEYS.clone(), policy().allow_missing_exp()).unwrap()
});
