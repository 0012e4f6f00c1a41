//! Section XI: a key has one thumbprint, whatever is written around it, and no two keys have the same (RFC 7638).

use josie::Curve;
use josie::HashAlg;
use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyType;
use josie::Thumbprint;
use josie::VerifyingKey;
use proptest::prelude::*;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::peers::SECRET;
use crate::peers::b64u;
use crate::peers::key_file;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A JWK of each type, and on each curve.
fn documents() -> Vec<Map<String, Value>> {
    let names = ["rsa2048", "p256", "p384", "p521", "secp256k1", "ed25519", "x25519"];
    let public = names.map(|name| {
        let material = KeyMaterial::from_der(&key_file(&format!("{name}.spki.der"))).unwrap();
        serde_json::to_value(material.to_public_jwk().unwrap()).unwrap()
    });
    let secret = json!({"kty": "oct", "k": b64u(SECRET)});
    public.into_iter().chain([secret]).map(|jwk| jwk.as_object().unwrap().clone()).collect()
}

fn parse(jwk: &Map<String, Value>) -> Result<Jwk, KeyError> {
    Jwk::parse(&serde_json::to_string(jwk).unwrap())
}

fn thumbprint(jwk: &Map<String, Value>) -> Result<Thumbprint, KeyError> {
    parse(jwk)?.thumbprint(HashAlg::Sha256)
}

fn of_text(text: &str) -> Thumbprint {
    Jwk::parse(text).unwrap().thumbprint(HashAlg::Sha256).unwrap()
}

fn of_material(material: Result<KeyMaterial, KeyError>) -> Thumbprint {
    material.unwrap().thumbprint(HashAlg::Sha256).unwrap()
}

/// The members whose values are octets.
fn octet_members(jwk: &Map<String, Value>) -> Vec<(&'static str, Vec<u8>)> {
    let octets = |text: &Value| {
        let symbols = text.as_str().unwrap().chars();
        let bits: String =
            symbols.map(|symbol| format!("{:06b}", ALPHABET.find(symbol).unwrap())).collect();
        let octets = bits.as_bytes().chunks_exact(8).map(|bits| str::from_utf8(bits).unwrap());
        octets.map(|bits| u8::from_str_radix(bits, 2).unwrap()).collect()
    };
    let names = ["n", "e", "x", "y", "k"].into_iter();
    names.filter_map(|name| Some((name, octets(jwk.get(name)?)))).collect()
}

/// Texts that a lenient decoder takes for the same octets.
fn respelt(text: &str) -> Vec<String> {
    let last = text.chars().next_back().unwrap();
    let rest = &text[..text.len() - 1];
    let mut spellings = vec![
        format!("{text}="),
        format!("{text}=="),
        format!("{text}\n"),
        format!(" {text}"),
        format!("{rest}\r\n{last}"),
        format!("{text}\0"),
        format!("{rest} {last}"),
    ];
    if text.contains(['-', '_']) {
        spellings.push(text.replace('-', "+").replace('_', "/"));
    }
    if !text.len().is_multiple_of(4) {
        // The unused bits of the last symbol, which are zero in the honest text.
        let next = ALPHABET.chars().nth(ALPHABET.find(last).unwrap() + 1).unwrap();
        spellings.push(format!("{rest}{next}"));
    }
    spellings
}

#[test]
fn a156_value_in_another_spelling_is_refused() {
    let (mut alphabets, mut unused_bits) = (0, 0);
    for jwk in documents() {
        let honest = thumbprint(&jwk).unwrap();
        for (name, octets) in octet_members(&jwk) {
            let text = b64u(&octets);
            assert_eq!(jwk[name], text);
            alphabets += usize::from(text.contains(['-', '_']));
            unused_bits += usize::from(!text.len().is_multiple_of(4));
            for spelling in respelt(&text) {
                let mut other = jwk.clone();
                other.insert(name.to_owned(), spelling.as_str().into());

                let error = thumbprint(&other).unwrap_err();

                assert_eq!(error, KeyError::Jwk(JwkError::Member(name)), "{spelling:?}");
            }
        }
        assert_eq!(thumbprint(&jwk), Ok(honest));
    }
    assert!(alphabets >= 8 && unused_bits >= 8, "{alphabets} {unused_bits}");
}

