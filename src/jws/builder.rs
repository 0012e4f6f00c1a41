//! Signing in every form: several keys, every serialization, detached and unencoded payloads.

use std::borrow::Cow;
use std::io::Read;

use serde_json::value::RawValue;

use super::compact;
use super::document::Document;
use super::message::Encoding;
use super::sign::Made;
use super::sign::Requested;
use super::sign::sign;
use super::sign::sign_from;
use super::write;
use super::write::SignatureJson;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Unwritable;
use crate::header::Header;
use crate::header::UnprotectedHeader;
use crate::key::SigningKey;
use crate::limits::Limits;

/// Signs a payload with one key or several, and writes it in any serialization (RFC 7515 section 7). For the compact
/// one with its payload, [`Jws::sign`](crate::Jws::sign) is all it takes.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SignedBy, SigningKey, UnprotectedHeader,
/// };
///
/// let alice = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("alice");
/// let bob = SigningKey::generate(JwsAlg::Es256)?.with_kid("bob");
/// let document = JwsBuilder::new()
///     .signature(&Header::typed("example+jws"), &alice)
///     .signature_with(&Header::typed("example+jws"), &UnprotectedHeader::new().with_kid_of_key(), &bob)
///     .general(b"a contract")?;
///
/// let keys = [alice.verifying_key(), bob.verifying_key()].into_iter().collect::<KeySet<_>>();
/// let policy = Policy::signed(JwsAlg::MODERN)
///     .typ("example+jws")
///     .signed_by(SignedBy::kids(["alice", "bob"]))
///     .build()?;
/// let jws = JwsJson::verify(&document, &keys, &policy)?;
/// assert_eq!(jws.payload(), b"a contract");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It borrows headers and keys: bind to a name what a builder that is kept is given.
///
/// What is made is held to the default [`Limits`], so that a reader with the same limits takes it. A payload that is
/// detached has no limit.
#[derive(Clone, Debug)]
#[must_use]
pub struct JwsBuilder<'a> {
    signatures: Vec<Requested<'a>>,
    encoding: Encoding,
    placement: Placement,
}

/// Where the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placement {
    Attached,
    Detached,
}

impl<'a> JwsBuilder<'a> {
    /// Begins with no signature, and with a payload that is encoded and attached.
    pub fn new() -> Self {
        Self {
            signatures: Vec::new(),
            encoding: Encoding::Base64url,
            placement: Placement::Attached,
        }
    }

    /// Adds a signature with this protected header. `alg` and `kid` are those of the key.
    pub fn signature(mut self, header: &'a Header, key: &'a SigningKey) -> Self {
        self.signatures.push(Requested { header, unprotected: None, key });
        self
    }

    /// Adds a signature with this protected header, and one that is not protected. An empty one is none.
    pub fn signature_with(
        mut self,
        header: &'a Header,
        unprotected: &'a UnprotectedHeader,
        key: &'a SigningKey,
    ) -> Self {
        let unprotected = Some(unprotected).filter(|header| !header.is_empty());
        self.signatures.push(Requested { header, unprotected, key });
        self
    }

