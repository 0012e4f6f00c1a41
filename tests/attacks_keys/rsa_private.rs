//! RSA private keys whose parts do not belong together: what one of them computes gives the other ones away.

use josie::JwkError;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use serde_json::json;

use crate::der;
use crate::documents::Document;
use crate::doors::RSA_ROLES;
use crate::doors::Wanted;
use crate::doors::assert_as_jwk;
use crate::doors::assert_everywhere;

const KEY: &str = "rsa2048";

/// The roles that take the private half.
fn private_roles() -> impl Iterator<Item = Wanted> {
    RSA_ROLES.into_iter().filter(|wanted| wanted.is_private())
}

// The fault that gives a prime away is a signature with one wrong factor; such a key never makes one.
#[test]
fn a146_rsa_private_value_with_any_bit_changed_is_refused() {
    let honest = Document::private(KEY);
    for wanted in private_roles() {
        for member in ["p", "q", "dp", "dq", "qi"] {
            for bit in 0..8 {
                // Not in the first octet, which says how long the value is.
                let changed = honest.clone().changed(member, |octets| {
                    let last = octets.len() - 1;
                    octets[last - bit * 18] ^= 1 << bit;
                });
                assert_everywhere(&changed, wanted, &Err(KeyError::Inconsistent));
            }
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a146_rsa_primes_that_do_not_make_up_the_modulus_are_refused() {
    let honest = Document::private(KEY);
    for wanted in private_roles() {
        for bit in 1..8 {
            let other = honest.clone().changed("n", |n| n[255 - bit * 36] ^= 1 << bit);
            assert_everywhere(&other, wanted, &Err(KeyError::Inconsistent));
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a146_rsa_public_exponent_that_is_not_that_of_the_private_one_is_refused() {
    let honest = Document::private(KEY);
    for wanted in private_roles() {
        let other = honest.clone().with_octets("e", &[1, 0, 3]);

        assert_everywhere(&other, wanted, &Err(KeyError::Inconsistent));
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

// *ring* computes with the primes alone: of `d` it sees no more than that it is odd.
#[test]
fn a146_rsa_private_exponent_with_any_bit_changed_is_refused_where_it_is_used() {
    let honest = Document::private(KEY);
    for wanted in private_roles() {
        for (context, registry) in wanted.registries() {
            for bit in 0..8 {
                let changed = honest.clone().changed("d", |d| d[255 - bit * 30] ^= 1 << bit);
                let expected = if context.ends_with("on ring") && bit > 0 {
                    Ok(())
                } else {
                    Err(KeyError::Inconsistent)
                };
                let outcome = wanted.bind(&changed.raw().unwrap(), &registry);
                assert_eq!(outcome, expected, "{context}: bit {bit}");
            }
            assert_eq!(wanted.bind(&honest.raw().unwrap(), &registry), Ok(()), "{context}");
        }
    }
}

#[test]
fn a146_rsa_private_half_of_another_key_is_refused() {
    let honest = Document::private(KEY);
    for wanted in private_roles() {
        // The public half of a key of the same size, as whoever swaps two files would have it.
        let mut n = honest.octets("n");
        n.reverse();
        n[0] |= 0x80;
        n[255] |= 1;
        let foreign = honest.clone().with_octets("n", &n);

        assert_everywhere(&foreign, wanted, &Err(KeyError::Inconsistent));
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a146_rsa_values_of_the_one_prime_in_the_place_of_the_other_s_are_refused() {
    let honest = Document::private(KEY);
    let swapped = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(honest.clone(), |key, (one, other)| {
            let (first, second) = (key.octets(one), key.octets(other));
            key.with_octets(one, &second).with_octets(other, &first)
        })
    };
    for wanted in private_roles() {
        for pairs in [&[("p", "q")][..], &[("dp", "dq")], &[("p", "q"), ("dp", "dq")]] {
            assert_everywhere(&swapped(pairs), wanted, &Err(KeyError::Inconsistent));
        }
        // The right values again.
        assert_everywhere(&swapped(&[("p", "q"), ("q", "p")]), wanted, &Ok(()));
    }
}

#[test]
fn a146_rsa_private_exponent_without_the_primes_is_refused() {
    let honest = Document::private(KEY);
    let without =
        |members: &[&str]| members.iter().fold(honest.clone(), |key, member| key.without(member));
    for wanted in private_roles() {
        for members in [
            &["p", "q", "dp", "dq", "qi"][..],
            &["dp", "dq", "qi"],
            &["p"],
            &["q"],
            &["dp"],
            &["dq"],
            &["qi"],
            &["d"],
        ] {
            let expected = Err(KeyError::Jwk(JwkError::IncompleteRsa));
            assert_as_jwk(&without(members), wanted, &expected);
        }
        assert_as_jwk(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a146_rsa_key_with_more_than_two_primes_is_refused() {
    let third = json!([{"r": "AQAB", "d": "AQAB", "t": "AQAB"}]);
    for wanted in RSA_ROLES {
        let honest = wanted.half(&Document::private(KEY));
        for other in [third.clone(), json!([]), json!(null)] {
            let expected = Err(KeyError::Jwk(JwkError::MultiPrimeRsa));
            assert_as_jwk(&honest.clone().with("oth", other), wanted, &expected);
        }
        assert_as_jwk(&honest, wanted, &Ok(()));
    }
    let integers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .map(|member| Document::private(KEY).octets(member));
    // RFC 8017 appendix A.1.2: version 1 has more primes.
    let multi_prime = KeyMaterial::from_der(&der::rsa_pkcs8(1, &integers)).map(drop);
    assert_eq!(multi_prime, Err(KeyError::Encoding(KeyFormat::Pkcs8)));
    assert_eq!(KeyMaterial::from_der(&der::rsa_pkcs8(0, &integers)).map(drop), Ok(()));
}
