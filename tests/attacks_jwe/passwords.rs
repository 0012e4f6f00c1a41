//! Encrypted tokens for passwords with any salt and any number of iterations, correctly derived.

use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::JwsAlg;
use josie::KeyMaterial;
use serde_json::json;

use crate::content::hmac;
use crate::sealing::Draft;
use crate::sealing::PASSWORD;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::sealers_with;

pub(crate) const PBES2: [JweAlg; 3] =
    [JweAlg::Pbes2Hs256A128Kw, JweAlg::Pbes2Hs384A192Kw, JweAlg::Pbes2Hs512A256Kw];

pub(crate) fn password_sealers() -> Vec<Sealer> {
    let sealers = sealers_with(&PBES2);
    assert!(!sealers.is_empty());
    sealers
}

/// A token in the making whose key is derived by this salt input and number of iterations.
pub(crate) fn draft_by(sealer: &Sealer, p2s: &[u8], p2c: u32) -> Draft {
    let (hash, wrapping) = match sealer.alg {
        JweAlg::Pbes2Hs256A128Kw => (JwsAlg::Hs256, JweAlg::A128Kw),
        JweAlg::Pbes2Hs384A192Kw => (JwsAlg::Hs384, JweAlg::A192Kw),
        JweAlg::Pbes2Hs512A256Kw => (JwsAlg::Hs512, JweAlg::A256Kw),
        other => panic!("{other} takes no password"),
    };
    // RFC 7518 section 4.8.1.1, and of RFC 8018 section 5.2 the first block, which is longer than the key.
    let salt = [sealer.alg.name().as_bytes(), &[0], p2s, &1_u32.to_be_bytes()].concat();
    let prf = |message: &[u8]| hmac(&sealer.registry, hash, PASSWORD.as_bytes(), message);
    let mut last = prf(&salt);
    let mut kek = last.clone();
    for _ in 1..p2c {
        last = prf(&last);
        kek.iter_mut().zip(&last).for_each(|(octet, other)| *octet ^= other);
    }
    kek.truncate(wrapping.kek_len().unwrap());

    let mut draft = sealer.draft();
    let management = sealer.registry.key_management(wrapping).unwrap();
    let encryptor = management.encryptor(&KeyMaterial::oct(kek)).unwrap();
    let input = EncryptKeyInput::new(sealer.enc, sealer.registry.random).with_cek(&draft.cek);
    draft.encrypted_key = encryptor.encrypt_key(&input).unwrap().encrypted_key;
    draft.with("p2s", json!(b64u(p2s))).with("p2c", json!(p2c))
}

/// The same draft with this text, which need not be JSON, as the value of `p2c`.
pub(crate) fn with_p2c(mut draft: Draft, text: &str) -> Draft {
    let p2c = format!(r#""p2c":{}"#, draft.member("p2c"));
    assert!(draft.header.contains(&p2c));
    draft.header = draft.header.replace(&p2c, &format!(r#""p2c":{text}"#));
    draft
}
