//! Private halves that are not those of the public ones beside them, or are out of range.

use josie::Curve;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::SecretBytes;
use josie::SigningKey;

use crate::common::registries;
use crate::documents::Document;
use crate::documents::flip;
use crate::documents::octets;
use crate::doors::Wanted;
use crate::doors::assert_as_jwk;
use crate::doors::assert_everywhere;
use crate::points::EC_KEYS;
use crate::points::OKP_KEYS;

/// Of each curve (SEC 2): its order n, and the coordinates of its base point, the public half of the private key 1.
const CURVES: [(&str, &str, &str, &str); 4] = [
    (
        "p256",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ),
    (
        "p384",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    ),
    (
        "p521",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    ),
    (
        "secp256k1",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    ),
];

/// A valid key of the same curve, and another one.
fn two_keys(key: &str) -> [Document; 2] {
    let one = Document::private(key);
    let other = match CURVES.into_iter().find(|(name, ..)| *name == key) {
        Some((_, order, x, y)) => {
            let mut d = vec![0; octets(order).len()];
            *d.last_mut().unwrap() = 1;
            one.clone()
                .with_octets("d", &d)
                .with_octets("x", &octets(x))
                .with_octets("y", &octets(y))
        }
        // RFC 8037 appendices A.1 and, the ephemeral key, A.6.
        None if key == "ed25519" => one
            .clone()
            .with("d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
            .with("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        None => one
            .clone()
            .with("d", "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo")
            .with("x", "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"),
    };
    [one, other]
}

/// Each key that has a private value, with each of the roles that take it.
fn each_private(mut check: impl FnMut(&str, Wanted)) {
    for (key, _, roles) in EC_KEYS.into_iter().chain(OKP_KEYS) {
        for wanted in roles.iter().filter(|wanted| wanted.is_private()) {
            check(key, *wanted);
        }
    }
}

#[test]
fn a148_private_half_of_another_key_is_refused() {
    each_private(|key, wanted| {
        let [one, other] = two_keys(key);
        for (own, foreign) in [(&one, &other), (&other, &one)] {
            let mixed = own.clone().with("d", foreign.0["d"].clone());
            assert_everywhere(&mixed, wanted, &Err(KeyError::Inconsistent));
            assert_everywhere(own, wanted, &Ok(()));
        }
    });
}

#[test]
fn a148_private_half_with_one_bit_changed_is_refused() {
    each_private(|key, wanted| {
        let honest = Document::private(key);
        let changed = honest.clone().changed("d", |d| flip(d));

        assert_everywhere(&changed, wanted, &Err(KeyError::Inconsistent));
        assert_everywhere(&honest, wanted, &Ok(()));
    });
}

// Two signatures of one message, with two public halves hashed into them, give the private half away.
#[test]
fn a148_ed25519_key_never_signs_with_a_public_half_that_it_was_handed() {
    let [one, other] = two_keys("ed25519");
    for alg in [JwsAlg::Ed25519, JwsAlg::EdDsa] {
        let wanted = Wanted::Sign(alg);
        let oracle = one.clone().with("x", other.0["x"].clone());
        assert_everywhere(&oracle, wanted, &Err(KeyError::Inconsistent));
        assert_everywhere(&one, wanted, &Ok(()));

        for (name, registry) in registries() {
            let d = SecretBytes::new(one.octets("d"));
            let alone = KeyMaterial::okp(Curve::Ed25519, None, Some(d)).unwrap();
            let key = SigningKey::new(&alone, alg, &registry).unwrap();
            let public = serde_json::to_value(key.public_jwk().unwrap()).unwrap();
            assert_eq!(public["x"], one.0["x"], "{name}");
        }
    }
}

#[test]
fn a149_private_value_of_zero_or_of_the_order_is_refused() {
    for (key, order, x, y) in CURVES {
        let (_, crv, roles) = EC_KEYS.into_iter().find(|(name, ..)| *name == key).unwrap();
        let base = Document::private(key).with_octets("x", &octets(x)).with_octets("y", &octets(y));
        let order = octets(order);
        let mut next = order.clone();
        *next.last_mut().unwrap() += 1;
        let mut one = vec![0; crv.field_len()];
        *one.last_mut().unwrap() = 1;
        for wanted in roles.iter().filter(|wanted| wanted.is_private()) {
            // Whoever signs compares the halves at once, whoever agrees takes the private one first.
            let refused = match wanted {
                Wanted::Sign(_) => Err(KeyError::Inconsistent),
                _ => Err(KeyError::InvalidValue("d")),
            };
            for d in [vec![0; crv.field_len()], order.clone(), vec![0xff; crv.field_len()]] {
                let out_of_range = Document::private(key).with_octets("d", &d);
                assert_everywhere(&out_of_range, *wanted, &refused);
                assert_alone(crv, &d, *wanted, &Err(KeyError::InvalidValue("d")));
            }
            // The same key as 1, but for being reduced.
            let unreduced = base.clone().with_octets("d", &next);
            assert_everywhere(&unreduced, *wanted, &refused);
            assert_alone(crv, &next, *wanted, &Err(KeyError::InvalidValue("d")));

            assert_everywhere(&base.clone().with_octets("d", &one), *wanted, &Ok(()));
            assert_alone(crv, &one, *wanted, &Ok(()));
        }
    }
}

/// The private value without its public half, which *ring* cannot compute.
#[track_caller]
fn assert_alone(crv: Curve, d: &[u8], wanted: Wanted, expected: &Result<(), KeyError>) {
    let alone = KeyMaterial::ec(crv, None, Some(SecretBytes::new(d.to_vec()))).unwrap();
    for (context, registry) in wanted.registries() {
        let outcome = wanted.bind(&alone, &registry);
        if context.ends_with("on ring") {
            assert_eq!(outcome, Err(KeyError::PublicHalfMissing), "{context}");
        } else {
            assert_eq!(outcome, *expected, "{context}");
        }
    }
}

#[test]
fn a149_private_value_that_is_stripped_or_padded_is_refused() {
    for (key, _, roles) in EC_KEYS {
        for wanted in roles.iter().filter(|wanted| wanted.is_private()) {
            let honest = Document::private(key);
            for changed in [
                honest.clone().changed("d", |d| *d = d[1..].to_vec()),
                honest.clone().changed("d", |d| d.insert(0, 0)),
                honest.clone().changed("d", Vec::clear),
            ] {
                let expected = KeyError::InvalidValue("d");
                assert_as_jwk(&changed, *wanted, &Err(expected.clone()));
                assert_eq!(changed.raw().map(drop), Err(expected), "{wanted}");
                let in_der = KeyMaterial::from_der(&changed.der().unwrap()).map(drop);
                assert_eq!(in_der, Err(KeyError::Encoding(KeyFormat::Pkcs8)), "{wanted}");
            }
            assert_everywhere(&honest, *wanted, &Ok(()));
        }
    }
}