#[test]
fn a156_integer_or_coordinate_that_is_padded_or_stripped_is_refused() {
    for jwk in documents() {
        let honest = thumbprint(&jwk).unwrap();
        for (name, octets) in octet_members(&jwk) {
            let padded = [&[0], &octets[..]].concat();
            let stripped = octets[1..].to_vec();
            let longer = [&octets[..], &[0]].concat();
            // Every length is one of a secret, and any but a leading zero makes another integer.
            let is_exact = ["x", "y"].contains(&name);
            for (changed, is_refused) in
                [(padded, name != "k"), (stripped, is_exact), (longer, is_exact)]
            {
                let mut other = jwk.clone();
                other.insert(name.to_owned(), b64u(&changed).into());

                match thumbprint(&other) {
                    Err(error) if is_refused => assert_eq!(error, KeyError::InvalidValue(name)),
                    Ok(found) if !is_refused => assert_ne!(found, honest, "{name}"),
                    // An RSA modulus or exponent without its first octet may begin with a zero.
                    outcome => assert_eq!(outcome.unwrap_err(), KeyError::InvalidValue(name)),
                }
            }
        }
        assert_eq!(thumbprint(&jwk), Ok(honest));
    }
}

#[test]
fn a156_type_or_curve_in_another_spelling_is_refused() {
    for jwk in documents() {
        let kty = jwk["kty"].as_str().unwrap();
        for other in [kty.to_lowercase() + " ", swapped(kty), format!("{kty}\0")] {
            let mut hostile = jwk.clone();
            hostile.insert("kty".to_owned(), other.into());
            assert_eq!(thumbprint(&hostile), Err(KeyError::Jwk(JwkError::UnknownKeyType)));
        }
        if let Some(crv) = jwk.get("crv").and_then(Value::as_str) {
            // The last one would be hashed as the members of a smaller key, if it were not escaped.
            for other in [swapped(crv), crv.replace('-', ""), format!("{crv}\",\"x\":\"AQ")] {
                if other != crv {
                    let mut hostile = jwk.clone();
                    hostile.insert("crv".to_owned(), other.into());
                    let error = thumbprint(&hostile).unwrap_err();
                    assert_eq!(error, KeyError::Jwk(JwkError::UnknownCurve));
                }
            }
        }
        assert!(thumbprint(&jwk).is_ok());
    }
}

fn swapped(text: &str) -> String {
    let swap = |c: char| match c.is_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    };
    text.chars().map(swap).collect()
}

/// The members as they stand, in this order.
fn written(members: &[(&String, &Value)], spell: impl Fn(&str) -> String) -> String {
    let members = members.iter().map(|(name, value)| {
        let value = value.as_str().unwrap();
        format!("\"{}\" :\t\"{}\"", spell(name), spell(value))
    });
    format!(" {{ {} }}\r\n", members.collect::<Vec<_>>().join(" ,\n"))
}

#[test]
fn a156_order_white_space_and_escapes_do_not_change_the_thumbprint() {
    let escaped = |text: &str| text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let upper = |text: &str| text.chars().map(|c| format!("\\u{:04X}", u32::from(c))).collect();
    let first = |text: &str| format!("\\u{:04x}{}", text.as_bytes()[0], &text[1..]);
    for jwk in documents() {
        let honest = thumbprint(&jwk).unwrap();
        let mut members: Vec<_> = jwk.iter().collect();
        for _ in 0..members.len() {
            members.rotate_left(1);
            assert_eq!(of_text(&written(&members, str::to_owned)), honest);
            assert_eq!(of_text(&written(&members, escaped)), honest);
            assert_eq!(of_text(&written(&members, upper)), honest);
            members.reverse();
            assert_eq!(of_text(&written(&members, first)), honest);
            members.reverse();
        }
    }
}

