//! The DER structures: lengths, versions, parameters, and the values inside.

use josie::Curve;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyParams;

use super::CERTIFICATE;
use super::PKCS1_PRIVATE;
use super::PKCS1_PUBLIC;
use super::PKCS8;
use super::SEC1;
use super::SPKI;
use super::der;
use super::der_error;
use super::expected;
use super::found;
use super::tlv;
use super::values;

/// The object identifiers of RFC 8410 section 3 that josie knows.
const OCTET_KEY_PAIRS: [(&[u8], Curve); 2] =
    [(b"\x06\x03\x2b\x65\x70", Curve::Ed25519), (b"\x06\x03\x2b\x65\x6e", Curve::X25519)];

/// The AlgorithmIdentifier of an EC key on P-256.
fn p256() -> Vec<u8> {
    tlv(
        0x30,
        &[b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"],
    )
}

/// A private key on P-256, from the parts of `ECPrivateKey` and what follows it in PKCS#8.
fn p256_pkcs8(version: u8, ec_private_key: &[&[u8]], after: &[u8]) -> Vec<u8> {
    let private = tlv(0x04, &[&tlv(0x30, ec_private_key)]);
    tlv(0x30, &[&[2, 1, version], &p256(), &private, after])
}

fn rsa_spki(parameters: &[u8], n: &[u8], e: &[u8]) -> Vec<u8> {
    let oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    let key = tlv(0x30, &[&tlv(0x02, &[n]), &tlv(0x02, &[e])]);
    tlv(0x30, &[&tlv(0x30, &[oid, parameters]), &tlv(0x03, &[&[0], &key])])
}

#[test]
fn every_truncation_is_refused() {
    for (name, broken, known_from) in [
        ("p256.spki.der", SPKI, 30),
        ("p256.pkcs8.der", PKCS8, 30),
        ("ed25519.pkcs8.der", PKCS8, 30),
        ("x25519.pkcs8.der", PKCS8, 30),
        ("p256.sec1.der", SEC1, 30),
        ("rsa2048.pkcs1.der", PKCS1_PRIVATE, 30),
        ("rsa2048.pkcs1-public.der", PKCS1_PUBLIC, 266),
        ("certificate.der", CERTIFICATE, 30),
    ] {
        let whole = der(name);
        assert!(KeyMaterial::from_der(&whole).is_ok(), "{name}");
        for length in 0..whole.len() {
            let error = der_error(&whole[..length]);

            let unknown = matches!(error, KeyError::Format { found: KeyFormat::Unknown, .. });
            assert!(
                error == broken || (unknown && length < known_from),
                "{name} {length} {error:?}"
            );
        }
    }
}

#[test]
fn trailing_octets_are_refused() {
    for (name, error) in [
        ("p256.spki.der", SPKI),
        ("rsa2048.spki.der", SPKI),
        ("p256.pkcs8.der", PKCS8),
        ("ed25519.pkcs8.der", PKCS8),
        ("x25519.pkcs8.der", PKCS8),
        ("x25519.spki.der", SPKI),
        ("p256.sec1.der", SEC1),
        ("rsa2048.pkcs1.der", PKCS1_PRIVATE),
        ("rsa2048.pkcs1-public.der", PKCS1_PUBLIC),
        ("certificate.der", CERTIFICATE),
    ] {
        let longer = [der(name), vec![0]].concat();

        assert_eq!(der_error(&longer), error, "{name}");
    }
}

#[test]
fn lengths_that_are_not_der_are_refused() {
    let contents = &der("p256.spki.der")[2..];
    for header in [
        &[0x30, 0x80][..],
        &[0x30, 0x81, 0x59],
        &[0x30, 0x82, 0x00, 0x59],
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0x5a],
        &[0x30, 0x58],
    ] {
        let broken = [header, contents].concat();
        assert_eq!(der_error(&broken), SPKI, "{header:02x?}");

        let indefinite_end = [&*broken, &[0, 0]].concat();
        assert_eq!(der_error(&indefinite_end), SPKI, "{header:02x?}");
    }
    assert_eq!(found(der_error(&[0x30, 0xff, 0xff, 0xff])), KeyFormat::Unknown);
}

