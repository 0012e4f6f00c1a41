//! The JSON serializations (RFC 7515 section 7.2): flattened with one signature, general with any number.

use core::fmt;
use std::borrow::Cow;
use std::io::Read;

use super::document::Document;
use super::document::Entry;
use super::signature;
use super::signature::JwsSignatures;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::header::Header;
use crate::header::ParsedHeader;
use crate::header::UnprotectedHeader;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::Policy;

/// A verified JWS in a JSON serialization: enough of its signatures are valid under the caller's keys, and their
/// headers under the caller's policy, which also says how many are enough ([`SignedBy`](crate::SignedBy)).
///
/// [`JwsBuilder`](crate::JwsBuilder) makes one. It never becomes a JWT, which is always compact (RFC 7519 section 3).
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     Error, Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SignedBy, SigningKey,
/// };
///
/// let alice = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("alice");
/// let mallory = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("mallory");
/// let document = JwsBuilder::new()
///     .signature(&Header::new(), &alice)
///     .signature(&Header::new(), &mallory)
///     .general(b"a contract")?;
///
/// let keys = KeySet::from(alice.verifying_key());
/// let policy = Policy::signed(JwsAlg::MODERN).signed_by(SignedBy::Any).build()?;
/// let jws = JwsJson::verify(&document, &keys, &policy)?;
/// assert_eq!(jws.payload(), b"a contract");
///
/// // Who signed is what the caller's keys say.
/// let [by_alice, by_mallory] = jws.signatures().outcomes() else { unreachable!() };
/// assert_eq!(by_alice.signature().map(|signature| signature.key().kid()), Ok(Some("alice")));
/// assert_eq!(by_mallory.signature().unwrap_err(), &Error::UnknownKey);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct JwsJson {
    signatures: JwsSignatures,
    payload: Vec<u8>,
}

impl JwsJson {
    /// Verifies a flattened or general JWS. `document` is attacker-controlled; a compact one is refused.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let document = JwsBuilder::new().signature(&Header::new(), &key).flattened(b"any octets")?;
    ///
    /// assert_eq!(JwsJson::verify(&document, &keys, &policy)?.payload(), b"any octets");
    ///
    /// let stranger = KeySet::from(SigningKey::generate(JwsAlg::Es256)?.verifying_key());
    /// let error = JwsJson::verify(&document, &stranger, &policy).unwrap_err();
    /// assert_eq!(error, Error::InvalidSignature);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] and [`Error::Malformed`] for size, structure and the number of signatures;
    /// [`Error::SignersMissing`], with the outcome of each signature, if they are not those that the policy asks for. A
    /// document with only one signature is then refused with the error of that one, as [`Jws::verify`] would be:
    /// [`Error::Refused`], [`Error::UnknownKey`], [`Error::AmbiguousKey`], [`Error::InvalidSignature`]. A document
    /// with a detached payload has no `payload` ([`Malformed::MissingMember`](crate::Malformed::MissingMember)); it is
    /// for [`verify_detached`](Self::verify_detached).
    ///
    /// [`Jws::verify`]: crate::Jws::verify
    pub fn verify(
        document: &str,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        UnverifiedJwsJson::parse(document, policy.limits())?.verify(keys, policy)
    }

    /// Verifies a JWS in any serialization: a JSON one if the first character that is no white space is `{`, else a
    /// compact one, which has one signature. `token` is attacker-controlled.
    ///
    /// Use it only where the sender may choose the form. For JWTs there is no choice.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let compact = Jws::sign(b"any octets", &Header::new(), &key)?;
    /// let flattened = JwsBuilder::new().signature(&Header::new(), &key).flattened(b"any octets")?;
    ///
    /// for token in [compact, flattened] {
    ///     assert_eq!(JwsJson::verify_any_form(&token, &keys, &policy)?.payload(), b"any octets");
    /// }
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    pub fn verify_any_form(
        token: &str,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        verify_attached(Document::parse_any(token, policy.limits())?, keys, policy)
    }

    /// Verifies a flattened or general JWS over a payload that is not in it (RFC 7515 appendix F). `document` is
    /// attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let document = JwsBuilder::new().signature(&Header::new(), &key).detached().general(b"a body")?;
    ///
    /// let signatures = JwsJson::verify_detached(&document, b"a body", &keys, &policy)?;
    /// assert_eq!(signatures.valid().count(), 1);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify), with [`Malformed::AttachedPayload`](crate::Malformed::AttachedPayload) if the
    /// document has a payload, be it empty.
    pub fn verify_detached(
        document: &str,
        payload: &[u8],
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignatures, Error> {
        let document = Document::parse_json(document, policy.limits())?;
        document.check_detached()?;
        let payload = || document.encoding.encode(payload);
        signature::verify_all(document.entries, payload, keys, policy)
    }

    /// Verifies a flattened or general JWS over a payload that is not in it and that `payload` reads to its end, in
    /// chunks; see [`Jws::verify_detached_from`](crate::Jws::verify_detached_from). `document` is attacker-controlled.
    ///
    /// # Errors
    ///
    /// Those of [`verify_detached`](Self::verify_detached), and [`Error::Read`] if the payload could not be read. A
    /// signature whose algorithm or key takes no chunks is not valid: its outcome is [`Error::Unsupported`].
    pub fn verify_detached_from(
        document: &str,
        payload: impl Read,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignatures, Error> {
        let document = Document::parse_json(document, policy.limits())?;
        document.check_detached()?;
        signature::verify_all_from(document.entries, payload, document.encoding, keys, policy)
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload, taken out.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The signatures: which are valid, and what is wrong with the others.
    pub fn signatures(&self) -> &JwsSignatures {
        &self.signatures
    }
}

/// Shows the signatures and the length of the payload, which may be personal.
impl fmt::Debug for JwsJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwsJson")
            .field("signatures", &self.signatures)
            .field("payload_bytes", &self.payload.len())
            .finish()
    }
}

/// A well-formed JWS in a JSON serialization whose signatures nobody has looked at. Everything here is what the sender
/// says.
///
/// Use it to choose keys and a policy by the headers. There is no payload to be had. This compiles:
///
/// ```
/// use josie::UnverifiedJwsJson;
///
/// fn inspect(jws: &UnverifiedJwsJson) {
///     let _ = jws.signatures();
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0599
/// use josie::UnverifiedJwsJson;
///
/// fn inspect(jws: &UnverifiedJwsJson) {
///     let _ = jws.payload();
/// }
/// ```
#[must_use]
pub struct UnverifiedJwsJson<'t> {
    text: &'t str,
    document: Document<'t>,
    limits: Limits,
}

