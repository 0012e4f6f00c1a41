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
/// A service that takes DPoP proofs:
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{
///     Claims, Confirmation, Expect, Header, Jwt, JwsAlg, JwtPolicy, KeySet, Policy, Registry, SigningKey,
///     UnverifiedJws,
/// };
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Request {
///     htm: String,
///     htu: String,
/// }
///
/// // The client.
/// let key = SigningKey::generate(JwsAlg::Es256)?;
/// let request = Request { htm: "GET".into(), htu: "https://api.example/orders".into() };
/// let claims = Claims::new(request).id("a nonce").issued_now().without_exp();
/// let proof = Jwt::sign(&claims, &Header::typed("dpop+jwt").with_embedded_jwk(), &key)?;
///
/// // The service, which has the `cnf` of an access token that it has verified.
/// let cnf = Confirmation::of_key(&key.public_jwk()?)?;
/// let headers = Policy::signed(JwsAlg::MODERN).typ("dpop+jwt").build()?;
/// let unverified = UnverifiedJws::parse(&proof, headers.limits())?;
/// let embedded = unverified.embedded_key(&headers, &Registry::default())?;
/// let jws = unverified.verify(&KeySet::from(embedded.key().clone()), &headers)?;
/// // Without this line anybody's proof would do.
/// cnf.check_key(embedded.jwk())?;
///
/// let policy = JwtPolicy::signed(JwsAlg::MODERN)
///     .typ("dpop+jwt")
///     .jti(Expect::Any)
///     .allow_missing_exp()
///     .max_age(Duration::from_secs(60))
///     .build()?;
/// let proof: Jwt<Request> = Jwt::from_jws(jws, &policy)?;
/// assert_eq!(proof.claims().custom.htm, "GET");
/// assert_eq!(proof.claims().custom.htu, "https://api.example/orders");
/// // That nobody has used `jti` before, and what RFC 9449 section 4.3 asks for besides, is up to the service.
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