#[test]
fn rsa_integers_are_positive_and_minimal() {
    let null = &[5, 0];
    let n = [&[0][..], &[0x81; 256]].concat();

    let material = KeyMaterial::from_der(&rsa_spki(null, &n, &[1, 0, 1])).unwrap();
    assert_eq!(values(&material)["n"], "81".repeat(256));

    assert_eq!(der_error(&rsa_spki(null, &n[1..], &[1, 0, 1])), SPKI);
    assert_eq!(der_error(&rsa_spki(null, &n, &[0xff])), SPKI);
    assert_eq!(der_error(&rsa_spki(null, &n, &[0, 1, 0, 1])), SPKI);
    assert_eq!(der_error(&rsa_spki(null, &n, &[])), SPKI);
    assert_eq!(der_error(&rsa_spki(null, &n, &[0])), KeyError::InvalidValue("e"));
}

#[test]
fn rsa_parameters_are_null_or_absent() {
    let n = [&[0][..], &[0x81; 256]].concat();

    assert!(KeyMaterial::from_der(&rsa_spki(&[], &n, &[3])).is_ok());
    assert_eq!(der_error(&rsa_spki(&[5, 1, 0], &n, &[3])), SPKI);
    assert_eq!(der_error(&rsa_spki(&[0x30, 0], &n, &[3])), SPKI);
}

#[test]
fn rsa_keys_with_more_than_two_primes_are_refused() {
    let mut key = der("rsa2048.pkcs8.der");
    // RSAPrivateKey begins with `02 01 00`, the version, at octet 30.
    assert_eq!(key[30..33], [2, 1, 0]);
    key[32] = 1;

    assert_eq!(der_error(&key), PKCS8);
}

#[test]
fn octet_key_pair_parameters_must_be_absent() {
    for (oid, _) in OCTET_KEY_PAIRS {
        for parameters in [&[5, 0][..], &[0x30, 0], oid] {
            let algorithm = tlv(0x30, &[oid, parameters]);
            let public = tlv(0x30, &[&algorithm, &tlv(0x03, &[&[0], &[9; 32]])]);
            let private =
                tlv(0x30, &[&[2, 1, 0], &algorithm, &tlv(0x04, &[&tlv(0x04, &[&[9; 32]])])]);

            assert_eq!(der_error(&public), SPKI);
            assert_eq!(der_error(&private), PKCS8);
        }
    }
}

#[test]
fn octet_key_pairs_of_another_length_or_small_order_are_refused() {
    for (oid, crv) in OCTET_KEY_PAIRS {
        let key = |octets: &[u8]| tlv(0x30, &[&tlv(0x30, &[oid]), &tlv(0x03, &[&[0], octets])]);

        let material = KeyMaterial::from_der(&key(&[9; 32])).unwrap();
        assert_eq!(material.crv(), Some(crv));
        assert_eq!(values(&material)["x"], "09".repeat(32));
        for length in [0, 31, 33, 56] {
            assert_eq!(der_error(&key(&vec![9; length])), SPKI, "{crv} {length}");
        }
        assert_eq!(der_error(&key(&[0; 32])), KeyError::InvalidPoint(crv));
        // p + 1: not reduced on both curves, and 1 on X25519.
        let not_reduced = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
        assert_eq!(der_error(&key(&not_reduced)), KeyError::InvalidPoint(crv));
    }
}

#[test]
fn octet_key_pair_private_keys_have_their_own_octet_string_and_length() {
    for (oid, crv) in OCTET_KEY_PAIRS {
        let key = |version: u8, private: &[u8], after: &[u8]| {
            let algorithm = tlv(0x30, &[oid]);
            tlv(0x30, &[&[2, 1, version], &algorithm, &tlv(0x04, &[private]), after])
        };
        let curve_private_key = |length: usize| tlv(0x04, &[&vec![7; length]]);
        let d = curve_private_key(32);
        let public = |octet: u8, length: usize| tlv(0x81, &[&[0], &vec![octet; length]]);

        let material = KeyMaterial::from_der(&key(0, &d, &[])).unwrap();
        assert_eq!(material.crv(), Some(crv));
        assert!(material.is_private() && material.public_half().is_none());
        assert_eq!(values(&material)["d"], "07".repeat(32));
        let material = KeyMaterial::from_der(&key(1, &d, &public(9, 32))).unwrap();
        assert_eq!(values(&material)["x"], "09".repeat(32));

        assert_eq!(der_error(&key(0, &[7; 32], &[])), PKCS8);
        assert_eq!(der_error(&key(0, &[&*d, &[0]].concat(), &[])), PKCS8);
        for length in [0, 31, 33] {
            assert_eq!(der_error(&key(0, &curve_private_key(length), &[])), PKCS8, "{length}");
            assert_eq!(der_error(&key(1, &d, &public(9, length))), PKCS8, "{length}");
        }
        assert_eq!(der_error(&key(0, &d, &public(9, 32))), PKCS8);
        assert_eq!(der_error(&key(1, &d, &[])), PKCS8);
        assert_eq!(der_error(&key(1, &d, &public(0, 32))), KeyError::InvalidPoint(crv));
    }
}

