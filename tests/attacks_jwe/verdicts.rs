//! The two outcomes of decrypting, and the content encryption keys that a careless reader would go on with.

use std::fmt::Display;

use josie::Error;
use josie::JweEnc;
use josie::KeyManagementMode;
use josie::SecretBytes;

use crate::sealing::Draft;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::sealers;

/// The recipient reads the token: the twin of those that follow it is honest.
#[track_caller]
pub(crate) fn assert_decrypts(sealer: &Sealer, token: &str) {
    let jwe = sealer.decrypt(token);
    let plaintext = jwe.as_ref().map(|jwe| jwe.plaintext());
    assert_eq!(plaintext, Ok(PLAINTEXT), "{} on {}", sealer.alg, sealer.name);
}

/// The recipient does not read the token and is told nothing but that (RFC 7516 section 11.5): not by the value of
/// the error, nor by its texts.
#[track_caller]
pub(crate) fn assert_fails(sealer: &Sealer, token: &str, attack: impl Display) {
    let error = sealer.error(token);
    let context = format!("{attack}: {} on {}", sealer.alg, sealer.name);
    assert_eq!(error, Error::DecryptionFailed, "{context}");
    assert_eq!(error.to_string(), "decryption failed", "{context}");
    assert_eq!(format!("{error:?}"), "DecryptionFailed", "{context}");
    assert_eq!(error.code(), "decryption_failed", "{context}");
}

/// The token with one bit of its authentication tag changed: what every other failure must look like.
pub(crate) fn with_a_wrong_tag(draft: &Draft) -> String {
    let mut token = draft.seal();
    token.tag[0] ^= 1;
    token.compact()
}

/// Those of [`sealers`] whose tokens carry an encrypted key, with every content encryption that the registry has.
pub(crate) fn sealers_with_encrypted_key() -> Vec<Sealer> {
    let mut all = Vec::new();
    for sealer in sealers().into_iter().filter(has_encrypted_key) {
        for enc in JweEnc::ALL.iter().copied() {
            if sealer.registry.content_encryption(enc).is_some() {
                all.push(Sealer { enc, ..sealer.clone() });
            }
        }
    }
    all
}

pub(crate) fn has_encrypted_key(sealer: &Sealer) -> bool {
    !matches!(
        sealer.alg.mode(),
        KeyManagementMode::DirectEncryption | KeyManagementMode::DirectKeyAgreement
    )
}

/// Octets as a content encryption key of `len` octets: what is too long is cut, what is too short filled up with
/// zeros. An empty one becomes all zeros.
pub(crate) fn forced_cek(octets: &[u8], len: usize) -> SecretBytes {
    let mut cek = octets.to_vec();
    cek.resize(len, 0);
    SecretBytes::new(cek)
}

#[test]
fn a_wrong_tag_fails_and_says_nothing_else() {
    for sealer in sealers() {
        let draft = sealer.draft();

        assert_decrypts(&sealer, &draft.compact());
        assert_fails(&sealer, &with_a_wrong_tag(&draft), "wrong tag");
    }
}
