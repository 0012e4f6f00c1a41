//! Section XIII: what a policy expects of a claim that RFC 7519 does not register, whatever the caller's type
//! makes of it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use josie::ClaimReason;
use josie::Error;
use josie::Expect;
use josie::Jwt;
use josie::JwtPolicyBuilder;
use josie::NoClaims;
use josie::PolicyError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

use crate::peers::HEADER;
use crate::peers::claim;
use crate::peers::policy;
use crate::peers::rules;
use crate::peers::secret_peers;

#[derive(Debug, Deserialize)]
struct One<T> {
    #[expect(dead_code, reason = "only its type is wanted")]
    role: T,
}

#[derive(Debug, Deserialize)]
struct Flat {
    #[serde(flatten)]
    #[expect(dead_code, reason = "only its type is wanted")]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(#[expect(dead_code, reason = "only its type is wanted")] String),
    Many(#[expect(dead_code, reason = "only its type is wanted")] Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    User,
}

/// Why claims with these members are refused by these rules, if they are.
fn error<T: DeserializeOwned + Debug>(members: &str, rules: &JwtPolicyBuilder) -> Option<Error> {
    let errors: Vec<_> = secret_peers()
        .iter()
        .map(|peer| {
            let token = peer.token(HEADER, format!(r#"{{"exp":1700003600{members}}}"#));
            Jwt::<T>::verify(&token, &peer.keys, &policy(rules.clone())).err()
        })
        .collect();
    assert!(errors.iter().all(|error| *error == errors[0]));
    errors[0].clone()
}

/// Values of `role` that are not the string `admin`.
const OTHERS: [&str; 18] = [
    r#""user""#,
    r#""Admin""#,
    r#""admin ""#,
    r#""adminx""#,
    r#""""#,
    r#""\"admin\"""#,
    "1",
    "true",
    "null",
    "[]",
    r#"["admin"]"#,
    r#"["admin","user"]"#,
    r#"[["admin"]]"#,
    "{}",
    r#"{"admin":null}"#,
    r#"{"admin":1}"#,
    r#"{"role":"admin"}"#,
    r#"{"a":["admin"]}"#,
];

/// A type that takes any value of `role` changes nothing of what the policy finds.
fn check_any_value<T: DeserializeOwned + Debug>() {
    let admin = rules().claim("role", ["root", "admin"]);
    for honest in
        [r#","role":"admin""#, r#","role":"\u0061dmin","y":"user""#, r#","y":[],"role":"root""#]
    {
        assert_eq!(error::<T>(honest, &admin), None, "{honest}");
    }
    for value in OTHERS {
        let members = format!(r#","role":{value}"#);
        let mismatch = Some(claim("role", ClaimReason::Mismatch));
        assert_eq!(error::<T>(&members, &admin), mismatch, "{value}");
        let members = format!(r#","role":{value},"y":"admin""#);
        assert_eq!(error::<T>(&members, &admin), mismatch, "{value}");
        let members = format!(r#","y":"admin","role":{value}"#);
        assert_eq!(error::<T>(&members, &admin), mismatch, "{value}");
    }
}

/// A type that can do without `role` changes nothing of what the policy finds.
fn check_no_value<T: DeserializeOwned + Debug>() {
    let rules_of = |expect: Expect| rules().claim("role", expect);
    let missing = Some(claim("role", ClaimReason::Missing));
    for members in
        ["", r#","x":{"role":"admin"}"#, r#","Role":"admin""#, r#","x":["role","admin"]"#]
    {
        assert_eq!(error::<T>(members, &rules_of("admin".into())), missing, "{members}");
        assert_eq!(error::<T>(members, &rules_of(Expect::Any)), missing);
        assert_eq!(error::<T>(members, &rules_of(Expect::Absent)), None);
    }
}

#[test]
fn a182_expected_claim_is_compared_whatever_the_type_does_with_it() {
    check_any_value::<NoClaims>();
    check_any_value::<()>();
    check_any_value::<Value>();
    check_any_value::<Map<String, Value>>();
    check_any_value::<Flat>();
    check_any_value::<One<Value>>();
    check_any_value::<One<Option<Value>>>();
    check_any_value::<One<serde::de::IgnoredAny>>();
    check_no_value::<NoClaims>();
    check_no_value::<()>();
    check_no_value::<Map<String, Value>>();
    check_no_value::<Flat>();
    check_no_value::<One<Option<Value>>>();
}

#[test]
fn a182_expected_claim_of_a_narrow_type_is_compared_or_does_not_fit() {
    fn check<T: DeserializeOwned + Debug>(fitting: &[&str]) {
        let admin = rules().claim("role", "admin");
        assert_eq!(error::<T>(r#","role":"admin""#, &admin), None);
        for value in OTHERS {
            let error = error::<T>(&format!(r#","role":{value}"#), &admin).unwrap();
            if fitting.contains(&value) {
                assert_eq!(error, claim("role", ClaimReason::Mismatch), "{value}");
            } else {
                assert!(matches!(error, Error::ClaimsType { .. }), "{value} {error:?}");
            }
        }
    }

    const TEXTS: [&str; 6] = [OTHERS[0], OTHERS[1], OTHERS[2], OTHERS[3], OTHERS[4], OTHERS[5]];
    const LISTS: [&str; 3] = [OTHERS[9], OTHERS[10], OTHERS[11]];
    check::<One<String>>(&TEXTS);
    check::<One<Box<str>>>(&TEXTS);
    check::<One<Option<String>>>(&[&TEXTS[..], &["null"]].concat());
    check::<One<OneOrMany>>(&[&TEXTS[..], &LISTS].concat());
    check::<One<Option<Role>>>(&[r#""user""#, "null", r#"{"admin":null}"#]);
}

#[test]
fn a182_expected_claim_that_is_there_is_there_with_any_value() {
    let any = rules().claim("role", Expect::Any);
    let absent = rules().claim("role", Expect::Absent);
    for value in OTHERS {
        let members = format!(r#","role":{value}"#);
        assert_eq!(error::<NoClaims>(&members, &any), None);
        assert_eq!(error::<One<Value>>(&members, &any), None);
        let unexpected = Some(claim("role", ClaimReason::Unexpected));
        assert_eq!(error::<NoClaims>(&members, &absent), unexpected);
        assert_eq!(error::<One<Value>>(&members, &absent), unexpected);
    }
}

#[test]
fn a182_several_expected_claims_are_not_mixed_up() {
    let both = rules().claim("a", "1").claim("b", "2");
    let mismatch = |name| Some(claim(name, ClaimReason::Mismatch));

    assert_eq!(error::<NoClaims>(r#","a":"1","b":"2""#, &both), None);
    assert_eq!(error::<NoClaims>(r#","b":"2","c":"3","a":"1""#, &both), None);
    assert_eq!(error::<NoClaims>(r#","a":"2","b":"1""#, &both), mismatch("a"));
    assert_eq!(error::<NoClaims>(r#","a":"1","b":"1""#, &both), mismatch("b"));
    assert_eq!(error::<NoClaims>(r#","a":{"b":"2"},"b":"2""#, &both), mismatch("a"));
    assert_eq!(error::<NoClaims>(r#","a":"1""#, &both), Some(claim("b", ClaimReason::Missing)));
    // Named again, the later expectation counts.
    let again = rules().claim("a", "1").claim("a", "2");
    assert_eq!(error::<NoClaims>(r#","a":"2""#, &again), None);
    assert_eq!(error::<NoClaims>(r#","a":"1""#, &again), mismatch("a"));
}

#[test]
fn a182_registered_claims_are_expected_by_their_own_methods_only() {
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        assert_eq!(
            rules().claim(name, Expect::Any).build().unwrap_err(),
            PolicyError::RegisteredClaim(name)
        );
        assert!(rules().claim(name.to_uppercase(), Expect::Any).build().is_ok());
    }
    assert_eq!(
        rules().claim("role", Vec::new()).build().unwrap_err(),
        PolicyError::NoValue { name: "role".to_owned() }
    );
}
