//! Keys from PEM and DER and to them, over keys made by OpenSSL.

mod bundle;
#[cfg(feature = "encrypted-pkcs8")]
mod encrypted;
mod export;
mod forms;
mod structure;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use josie::Curve;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyParams;

const CERTIFICATE: KeyError = KeyError::Encoding(KeyFormat::Certificate);
const PKCS1_PRIVATE: KeyError = KeyError::Encoding(KeyFormat::Pkcs1PrivateKey);
const PKCS1_PUBLIC: KeyError = KeyError::Encoding(KeyFormat::Pkcs1PublicKey);
const PKCS8: KeyError = KeyError::Encoding(KeyFormat::Pkcs8);
const SEC1: KeyError = KeyError::Encoding(KeyFormat::Sec1);
const SPKI: KeyError = KeyError::Encoding(KeyFormat::Spki);

type Values = BTreeMap<String, String>;

fn der(name: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read(directory.join(name)).unwrap()
}

fn pem(name: &str) -> String {
    String::from_utf8(der(name)).unwrap()
}

fn expected() -> BTreeMap<String, Values> {
    serde_json::from_str(&pem("expected.json")).unwrap()
}

fn pem_error(text: &str) -> KeyError {
    KeyMaterial::from_pem(text).unwrap_err()
}

fn der_error(der: &[u8]) -> KeyError {
    KeyMaterial::from_der(der).unwrap_err()
}

fn found(error: KeyError) -> KeyFormat {
    match error {
        KeyError::Format { found, .. } => found,
        other => panic!("{other:?} is no format error"),
    }
}

fn values(material: &KeyMaterial) -> Values {
    let mut pairs: Vec<(&str, &[u8])> = Vec::new();
    match material.params() {
        KeyParams::Rsa(rsa) => {
            pairs.extend([("n", rsa.n()), ("e", rsa.e())]);
            pairs.extend(rsa.private().into_iter().flat_map(|key| {
                [
                    ("d", key.d.expose()),
                    ("p", key.p.expose()),
                    ("q", key.q.expose()),
                    ("dp", key.dp.expose()),
                    ("dq", key.dq.expose()),
                    ("qi", key.qi.expose()),
                ]
            }));
        }
        KeyParams::Ec(ec) => {
            let (x, y) = ec.public().unwrap();
            pairs.extend([("x", x), ("y", y)]);
            pairs.extend(ec.d().map(|d| ("d", d.expose())));
        }
        KeyParams::Okp(okp) => {
            pairs.extend(okp.x().map(|x| ("x", x)));
            pairs.extend(okp.d().map(|d| ("d", d.expose())));
        }
        _ => panic!("a symmetric key"),
    }
    pairs.into_iter().map(|(name, value)| (name.to_owned(), hex(value))).collect()
}

/// A DER element.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len();
    let header = match u16::try_from(length).unwrap().to_be_bytes() {
        [0, short] if short < 0x80 => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, contents].concat()
}

/// The error for one block of several.
fn in_block(number: usize, reason: KeyError) -> KeyError {
    KeyError::PemBlock { number, reason: Box::new(reason) }
}

fn hex(value: &[u8]) -> String {
    value.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn private_keys_have_the_values_that_openssl_put_there() {
    for (name, mut expected) in expected() {
        if ["ed25519", "x25519"].contains(&name.as_str()) {
            // OpenSSL writes PKCS#8 version 1: no public key.
            expected.remove("x");
        }
        let from_pem = KeyMaterial::from_pem(&pem(&format!("{name}.pkcs8.pem"))).unwrap();
        let from_der = KeyMaterial::from_der(&der(&format!("{name}.pkcs8.der"))).unwrap();

        assert!(from_pem.is_private());
        assert_eq!(values(&from_pem), expected, "{name}");
        assert_eq!(values(&from_der), expected, "{name}");
    }
}

#[test]
fn public_keys_have_the_values_that_openssl_put_there() {
    for (name, mut expected) in expected() {
        expected.retain(|member, _| ["n", "e", "x", "y"].contains(&member.as_str()));
        let from_pem = KeyMaterial::from_pem(&pem(&format!("{name}.spki.pem"))).unwrap();
        let from_der = KeyMaterial::from_der(&der(&format!("{name}.spki.der"))).unwrap();

        assert!(!from_pem.is_private());
        assert_eq!(values(&from_pem), expected, "{name}");
        assert_eq!(values(&from_der), expected, "{name}");
    }
}

#[test]
fn curves_are_told_by_their_object_identifiers() {
    for (name, crv) in [
        ("p256", Curve::P256),
        ("p384", Curve::P384),
        ("p521", Curve::P521),
        ("secp256k1", Curve::Secp256k1),
        ("ed25519", Curve::Ed25519),
        ("x25519", Curve::X25519),
    ] {
        for form in ["pkcs8", "spki"] {
            let material = KeyMaterial::from_pem(&pem(&format!("{name}.{form}.pem"))).unwrap();

            assert_eq!(material.crv(), Some(crv), "{name}");
        }
    }
}

#[test]
fn pkcs8_version_2_with_attributes_keeps_the_public_key() {
    let material = KeyMaterial::from_pem(&pem("ed25519-v2.pkcs8.pem")).unwrap();

    let values = values(&material);
    assert!(values["d"].starts_with("d4ee72dbf913584ad5b6d8f1f769f8ad"));
    assert!(values["x"].starts_with("19bf44096984cdfe8541bac167dc3b96"));
}
