//! The bare primitives of the floor.

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
use aws_lc_rs::rsa;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use josie::{EcParams, JweAlg, JweEnc, KeyMaterial, KeyParams, RsaParams};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct FlatKey {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

/// The bare primitives of one key management algorithm, with their keys parsed.
pub(crate) struct Management {
    pub(crate) encrypt: EncryptKey,
    pub(crate) decrypt: DecryptKey,
}

/// From a content encryption key to its encrypted form, and an ephemeral key.
pub(crate) type EncryptKey = Box<dyn Fn(&[u8]) -> (Vec<u8>, Option<FlatKey>)>;

/// From an encrypted key and an ephemeral key to the content encryption key.
pub(crate) type DecryptKey = Box<dyn Fn(&[u8], Option<&FlatKey>) -> Vec<u8>>;

/// The bare primitives of one content encryption algorithm with a key.
pub(crate) enum Content {
    Gcm(aead::LessSafeKey),
    CbcHmac(Box<CbcHmac>),
}

pub(crate) struct CbcHmac {
    mac: hmac::Key,
    encrypting: cipher::PaddedBlockEncryptingKey,
    decrypting: cipher::PaddedBlockDecryptingKey,
}

/// Where the floor has its content encryption key from.
pub(crate) enum Source {
    Direct(Content),
    Managed(Management),
}

pub(crate) fn source(alg: JweAlg, enc: JweEnc, material: &KeyMaterial) -> Source {
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
            let derived = agreement::agree(&private, peer, (), derive).unwrap();
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
    pub(crate) fn new(enc: JweEnc, cek: &[u8]) -> Self {
        if enc == JweEnc::A256Gcm {
            let key = aead::UnboundKey::new(&aead::AES_256_GCM, cek).unwrap();
            return Self::Gcm(aead::LessSafeKey::new(key));
        }
        let (mac, key) = cek.split_at(cek.len() / 2);
        let key = || cipher::UnboundCipherKey::new(&cipher::AES_128, key).unwrap();
        Self::CbcHmac(Box::new(CbcHmac {
            mac: hmac::Key::new(hmac::HMAC_SHA256, mac),
            encrypting: cipher::PaddedBlockEncryptingKey::cbc_pkcs7(key()).unwrap(),
            decrypting: cipher::PaddedBlockDecryptingKey::cbc_pkcs7(key()).unwrap(),
        }))
    }

    pub(crate) fn seal(&self, iv: &[u8], aad: &[u8], in_out: &mut Vec<u8>) {
        match self {
            Self::Gcm(key) => {
                let nonce = aead::Nonce::try_assume_unique_for_key(iv).unwrap();
                key.seal_in_place_append_tag(nonce, aead::Aad::from(aad), in_out).unwrap();
            }
            Self::CbcHmac(keys) => {
                let CbcHmac { mac, encrypting, .. } = &**keys;
                let context = EncryptionContext::Iv128(FixedLength::try_from(iv).unwrap());
                encrypting.less_safe_encrypt(in_out, context).unwrap();
                let tag = mac_of(mac, iv, aad, in_out);
                in_out.extend_from_slice(&tag.as_ref()[..16]);
            }
        }
    }

    pub(crate) fn open(&self, iv: &[u8], aad: &[u8], in_out: &mut Vec<u8>) {
        match self {
            Self::Gcm(key) => {
                let nonce = aead::Nonce::try_assume_unique_for_key(iv).unwrap();
                let len = key.open_in_place(nonce, aead::Aad::from(aad), in_out).unwrap().len();
                in_out.truncate(len);
            }
            Self::CbcHmac(keys) => {
                let CbcHmac { mac, decrypting, .. } = &**keys;
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
