//! RSA keys: sizes, exponents, encodings, and whether the parts belong together (RFC 7518 section 6.3).

use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use serde_json::json;

use crate::Json;
use crate::flip;
use crate::registries;

const ALGS: [JwsAlg; 2] = [JwsAlg::Rs256, JwsAlg::Ps512];

#[test]
fn rsa_key_whose_parts_belong_together_signs_and_verifies() {
    for (name, registry) in registries() {
        for alg in ALGS {
            for key in ["rsa2048", "rsa3072"] {
                let signing = Json::private(key).signing(alg, &registry);
                let verifying = Json::public(key).verifying(alg, &registry);

                assert_eq!(signing.unwrap().alg(), alg, "{name}");
                assert_eq!(verifying.unwrap().alg(), alg, "{name}");
            }
        }
    }
}

#[test]
fn rsa_private_value_that_does_not_belong_is_refused() {
    for (name, registry) in registries() {
        for alg in ALGS {
            for member in ["p", "q", "dp", "dq", "qi", "n"] {
                let key = Json::private("rsa2048")
                    .changed(member, |octets| flip(octets))
                    .signing(alg, &registry);

                let outcome = key.map(|_| ());
                assert_eq!(outcome, Err(KeyError::Inconsistent), "{member} {alg} on {name}");
            }
        }
    }
}

// ring signs with the two primes alone and never looks at `d`; AWS-LC checks it with the rest.
#[test]
fn rsa_private_exponent_that_does_not_belong_is_refused_where_it_is_used() {
    for (name, registry) in registries() {
        let key = Json::private("rsa2048")
            .changed("d", |octets| flip(octets))
            .signing(JwsAlg::Rs256, &registry);

        let expected = if name == "ring" { Ok(()) } else { Err(KeyError::Inconsistent) };
        assert_eq!(key.map(|_| ()), expected, "{name}");
    }
}

#[test]
fn rsa_private_half_of_another_key_is_refused() {
    for (name, registry) in registries() {
        let foreign = Json::private("rsa2048").with_octets("n", &other_modulus());

        let error = foreign.signing(JwsAlg::Rs256, &registry).unwrap_err();

        assert_eq!(error, KeyError::Inconsistent, "{name}");
    }
}

#[test]
fn rsa_public_exponent_of_another_key_is_refused() {
    for (name, registry) in registries() {
        let other = Json::private("rsa2048").with_octets("e", &[1, 0, 3]);

        let error = other.signing(JwsAlg::Rs256, &registry).unwrap_err();

        assert_eq!(error, KeyError::Inconsistent, "{name}");
    }
}

#[test]
fn rsa_primes_in_another_order_than_the_rest_are_refused() {
    for (name, registry) in registries() {
        let key = Json::private("rsa2048");
        let (p, q) = (key.octets("p"), key.octets("q"));
        let exchanged = key.clone().with_octets("p", &q).with_octets("q", &p);

        let error = exchanged.signing(JwsAlg::Rs256, &registry).unwrap_err();

        assert_eq!(error, KeyError::Inconsistent, "{name}");
    }
}

#[test]
fn rsa_modulus_under_2048_or_over_8192_bits_is_refused() {
    for (name, registry) in registries() {
        for (octets, first, bits) in
            [(128, 0xff, 1024), (256, 0x7f, 2047), (1025, 0x01, 8193), (2048, 0xff, 16384)]
        {
            let error = modulus(octets, first).verifying(JwsAlg::Rs256, &registry).unwrap_err();

            assert_eq!(error, KeyError::RsaSize { bits }, "{name}");
        }
        let error = Json::private("rsa1024").signing(JwsAlg::Rs256, &registry).unwrap_err();
        assert_eq!(error, KeyError::RsaSize { bits: 1024 }, "{name}");
    }
}

#[test]
fn rsa_modulus_of_2048_to_8192_bits_verifies() {
    for (name, registry) in registries() {
        for (octets, first) in [(256, 0x80), (257, 0x01), (384, 0xff), (1024, 0xff)] {
            let key = modulus(octets, first).verifying(JwsAlg::Rs256, &registry);

            assert_eq!(key.map(|_| ()), Ok(()), "{octets} octets on {name}");
        }
    }
}

#[test]
fn rsa_modulus_that_is_even_is_refused() {
    for (name, registry) in registries() {
        let even = Json::public("rsa2048").changed("n", |n| *n.last_mut().unwrap() &= 0xfe);

        let error = even.verifying(JwsAlg::Ps256, &registry).unwrap_err();

        assert_eq!(error, KeyError::InvalidValue("n"), "{name}");
    }
}

