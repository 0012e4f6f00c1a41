//! Ed25519 keys: lengths, weak points, and whether the halves belong together (RFC 8037 section 2).

use josie::Curve;
use josie::Error;
use josie::Header;
use josie::JwkError;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::Policy;

use crate::Json;
use crate::flip;
use crate::octets;
use crate::registries;

const ALGS: [JwsAlg; 2] = [JwsAlg::Ed25519, JwsAlg::EdDsa];

#[test]
fn ed25519_key_whose_halves_belong_together_signs_and_verifies() {
    for (name, registry) in registries() {
        for alg in ALGS {
            let signing = Json::private("ed25519").signing(alg, &registry);
            let verifying = Json::public("ed25519").verifying(alg, &registry);

            assert_eq!(signing.map(|_| ()), Ok(()), "{name}");
            assert_eq!(verifying.map(|_| ()), Ok(()), "{name}");
        }
    }
}

#[test]
fn ed25519_halves_of_two_keys_are_refused() {
    for (name, registry) in registries() {
        for alg in ALGS {
            let private = Json::private("ed25519");
            let other_d = private.clone().changed("d", |octets| flip(octets));
            let other_x = private.clone().with_octets("x", &other_public_key());
            for foreign in [other_d, other_x] {
                let error = foreign.signing(alg, &registry).unwrap_err();

                assert_eq!(error, KeyError::Inconsistent, "{alg} on {name}");
            }
        }
    }
}

#[test]
fn ed25519_value_of_31_or_33_octets_is_refused() {
    for member in ["x", "d"] {
        let longer = Json::private("ed25519").changed(member, |octets| octets.push(0));
        let shorter = Json::private("ed25519").changed(member, |octets| {
            octets.pop();
        });
        let both_halves = Json::private("ed25519").changed(member, |octets| octets.resize(64, 1));
        for json in [longer, shorter, both_halves] {
            assert_eq!(json.parse_error(), KeyError::InvalidValue(member));
        }
    }
}

#[test]
fn ed25519_point_of_small_order_is_refused() {
    for point in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ] {
        assert_weak(point);
    }
}

#[test]
fn ed25519_point_that_is_not_reduced_is_refused() {
    for point in [
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        assert_weak(point);
    }
}

#[test]
fn ed25519_octets_that_are_no_point_verify_nothing() {
    for (name, registry) in registries() {
        let signer = Json::private("ed25519").signing(JwsAlg::Ed25519, &registry).unwrap();
        let token = Jws::sign(b"payload", &Header::new(), &signer).unwrap();
        let policy = Policy::signed(&[JwsAlg::Ed25519]).build().unwrap();
        // Both backends decode a public key only when they verify, and offer no other way to decode one.
        let key = no_point().verifying(JwsAlg::Ed25519, &registry).unwrap();

        let error = Jws::verify(&token, &KeySet::from(key), &policy).unwrap_err();

        assert_eq!(error, Error::InvalidSignature, "{name}");
    }
}

#[test]
fn ed25519_key_with_a_member_missing_is_refused() {
    for member in ["x", "crv"] {
        for key in [Json::private("ed25519"), Json::public("ed25519")] {
            let expected = KeyError::Jwk(JwkError::Missing(member));
            assert_eq!(key.without(member).parse_error(), expected);
        }
    }
}

#[test]
fn okp_key_on_another_curve_is_refused() {
    for crv in ["Ed448", "X448", "ed25519"] {
        let unknown = Json::public("ed25519").with("crv", crv);
        assert_eq!(unknown.parse_error(), KeyError::Jwk(JwkError::UnknownCurve), "{crv}");
    }
    let weierstrass = Json::public("ed25519").with("crv", "P-256");
    assert_eq!(weierstrass.parse_error(), KeyError::InvalidValue("crv"));
}

fn assert_weak(point: &str) {
    for key in [Json::public("ed25519"), Json::private("ed25519")] {
        let weak = key.with_octets("x", &octets(point));

        assert_eq!(weak.parse_error(), KeyError::InvalidPoint(Curve::Ed25519), "{point}");
    }
}

/// The public key of RFC 8032 section 7.1, TEST 1.
fn other_public_key() -> Vec<u8> {
    octets("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
}

/// No point of the curve has 2 as its y coordinate.
fn no_point() -> Json {
    let mut y = vec![0; 32];
    y[0] = 2;
    Json::public("ed25519").with_octets("x", &y)
}
