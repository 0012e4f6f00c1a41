//! Section III: signatures on curves.

use josie::Curve;
use josie::Error;
use josie::Jwk;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeyType;
use josie::Malformed;
use serde_json::json;

use crate::authors::Author;
use crate::authors::assert_signature_is_refused;
use crate::authors::assert_signature_verifies;
use crate::authors::authors_of;
use crate::authors::b64u;
use crate::authors::fixture;
use crate::authors::honest_input;
use crate::authors::token_signed_with;
use crate::authors::verify;
use crate::numbers::Modulus;
use crate::numbers::add;
use crate::numbers::from_hex;
use crate::numbers::sha;
use crate::numbers::sub;

#[test]
fn a32_ecdsa_signature_with_a_zero_is_refused() {
    for author in authors_of(KeyType::Ec) {
        let (r, s) = honest_halves(&author);
        let zero = vec![0; r.len()];
        let one = add(&zero, &[1], r.len()).unwrap();

        for (r, s) in
            [(&zero, &zero), (&zero, &s), (&r, &zero), (&zero, &one), (&one, &zero), (&one, &one)]
        {
            assert_signature_is_refused(&author, &[&r[..], s].concat());
        }
        assert_signature_verifies(&author, &[r, s].concat());
    }
}

#[test]
fn a33_ecdsa_signature_out_of_range_is_refused() {
    for author in authors_of(KeyType::Ec) {
        let (n, p) = order_and_prime(author.alg);
        let (r, s) = honest_halves(&author);
        let len = r.len();
        let one = add(&[], &[1], len).unwrap();
        let outside = [
            vec![0; len],
            sub(&n, &one),
            n.clone(),
            add(&n, &one, len).unwrap(),
            sub(&p, &one),
            p.clone(),
            vec![0xff; len],
        ];

        for bad in &outside {
            assert_signature_is_refused(&author, &[&bad[..], &s].concat());
            assert_signature_is_refused(&author, &[&r[..], bad].concat());
            for other in &outside {
                assert_signature_is_refused(&author, &[&bad[..], other].concat());
            }
        }
        // The same residue in the same number of octets, where there is room for one.
        for (other_r, other_s) in
            [(add(&r, &n, len), Some(s.clone())), (Some(r.clone()), add(&s, &n, len))]
        {
            let (Some(other_r), Some(other_s)) = (other_r, other_s) else {
                assert_ne!(author.alg, JwsAlg::Es512);
                continue;
            };
            assert_signature_is_refused(&author, &[other_r, other_s].concat());
        }
        assert_signature_verifies(&author, &[r, s].concat());
    }
}

#[test]
fn a34_ecdsa_signature_in_der_is_refused() {
    for author in authors_of(KeyType::Ec) {
        let (r, s) = honest_halves(&author);
        let contents = [der_integer(&r), der_integer(&s)].concat();
        let der = der_value(0x30, &contents);
        let indefinite = [&[0x30, 0x80], &contents[..], &[0, 0]].concat();
        let long_length =
            [&[0x30, 0x82, 0], &[u8::try_from(contents.len()).unwrap()][..], &contents].concat();
        let raw_integers = der_value(0x30, &[der_value(2, &r), der_value(2, &s)].concat());
        let len = 2 * r.len();

        for form in [&der, &indefinite, &long_length, &raw_integers, &der_value(4, &der)] {
            assert_signature_is_refused(&author, form);
            // As long as a real one.
            let mut fitted = form.clone();
            fitted.resize(len, 0);
            assert_signature_is_refused(&author, &fitted);
            assert_signature_is_refused(&author, &form[form.len() - len..]);
        }
        assert_signature_is_refused(&author, &from_hex("3006020100020100"));
        assert_signature_verifies(&author, &[r, s].concat());
    }
}

#[test]
fn a35_signature_of_another_length_is_refused() {
    for author in [KeyType::Ec, KeyType::Okp].into_iter().flat_map(authors_of) {
        let honest = author.sign(honest_input(author.alg).as_bytes());
        let len = honest.len();
        assert_eq!(Some(len), author.alg.signature_len());

        let empty = verify(&token_signed_with(author.alg, b""), &author.keys(), JwsAlg::ALL);
        assert_eq!(empty, Err(Error::Malformed(Malformed::EmptySignature)), "{author}");
        let lengths = (1..=2 * len + 2).chain([256, 512, 16_384, 21_830, 65_536]);
        for other in lengths.filter(|other| *other != len) {
            assert_signature_is_refused(&author, &vec![1; other]);
            // What a reader who cuts or pads would read as the honest signature.
            let mut resized = honest.clone();
            resized.resize(other, 0);
            assert_signature_is_refused(&author, &resized);
            let (r, s) = honest.split_at(len / 2);
            if other > len && other % 2 == 0 {
                let zeros = vec![0; (other - len) / 2];
                assert_signature_is_refused(&author, &[&zeros[..], r, &zeros, s].concat());
            }
        }
        assert_signature_verifies(&author, &honest);
    }
}

#[test]
fn a36_ecdsa_signature_with_s_negated_verifies_as_the_standard_has_it() {
    for author in authors_of(KeyType::Ec) {
        let (n, _) = order_and_prime(author.alg);
        let (r, s) = honest_halves(&author);

        assert_signature_verifies(&author, &[&r[..], &sub(&n, &s)].concat());
        assert_signature_is_refused(&author, &[&sub(&n, &r)[..], &s].concat());
        assert_signature_verifies(&author, &[r, s].concat());
    }
}

