//! Tokens with an ephemeral key of ECDH-ES that nobody has checked, encrypted with what a reader who does not check it
//! either would derive, so that only the check can refuse them.

use aws_lc_rs::agreement;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Curve;
use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::SecretBytes;
use serde_json::Value;
use serde_json::json;

use crate::sealing::Draft;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::random;
use crate::sealing::sealers_with;

/// The sealers with every algorithm of the family, on every curve. Only AWS-LC agrees on keys.
pub(crate) fn agreeing_sealers() -> Vec<Sealer> {
    let sealers = sealers_with(&[
        JweAlg::EcdhEs,
        JweAlg::EcdhEsA128Kw,
        JweAlg::EcdhEsA192Kw,
        JweAlg::EcdhEsA256Kw,
    ]);
    assert_eq!(sealers.len(), 16, "four algorithms on four curves");
    sealers
}

/// Those of [`agreeing_sealers`] whose ephemeral keys have two coordinates.
pub(crate) fn sealers_on_prime_curves() -> Vec<Sealer> {
    agreeing_sealers().into_iter().filter(|sealer| crv(sealer) != Curve::X25519).collect()
}

/// Those of [`agreeing_sealers`] with X25519.
pub(crate) fn sealers_on_x25519() -> Vec<Sealer> {
    agreeing_sealers().into_iter().filter(|sealer| crv(sealer) == Curve::X25519).collect()
}

pub(crate) fn crv(sealer: &Sealer) -> Curve {
    sealer.material.crv().unwrap()
}

/// An ephemeral key with these coordinates.
pub(crate) fn epk(sealer: &Sealer, x: &[u8], y: &[u8]) -> Value {
    json!({"kty": "EC", "crv": crv(sealer).name(), "x": b64u(x), "y": b64u(y)})
}

/// An ephemeral key for X25519.
pub(crate) fn okp_epk(x: &[u8]) -> Value {
    json!({"kty": "OKP", "crv": "X25519", "x": b64u(x)})
}

pub(crate) fn from_b64u(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

pub(crate) fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The same sealer for a recipient whose private key is 1: what is agreed upon is `x` of the ephemeral key, on
/// whatever curve that lies.
pub(crate) fn with_private_key_one(sealer: &Sealer) -> Sealer {
    let crv = crv(sealer);
    let mut one = vec![0; crv.field_len()];
    *one.last_mut().unwrap() = 1;
    let base_point = private_key(crv, &one).compute_public_key().unwrap();
    // SEC 1 section 2.3.3: 4, then the coordinates.
    let (x, y) = base_point.as_ref()[1..].split_at(crv.field_len());
    let public = Some((x.to_vec(), y.to_vec()));
    let material = KeyMaterial::ec(crv, public, Some(SecretBytes::new(one))).unwrap();
    Sealer { material, ..sealer.clone() }
}

/// What the recipient agrees upon with the key `(x, y)`, which is a point of their curve.
pub(crate) fn shared_secret(sealer: &Sealer, x: &[u8], y: &[u8]) -> Vec<u8> {
    let KeyParams::Ec(ec) = sealer.material.params() else { panic!("not on a prime curve") };
    let private = private_key(ec.crv(), ec.d().unwrap().expose());
    let point = [&[4], x, y].concat();
    let peer = agreement::UnparsedPublicKey::new(private.algorithm(), point);
    agreement::agree(&private, peer, (), |z| Ok(z.to_vec())).unwrap()
}

/// A token with this ephemeral key, for a reader who takes `z` for the shared secret.
pub(crate) fn draft_for(sealer: &Sealer, epk: Value, z: &[u8]) -> Draft {
    let mut draft = sealer.draft().with("epk", epk);
    let (enc, alg) = (sealer.enc, sealer.alg);
    // RFC 7518 section 4.6.2: Direct Key Agreement derives for "enc", the others for "alg".
    let wrapping = match alg {
        JweAlg::EcdhEs => {
            draft.cek = derived(z, enc.name(), enc.key_len());
            return draft;
        }
        JweAlg::EcdhEsA128Kw => JweAlg::A128Kw,
        JweAlg::EcdhEsA192Kw => JweAlg::A192Kw,
        _ => JweAlg::A256Kw,
    };
    let kek = KeyMaterial::oct(derived(z, alg.name(), alg.kek_len().unwrap()));
    let wrapping = sealer.registry.key_management(wrapping).unwrap().encryptor(&kek).unwrap();
    draft.cek = SecretBytes::new(random(&sealer.registry, enc.key_len()));
    let input = EncryptKeyInput::new(enc, sealer.registry.random).with_cek(&draft.cek);
    draft.encrypted_key = wrapping.encrypt_key(&input).unwrap().encrypted_key;
    draft
}

/// The Concat KDF without names of the parties (RFC 7518 section 4.6.2): one round, since no key here is longer than
/// the hash.
fn derived(z: &[u8], algorithm_id: &str, len: usize) -> SecretBytes {
    let be = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut input = be(1).to_vec();
    input.extend_from_slice(z);
    input.extend_from_slice(&be(algorithm_id.len()));
    input.extend_from_slice(algorithm_id.as_bytes());
    for number in [0, 0, len * 8] {
        input.extend_from_slice(&be(number));
    }
    SecretBytes::new(digest::digest(&digest::SHA256, &input).as_ref()[..len].to_vec())
}

fn private_key(crv: Curve, d: &[u8]) -> agreement::PrivateKey {
    let algorithm = match crv {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
        _ => panic!("not a prime curve of ECDH-ES"),
    };
    agreement::PrivateKey::from_private_key(algorithm, d).unwrap()
}
