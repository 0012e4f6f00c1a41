//! EC keys: points, lengths, and whether the halves belong together (RFC 7518 section 6.2).

use josie::Curve;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::SigningKey;

use crate::Json;
use crate::flip;
use crate::octets;
use crate::registries;

const KEYS: [(&str, JwsAlg, Curve); 4] = [
    ("p256", JwsAlg::Es256, Curve::P256),
    ("p384", JwsAlg::Es384, Curve::P384),
    ("p521", JwsAlg::Es512, Curve::P521),
    ("secp256k1", JwsAlg::Es256K, Curve::Secp256k1),
];

/// The curves' orders, SEC 2 sections 2.4.1, 2.4.2, 2.5.1 and 2.6.1.
const ORDERS: [(&str, &str); 4] = [
    ("p256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (
        "p384",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        "p521",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    ("secp256k1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
];

/// Each key with each registry that has its algorithm.
fn each(mut check: impl FnMut(&str, JwsAlg, Curve, &Registry, &str)) {
    for (name, registry) in registries() {
        for (key, alg, crv) in KEYS {
            if registry.signature(alg).is_some() {
                check(key, alg, crv, &registry, &format!("{alg} on {name}"));
            }
        }
    }
}

#[test]
fn ec_key_whose_halves_belong_together_signs_and_verifies() {
    each(|key, alg, _, registry, context| {
        let signing = Json::private(key).signing(alg, registry);
        let verifying = Json::public(key).verifying(alg, registry);

        assert_eq!(signing.map(|_| ()), Ok(()), "{context}");
        assert_eq!(verifying.map(|_| ()), Ok(()), "{context}");
    });
}

#[test]
fn ec_private_half_of_another_key_is_refused() {
    each(|key, alg, _, registry, context| {
        let foreign = Json::private(key).changed("d", |octets| flip(octets));

        let error = foreign.signing(alg, registry).unwrap_err();

        assert_eq!(error, KeyError::Inconsistent, "{context}");
    });
}

#[test]
fn ec_private_value_of_zero_or_of_the_order_is_refused() {
    each(|key, alg, crv, registry, context| {
        let order = octets(ORDERS.iter().find(|(name, _)| *name == key).unwrap().1);
        assert_eq!(order.len(), crv.field_len(), "{context}");
        for d in [vec![0; crv.field_len()], order] {
            let out_of_range = Json::private(key).with_octets("d", &d);

            let error = out_of_range.signing(alg, registry).unwrap_err();

            assert_eq!(error, KeyError::Inconsistent, "{context}");
        }
    });
}

#[test]
fn ec_point_off_the_curve_is_refused() {
    each(|key, alg, crv, registry, context| {
        for (public, private) in [
            (
                Json::public(key).changed("y", |octets| flip(octets)),
                Json::private(key).changed("y", |octets| flip(octets)),
            ),
            (
                Json::public(key).changed("x", |octets| flip(octets)),
                Json::private(key).changed("x", |octets| flip(octets)),
            ),
        ] {
            let errors = [
                public.verifying(alg, registry).unwrap_err(),
                private.signing(alg, registry).unwrap_err(),
            ];

            let expected = KeyError::InvalidPoint(crv);
            assert_eq!(errors, [expected.clone(), expected], "{context}");
        }
    });
}

#[test]
fn ec_point_with_zero_or_unreduced_coordinates_is_refused() {
    each(|key, alg, crv, registry, context| {
        for octet in [0, 0xff] {
            let coordinate = vec![octet; crv.field_len()];
            let odd = Json::public(key).with_octets("x", &coordinate).with_octets("y", &coordinate);

            let error = odd.verifying(alg, registry).unwrap_err();

            assert_eq!(error, KeyError::InvalidPoint(crv), "{context}");
        }
    });
}

#[test]
fn ec_value_that_is_padded_or_stripped_is_refused() {
    for (key, _, _) in KEYS {
        for member in ["x", "y", "d"] {
            let padded = Json::private(key).changed(member, |octets| octets.insert(0, 0));
            let longer = Json::private(key).changed(member, |octets| octets.push(0));
            let stripped = Json::private(key).changed(member, |octets| {
                octets.remove(0);
            });
            let empty = Json::private(key).with(member, "");
            for json in [padded, longer, stripped, empty] {
                assert_eq!(json.parse_error(), KeyError::InvalidValue(member), "{key}");
            }
        }
    }
}

#[test]
fn ec_value_with_leading_zero_octets_has_the_length_of_the_field() {
    let p521 = Json::private("p521");

    // The private value of this key begins with two zero octets.
    assert_eq!(p521.octets("d")[..2], [0, 5]);
    assert_eq!(p521.octets("d").len(), 66);
    assert!(p521.parse().is_ok());
}

#[test]
fn ec_key_with_a_member_missing_is_refused() {
    for member in ["x", "y", "crv"] {
        for key in [Json::private("p256"), Json::public("p256")] {
            let expected = KeyError::Jwk(JwkError::Missing(member));
            assert_eq!(key.without(member).parse_error(), expected);
        }
    }
}

#[test]
fn ec_key_on_an_unknown_curve_is_refused() {
    for crv in ["P-192", "p-256", "P-256K", "brainpoolP256r1", ""] {
        let unknown = Json::public("p256").with("crv", crv);

        assert_eq!(unknown.parse_error(), KeyError::Jwk(JwkError::UnknownCurve), "{crv}");
    }
    let other_type = Json::public("p256").with("crv", "Ed25519");
    assert_eq!(other_type.parse_error(), KeyError::InvalidValue("crv"));
}

#[test]
fn ec_key_under_the_name_of_another_curve_is_refused() {
    let longer = Json::public("p256").with("crv", "P-384");
    assert_eq!(longer.parse_error(), KeyError::InvalidValue("x"));

    for (name, registry) in registries() {
        // As long as P-256's, so that only the point tells.
        let disguised = Json::public("secp256k1").with("crv", "P-256");
        let error = disguised.verifying(JwsAlg::Es256, &registry).unwrap_err();
        assert_eq!(error, KeyError::InvalidPoint(Curve::P256), "{name}");
    }
}

#[cfg(feature = "ring")]
#[test]
fn ec_key_on_a_curve_that_ring_does_not_have_is_unsupported_by_name() {
    let registry = Registry::ring();
    for (key, alg) in [("p521", JwsAlg::Es512), ("secp256k1", JwsAlg::Es256K)] {
        let errors = [
            Json::private(key).signing(alg, &registry).unwrap_err(),
            Json::public(key).verifying(alg, &registry).unwrap_err(),
        ];

        let expected = crate::unsupported(alg, "this algorithm");
        assert_eq!(errors, [expected.clone(), expected.clone()]);
        assert_eq!(
            errors[0].to_string(),
            format!("{alg}: this algorithm is not supported by this registry")
        );
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn ec_pkcs8_without_its_public_half_gets_it_computed_by_aws_lc() {
    let material = KeyMaterial::from_der(&pkcs8_without_public_half("p256")).unwrap();
    assert!(material.public_half().is_none());

    let key = SigningKey::new(&material, JwsAlg::Es256, &Registry::aws_lc_rs()).unwrap();

    let jwk = serde_json::to_value(key.verifying_key().public_jwk().unwrap()).unwrap();
    let expected = Json::public("p256").0;
    assert_eq!((&jwk["x"], &jwk["y"]), (&expected["x"], &expected["y"]));
}

#[cfg(feature = "ring")]
#[test]
fn ec_pkcs8_without_its_public_half_is_refused_by_ring() {
    let material = KeyMaterial::from_der(&pkcs8_without_public_half("p256")).unwrap();

    let error = SigningKey::new(&material, JwsAlg::Es256, &Registry::ring()).unwrap_err();

    assert_eq!(error, KeyError::PublicHalfMissing);
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn ec_private_value_out_of_range_without_a_public_half_is_an_invalid_value() {
    for (key, alg, crv) in KEYS {
        let order = octets(ORDERS.iter().find(|(name, _)| *name == key).unwrap().1);
        for d in [vec![0; crv.field_len()], order] {
            let material = KeyMaterial::ec(crv, None, Some(josie::SecretBytes::new(d))).unwrap();

            let error = SigningKey::new(&material, alg, &Registry::aws_lc_rs()).unwrap_err();

            assert_eq!(error, KeyError::InvalidValue("d"), "{alg}");
        }
    }
}

/// RFC 5958 around RFC 5915, on P-256, with the private value alone.
fn pkcs8_without_public_half(key: &str) -> Vec<u8> {
    let head = octets("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420");
    [head, Json::private(key).octets("d")].concat()
}
