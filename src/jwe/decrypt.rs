//! The core of decrypting: header policy, recipients and their keys, encrypted key, content, in this order. Each
//! serialization reads its own structure and ends here.

use core::mem;
use std::borrow::Cow;

use super::Jwe;
#[cfg(feature = "deflate")]
use super::deflate;
use crate::alg::JweAlg;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Part;
use crate::error::Refused;
use crate::header::ParsedJweHeader;
use crate::header::ParsedRecipient;
use crate::key::Candidates;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::management::KeyManagementHeader;
use crate::policy::Policy;
use crate::registry::ContentInput;
use crate::registry::DecryptionFailed;
use crate::secret::SecretBytes;

/// What a JWE says to all recipients, as it was received.
pub(super) struct Content<'t> {
    pub(super) header: ParsedJweHeader,
    /// The additional authenticated data: octets of the token, never a re-serialization.
    pub(super) aad: Cow<'t, str>,
    pub(super) iv: Vec<u8>,
    pub(super) sealed: Sealed,
}

/// The ciphertext, then the authentication tag, in one buffer, as ciphers take them.
pub(super) struct Sealed {
    octets: Vec<u8>,
    tag_len: usize,
}

impl Sealed {
    /// Decodes both; an error says which of them is not base64url.
    #[inline]
    pub(super) fn decode(ciphertext: &str, tag: &str) -> Result<Self, Part> {
        // Both estimates are too long by up to two octets.
        let len = base64url::decoded_len(ciphertext) + base64url::decoded_len(tag);
        let mut octets = Vec::with_capacity(len);
        base64url::decode_to(ciphertext, &mut octets).map_err(|_| Part::Ciphertext)?;
        let ciphertext_len = octets.len();
        base64url::decode_to(tag, &mut octets).map_err(|_| Part::Tag)?;
        let tag_len = octets.len() - ciphertext_len;
        Ok(Self { octets, tag_len })
    }
}

/// What a JWE says to one recipient.
pub(super) struct Recipient {
    pub(super) headers: ParsedRecipient,
    pub(super) encrypted_key: Vec<u8>,
}

impl Recipient {
    /// The PBKDF2 iterations that it takes to try one password.
    fn iterations(&self) -> u32 {
        let is_for_password = |alg: JweAlg| alg.min_iterations().is_some();
        match (&self.headers.alg, &self.headers.management) {
            (Some(alg), Some(management)) if is_for_password(*alg) => management.p2c.unwrap_or(0),
            _ => 0,
        }
    }
}

/// What was decrypted, and who it was that could.
pub(super) struct Opened<'k> {
    plaintext: SecretBytes,
    /// The place of the recipient in the token.
    pub(super) recipient: usize,
    pub(super) key: &'k DecryptionKey,
}

