//! Section I: what is public of a key pair, used as an HMAC secret.
//!
//! Two things stand in the way, and each is tested: a document that is a key is no secret, and a key that is
//! bound to an algorithm with a public key takes no part in an HMAC.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use josie::Error;
use josie::Jwk;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Refused;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::HMAC_ALGS;
use crate::authors::authors_with_files;
use crate::authors::b64u;
use crate::authors::fixture;
use crate::authors::fixture_text;
use crate::authors::from_b64u;
use crate::authors::verify;

#[test]
fn a04_public_key_pem_as_hmac_secret_is_refused() {
    for (stem, victim) in authors_with_files() {
        for (pem, format) in public_pem(stem) {
            for spelling in pem_spellings(&pem) {
                assert_is_no_secret(&victim, spelling.as_bytes(), format);
                assert_verifies_nothing(&victim, spelling.as_bytes());
            }
            assert_is_no_secret(&victim, pem.repeat(2).as_bytes(), KeyFormat::SeveralPemBlocks);
            assert_verifies_nothing(&victim, pem.repeat(2).as_bytes());
        }
        assert_honest_twins_verify(&victim);
    }
}

fn public_pem(stem: &str) -> Vec<(String, KeyFormat)> {
    let mut files = vec![(fixture_text(&format!("{stem}.spki.pem")), KeyFormat::Spki)];
    if stem == "rsa2048" {
        let pkcs1 = fixture_text("rsa2048.pkcs1-public.pem");
        files.push((pkcs1, KeyFormat::Pkcs1PublicKey));
    }
    if stem == "p256" {
        let certificate = fixture_text("certificate.pem");
        files.push((certificate, KeyFormat::Certificate));
        files.push((fixture_text("p256-compressed.spki.pem"), KeyFormat::Spki));
        files.push((fixture_text("p256-explicit.spki.pem"), KeyFormat::Spki));
    }
    files
}

/// Every textual form in which a PEM text ends up in a configuration.
fn pem_spellings(pem: &str) -> Vec<String> {
    let trimmed = pem.trim();
    let line_ends =
        ["\r\n", "\r", "\n\n", " ", "\t", "", "\\n", "\\r\\n", "\n  ", " \n", "\u{2028}"]
            .map(|line_end| trimmed.replace('\n', line_end));
    let ends = ["\n", "\n\n", "\r\n", " ", "\t", "\0", "\n# rotated\n"]
        .map(|end| format!("{trimmed}{end}"));
    let starts = [
        "\n",
        "\r\n",
        " ",
        "\t",
        "    ",
        "\u{b}",
        "\u{c}",
        "\u{a0}",
        "\u{feff}",
        "\0",
        "# key\n",
        "Bag Attributes\n",
    ]
    .map(|start| format!("{start}{pem}"));
    let quoted = [format!("\"{trimmed}\""), format!("'{pem}'"), json!(pem).to_string()];
    let encoded = [STANDARD.encode(pem), STANDARD_NO_PAD.encode(pem), b64u(pem.as_bytes())];
    [pem.to_owned(), trimmed.to_owned()]
        .into_iter()
        .chain(line_ends)
        .chain(ends)
        .chain(starts)
        .chain(quoted)
        .chain(encoded)
        .collect()
}

#[test]
fn a05_public_key_der_as_hmac_secret_is_refused() {
    for (stem, victim) in authors_with_files() {
        for (der, format) in public_der(stem) {
            assert_is_no_secret(&victim, &der, format);
            assert_verifies_nothing(&victim, &der);
        }
        assert_honest_twins_verify(&victim);
    }
}

fn public_der(stem: &str) -> Vec<(Vec<u8>, KeyFormat)> {
    let mut files = vec![(fixture(&format!("{stem}.spki.der")), KeyFormat::Spki)];
    if stem == "rsa2048" {
        files.push((fixture("rsa2048.pkcs1-public.der"), KeyFormat::Pkcs1PublicKey));
    }
    if stem == "p256" {
        files.push((fixture("certificate.der"), KeyFormat::Certificate));
    }
    files
}

