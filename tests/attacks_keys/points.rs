//! Public keys that are no point of their curve, or are written in another way than the one that there is.

use josie::Curve;
use josie::JweAlg;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;

use crate::documents::Document;
use crate::documents::flip;
use crate::documents::octets;
use crate::doors::Wanted;
use crate::doors::assert_as_jwk;
use crate::doors::assert_everywhere;

/// The fixtures on curves with two coordinates, and what their keys do.
pub(crate) const EC_KEYS: [(&str, Curve, &[Wanted]); 4] = [
    (
        "p256",
        Curve::P256,
        &[
            Wanted::Sign(JwsAlg::Es256),
            Wanted::Verify(JwsAlg::Es256),
            Wanted::Encrypt(JweAlg::EcdhEs),
            Wanted::Decrypt(JweAlg::EcdhEsA128Kw),
        ],
    ),
    (
        "p384",
        Curve::P384,
        &[
            Wanted::Sign(JwsAlg::Es384),
            Wanted::Verify(JwsAlg::Es384),
            Wanted::Encrypt(JweAlg::EcdhEsA128Kw),
            Wanted::Decrypt(JweAlg::EcdhEs),
        ],
    ),
    (
        "p521",
        Curve::P521,
        &[
            Wanted::Sign(JwsAlg::Es512),
            Wanted::Verify(JwsAlg::Es512),
            Wanted::Encrypt(JweAlg::EcdhEs),
            Wanted::Decrypt(JweAlg::EcdhEs),
        ],
    ),
    (
        "secp256k1",
        Curve::Secp256k1,
        &[Wanted::Sign(JwsAlg::Es256K), Wanted::Verify(JwsAlg::Es256K)],
    ),
];

/// The fixtures with one coordinate, and what their keys do.
pub(crate) const OKP_KEYS: [(&str, Curve, &[Wanted]); 2] = [
    (
        "ed25519",
        Curve::Ed25519,
        &[
            Wanted::Sign(JwsAlg::Ed25519),
            Wanted::Sign(JwsAlg::EdDsa),
            Wanted::Verify(JwsAlg::Ed25519),
            Wanted::Verify(JwsAlg::EdDsa),
        ],
    ),
    (
        "x25519",
        Curve::X25519,
        &[Wanted::Encrypt(JweAlg::EcdhEs), Wanted::Decrypt(JweAlg::EcdhEsA256Kw)],
    ),
];

/// On each curve a point with an x so small that it can be written a second time, with the field's size p added
/// (SEC 2): that x, x + p and y. On secp256k1 no point has the x 0.
const SMALL_POINTS: [(&str, u8, &str, &str); 4] = [
    (
        "p256",
        0,
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4",
    ),
    (
        "p384",
        0,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "c306610fb0ae5a159cf45c06069f22a6c5eb3641c602d42dea2c4b4f75550793406d80d2b91ad54f9048bd487af1ade1",
    ),
    (
        "p521",
        0,
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "012df13601594a883ef2d935e44bb90bf4d6619b74e52af7552f97769011c0719eb439cfab2a88d40fe59a2bed1f43557169a2d0a2ccd280c607b92bbf51ffe0b078",
    ),
    (
        "secp256k1",
        1,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
        "4218f20ae6c646b363db68605822fb14264ca8d2587fdd6fbc750d587e76a7ee",
    ),
];

/// Each EC key with each of its roles: the half that the role takes.
fn each_ec(mut check: impl FnMut(Document, Curve, Wanted)) {
    for (key, crv, roles) in EC_KEYS {
        for wanted in roles {
            check(wanted.half(&Document::private(key)), crv, *wanted);
        }
    }
}