#[test]
fn rsa_exponent_that_is_even_or_out_of_range_is_refused() {
    for (name, registry) in registries() {
        for e in [
            &[1][..],
            &[2],
            &[3],
            &[17],
            &[0xff, 0xff],
            &[1, 0, 0],
            &[1, 0, 2],
            &[2, 0, 0, 0, 0],
            &[2, 0, 0, 0, 1],
            &[1, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0xff; 256],
        ] {
            let public = Json::public("rsa2048").with_octets("e", e);
            let private = Json::private("rsa2048").with_octets("e", e);

            let errors = [
                public.verifying(JwsAlg::Rs256, &registry).unwrap_err(),
                private.signing(JwsAlg::Rs256, &registry).unwrap_err(),
            ];
            assert_eq!(errors, [KeyError::RsaExponent, KeyError::RsaExponent], "{e:?} on {name}");
        }
    }
}

#[test]
fn rsa_exponent_that_is_odd_and_in_range_verifies() {
    for (name, registry) in registries() {
        for e in [&[1, 0, 1][..], &[1, 0, 3], &[1, 0xff, 0xff, 0xff, 0xff]] {
            let key =
                Json::public("rsa2048").with_octets("e", e).verifying(JwsAlg::Rs256, &registry);

            assert_eq!(key.map(|_| ()), Ok(()), "{e:?} on {name}");
        }
    }
}

#[test]
fn rsa_integer_with_a_leading_zero_octet_or_without_octets_is_refused() {
    for member in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let padded = Json::private("rsa2048").changed(member, |octets| octets.insert(0, 0));
        let empty = Json::private("rsa2048").with(member, "");

        let name = KeyError::InvalidValue(member);
        assert_eq!([padded.parse_error(), empty.parse_error()], [name.clone(), name]);
    }
}

#[test]
fn rsa_private_key_with_a_member_missing_is_refused() {
    for member in ["d", "p", "q", "dp", "dq", "qi"] {
        let incomplete = Json::private("rsa2048").without(member);

        let expected = KeyError::Jwk(JwkError::IncompleteRsa);
        assert_eq!(incomplete.parse_error(), expected, "{member}");
    }
    let only_d = Json::public("rsa2048").with_octets("d", &[1; 256]);
    assert_eq!(only_d.parse_error(), KeyError::Jwk(JwkError::IncompleteRsa));
}

#[test]
fn rsa_public_key_with_a_member_missing_is_refused() {
    for member in ["n", "e"] {
        let incomplete = Json::public("rsa2048").without(member);

        let expected = KeyError::Jwk(JwkError::Missing(member));
        assert_eq!(incomplete.parse_error(), expected);
    }
}

#[test]
fn rsa_key_with_more_than_two_primes_is_refused() {
    let other = json!([{"r": "AQ", "d": "AQ", "t": "AQ"}]);
    for key in [Json::private("rsa2048"), Json::public("rsa2048")] {
        for oth in [other.clone(), json!([])] {
            let multi_prime = key.clone().with("oth", oth);

            let expected = KeyError::Jwk(JwkError::MultiPrimeRsa);
            assert_eq!(multi_prime.parse_error(), expected);
        }
    }
}

#[cfg(feature = "ring")]
#[test]
fn rsa_private_key_over_4096_bits_is_unsupported_on_ring() {
    let registry = josie::Registry::ring();
    let key = Json::private("rsa2048").with_octets("n", &modulus(513, 0x01).octets("n"));

    let error = key.signing(JwsAlg::Ps384, &registry).unwrap_err();

    let what = "signing with RSA keys over 4096 bits";
    assert_eq!(error, crate::unsupported(JwsAlg::Ps384, what));
}

#[cfg(feature = "ring")]
#[test]
fn rsa_private_key_with_primes_of_other_lengths_is_unsupported_on_ring() {
    let registry = josie::Registry::ring();
    let key = Json::private("rsa2048").changed("p", |p| p[0] &= 0x7f);

    let error = key.signing(JwsAlg::Rs256, &registry).unwrap_err();

    let what = "signing with RSA keys whose primes are not equally long multiples of 512 bits";
    assert_eq!(error, crate::unsupported(JwsAlg::Rs256, what));
}

/// A public key with an odd modulus of this many octets, of which the first is given.
fn modulus(octets: usize, first: u8) -> Json {
    let mut n = vec![0xab; octets];
    n[0] = first;
    Json::public("rsa2048").with_octets("n", &n)
}

/// The modulus of some other key of 2048 bits.
fn other_modulus() -> Vec<u8> {
    modulus(256, 0xc1).octets("n")
}