#[test]
fn a37_ed25519_signature_with_s_not_below_the_order_is_refused() {
    for author in authors_of(KeyType::Okp) {
        let honest = author.sign(honest_input(author.alg).as_bytes());
        let (r, s) = honest.split_at(32);
        let order = ed25519_order();
        let mut larger = reversed(s);

        for _ in 1..=15 {
            larger = add(&larger, &order, 32).unwrap();
            assert_signature_is_refused(&author, &[r, &reversed(&larger)].concat());
        }
        for s in [vec![0; 32], reversed(&order), vec![0xff; 32]] {
            assert_signature_is_refused(&author, &[r, &s].concat());
        }
        assert_signature_verifies(&author, &honest);
    }
}

#[test]
fn a37_ed25519_r_in_a_second_encoding_is_refused() {
    for author in authors_of(KeyType::Okp) {
        let identity = [&[1][..], &[0; 31]].concat();
        let not_reduced = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
        let negative_zero = [&[1][..], &[0; 30], &[0x80]].concat();
        let both = [&[0xee][..], &[0xff; 31]].concat();

        for r in [not_reduced, negative_zero, both] {
            assert_signature_is_refused(&author, &ed25519_signature_with_nonce_zero(&author, &r));
        }
        let reduced = ed25519_signature_with_nonce_zero(&author, &identity);
        assert_signature_verifies(&author, &reduced);
    }
}

/// RFC 8032 section 5.1.6 with r = 0, whose R is the identity, for an encoding of it.
fn ed25519_signature_with_nonce_zero(author: &Author, r: &[u8]) -> Vec<u8> {
    let KeyParams::Okp(okp) = author.material.params() else {
        panic!("not OKP");
    };
    let mut scalar = sha(512, okp.d().unwrap().expose());
    scalar.truncate(32);
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x3f | 0x40;
    let input = honest_input(author.alg);
    let challenge = sha(512, &[r, okp.x().unwrap(), input.as_bytes()].concat());
    let s = Modulus::new(&ed25519_order()).mul(&reversed(&challenge), &reversed(&scalar));
    [r, &reversed(&s)].concat()
}

#[test]
fn a37_ed25519_key_of_small_order_is_refused_in_every_format() {
    // The points of order 1, 2, 4 and 8, y little-endian; then y = p and p + 1.
    let mut weak: Vec<Vec<u8>> = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    .into_iter()
    .map(from_hex)
    .collect();
    for at in 0..weak.len() {
        let mut negated = weak[at].clone();
        negated[31] |= 0x80;
        weak.push(negated);
    }
    let honest = fixture("ed25519.spki.der");
    let (header, x) = honest.split_at(honest.len() - 32);

    let formats = |x: &[u8]| {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64u(x) }).to_string();
        [
            KeyMaterial::okp(Curve::Ed25519, Some(x.to_vec()), None).map(drop),
            KeyMaterial::from_der(&[header, x].concat()).map(drop),
            Jwk::parse(&jwk).map(drop),
        ]
    };
    for x in weak {
        for result in formats(&x) {
            assert_eq!(result, Err(KeyError::InvalidPoint(Curve::Ed25519)), "{x:02x?}");
        }
    }
    assert_eq!(formats(x), [Ok(()), Ok(()), Ok(())]);
}

fn honest_halves(author: &Author) -> (Vec<u8>, Vec<u8>) {
    let signature = author.sign(honest_input(author.alg).as_bytes());
    let (r, s) = signature.split_at(signature.len() / 2);
    (r.to_vec(), s.to_vec())
}

/// The order n of the group and the prime p of the field (SEC 2 section 2), as long as a coordinate.
fn order_and_prime(alg: JwsAlg) -> (Vec<u8>, Vec<u8>) {
    let (n, p) = match alg {
        JwsAlg::Es256 => (
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".to_owned(),
            format!("ffffffff00000001{}{}", "0".repeat(24), "f".repeat(24)),
        ),
        JwsAlg::Es384 => (
            format!("{}c7634d81f4372ddf581a0db248b0a77aecec196accc52973", "f".repeat(48)),
            format!("{}effffffff0000000000000000ffffffff", "f".repeat(63)),
        ),
        JwsAlg::Es512 => (
            format!(
                "01{}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
                "f".repeat(65)
            ),
            format!("01{}", "f".repeat(130)),
        ),
        _ => (
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".to_owned(),
            format!("{}efffffc2f", "f".repeat(55)),
        ),
    };
    let len = alg.crv().unwrap().field_len();
    let (n, p) = (from_hex(&n), from_hex(&p));
    assert_eq!((n.len(), p.len()), (len, len));
    (n, p)
}

/// The order of the group of Ed25519 (RFC 8032 section 5.1).
fn ed25519_order() -> Vec<u8> {
    from_hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed")
}

fn reversed(octets: &[u8]) -> Vec<u8> {
    octets.iter().rev().copied().collect()
}

fn der_integer(value: &[u8]) -> Vec<u8> {
    let zeros = value.iter().take_while(|octet| **octet == 0).count();
    let sign: &[u8] = if value[zeros] < 0x80 { &[] } else { &[0] };
    der_value(2, &[sign, &value[zeros..]].concat())
}

fn der_value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = u8::try_from(contents.len()).unwrap();
    let length: &[u8] = if len < 0x80 { &[len] } else { &[0x81, len] };
    [&[tag], length, contents].concat()
}
