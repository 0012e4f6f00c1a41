//! The JSON serializations (RFC 7516 section 7.2): adapters around the core of the compact form.

mod encrypted;
mod recipient;
mod write;

use core::fmt;

pub use self::encrypted::EncryptedJweJson;
pub use self::recipient::JweRecipient;
use super::Jwe;
use super::encrypted::EncryptedJwe;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::document::is_json;
use crate::error::Error;
use crate::header::Header;
use crate::header::UnprotectedHeader;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::policy::Policy;
use crate::secret::SecretBytes;

/// A decrypted JWE in one of the JSON serializations: what a [`Jwe`] is, and who of its recipients could decrypt it.
///
/// The protected [`header`](Self::header), the [AAD](Self::aad) and the plaintext are authentic under one of the
/// caller's keys. **The unprotected headers are not**: anybody can change them on the way. Nor does a JWE tell who wrote
/// it: each of several recipients has the content encryption key, and can put other content in its place for the rest.
///
/// The plaintext is wiped when it is dropped.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{DecryptionKey, Header, JweAlg, JweBuilder, JweEnc, JweJson, KeySet, Policy};
///
/// let alice = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("alice");
/// let bob = DecryptionKey::generate(JweAlg::A128Kw)?.with_kid("bob");
/// let document = JweBuilder::new(&Header::new())
///     .recipient(&alice.encryption_key(JweEnc::A256Gcm)?)
///     .recipient(&bob.encryption_key(JweEnc::A256Gcm)?)
///     .general(b"any octets")?;
///
/// let policy = Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).build()?;
/// let jwe = JweJson::decrypt(&document, &KeySet::from(bob), &policy)?;
/// assert_eq!(jwe.plaintext(), b"any octets");
/// assert_eq!((jwe.recipient(), jwe.kid()), (1, Some("bob")));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The compact entry points take no JSON, and these no compact token but by
/// [`decrypt_any_form`](Self::decrypt_any_form):
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     DecryptionKey, Error, Header, Jwe, JweAlg, JweBuilder, JweEnc, JweJson, KeySet, Malformed, Part, Policy,
/// };
///
/// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
/// let recipient = key.encryption_key(JweEnc::A256Gcm)?;
/// let header = Header::new();
/// let builder = JweBuilder::new(&header).recipient(&recipient);
/// let (token, document) = (builder.compact(b"any octets")?, builder.flattened(b"any octets")?);
///
/// let keys = KeySet::from(key);
/// let policy = Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).build()?;
/// let error = Jwe::decrypt(&document, &keys, &policy).unwrap_err();
/// assert_eq!(error, Error::Malformed(Malformed::JweParts));
/// let error = JweJson::decrypt(&token, &keys, &policy).unwrap_err();
/// assert_eq!(error, Error::Malformed(Malformed::Json(Part::Document)));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct JweJson {
    jwe: Jwe,
    recipient: usize,
    key_kid: Option<String>,
    shared: UnprotectedHeader,
    unprotected: UnprotectedHeader,
    aad: Option<Vec<u8>>,
}

