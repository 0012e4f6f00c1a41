//! What can be made into an entry, and what is told of the entries.

use josie::Expect;
use josie::Issuers;
use josie::JwsAlg;
use josie::JwtPolicy;
use josie::PolicyError;

use crate::parties::A;
use crate::parties::B;
use crate::parties::Parties;
use crate::parties::assert_accepted;
use crate::parties::keys;
use crate::parties::policy;
use crate::parties::token;

#[test]
fn policy_that_expects_another_issuer_is_refused() {
    for parties in Parties::all() {
        let with = |iss: Expect| Issuers::new().with(A, keys(&parties.a), policy().iss(iss));
        let same_twice = Expect::from([A, A]);
        for iss in [Expect::from(A), same_twice, Expect::Absent] {
            assert_accepted(&with(iss).unwrap(), &token(A, &parties.a[0]), A);
        }

        for iss in [
            Expect::from(B),
            Expect::from([A, B]),
            Expect::from([B, A]),
            Expect::from("https://a.example/"),
            Expect::Any,
            Expect::OneOf(Vec::new()),
        ] {
            assert_eq!(with(iss).unwrap_err(), PolicyError::OtherIssuer);
        }
    }
}

#[test]
fn issuer_named_twice_is_refused() {
    for parties in Parties::all() {
        let issuers = Issuers::new().with(A, keys(&parties.a), policy()).unwrap();
        assert_eq!(issuers.clone().with(B, keys(&parties.b), policy()).unwrap().len(), 2);

        let error = issuers.with(A, keys(&parties.b), policy()).unwrap_err();

        assert_eq!(error, PolicyError::DuplicateIssuer);
    }
}

#[test]
fn policy_that_cannot_be_built_is_refused() {
    for parties in Parties::all() {
        let with = |policy| Issuers::new().with(A, keys(&parties.a), policy);
        assert_eq!(with(policy().sub("alice")).unwrap().len(), 1);

        let no_value = PolicyError::NoValue { name: "sub".to_owned() };
        let no_sub = policy().sub(Expect::OneOf(Vec::new()));
        assert_eq!(with(no_sub).unwrap_err(), no_value);
        assert_eq!(with(JwtPolicy::signed(&[])).unwrap_err(), PolicyError::NoAlgorithm);
    }
}

#[test]
fn entries_are_told_by_name() {
    for parties in Parties::all() {
        let issuers = Issuers::new()
            .with(B, keys(&parties.b[..1]), JwtPolicy::signed(&[JwsAlg::Ed25519]))
            .unwrap()
            .with(A, keys(&parties.a), policy())
            .unwrap();

        assert_eq!(issuers.names().collect::<Vec<_>>(), [A, B]);
        assert_eq!((issuers.len(), issuers.is_empty()), (2, false));
        let check = |name| {
            let (policy, keys) = (issuers.policy(name).unwrap(), issuers.keys(name).unwrap());
            (keys.len(), policy.check_keys(keys))
        };
        assert_eq!(check(A), (2, Ok(())));
        assert_eq!(check(B), (1, Err(PolicyError::NoUsableKey)));
        assert!(issuers.keys("https://c.example").is_none());
        assert!(issuers.policy("https://c.example").is_none());
    }
}

#[test]
fn debug_shows_names_and_numbers_of_keys() {
    for parties in Parties::all() {
        let issuers = parties.issuers().with_keys(B, keys(&parties.b[..1])).unwrap();

        assert_eq!(
            format!("{issuers:?}"),
            r#"Issuers {"https://a.example": 2, "https://b.example": 1}"#,
        );
    }
}

#[test]
fn no_issuers_are_none() {
    let issuers = Issuers::new();

    assert_eq!((issuers.len(), issuers.is_empty()), (0, true));
    assert_eq!(issuers.names().count(), 0);
    assert_eq!(format!("{:?}", Issuers::default()), "Issuers {}");
}
