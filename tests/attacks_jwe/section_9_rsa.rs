//! Section IX: RSAES-PKCS1-v1_5, by whose padding Bleichenbacher decrypts, is not there (RFC 8725 section 3.2).

use josie::EncryptedJwe;
use josie::Error;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeySet;
use josie::Limits;
use josie::Policy;
use josie::Refused;
use serde_json::json;

use crate::encrypted_keys::entries;
use crate::sealing::random;
use crate::sealing::sealers;
use crate::verdicts::assert_decrypts;
use crate::verdicts::forced_cek;

/// `RSA1_5` does not exist. Its padding is not looked at, and neither is any key.
#[test]
fn a113_rsa1_5_is_refused_before_any_key_is_looked_at() {
    let entries = entries("RSA1_5");
    assert_eq!(entries.len(), 5);
    for sealer in sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());
        let refused = Error::Refused(Refused::UnknownAlgorithm);

        for entry in &entries {
            let mut draft = entry.applied_to(&twin).with("alg", json!("RSA1_5"));
            // What the padding holds, and what a reader makes up who finds it broken.
            for cek in [entry.cek.clone(), random(&sealer.registry, 16)] {
                draft.cek = forced_cek(&cek, sealer.enc.key_len());
                let token = draft.compact();

                assert_eq!(sealer.error(&token), refused, "{}", entry.what);
                let parsed = EncryptedJwe::parse(&token, &Limits::default());
                assert_eq!(parsed.unwrap_err(), refused, "{}", entry.what);
                let everything = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap();
                let outcome = Jwe::decrypt(&token, &KeySet::from_iter([]), &everything);
                assert_eq!(outcome.unwrap_err(), refused, "{}", entry.what);
            }
        }
    }
}

#[test]
fn a113_other_spellings_of_rsa1_5_are_refused_alike() {
    for sealer in sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for alg in ["RSA1_5", "RSA1.5", "rsa1_5", "RSA-1_5", "RSA1_5 ", "RSA-OAEP-224", "rsa-oaep"]
        {
            let token = twin.clone().with("alg", json!(alg)).compact();
            let error = sealer.error(&token);
            assert_eq!(error, Error::Refused(Refused::UnknownAlgorithm), "{alg}");
        }
    }
}
