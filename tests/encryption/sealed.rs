//! Tokens that josie's keys do not make: with few PBKDF2 iterations, or under another header.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ContentInput;
use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyMaterial;
use josie::Registry;
use josie::SecretBytes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The fewest PBKDF2 iterations that the default limits let be read; keys make tokens with many more.
pub(crate) const FEW_ITERATIONS: u32 = 1000;

/// A token for a password, correctly made through the traits of the registry.
pub(crate) fn with_password(
    password: &str,
    alg: JweAlg,
    enc: JweEnc,
    plaintext: &[u8],
    registry: &Registry,
) -> String {
    let password = KeyMaterial::oct(password.as_bytes().to_vec());
    let cek = SecretBytes::new(random(registry, enc.key_len()));
    let input =
        EncryptKeyInput::new(enc, registry.random).with_cek(&cek).with_iterations(FEW_ITERATIONS);
    let encryptor = registry.key_management(alg).unwrap().encryptor(&password).unwrap();
    let encrypted = encryptor.encrypt_key(&input).unwrap();
    let header = json!({
        "alg": alg.name(),
        "enc": enc.name(),
        "p2s": b64u(encrypted.header.p2s.unwrap()),
        "p2c": encrypted.header.p2c.unwrap(),
    });
    let header = b64u(header.to_string());
    let iv = random(registry, enc.iv_len());
    let mut sealed = plaintext.to_vec();
    let cipher = registry.content_encryption(enc).unwrap().cipher(&cek).unwrap();
    cipher.seal(&ContentInput::new(&iv, header.as_bytes()), &mut sealed).unwrap();
    let tag = sealed.split_off(sealed.len() - enc.tag_len());
    let parts = [encrypted.encrypted_key, iv, sealed, tag].map(b64u);
    format!("{header}.{}", parts.join("."))
}

/// The protected header of a token.
pub(crate) fn header(token: &str) -> Map<String, Value> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}

/// The same token with one member of its header changed, and nothing else.
pub(crate) fn with_member(token: &str, name: &str, value: Value) -> String {
    let mut header = header(token);
    header.insert(name.to_owned(), value);
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", b64u(Value::Object(header).to_string()))
}

pub(crate) fn b64u(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

fn random(registry: &Registry, len: usize) -> Vec<u8> {
    let mut octets = vec![0; len];
    registry.random.fill(&mut octets).unwrap();
    octets
}
