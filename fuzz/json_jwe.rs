//! The JSON serializations of JWE: their structure, and that a document means the same however its JSON is written.

use std::sync::LazyLock;

use josie::EncryptedJwe;
use josie::EncryptedJweJson;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::Jwk;
use josie::KeyMaterial;
use josie::Limits;
use josie::UnprotectedHeader;
use serde_json::Value;
use serde_json::json;

use super::jwe::KEYS;
use super::jwe::POLICY;
use super::jwe::REPEATING;

/// Any text as a document; then an honest document, changed where the input says so: if it decrypts, it is to the same
/// plaintext under the same protected header and AAD.
///
/// The input of the second: how many changes modulo 4, three octets for each, the plaintext.
pub fn jwe_json(input: &[u8]) {
    if let Ok(text) = str::from_utf8(input) {
        structure(text);
    }
    let [changes, rest @ ..] = input else {
        return;
    };
    if let Some((changes, plaintext)) = rest.split_at_checked(usize::from(changes % 4) * 3) {
        decrypt_changed(plaintext, changes);
    }
}

/// Whatever is accepted is accepted again as other JSON: compact, with its members in another order, and in the other
/// form where it has one recipient.
pub fn jwe_json_again(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(first) = EncryptedJweJson::parse(text, POLICY.limits()) else {
        return;
    };
    let value: Value = serde_json::from_str(text).unwrap();
    for again in [Some(value.to_string()), other_form(&value)].into_iter().flatten() {
        let second = EncryptedJweJson::parse(&again, POLICY.limits()).unwrap();
        assert_eq!(first.enc(), second.enc());
        assert_eq!(first.header(), second.header());
        assert_eq!(first.recipients().count(), second.recipients().count());
        for (one, other) in first.recipients().zip(second.recipients()) {
            assert_eq!((one.alg(), one.kid()), (other.alg(), other.kid()));
        }
        for name in value["unprotected"].as_object().into_iter().flat_map(|header| header.keys()) {
            assert_eq!(
                first.shared_unprotected().param(name),
                second.shared_unprotected().param(name)
            );
        }
        match (decrypt(text), decrypt(&again)) {
            (Ok(one), Ok(other)) => {
                assert_eq!(one.plaintext(), other.plaintext());
                assert_eq!(one.aad(), other.aad());
                assert_eq!(one.recipient(), other.recipient());
            }
            (Err(one), Err(other)) => assert_eq!(one, other),
            (one, other) => panic!("{one:?} {other:?}"),
        }
    }
}

fn structure(text: &str) {
    let any_form = JweJson::decrypt_any_form(text, &KEYS, &POLICY);
    let Ok(encrypted) = EncryptedJweJson::parse(text, POLICY.limits()) else {
        return;
    };
    assert!(EncryptedJwe::parse(text, &Limits::default()).is_err());
    let recipients = encrypted.recipients().count();
    assert!((1..=Limits::default().recipients()).contains(&recipients));
    assert!(!format!("{encrypted:?}").is_empty());
    match (decrypt(text), any_form) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one.plaintext(), other.plaintext());
            assert!(one.recipient() < recipients);
        }
        (Err(one), Err(other)) => assert_eq!(one, other),
        (one, other) => panic!("{one:?} {other:?}"),
    }
}

fn decrypt_changed(plaintext: &[u8], changes: &[u8]) {
    let header = Header::new().with_cty("fuzz");
    let note = UnprotectedHeader::new().with_param("note", "made for the tests");
    let [wrapped, wrapped_by_gcm] = &*SENDERS;
    let builder = JweBuilder::new(&header).recipient_with(&note, wrapped).recipient(wrapped_by_gcm);
    let honest = builder.aad(b"aad").general(plaintext).unwrap();
    let mut changed = honest.as_bytes().to_vec();
    for [high, low, octet] in changes.as_chunks().0 {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % changed.len();
        changed[at] = *octet;
    }
    let Ok(changed) = String::from_utf8(changed) else {
        return;
    };
    if let Ok(jwe) = decrypt(&changed) {
        assert_eq!(jwe.plaintext(), plaintext);
        assert_eq!(jwe.aad(), Some(&b"aad"[..]));
        assert_eq!(jwe.header().cty(), Some("fuzz"));
    }
}

fn decrypt(document: &str) -> Result<JweJson, Error> {
    JweJson::decrypt(document, &KEYS, &POLICY)
}

/// The general form of a flattened document, and the flattened one of a general one with one recipient.
fn other_form(document: &Value) -> Option<String> {
    let mut other = document.as_object()?.clone();
    let own = ["header", "encrypted_key"];
    match other.remove("recipients") {
        Some(recipients) => {
            let [recipient] = &recipients.as_array()?[..] else {
                return None;
            };
            for name in own {
                if let Some(value) = recipient.get(name) {
                    other.insert(name.to_owned(), value.clone());
                }
            }
        }
        None => {
            let members = own.into_iter();
            let recipient: Value =
                members.filter_map(|name| Some((name.to_owned(), other.remove(name)?))).collect();
            other.insert("recipients".to_owned(), json!([recipient]));
        }
    }
    Some(Value::Object(other).to_string())
}

/// For two of the keys that everybody knows.
static SENDERS: LazyLock<[EncryptionKey; 2]> = LazyLock::new(|| {
    let secret = Jwk::parse(r#"{"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"}"#).unwrap();
    let sender = |material: &KeyMaterial, alg| {
        EncryptionKey::new(material, alg, JweEnc::A128Gcm, &REPEATING).unwrap()
    };
    [
        sender(secret.material(), JweAlg::A128Kw),
        sender(&KeyMaterial::oct(vec![0x5a; 16]), JweAlg::A128GcmKw),
    ]
});
