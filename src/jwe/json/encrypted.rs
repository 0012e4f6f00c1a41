//! A JWE in a JSON serialization before it is decrypted.

use core::fmt;
use core::mem;
use std::borrow::Cow;

use super::JweJson;
use super::recipient::JweRecipient;
use crate::alg::JweEnc;
use crate::base64url;
use crate::document;
use crate::document::Object;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::header::Header;
use crate::header::JweHeaders;
use crate::header::RecipientHeaders;
use crate::header::UnprotectedHeader;
use crate::jwe::decrypt::Content;
use crate::jwe::decrypt::Recipient;
use crate::jwe::decrypt::Sealed;
use crate::jwe::encrypt::authenticated;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::policy::Policy;

/// A well-formed JWE in one of the JSON serializations that nobody has decrypted. Everything here is what the sender
/// says.
///
/// Use it to route a token by its headers. There is no plaintext to be had. This compiles:
///
/// ```
/// use josie::EncryptedJweJson;
///
/// fn inspect(jwe: &EncryptedJweJson) {
///     let _ = jwe.header();
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0599
/// use josie::EncryptedJweJson;
///
/// fn inspect(jwe: &EncryptedJweJson) {
///     let _ = jwe.plaintext();
/// }
/// ```
#[must_use]
pub struct EncryptedJweJson<'t> {
    content: Content<'t>,
    shared: UnprotectedHeader,
    recipients: Vec<Recipient>,
    /// The recipients' own unprotected headers.
    unprotected: Vec<UnprotectedHeader>,
    aad: Option<Vec<u8>>,
    document: &'t str,
    limits: Limits,
}

impl<'t> EncryptedJweJson<'t> {
    /// Reads the structure of a JWE in the flattened or the general JSON serialization: size, the members and their
    /// types, the number of recipients, and the headers. `document` is attacker-controlled.
    ///
    /// Members that RFC 7516 does not define are ignored, as it says. Members of the other form, or of a JWS, are not.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, EncryptedJweJson, Header, JweAlg, JweBuilder, JweEnc, Limits};
    ///
    /// let alice = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("alice");
    /// let bob = DecryptionKey::generate(JweAlg::A128Kw)?.with_kid("bob");
    /// let document = JweBuilder::new(&Header::new())
    ///     .recipient(&alice.encryption_key(JweEnc::A256Gcm)?)
    ///     .recipient(&bob.encryption_key(JweEnc::A256Gcm)?)
    ///     .general(b"any octets")?;
    ///
    /// let encrypted = EncryptedJweJson::parse(&document, &Limits::default())?;
    /// let kids: Vec<_> = encrypted.recipients().map(|recipient| recipient.kid()).collect();
    /// assert_eq!(kids, [Some("alice"), Some("bob")]);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for size, depth, `kid` and the number of recipients, [`Error::Malformed`] for structure,
    /// [`Error::Refused`] if `enc` is not protected, or if josie does not know it or the `alg` of any recipient.
    pub fn parse(document: &'t str, limits: &Limits) -> Result<Self, Error> {
        let members = Members::read(document, limits)?;
        let sealed = Sealed::decode(&members.ciphertext, &members.tag)
            .map_err(|part| Error::Malformed(Malformed::Base64url(part)))?;
        let protected = decode(members.protected.as_deref(), Part::Header)?;
        let aad = decode(members.aad.as_deref(), Part::Aad)?;
        let own: Vec<_> = members.recipients.iter().map(|recipient| recipient.header).collect();
        let headers = JweHeaders::parse(protected.as_deref(), members.shared, &own, limits)?;
        let (recipients, unprotected) = headers
            .recipients
            .into_iter()
            .zip(members.recipients)
            .map(
                |(
                    RecipientHeaders { parsed, unprotected },
                    RecipientMembers { encrypted_key, .. },
                )| { (Recipient { headers: parsed, encrypted_key }, unprotected) },
            )
            .unzip();
        let octets = members.protected.unwrap_or_default();
        let authenticated = authenticated(octets, members.aad.as_deref());
        Ok(Self {
            content: Content {
                header: headers.content,
                aad: authenticated,
                iv: members.iv,
                sealed,
            },
            shared: headers.shared,
            recipients,
            unprotected,
            aad,
            document,
            limits: *limits,
        })
    }

