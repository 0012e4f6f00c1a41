//! The text around the key: labels, white space, other formats.

use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyType;

use super::PKCS8;
use super::SPKI;
use super::der;
use super::der_error;
use super::found;
use super::pem;
use super::pem_error;

#[test]
fn keys_in_other_formats_are_refused_by_name() {
    for (name, format) in [
        ("rsa2048.pkcs1", KeyFormat::Pkcs1PrivateKey),
        ("rsa2048.pkcs1-public", KeyFormat::Pkcs1PublicKey),
        ("p256.sec1", KeyFormat::Sec1),
        ("certificate", KeyFormat::Certificate),
        ("encrypted.pkcs8", KeyFormat::EncryptedPkcs8),
    ] {
        let error =
            KeyError::Format { expected: "PKCS#8 private key or SPKI public key", found: format };
        assert_eq!(pem_error(&pem(&format!("{name}.pem"))), error, "{name}");
        assert_eq!(der_error(&der(&format!("{name}.der"))), error, "{name}");
    }
}

#[test]
fn other_texts_are_refused_by_name() {
    let block = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for (text, format) in [
        (pem("openssh.pub"), KeyFormat::OpenSsh),
        (pem("openssh.pem"), KeyFormat::OpenSsh),
        (r#"{"kty":"oct","k":"AA"}"#.to_owned(), KeyFormat::Jwk),
        (r#"{"keys":[]}"#.to_owned(), KeyFormat::JwkSet),
        (block.to_owned(), KeyFormat::OtherPem),
        (block.to_owned() + &pem("p256.sec1.pem"), KeyFormat::SeveralPemBlocks),
        ("hunter2".to_owned(), KeyFormat::Unknown),
        (String::new(), KeyFormat::Unknown),
    ] {
        assert_eq!(found(pem_error(&text)), format, "{text}");
    }
}

#[test]
fn two_blocks_are_refused() {
    let key = pem("p256.pkcs8.pem");
    let twice = key.clone() + &key;

    assert_eq!(found(pem_error(&twice)), KeyFormat::SeveralPemBlocks);
}

#[test]
fn pem_given_as_der_and_der_given_as_base64_are_refused_by_name() {
    let body: String = pem("p256.spki.pem").lines().filter(|line| !line.starts_with('-')).collect();

    assert_eq!(
        der_error(pem("p256.spki.pem").as_bytes()),
        KeyError::Format {
            expected: "PKCS#8 private key or SPKI public key in DER",
            found: KeyFormat::Spki,
        }
    );
    assert_eq!(
        pem_error(&body),
        KeyError::Format {
            expected: "PKCS#8 private key or SPKI public key in PEM",
            found: KeyFormat::Spki,
        }
    );
}

#[test]
fn unknown_algorithms_and_curves_are_refused_as_unknown() {
    for name in ["rsa-pss", "dsa", "ed448", "x448", "brainpool"] {
        for form in ["pkcs8", "spki"] {
            let error = pem_error(&pem(&format!("{name}.{form}.pem")));

            assert_eq!(error, KeyError::UnknownKeyAlgorithm, "{name}.{form}");
        }
    }
}

#[test]
fn compressed_points_and_explicit_curve_parameters_are_refused() {
    for name in ["p256-compressed.spki.pem", "p256-explicit.spki.pem"] {
        assert_eq!(pem_error(&pem(name)), SPKI, "{name}");
    }
}

#[test]
fn a_label_that_does_not_match_its_content_is_refused() {
    let as_public = pem("p256.pkcs8.pem").replace("PRIVATE KEY", "PUBLIC KEY");
    let as_private = pem("p256.spki.pem").replace("PUBLIC KEY", "PRIVATE KEY");
    let ends_otherwise = pem("p256.spki.pem").replace("END PUBLIC", "END PRIVATE");
    let sec1 = pem("p256.sec1.pem").replace("EC PRIVATE KEY", "PRIVATE KEY");

    assert_eq!(pem_error(&as_public), SPKI);
    assert_eq!(pem_error(&as_private), PKCS8);
    assert_eq!(pem_error(&ends_otherwise), SPKI);
    assert_eq!(pem_error(&sec1), PKCS8);
}

#[test]
fn text_around_the_block_is_refused() {
    let key = pem("p256.spki.pem");
    for text in [
        format!("subject=josie\n{key}"),
        format!("\u{feff}{key}"),
        format!("\u{a0}{key}"),
        format!("{key}# the end"),
        format!("{key}\0"),
        key.replace("-----BEGIN", "x-----BEGIN"),
    ] {
        assert_eq!(pem_error(&text), SPKI, "{text}");
    }
}

#[test]
fn white_space_around_the_block_and_every_line_end_are_accepted() {
    let key = pem("p256.spki.pem");
    let parts: Vec<&str> = key.lines().collect();
    let one_line =
        format!("{}\n{}\n{}", parts[0], parts[1..parts.len() - 1].concat(), parts[parts.len() - 1]);
    for text in [
        format!(" \r\n\t{key}\n\n "),
        key.trim_end().to_owned(),
        key.replace('\n', "\r\n"),
        key.replace('\n', "\r"),
        one_line,
    ] {
        let material = KeyMaterial::from_pem(&text);

        assert_eq!(material.unwrap().kty(), KeyType::Ec, "{text}");
    }
}

#[test]
fn broken_blocks_are_refused() {
    let key = pem("p256.spki.pem");
    for text in [
        key.replace("-----END PUBLIC KEY-----\n", ""),
        key.replace("-----END", "----END"),
        key.replace("MFkw", "MF!w"),
        key.replace("MFkw", "MFk="),
        key.replacen('\n', "\nProc-Type: 4,ENCRYPTED\n\n", 1),
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n".to_owned(),
        "-----BEGIN PUBLIC KEY-----".to_owned(),
    ] {
        assert_eq!(pem_error(&text), SPKI, "{text}");
    }
}

#[test]
fn base64_with_trailing_bits_is_refused() {
    // One octet before the padding `==`: of the character there, four bits belong to no octet (RFC
    // 4648 section 3.5).
    let key = pem("p256.spki.pem");
    let at = key.find("==\n").unwrap() - 1;
    let next = char::from(key.as_bytes()[at] + 1).to_string();
    let other = [&key[..at], &next, &key[at + 1..]].concat();

    assert!("AQgw".contains(&key[at..=at]));
    assert_eq!(pem_error(&other), SPKI);
}

#[test]
fn input_over_64_kib_is_refused_unread() {
    let spaces = " ".repeat(64 * 1024);

    assert_eq!(found(pem_error(&(spaces + &pem("p256.spki.pem")))), KeyFormat::Unknown);
    assert_eq!(found(der_error(&vec![0x30; 64 * 1024 + 1])), KeyFormat::Unknown);
}
