//! JSON Web Token (RFC 7519): claims under a signature or MAC, in an encrypted token or not.

mod nested;
mod sealed;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::nested::decrypt_outer;
pub(crate) use self::nested::inner_jws;
pub use self::sealed::Origin;
pub use self::sealed::SealedJwt;
use crate::alg::JwsAlg;
use crate::claims::Claims;
use crate::claims::NoClaims;
use crate::error::Error;
use crate::header::Header;
use crate::jws::Jws;
use crate::jws::UnverifiedJws;
use crate::key::KeySet;
use crate::key::SigningKey;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::JwtPolicy;

/// A verified JWT: its signature is valid under one of the caller's keys, its header and claims under the
/// caller's policy.
///
/// The only ways to get one are [`Jwt::verify`], [`Jwt::decrypt_and_verify`], [`Jwt::from_jws`], and
/// [`Issuers`](crate::Issuers) for several issuers.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{Claims, Header, Jwt, JwsAlg, JwtPolicy, KeySet, SigningKey};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Access {
///     scope: String,
/// }
///
/// let key = SigningKey::generate(JwsAlg::Es256)?;
/// let claims = Claims::new(Access { scope: "read".into() })
///     .issuer("https://id.example")
///     .audience("https://api.example")
///     .expires_in(Duration::from_secs(300));
/// let token = Jwt::sign(&claims, &Header::jwt(), &key)?;
///
/// let policy = JwtPolicy::signed(&[JwsAlg::Es256])
///     .iss("https://id.example")
///     .aud("https://api.example")
///     .build()?;
/// let keys = KeySet::from(key.verifying_key());
/// let jwt: Jwt<Access> = Jwt::verify(&token, &keys, &policy)?;
/// assert_eq!(jwt.claims().custom.scope, "read");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It cannot be made by hand. This compiles:
///
/// ```
/// use josie::{Claims, Error, Jwt, JwtPolicy, KeySet, NoClaims, VerifyingKey};
///
/// fn make(token: &str, keys: &KeySet<VerifyingKey>, policy: &JwtPolicy) -> Result<Jwt, Error> {
///     Jwt::verify(token, keys, policy)
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0451
/// use josie::{Claims, Error, Jwt, JwtPolicy, KeySet, NoClaims, VerifyingKey};
///
/// fn make(token: &str, keys: &KeySet<VerifyingKey>, policy: &JwtPolicy) -> Result<Jwt, Error> {
///     Ok(Jwt { claims: Claims::new(NoClaims {}), ..Jwt::verify(token, keys, policy)? })
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Jwt<T = NoClaims> {
    alg: JwsAlg,
    kid: Option<String>,
    header: Header,
    claims: Claims<T>,
}

impl<T> Jwt<T> {
    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &Claims<T> {
        &self.claims
    }

    /// The claims, taken out.
    #[must_use]
    pub fn into_claims(self) -> Claims<T> {
        self.claims
    }

    /// The protected header, beside `alg` and `kid`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The algorithm under which the signature is valid.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.alg
    }

    /// The token's `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

impl<T: Serialize> Jwt<T> {
    /// Signs claims and writes the compact JWT. `alg` and `kid` are those of the key.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{Claims, Header, Jwt, JwsAlg, NoClaims, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01");
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
    /// let token = Jwt::sign(&claims, &Header::typed("at+jwt"), &key)?;
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Claim`] if there is no `exp` and [`Claims::without_exp`] was not called, or `aud` has no value,
    /// [`Error::ReservedClaim`] if the caller's type writes a registered claim, [`Error::Malformed`] if it
    /// writes a name twice, [`Error::Serialize`] if it does not write an object, and those of [`Jws::sign`].
    pub fn sign(claims: &Claims<T>, header: &Header, key: &SigningKey) -> Result<String, Error> {
        let payload = claims.to_json(Limits::default().json_depth())?;
        Jws::sign(payload.expose(), header, key)
    }
}

impl<T: DeserializeOwned> Jwt<T> {
    /// Verifies a compact JWT and its claims. `token` is attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{Claims, Error, Header, Jwt, JwsAlg, JwtPolicy, KeySet, NoClaims, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::ZERO);
    /// let token = Jwt::sign(&claims, &Header::jwt(), &key)?;
    ///
    /// let policy = JwtPolicy::signed(JwsAlg::MODERN).build()?;
    /// assert_eq!(Jwt::<NoClaims>::verify(&token, &keys, &policy).unwrap_err(), Error::Expired);
    ///
    /// let lenient = JwtPolicy::signed(JwsAlg::MODERN).leeway(Duration::from_secs(60)).build()?;
    /// let jwt: Jwt = Jwt::verify(&token, &keys, &lenient)?;
    /// assert_eq!(jwt.claims().sub.as_deref(), Some("alice"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jws::verify`]; then, for a token whose signature is valid, [`Error::Malformed`],
    /// [`Error::Limit`], [`Error::Expired`], [`Error::NotYetValid`], [`Error::Claim`],
    /// [`Error::ClaimsType`], [`Error::ReservedClaim`] and [`Error::Clock`].
    pub fn verify(
        token: &str,
        keys: &KeySet<VerifyingKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        Self::from_unverified(UnverifiedJws::parse(token, policy.limits())?, keys, policy)
    }

    /// Applies a policy to a JWS that was verified another way. Its size has been checked by then, with the limits
    /// of that way.
    ///
    /// ```
    /// use josie::{Error, Jws, Jwt, JwtPolicy};
    ///
    /// fn claims(jws: Jws, policy: &JwtPolicy) -> Result<Jwt, Error> {
    ///     Jwt::from_jws(jws, policy)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for a header that this policy does not allow, then those of [`verify`](Self::verify)
    /// for claims.
    pub fn from_jws(jws: Jws, policy: &JwtPolicy) -> Result<Self, Error> {
        policy.header_policy().check_jws(jws.parsed())?;
        Self::from_verified(jws, policy)
    }

    /// Verifies a token whose structure has been read, and its claims.
    pub(crate) fn from_unverified(
        unverified: UnverifiedJws<'_>,
        keys: &KeySet<VerifyingKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        Self::from_verified(unverified.verify(keys, policy.header_policy())?, policy)
    }

    fn from_verified(jws: Jws, policy: &JwtPolicy) -> Result<Self, Error> {
        let claims = policy.read_claims(jws.payload())?;
        let (alg, kid, header, _) = jws.into_parts();
        Ok(Self { alg, kid, header, claims })
    }
}
