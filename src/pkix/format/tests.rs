use std::fs;
use std::path::PathBuf;

use base64::prelude::BASE64_STANDARD;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::*;

fn file(name: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read(directory.join(name)).unwrap()
}

const FILES: [(&str, KeyFormat); 21] = [
    ("rsa2048.pkcs8", KeyFormat::Pkcs8),
    ("rsa3072.pkcs8", KeyFormat::Pkcs8),
    ("rsa1024.pkcs8", KeyFormat::Pkcs8),
    ("p256.pkcs8", KeyFormat::Pkcs8),
    ("p384.pkcs8", KeyFormat::Pkcs8),
    ("p521.pkcs8", KeyFormat::Pkcs8),
    ("secp256k1.pkcs8", KeyFormat::Pkcs8),
    ("ed25519.pkcs8", KeyFormat::Pkcs8),
    ("rsa2048.spki", KeyFormat::Spki),
    ("rsa3072.spki", KeyFormat::Spki),
    ("rsa1024.spki", KeyFormat::Spki),
    ("p256.spki", KeyFormat::Spki),
    ("p384.spki", KeyFormat::Spki),
    ("p521.spki", KeyFormat::Spki),
    ("secp256k1.spki", KeyFormat::Spki),
    ("ed25519.spki", KeyFormat::Spki),
    ("rsa2048.pkcs1", KeyFormat::Pkcs1PrivateKey),
    ("rsa2048.pkcs1-public", KeyFormat::Pkcs1PublicKey),
    ("p256.sec1", KeyFormat::Sec1),
    ("certificate", KeyFormat::Certificate),
    ("encrypted.pkcs8", KeyFormat::EncryptedPkcs8),
];

#[test]
fn every_der_document_is_known_by_its_structure() {
    for (name, format) in FILES {
        let der = file(&format!("{name}.der"));

        assert_eq!(detect(&der), Some(format), "{name}");
    }
}

#[test]
fn every_pem_text_is_known_with_any_line_ends_and_text_around() {
    for (name, format) in FILES {
        let pem = String::from_utf8(file(&format!("{name}.pem"))).unwrap();
        for text in [
            pem.clone(),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\r"),
            pem.replace('\n', "\\n"),
            format!("\u{feff}\n \t{pem}"),
            format!("Bag Attributes\n  friendlyName: x\n{pem}\ntrailer"),
        ] {
            assert_eq!(detect(text.as_bytes()), Some(format), "{name}");
        }
    }
}

#[test]
fn der_in_base64_is_known_in_every_spelling() {
    for (name, format) in FILES {
        let der = file(&format!("{name}.der"));
        let padded = BASE64_STANDARD.encode(&der);
        let lines: Vec<&[u8]> = padded.as_bytes().chunks(76).collect();
        for text in [
            padded.clone(),
            padded.trim_end_matches('=').to_owned(),
            BASE64_URL_SAFE_NO_PAD.encode(&der),
            format!("\n{padded}\n"),
            String::from_utf8(lines.join(&b"\r\n"[..])).unwrap(),
        ] {
            assert_eq!(detect(text.as_bytes()), Some(format), "{name}");
        }
    }
}

#[test]
fn der_with_one_octet_more_less_or_other_is_no_document() {
    for (name, _) in FILES {
        let der = file(&format!("{name}.der"));

        assert_eq!(detect(&[&*der, &[0]].concat()), None, "{name}");
        assert_eq!(detect(&der[..der.len() - 1]), None, "{name}");
        assert_eq!(detect(&[&[0x31], &der[1..]].concat()), None, "{name}");
    }
}

#[test]
fn half_of_an_ssh2_key_does_not_hide_the_pem_behind_it() {
    let pem = String::from_utf8(file("p256.spki.pem")).unwrap();
    let half = "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n";

    assert_eq!(detect(format!("{half}{pem}").as_bytes()), Some(KeyFormat::Spki));
    assert_eq!(detect(half.as_bytes()), None);
}

#[test]
fn openssh_keys_are_known() {
    let line = String::from_utf8(file("openssh.pub")).unwrap();
    for text in [
        line.clone(),
        format!("\u{feff}  {line}"),
        format!("no-pty,command=\"ls\" {line}"),
        format!("example.org {line}"),
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== me@host".to_owned(),
        "ssh-dss AAAAB3NzaC1kc3M=".to_owned(),
        // The blob without its line, as base64 and as octets.
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQ==".to_owned(),
        "\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01".to_owned(),
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=".to_owned(),
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t x".to_owned(),
        "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----".to_owned(),
        String::from_utf8(file("openssh.pem")).unwrap(),
    ] {
        assert_eq!(detect(text.as_bytes()), Some(KeyFormat::OpenSsh), "{text}");
    }
}

