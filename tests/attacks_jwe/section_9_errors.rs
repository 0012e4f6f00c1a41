//! Section IX: everything that can go wrong between the choice of the key and the checked tag is one error.

use std::error::Error as _;

use josie::Error;
use josie::JweAlg;
use josie::JwtPolicy;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::NoClaims;
use josie::SealedJwt;
use josie::SecretBytes;
use serde_json::Value;
use serde_json::json;

use crate::content::CBC;
use crate::content::authenticated;
use crate::content::opener;
use crate::content::with_every_enc;
use crate::passwords::PBES2;
use crate::sealing::Draft;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::b64u;
use crate::sealing::random;
use crate::sealing::sealers;

/// Octets with one bit changed, at each end, and of each length near the right one.
fn variants(honest: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut variants = vec![("extended".to_owned(), [honest, &[0]].concat())];
    variants.push(("extended by a block".to_owned(), [honest, &[0; 16]].concat()));
    for place in [0, honest.len().saturating_sub(1)] {
        if let Some(octet) = honest.get(place) {
            let mut flipped = honest.to_vec();
            flipped[place] = octet ^ 1;
            variants.push((format!("flipped at {place}"), flipped));
        }
    }
    // Of what RSA encrypts, some.
    let steps = if honest.len() > 64 { 31 } else { 1 };
    for len in (0..honest.len()).rev().step_by(steps) {
        variants.push((format!("cut to {len}"), honest[..len].to_vec()));
    }
    variants
}

// Below, what is wrong with a token stands before it.

/// Wrong parts of an otherwise honest token.
fn wrong_parts(honest: &Token) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut add = |part: &str, honest_part: &[u8], with: &dyn Fn(Vec<u8>) -> Token| {
        for (fault, octets) in variants(honest_part) {
            faults.push((format!("{part} {fault}"), with(octets).compact()));
        }
    };
    add("encrypted key", &honest.encrypted_key, &|encrypted_key| Token {
        encrypted_key,
        ..honest.clone()
    });
    add("iv", &honest.iv, &|iv| Token { iv, ..honest.clone() });
    add("ciphertext", &honest.ciphertext, &|ciphertext| Token { ciphertext, ..honest.clone() });
    add("tag", &honest.tag, &|tag| Token { tag, ..honest.clone() });
    faults
}