impl<'t> UnverifiedJwsJson<'t> {
    /// Reads the structure of a flattened or general JWS. `document` is attacker-controlled; a compact one is refused.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, JwsAlg, JwsBuilder, Limits, SigningKey, UnverifiedJwsJson};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("a");
    /// let document = JwsBuilder::new().signature(&Header::new(), &key).flattened(b"any octets")?;
    ///
    /// let unverified = UnverifiedJwsJson::parse(&document, &Limits::default())?;
    /// let kids: Vec<_> = unverified.signatures().map(|signature| signature.kid()).collect();
    /// assert_eq!(kids, [Some("a")]);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for size, depth, `kid` and the number of signatures, [`Error::Malformed`] for structure.
    pub fn parse(document: &'t str, limits: &Limits) -> Result<Self, Error> {
        let parsed = Document::parse_json(document, limits)?;
        Ok(Self { text: document, document: parsed, limits: *limits })
    }

    /// Verifies the signatures with `keys`, if `policy` allows their headers. The document is held to the policy's
    /// limits as well as to those that it was parsed with.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, JwsAlg, JwsBuilder, KeySet, Policy, SigningKey, UnverifiedJwsJson};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let document = JwsBuilder::new().signature(&Header::new(), &key).flattened(b"any octets")?;
    ///
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let unverified = UnverifiedJwsJson::parse(&document, policy.limits())?;
    /// // Here the caller may choose keys and policy by the headers.
    /// assert_eq!(unverified.verify(&keys, &policy)?.payload(), b"any octets");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`JwsJson::verify`].
    pub fn verify(self, keys: &KeySet<VerifyingKey>, policy: &Policy) -> Result<JwsJson, Error> {
        if *policy.limits() != self.limits {
            Document::parse_json(self.text, policy.limits())?;
        }
        verify_attached(self.document, keys, policy)
    }

    /// The signatures, in the order of the document.
    pub fn signatures(&self) -> impl Iterator<Item = UnverifiedSignature<'_>> {
        self.document.entries.iter().map(|entry| UnverifiedSignature { entry })
    }
}

/// Shows the headers only.
impl fmt::Debug for UnverifiedJwsJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.signatures()).finish()
    }
}

/// A signature that nobody has looked at; see [`UnverifiedJwsJson::signatures`].
#[derive(Clone, Copy)]
pub struct UnverifiedSignature<'d> {
    entry: &'d Entry<'d>,
}

impl<'d> UnverifiedSignature<'d> {
    /// The algorithm that the protected header names; `None` if josie does not know it, or it is not protected.
    #[must_use]
    pub fn alg(&self) -> Option<JwsAlg> {
        self.parsed().ok().map(|parsed| parsed.alg)
    }

    /// The key that the headers name.
    #[must_use]
    pub fn kid(&self) -> Option<&'d str> {
        match self.parsed() {
            Ok(parsed) => parsed.kid.as_deref(),
            Err(_) => self.unprotected().kid(),
        }
    }

    /// The protected header, beside `alg` and `kid`; `None` where there is no [`alg`](Self::alg).
    #[must_use]
    pub fn header(&self) -> Option<&'d Header> {
        self.parsed().ok().map(|parsed| &parsed.header)
    }

    /// The unprotected header.
    #[must_use]
    pub fn unprotected(&self) -> &'d UnprotectedHeader {
        &self.entry.headers.unprotected
    }

    /// The protected header, or why nothing can be verified by it.
    pub(super) fn parsed(&self) -> Result<&'d ParsedHeader, Error> {
        self.entry.parsed()
    }
}

/// Shows the headers only.
impl fmt::Debug for UnverifiedSignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedSignature")
            .field("alg", &self.alg())
            .field("kid", &self.kid())
            .field("header", &self.header())
            .field("unprotected", self.unprotected())
            .finish()
    }
}

fn verify_attached(
    document: Document<'_>,
    keys: &KeySet<VerifyingKey>,
    policy: &Policy,
) -> Result<JwsJson, Error> {
    let payload = document.decode_payload()?;
    let text = document.payload.as_deref().unwrap_or_default();
    let text = || Cow::Borrowed(text.as_bytes());
    let signatures = signature::verify_all(document.entries, text, keys, policy)?;
    Ok(JwsJson { signatures, payload })
}
