//! Nested JWTs: signed, then encrypted (RFC 7519 section 5.2 and appendix A.2).

use core::str;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Jwt;
use crate::claims::Audience;
use crate::claims::Claims;
use crate::error::ClaimReason;
use crate::error::Error;
use crate::error::Malformed;
use crate::error::Refused;
use crate::header::Header;
use crate::jwe::EncryptedJwe;
use crate::jwe::Jwe;
use crate::jws::UnverifiedJws;
use crate::key::DecryptionKey;
use crate::key::EncryptionKey;
use crate::key::KeySet;
use crate::key::SigningKey;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::JwtPolicy;
use crate::policy::Policy;
use crate::policy::is_same_media_type;
use crate::secret::SecretBytes;

impl<T: Serialize> Jwt<T> {
    /// Signs claims, encrypts the signed token, and writes the compact JWE, whose `cty` is `JWT`. `header` is that of
    /// the signed token.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use std::time::Duration;
    ///
    /// use josie::{
    ///     Claims, DecryptionKey, Error, Header, Jwt, JweAlg, JweEnc, JwsAlg, JwtPolicy, KeySet, Malformed,
    ///     NoClaims, SigningKey,
    /// };
    ///
    /// // The issuer knows its own signing key, and the public key of the service.
    /// let signing = SigningKey::generate(JwsAlg::Es256)?;
    /// let service = DecryptionKey::generate(JweAlg::EcdhEs)?;
    /// let encryption = service.encryption_key(JweEnc::A256Gcm)?;
    ///
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
    /// let token = Jwt::sign_and_encrypt(&claims, &Header::jwt(), &signing, &encryption)?;
    ///
    /// let policy = JwtPolicy::signed(JwsAlg::MODERN).encrypted(JweAlg::ASYMMETRIC, JweEnc::ALL).build()?;
    /// let (keys, issuers) = (KeySet::from(service), KeySet::from(signing.verifying_key()));
    /// let jwt: Jwt = Jwt::decrypt_and_verify(&token, &keys, &issuers, &policy)?;
    /// assert_eq!(jwt.claims().sub.as_deref(), Some("alice"));
    ///
    /// // Whoever asks for both gets both.
    /// let signed = Jwt::sign(&claims, &Header::jwt(), &signing)?;
    /// let error = Jwt::<NoClaims>::decrypt_and_verify(&signed, &keys, &issuers, &policy).unwrap_err();
    /// assert_eq!(error, Error::Malformed(Malformed::JweParts));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwt::sign`] and [`Jwe::encrypt`].
    pub fn sign_and_encrypt(
        claims: &Claims<T>,
        header: &Header,
        signing_key: &SigningKey,
        encryption_key: &EncryptionKey,
    ) -> Result<String, Error> {
        let signed = SecretBytes::new(Self::sign(claims, header, signing_key)?.into_bytes());
        Jwe::encrypt(signed.expose(), &Header::new().with_cty(JWT), encryption_key)
    }
}

impl<T: DeserializeOwned> Jwt<T> {
    /// Decrypts a compact JWE, and verifies the signed JWT in it and its claims. `token` is attacker-controlled.
    ///
    /// There are exactly two layers. A token that is only signed, or only encrypted, or encrypted twice, is refused:
    /// to call this is to demand both. The policy's `typ` and its rules on claims are about the signed token; around
    /// it `typ` may be absent, `JWT`, or what the policy expects. `iss`, `sub` and `aud` in the header of the JWE
    /// must be equal to the claims (RFC 7519 section 5.3).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{
    ///     Claims, DecryptionKey, Error, Header, Jwt, JweAlg, JweEnc, JwsAlg, JwtPolicy, KeySet, NoClaims,
    ///     Refused, SealedJwt, SigningKey,
    /// };
    ///
    /// let (issuer, service) = (SigningKey::generate(JwsAlg::Es256)?, DecryptionKey::generate(JweAlg::A256Kw)?);
    /// let encryption = service.encryption_key(JweEnc::A256Gcm)?;
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
    /// let token = Jwt::sign_and_encrypt(&claims, &Header::jwt(), &issuer, &encryption)?;
    ///
    /// let (keys, issuers) = (KeySet::from(service), KeySet::from(issuer.verifying_key()));
    /// let policy =
    ///     JwtPolicy::signed(&[JwsAlg::Es256]).encrypted(&[JweAlg::A256Kw], JweEnc::GCM).build()?;
    /// let jwt: Jwt = Jwt::decrypt_and_verify(&token, &keys, &issuers, &policy)?;
    /// assert_eq!(jwt.alg(), JwsAlg::Es256);
    ///
    /// // What is encrypted but signed by nobody is refused.
    /// let sealed = SealedJwt::encrypt(&claims, &Header::jwt(), &encryption)?;
    /// let error = Jwt::<NoClaims>::decrypt_and_verify(&sealed, &keys, &issuers, &policy).unwrap_err();
    /// assert_eq!(error, Error::Refused(Refused::ContentType));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwe::decrypt`], with [`Refused::ContentType`] if the JWE does not say that it holds a JWT; then
    /// those of [`Jwt::verify`] for what it holds; and [`Error::Claim`] if its header repeats a claim with another
    /// value.
    pub fn decrypt_and_verify(
        token: &str,
        decryption_keys: &KeySet<DecryptionKey>,
        verifying_keys: &KeySet<VerifyingKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        let jwe = decrypt_outer(token, decryption_keys, policy.header_policy())?;
        Self::from_nested(&jwe, inner_jws(&jwe, policy.limits())?, verifying_keys, policy)
    }