    /// Leaves the payload out of the document (RFC 7515 appendix F). Who verifies must have it from elsewhere, octet by
    /// octet the same.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, JwsBuilder, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let body = br#"{"amount":"12.50"}"#;
    /// let token = JwsBuilder::new().signature(&Header::new(), &key).detached().compact(body)?;
    /// assert!(token.contains(".."));
    ///
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let signature = Jws::verify_detached(&token, body, &keys, &policy)?;
    /// assert_eq!(signature.alg(), JwsAlg::Es256);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn detached(mut self) -> Self {
        self.placement = Placement::Detached;
        self
    }

    /// Signs the payload as it is, without base64url, and says so (`b64`, which is critical, RFC 7797). The compact form
    /// then holds only the characters from space to `~` without the dot, and a JSON form only UTF-8; detached there
    /// is no such limit. A policy has to [allow](crate::PolicyBuilder::allow_unencoded) it.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, Jws, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SigningKey, Unwritable};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?;
    /// let header = Header::new();
    /// let builder = JwsBuilder::new().signature(&header, &key).unencoded();
    /// let token = builder.compact(b"hello")?;
    /// assert!(token.contains(".hello."));
    ///
    /// // With a dot it cannot be told where the payload ends.
    /// let error = builder.compact(b"$.02").unwrap_err();
    /// assert_eq!(error, Error::Unwritable(Unwritable::UnencodedPayload));
    /// let document = builder.flattened(b"$.02")?;
    /// assert!(document.contains("\"$.02\""));
    ///
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).allow_unencoded().build()?;
    /// assert_eq!(Jws::verify(&token, &keys, &policy)?.payload(), b"hello");
    /// assert_eq!(JwsJson::verify(&document, &keys, &policy)?.payload(), b"$.02");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unencoded(mut self) -> Self {
        self.encoding = Encoding::Unencoded;
        self
    }

    /// Signs `payload` and writes the compact JWS (RFC 7515 section 7.1).
    ///
    /// # Errors
    ///
    /// [`Error::Unwritable`] if there is not exactly one signature, if it has an unprotected header, or if an unencoded
    /// payload that is not detached has characters that do not fit; those of [`Jws::sign`](crate::Jws::sign).
    pub fn compact(&self, payload: &[u8]) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_compact()?;
        let is_in_the_token =
            self.encoding == Encoding::Unencoded && self.placement == Placement::Attached;
        if is_in_the_token && !compact::fits_unencoded(payload) {
            return Err(Error::Unwritable(Unwritable::UnencodedPayload));
        }
        let payload = self.encode(payload, &limits)?;
        let made = only(sign(&self.signatures, self.encoding, &payload, &limits)?)?;
        write_compact(&made, write::payload_text(self.attached(&payload))?, &limits)
    }

    /// Signs `payload` and writes the flattened JWS (RFC 7515 section 7.2.2).
    ///
    /// # Errors
    ///
    /// [`Error::Unwritable`] if there is not exactly one signature, or if an unencoded payload that is not detached is
    /// not UTF-8; [`Error::Malformed`] if a parameter stands in both headers; those of
    /// [`Jws::sign`](crate::Jws::sign).
    pub fn flattened(&self, payload: &[u8]) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_single()?;
        let payload = self.encode(payload, &limits)?;
        let made = only(sign(&self.signatures, self.encoding, &payload, &limits)?)?;
        write::flattened(self.attached(&payload), &made.json(), &limits)
    }

    /// Signs `payload` and writes the general JWS (RFC 7515 section 7.2.1).
    ///
    /// # Errors
    ///
    /// Those of [`flattened`](Self::flattened), but of the number of signatures [`Error::Unwritable`] only if there is
    /// none, and [`Error::Limit`] if there are too many.
    pub fn general(&self, payload: &[u8]) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_several(0, &limits)?;
        let payload = self.encode(payload, &limits)?;
        let made = sign(&self.signatures, self.encoding, &payload, &limits)?;
        let signatures: Vec<_> = made.iter().map(Made::json).collect();
        write::general(self.attached(&payload), &signatures, &limits)
    }

    /// Signs what `payload` reads, to its end, and writes the compact JWS with a detached payload. The payload is read
    /// in chunks and not kept.
    ///
    /// HMAC takes chunks in every registry of josie, RSA and ECDSA with AWS-LC. Ed25519 does nowhere, since it goes
    /// over the payload twice.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, JwsBuilder, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Hs256)?;
    /// // A file, say.
    /// let file: &[u8] = &[0; 1_000_000];
    /// let token = JwsBuilder::new().signature(&Header::new(), &key).compact_from(file)?;
    ///
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(&[JwsAlg::Hs256]).build()?;
    /// let signature = Jws::verify_detached_from(&token, file, &keys, &policy)?;
    /// assert_eq!(signature.alg(), JwsAlg::Hs256);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if the algorithm or the key's registry takes no chunks, [`Error::Read`] if the payload
    /// could not be read, and those of [`compact`](Self::compact).
    pub fn compact_from(&self, payload: impl Read) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_compact()?;
        write_compact(
            &only(sign_from(&self.signatures, self.encoding, payload, &limits)?)?,
            None,
            &limits,
        )
    }

    /// Signs what `payload` reads, to its end, and writes the flattened JWS with a detached payload; see
    /// [`compact_from`](Self::compact_from).
    ///
    /// # Errors
    ///
    /// Those of [`flattened`](Self::flattened) and [`compact_from`](Self::compact_from).
    pub fn flattened_from(&self, payload: impl Read) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_single()?;
        write::flattened(
            None,
            &only(sign_from(&self.signatures, self.encoding, payload, &limits)?)?.json(),
            &limits,
        )
    }

    /// Signs what `payload` reads, to its end, and writes the general JWS with a detached payload; see
    /// [`compact_from`](Self::compact_from).
    ///
    /// # Errors
    ///
    /// Those of [`general`](Self::general) and [`compact_from`](Self::compact_from).
    pub fn general_from(&self, payload: impl Read) -> Result<String, Error> {
        let limits = Limits::default();
        self.check_several(0, &limits)?;
        let made = sign_from(&self.signatures, self.encoding, payload, &limits)?;
        let signatures: Vec<_> = made.iter().map(Made::json).collect();
        write::general(None, &signatures, &limits)
    }

    /// Adds the signatures to those of a JWS in any serialization, and writes the general one. The payload stays
    /// attached or detached, as it was, and encoded or [not](Self::unencoded), which the builder must say as well: nobody
    /// signs an unencoded payload because somebody else did. What the others have signed with is kept as it is and not
    /// verified.
    ///
    /// Of a compact JWS without a payload it cannot be told whether the payload is empty or detached: it is taken for
    /// empty, but for detached by a builder that is [`detached`](Self::detached), which takes no JWS with a payload.
    ///
    /// `payload`: what the caller means to sign, so that nobody signs what they have not seen. It must be the
    /// document's where that has it.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, Jws, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SigningKey};
    ///
    /// let alice = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("alice");
    /// let bob = SigningKey::generate(JwsAlg::Es256)?.with_kid("bob");
    /// let by_alice = Jws::sign(b"a contract", &Header::new(), &alice)?;
    ///
    /// let header = Header::new();
    /// let builder = JwsBuilder::new().signature(&header, &bob);
    /// let by_both = builder.add_to(&by_alice, b"a contract")?;
    /// let error = builder.add_to(&by_alice, b"another contract").unwrap_err();
    /// assert_eq!(error, Error::OtherPayload);
    ///
    /// let keys = [alice.verifying_key(), bob.verifying_key()].into_iter().collect::<KeySet<_>>();
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// assert_eq!(JwsJson::verify(&by_both, &keys, &policy)?.signatures().valid().count(), 2);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OtherPayload`] if the document has another payload; [`Error::Malformed`] and [`Error::Limit`] for its
    /// structure, for too many signatures together, if only one of document and builder is unencoded, and if it has a payload although this builder is detached;
    /// [`Error::Refused`] for a compact token that has no signature, as with `none`; and those of
    /// [`general`](Self::general).
    pub fn add_to(&self, document: &str, payload: &[u8]) -> Result<String, Error> {
        let limits = Limits::default();
        let existing = match self.placement {
            Placement::Attached => Document::parse_any(document, &limits)?,
            Placement::Detached => Document::parse_any_detached(document, &limits)?,
        };
        self.check_several(existing.entries.len(), &limits)?;
        if existing.encoding != self.encoding {
            return Err(Error::Malformed(Malformed::MixedUnencoded));
        }
        let text = existing.encoding.encode(payload);
        if existing.payload.as_ref().is_some_and(|present| present.as_bytes() != &*text) {
            return Err(Error::OtherPayload);
        }
        let made = sign(&self.signatures, existing.encoding, &text, &limits)?;
        let others = existing
            .entries
            .iter()
            .map(|entry| {
                let header: Option<&RawValue> = entry
                    .unprotected
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|_| Error::Serialize)?;
                let protected = Some(&*entry.protected).filter(|text| !text.is_empty());
                let signature = base64url::encode(&entry.signature);
                Ok(SignatureJson { protected, header, signature })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let signatures: Vec<_> = others.into_iter().chain(made.iter().map(Made::json)).collect();
        write::general(existing.payload.is_some().then_some(&*text), &signatures, &limits)
    }

    /// The payload as it stands in the signing input.
    fn encode<'p>(&self, payload: &'p [u8], limits: &Limits) -> Result<Cow<'p, [u8]>, Error> {
        // Before any key is used.
        let is_attached = self.placement == Placement::Attached;
        if is_attached && payload.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        let text = self.encoding.encode(payload);
        if is_attached {
            write::payload_text(Some(&text))?;
        }
        Ok(text)
    }

    /// What of the payload stands in the document.
    fn attached<'p>(&self, payload: &'p [u8]) -> Option<&'p [u8]> {
        (self.placement == Placement::Attached).then_some(payload)
    }

    fn check_compact(&self) -> Result<(), Error> {
        self.check_single()?;
        if self.signatures.iter().any(|requested| requested.unprotected.is_some()) {
            return Err(Error::Unwritable(Unwritable::UnprotectedHeader));
        }
        Ok(())
    }

    fn check_single(&self) -> Result<(), Error> {
        match self.signatures.len() {
            0 => Err(Error::Unwritable(Unwritable::NoKey)),
            1 => Ok(()),
            _ => Err(Error::Unwritable(Unwritable::SeveralKeys)),
        }
    }

    /// `existing`: how many signatures there are already.
    fn check_several(&self, existing: usize, limits: &Limits) -> Result<(), Error> {
        match self.signatures.len() {
            0 => Err(Error::Unwritable(Unwritable::NoKey)),
            new if existing + new > limits.signatures() => Err(Error::Limit(Limit::Signatures)),
            _ => Ok(()),
        }
    }
}

impl Default for JwsBuilder<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// The one signature of a form that has no more, which was checked before it was made.
fn only(made: Vec<Made>) -> Result<Made, Error> {
    made.into_iter().next().ok_or(Error::Unwritable(Unwritable::NoKey))
}

/// Writes a compact JWS. `payload`: as it stands in the token, if it is not detached.
fn write_compact(made: &Made, payload: Option<&str>, limits: &Limits) -> Result<String, Error> {
    let payload = payload.unwrap_or_default();
    let signature = base64url::encode(&made.signature);
    let token = [&*made.headers.protected, payload, &signature].join(".");
    if token.len() > limits.token_bytes() {
        return Err(Error::Limit(Limit::Token));
    }
    Ok(token)
}
