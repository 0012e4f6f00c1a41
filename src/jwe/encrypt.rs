//! The core of encrypting (RFC 7516 section 5.1). Each serialization ends by writing what comes out of it.

use core::mem;
use std::borrow::Cow;

use serde_json::value::RawValue;

#[cfg(feature = "deflate")]
use super::deflate;
use crate::alg::JweEnc;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Unwritable;
use crate::header;
use crate::header::Header;
use crate::header::JweHeaders;
use crate::header::JweParameters;
use crate::header::RecipientParameters;
use crate::header::UnprotectedHeader;
use crate::key::EncryptionKey;
use crate::limits::Limits;
use crate::registry::ContentCipher;
use crate::registry::ContentInput;
use crate::registry::EncryptedKey;
use crate::secret::SecretBytes;

/// What is to be encrypted, and how it is written before that.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Plain(&'a [u8]),
    #[cfg(feature = "deflate")]
    Compressed(&'a [u8]),
}

impl<'a> Content<'a> {
    /// RFC 7516 section 5.1 step 11. `None` where the plaintext stays as it is.
    fn compress(self) -> Result<Option<SecretBytes>, Error> {
        match self {
            Self::Plain(_) => Ok(None),
            #[cfg(feature = "deflate")]
            Self::Compressed(plaintext) => {
                deflate::compress(plaintext, &Limits::default()).map(Some)
            }
        }
    }

    const fn plaintext(self) -> &'a [u8] {
        match self {
            Self::Plain(plaintext) => plaintext,
            #[cfg(feature = "deflate")]
            Self::Compressed(plaintext) => plaintext,
        }
    }
}

/// Somebody to encrypt to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addressee<'a> {
    pub(super) key: &'a EncryptionKey,
    /// Their own unprotected header, if there is anything in it.
    pub(super) unprotected: Option<&'a UnprotectedHeader>,
}

/// A JWE to be made.
#[derive(Clone, Copy)]
pub(super) struct Draft<'a> {
    pub(super) content: Content<'a>,
    pub(super) header: &'a Header,
    /// The unprotected header that all recipients share, if there is anything in it.
    pub(super) shared: Option<&'a UnprotectedHeader>,
    pub(super) aad: Option<&'a [u8]>,
    pub(super) first: Addressee<'a>,
    pub(super) others: &'a [Addressee<'a>],
}

/// What a JWE in any serialization is made of.
pub(super) struct SealedJwe {
    /// The encoded protected header, with room for the other parts of the compact form behind it.
    pub(super) protected: String,
    pub(super) shared: Option<Box<RawValue>>,
    pub(super) first: SealedRecipient,
    pub(super) others: Vec<SealedRecipient>,
    /// The encoded additional authenticated data.
    pub(super) aad: Option<String>,
    pub(super) iv: Vec<u8>,
    sealed: SecretBytes,
    enc: JweEnc,
}

/// What a JWE says to one recipient beside the protected and the shared header.
pub(super) struct SealedRecipient {
    pub(super) header: Option<Box<RawValue>>,
    pub(super) encrypted_key: Vec<u8>,
}