#[test]
fn ec_private_keys_without_a_public_key_have_none() {
    let d = tlv(0x04, &[&[7; 32]]);
    let material = KeyMaterial::from_der(&p256_pkcs8(0, &[&[2, 1, 1], &d], &[])).unwrap();

    let KeyParams::Ec(ec) = material.params() else { panic!("not EC") };
    assert_eq!(ec.public(), None);
    assert_eq!(ec.d().unwrap().expose(), [7; 32]);
}

#[test]
fn ec_private_values_of_another_length_are_refused() {
    for length in [0, 31, 33] {
        let d = tlv(0x04, &[&vec![7; length]]);

        assert_eq!(der_error(&p256_pkcs8(0, &[&[2, 1, 1], &d], &[])), PKCS8, "{length}");
    }
}

#[test]
fn public_keys_and_curves_given_twice_must_agree() {
    let d = tlv(0x04, &[&[7; 32]]);
    let point = |last: u8| [&[0, 4][..], &[1; 63], &[last]].concat();
    let inner = tlv(0xa1, &[&tlv(0x03, &[&point(1)])]);
    let same = tlv(0x81, &[&point(1)]);
    let other = tlv(0x81, &[&point(2)]);
    let named = |last: u8| tlv(0xa0, &[b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01", &[last]]);
    let version: &[u8] = &[2, 1, 1];

    let agreeing = p256_pkcs8(1, &[version, &d, &named(7), &inner], &same);
    assert!(KeyMaterial::from_der(&agreeing).is_ok());
    let outer_alone = KeyMaterial::from_der(&p256_pkcs8(1, &[version, &d], &same)).unwrap();
    assert!(outer_alone.public_half().is_some());

    let differing = p256_pkcs8(1, &[version, &d, &inner], &other);
    assert_eq!(der_error(&differing), KeyError::Inconsistent);
    let other_curve = p256_pkcs8(0, &[version, &d, &named(1)], &[]);
    assert_eq!(der_error(&other_curve), KeyError::Inconsistent);
}

#[test]
fn rsa_public_keys_given_twice_must_agree() {
    let (private, public) = (der("rsa2048.pkcs8.der"), der("rsa2048.pkcs1-public.der"));
    // The version is the octet behind the header of the SEQUENCE and its own; version 2 is written 1.
    assert_eq!(private[4..7], [2, 1, 0]);
    let with = |public: &[u8]| {
        let outer = tlv(0x81, &[&[0], public]);
        tlv(0x30, &[&[2, 1, 1], &private[7..], &outer])
    };
    let changed = |at: usize| {
        let mut changed = public.clone();
        changed[at] ^= 2;
        with(&changed)
    };

    let agreeing = KeyMaterial::from_der(&with(&public)).unwrap();
    assert_eq!(values(&agreeing), expected()["rsa2048"]);
    let (other_n, other_e) = (changed(public.len() / 2), changed(public.len() - 1));
    assert_eq!(der_error(&other_n), KeyError::Inconsistent);
    assert_eq!(der_error(&other_e), KeyError::Inconsistent);
    assert_eq!(der_error(&with(&public[1..])), PKCS8);
}

#[test]
fn pkcs8_versions_that_contradict_the_content_are_refused() {
    let d = tlv(0x04, &[&[7; 32]]);
    let public = tlv(0x81, &[&[0, 4], &[1; 64]]);
    let version: &[u8] = &[2, 1, 1];

    for broken in [
        p256_pkcs8(0, &[version, &d], &public),
        p256_pkcs8(1, &[version, &d], &[]),
        p256_pkcs8(2, &[version, &d], &public),
        p256_pkcs8(0, &[&[2, 1, 2], &d], &[]),
    ] {
        assert_eq!(der_error(&broken), PKCS8);
    }
}

#[test]
fn bit_strings_with_unused_bits_are_refused() {
    let mut key = der("p256.spki.der");
    let at = key.len() - 66;
    assert_eq!(key[at..at + 2], [0, 4]);
    key[at] = 1;

    assert_eq!(der_error(&key), SPKI);
}