#[test]
fn json_objects_with_kty_or_keys_are_known() {
    for (text, format) in [
        (r#"{"kty":"oct","k":"AA"}"#, KeyFormat::Jwk),
        (r#"{"a":[{"b":1}],"kty":null,"kty":1}"#, KeyFormat::Jwk),
        (r#"{"k\u0074y":"EC"}"#, KeyFormat::Jwk),
        ("\u{feff} \n{\"kty\":\"EC\"}\n", KeyFormat::Jwk),
        (r#"{"keys":[]}"#, KeyFormat::JwkSet),
        (r#"{"keys":[{"kty":"RSA"}],"x":0}"#, KeyFormat::JwkSet),
    ] {
        assert_eq!(detect(text.as_bytes()), Some(format), "{text}");
        let encoded = BASE64_URL_SAFE_NO_PAD.encode(text);
        assert_eq!(detect(encoded.as_bytes()), Some(format), "{encoded}");
    }
}

#[test]
fn pem_of_other_kinds_is_known() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\nAA==\n-----END {label}-----\n");
    for (text, format) in [
        (pem("EC PARAMETERS"), KeyFormat::OtherPem),
        (pem(""), KeyFormat::OtherPem),
        ("-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(), KeyFormat::OpenSsh),
        (pem("PUBLIC KEY").replace("-----END PUBLIC KEY-----\n", ""), KeyFormat::Spki),
        (pem("PUBLIC KEY") + &pem("PUBLIC KEY"), KeyFormat::SeveralPemBlocks),
    ] {
        assert_eq!(detect(text.as_bytes()), Some(format), "{text}");
    }
}

#[test]
fn texts_that_only_mention_or_resemble_a_format_are_secrets() {
    for text in [
        "",
        "-----BEGIN PUBLIC KEY",
        "-----END PUBLIC KEY-----",
        "ssh-rsa is not what this passphrase is",
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQ== ssh-rsa",
        r#"{"kty":"RSA""#,
        r#"{"a":{"kty":"RSA"}}"#,
        r#"["kty"]"#,
        r#"{"kty":1} {"kty":1}"#,
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
        "3q2-7w",
    ] {
        assert_eq!(detect(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn small_or_even_pairs_of_integers_are_secrets() {
    let pair = |n: Vec<u8>, e: &[u8]| {
        let integer = |value: &[u8]| [&[2, u8::try_from(value.len()).unwrap()], value].concat();
        let contents = [integer(&n), integer(e)].concat();
        [&[0x30, u8::try_from(contents.len()).unwrap()], &*contents].concat()
    };

    assert_eq!(detect(&pair(vec![0x7f; 64], &[3])), Some(KeyFormat::Pkcs1PublicKey));
    assert_eq!(detect(&pair(vec![0x7f; 63], &[3])), None);
    assert_eq!(detect(&pair(vec![0x7e; 64], &[3])), None);
    assert_eq!(detect(&pair(vec![0x7f; 64], &[2])), None);
    assert_eq!(detect(&pair(vec![0xff; 64], &[3])), None);
    assert_eq!(detect(&pair(vec![0x7f; 64], &[0x11; 33])), None);
}

#[test]
fn random_secrets_are_no_documents_even_if_they_begin_like_der() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()
    };
    for round in 0..200_000_u32 {
        let length = 16 + usize::from(u16::from_be_bytes([random()[0] & 1, random()[1]]));
        let mut secret: Vec<u8> = Vec::with_capacity(length + 8);
        while secret.len() < length {
            secret.extend(random());
        }
        secret.truncate(length.min(512));
        begin_like_der(&mut secret, round % 4);

        assert_eq!(detect(&secret), None, "{secret:02x?}");
    }
}

// 0: random. 1: SEQUENCE of any length. 2: SEQUENCE of the whole secret. 3: and an INTEGER inside
// it.
fn begin_like_der(secret: &mut [u8], likeness: u32) {
    let length = secret.len();
    if likeness == 1 {
        secret[..2].copy_from_slice(&[0x30, 0x82]);
    }
    if likeness >= 2 {
        let header = match length {
            ..=129 => vec![0x30, u8::try_from(length - 2).unwrap()],
            130..=258 => vec![0x30, 0x81, u8::try_from(length - 3).unwrap()],
            _ => [&[0x30, 0x82][..], &u16::try_from(length - 4).unwrap().to_be_bytes()].concat(),
        };
        secret[..header.len()].copy_from_slice(&header);
        if likeness == 3 {
            secret[header.len()] = 2;
        }
    }
}
