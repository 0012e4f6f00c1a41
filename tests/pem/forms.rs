//! PKCS#1, SEC1 and certificates.

use josie::Curve;
use josie::KeyError;
use josie::KeyMaterial;

use super::CERTIFICATE;
use super::PKCS1_PRIVATE;
use super::PKCS1_PUBLIC;
use super::SEC1;
use super::der;
use super::der_error;
use super::expected;
use super::pem;
use super::pem_error;
use super::tlv;
use super::values;

const VERSION_1: &[u8] = &[2, 1, 1];
const P256: &[u8] = b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

fn sec1(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

#[test]
fn pkcs1_keys_have_the_values_that_openssl_put_there() {
    let mut expected = expected()["rsa2048"].clone();
    for material in [
        KeyMaterial::from_pem(&pem("rsa2048.pkcs1.pem")),
        KeyMaterial::from_der(&der("rsa2048.pkcs1.der")),
    ] {
        assert_eq!(values(&material.unwrap()), expected);
    }

    expected.retain(|name, _| ["n", "e"].contains(&name.as_str()));
    for material in [
        KeyMaterial::from_pem(&pem("rsa2048.pkcs1-public.pem")),
        KeyMaterial::from_der(&der("rsa2048.pkcs1-public.der")),
    ] {
        assert_eq!(values(&material.unwrap()), expected);
    }
}

#[test]
fn sec1_keys_have_the_values_and_the_curve_that_openssl_put_there() {
    for (name, crv) in [
        ("p256", Curve::P256),
        ("p384", Curve::P384),
        ("p521", Curve::P521),
        ("secp256k1", Curve::Secp256k1),
    ] {
        for material in [
            KeyMaterial::from_pem(&pem(&format!("{name}.sec1.pem"))),
            KeyMaterial::from_der(&der(&format!("{name}.sec1.der"))),
        ] {
            let material = material.unwrap();

            assert_eq!(material.crv(), Some(crv));
            assert_eq!(values(&material), expected()[name]);
        }
    }
}

#[test]
fn certificates_have_the_public_key_that_openssl_put_there() {
    for (name, key) in [
        ("certificate", "p256"),
        ("rsa2048.certificate", "rsa2048"),
        ("ed25519.certificate", "ed25519"),
    ] {
        let material = KeyMaterial::from_pem(&pem(&format!("{name}.pem"))).unwrap();

        let mut expected = expected()[key].clone();
        expected.retain(|name, _| ["n", "e", "x", "y"].contains(&name.as_str()));
        assert!(!material.is_private());
        assert_eq!(values(&material), expected, "{name}");
    }
    let from_der = KeyMaterial::from_der(&der("certificate.der")).unwrap();
    assert_eq!(from_der.crv(), Some(Curve::P256));
}

#[test]
fn older_labels_of_certificates_are_accepted() {
    let text = pem("certificate.pem").replace(" CERTIFICATE", " X509 CERTIFICATE");

    assert_eq!(KeyMaterial::from_pem(&text).unwrap().crv(), Some(Curve::P256));
}

#[test]
fn unknown_algorithms_and_curves_are_refused_as_unknown() {
    assert_eq!(pem_error(&pem("ed448.certificate.pem")), KeyError::UnknownKeyAlgorithm);
    assert_eq!(pem_error(&pem("brainpool.sec1.pem")), KeyError::UnknownKeyAlgorithm);
    assert!(KeyMaterial::from_pem(&pem("ed25519.certificate.pem")).is_ok());
    assert!(KeyMaterial::from_pem(&pem("p256.sec1.pem")).is_ok());
}

#[test]
fn sec1_keys_without_a_curve_or_with_explicit_parameters_are_refused() {
    let d = tlv(0x04, &[&[7; 32]]);
    let public = tlv(0xa1, &[&tlv(0x03, &[&[0, 4], &[1; 64]])]);

    let named = KeyMaterial::from_der(&sec1(&[VERSION_1, &d, P256, &public])).unwrap();
    assert!(named.is_private() && named.public_half().is_some());
    let without_public = KeyMaterial::from_der(&sec1(&[VERSION_1, &d, P256])).unwrap();
    assert!(without_public.public_half().is_none());

    assert_eq!(der_error(&sec1(&[VERSION_1, &d])), SEC1);
    assert_eq!(der_error(&sec1(&[VERSION_1, &d, &public])), SEC1);
    let explicit = tlv(0xa0, &[&[0x30, 3, 2, 1, 1]]);
    assert_eq!(der_error(&sec1(&[VERSION_1, &d, &explicit, &public])), SEC1);
}

#[test]
fn sec1_keys_of_another_length_version_or_order_are_refused() {
    let d = tlv(0x04, &[&[7; 32]]);
    let public = |point: &[u8]| tlv(0xa1, &[&tlv(0x03, &[&[0], point])]);
    let point = public(&[&[4][..], &[1; 64]].concat());

    for length in [0, 31, 33] {
        let d = tlv(0x04, &[&vec![7; length]]);
        assert_eq!(der_error(&sec1(&[VERSION_1, &d, P256])), SEC1, "{length}");
    }
    let compressed = public(&[&[2][..], &[1; 32]].concat());
    assert_eq!(der_error(&sec1(&[VERSION_1, &d, P256, &compressed])), SEC1);
    assert_eq!(der_error(&sec1(&[&[2, 1, 0], &d, P256, &point])), SEC1);
    assert_eq!(der_error(&sec1(&[VERSION_1, &d, &point, P256])), SEC1);
    assert!(KeyMaterial::from_der(&sec1(&[VERSION_1, &d, P256, &point])).is_ok());
}

#[test]
fn pkcs1_integers_are_positive_and_minimal() {
    let n = [&[0][..], &[0x81; 256]].concat();
    let key = |n: &[u8], e: &[u8]| tlv(0x30, &[&tlv(0x02, &[n]), &tlv(0x02, &[e])]);

    let material = KeyMaterial::from_der(&key(&n, &[1, 0, 1])).unwrap();
    assert_eq!(values(&material)["n"], "81".repeat(256));
    for broken in [
        key(&n[1..], &[1, 0, 1]),
        key(&n, &[0xff]),
        key(&n, &[0, 1, 0, 1]),
        [key(&n, &[1, 0, 1]), vec![0]].concat(),
    ] {
        assert_eq!(der_error(&broken), PKCS1_PUBLIC);
    }
}

#[test]
fn pkcs1_keys_with_more_than_two_primes_are_refused() {
    let two = der("rsa2048.pkcs1.der");
    assert_eq!(two[4..7], [2, 1, 0]);
    let mut version = two.clone();
    version[6] = 1;
    // otherPrimeInfos: one of r, d and t.
    let other_primes = tlv(0x30, &[&tlv(0x30, &[&[2, 1, 3, 2, 1, 3, 2, 1, 3]])]);
    let three = tlv(0x30, &[&[2, 1, 1], &two[7..], &other_primes]);

    assert_eq!(pem_error(&armored(&version)), PKCS1_PRIVATE);
    assert_eq!(pem_error(&armored(&three)), PKCS1_PRIVATE);
    assert_eq!(der_error(&three), PKCS1_PRIVATE);
    assert!(KeyMaterial::from_pem(&armored(&two)).is_ok());
}

#[test]
fn certificates_that_are_not_whole_are_refused() {
    let whole = der("certificate.der");
    let mut ber = whole.clone();
    // The length of the first SEQUENCE in one octet more than it needs.
    assert_eq!(ber[..2], [0x30, 0x82]);
    ber.splice(1..2, [0x83, 0]);

    assert_eq!(der_error(&ber), CERTIFICATE);
    assert_eq!(der_error(&whole[..whole.len() - 1]), CERTIFICATE);
    assert!(KeyMaterial::from_der(&whole).is_ok());
}

#[test]
fn certificates_with_a_key_that_is_broken_are_refused() {
    let whole = der("certificate.der");
    let point = &der("p256.spki.der")[26..];
    let at = whole.windows(point.len()).position(|window| window == point).unwrap();
    let mut compressed = whole.clone();
    compressed[at] = 2;

    assert_eq!(der_error(&compressed), CERTIFICATE);
    assert_eq!(whole[at], 4);
    assert!(KeyMaterial::from_der(&whole).is_ok());
}

/// A PKCS#1 private key in PEM, made by hand.
fn armored(der: &[u8]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let encoded = STANDARD.encode(der);
    format!("-----BEGIN RSA PRIVATE KEY-----\n{encoded}\n-----END RSA PRIVATE KEY-----\n")
}
