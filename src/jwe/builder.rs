//! Encrypting in every form: several recipients, unprotected headers, additional authenticated data.

use super::encrypt::Addressee;
use super::encrypt::Content;
use super::encrypt::Draft;
use crate::error::Error;
use crate::error::Unwritable;
use crate::header::Header;
use crate::header::UnprotectedHeader;
use crate::key::EncryptionKey;

/// Encrypts a plaintext to one recipient or several, and writes it in any serialization (RFC 7516 section 7). For the
/// compact one, [`Jwe::encrypt`](crate::Jwe::encrypt) is all it takes.
///
/// The plaintext is encrypted once, with one content encryption key, which is encrypted to each recipient. `dir` and
/// ECDH-ES make that key another way, and allow one recipient; all keys are bound to the same `enc`.
///
/// With one recipient, `alg`, `kid` and what else belongs to the key stand in the protected header. With several they
/// stand in the unprotected header of each, where anybody can change them: then the token no longer decrypts.
///
/// ```
/// # #[cfg(feature = "aws-lc-rs")] {
/// use josie::{
///     DecryptionKey, Header, JweAlg, JweBuilder, JweEnc, JweJson, KeySet, Policy, UnprotectedHeader,
/// };
///
/// let alice = DecryptionKey::generate(JweAlg::EcdhEsA256Kw)?.with_kid("alice");
/// let backup = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("backup");
/// let note = UnprotectedHeader::new().with_param("note", "in the safe");
///
/// let document = JweBuilder::new(&Header::typed("example+jwe"))
///     .recipient(&alice.encryption_key(JweEnc::A256Gcm)?)
///     .recipient_with(&note, &backup.encryption_key(JweEnc::A256Gcm)?)
///     .aad(b"for the file 2026/01")
///     .general(b"any octets")?;
///
/// let policy = Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).typ("example+jwe").build()?;
/// let jwe = JweJson::decrypt(&document, &KeySet::from(backup), &policy)?;
/// assert_eq!(jwe.plaintext(), b"any octets");
/// assert_eq!(jwe.unprotected().param("note"), Some(&"in the safe".into()));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It borrows headers and keys: bind to a name what a builder that is kept is given.
#[derive(Clone, Debug)]
#[must_use]
pub struct JweBuilder<'a> {
    header: &'a Header,
    shared: Option<&'a UnprotectedHeader>,
    recipients: Vec<Addressee<'a>>,
    aad: Option<&'a [u8]>,
    #[cfg(feature = "deflate")]
    is_compressed: bool,
}

impl<'a> JweBuilder<'a> {
    /// Begins a JWE with this protected header and no recipient.
    pub fn new(header: &'a Header) -> Self {
        Self {
            header,
            shared: None,
            recipients: Vec::new(),
            aad: None,
            #[cfg(feature = "deflate")]
            is_compressed: false,
        }
    }

    /// Adds a recipient. `alg`, `enc` and `kid` are those of the key.
    pub fn recipient(mut self, key: &'a EncryptionKey) -> Self {
        self.recipients.push(Addressee { key, unprotected: None });
        self
    }

    /// Adds a recipient with an unprotected header of its own. An empty one is none.
    pub fn recipient_with(
        mut self,
        unprotected: &'a UnprotectedHeader,
        key: &'a EncryptionKey,
    ) -> Self {
        let unprotected = Some(unprotected).filter(|header| !header.is_empty());
        self.recipients.push(Addressee { key, unprotected });
        self
    }

    /// Sets the unprotected header that all recipients share. An empty one is none.
    pub fn shared_unprotected(mut self, shared: &'a UnprotectedHeader) -> Self {
        self.shared = Some(shared).filter(|header| header.has_params());
        self
    }

    /// Sets the additional authenticated data (RFC 7516 section 7.2.1), which everybody can read and nobody change.
    /// Empty data is none.
    pub fn aad(mut self, aad: &'a [u8]) -> Self {
        self.aad = Some(aad).filter(|aad| !aad.is_empty());
        self
    }

    /// Compresses the plaintext. **The length of the token then tells of its content**; see
    /// [`Jwe::encrypt_compressed`](crate::Jwe::encrypt_compressed).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Header, JweAlg, JweBuilder, JweEnc};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?.encryption_key(JweEnc::A256Gcm)?;
    /// let header = Header::new();
    /// let builder = JweBuilder::new(&header).recipient(&key).compressed();
    /// assert!(builder.flattened(&[b'a'; 10_000])?.len() < 500);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "deflate")]
    pub fn compressed(mut self) -> Self {
        self.is_compressed = true;
        self
    }

