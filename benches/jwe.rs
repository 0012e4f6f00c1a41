//! JWE encryption and decryption, each beside its floor: `cargo bench --bench jwe`.
//!
//! The floor does the same work on the same octets with nothing of josie: the primitives of the default backend and
//! of `aes-kw` with keys parsed beforehand, base64url, and JSON into and out of a typed header. It checks no rule.
//! The table at the end gives the ratio of the two, which means the same on any machine.

mod floor;

use std::hint::black_box;
use std::rc::Rc;

use aes_kw::KeyInit;
use aes_kw::KwAes256;
use aws_lc_rs::aead;
use aws_lc_rs::agreement;
use aws_lc_rs::agreement::ParsedPublicKey;
use aws_lc_rs::agreement::UnparsedPublicKey;
use aws_lc_rs::cipher;
use aws_lc_rs::cipher::DecryptionContext;
use aws_lc_rs::cipher::EncryptionContext;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::kdf;
use aws_lc_rs::rand;
use aws_lc_rs::rsa;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use josie::{
    DecryptionKey, EcParams, Header, Jwe, JweAlg, JweEnc, KeyMaterial, KeyParams, KeySet, Policy,
    Registry, RsaParams,
};
use serde::{Deserialize, Serialize};

use self::floor::{Work, bench, criterion, ratio};

/// The lengths of the plaintexts: a set of claims, and a document.
const LENGTHS: [usize; 2] = [200, 64 * 1024];

#[derive(Serialize, Deserialize)]
struct FlatHeader {
    alg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<FlatKey>,
    enc: String,
}

#[derive(Serialize, Deserialize)]
struct FlatKey {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

/// The bare primitives of one key management algorithm, with their keys parsed.
struct Management {
    encrypt: EncryptKey,
    decrypt: DecryptKey,
}

/// From a content encryption key to its encrypted form, and an ephemeral key.
type EncryptKey = Box<dyn Fn(&[u8]) -> (Vec<u8>, Option<FlatKey>)>;

/// From an encrypted key and an ephemeral key to the content encryption key.
type DecryptKey = Box<dyn Fn(&[u8], Option<&FlatKey>) -> Vec<u8>>;

/// The bare primitives of one content encryption algorithm with a key.
enum Content {
    Gcm(aead::LessSafeKey),
    CbcHmac {
        mac: hmac::Key,
        encrypting: cipher::PaddedBlockEncryptingKey,
        decrypting: cipher::PaddedBlockDecryptingKey,
    },
}

/// Where the floor has its content encryption key from.
enum Source {
    Direct(Content),
    Managed(Management),
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

fn source(alg: JweAlg, enc: JweEnc, material: &KeyMaterial) -> Source {
    Source::Managed(match (alg, material.params()) {
        (JweAlg::Dir, KeyParams::Oct(oct)) => {
            return Source::Direct(Content::new(enc, oct.k().expose()));
        }
        (JweAlg::A256Kw, KeyParams::Oct(oct)) => key_wrap(oct.k().expose()),
        (JweAlg::RsaOaep256, KeyParams::Rsa(rsa)) => oaep(rsa),
        (JweAlg::EcdhEsA256Kw, KeyParams::Ec(ec)) => ecdh(ec),
        _ => unreachable!("no other algorithm is benched"),
    })
}

fn key_wrap(secret: &[u8]) -> Management {
    let (wrapping, unwrapping) = (kek(secret), kek(secret));
    Management {
        encrypt: Box::new(move |cek| (wrap(&wrapping, cek), None)),
        decrypt: Box::new(move |encrypted_key, _| unwrap(&unwrapping, encrypted_key)),
    }
}

fn kek(secret: &[u8]) -> KwAes256 {
    KwAes256::new_from_slice(secret).unwrap()
}

fn wrap(kek: &KwAes256, cek: &[u8]) -> Vec<u8> {
    let mut encrypted_key = vec![0; cek.len() + 8];
    kek.wrap_key(cek, &mut encrypted_key).unwrap();
    encrypted_key
}

fn unwrap(kek: &KwAes256, encrypted_key: &[u8]) -> Vec<u8> {
    let mut cek = vec![0; encrypted_key.len() - 8];
    kek.unwrap_key(encrypted_key, &mut cek).unwrap();
    cek
}

fn oaep(rsa: &RsaParams) -> Management {
    let private = rsa.private().unwrap();
    let pair = rsa::KeyPair::from_components(&rsa::KeyPairComponents {
        public_key: rsa::PublicKeyComponents { n: rsa.n(), e: rsa.e() },
        d: private.d.expose(),
        p: private.p.expose(),
        q: private.q.expose(),
        dP: private.dp.expose(),
        dQ: private.dq.expose(),
        qInv: private.qi.expose(),
    })
    .unwrap();
    let document: Pkcs8V1Der<'static> = pair.as_der().unwrap();
    let private = rsa::PrivateDecryptingKey::from_pkcs8(document.as_ref()).unwrap();
    let public = rsa::OaepPublicEncryptingKey::new(private.public_key()).unwrap();
    let private = rsa::OaepPrivateDecryptingKey::new(private).unwrap();
    Management {
        encrypt: Box::new(move |cek| {
            let mut out = vec![0; public.ciphertext_size()];
            public.encrypt(&rsa::OAEP_SHA256_MGF1SHA256, cek, &mut out, None).unwrap();
            (out, None)
        }),
        decrypt: Box::new(move |encrypted_key, _| {
            let mut out = vec![0; private.min_output_size()];
            let cek = private.decrypt(&rsa::OAEP_SHA256_MGF1SHA256, encrypted_key, &mut out, None);
            let len = cek.unwrap().len();
            out.truncate(len);
            out
        }),
    }
}

fn ecdh(ec: &EcParams) -> Management {
    let algorithm = &agreement::ECDH_P256;
    let private = agreement::PrivateKey::from_private_key(algorithm, ec.d().unwrap().expose());
    let private = private.unwrap();
    let point = ec.uncompressed_point().unwrap();
    let public = ParsedPublicKey::try_from(UnparsedPublicKey::new(algorithm, &point)).unwrap();
    Management {
        encrypt: Box::new(move |cek| {
            let ephemeral = agreement::PrivateKey::generate(algorithm).unwrap();
            let point = ephemeral.compute_public_key().unwrap();
            let (x, y) = point.as_ref()[1..].split_at(32);
            let epk = FlatKey {
                kty: "EC".to_owned(),
                crv: "P-256".to_owned(),
                x: BASE64.encode(x),
                y: BASE64.encode(y),
            };
            let derived = agreement::agree(&ephemeral, public.clone(), (), derive).unwrap();
            (wrap(&kek(&derived), cek), Some(epk))
        }),
        decrypt: Box::new(move |encrypted_key, epk| {
            let epk = epk.unwrap();
            let mut point = vec![4];
            BASE64.decode_vec(&epk.x, &mut point).unwrap();
            BASE64.decode_vec(&epk.y, &mut point).unwrap();
            let peer = UnparsedPublicKey::new(algorithm, &point);
            let derived = agreement::agree(&private, &peer, (), derive).unwrap();
            unwrap(&kek(&derived), encrypted_key)
        }),
    }
}

/// The Concat KDF for ECDH-ES+A256KW.
fn derive(z: &[u8]) -> Result<[u8; 32], ()> {
    const OTHER_INFO: &[u8] = b"\0\0\0\x0eECDH-ES+A256KW\0\0\0\0\0\0\0\0\0\0\x01\0";
    let sha256 = kdf::get_sskdf_digest_algorithm(kdf::SskdfDigestAlgorithmId::Sha256).unwrap();
    let mut derived = [0; 32];
    kdf::sskdf_digest(sha256, z, OTHER_INFO, &mut derived).map_err(|_| ())?;
    Ok(derived)
}

impl Content {
    fn new(enc: JweEnc, cek: &[u8]) -> Self {
        if enc == JweEnc::A256Gcm {
            let key = aead::UnboundKey::new(&aead::AES_256_GCM, cek).unwrap();
            return Self::Gcm(aead::LessSafeKey::new(key));
        }
        let (mac, key) = cek.split_at(cek.len() / 2);
        let key = || cipher::UnboundCipherKey::new(&cipher::AES_128, key).unwrap();
        Self::CbcHmac {
            mac: hmac::Key::new(hmac::HMAC_SHA256, mac),
            encrypting: cipher::PaddedBlockEncryptingKey::cbc_pkcs7(key()).unwrap(),
            decrypting: cipher::PaddedBlockDecryptingKey::cbc_pkcs7(key()).unwrap(),
        }
    }