#[test]
fn a147_point_off_the_curve_is_refused() {
    each_ec(|honest, crv, wanted| {
        let (x, y) = (honest.octets("x"), honest.octets("y"));
        for off in [
            honest.clone().changed("x", |x| flip(x)),
            honest.clone().changed("y", |y| flip(y)),
            honest.clone().changed("y", |y| *y.last_mut().unwrap() ^= 1),
            honest.clone().with_octets("x", &y).with_octets("y", &x),
        ] {
            assert_everywhere(&off, wanted, &Err(KeyError::InvalidPoint(crv)));
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    });
}

#[test]
fn a147_point_of_zeros_or_ones_is_refused() {
    each_ec(|honest, crv, wanted| {
        for octet in [0, 0xff] {
            let coordinate = vec![octet; crv.field_len()];
            for odd in [
                honest.clone().with_octets("x", &coordinate).with_octets("y", &coordinate),
                honest.clone().with_octets("x", &coordinate),
                honest.clone().with_octets("y", &coordinate),
            ] {
                assert_everywhere(&odd, wanted, &Err(KeyError::InvalidPoint(crv)));
            }
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    });
}

#[test]
fn a147_coordinate_that_is_not_reduced_is_refused() {
    for (key, small, unreduced, y) in SMALL_POINTS {
        let (_, crv, roles) = EC_KEYS.into_iter().find(|(name, ..)| *name == key).unwrap();
        for wanted in roles.iter().filter(|wanted| !wanted.is_private()) {
            let mut x = vec![0; crv.field_len()];
            *x.last_mut().unwrap() = small;
            let honest = Document::public(key).with_octets("x", &x).with_octets("y", &octets(y));
            let twice = honest.clone().with_octets("x", &octets(unreduced));

            assert_everywhere(&twice, *wanted, &Err(KeyError::InvalidPoint(crv)));
            assert_everywhere(&honest, *wanted, &Ok(()));
        }
    }
}

#[test]
fn a147_coordinate_that_is_stripped_or_padded_is_refused() {
    each_ec(|honest, _, wanted| {
        for member in ["x", "y"] {
            for changed in [
                honest.clone().changed(member, |octets| *octets = octets[1..].to_vec()),
                honest.clone().changed(member, |octets| octets.truncate(octets.len() - 1)),
                honest.clone().changed(member, |octets| octets.insert(0, 0)),
                honest.clone().changed(member, |octets| octets.push(0)),
                honest.clone().changed(member, Vec::clear),
            ] {
                let expected = KeyError::InvalidValue(member);
                assert_as_jwk(&changed, wanted, &Err(expected.clone()));
                assert_eq!(changed.raw().map(drop), Err(expected), "{wanted}");
                let format = if honest.is_private() { KeyFormat::Pkcs8 } else { KeyFormat::Spki };
                let in_der = KeyMaterial::from_der(&changed.der().unwrap()).map(drop);
                assert_eq!(in_der, Err(KeyError::Encoding(format)), "{wanted}");
            }
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    });
}

// A key whose coordinate begins with zero octets has them; stripped, it would be another text of the same key.
#[test]
fn a147_coordinate_with_leading_zeros_keeps_them() {
    for (key, small, _, y) in SMALL_POINTS {
        let (_, crv, roles) = EC_KEYS.into_iter().find(|(name, ..)| *name == key).unwrap();
        let mut x = vec![0; crv.field_len()];
        *x.last_mut().unwrap() = small;
        let honest = Document::public(key).with_octets("x", &x).with_octets("y", &octets(y));
        let stripped = honest.clone().with_octets("x", &[small]);
        for wanted in roles.iter().filter(|wanted| !wanted.is_private()) {
            assert_as_jwk(&stripped, *wanted, &Err(KeyError::InvalidValue("x")));
            assert_as_jwk(&honest, *wanted, &Ok(()));
        }
    }
}

#[test]
fn a147_curve_in_another_spelling_is_unknown() {
    let keys = EC_KEYS.into_iter().chain(OKP_KEYS);
    for (key, _, roles) in keys {
        for wanted in roles {
            let honest = wanted.half(&Document::private(key));
            let name = honest.0["crv"].as_str().unwrap().to_owned();
            for other in [
                if name == "secp256k1" { "SECP256K1".to_owned() } else { name.to_lowercase() },
                name.replace('-', ""),
                format!("{name} "),
                format!("{name}\0"),
                "secp256r1".to_owned(),
                "P-224".to_owned(),
                "Ed448".to_owned(),
                String::new(),
            ] {
                // Without a hyphen there is nothing to leave out.
                if other == name {
                    continue;
                }
                let expected = Err(KeyError::Jwk(JwkError::UnknownCurve));
                assert_as_jwk(&honest.clone().with("crv", other), *wanted, &expected);
            }
            let missing = Err(KeyError::Jwk(JwkError::Missing("crv")));
            assert_as_jwk(&honest.clone().without("crv"), *wanted, &missing);
            assert_as_jwk(&honest, *wanted, &Ok(()));
        }
    }
}

// The values of a key on P-256 are as long as those of one on secp256k1, and Ed25519's as those of X25519.
#[test]
fn a147_key_under_the_name_of_another_curve_is_refused() {
    for (key, other, found) in
        [("p256", "secp256k1", Curve::Secp256k1), ("secp256k1", "P-256", Curve::P256)]
    {
        let (_, expected, roles) = EC_KEYS.into_iter().find(|(name, ..)| *name == key).unwrap();
        for wanted in roles {
            let honest = wanted.half(&Document::private(key));
            let renamed = honest.clone().with("crv", other);
            let error = match wanted {
                Wanted::Sign(_) | Wanted::Verify(_) => {
                    KeyError::WrongCurve { alg: wanted.name(), expected, found }
                }
                _ => KeyError::UnsuitableCurve { alg: wanted.name(), found },
            };
            // Where it says what it is for, it is not just nobody's entry.
            let named = renamed.with("alg", wanted.name());
            assert_everywhere(&named, *wanted, &Err(error));
            assert_everywhere(&honest.with("alg", wanted.name()), *wanted, &Ok(()));
        }
        let (_, crv, roles) = EC_KEYS.into_iter().find(|(_, crv, _)| crv.name() == other).unwrap();
        for wanted in roles {
            let off = wanted.half(&Document::private(key)).with("crv", other);
            assert_everywhere(&off, *wanted, &Err(KeyError::InvalidPoint(crv)));
        }
    }
}

#[test]
fn a149_octet_key_pairs_of_another_length_are_refused() {
    for (key, _, roles) in OKP_KEYS {
        for wanted in roles {
            let honest = wanted.half(&Document::private(key));
            let members: &[&'static str] = if honest.is_private() { &["x", "d"] } else { &["x"] };
            for member in members {
                for len in [0, 1, 31, 33, 57, 64] {
                    let changed = honest.clone().changed(member, |octets| octets.resize(len, 9));
                    let expected = KeyError::InvalidValue(member);
                    assert_as_jwk(&changed, *wanted, &Err(expected.clone()));
                    assert_eq!(changed.raw().map(drop), Err(expected), "{wanted}: {len}");
                    let format =
                        if honest.is_private() { KeyFormat::Pkcs8 } else { KeyFormat::Spki };
                    let in_der = KeyMaterial::from_der(&changed.der().unwrap()).map(drop);
                    assert_eq!(in_der, Err(KeyError::Encoding(format)), "{wanted}: {len}");
                }
            }
            assert_everywhere(&honest, *wanted, &Ok(()));
        }
    }
}