    /// Decrypts as the first recipient for whom one of `keys` fits, if `policy` allows the headers. The document is
    /// held to the policy's limits as well as to those that it was parsed with.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{
    ///     DecryptionKey, EncryptedJweJson, Header, JweAlg, JweBuilder, JweEnc, KeySet, Policy,
    /// };
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let recipient = key.encryption_key(JweEnc::A256Gcm)?;
    /// let document =
    ///     JweBuilder::new(&Header::new()).recipient(&recipient).flattened(b"any octets")?;
    ///
    /// let policy = Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).build()?;
    /// let encrypted = EncryptedJweJson::parse(&document, policy.limits())?;
    /// // Here the caller may choose keys and policy by the headers.
    /// assert_eq!(encrypted.decrypt(&KeySet::from(key), &policy)?.plaintext(), b"any octets");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`JweJson::decrypt`].
    pub fn decrypt(
        mut self,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<JweJson, Error> {
        if *policy.limits() != self.limits {
            let _held_to_the_policy = Self::parse(self.document, policy.limits())?;
        }
        let opened = self.content.decrypt(&self.recipients, keys, policy)?;
        let (recipient, key_kid) = (opened.recipient, opened.key.kid().map(str::to_owned));
        let unprotected = self.unprotected.get_mut(recipient).map(mem::take).unwrap_or_default();
        let headers = self.recipients.get_mut(recipient).map(|recipient| &mut recipient.headers);
        let jwe = self.content.into_jwe(opened, headers.and_then(|headers| headers.kid.take()));
        Ok(JweJson { jwe, recipient, key_kid, shared: self.shared, unprotected, aad: self.aad })
    }

    /// The content encryption algorithm that the protected header names.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.content.header.enc
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.content.header.header
    }

    /// The unprotected header that all recipients share.
    #[must_use]
    pub fn shared_unprotected(&self) -> &UnprotectedHeader {
        &self.shared
    }

    /// The recipients in the order of the document; one in the flattened form.
    pub fn recipients(&self) -> impl Iterator<Item = JweRecipient<'_>> {
        self.recipients.iter().zip(&self.unprotected).map(|(recipient, unprotected)| {
            let kid = recipient.headers.kid.as_deref();
            JweRecipient { alg: recipient.headers.alg, kid, unprotected }
        })
    }
}

/// Shows the headers only: there is nothing else to be trusted.
impl fmt::Debug for EncryptedJweJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedJweJson")
            .field("enc", &self.enc())
            .field("header", self.header())
            .field("shared", &self.shared)
            .field("recipients", &self.recipients().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The members of a document (RFC 7516 section 7.2), as far as they are read without what they say.
struct Members<'t> {
    recipients: Vec<RecipientMembers<'t>>,
    /// Not decoded: these octets are authenticated.
    protected: Option<Cow<'t, str>>,
    shared: Option<&'t str>,
    /// Not decoded, for the same reason.
    aad: Option<Cow<'t, str>>,
    iv: Vec<u8>,
    ciphertext: Cow<'t, str>,
    tag: Cow<'t, str>,
}

/// The members of one recipient.
struct RecipientMembers<'t> {
    header: Option<&'t str>,
    encrypted_key: Vec<u8>,
}

impl<'t> Members<'t> {
    fn read(document: &'t str, limits: &Limits) -> Result<Self, Error> {
        let mut object = Object::document(document, limits)?;
        // A JWS (RFC 7516 section 9).
        object.refuse(&["payload", "signature", "signatures"])?;
        let missing = |name| Error::Malformed(Malformed::MissingMember(name));
        let members = Self {
            recipients: RecipientMembers::read_all(&mut object, limits)?,
            protected: object.non_empty("protected")?,
            shared: object.header("unprotected")?,
            aad: object.non_empty("aad")?,
            // Every `enc` has all three. Only the ciphertext can be empty.
            iv: object.octets("iv", Part::Iv)?.ok_or(missing("iv"))?,
            ciphertext: object.string("ciphertext")?.ok_or(missing("ciphertext"))?,
            tag: object.non_empty("tag")?.ok_or(missing("tag"))?,
        };
        object.finish()?;
        let longest = base64url::encoded_len(limits.header_bytes());
        if members.protected.as_ref().is_some_and(|text| text.len() > longest) {
            return Err(Error::Limit(Limit::Header));
        }
        Ok(members)
    }
}

impl<'t> RecipientMembers<'t> {
    /// Those of one recipient in the flattened form, of all in the general one (RFC 7516 sections 7.2.2 and 7.2.1).
    fn read_all(object: &mut Object<'t>, limits: &Limits) -> Result<Vec<Self>, Error> {
        let elements = object.elements("recipients", limits.recipients(), Limit::Recipients)?;
        let Some(elements) = elements else {
            return Ok(vec![Self::read(object)?]);
        };
        object.refuse(&["header", "encrypted_key"])?;
        let mut recipients = Vec::with_capacity(elements.len());
        for text in elements {
            let mut element = object.element("recipients", text)?;
            // These stand once, for all.
            element.refuse(&["protected", "unprotected", "aad", "iv", "ciphertext", "tag"])?;
            recipients.push(Self::read(&mut element)?);
            element.finish()?;
        }
        Ok(recipients)
    }

    fn read(object: &mut Object<'t>) -> Result<Self, Error> {
        let header = object.header("header")?;
        // RFC 7516 section 7.2.1: absent where it is empty, as with `dir` and ECDH-ES.
        let encrypted_key = object.octets("encrypted_key", Part::EncryptedKey)?;
        Ok(Self { header, encrypted_key: encrypted_key.unwrap_or_default() })
    }
}

fn decode(text: Option<&str>, part: Part) -> Result<Option<Vec<u8>>, Error> {
    text.map(|text| document::decode(text, part)).transpose()
}
