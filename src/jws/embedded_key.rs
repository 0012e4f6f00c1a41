//! The public key that a token carries in its own header (RFC 7515 section 4.1.3).

use serde_json::Value;

use super::json::UnverifiedSignature;
use super::verify::UnverifiedJws;
use crate::error::Error;
use crate::error::KeyError;
use crate::error::Malformed;
use crate::hash::HashAlg;
use crate::header::ParsedHeader;
use crate::jwk::PublicJwk;
use crate::jwk::Thumbprint;
use crate::key::VerifyingKey;
use crate::policy::Policy;
use crate::registry::Registry;

/// The public key in the protected header of a token, bound to the `alg` of that header.
///
/// **Anybody can put any key there.** A token that verifies with it shows that its sender has the private key, and
/// nothing about who that is. Whose key it is must be known from elsewhere, by its [thumbprint](Self::thumbprint): of a
/// registered account (ACME, RFC 8555 section 6.2), or bound to an access token (DPoP, RFC 9449 section 6, for
/// which there is [`Confirmation`](crate::Confirmation)). josie takes a key from a header nowhere else.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     HashAlg, Header, Jws, JwsAlg, KeySet, Policy, Registry, SigningKey, UnverifiedJws,
/// };
///
/// let key = SigningKey::generate(JwsAlg::Es256)?;
/// let proof = Jws::sign(b"a proof", &Header::typed("dpop+jwt").with_embedded_jwk(), &key)?;
///
/// // What is known of the sender.
/// let expected = key.public_jwk()?.thumbprint(HashAlg::Sha256)?;
///
/// let policy = Policy::signed(JwsAlg::MODERN).typ("dpop+jwt").build()?;
/// let unverified = UnverifiedJws::parse(&proof, policy.limits())?;
/// let embedded = unverified.embedded_key(&policy, &Registry::default())?;
/// let jws = unverified.verify(&KeySet::from(embedded.key().clone()), &policy)?;
/// assert_eq!(*embedded.thumbprint(), expected);
/// assert_eq!(jws.payload(), b"a proof");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EmbeddedKey {
    key: VerifyingKey,
    jwk: PublicJwk,
    thumbprint: Thumbprint,
}

impl EmbeddedKey {
    /// The key. It has no `kid`, since that would be the sender's word.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key as it stands in the header.
    #[must_use]
    pub fn jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    /// The SHA-256 thumbprint of the key (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    fn resolve(header: &ParsedHeader, policy: &Policy, registry: &Registry) -> Result<Self, Error> {
        // Before the key is looked at, so that a refused header costs nothing.
        policy.check_jws(header)?;
        let value = header.header.param("jwk");
        let value = value.ok_or(Error::Malformed(Malformed::MissingParameter("jwk")))?;
        Self::bind(value, header, registry).map_err(|error| Error::EmbeddedKey(Box::new(error)))
    }

    fn bind(value: &Value, header: &ParsedHeader, registry: &Registry) -> Result<Self, KeyError> {
        // Refuses private and symmetric keys.
        let jwk = PublicJwk::parse(&value.to_string())?;
        let key = VerifyingKey::from_jwk_with(jwk.as_jwk(), header.alg, registry)?;
        let thumbprint = jwk.thumbprint(HashAlg::Sha256)?;
        Ok(Self { key: key.without_kid(), jwk, thumbprint })
    }
}

impl UnverifiedJws<'_> {
    /// The public key in the header, if `policy` allows the header; see [`EmbeddedKey`] for what it is worth, and an
    /// example. The key is computed by `registry`.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for a header that the policy does not allow, [`Error::Malformed`] if there is no `jwk`,
    /// [`Error::EmbeddedKey`] if it is private, symmetric, or no key for the header's `alg`.
    pub fn embedded_key(&self, policy: &Policy, registry: &Registry) -> Result<EmbeddedKey, Error> {
        EmbeddedKey::resolve(self.parsed(), policy, registry)
    }
}

impl UnverifiedSignature<'_> {
    /// The public key in the protected header, if `policy` allows the header; see [`EmbeddedKey`] for what it is
    /// worth. The key is computed by `registry`. A key in the unprotected header is never looked at.
    ///
    /// # Errors
    ///
    /// Those of [`UnverifiedJws::embedded_key`].
    pub fn embedded_key(&self, policy: &Policy, registry: &Registry) -> Result<EmbeddedKey, Error> {
        EmbeddedKey::resolve(self.parsed()?, policy, registry)
    }
}
