//! The compact serialization (RFC 7515 section 7.1): three parts with two dots between them.

use core::mem;

use super::Jws;
use super::message::Encoding;
use super::verify::UnverifiedJws;
use super::write::protected_header;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::header::Header;
use crate::key::KeySet;
use crate::key::SigningKey;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::secret::SecretBytes;

impl Jws {
    /// Verifies a compact JWS. `token` is attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, Jws, JwsAlg, KeySet, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let token = Jws::sign(b"any octets", &Header::new(), &key)?;
    ///
    /// assert_eq!(Jws::verify(&token, &keys, &policy)?.payload(), b"any octets");
    ///
    /// let stranger = KeySet::from(SigningKey::generate(JwsAlg::Es256)?.verifying_key());
    /// assert_eq!(Jws::verify(&token, &stranger, &policy).unwrap_err(), Error::InvalidSignature);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// In this order: [`Error::Limit`] and [`Error::Malformed`] for size and structure, [`Error::Refused`] for
    /// a header that the policy does not allow, [`Error::UnknownKey`] and [`Error::AmbiguousKey`] for the
    /// choice of the key, [`Error::InvalidSignature`], [`Error::SignersMissing`] if the policy asks for more signers
    /// or others than the one.
    ///
    /// A token with a detached payload looks like one with an empty payload, which was not signed:
    /// [`Error::InvalidSignature`]. It is for [`verify_detached`](Self::verify_detached).
    pub fn verify(
        token: &str,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        UnverifiedJws::parse(token, policy.limits())?.verify(keys, policy)
    }

    /// Signs `payload` and writes the compact JWS. `alg` and `kid` are those of the key.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("2026-01");
    /// let token = Jws::sign(b"any octets", &Header::typed("example+jws"), &key)?;
    /// assert_eq!(token.split('.').count(), 3);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::ReservedHeader`] and [`Error::DuplicateHeader`] for parameters that cannot be set,
    /// [`Error::NoPublicKey`] if a symmetric key is to be embedded, [`Error::Limit`] if the token, its header,
    /// `kid` or depth would be more than the default [`Limits`] let be read, [`Error::Malformed`] if a
    /// parameter's value could not be read back, [`Error::SigningFailed`] if the backend failed.
    pub fn sign(payload: &[u8], header: &Header, key: &SigningKey) -> Result<String, Error> {
        let limits = Limits::default();
        let mut token = signing_input(payload, header, key, &limits)?;
        let signature = key.sign(token.as_bytes())?;
        append_signature(&mut token, &signature);
        if token.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        Ok(token)
    }
}

/// The JWS signing input: encoded header, dot, encoded payload (RFC 7515 section 5.1 step 5).
fn signing_input(
    payload: &[u8],
    header: &Header,
    key: &SigningKey,
    limits: &Limits,
) -> Result<String, Error> {
    let header = protected_header(header, key, key.kid(), Encoding::Base64url, limits)?;
    // The encoding of everything that is not the signature, before it is made.
    let len = base64url::encoded_len(header.len()) + base64url::encoded_len(payload.len()) + 1;
    if len > limits.token_bytes() {
        return Err(Error::Limit(Limit::Token));
    }
    let mut input = String::with_capacity(len + ROOM_FOR_SIGNATURE);
    base64url::encode_to(&header, &mut input);
    input.push('.');
    base64url::encode_to(payload, &mut input);
    Ok(input)
}

// RFC 7515 section 5.1 step 8 and section 7.1: the third part.
fn append_signature(token: &mut String, signature: &[u8]) {
    let room = 1 + base64url::encoded_len(signature.len());
    if token.capacity() - token.len() < room {
        let mut larger = String::with_capacity(token.len() + room);
        larger.push_str(token);
        // What it outgrows is wiped: it may be on its way into an encrypted token.
        drop(SecretBytes::new(mem::replace(token, larger).into_bytes()));
    }
    token.push('.');
    base64url::encode_to(signature, token);
}

// A dot and the encoding of a signature of up to 64 bytes, the most common ones.
const ROOM_FOR_SIGNATURE: usize = 1 + base64url::encoded_len(64);

/// The parts of a compact JWS before, between and after its first and its last dot. The one in the middle may
/// have more dots, which its decoding finds: a search of its own would cost as much as the decoding.
fn split(token: &str) -> Result<[&str; 3], Error> {
    let parts = || {
        let (header, rest) = token.split_once('.')?;
        let (payload, signature) = rest.rsplit_once('.')?;
        Some([header, payload, signature])
    };
    parts().ok_or(Error::Malformed(Malformed::Parts))
}

/// The parts of a compact JWS that is not too long.
pub(super) fn split_within<'t>(token: &'t str, limits: &Limits) -> Result<[&'t str; 3], Error> {
    if token.len() > limits.token_bytes() {
        return Err(Error::Limit(Limit::Token));
    }
    split(token)
}

/// Refuses an unencoded payload that the compact form cannot hold (RFC 7797 section 5.2).
pub(super) fn check_unencoded(payload: &[u8]) -> Result<(), Error> {
    if fits_unencoded(payload) {
        Ok(())
    } else {
        Err(Error::Malformed(Malformed::UnencodedPayload))
    }
}

/// Whether the compact form can hold this payload without encoding.
pub(super) fn fits_unencoded(payload: &[u8]) -> bool {
    payload.iter().all(|octet| matches!(octet, b' '..=b'~') && *octet != b'.')
}

/// Refuses a part in the middle that is more than one.
pub(super) fn check_parts(payload: &str) -> Result<(), Error> {
    if payload.contains('.') { Err(Error::Malformed(Malformed::Parts)) } else { Ok(()) }
}

/// Decodes one of the parts.
pub(super) fn decode(part: &str, which: Part) -> Result<Vec<u8>, Error> {
    base64url::decode(part).map_err(|_| {
        let reason =
            if part.contains('.') { Malformed::Parts } else { Malformed::Base64url(which) };
        Error::Malformed(reason)
    })
}
