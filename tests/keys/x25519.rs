//! X25519 keys: lengths, weak points, and that none of them signs or verifies (RFC 8037 section 3.2).

use josie::Curve;
use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyParams;
use josie::KeyType;
use josie::PublicJwk;

use crate::Json;
use crate::octets;
use crate::registries;

#[test]
fn x25519_key_is_read_with_its_values() {
    let private = Json::private("x25519").with("kid", "a").parse().unwrap();
    let public = Json::public("x25519").parse().unwrap();

    for (jwk, is_private) in [(&private, true), (&public, false)] {
        assert_eq!(jwk.kty(), KeyType::Okp);
        assert_eq!(jwk.crv(), Some(Curve::X25519));
        assert_eq!(jwk.is_private(), is_private);
        let KeyParams::Okp(okp) = jwk.material().params() else { panic!("not OKP") };
        assert_eq!(okp.x().unwrap(), Json::private("x25519").octets("x"));
        let d = is_private.then(|| Json::private("x25519").octets("d"));
        assert_eq!(okp.d().map(|d| d.expose().to_vec()), d);
    }
    assert_eq!(private.kid(), Some("a"));
    let half = private.material().public_half().unwrap();
    assert!(!half.is_private());
    assert_eq!(half.crv(), Some(Curve::X25519));
}

#[test]
fn x25519_keys_of_rfc_8037_appendix_a_6_are_accepted() {
    for x in [
        "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
        "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
    ] {
        let text = format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}","kid":"Bob"}}"#);

        let public = PublicJwk::try_from(Jwk::parse(&text).unwrap()).unwrap();

        assert_eq!(public.as_jwk().crv(), Some(Curve::X25519));
        assert_eq!(serde_json::to_string(&public).unwrap(), text);
    }
}

#[test]
fn x25519_private_key_is_not_written() {
    let error = PublicJwk::try_from(Json::private("x25519").parse().unwrap()).unwrap_err();

    assert_eq!(error, KeyError::PublicKeyNeeded);
}

#[test]
fn x25519_debug_shows_no_value() {
    let text = r#"Jwk(KeyMaterial { kty: Okp, crv: Some(X25519), kid: None, private: true, .. })"#;

    assert_eq!(format!("{:?}", Json::private("x25519").parse().unwrap()), text);
}

#[test]
fn x25519_key_is_bound_to_no_signature_algorithm() {
    for (name, registry) in registries() {
        for &alg in JwsAlg::ALL {
            let expected = match alg {
                JwsAlg::Ed25519 | JwsAlg::EdDsa => KeyError::WrongCurve {
                    alg: alg.name(),
                    expected: Curve::Ed25519,
                    found: Curve::X25519,
                },
                _ => KeyError::WrongKeyType {
                    alg: alg.name(),
                    expected: alg.kty(),
                    found: KeyType::Okp,
                },
            };

            let signing = Json::private("x25519").signing(alg, &registry).map(drop);
            let verifying = Json::public("x25519").verifying(alg, &registry).map(drop);

            assert_eq!(signing, Err(expected.clone()), "{alg} on {name}");
            assert_eq!(verifying, Err(expected), "{alg} on {name}");
        }
    }
}

#[test]
fn x25519_value_of_31_or_33_octets_is_refused() {
    for member in ["x", "d"] {
        let longer = Json::private("x25519").changed(member, |octets| octets.push(0));
        let shorter = Json::private("x25519").changed(member, |octets| {
            octets.pop();
        });
        let empty = Json::private("x25519").changed(member, Vec::clear);
        for json in [longer, shorter, empty] {
            assert_eq!(json.parse_error(), KeyError::InvalidValue(member));
        }
    }
}

#[test]
fn x25519_point_of_small_order_is_refused() {
    for point in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        for key in [Json::public("x25519"), Json::private("x25519")] {
            let weak = key.with_octets("x", &octets(point));

            assert_eq!(weak.parse_error(), KeyError::InvalidPoint(Curve::X25519), "{point}");
        }
    }
}

// RFC 7748 section 5: implementations must accept values that are not reduced, and mask the top bit.
#[test]
fn x25519_point_that_is_not_reduced_is_accepted() {
    for point in [
        "0900000000000000000000000000000000000000000000000000000000000000",
        "0900000000000000000000000000000000000000000000000000000000000080",
        "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        let key = Json::public("x25519").with_octets("x", &octets(point));

        assert_eq!(key.parse().map(drop), Ok(()), "{point}");
    }
}

#[test]
fn x25519_key_with_a_member_missing_is_refused() {
    for member in ["x", "crv"] {
        for key in [Json::private("x25519"), Json::public("x25519")] {
            let expected = KeyError::Jwk(JwkError::Missing(member));
            assert_eq!(key.without(member).parse_error(), expected);
        }
    }
}

#[test]
fn x25519_key_of_another_type_or_name_is_refused() {
    let y = Json::public("p256").octets("y");
    let weierstrass = Json::public("x25519").with("kty", "EC").with_octets("y", &y);
    assert_eq!(weierstrass.parse_error(), KeyError::InvalidValue("crv"));

    for crv in ["x25519", "Curve25519", "X448"] {
        let unknown = Json::public("x25519").with("crv", crv);
        assert_eq!(unknown.parse_error(), KeyError::Jwk(JwkError::UnknownCurve), "{crv}");
    }
}
