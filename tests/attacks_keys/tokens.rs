//! Tokens for the keys, and what becomes of them.

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::JwsAlg;
use josie::KeySet;
use josie::Policy;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::documents::b64u;

pub(crate) fn signed(key: &SigningKey) -> String {
    Jws::sign(b"any octets", &Header::new(), key).unwrap()
}

pub(crate) fn verify(token: &str, keys: &KeySet<VerifyingKey>) -> Result<(), Error> {
    let policy = Policy::signed(JwsAlg::ALL).build().unwrap();
    Jws::verify(token, keys, &policy).map(drop)
}

pub(crate) fn decrypt(token: &str, keys: &KeySet<DecryptionKey>) -> Result<(), Error> {
    let policy = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap();
    Jwe::decrypt(token, keys, &policy).map(drop)
}

/// A token with this header and a signature of as many octets.
pub(crate) fn unsigned(header: &serde_json::Value, signature_len: usize) -> String {
    let header = b64u(header.to_string().as_bytes());
    format!("{header}.{}.{}", b64u(b"any octets"), b64u(&vec![1; signature_len]))
}