impl JweJson {
    /// Decrypts a JWE in the flattened or the general JSON serialization, as the first of its recipients for whom one of
    /// `keys` fits. `document` is attacker-controlled.
    ///
    /// Recipients whose `alg` is not known or not allowed, those for whom there is no key, and those whose password would
    /// be asked for too many or too few iterations are passed over. Keys are
    /// chosen for each recipient by its `alg` and `kid`, as [`KeySet`] says.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Error, Header, JweAlg, JweBuilder, JweEnc, JweJson, KeySet, Policy};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let document = JweBuilder::new(&Header::new())
    ///     .recipient(&key.encryption_key(JweEnc::A256Gcm)?)
    ///     .aad(b"for the file 2026/01")
    ///     .flattened(b"any octets")?;
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], JweEnc::GCM).build()?;
    /// let jwe = JweJson::decrypt(&document, &KeySet::from(key), &policy)?;
    /// assert_eq!(jwe.aad(), Some(&b"for the file 2026/01"[..]));
    ///
    /// let stranger = KeySet::from(DecryptionKey::generate(JweAlg::A256Kw)?);
    /// let error = JweJson::decrypt(&document, &stranger, &policy).unwrap_err();
    /// assert_eq!(error, Error::DecryptionFailed);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// In this order: [`Error::Limit`] and [`Error::Malformed`] for size and structure, [`Error::Refused`] if `enc`
    /// is not protected, if josie knows the `alg` of none of the recipients or does not know `enc`, or if the policy does
    /// not allow the protected header;
    /// [`Error::Limit`] if several passwords would be tried, or one for several recipients, with more iterations
    /// together than the limit. If no recipient can decrypt, the error of the one that came furthest: an `alg` that is
    /// refused, [`Error::UnknownKey`], [`Error::AmbiguousKey`],
    /// [`Refused::UnsupportedEncryption`](crate::Refused::UnsupportedEncryption), [`Error::Limit`] for a number of
    /// iterations that is not allowed, and [`Error::DecryptionFailed`] for everything up to the checked authentication
    /// tag. Then, of a compressed plaintext, [`Error::Limit`] and [`Error::Malformed`].
    pub fn decrypt(
        document: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        EncryptedJweJson::parse(document, policy.limits())?.decrypt(keys, policy)
    }

    /// Decrypts a JWE in any serialization: JSON if the first character that is no white space is `{`, with which no
    /// compact token begins. `token` is attacker-controlled, and so is its form.
    ///
    /// A compact token has one recipient, the first, without unprotected headers and AAD.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Header, JweAlg, JweBuilder, JweEnc, JweJson, KeySet, Policy};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let recipient = key.encryption_key(JweEnc::A256Gcm)?;
    /// let header = Header::new();
    /// let builder = JweBuilder::new(&header).recipient(&recipient);
    /// let keys = KeySet::from(key);
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], JweEnc::GCM).build()?;
    /// for token in [builder.compact(b"1")?, builder.flattened(b"1")?, builder.general(b"1")?] {
    ///     assert_eq!(JweJson::decrypt_any_form(&token, &keys, &policy)?.plaintext(), b"1");
    /// }
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`decrypt`](Self::decrypt) or of [`Jwe::decrypt`].
    pub fn decrypt_any_form(
        token: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        if is_json(token) {
            return Self::decrypt(token, keys, policy);
        }
        let mut encrypted = EncryptedJwe::parse(token, policy.limits())?;
        let opened = encrypted.open(keys, policy)?;
        let key_kid = opened.key.kid().map(str::to_owned);
        let (shared, unprotected) = (UnprotectedHeader::new(), UnprotectedHeader::new());
        let jwe = encrypted.into_jwe(opened);
        Ok(Self { jwe, recipient: 0, key_kid, shared, unprotected, aad: None })
    }

    /// The plaintext.
    #[must_use]
    pub fn plaintext(&self) -> &[u8] {
        self.jwe.plaintext()
    }

    /// The plaintext, taken out; it is still wiped when it is dropped.
    #[must_use]
    pub fn into_plaintext(self) -> SecretBytes {
        self.jwe.into_plaintext()
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        self.jwe.header()
    }

    /// The unprotected header that all recipients share. Anybody can have changed it.
    #[must_use]
    pub fn shared_unprotected(&self) -> &UnprotectedHeader {
        &self.shared
    }

    /// The unprotected header of the recipient whose key decrypted. Anybody can have changed it.
    #[must_use]
    pub fn unprotected(&self) -> &UnprotectedHeader {
        &self.unprotected
    }

    /// The place in the document, from 0, of the recipient whose key decrypted.
    #[must_use]
    pub fn recipient(&self) -> usize {
        self.recipient
    }

    /// The key management algorithm of that recipient: the one that the key is bound to.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.jwe.alg()
    }

    /// The content encryption algorithm.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.jwe.enc()
    }

    /// The `kid` that the token has for that recipient, in whichever of its headers: what the sender calls the key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.jwe.kid()
    }

    /// The `kid` of the caller's own key that decrypted, which it has also where the token names none.
    #[must_use]
    pub fn key_kid(&self) -> Option<&str> {
        self.key_kid.as_deref()
    }

    /// The additional authenticated data (RFC 7516 section 7.2.1), decoded.
    #[must_use]
    pub fn aad(&self) -> Option<&[u8]> {
        self.aad.as_deref()
    }
}

/// Shows headers and the length of the plaintext.
impl fmt::Debug for JweJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JweJson")
            .field("jwe", &self.jwe)
            .field("recipient", &self.recipient)
            .field("key_kid", &self.key_kid)
            .field("shared", &self.shared)
            .field("unprotected", &self.unprotected)
            .field("aad", &self.aad)
            .finish()
    }
}