impl Draft<'_> {
    /// Encrypts.
    #[inline]
    pub(super) fn seal(&self) -> Result<SealedJwe, Error> {
        let limits = Limits::default();
        self.check_recipients(&limits)?;
        self.check_headers(&limits)?;
        let compressed = self.content.compress()?;
        let content = compressed.as_ref().map_or(self.content.plaintext(), SecretBytes::expose);
        // Before any key is used.
        let least = content.len().saturating_add(self.aad.map_or(0, <[u8]>::len));
        if base64url::encoded_len(least) > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        // One content encryption key for all, encrypted to each of them (RFC 7516 section 5.1 steps 1 to 8).
        let key = self.first.key;
        let cek = key.draw_cek()?;
        let mut encrypted = key.encrypt_cek(cek.as_ref())?;
        let others = self.seal_others(cek.as_ref(), &limits)?;
        let cek = cek.or_else(|| encrypted.agreed_cek.take());
        let cipher = key.cipher(cek.as_ref())?;
        let header = self.write_protected(Some(&encrypted), compressed.is_some(), &limits)?;
        let first = self.sealed_recipient(&self.first, &mut encrypted, &limits)?;
        let shared = self.shared.map(|shared| header::write_unprotected(None, shared, &limits));
        let iv = key.random_iv()?;
        let enc = key.enc();
        let ciphertext_len = content.len() + enc.max_padding_len();
        let lens =
            [header.len(), first.encrypted_key.len(), iv.len(), ciphertext_len, enc.tag_len()];
        let mut protected = String::with_capacity(compact_len(lens));
        base64url::encode_to(&header, &mut protected);
        let aad = self.aad.map(base64url::encode);
        let authenticated = authenticated(Cow::Borrowed(&protected), aad.as_deref());
        let input = ContentInput::new(&iv, authenticated.as_bytes());
        let sealed = seal(content, cipher.as_cipher(), enc, &input)?;
        let shared = shared.transpose()?.flatten();
        Ok(SealedJwe { protected, shared, first, others, aad, iv, sealed, enc })
    }

    fn is_for_several(&self) -> bool {
        !self.others.is_empty()
    }

    fn addressees(&self) -> impl Iterator<Item = &Addressee<'_>> {
        [&self.first].into_iter().chain(self.others)
    }

    /// Whether one JWE can be for all of them.
    #[inline]
    fn check_recipients(&self, limits: &Limits) -> Result<(), Error> {
        if !self.is_for_several() {
            return Ok(());
        }
        if self.others.len() >= limits.recipients() {
            return Err(Error::Limit(Limit::Recipients));
        }
        let enc = self.first.key.enc();
        let unwritable = if self.addressees().any(|one| one.key.alg().has_no_encrypted_key()) {
            // RFC 7518 sections 4.5 and 4.6: each would have a content encryption key of its own.
            Unwritable::NotTheOnlyRecipient
        } else if self.others.iter().any(|other| other.key.enc() != enc) {
            Unwritable::DifferentEncryption
        } else if self.header.has_embedded_jwk() {
            Unwritable::AmbiguousEmbeddedKey
        } else {
            return Ok(());
        };
        Err(Error::Unwritable(unwritable))
    }

    /// Holds what the caller set to what a reader holds it to, before any key is used.
    #[inline]
    fn check_headers(&self, limits: &Limits) -> Result<(), Error> {
        self.header.check_params()?;
        let mut unprotected = self.addressees().filter_map(|one| one.unprotected).peekable();
        if self.shared.is_none() && unprotected.peek().is_none() && !self.is_for_several() {
            // A single header is checked as it is written.
            return Ok(());
        }
        unprotected.chain(self.shared).try_for_each(UnprotectedHeader::check_params)?;
        let protected = self.write_protected(None, false, limits)?;
        let shared = self.shared.map(|shared| header::write_unprotected(None, shared, limits));
        let shared = shared.transpose()?.flatten();
        let mut own = Vec::with_capacity(self.others.len() + 1);
        for addressee in self.addressees() {
            own.push(self.write_own(addressee, limits)?);
        }
        let own: Vec<_> = own.iter().map(|header| header.as_deref().map(RawValue::get)).collect();
        JweHeaders::check(&protected, shared.as_deref().map(RawValue::get), &own, limits)
    }

    #[inline]
    fn seal_others(
        &self,
        cek: Option<&SecretBytes>,
        limits: &Limits,
    ) -> Result<Vec<SealedRecipient>, Error> {
        let seal = |other: &Addressee<'_>| {
            let mut encrypted = other.key.encrypt_cek(cek)?;
            self.sealed_recipient(other, &mut encrypted, limits)
        };
        // As nearly always.
        if self.others.is_empty() {
            return Ok(Vec::new());
        }
        self.others.iter().map(seal).collect()
    }

    /// The protected header. Of a single recipient it says what `encrypted` needs, once that is known.
    #[inline]
    fn write_protected(
        &self,
        encrypted: Option<&EncryptedKey>,
        is_compressed: bool,
        limits: &Limits,
    ) -> Result<Vec<u8>, Error> {
        let key = self.first.key;
        let has_kid = !self.first.unprotected.is_some_and(UnprotectedHeader::has_kid_of_key);
        let recipient = encrypted.filter(|_| !self.is_for_several()).map(|encrypted| {
            let kid = key.kid().filter(|_| has_kid);
            RecipientParameters { alg: key.alg(), kid, management: &encrypted.header }
        });
        let jwk = key.public_material();
        let parameters = JweParameters { recipient, enc: key.enc(), is_compressed, jwk };
        header::write_jwe(&parameters, self.header, limits)
    }

    #[inline]
    fn sealed_recipient(
        &self,
        addressee: &Addressee<'_>,
        encrypted: &mut EncryptedKey,
        limits: &Limits,
    ) -> Result<SealedRecipient, Error> {
        let header = if self.is_for_several() {
            let Addressee { key, unprotected } = addressee;
            let management = &encrypted.header;
            let recipient = RecipientParameters { alg: key.alg(), kid: key.kid(), management };
            let nothing = UnprotectedHeader::new();
            let unprotected = unprotected.unwrap_or(&nothing);
            Some(header::write_recipient(&recipient, unprotected, limits)?)
        } else {
            self.write_own(addressee, limits)?
        };
        Ok(SealedRecipient { header, encrypted_key: mem::take(&mut encrypted.encrypted_key) })
    }

    /// The recipient's own unprotected header, as far as it does not come from the key.
    fn write_own(
        &self,
        addressee: &Addressee<'_>,
        limits: &Limits,
    ) -> Result<Option<Box<RawValue>>, Error> {
        if addressee.unprotected.is_none() && !self.is_for_several() {
            return Ok(None);
        }
        let nothing = UnprotectedHeader::new();
        let unprotected = addressee.unprotected.unwrap_or(&nothing);
        let has_kid = self.is_for_several() || unprotected.has_kid_of_key();
        header::write_unprotected(addressee.key.kid().filter(|_| has_kid), unprotected, limits)
    }
}

