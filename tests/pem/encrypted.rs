//! PKCS#8 keys that are encrypted with a password: `josie`, for all of the fixtures.

use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::Password;

use super::der;
use super::expected;
use super::in_block;
use super::pem;
use super::values;

const MALFORMED: KeyError = KeyError::Encoding(KeyFormat::EncryptedPkcs8);

fn open(text: &str, password: &str) -> Result<KeyMaterial, KeyError> {
    KeyMaterial::from_encrypted_pem(text, &Password::new(password).unwrap())
}

fn open_der(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    KeyMaterial::from_encrypted_der(der, &Password::new("josie").unwrap())
}

fn pem_error(text: &str) -> KeyError {
    open(text, "josie").unwrap_err()
}

fn der_error(der: &[u8]) -> KeyError {
    open_der(der).unwrap_err()
}

fn format(expected: &'static str, found: KeyFormat) -> KeyError {
    KeyError::Format { expected, found }
}

/// The DER of a fixture in PEM.
fn decoded(name: &str) -> Vec<u8> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let text = pem(name);
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

/// The octets with these in the place of those, which are there once.
fn replaced(octets: &[u8], those: &[u8], these: &[u8]) -> Vec<u8> {
    assert_eq!(those.len(), these.len());
    let mut places = octets.windows(those.len()).enumerate().filter(|(_, window)| *window == those);
    let at = places.next().unwrap().0;
    assert!(places.next().is_none());
    let mut octets = octets.to_vec();
    octets[at..at + those.len()].copy_from_slice(these);
    octets
}

#[test]
fn encrypted_keys_have_the_values_that_openssl_put_there() {
    for name in ["sha1-aes128", "sha256-aes128", "sha256-aes256", "sha512-aes192", "scrypt"] {
        let material = open(&pem(&format!("encrypted-{name}.pkcs8.pem")), "josie").unwrap();

        assert_eq!(values(&material), expected()["p256"], "{name}");
    }
    let from_pem = open(&pem("encrypted.pkcs8.pem"), "josie").unwrap();
    let from_der = open_der(&der("encrypted.pkcs8.der")).unwrap();
    for material in [from_pem, from_der] {
        assert_eq!(values(&material)["d"], expected()["ed25519"]["d"]);
    }
}

#[test]
fn text_around_an_encrypted_key_is_accepted_and_a_second_block_is_not() {
    let key = pem("encrypted.pkcs8.pem");

    assert!(open(&format!("Bag Attributes\n{key}# the end"), "josie").is_ok());
    let several = format("encrypted PKCS#8 private key", KeyFormat::SeveralPemBlocks);
    assert_eq!(pem_error(&key.repeat(2)), several);
    assert_eq!(pem_error(&(key.clone() + &pem("p256.spki.pem"))), several);
    let broken = key.replace("-----END ENCRYPTED PRIVATE KEY-----\n", "");
    assert_eq!(pem_error(&broken), MALFORMED);
    assert_eq!(pem_error(&(key + &broken)), in_block(2, MALFORMED));
}

#[test]
fn a_wrong_password_is_refused() {
    for name in ["sha1-aes128", "sha256-aes256", "scrypt"] {
        let text = pem(&format!("encrypted-{name}.pkcs8.pem"));

        for password in ["Josie", "josie ", "josie\n", "j"] {
            assert_eq!(open(&text, password).unwrap_err(), KeyError::WrongPassword, "{name}");
        }
        assert!(open(&text, "josie").is_ok());
    }
}

#[test]
fn a_changed_ciphertext_is_refused_without_a_finer_reason_or_makes_another_key() {
    let whole = decoded("encrypted-scrypt.pkcs8.pem");
    let start = whole.len() - 144;
    assert_eq!(whole[start - 3..start], [0x04, 0x81, 144]);
    let honest = open_der(&whole).unwrap().to_pkcs8_der().unwrap();

    let mut refused = 0;
    for at in (start..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 1;

        match open_der(&changed) {
            Ok(other) => {
                assert_ne!(other.to_pkcs8_der().unwrap().expose(), honest.expose(), "{at}");
            }
            Err(error) => {
                assert_eq!(error, KeyError::WrongPassword, "{at}");
                refused += 1;
            }
        }
    }
    assert!(refused > 5, "{refused}");
    // Cut at a block, and inside of one.
    for (header, length) in [([0x04, 0x81, 0x80], 128), ([0x04, 0x81, 0x81], 129)] {
        let content = [&header[..], &whole[start..start + length]].concat();
        let algorithm = &whole[3..start - 3];
        let cut = super::tlv(0x30, &[algorithm, &content]);
        assert_eq!(der_error(&cut), KeyError::WrongPassword, "{length}");
    }
}

