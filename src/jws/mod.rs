//! JSON Web Signature (RFC 7515): one core, and the serializations as thin adapters around it.

mod builder;
mod compact;
mod detached;
mod document;
mod embedded_key;
mod json;
mod message;
mod sign;
mod signature;
mod verify;
mod write;

use core::fmt;

use crate::alg::JwsAlg;
use crate::header::Header;
use crate::header::ParsedHeader;

pub use self::builder::JwsBuilder;
pub use self::embedded_key::EmbeddedKey;
pub use self::json::JwsJson;
pub use self::json::UnverifiedJwsJson;
pub use self::json::UnverifiedSignature;
pub use self::signature::JwsSignature;
pub use self::signature::JwsSignatures;
pub use self::signature::SignatureOutcome;
pub use self::verify::UnverifiedClaims;
pub use self::verify::UnverifiedJws;

/// A verified JWS: its signature is valid under one of the caller's keys, and its header under the caller's
/// policy.
///
/// The only ways to get one are [`Jws::verify`] and [`UnverifiedJws::verify`].
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{Header, Jws, JwsAlg, KeySet, Policy, SigningKey};
///
/// let key = SigningKey::generate(JwsAlg::Es256)?;
/// let token = Jws::sign(b"any octets", &Header::new(), &key)?;
///
/// let policy = Policy::signed(&[JwsAlg::Es256]).build()?;
/// let jws = Jws::verify(&token, &KeySet::from(key.verifying_key()), &policy)?;
/// assert_eq!(jws.payload(), b"any octets");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It cannot be made by hand. This compiles:
///
/// ```
/// use josie::{Error, Jws, KeySet, Policy, VerifyingKey};
///
/// fn make(token: &str, keys: &KeySet<VerifyingKey>, policy: &Policy) -> Result<Jws, Error> {
///     Jws::verify(token, keys, policy)
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0451
/// use josie::{Error, Jws, KeySet, Policy, VerifyingKey};
///
/// fn make(token: &str, keys: &KeySet<VerifyingKey>, policy: &Policy) -> Result<Jws, Error> {
///     Ok(Jws { payload: Vec::new(), ..Jws::verify(token, keys, policy)? })
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Jws {
    parsed: ParsedHeader,
    payload: Vec<u8>,
}

impl Jws {
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

    /// The protected header, beside `alg` and `kid`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.parsed.header
    }

    /// The algorithm under which the signature is valid.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.parsed.alg
    }

    /// The token's `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.parsed.kid.as_deref()
    }

    /// What the header says, for another policy to judge.
    pub(crate) fn parsed(&self) -> &ParsedHeader {
        &self.parsed
    }

    /// The parts that a JWT is made of, and the payload.
    pub(crate) fn into_parts(self) -> (JwsAlg, Option<String>, Header, Vec<u8>) {
        let ParsedHeader { alg, kid, header, .. } = self.parsed;
        (alg, kid, header, self.payload)
    }
}

/// Shows the header and the length of the payload, which may be personal.
impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws")
            .field("alg", &self.parsed.alg)
            .field("kid", &self.parsed.kid)
            .field("header", &self.parsed.header)
            .field("payload_bytes", &self.payload.len())
            .finish()
    }
}
