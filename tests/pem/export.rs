//! From key material to PEM and DER.

use josie::Curve;
use josie::KeyError;
use josie::KeyMaterial;
use josie::SecretBytes;

use super::der;
use super::expected;
use super::pem;
use super::values;

fn pkcs8(name: &str) -> KeyMaterial {
    KeyMaterial::from_pem(&pem(&format!("{name}.pkcs8.pem"))).unwrap()
}

fn spki(name: &str) -> KeyMaterial {
    KeyMaterial::from_pem(&pem(&format!("{name}.spki.pem"))).unwrap()
}

#[test]
fn private_keys_are_written_as_openssl_wrote_them() {
    for name in expected().keys() {
        let material = pkcs8(name);

        let written = material.to_pkcs8_der().unwrap();
        assert_eq!(written.expose(), der(&format!("{name}.pkcs8.der")), "{name}");
        let text = material.to_pkcs8_pem().unwrap();
        assert_eq!(text.expose(), pem(&format!("{name}.pkcs8.pem")), "{name}");
    }
}

#[test]
fn public_keys_are_written_as_openssl_wrote_them() {
    for name in expected().keys() {
        let material = spki(name);

        assert_eq!(material.to_spki_der().unwrap(), der(&format!("{name}.spki.der")), "{name}");
        assert_eq!(material.to_spki_pem().unwrap(), pem(&format!("{name}.spki.pem")), "{name}");
    }
}

#[test]
fn public_halves_of_private_keys_are_written_as_openssl_wrote_them() {
    let without_public = ["ed25519", "x25519"];
    for name in expected().keys().filter(|name| !without_public.contains(&name.as_str())) {
        assert_eq!(pkcs8(name).to_spki_der().unwrap(), der(&format!("{name}.spki.der")), "{name}");
    }
    let version_2 = KeyMaterial::from_pem(&pem("ed25519-v2.pkcs8.pem")).unwrap();
    let public = version_2.public_half().unwrap();
    assert_eq!(version_2.to_spki_der().unwrap(), public.to_spki_der().unwrap());
}

#[test]
fn older_forms_are_written_as_pkcs8_and_spki() {
    for (from, to) in [
        ("rsa2048.pkcs1.der", "rsa2048.pkcs8.der"),
        ("p256.sec1.der", "p256.pkcs8.der"),
        ("p384.sec1.der", "p384.pkcs8.der"),
        ("p521.sec1.der", "p521.pkcs8.der"),
        ("secp256k1.sec1.der", "secp256k1.pkcs8.der"),
    ] {
        let material = KeyMaterial::from_der(&der(from)).unwrap();
        assert_eq!(material.to_pkcs8_der().unwrap().expose(), der(to), "{from}");
    }
    for (from, to) in
        [("rsa2048.pkcs1-public.der", "rsa2048.spki.der"), ("certificate.der", "p256.spki.der")]
    {
        let material = KeyMaterial::from_der(&der(from)).unwrap();
        assert_eq!(material.to_spki_der().unwrap(), der(to), "{from}");
    }
}

#[test]
fn octet_key_pairs_with_a_public_half_are_written_in_version_1_without_it() {
    let material = KeyMaterial::from_pem(&pem("ed25519-v2.pkcs8.pem")).unwrap();

    let written = material.to_pkcs8_der().unwrap();

    // RFC 8410 section 10.3: the first example is the second one's version 1.
    assert_eq!(
        written.expose()[..16],
        *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"
    );
    let again = KeyMaterial::from_der(written.expose()).unwrap();
    assert_eq!(values(&again)["d"], values(&material)["d"]);
    assert!(again.public_half().is_none() && material.public_half().is_some());
}

#[test]
fn an_ec_key_without_its_public_half_is_written_without_it() {
    let d = SecretBytes::new(vec![7; 32]);
    let material = KeyMaterial::ec(Curve::P256, None, Some(d)).unwrap();

    assert_eq!(material.to_spki_der().unwrap_err(), KeyError::PublicHalfMissing);
    assert_eq!(material.to_spki_pem().unwrap_err(), KeyError::PublicHalfMissing);
    let written = material.to_pkcs8_der().unwrap();
    let again = KeyMaterial::from_der(written.expose()).unwrap();
    assert!(again.is_private() && again.public_half().is_none());
    assert_eq!(again.to_pkcs8_der().unwrap().expose(), written.expose());
    assert!(pkcs8("p256").to_spki_der().is_ok());
}

#[test]
fn integers_and_coordinates_keep_their_leading_octets() {
    // The first octet of `n` has its highest bit set, which takes a zero octet in DER, or has not.
    for first in [0x7f, 0x80] {
        let n = [&[first][..], &[1; 255]].concat();
        let material = KeyMaterial::rsa_public(&n, &[1, 0, 1]).unwrap();

        let again = KeyMaterial::from_der(&material.to_spki_der().unwrap()).unwrap();
        assert_eq!(values(&again), values(&material));
    }
    let point = (vec![0; 66], [&[0; 65][..], &[1]].concat());
    let material = KeyMaterial::ec(Curve::P521, Some(point), None).unwrap();
    let again = KeyMaterial::from_der(&material.to_spki_der().unwrap()).unwrap();
    assert_eq!(values(&again), values(&material));
}

#[test]
fn a_symmetric_key_is_not_written() {
    let material = KeyMaterial::oct(vec![7; 32]);

    assert_eq!(material.to_spki_der().unwrap_err(), KeyError::SymmetricKey);
    assert_eq!(material.to_spki_pem().unwrap_err(), KeyError::SymmetricKey);
    assert_eq!(material.to_pkcs8_der().unwrap_err(), KeyError::SymmetricKey);
    assert_eq!(material.to_pkcs8_pem().unwrap_err(), KeyError::SymmetricKey);
}

#[test]
fn a_public_key_is_not_written_as_a_private_one() {
    for name in ["rsa2048", "p256", "ed25519", "x25519"] {
        let public = spki(name);

        assert_eq!(public.to_pkcs8_der().unwrap_err(), KeyError::PrivateKeyNeeded, "{name}");
        assert_eq!(public.to_pkcs8_pem().unwrap_err(), KeyError::PrivateKeyNeeded, "{name}");
        assert!(public.to_spki_der().is_ok());
    }
}

#[test]
fn a_private_octet_key_pair_without_its_public_half_has_none_to_write() {
    for name in ["ed25519", "x25519"] {
        let error = pkcs8(name).to_spki_der().unwrap_err();

        assert_eq!(error, KeyError::PublicHalfMissing, "{name}");
        assert!(spki(name).to_spki_der().is_ok());
    }
}

#[test]
fn a_private_key_that_was_written_shows_nothing_of_itself() {
    let material = pkcs8("ed25519");

    let octets = format!("{:?}", material.to_pkcs8_der().unwrap());
    let text = format!("{:?}", material.to_pkcs8_pem().unwrap());

    assert_eq!(octets, "SecretBytes(48 bytes, redacted)");
    assert_eq!(text, "SecretText(119 bytes, redacted)");
}
