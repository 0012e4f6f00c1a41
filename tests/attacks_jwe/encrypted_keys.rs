//! Encrypted keys for `tests/data/keys/rsa2048.pkcs8.pem` that no library makes: `tests/data/encrypted-keys` says how they
//! are made.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::sealing::Draft;
use crate::verdicts::forced_cek;

/// An encrypted key, and the content encryption key in it.
pub(crate) struct Entry {
    /// What is wrong with it; `valid` if nothing is.
    pub(crate) what: String,
    /// What a reader who does not notice goes on with.
    pub(crate) cek: Vec<u8>,
    encrypted_key: Vec<u8>,
}

impl Entry {
    /// The draft with this encrypted key, and its content encrypted for a reader who does not notice.
    pub(crate) fn applied_to(&self, draft: &Draft) -> Draft {
        let mut draft = draft.clone();
        draft.encrypted_key = self.encrypted_key.clone();
        draft.cek = forced_cek(&self.cek, draft.enc.key_len());
        draft
    }
}

/// The entries of the file for this `alg`.
pub(crate) fn entries(alg: &str) -> Vec<Entry> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/encrypted-keys");
    let text = fs::read_to_string(path.join("rsa2048.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let octets = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap();
    entries
        .iter()
        .filter(|entry| entry["alg"] == alg)
        .map(|entry| Entry {
            what: entry["what"].as_str().unwrap().to_owned(),
            cek: octets(&entry["cek"]),
            encrypted_key: octets(&entry["encrypted_key"]),
        })
        .collect()
}