    /// Encrypts `plaintext` and writes the compact JWE (RFC 7516 section 7.1), as [`Jwe::encrypt`](crate::Jwe::encrypt)
    /// does.
    ///
    /// # Errors
    ///
    /// Those of [`flattened`](Self::flattened), and [`Error::Unwritable`] with
    /// [`UnprotectedHeader`](Unwritable::UnprotectedHeader) or [`Aad`](Unwritable::Aad) for what this serialization does
    /// not have.
    pub fn compact(&self, plaintext: &[u8]) -> Result<String, Error> {
        let draft = self.draft_for_one(plaintext)?;
        if draft.shared.is_some() || draft.first.unprotected.is_some() {
            return Err(Error::Unwritable(Unwritable::UnprotectedHeader));
        }
        if draft.aad.is_some() {
            return Err(Error::Unwritable(Unwritable::Aad));
        }
        draft.seal()?.into_compact()
    }

    /// Encrypts `plaintext` and writes the flattened JSON serialization (RFC 7516 section 7.2.2), for one recipient.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Error, Header, JweAlg, JweBuilder, JweEnc, Unwritable};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?.encryption_key(JweEnc::A256Gcm)?;
    /// let header = Header::new();
    /// let builder = JweBuilder::new(&header).recipient(&key);
    /// let document = builder.flattened(b"any octets")?;
    /// assert!(document.starts_with(r#"{"protected":""#));
    ///
    /// let error = builder.recipient(&key).flattened(b"any octets").unwrap_err();
    /// assert_eq!(error, Error::Unwritable(Unwritable::SeveralKeys));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`general`](Self::general), and [`Error::Unwritable`] with [`SeveralKeys`](Unwritable::SeveralKeys).
    pub fn flattened(&self, plaintext: &[u8]) -> Result<String, Error> {
        self.draft_for_one(plaintext)?.seal()?.to_flattened()
    }

    /// Encrypts `plaintext` and writes the general JSON serialization (RFC 7516 section 7.2.1), for any number of
    /// recipients.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Error, Header, JweAlg, JweBuilder, JweEnc, Unwritable};
    ///
    /// let alice = DecryptionKey::generate(JweAlg::A256Kw)?.encryption_key(JweEnc::A256Gcm)?;
    /// let bob = DecryptionKey::generate_direct(JweEnc::A256Gcm)?.encryption_key(JweEnc::A256Gcm)?;
    /// let header = Header::new();
    /// let builder = JweBuilder::new(&header).recipient(&alice);
    /// let document = builder.general(b"any octets")?;
    /// assert!(document.contains(r#""recipients":[{"#));
    ///
    /// let error = builder.recipient(&bob).general(b"any octets").unwrap_err();
    /// assert_eq!(error, Error::Unwritable(Unwritable::NotTheOnlyRecipient));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unwritable`] with [`NoKey`](Unwritable::NoKey), [`NotTheOnlyRecipient`](Unwritable::NotTheOnlyRecipient),
    /// [`DifferentEncryption`](Unwritable::DifferentEncryption), or
    /// [`AmbiguousEmbeddedKey`](Unwritable::AmbiguousEmbeddedKey) for a header that embeds the key of one of several
    /// recipients. [`Malformed::OverlappingHeaders`](crate::Malformed::OverlappingHeaders) if a parameter stands in two
    /// headers of one recipient. [`Error::Limit`] if there are more recipients than the default
    /// [`Limits`](crate::Limits) let be read. Otherwise those of [`Jwe::encrypt`](crate::Jwe::encrypt) and of
    /// [`Jwe::encrypt_compressed`](crate::Jwe::encrypt_compressed), for the unprotected headers as for the protected
    /// one.
    pub fn general(&self, plaintext: &[u8]) -> Result<String, Error> {
        self.draft(plaintext)?.seal()?.to_general()
    }

    fn draft_for_one<'d>(&'d self, plaintext: &'d [u8]) -> Result<Draft<'d>, Error> {
        let draft = self.draft(plaintext)?;
        if draft.others.is_empty() {
            Ok(draft)
        } else {
            Err(Error::Unwritable(Unwritable::SeveralKeys))
        }
    }

    fn draft<'d>(&'d self, plaintext: &'d [u8]) -> Result<Draft<'d>, Error> {
        let (first, others) =
            self.recipients.split_first().ok_or(Error::Unwritable(Unwritable::NoKey))?;
        Ok(Draft {
            content: self.content(plaintext),
            header: self.header,
            shared: self.shared,
            aad: self.aad,
            first: *first,
            others,
        })
    }

    #[cfg(feature = "deflate")]
    fn content<'p>(&self, plaintext: &'p [u8]) -> Content<'p> {
        if self.is_compressed { Content::Compressed(plaintext) } else { Content::Plain(plaintext) }
    }

    #[cfg(not(feature = "deflate"))]
    fn content<'p>(&self, plaintext: &'p [u8]) -> Content<'p> {
        Content::Plain(plaintext)
    }
}