#[test]
fn a06_public_jwk_and_jwk_set_as_hmac_secret_are_refused() {
    for (_, victim) in authors_with_files() {
        for jwk in [victim.public_jwk(), victim.bare_jwk()] {
            for spelling in json_spellings(&jwk) {
                assert_is_no_secret(&victim, spelling.as_bytes(), KeyFormat::Jwk);
                assert_verifies_nothing(&victim, spelling.as_bytes());
            }
            for set in [json!({ "keys": [jwk] }), json!({ "keys": [jwk, jwk], "x": 1 })] {
                for spelling in json_spellings(&set) {
                    assert_is_no_secret(&victim, spelling.as_bytes(), KeyFormat::JwkSet);
                    assert_verifies_nothing(&victim, spelling.as_bytes());
                }
            }
        }
        assert_honest_twins_verify(&victim);
    }
}

fn json_spellings(document: &Value) -> Vec<String> {
    let compact = document.to_string();
    let pretty = serde_json::to_string_pretty(document).unwrap();
    vec![
        pretty.replace("\n", "\r\n"),
        pretty.replace("  ", "\t"),
        compact.replace("\":", "\": "),
        format!("\n{compact}"),
        format!("{compact}\n"),
        format!(" \t\r\n{pretty}\r\n "),
        format!("\u{feff}{compact}"),
        b64u(compact.as_bytes()),
        STANDARD.encode(&pretty),
        compact,
        pretty,
    ]
}

#[test]
fn a07_public_key_in_openssh_form_as_hmac_secret_is_refused() {
    for (_, victim) in authors_with_files() {
        let (kind, blob) = openssh_blob(&victim.public_jwk());
        let blob = STANDARD.encode(blob);

        for line in [
            format!("{kind} {blob}"),
            format!("{kind} {blob} mallory@example"),
            format!("{kind} {blob} mallory@example\n"),
            format!("\n {kind}\t{blob}\r\n"),
            format!("restrict,command=\"true\" {kind} {blob}"),
            format!("host.example {kind} {blob}"),
            format!("# comment\n{kind} {blob}"),
            format!("---- BEGIN SSH2 PUBLIC KEY ----\n{blob}\n---- END SSH2 PUBLIC KEY ----\n"),
            fixture_text("openssh.pub"),
        ] {
            assert_is_no_secret(&victim, line.as_bytes(), KeyFormat::OpenSsh);
            assert_verifies_nothing(&victim, line.as_bytes());
        }
        assert_honest_twins_verify(&victim);
    }
}

#[test]
fn a07_public_key_and_certificate_in_bare_base64_as_hmac_secret_are_refused() {
    for (stem, victim) in authors_with_files() {
        for (der, format) in public_der(stem) {
            let text = STANDARD.encode(&der);
            let wrapped: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();

            for spelling in [
                text.clone(),
                format!("{text}\n"),
                format!("\n{text}"),
                wrapped.join("\n"),
                wrapped.join("\r\n"),
                STANDARD_NO_PAD.encode(&der),
                b64u(&der),
            ] {
                assert_is_no_secret(&victim, spelling.as_bytes(), format);
                assert_verifies_nothing(&victim, spelling.as_bytes());
            }
        }
        assert_honest_twins_verify(&victim);
    }
}

/// The key type and the blob of an OpenSSH public key (RFC 4253 section 6.6, RFC 5656, RFC 8709).
fn openssh_blob(jwk: &Value) -> (String, Vec<u8>) {
    let octets = |name: &str| from_b64u(&jwk[name]);
    let curve = |name: &str| {
        let point = [vec![4], octets("x"), octets("y")].concat();
        (format!("ecdsa-sha2-{name}"), vec![name.as_bytes().to_vec(), point])
    };
    let (kind, fields) = match jwk["crv"].as_str() {
        None => ("ssh-rsa".to_owned(), vec![octets("e"), [vec![0], octets("n")].concat()]),
        Some("Ed25519") => ("ssh-ed25519".to_owned(), vec![octets("x")]),
        Some("P-256") => curve("nistp256"),
        Some("P-384") => curve("nistp384"),
        Some("P-521") => curve("nistp521"),
        Some(_) => curve("1.3.132.0.10"),
    };
    let mut blob = Vec::new();
    for field in [&[kind.as_bytes().to_vec()][..], &fields].concat() {
        blob.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        blob.extend(field);
    }
    (kind, blob)
}