    /// Verifies the signed JWT that was in a JWE, and its claims.
    pub(crate) fn from_nested(
        outer: &Jwe,
        inner: UnverifiedJws<'_>,
        keys: &KeySet<VerifyingKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        let jws = inner.verify(keys, policy.header_policy())?;
        let (alg, kid, header, payload) = jws.into_parts();
        // It was encrypted, so it is wiped like the plaintext that it was a part of.
        let payload = SecretBytes::new(payload);
        let claims = policy.read_claims(payload.expose())?;
        check_repeated_claims(outer.header(), &claims)?;
        Ok(Self { alg, kid, header, claims })
    }
}

/// Decrypts a JWE that says that it holds a JWT.
pub(crate) fn decrypt_outer(
    token: &str,
    keys: &KeySet<DecryptionKey>,
    policy: &Policy,
) -> Result<Jwe, Error> {
    let encrypted = EncryptedJwe::parse(token, policy.limits())?;
    policy.check_outer_typ(encrypted.header().typ())?;
    // RFC 7519 section 5.2: `cty` must be there and say that a JWT is inside.
    if !holds_a_jwt(encrypted.header()) {
        return Err(Error::Refused(Refused::ContentType));
    }
    encrypted.decrypt_any_type(keys, policy)
}

/// The signed token in a JWE.
pub(crate) fn inner_jws<'j>(jwe: &'j Jwe, limits: &Limits) -> Result<UnverifiedJws<'j>, Error> {
    let signed = str::from_utf8(jwe.plaintext()).map_err(|_| Error::Malformed(Malformed::Parts))?;
    UnverifiedJws::parse(signed, limits)
}

/// Whether the header says that the plaintext is a JWT.
pub(super) fn holds_a_jwt(header: &Header) -> bool {
    header.cty().is_some_and(|cty| is_same_media_type(cty, JWT))
}

/// RFC 7519 section 5.3: claims that the header of the JWE repeats must have the same values.
pub(super) fn check_repeated_claims<T>(header: &Header, claims: &Claims<T>) -> Result<(), Error> {
    for (name, claim) in [("iss", claims.iss.as_deref()), ("sub", claims.sub.as_deref())] {
        match header.param(name) {
            Some(repeated) if repeated.as_str() != claim || claim.is_none() => {
                return Err(Error::claim(name, ClaimReason::Mismatch));
            }
            Some(_) | None => {}
        }
    }
    match header.param("aud") {
        Some(repeated) if !is_same_audience(repeated, claims.aud.as_ref()) => {
            Err(Error::claim("aud", ClaimReason::Mismatch))
        }
        Some(_) | None => Ok(()),
    }
}

// RFC 7519 section 4.1.3: one value may stand alone or in an array.
fn is_same_audience(repeated: &Value, claim: Option<&Audience>) -> bool {
    let repeated: Option<Vec<&str>> = match repeated {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    };
    match (repeated, claim) {
        (Some(repeated), Some(claim)) => repeated == claim.values(),
        (None, _) | (_, None) => false,
    }
}

/// The `cty` of a JWE whose plaintext is a JWT (RFC 7519 section 5.2).
const JWT: &str = "JWT";
