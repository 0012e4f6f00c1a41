//! The text around the key: labels, white space, other formats.

use josie::Curve;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyType;

use super::CERTIFICATE;
use super::PKCS1_PRIVATE;
use super::PKCS1_PUBLIC;
use super::PKCS8;
use super::SEC1;
use super::SPKI;
use super::der;
use super::der_error;
use super::found;
use super::in_block;
use super::pem;
use super::pem_error;

#[test]
fn keys_in_other_formats_are_refused_by_name() {
    let error = |found| KeyError::Format { expected: "key or certificate", found };

    let encrypted = error(KeyFormat::EncryptedPkcs8);
    assert_eq!(pem_error(&pem("encrypted.pkcs8.pem")), encrypted);
    assert_eq!(der_error(&der("encrypted.pkcs8.der")), encrypted);
    for name in ["rsa2048.pkcs1", "p256.sec1"] {
        let traditional = pem_error(&pem(&format!("{name}-encrypted.pem")));
        assert_eq!(traditional, error(KeyFormat::EncryptedTraditional), "{name}");
        // Neither is what a key without encryption is called.
        assert!(KeyMaterial::from_pem(&pem(&format!("{name}.pem"))).is_ok(), "{name}");
    }
    for label in ["DSA PRIVATE KEY", "CERTIFICATE REQUEST", "X509 CRL", "PGP PRIVATE KEY BLOCK"] {
        let text = pem("p256.spki.pem").replace("PUBLIC KEY", label);
        assert_eq!(pem_error(&text), error(KeyFormat::OtherPem), "{label}");
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
        (block.to_owned() + &pem("p256.pkcs8.pem"), KeyFormat::SeveralPemBlocks),
        (pem("p256.sec1.pem") + block, KeyFormat::SeveralPemBlocks),
        (block.to_owned() + block + &pem("p256.sec1.pem"), KeyFormat::SeveralPemBlocks),
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
        KeyError::Format { expected: "key or certificate in DER", found: KeyFormat::Spki }
    );
    assert_eq!(
        pem_error(&body),
        KeyError::Format { expected: "key or certificate in PEM", found: KeyFormat::Spki }
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
    let as_certificate = pem("p256.spki.pem").replace("PUBLIC KEY", "CERTIFICATE");
    let as_rsa = pem("rsa2048.spki.pem").replace("PUBLIC KEY", "RSA PUBLIC KEY");
    let as_rsa_private = pem("rsa2048.pkcs8.pem").replace("PRIVATE KEY", "RSA PRIVATE KEY");
    let as_sec1 = pem("p256.pkcs8.pem").replace("PRIVATE KEY", "EC PRIVATE KEY");
    let as_trusted = pem("rsa2048.spki.pem").replace("PUBLIC KEY", "TRUSTED CERTIFICATE");

    assert_eq!(pem_error(&as_public), SPKI);
    assert_eq!(pem_error(&as_private), PKCS8);
    assert_eq!(pem_error(&ends_otherwise), SPKI);
    assert_eq!(pem_error(&sec1), PKCS8);
    assert_eq!(pem_error(&as_certificate), CERTIFICATE);
    assert_eq!(pem_error(&as_rsa), PKCS1_PUBLIC);
    assert_eq!(pem_error(&as_rsa_private), PKCS1_PRIVATE);
    assert_eq!(pem_error(&as_sec1), SEC1);
    assert_eq!(pem_error(&as_trusted), CERTIFICATE);
}

#[test]
fn text_around_the_block_without_five_hyphens_is_accepted() {
    let key = pem("p256.spki.pem");
    let other = pem("ed25519.spki.pem").replace("-----", "----");
    for text in [
        format!("subject=josie\n{key}"),
        format!("{key}# the end"),
        format!("Bag Attributes\n    friendlyName: josie\n\nKey Attributes\n{key}\0\u{a0}"),
        // SSH2 has four (RFC 4716 section 3.1), and is no PEM.
        format!("{other}{key}---- the end ----"),
    ] {
        let material = KeyMaterial::from_pem(&text);

        assert_eq!(material.unwrap().crv(), Some(Curve::P256), "{text}");
    }
    let certificate = KeyMaterial::from_pem(&pem("rsa2048.certificate-text.pem")).unwrap();
    assert_eq!(certificate.kty(), KeyType::Rsa);
}

/// As an editor on Windows saves it.
#[test]
fn text_with_crlf_behind_a_byte_order_mark_is_accepted() {
    for name in ["p256.pkcs8.pem", "p256.ecparam.pem", "p256.spki.pem"] {
        let text = format!("\u{feff}{}", pem(name).replace('\n', "\r\n"));

        assert_eq!(KeyMaterial::from_pem(&text).unwrap().crv(), Some(Curve::P256), "{name}");
        assert_eq!(KeyMaterial::all_from_pem(&text).unwrap().len(), 1, "{name}");
        let several = text.clone() + &text[3..];
        assert_eq!(found(pem_error(&several)), KeyFormat::SeveralPemBlocks, "{name}");
    }
}

#[test]
fn lines_around_the_block_that_look_like_a_part_of_one_are_refused() {
    const PEM: KeyError = KeyError::Encoding(KeyFormat::Pem);
    let key = pem("p256.spki.pem");
    for (text, error) in [
        (format!("\u{feff}\u{feff}{key}"), SPKI),
        (format!("the key\n\u{feff}{key}"), SPKI),
        (format!("\u{a0}{key}"), SPKI),
        (key.replace("-----BEGIN", "x-----BEGIN"), SPKI),
        (key.replacen("-----\n", "-----x\n", 1), SPKI),
        (key.replacen("-----\n", "-----", 1), SPKI),
        (key.replacen("-----BEGIN", "-----begin", 1), PEM),
        (key.replacen("-----BEGIN", "----BEGIN", 1), PEM),
        (key.replacen("BEGIN", "BEGlN", 1), PEM),
        (format!("-----\n{key}"), PEM),
        (format!("# ----- the key -----\n{key}"), PEM),
        (format!("{key}-----END PUBLIC KEY-----\n"), PEM),
        (format!("{key}----------"), PEM),
        (key.replace("END PUBLIC KEY-----", "END PUBLIC KEY-----x"), SPKI),
        (key.replace("END PUBLIC KEY", "END PUBLIC KEY "), SPKI),
        (key.replace("-----END", "x-----END"), SPKI),
    ] {
        assert_eq!(pem_error(&text), error, "{text}");
        let hidden = format!("{text}\n{}", pem("ed25519.spki.pem"));
        let reason = match pem_error(&hidden) {
            KeyError::PemBlock { reason, .. } => *reason,
            alone => alone,
        };
        assert_eq!(reason, error, "{hidden}");
    }
    assert!(KeyMaterial::from_pem(&key).is_ok());
}

#[test]
fn a_block_inside_of_a_block_is_refused() {
    let key = pem("p256.spki.pem");
    let inner = pem("ed25519.spki.pem");
    let (head, tail) = key.split_once('\n').unwrap();

    let nested = format!("{head}\n{inner}{tail}");
    assert_eq!(pem_error(&nested), in_block(1, SPKI));
    let unended = format!("{head}\n{inner}");
    assert_eq!(pem_error(&unended), in_block(1, SPKI));
    assert!(KeyMaterial::from_pem(&format!("{head}\n{tail}")).is_ok());
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

/// RFC 1421 section 4.6.1.1: not every processed block is encrypted.
#[test]
fn older_private_keys_with_headers_are_encrypted_only_if_these_say_so() {
    for (name, broken) in [("rsa2048.pkcs1.pem", PKCS1_PRIVATE), ("p256.sec1.pem", SEC1)] {
        let key = pem(name);
        let with = |header: &str| key.replacen('\n', &format!("\n{header}\n\n"), 1);

        let encrypted = found(pem_error(&with("Proc-Type: 4,ENCRYPTED")));
        assert_eq!(encrypted, KeyFormat::EncryptedTraditional, "{name}");
        for header in ["Proc-Type: 4,MIC-CLEAR", "Comment: ENCRYPTED"] {
            assert_eq!(pem_error(&with(header)), broken, "{name} {header}");
        }
        assert!(KeyMaterial::from_pem(&key).is_ok(), "{name}");
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
    let key = pem("p256.spki.pem");
    let spaces = " ".repeat(64 * 1024);

    let text = spaces[key.len()..].to_owned() + &key;
    assert!(KeyMaterial::from_pem(&text).is_ok());
    assert_eq!(found(pem_error(&format!(" {text}"))), KeyFormat::Unknown);
    assert_eq!(found(der_error(&vec![0x30; 64 * 1024 + 1])), KeyFormat::Unknown);
    // What is read is found to have octets behind its end.
    let mut longest = der("p256.spki.der");
    longest.resize(64 * 1024, 0);
    assert_eq!(der_error(&longest), SPKI);
    longest.push(0);
    assert_eq!(found(der_error(&longest)), KeyFormat::Unknown);
}