#[test]
fn a08_raw_octets_of_a_public_key_verify_nothing_under_a_mixed_allow_list() {
    for (_, victim) in authors_with_files() {
        let jwk = victim.public_jwk();
        let members: Vec<Vec<u8>> = ["n", "e", "x", "y"]
            .into_iter()
            .filter(|name| jwk.get(name).is_some())
            .map(|name| from_b64u(&jwk[name]))
            .collect();
        let all = members.concat();
        let points =
            [[&[4], &*all].concat(), [&[2], &*members[0]].concat(), [&[3], &*members[0]].concat()];
        let with_sign_octet = [&[0], &*members[0]].concat();
        let texts: Vec<Vec<u8>> = members.iter().map(|member| b64u(member).into_bytes()).collect();

        for secret in members.iter().chain([&all, &with_sign_octet]).chain(&points).chain(&texts) {
            assert_verifies_nothing(&victim, secret);
        }
        assert_honest_twins_verify(&victim);
    }
}

/// No way to make an HMAC key takes these octets.
fn assert_is_no_secret(victim: &Author, octets: &[u8], format: KeyFormat) {
    let material = KeyMaterial::oct(octets.to_vec());
    let jwk = Jwk::parse(&json!({ "kty": "oct", "k": b64u(octets) }).to_string()).unwrap();
    for alg in HMAC_ALGS {
        let min = alg.min_secret_len().unwrap();
        let expected = if octets.len() < min {
            let found = octets.len();
            KeyError::SecretTooShort { alg: alg.name(), min, found }
        } else {
            KeyError::SecretIsKey(format)
        };
        for material in [&material, jwk.material()] {
            let verifying = VerifyingKey::new(material, alg, &victim.registry).map(drop);
            let signing = SigningKey::new(material, alg, &victim.registry).map(drop);
            let text = String::from_utf8_lossy(octets);
            assert_eq!(verifying, Err(expected.clone()), "{victim}, {alg}: {text:?}");
            assert_eq!(signing, Err(expected.clone()), "{victim}, {alg}: {text:?}");
        }
        assert_eq!(VerifyingKey::from_secret(octets, alg).map(drop), Err(expected.clone()));
        assert_eq!(SigningKey::from_secret(octets, alg).map(drop), Err(expected));
    }
}

/// A token with an HMAC under these octets is not accepted where the victim's public key verifies.
fn assert_verifies_nothing(victim: &Author, octets: &[u8]) {
    let public_key = victim.verifying_key();
    let hmac_key = victim.stranger_with_hmac().verifying_key();
    for alg in HMAC_ALGS {
        let attacker = victim.with_secret(octets, alg);
        let token = attacker.honest();

        let alone = KeySet::from(public_key.clone());
        let refused = Err(Error::Refused(Refused::Algorithm));
        assert_eq!(verify(&token, &alone, &[victim.alg]), refused, "{victim}");
        assert_eq!(verify(&token, &alone, &[alg, victim.alg]), Err(Error::UnknownKey), "{victim}");
        if alg == hmac_key.alg() {
            let both = [public_key.clone(), hmac_key.clone()].into_iter().collect();
            let mixed = verify(&token, &both, &[alg, victim.alg]);
            assert_eq!(mixed, Err(Error::InvalidSignature), "{victim}");
        }
    }
}

/// The victim's own tokens verify, and so do tokens under a real secret, in one set with one allow-list.
fn assert_honest_twins_verify(victim: &Author) {
    let hmac = victim.stranger_with_hmac();
    let keys = [victim.verifying_key(), hmac.verifying_key()].into_iter().collect();
    for token in [victim.honest(), hmac.honest()] {
        assert_eq!(verify(&token, &keys, JwsAlg::ALL), Ok(()), "{victim}");
    }
}