#[test]
fn a156_members_that_are_not_of_the_key_do_not_change_the_thumbprint() {
    let others = json!({
        "kid": "a", "alg": "x", "use": "y", "key_ops": ["z"], "x5u": "https://a", "ext": true,
        "K": "AQ", "N": "AQ", "X": "AQ", "x ": "AQ", "\u{0}x": "AQ", "iat": 1, "oth": null,
        "nested": {"kty": "oct", "k": "AQ"}
    });
    for jwk in documents() {
        let honest = thumbprint(&jwk).unwrap();
        let mut decorated = jwk.clone();
        let is_rsa = jwk["kty"] == KeyType::Rsa.name();
        let others = others.as_object().unwrap().clone();
        decorated.extend(others.into_iter().filter(|(name, _)| name != "oth" || !is_rsa));
        // Members of the other types of keys.
        for (name, value) in [("crv", "P-999"), ("k", "AQ"), ("n", "AQ"), ("y", "AQ")] {
            let is_own = octet_members(&jwk).iter().any(|(own, _)| *own == name);
            if !is_own && !jwk.contains_key(name) {
                decorated.insert(name.to_owned(), value.into());
            }
        }

        assert_eq!(thumbprint(&decorated), Ok(honest.clone()), "{}", jwk["kty"]);

        // But a member may not stand twice, not even with the same value or in another spelling.
        let text = serde_json::to_string(&jwk).unwrap();
        for (name, value) in &jwk {
            for spelling in [name.clone(), format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..])] {
                let twice = text.replacen('{', &format!("{{\"{spelling}\":{value},"), 1);
                let error = Jwk::parse(&twice).unwrap_err();
                assert_eq!(error, KeyError::Jwk(JwkError::DuplicateMember), "{twice}");
            }
        }
        assert_eq!(of_text(&text), honest);
    }
}