impl Content<'_> {
    /// Decrypts as the first of `recipients` who can with one of `keys`, if `policy` allows the header.
    #[inline]
    pub(super) fn decrypt<'k>(
        &mut self,
        recipients: &[Recipient],
        keys: &'k KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Opened<'k>, Error> {
        policy.check_typ(self.header.header.typ())?;
        self.decrypt_any_type(recipients, keys, policy)
    }

    /// Decrypts a JWE of whose `typ` the caller has made sure.
    #[inline]
    pub(super) fn decrypt_any_type<'k>(
        &mut self,
        recipients: &[Recipient],
        keys: &'k KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Opened<'k>, Error> {
        // Before keys and content are looked at, so that a refused header costs nothing.
        policy.check_jwe(&self.header)?;
        self.check_iterations(recipients, keys, policy)?;
        let (recipient, key, content) = self.open_as_any(recipients, keys, policy)?;
        let plaintext = self.decompress(content, policy.limits())?;
        Ok(Opened { plaintext, recipient, key })
    }

    /// The decrypted JWE. `kid`: what the token calls the recipient's key.
    #[inline]
    pub(super) fn into_jwe(self, opened: Opened<'_>, kid: Option<String>) -> Jwe {
        let Opened { plaintext, key, .. } = opened;
        let ParsedJweHeader { enc, header, .. } = self.header;
        Jwe { alg: key.alg(), enc, kid, header, plaintext }
    }

    /// The keys to try for a recipient: what everybody can see of token and keys, before any key is used.
    #[inline]
    fn choose<'k>(
        &self,
        recipient: &Recipient,
        keys: &'k KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Candidates<'k, DecryptionKey>, Error> {
        let ParsedRecipient { alg, kid, .. } = &recipient.headers;
        let Some(alg) = *alg else {
            return Err(Error::Refused(Refused::UnknownAlgorithm));
        };
        policy.check_jwe_alg(alg)?;
        let enc = self.header.enc;
        let candidates = keys.select(alg, enc, kid.as_deref())?;
        if !candidates.iter().any(|key| key.can_open(enc)) {
            return Err(Error::Refused(Refused::UnsupportedEncryption));
        }
        // Only of those whose password is at hand: what others are asked for costs nothing here.
        recipient.headers.check_iterations(policy.limits())?;
        Ok(candidates)
    }

    /// The limit is on what the token costs: each password that is tried derives its key anew, for each recipient.
    #[inline]
    fn check_iterations(
        &self,
        recipients: &[Recipient],
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<(), Error> {
        let total: u64 = recipients
            .iter()
            .filter(|recipient| recipient.iterations() > 0)
            .filter_map(|recipient| {
                let candidates = self.choose(recipient, keys, policy).ok()?;
                let tries = u64::try_from(candidates.len()).unwrap_or(u64::MAX);
                Some(tries.saturating_mul(u64::from(recipient.iterations())))
            })
            .sum();
        if total > u64::from(policy.limits().max_iterations()) {
            return Err(Error::Limit(Limit::Iterations));
        }
        Ok(())
    }

    /// Decrypts the content as the first recipient who can. Those for whom there is no key, or who may not be looked
    /// at, are passed over. If nobody can, the error is that of the one who came furthest.
    #[inline]
    fn open_as_any<'k>(
        &mut self,
        recipients: &[Recipient],
        keys: &'k KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<(usize, &'k DecryptionKey, SecretBytes), Error> {
        let mut sealed = mem::take(&mut self.sealed.octets);
        let mut is_tried = false;
        for (index, recipient) in recipients.iter().enumerate() {
            let Ok(candidates) = self.choose(recipient, keys, policy) else {
                continue;
            };
            for (tried, key) in candidates.iter().enumerate() {
                // Opening destroys what it does not open; only the last try may have the original.
                let is_last = index + 1 == recipients.len() && tried + 1 == candidates.len();
                let content = if is_last { mem::take(&mut sealed) } else { sealed.clone() };
                if let Ok(content) = self.open(recipient, key, SecretBytes::new(content)) {
                    return Ok((index, key, content));
                }
            }
            is_tried = true;
        }
        if is_tried {
            return Err(Error::DecryptionFailed);
        }
        let reasons =
            recipients.iter().filter_map(|recipient| self.choose(recipient, keys, policy).err());
        Err(reasons.max_by_key(distance).unwrap_or(Error::UnknownKey))
    }

    /// Decrypts `content`, the ciphertext and the tag, in place (RFC 7516 section 5.2 steps 8 to 16).
    fn open(
        &self,
        recipient: &Recipient,
        key: &DecryptionKey,
        mut content: SecretBytes,
    ) -> Result<SecretBytes, DecryptionFailed> {
        let enc = self.header.enc;
        // Before any work: a short tag would be easier to guess, and a cipher takes no other IV.
        if self.iv.len() != enc.iv_len() || self.sealed.tag_len != enc.tag_len() {
            return Err(DecryptionFailed);
        }
        let nothing = KeyManagementHeader::default();
        let management = recipient.headers.management.as_deref().unwrap_or(&nothing);
        let cipher = key.recover_cek(enc, &recipient.encrypted_key, management)?;
        // RFC 7516 section 5.2 steps 14 and 15: the octets received, never a re-serialization.
        let input = ContentInput::new(&self.iv, self.aad.as_bytes());
        // Whatever the backend leaves there when it fails is wiped and is no plaintext.
        cipher.as_cipher().open(&input, content.buffer_mut()).map(|()| content)
    }

    /// RFC 7516 section 5.2 step 17.
    #[cfg(feature = "deflate")]
    fn decompress(&self, content: SecretBytes, limits: &Limits) -> Result<SecretBytes, Error> {
        match self.header.zip {
            None => Ok(content),
            // The policy has allowed no other.
            Some(_) => deflate::decompress(content.expose(), limits),
        }
    }

    // Without the feature no policy allows compression.
    #[cfg(not(feature = "deflate"))]
    fn decompress(&self, content: SecretBytes, _limits: &Limits) -> Result<SecretBytes, Error> {
        Ok(content)
    }
}

/// How far a recipient came for whom no key was tried for this reason.
fn distance(error: &Error) -> u8 {
    match error {
        Error::Limit(Limit::Iterations) => 5,
        Error::Refused(Refused::UnsupportedEncryption) => 4,
        Error::AmbiguousKey => 3,
        Error::UnknownKey => 2,
        Error::Refused(Refused::Algorithm) => 1,
        _ => 0,
    }
}
