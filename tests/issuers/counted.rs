//! No signature is looked at before the issuer is known, and then only with that issuer's keys.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::Error;
use josie::GenerateInput;
use josie::Issuers;
use josie::JwsAlg;
use josie::KeySet;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::counting::counting;
use crate::parties::A;
use crate::parties::B;
use crate::parties::EXP;
use crate::parties::Parties;
use crate::parties::policy;
use crate::parties::raw;
use crate::parties::token;
use crate::parties::token_with;
use crate::parties::verify;

/// Two issuers whose verifications are counted, each for itself.
struct CountedParties {
    parties: Parties,
    issuers: Issuers,
    counters: [&'static AtomicUsize; 2],
}

impl CountedParties {
    fn all() -> Vec<Self> {
        Parties::all().into_iter().map(Self::around).collect()
    }

    fn around(parties: Parties) -> Self {
        let [(a, count_a), (b, count_b)] =
            [&parties.a, &parties.b].map(|own| counted_keys(own, parties.registry));
        let issuers = Issuers::new().with(A, a, policy()).unwrap().with(B, b, policy()).unwrap();
        Self { parties, issuers, counters: [count_a, count_b] }
    }

    /// What becomes of the token, and how often a signature was looked at with a key of `A` and of `B`.
    fn verify(&self, token: &str) -> (Result<String, Error>, [usize; 2]) {
        let outcome = verify(&self.issuers, token);
        (outcome, self.counters.map(|counter| counter.swap(0, Ordering::SeqCst)))
    }

    fn assert_free(&self, token: &str, expected: Error) {
        assert_eq!(self.verify(token), (Err(expected), [0, 0]));
    }
}

#[test]
fn honest_token_takes_one_verification_with_the_keys_of_its_issuer() {
    for counted in CountedParties::all() {
        let Parties { a, b, .. } = &counted.parties;

        assert_eq!(counted.verify(&token(A, &a[0])), (Ok(A.to_owned()), [1, 0]));
        assert_eq!(counted.verify(&token(B, &b[1])), (Ok(B.to_owned()), [0, 1]));
    }
}

#[test]
fn token_of_another_issuer_is_never_tried_with_the_keys_of_its_signer() {
    for counted in CountedParties::all() {
        let Parties { a, b, .. } = &counted.parties;

        let forged = counted.verify(&token(A, &b[0]));
        assert_eq!(forged, (Err(Error::InvalidSignature), [1, 0]));
        let forged = counted.verify(&token(B, &a[0]));
        assert_eq!(forged, (Err(Error::InvalidSignature), [0, 1]));
    }
}

#[test]
fn token_whose_issuer_is_not_known_costs_nothing() {
    for counted in CountedParties::all() {
        let key = &counted.parties.a[0];
        assert_eq!(counted.verify(&token(A, key)).1, [1, 0]);

        for iss in [json!("https://c.example"), json!(""), Value::Null, json!([A]), json!(1)] {
            counted.assert_free(&token_with(&iss, key), Error::UnknownIssuer);
        }
        counted.assert_free(&raw(format!("{{{EXP}}}"), key), Error::UnknownIssuer);
        let twice = raw(format!(r#"{{"iss":"{A}","iss":"{A}",{EXP}}}"#), key);
        let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
        counted.assert_free(&twice, duplicate);
        counted
            .assert_free(&raw("[]", key), Error::Malformed(Malformed::NotAnObject(Part::Payload)));
    }
}

#[test]
fn token_without_a_key_or_an_algorithm_of_its_issuer_costs_nothing() {
    for counted in CountedParties::all() {
        let Parties { registry, a, b } = &counted.parties;
        assert_eq!(counted.verify(&token(A, &a[0])).1, [1, 0]);

        counted.assert_free(&token(A, &b[1]), Error::UnknownKey);
        let input = GenerateInput::default();
        let other = SigningKey::generate_with(JwsAlg::Ed25519, &input, registry).unwrap();
        counted.assert_free(&token(A, &other), Error::Refused(Refused::Algorithm));
    }
}

/// The keys that verify what these sign, on the same registry with every verification counted.
fn counted_keys(
    own: &[SigningKey],
    registry: Registry,
) -> (KeySet<VerifyingKey>, &'static AtomicUsize) {
    let (registry, counter) = counting(JwsAlg::Es256, &registry);
    let verifying = own.iter().map(|key| {
        let material = key.verifying_key().material();
        VerifyingKey::new(&material, JwsAlg::Es256, &registry).unwrap()
    });
    (verifying.collect(), counter)
}