#[test]
fn an_encrypted_key_that_josie_does_not_read_is_refused_as_a_wrong_password_is() {
    // Encrypted is not one PKCS#8 key but an octet more or less, or another algorithm: the initialization vector is the
    // first block's mask.
    let whole = der("encrypted.pkcs8.der");
    let at = whole.len() - 64 - 2 - 16;
    assert_eq!(whole[at - 2..at], [0x04, 0x10]);
    let masked = |index: usize, mask: u8| {
        let mut masked = whole.clone();
        masked[at + index] ^= mask;
        masked
    };

    // Ed448 is 1.3.101.113, one more than Ed25519; the version of PKCS#8 is the octet 4.
    assert_eq!(der_error(&masked(11, 0x70 ^ 0x71)), KeyError::WrongPassword);
    assert_eq!(der_error(&masked(4, 2)), KeyError::WrongPassword);
    assert_eq!(der_error(&masked(1, 1)), KeyError::WrongPassword);
    // X25519 is 1.3.101.110: who can write can make another key of it.
    let other = open_der(&masked(11, 0x70 ^ 0x6e)).unwrap();
    assert_eq!(other.crv(), Some(josie::Curve::X25519));
    assert_eq!(open_der(&masked(0, 0)).unwrap().crv(), Some(josie::Curve::Ed25519));
}

#[test]
fn more_iterations_than_the_limit_are_refused_before_they_are_done() {
    let iterations = |found| KeyError::Iterations { alg: "PBKDF2", min: 1, max: 1_200_000, found };
    let many = decoded("encrypted-iterations.pkcs8.pem");

    assert_eq!(der_error(&many), iterations(1_200_001));
    assert_eq!(pem_error(&pem("encrypted-iterations.pkcs8.pem")), iterations(1_200_001));
    // Unanswered for hours, if it were tried.
    let most = replaced(&many, &[2, 3, 0x12, 0x4f, 0x81], &[2, 3, 0x7f, 0xff, 0xff]);
    assert_eq!(der_error(&most), iterations(0x7f_ffff));
    let whole = der("encrypted.pkcs8.der");
    assert_eq!(der_error(&replaced(&whole, &[2, 2, 8, 0], &[2, 2, 0x80, 0])), MALFORMED);
    // Fewer are as many as the file says: 2048 here, and then 2049, which make another key.
    let other = replaced(&whole, &[2, 2, 8, 0], &[2, 2, 8, 1]);
    assert_eq!(der_error(&other), KeyError::WrongPassword);
    assert!(open_der(&whole).is_ok());
}

/// RFC 8018 appendix A.2: the length of the derived key may be stated, and then is that of the cipher's.
#[test]
fn stated_key_length_that_the_cipher_does_not_have_is_refused() {
    let whole = der("encrypted.pkcs8.der");
    let (before, after) = (&whole[..0x2f], &whole[0x2f..]);
    assert!(before.ends_with(&[2, 2, 8, 0]));
    let with = |length: u8| {
        let mut stated = [before, &[2, 1, length], after].concat();
        // What is around the parameters of PBKDF2: three octets more.
        for header in [2, 4, 0x11, 0x13, 0x20] {
            stated[header] += 3;
        }
        stated
    };

    assert!(open_der(&with(32)).is_ok());
    for length in [0, 16, 24, 31, 33, 64] {
        assert_eq!(der_error(&with(length)), MALFORMED, "{length}");
    }
}