/// Headers that still parse and that the policy allows, but not those that were authenticated.
fn wrong_headers(draft: &Draft) -> Vec<(String, String)> {
    let header = &draft.header;
    let honest = draft.seal();
    [
        ("white space", format!("{header} ")),
        ("white space inside", header.replacen(':', ": ", 1)),
        ("escape", header.replace(r#""enc""#, r#""en\u0063""#)),
        ("added member", header.replacen('{', r#"{"note":1,"#, 1)),
        ("added typ", header.replacen('{', r#"{"typ":"JWT","#, 1)),
        ("added kid", header.replacen('{', r#"{"kid":"a","#, 1)),
        ("added apu", header.replacen('{', r#"{"apu":"QQ","#, 1)),
        ("added apv", header.replacen('{', r#"{"apv":"QQ","#, 1)),
    ]
    .map(|(fault, header)| {
        assert_ne!(header, draft.header);
        let token = Token { header: b64u(header), ..honest.clone() };
        (format!("header: {fault}"), token.compact())
    })
    .into()
}

/// A content encryption key that the content was not encrypted with, or of another length, correctly encrypted.
fn wrong_ceks(sealer: &Sealer) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut stranger = sealer.draft();
    stranger.cek = SecretBytes::new(random(&sealer.registry, sealer.enc.key_len()));
    faults.push(("content under another key".to_owned(), stranger.compact()));
    let is_encrypted = !matches!(
        sealer.alg.mode(),
        KeyManagementMode::DirectEncryption | KeyManagementMode::DirectKeyAgreement
    );
    for len in [16, 24, 32, 40, 48, 64] {
        if is_encrypted && len != sealer.enc.key_len() {
            let cek = random(&sealer.registry, len);
            let mut draft = sealer.draft_with_cek(cek.clone());
            // What a reader might make of it: cut, or filled up with zeros.
            let mut fitted = cek;
            fitted.resize(sealer.enc.key_len(), 0);
            draft.cek = SecretBytes::new(fitted);
            faults.push((format!("content encryption key of {len}"), draft.compact()));
        }
    }
    faults
}

/// Values of the parameters that belong to the encrypted key, under a tag that covers them.
fn wrong_parameters(sealer: &Sealer) -> Vec<(String, String)> {
    let draft = sealer.draft();
    let mut faults = Vec::new();
    let mut add = |name: &str, value: Value| {
        faults.push((format!("{name} {value}"), draft.clone().with(name, value).compact()));
    };
    match sealer.alg {
        JweAlg::A128GcmKw | JweAlg::A192GcmKw | JweAlg::A256GcmKw => {
            for (name, len) in [("iv", 12), ("tag", 16)] {
                (0..=20).for_each(|len| add(name, json!(b64u(random(&sealer.registry, len)))));
                add(name, json!(b64u(vec![0; len])));
            }
        }
        alg if PBES2.contains(&alg) => {
            add("p2s", json!(b64u(b"another salt")));
            add("p2c", json!(1001));
        }
        alg if alg.kty() == KeyType::Ec => {
            wrong_ephemeral_keys(&draft).into_iter().for_each(|epk| add("epk", epk));
            add("apu", json!("QQ"));
            add("apv", json!("QQ"));
            faults.push(("no epk".to_owned(), draft.clone().without("epk").compact()));
        }
        _ => {}
    }
    faults
}

/// Ephemeral keys that are none, or not on the recipient's curve, or not those that were used.
fn wrong_ephemeral_keys(draft: &Draft) -> Vec<Value> {
    let epk = draft.member("epk");
    let changed = |name: &str, value: Value| {
        let mut changed = epk.clone();
        changed[name] = value;
        changed
    };
    let x = epk["x"].as_str().unwrap();
    let other_x = format!("{}{}", if x.starts_with('A') { "B" } else { "A" }, &x[1..]);
    vec![
        json!(null),
        json!("epk"),
        json!([]),
        json!({}),
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "A".repeat(43)}),
        json!({"kty": "EC", "crv": "P-256", "x": "A".repeat(43), "y": "A".repeat(43)}),
        changed("x", json!(other_x)),
        changed("x", json!(&x[..x.len() - 4])),
        changed("x", json!(format!("AAAA{x}"))),
        changed("x", json!("!")),
        changed("crv", json!("secp256k1")),
        changed("crv", json!("Ed25519")),
        changed("kty", json!("RSA")),
        changed("d", json!(x)),
    ]
}

/// A valid MAC over what is no padded plaintext.
fn wrong_paddings(sealer: &Sealer) -> Vec<(String, String)> {
    if !CBC.contains(&sealer.enc) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for last in [0, 17, 128, 255] {
        // Cut after its first block, the ciphertext ends with this octet.
        let draft = sealer.draft().plaintext([last; 16]);
        let mut token = draft.seal();
        token.ciphertext.truncate(16);
        let token = authenticated(sealer, &draft.cek, token);
        faults.push((format!("padding {last}"), token.compact()));
    }
    for len in [0, 1, 15, 17] {
        let draft = sealer.draft();
        let mut token = draft.seal();
        token.ciphertext.truncate(len);
        let token = authenticated(sealer, &draft.cek, token);
        faults.push((format!("{len} octets with a valid MAC"), token.compact()));
    }
    faults
}

/// Honest tokens for somebody else's key.
fn for_others(sealer: &Sealer) -> Vec<(String, String)> {
    if PBES2.contains(&sealer.alg) {
        let mut draft = sealer.draft();
        // Of another password this would be the encrypted key.
        draft.encrypted_key = random(&sealer.registry, draft.encrypted_key.len());
        return vec![("another password".to_owned(), draft.compact())];
    }
    let other = match sealer.alg.kek_len() {
        _ if sealer.material.public_half().is_some() => return Vec::new(),
        Some(len) => len,
        None => sealer.enc.key_len(),
    };
    let material = KeyMaterial::oct(random(&sealer.registry, other));
    vec![("another key".to_owned(), Sealer { material, ..sealer.clone() }.draft().compact())]
}

#[test]
fn a124_every_fault_after_the_header_is_the_same_error() {
    let expected = ("decryption failed".to_owned(), "DecryptionFailed".to_owned());
    for sealer in with_every_enc(sealers()) {
        let draft = sealer.draft();
        let decrypt = opener(&sealer);
        assert_eq!(decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        let faults = [
            wrong_parts(&draft.seal()),
            wrong_headers(&draft),
            wrong_ceks(&sealer),
            wrong_parameters(&sealer),
            wrong_paddings(&sealer),
            for_others(&sealer),
        ]
        .concat();
        assert!(faults.len() > 80);
        for (fault, token) in faults {
            let subject = format!("{} {} on {}: {fault}", sealer.alg, sealer.enc, sealer.name);

            let error = decrypt(&token).map(|_| ()).expect_err(&subject);

            assert_eq!(error, Error::DecryptionFailed, "{subject}");
            let spoken = (error.to_string(), format!("{error:?}"));
            assert_eq!(spoken, expected, "{subject}");
            assert_eq!(error.code(), "decryption_failed", "{subject}");
            assert!(error.source().is_none(), "{subject}");
        }
    }
}

#[test]
fn a124_a_sealed_jwt_and_several_keys_tell_no_more() {
    for sealer in sealers() {
        let claims = br#"{"sub":"alice"}"#;
        let draft = sealer.draft().plaintext(*claims);
        let policy =
            JwtPolicy::encrypted(&[sealer.alg], &[sealer.enc]).allow_missing_exp().build().unwrap();
        let one = KeySet::from(sealer.key());
        let two = [sealer.key(), sealer.key()].into_iter().collect::<KeySet<_>>().try_up_to(2);
        for keys in [one, two] {
            let decrypt = |token: &str| {
                SealedJwt::<NoClaims>::dangerous_decrypt_from_anyone(token, &keys, &policy)
            };
            let honest = decrypt(&draft.compact()).unwrap();
            assert_eq!(honest.claims().sub.as_deref(), Some("alice"));
            let faults = [wrong_headers(&draft), wrong_ceks(&sealer), wrong_parameters(&sealer)];
            for (fault, token) in faults.concat() {
                let error = decrypt(&token).unwrap_err();
                assert_eq!(error, Error::DecryptionFailed, "{} {fault}", sealer.alg);
            }
        }
    }
}

#[test]
fn a124_what_is_inside_is_only_reported_after_the_tag() {
    for sealer in sealers() {
        let policy = JwtPolicy::encrypted(&[sealer.alg], &[sealer.enc]).build().unwrap();
        let keys = KeySet::from(sealer.key());
        let decrypt = |token: &str| {
            SealedJwt::<NoClaims>::dangerous_decrypt_from_anyone(token, &keys, &policy)
                .map(|sealed| sealed.claims().sub.clone())
        };
        let expired = sealer.draft().plaintext(*br#"{"exp":1}"#).seal();
        assert_eq!(decrypt(&expired.compact()), Err(Error::Expired));

        let mut forged = expired;
        forged.tag[0] ^= 1;

        assert_eq!(decrypt(&forged.compact()), Err(Error::DecryptionFailed));
    }
}