    fn seal(&self, iv: &[u8], aad: &[u8], in_out: &mut Vec<u8>) {
        match self {
            Self::Gcm(key) => {
                let nonce = aead::Nonce::try_assume_unique_for_key(iv).unwrap();
                key.seal_in_place_append_tag(nonce, aead::Aad::from(aad), in_out).unwrap();
            }
            Self::CbcHmac { mac, encrypting, .. } => {
                let context = EncryptionContext::Iv128(FixedLength::try_from(iv).unwrap());
                encrypting.less_safe_encrypt(in_out, context).unwrap();
                let tag = mac_of(mac, iv, aad, in_out);
                in_out.extend_from_slice(&tag.as_ref()[..16]);
            }
        }
    }

    fn open(&self, iv: &[u8], aad: &[u8], in_out: &mut Vec<u8>) {
        match self {
            Self::Gcm(key) => {
                let nonce = aead::Nonce::try_assume_unique_for_key(iv).unwrap();
                let len = key.open_in_place(nonce, aead::Aad::from(aad), in_out).unwrap().len();
                in_out.truncate(len);
            }
            Self::CbcHmac { mac, decrypting, .. } => {
                let (ciphertext, tag) = in_out.split_at(in_out.len() - 16);
                let expected = mac_of(mac, iv, aad, ciphertext);
                verify_slices_are_equal(&expected.as_ref()[..16], tag).unwrap();
                in_out.truncate(in_out.len() - 16);
                let context = DecryptionContext::Iv128(FixedLength::try_from(iv).unwrap());
                let len = decrypting.decrypt(in_out, context).unwrap().len();
                in_out.truncate(len);
            }
        }
    }
}

fn mac_of(key: &hmac::Key, iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    for part in [aad, iv, ciphertext, &(aad.len() as u64 * 8).to_be_bytes()] {
        context.update(part);
    }
    context.sign()
}
