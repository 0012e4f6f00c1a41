//! JWE encryption and decryption, each beside its floor: `cargo bench --bench jwe`.
//!
//! The floor does the same work on the same octets with nothing of josie: the primitives of the default backend and
//! of `aes-kw` with keys parsed beforehand, base64url, and JSON into and out of a typed header. It checks no rule.
//! The table at the end gives the ratio of the two, which means the same on any machine.

#[path = "../floor/mod.rs"]
mod floor;
mod primitives;

use std::hint::black_box;
use std::rc::Rc;

use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use josie::{DecryptionKey, Header, Jwe, JweAlg, JweEnc, KeyMaterial, KeySet, Policy, Registry};
use serde::{Deserialize, Serialize};

use self::floor::{Work, bench, criterion, ratio};
use self::primitives::{Content, FlatKey, Source, source};

/// The lengths of the plaintexts: a set of claims, and a document.
const LENGTHS: [usize; 2] = [200, 64 * 1024];

#[derive(Serialize, Deserialize)]
struct FlatHeader {
    alg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<FlatKey>,
    enc: String,
}

fn main() {
    let mut criterion = criterion();
    let cases = cases();
    for case in &cases {
        let name = format!("{} {} {}", case.alg, case.enc, case.len);
        bench(&mut criterion, "encrypt", &name, &case.encrypt);
        bench(&mut criterion, "decrypt", &name, &case.decrypt);
    }
    criterion.final_summary();

    println!("\n| `alg` | `enc` | plaintext | encrypt | decrypt |\n|---|---|---|---|---|");
    for Case { alg, enc, len, encrypt, decrypt } in &cases {
        let (encrypt, decrypt) = (ratio(encrypt), ratio(decrypt));
        println!("| {alg} | {enc} | {len} B | {encrypt:.2} | {decrypt:.2} |");
    }
}

fn cases() -> Vec<Case> {
    let secret = || KeyMaterial::oct(vec![0x5a; 32]);
    [
        (JweAlg::Dir, JweEnc::A256Gcm, secret()),
        (JweAlg::Dir, JweEnc::A128CbcHs256, secret()),
        (JweAlg::A256Kw, JweEnc::A256Gcm, secret()),
        (JweAlg::RsaOaep256, JweEnc::A256Gcm, read_key("rsa2048")),
        (JweAlg::EcdhEsA256Kw, JweEnc::A256Gcm, read_key("p256")),
    ]
    .iter()
    .flat_map(|(alg, enc, material)| LENGTHS.map(|len| case(*alg, *enc, material, len)))
    .collect()
}

fn read_key(name: &str) -> KeyMaterial {
    let path = format!("{}/tests/data/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    KeyMaterial::from_pem(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The two operations with one pair of algorithms and one length, each beside its floor.
struct Case {
    alg: JweAlg,
    enc: JweEnc,
    len: usize,
    encrypt: [Work; 2],
    decrypt: [Work; 2],
}

fn case(alg: JweAlg, enc: JweEnc, material: &KeyMaterial, len: usize) -> Case {
    let registry = Registry::aws_lc_rs();
    let key = match alg {
        JweAlg::Dir => DecryptionKey::direct(material, enc, &registry),
        _ => DecryptionKey::new(material, alg, &registry),
    }
    .unwrap();
    let sender = key.encryption_key(enc).unwrap();
    let keys = KeySet::from(key);
    let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();
    let header = Header::new();
    let plaintext = vec![b'a'; len];
    let token = Jwe::encrypt(&plaintext, &header, &sender).unwrap();

    let floor = Rc::new(source(alg, enc, material));
    // Both sides work on the same octets, and each reads what the other wrote.
    let written = encrypt_floor(&floor, alg, enc, &plaintext);
    assert_eq!(written.len(), token.len());
    assert_eq!(Jwe::decrypt(&written, &keys, &policy).unwrap().plaintext(), plaintext);
    assert_eq!(decrypt_floor(&floor, enc, &token), plaintext);

    let (encrypting, decrypting) = (Rc::clone(&floor), floor);
    let (content, received) = (plaintext.clone(), token.clone());
    Case {
        alg,
        enc,
        len,
        encrypt: [
            Box::new(move || {
                black_box(Jwe::encrypt(black_box(&plaintext), &header, &sender).unwrap());
            }),
            Box::new(move || {
                black_box(encrypt_floor(&encrypting, alg, enc, black_box(&content)));
            }),
        ],
        decrypt: [
            Box::new(move || {
                let _ = black_box(Jwe::decrypt(black_box(&token), &keys, &policy).unwrap());
            }),
            Box::new(move || {
                black_box(decrypt_floor(&decrypting, enc, black_box(&received)));
            }),
        ],
    }
}

fn encrypt_floor(source: &Source, alg: JweAlg, enc: JweEnc, plaintext: &[u8]) -> String {
    let (own, encrypted_key, epk);
    let content = match source {
        Source::Direct(content) => {
            (encrypted_key, epk) = (Vec::new(), None);
            content
        }
        Source::Managed(management) => {
            let mut cek = vec![0; enc.key_len()];
            rand::fill(&mut cek).unwrap();
            (encrypted_key, epk) = (management.encrypt)(&cek);
            own = Content::new(enc, &cek);
            &own
        }
    };
    let header = FlatHeader { alg: alg.name().to_owned(), epk, enc: enc.name().to_owned() };
    let header = serde_json::to_vec(&header).unwrap();
    let mut token = String::with_capacity(plaintext.len() * 4 / 3 + 1024);
    BASE64.encode_string(header, &mut token);
    let mut iv = [0; 16];
    let iv = &mut iv[..enc.iv_len()];
    rand::fill(iv).unwrap();
    let mut sealed = Vec::with_capacity(plaintext.len() + 32);
    sealed.extend_from_slice(plaintext);
    content.seal(iv, token.as_bytes(), &mut sealed);
    let (ciphertext, tag) = sealed.split_at(sealed.len() - 16);
    for part in [&encrypted_key, &*iv, ciphertext, tag] {
        token.push('.');
        BASE64.encode_string(part, &mut token);
    }
    token
}

fn decrypt_floor(source: &Source, enc: JweEnc, token: &str) -> Vec<u8> {
    let (aad, rest) = token.split_once('.').unwrap();
    let (encrypted_key, rest) = rest.split_once('.').unwrap();
    let (iv, rest) = rest.split_once('.').unwrap();
    let (ciphertext, tag) = rest.rsplit_once('.').unwrap();
    let decode = |part: &str| BASE64.decode(part).unwrap();
    let header: FlatHeader = serde_json::from_slice(&decode(aad)).unwrap();
    assert_eq!(header.enc, enc.name());
    let own;
    let content = match source {
        Source::Direct(content) => content,
        Source::Managed(management) => {
            let cek = (management.decrypt)(&decode(encrypted_key), header.epk.as_ref());
            own = Content::new(enc, &cek);
            &own
        }
    };
    let mut sealed = Vec::with_capacity(ciphertext.len() + 16);
    BASE64.decode_vec(ciphertext, &mut sealed).unwrap();
    BASE64.decode_vec(tag, &mut sealed).unwrap();
    content.open(&decode(iv), aad.as_bytes(), &mut sealed);
    sealed
}