impl SealedJwe {
    /// The ciphertext, then the authentication tag.
    #[inline]
    pub(super) fn ciphertext_and_tag(&self) -> Result<(&[u8], &[u8]), Error> {
        let sealed = self.sealed.expose();
        let at = sealed.len().checked_sub(self.enc.tag_len());
        match at.and_then(|at| sealed.split_at_checked(at)) {
            Some(parts) => Ok(parts),
            None => Err(Error::EncryptionFailed),
        }
    }
}

/// RFC 7516 section 5.1 step 14: the encoded protected header and, if there is one, a dot and the encoded AAD.
pub(super) fn authenticated<'t>(protected: Cow<'t, str>, aad: Option<&str>) -> Cow<'t, str> {
    match aad {
        None => protected,
        Some(aad) => Cow::Owned([&protected, ".", aad].concat()),
    }
}

/// RFC 7516 section 5.1 step 15: the ciphertext, then the authentication tag.
fn seal(
    content: &[u8],
    cipher: &dyn ContentCipher,
    enc: JweEnc,
    input: &ContentInput<'_>,
) -> Result<SecretBytes, Error> {
    // With room for padding and tag, so that it does not grow and leave a copy of the plaintext behind.
    let room = enc.max_padding_len() + enc.tag_len();
    let mut sealed = SecretBytes::new(Vec::with_capacity(content.len() + room));
    sealed.buffer_mut().extend_from_slice(content);
    cipher.seal(input, sealed.buffer_mut()).map_err(|_| Error::EncryptionFailed)?;
    // A shorter one holds no tag, and what would be taken for it is the plaintext.
    if sealed.len() < content.len() + enc.tag_len() {
        return Err(Error::EncryptionFailed);
    }
    Ok(sealed)
}

/// The length of a compact JWE whose parts have these lengths in octets.
#[inline]
fn compact_len(parts: [usize; 5]) -> usize {
    parts.iter().map(|octets| base64url::encoded_len(*octets)).sum::<usize>() + parts.len() - 1
}
