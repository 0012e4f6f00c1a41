//! A compact JWS before it is verified.

use core::fmt;
use core::iter;
use core::mem;

use serde_json::Map;
use serde_json::Value;

use super::Jws;
use super::compact;
use super::compact::decode;
use super::signature;
use crate::alg::JwsAlg;
use crate::base64url;
use crate::claims::Claims;
use crate::claims::ParsedClaims;
use crate::claims::read_iss;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::header::Header;
use crate::header::ParsedHeader;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::secret::SecretBytes;

/// A well-formed JWS whose signature nobody has looked at. Everything here is what the sender says.
///
/// Use it to route a token by its header. There is no payload to be had. This compiles:
///
/// ```
/// use josie::{Limits, UnverifiedJws};
///
/// fn inspect(jws: &UnverifiedJws) {
///     let _ = jws.header();
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0599
/// use josie::{Limits, UnverifiedJws};
///
/// fn inspect(jws: &UnverifiedJws) {
///     let _ = jws.payload();
/// }
/// ```
#[must_use]
pub struct UnverifiedJws<'t> {
    parsed: ParsedHeader,
    token: &'t str,
    /// A slice of the token: the octets received, never a re-serialization.
    signing_input: &'t str,
    /// Wiped if it does not verify: it may be the content of an encrypted token.
    payload: SecretBytes,
    signature: Vec<u8>,
    limits: Limits,
}

impl<'t> UnverifiedJws<'t> {
    /// Reads the structure of a compact JWS: size, three parts of canonical base64url, and the header. `token` is
    /// attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, Limits, SigningKey, UnverifiedJws};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("a");
    /// let token = Jws::sign(b"", &Header::typed("example"), &key)?;
    ///
    /// let unverified = UnverifiedJws::parse(&token, &Limits::default())?;
    /// assert_eq!(unverified.kid(), Some("a"));
    /// assert_eq!(unverified.header().typ(), Some("example"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for size, depth and `kid`, [`Error::Malformed`] for structure, [`Error::Refused`] if josie
    /// does not know the header's `alg`.
    pub fn parse(token: &'t str, limits: &Limits) -> Result<Self, Error> {
        let [header, payload, signature] = compact::split_within(token, limits)?;
        if header.len() > base64url::encoded_len(limits.header_bytes()) {
            return Err(Error::Limit(Limit::Header));
        }
        // RFC 7515 section 5.2 step 8: the signature is over these octets as they were received.
        let signing_input = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        // The payload first, whose decoding also finds that there are more than three parts.
        let mut octets = match decode(payload, Part::Payload) {
            Ok(octets) => SecretBytes::new(octets),
            Err(_) if is_unencoded(header, limits) => SecretBytes::new(Vec::new()),
            Err(error) => return Err(error),
        };
        let header = decode(header, Part::Header)?;
        let signature = decode(signature, Part::Signature)?;
        let parsed = ParsedHeader::parse_jws(&header, limits)?;
        if parsed.b64 == Some(false) {
            compact::check_unencoded(payload.as_bytes())?;
            octets = SecretBytes::new(payload.as_bytes().to_vec());
        }
        // RFC 7518 section 3.6: only `none` has an empty signature.
        if signature.is_empty() {
            return Err(Error::Malformed(Malformed::EmptySignature));
        }
        Ok(Self { parsed, token, signing_input, payload: octets, signature, limits: *limits })
    }

    /// Verifies the signature with one of `keys`, if `policy` allows the header. The token is held to the policy's
    /// limits as well as to those that it was parsed with.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, KeySet, Policy, SigningKey, UnverifiedJws};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let token = Jws::sign(b"any octets", &Header::new(), &key)?;
    ///
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let unverified = UnverifiedJws::parse(&token, policy.limits())?;
    /// // Here the caller may choose keys and policy by the header.
    /// assert_eq!(unverified.verify(&keys, &policy)?.payload(), b"any octets");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`], [`Error::Refused`], [`Error::UnknownKey`], [`Error::AmbiguousKey`],
    /// [`Error::InvalidSignature`], [`Error::SignersMissing`], in this order.
    pub fn verify(mut self, keys: &KeySet<VerifyingKey>, policy: &Policy) -> Result<Jws, Error> {
        if *policy.limits() != self.limits {
            let _held_to_the_policy = Self::parse(self.token, policy.limits())?;
        }
        let candidates = signature::select(&self.parsed, keys, policy)?;
        let key = signature::verify(&candidates, self.signing_input.as_bytes(), &self.signature)?;
        if !policy.accepts_signers(iter::once(key), 1) {
            return Err(Error::SignersMissing([Ok(())].into()));
        }
        Ok(Jws { parsed: self.parsed, payload: mem::take(self.payload.buffer_mut()) })
    }

    /// The algorithm that the header names.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.parsed.alg
    }

    /// The key that the header names.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.parsed.kid.as_deref()
    }

    /// The protected header, beside `alg` and `kid`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.parsed.header
    }

    /// The claims that the sender states, for debugging. To choose keys and policy by `iss`, use
    /// [`Issuers`](crate::Issuers).
    ///
    /// Anybody can write anything here. What it returns turns into nothing that is trusted.
    ///
    /// ```
    /// use josie::{Limits, UnverifiedJws};
    ///
    /// // RFC 7515 appendix A.1, whose `iss` is joe
    /// let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// let unverified = UnverifiedJws::parse(token, &Limits::default())?;
    /// assert_eq!(unverified.dangerous_unverified_claims()?.iss(), Some("joe"));
    /// # Ok::<(), josie::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], [`Error::Limit`] and [`Error::Claim`] if the payload is not a claims set.
    pub fn dangerous_unverified_claims(&self) -> Result<UnverifiedClaims, Error> {
        ParsedClaims::parse(self.payload.expose(), self.limits.json_depth(), &[])
            .map(|parsed| UnverifiedClaims { claims: parsed.claims })
    }

    /// What the header says.
    pub(super) fn parsed(&self) -> &ParsedHeader {
        &self.parsed
    }

    /// The `iss` that the sender states, if it is a string, and the payload one well-formed JSON object.
    pub(crate) fn unverified_iss(&self) -> Result<Option<String>, Error> {
        read_iss(self.payload.expose(), self.limits.json_depth())
    }
}

/// Whether a payload that is not base64url may be one without encoding.
fn is_unencoded(header: &str, limits: &Limits) -> bool {
    let parsed =
        decode(header, Part::Header).and_then(|header| ParsedHeader::parse_jws(&header, limits));
    parsed.is_ok_and(|parsed| parsed.b64 == Some(false))
}

/// Shows the header only: there is nothing else to be trusted, and it may be personal.
impl fmt::Debug for UnverifiedJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedJws").field("header", &self.parsed).finish_non_exhaustive()
    }
}

/// Claims that nobody has verified; see [`UnverifiedJws::dangerous_unverified_claims`].
#[derive(Debug)]
#[must_use]
pub struct UnverifiedClaims {
    claims: Claims<Map<String, Value>>,
}

impl UnverifiedClaims {
    /// The `iss` that the sender states.
    #[must_use]
    pub fn iss(&self) -> Option<&str> {
        self.claims.iss.as_deref()
    }

    /// The `sub` that the sender states.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.claims.sub.as_deref()
    }

    /// A claim that RFC 7519 does not register.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.custom.get(name)
    }
}
