//! Section V: what a JSON text costs, and numbers that are no numbers.

use josie::ClaimReason;
use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::Jwt;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

use crate::common::registries;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::claim;
use crate::peers::on_small_stack;
use crate::peers::policy;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::wide;

const K: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// `object` with one more member, whose value is `depth` objects or arrays in each other.
fn nested(object: &str, name: &str, depth: usize, open: &str, close: &str) -> String {
    let object = object.strip_suffix('}').unwrap();
    let (open, close) = (open.repeat(depth), close.repeat(depth));
    format!(r#"{object},"{name}":{open}1{close}}}"#)
}

/// How much stack is enough for which limits, in KiB: a fraction of the 2 MiB that a thread has.
fn stacks_and_limits() -> [(usize, Limits); 2] {
    [(256, wide()), (1024, wide().with_json_depth(usize::MAX))]
}

/// The ways to nest, each `depth` deep and closed or left open.
fn nestings(object: &str, depth: usize) -> Vec<String> {
    vec![
        nested(object, "other", depth, r#"{"a":"#, "}"),
        nested(object, "other", depth, "[", "]"),
        nested(object, "other", depth / 2, r#"[{"a":"#, "}]"),
        nested(object, "other", depth, r#"{"a":"#, ""),
        nested(object, "other", depth, "[", ""),
    ]
}

#[test]
fn a61_nesting_over_the_limit_in_a_token_is_refused() {
    assert_eq!(Limits::default().json_depth(), 32);
    let depth = Error::Limit(Limit::Depth);
    for peer in secret_peers() {
        // The header and the claims are an object themselves.
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let nested = |object, depth| nested(object, "other", depth, open, close);
            let header = |levels| peer.token(nested(HEADER, levels), CLAIMS);
            let claims = |levels| peer.token(HEADER, nested(CLAIMS, levels));
            for token in [header(31), claims(31)] {
                assert!(peer.verify(&token).is_ok());
            }
            for token in [header(32), claims(32)] {
                assert_eq!(peer.verify(&token).unwrap_err(), depth);
            }
            // No setting allows more than 126.
            let deepest = || rules().limits(wide().with_json_depth(usize::MAX));
            for token in [header(125), claims(125)] {
                assert!(peer.verify_by(&token, deepest()).is_ok());
            }
            for token in [header(126), claims(126), header(127), claims(127), claims(10_000)] {
                assert_eq!(peer.verify_by(&token, deepest()).unwrap_err(), depth);
            }
            let map = |levels| peer.verify_as::<Map<String, Value>>(&nested(CLAIMS, levels));
            assert!(map(31).is_ok());
            assert_eq!(map(32).unwrap_err(), depth);
        }
    }
}

#[test]
fn a61_a203_deeply_nested_tokens_overflow_no_stack() {
    for (kib, limits) in stacks_and_limits() {
        on_small_stack(kib, move || {
            for peer in secret_peers() {
                assert!(peer.verify(&peer.honest()).is_ok());
                let policy = policy(rules().limits(limits));
                let verify = |token: &str| {
                    let ignored: Result<Jwt, _> = Jwt::verify(token, &peer.keys, &policy);
                    let kept: Result<Jwt<Map<String, Value>>, _> =
                        Jwt::verify(token, &peer.keys, &policy);
                    (ignored.unwrap_err(), kept.unwrap_err())
                };
                let depth = Error::Limit(Limit::Depth);
                for header in nestings(HEADER, 100_000) {
                    let errors = verify(&peer.token(header, CLAIMS));
                    assert_eq!(errors, (depth.clone(), depth.clone()));
                }
                for claims in nestings(CLAIMS, 100_000) {
                    let errors = verify(&peer.token(HEADER, claims));
                    assert_eq!(errors, (depth.clone(), depth.clone()));
                }
                // Where another type is wanted, the first bracket is one too many.
                for (name, error) in [
                    ("aud", claim("aud", ClaimReason::Invalid)),
                    ("iss", claim("iss", ClaimReason::Invalid)),
                ] {
                    let claims = nested(CLAIMS, name, 100_000, "[", "]");
                    let errors = verify(&peer.token(HEADER, claims));
                    assert_eq!(errors, (error.clone(), error));
                }
                let crit = nested(HEADER, "crit", 100_000, "[", "]");
                let error = Error::Malformed(Malformed::Crit);
                let errors = verify(&peer.token(crit, CLAIMS));
                assert_eq!(errors, (error.clone(), error));
            }
        });
    }
}

#[test]
fn a61_a203_deeply_nested_keys_overflow_no_stack() {
    for (kib, limits) in stacks_and_limits() {
        on_small_stack(kib, move || {
            let depth = KeyError::Jwk(JwkError::Depth);
            let jwk = format!(r#"{{"kty":"oct","k":"{K}"}}"#);
            let set = format!(r#"{{"keys":[{jwk}]}}"#);
            for hostile in nestings(&jwk, 100_000).iter().take(3) {
                let error = Jwk::parse_with(hostile, &limits).unwrap_err();
                assert_eq!(error, depth);
                // Within a set it is that entry's own fault.
                let text = format!(r#"{{"keys":[{hostile},{jwk}]}}"#);
                let set = JwkSet::parse_with(&text, &limits).unwrap();
                assert_eq!(*set.entries().next().unwrap().unwrap_err().reason(), depth);
                assert_eq!(set.keys().count(), 1);
            }
            for hostile in nestings(&set, 100_000).iter().take(3) {
                let error = JwkSet::parse_with(hostile, &limits).unwrap_err();
                assert_eq!(error, depth);
            }
            let keys = format!(r#"{{"keys":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
            let set = JwkSet::parse_with(&keys, &limits).unwrap();
            assert_eq!(
                *set.entries().next().unwrap().unwrap_err().reason(),
                KeyError::Jwk(JwkError::NotAnObject)
            );
        });
    }
}

#[test]
fn a61_nesting_over_the_limit_in_a_key_is_refused() {
    let depth = KeyError::Jwk(JwkError::Depth);
    let jwk = format!(r#"{{"kty":"oct","k":"{K}"}}"#);
    let set = format!(r#"{{"keys":[{jwk}]}}"#);

    assert!(Jwk::parse(&nested(&jwk, "other", 31, "[", "]")).is_ok());
    assert_eq!(Jwk::parse(&nested(&jwk, "other", 32, "[", "]")).unwrap_err(), depth);
    assert!(JwkSet::parse(&nested(&set, "other", 31, "[", "]")).is_ok());
    assert_eq!(JwkSet::parse(&nested(&set, "other", 32, "[", "]")).unwrap_err(), depth);
    // An entry stands within the object and the array of the set.
    let within = |levels| {
        let entry = nested(&jwk, "other", levels, "[", "]");
        JwkSet::parse(&format!(r#"{{"keys":[{entry}]}}"#)).unwrap()
    };
    assert_eq!(within(29).keys().count(), 1);
    assert_eq!(within(30).keys().count(), 0);
}

#[test]
fn a61_a203_deeply_nested_secrets_and_der_overflow_no_stack() {
    on_small_stack(128, || {
        let jwk = nested(r#"{"kty":"oct"}"#, "other", 100_000, "[", "]");
        // SEQUENCE in SEQUENCE: each length covers all that follows.
        let der = (0..12_000).fold(Vec::new(), |inner, _| {
            let len = u16::try_from(inner.len()).unwrap().to_be_bytes();
            [&[0x30, 0x82, len[0], len[1]], &*inner].concat()
        });
        for (_, registry) in registries() {
            let bind = |secret: &[u8]| {
                VerifyingKey::new(&KeyMaterial::oct(secret.to_vec()), JwsAlg::Hs256, &registry)
            };
            assert_eq!(bind(jwk.as_bytes()).unwrap_err(), KeyError::SecretIsKey(KeyFormat::Jwk));
            assert!(bind(&[0x30; 32]).is_ok());
        }
        let error = KeyMaterial::from_der(&der).unwrap_err();
        assert!(matches!(error, KeyError::Format { found: KeyFormat::Unknown, .. }), "{error:?}");
    });
}

fn numbered_members(count: usize) -> String {
    (0..count).map(|n| format!(r#","m{n:06}":{n}"#)).collect()
}

#[test]
fn a62_many_members_are_read_in_passable_time() {
    let header = |members: &str| format!(r#"{{"alg":"HS256"{members}}}"#);
    let claims = |members: &str| format!(r#"{{"exp":9999999999{members}}}"#);
    for peer in secret_peers() {
        let policy = policy(rules().limits(wide()));
        let few = numbered_members(50_000);
        let many = numbered_members(200_000);
        let ignored =
            |token: &str| -> Result<Jwt, Error> { Jwt::verify(token, &peer.keys, &policy) };
        let kept = |token: &str| -> Result<Jwt<Map<String, Value>>, Error> {
            Jwt::verify(token, &peer.keys, &policy)
        };

        assert!(ignored(&peer.token(header(&few), CLAIMS)).is_ok());
        let token = peer.token(HEADER, claims(&many));
        assert!(ignored(&token).is_ok());
        assert_eq!(kept(&token).unwrap().claims().custom.len(), 200_000);

        // The last one is the first one again.
        let twice = r#","m000000":0"#;
        assert_eq!(
            ignored(&peer.token(header(&(few + twice)), CLAIMS)).unwrap_err(),
            Error::Malformed(Malformed::DuplicateMember(Part::Header))
        );
        let token = peer.token(HEADER, claims(&(many + twice)));
        let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
        assert_eq!(ignored(&token).unwrap_err(), duplicate);
        assert_eq!(kept(&token).unwrap_err(), duplicate);
    }
}

#[test]
fn a62_many_members_of_a_key_are_read_in_passable_time() {
    let jwk = |members: &str| format!(r#"{{"kty":"oct","k":"{K}"{members}}}"#);
    let many = numbered_members(200_000);

    assert!(Jwk::parse(&jwk(&many)).is_ok());
    assert!(JwkSet::parse(&format!(r#"{{"keys":[]{many}}}"#)).is_ok());
    assert_eq!(
        Jwk::parse(&jwk(&(many + r#","m000000":0"#))).unwrap_err(),
        KeyError::Jwk(JwkError::DuplicateMember)
    );
    // `key_ops` is an array whose values must not repeat (RFC 7517 section 4.3).
    let ops: Vec<String> = (0..50_000).map(|n| format!(r#""op{n:06}""#)).collect();
    let key_ops = |ops: &[String]| jwk(&format!(r#","key_ops":[{}]"#, ops.join(",")));
    assert!(Jwk::parse(&key_ops(&ops)).is_ok());
    assert_eq!(
        Jwk::parse(&key_ops(&[&ops[..], &ops[..1]].concat())).unwrap_err(),
        KeyError::Jwk(JwkError::Contradiction)
    );
}

#[test]
fn a62_many_keys_are_counted_before_any_is_read() {
    let set = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec!["{}"; count].join(","));
    let limit = KeyError::Jwk(JwkError::Limit);

    assert_eq!(JwkSet::parse(&set(1000)).unwrap().entries().count(), 1000);
    for count in [1001, 1_000_000] {
        assert_eq!(JwkSet::parse(&set(count)).unwrap_err(), limit);
    }
    // What comes behind the last key that is allowed is not even looked at.
    let broken = format!(r#"{{"keys":[{},{{}},!"#, vec!["{}"; 1000].join(","));
    assert_eq!(JwkSet::parse(&broken).unwrap_err(), limit);
    let two = Limits::default().with_jwk_set_keys(2);
    assert!(JwkSet::parse_with(&set(2), &two).is_ok());
    assert_eq!(JwkSet::parse_with(&set(3), &two).unwrap_err(), limit);
}

#[test]
fn a63_giant_numbers_are_refused() {
    let json = Error::Malformed(Malformed::Json(Part::Payload));
    let invalid = claim("exp", ClaimReason::Invalid);
    let digits = "9".repeat(10_000);
    for peer in secret_peers() {
        let exp = |number: &str| peer.token(HEADER, format!(r#"{{"exp":{number}}}"#));
        let custom =
            |number: &str| peer.token(HEADER, format!(r#"{{"exp":9999999999,"n":{number}}}"#));
        let header =
            |number: &str| peer.token(format!(r#"{{"alg":"HS256","p2c":{number}}}"#), CLAIMS);
        let infinite = ["1e400", "-1e400", "1e999999", "1e99999999999999999999", &digits];

        assert!(peer.verify(&exp("9999999999")).is_ok());
        for number in infinite {
            assert_eq!(peer.verify(&exp(number)).unwrap_err(), json, "{number}");
            assert_eq!(peer.verify(&custom(number)).unwrap_err(), json);
            assert_eq!(
                peer.verify(&header(number)).unwrap_err(),
                Error::Malformed(Malformed::Json(Part::Header))
            );
        }
        // Numbers that exist, but are no date.
        for number in ["1e300", "18446744073709551616", &"9".repeat(300)] {
            assert_eq!(peer.verify(&exp(number)).unwrap_err(), invalid);
            assert!(peer.verify(&custom(number)).is_ok());
            assert!(peer.verify(&header(number)).is_ok());
        }
        for twin in ["1.0", "1E3", "-0", "1e-400", "9007199254740993"] {
            assert!(peer.verify(&custom(twin)).is_ok());
            assert!(peer.verify(&header(twin)).is_ok());
        }

        let megabyte = exp(&"9".repeat(1024 * 1024));
        assert_eq!(peer.verify(&megabyte).unwrap_err(), Error::Limit(Limit::Token));
        assert_eq!(peer.verify_by(&megabyte, rules().limits(wide())).unwrap_err(), json);
    }
}

#[test]
fn a65_unknown_members_of_any_size_are_accepted_within_the_limits() {
    for peer in secret_peers() {
        let header = |len: usize| format!(r#"{{"alg":"HS256","x":"{}"}}"#, "A".repeat(len));
        let overhead = header(0).len();
        let largest = peer.token(header(16_384 - overhead), CLAIMS);
        let too_large = peer.token(header(16_385 - overhead), CLAIMS);
        let huge = peer.token(header(10_000_000), CLAIMS);

        assert!(peer.verify(&largest).is_ok());
        assert_eq!(peer.verify(&too_large).unwrap_err(), Error::Limit(Limit::Header));
        assert_eq!(peer.verify(&huge).unwrap_err(), Error::Limit(Limit::Token));
        assert!(peer.verify_by(&huge, rules().limits(wide())).is_ok());
        let claims = format!(r#"{{"exp":9999999999,"x":"{}"}}"#, "A".repeat(190_000));
        assert!(peer.verify(&peer.token(HEADER, claims)).is_ok());
    }
}