#[test]
fn a156_point_with_an_unreduced_coordinate_is_bound_to_nothing() {
    // The point with the smallest x on each curve, computed from the parameters in SEC 2, and x plus the prime of the
    // field: the same point to whoever reduces it, under another thumbprint.
    let points = [
        (
            JwsAlg::Es256,
            Curve::P256,
            5,
            "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc",
            "ffffffff00000001000000000000000000000001000000000000000000000004",
        ),
        (
            JwsAlg::Es384,
            Curve::P384,
            2,
            "8cdeadbbd04911a3c1931e26df3fa6439dca9c7eb286fbd46fc319f0e2bb780232baf57825fc0c1912ada2fefe84024c",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff000000000000000100000001",
        ),
        (
            JwsAlg::Es512,
            Curve::P521,
            1,
            "0010e59be93c4f269c0269c79e2afd65d6aeaa9b701eacc194fb3ee03df47849bf550ec636ebee0ddd4a16f1cd9406605af38f584567770e3f272d688c832e843564",
            "020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        ),
        (
            JwsAlg::Es256K,
            Curve::Secp256k1,
            1,
            "4218f20ae6c646b363db68605822fb14264ca8d2587fdd6fbc750d587e76a7ee",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
        ),
    ];
    for (name, registry) in registries() {
        for (alg, crv, x, y, unreduced) in points {
            if registry.signature(alg).is_none() {
                continue;
            }
            let mut small = vec![0; crv.field_len()];
            *small.last_mut().unwrap() = x;
            let bind = |x: Vec<u8>| {
                let material = KeyMaterial::ec(crv, Some((x, octets(y))), None).unwrap();
                VerifyingKey::new(&material, alg, &registry).map(|_| ())
            };

            assert_eq!(bind(small), Ok(()), "{alg} on {name}");
            let error = bind(octets(unreduced)).unwrap_err();
            assert_eq!(error, KeyError::InvalidPoint(crv), "{alg} on {name}");
        }
    }
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn a156_ed25519_key_that_is_not_reduced_is_refused() {
    // y = 3 and y = 3 + p, of which both are points to whoever reduces them.
    let x = |low: u8, high: u8, last: u8| [vec![low], vec![high; 30], vec![last]].concat();
    let okp = |x| KeyMaterial::okp(Curve::Ed25519, Some(x), None).map(|_| ());

    assert_eq!(okp(x(3, 0, 0)), Ok(()));
    assert_eq!(okp(x(0xf0, 0xff, 0x7f)), Err(KeyError::InvalidPoint(Curve::Ed25519)));
    assert_eq!(okp(x(0xf0, 0xff, 0xff)), Err(KeyError::InvalidPoint(Curve::Ed25519)));
}

#[test]
fn a156_x25519_key_that_is_not_reduced_has_a_thumbprint_of_its_own() {
    // The one exception: RFC 7748 section 5 accepts them all. No token is signed with such a key, and who has it can
    // be known by several names, but by no name of another key.
    let x = |low: u8, high: u8, last: u8| [vec![low], vec![high; 30], vec![last]].concat();
    let okp = |x| of_material(KeyMaterial::okp(Curve::X25519, Some(x), None));

    let spellings = [okp(x(9, 0, 0)), okp(x(9, 0, 0x80)), okp(x(0xf6, 0xff, 0x7f))];

    for (index, one) in spellings.iter().enumerate() {
        assert!(spellings[index + 1..].iter().all(|other| other != one));
    }
}

#[test]
fn a156_same_octets_in_another_role_are_another_key() {
    let value = |octet: u8| vec![octet; 32];
    let thumbprints = [
        of_material(Ok(KeyMaterial::oct(value(7)))),
        of_material(KeyMaterial::okp(Curve::Ed25519, Some(value(7)), None)),
        of_material(KeyMaterial::okp(Curve::X25519, Some(value(7)), None)),
        of_material(KeyMaterial::ec(Curve::P256, Some((value(7), value(9))), None)),
        of_material(KeyMaterial::ec(Curve::P256, Some((value(9), value(7))), None)),
        of_material(KeyMaterial::ec(Curve::Secp256k1, Some((value(7), value(9))), None)),
        of_material(KeyMaterial::rsa_public(&value(7), &value(9))),
        of_material(KeyMaterial::rsa_public(&value(9), &value(7))),
        of_material(KeyMaterial::rsa_public(&[7; 33], &[9; 31])),
        of_material(KeyMaterial::rsa_public(&[7; 31], &[9; 33])),
    ];
    for (index, one) in thumbprints.iter().enumerate() {
        assert!(thumbprints[index + 1..].iter().all(|other| other != one), "{index}");
    }
}

proptest! {
    #[test]
    fn a156_two_secrets_have_the_same_thumbprint_only_if_they_are_equal(
        one in prop::collection::vec(0_u8..3, 0..5),
        other in prop::collection::vec(0_u8..3, 0..5),
    ) {
        let of = |secret: &Vec<u8>| of_material(Ok(KeyMaterial::oct(secret.clone())));

        prop_assert_eq!(of(&one) == of(&other), one == other);
    }

    #[test]
    fn a156_two_rsa_keys_have_the_same_thumbprint_only_if_they_are_equal(
        one in [prop::collection::vec(1_u8..3, 1..4), prop::collection::vec(1_u8..3, 1..4)],
        other in [prop::collection::vec(1_u8..3, 1..4), prop::collection::vec(1_u8..3, 1..4)],
    ) {
        let of = |key: &[Vec<u8>; 2]| of_material(KeyMaterial::rsa_public(&key[0], &key[1]));

        prop_assert_eq!(of(&one) == of(&other), one == other);
    }

    #[test]
    fn a156_key_with_one_bit_changed_has_another_thumbprint(at: prop::sample::Index, bit in 0_u8..8) {
        for jwk in documents() {
            let honest = thumbprint(&jwk).unwrap();
            for (name, mut octets) in octet_members(&jwk) {
                *at.get_mut(&mut octets) ^= 1_u8 << bit;
                let mut other = jwk.clone();
                other.insert(name.to_owned(), b64u(&octets).into());

                // Some are no keys any more: an integer that begins with zero, an Ed25519 key out of range.
                if let Ok(found) = thumbprint(&other) {
                    prop_assert_ne!(found, honest.clone());
                }
            }
        }
    }
}