#[test]
fn scrypt_parameters_over_the_bounds_are_refused_before_the_work() {
    let whole = decoded("encrypted-scrypt.pkcs8.pem");
    // N = 1024, r = 8, p = 1.
    let with = |n: [u8; 2], r: u8, p: u8| {
        let parameters = [2, 2, n[0], n[1], 2, 1, r, 2, 1, p];
        replaced(&whole, &[2, 2, 4, 0, 2, 1, 8, 2, 1, 1], &parameters)
    };

    for (n, r, p) in [
        // 66 and 254 MiB; 272 MiB and 4 GiB in all lanes.
        ([0x40, 0], 33, 1),
        ([0x40, 0], 127, 127),
        ([0x40, 0], 8, 17),
        ([0x40, 0], 32, 64),
    ] {
        assert_eq!(der_error(&with(n, r, p)), KeyError::ScryptCost, "{n:?} {r} {p}");
    }
    // No power of two; 1; no block; no lane; negative.
    for (n, r, p) in
        [([4, 1], 8, 1), ([4, 0], 0, 1), ([4, 0], 8, 0), ([4, 0], 0x80, 1), ([0x84, 0], 8, 1)]
    {
        assert_eq!(der_error(&with(n, r, p)), MALFORMED, "{n:?} {r} {p}");
    }
    let zero = replaced(&whole, &[2, 2, 4, 0], &[2, 2, 0, 0]);
    assert_eq!(der_error(&zero), MALFORMED);
    assert_eq!(der_error(&with([2, 0], 8, 1)), KeyError::WrongPassword);
    assert!(open_der(&with([4, 0], 8, 1)).is_ok());
}

#[test]
fn other_encryptions_are_refused_as_unknown() {
    for name in ["des3", "pbes1"] {
        let text = pem(&format!("encrypted-{name}.pkcs8.pem"));

        assert_eq!(pem_error(&text), KeyError::UnknownKeyAlgorithm, "{name}");
    }
    let whole = der("encrypted.pkcs8.der");
    let pbkdf2 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
    let other = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x7c";
    assert_eq!(der_error(&replaced(&whole, pbkdf2, other)), KeyError::UnknownKeyAlgorithm);
    let hmac_sha256 = b"\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x09";
    let other = b"\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x7f";
    assert_eq!(der_error(&replaced(&whole, hmac_sha256, other)), KeyError::UnknownKeyAlgorithm);
    assert!(open_der(&whole).is_ok());
}

#[test]
fn every_truncation_and_trailing_octets_are_refused() {
    let whole = der("encrypted.pkcs8.der");

    for length in 0..whole.len() {
        let error = der_error(&whole[..length]);
        let unknown = matches!(error, KeyError::Format { found: KeyFormat::Unknown, .. });
        // What is left of it is an algorithm, and then no key.
        let broken = matches!(error, KeyError::Encoding(KeyFormat::EncryptedPkcs8));
        assert!(unknown || broken, "{length} {error:?}");
    }
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(der_error(&longer), MALFORMED);
    assert!(open_der(&whole).is_ok());
}

#[test]
fn keys_that_are_not_encrypted_are_refused_by_name() {
    const EXPECTED: &str = "encrypted PKCS#8 private key";
    for (name, found) in [
        ("ed25519.pkcs8", KeyFormat::Pkcs8),
        ("p256.spki", KeyFormat::Spki),
        ("p256.sec1", KeyFormat::Sec1),
        ("certificate", KeyFormat::Certificate),
    ] {
        assert_eq!(pem_error(&pem(&format!("{name}.pem"))), format(EXPECTED, found), "{name}");
        assert_eq!(der_error(&der(&format!("{name}.der"))), format(EXPECTED, found), "{name}");
    }
    let in_pem = "encrypted PKCS#8 private key in PEM";
    assert_eq!(pem_error("hunter2"), format(in_pem, KeyFormat::Unknown));
    assert_eq!(pem_error(&" ".repeat(65 * 1024)), format(in_pem, KeyFormat::Unknown));
    let in_der = "encrypted PKCS#8 private key in DER";
    let text = pem("encrypted.pkcs8.pem");
    assert_eq!(der_error(text.as_bytes()), format(in_der, KeyFormat::EncryptedPkcs8));
    assert_eq!(der_error(&vec![0x30; 65 * 1024]), format(in_der, KeyFormat::Unknown));
    // What is read is found to have octets behind its end.
    let mut longest = der("encrypted.pkcs8.der");
    longest.resize(64 * 1024, 0);
    assert_eq!(der_error(&longest), MALFORMED);
    longest.push(0);
    assert_eq!(der_error(&longest), format(in_der, KeyFormat::Unknown));
}

#[test]
fn a_label_that_does_not_match_its_content_is_refused() {
    let as_encrypted = pem("ed25519.pkcs8.pem").replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");

    assert_eq!(pem_error(&as_encrypted), MALFORMED);
}
