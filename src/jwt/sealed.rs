//! JWTs that are only encrypted.

use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::nested::check_repeated_claims;
use super::nested::holds_a_jwt;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::claims::Claims;
use crate::claims::NoClaims;
use crate::error::Error;
use crate::error::Refused;
use crate::header::Header;
use crate::jwe::EncryptedJwe;
use crate::jwe::Jwe;
use crate::key::DecryptionKey;
use crate::key::EncryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::policy::JwtPolicy;

/// A JWT that is encrypted and not signed (RFC 7519 section 3 and appendix A.1).
///
/// **Nobody has signed it.** What its claims are worth is what its [`origin`](Self::origin) is worth, and it never
/// becomes a [`Jwt`](crate::Jwt). Where a signature is wanted as well, use
/// [`Jwt::sign_and_encrypt`](crate::Jwt::sign_and_encrypt).
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{
///     Claims, DecryptionKey, Header, JweAlg, JweEnc, JwtPolicy, KeySet, NoClaims, Origin, SealedJwt,
/// };
///
/// // A service seals the state of a session for itself.
/// let key = DecryptionKey::generate_direct(JweEnc::A256Gcm)?;
/// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
/// let token = SealedJwt::encrypt(&claims, &Header::jwt(), &key.encryption_key(JweEnc::A256Gcm)?)?;
///
/// let policy = JwtPolicy::encrypted(&[JweAlg::Dir], JweEnc::GCM).build()?;
/// let sealed: SealedJwt = SealedJwt::decrypt(&token, &KeySet::from(key), &policy)?;
/// assert_eq!(sealed.origin(), Origin::KeyHolder);
/// assert_eq!(sealed.claims().sub.as_deref(), Some("alice"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Functions that want a verified token do not take it. This compiles:
///
/// ```
/// use josie::{Jwt, SealedJwt};
///
/// fn subject(jwt: &Jwt) -> Option<&str> {
///     jwt.claims().sub.as_deref()
/// }
///
/// fn caller(jwt: &Jwt) -> Option<&str> {
///     subject(jwt)
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0308
/// use josie::{Jwt, SealedJwt};
///
/// fn subject(jwt: &Jwt) -> Option<&str> {
///     jwt.claims().sub.as_deref()
/// }
///
/// fn caller(jwt: &SealedJwt) -> Option<&str> {
///     subject(jwt)
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct SealedJwt<T = NoClaims> {
    alg: JweAlg,
    enc: JweEnc,
    kid: Option<String>,
    header: Header,
    claims: Claims<T>,
}

/// Who can have made a token that is only encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Whoever knows the shared key or the password: symmetric key management.
    KeyHolder,
    /// Anybody who knows the public key: RSA-OAEP and ECDH-ES.
    Anyone,
}

impl<T> SealedJwt<T> {
    /// Who can have made the token. [`Origin::KeyHolder`] from [`decrypt`](Self::decrypt).
    #[must_use]
    pub fn origin(&self) -> Origin {
        origin(self.alg)
    }

    /// The claims. Nobody has signed them.
    #[must_use]
    pub fn claims(&self) -> &Claims<T> {
        &self.claims
    }

    /// The claims, taken out.
    #[must_use]
    pub fn into_claims(self) -> Claims<T> {
        self.claims
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The key management algorithm.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.alg
    }

    /// The content encryption algorithm.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.enc
    }

    /// The token's `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

impl<T: Serialize> SealedJwt<T> {
    /// Encrypts claims and writes the compact JWE. `alg`, `enc` and `kid` are those of the key.
    ///
    /// With a public key everybody can do this, and [`decrypt`](Self::decrypt) refuses the token: use
    /// [`Jwt::sign_and_encrypt`](crate::Jwt::sign_and_encrypt).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{Claims, EncryptionKey, Header, JweAlg, JweEnc, NoClaims, SealedJwt};
    ///
    /// // 32 random bytes from your own configuration.
    /// let key = EncryptionKey::from_secret(&[0x5a; 32], JweAlg::Dir, JweEnc::A256Gcm)?;
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
    /// let cookie = SealedJwt::encrypt(&claims, &Header::typed("session+jwt"), &key)?;
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwt::sign`](crate::Jwt::sign) for claims, and those of [`Jwe::encrypt`]. [`Refused::ContentType`]
    /// and [`Error::Claim`] for a header that says that a JWT is inside, or repeats a claim with another value.
    pub fn encrypt(
        claims: &Claims<T>,
        header: &Header,
        key: &EncryptionKey,
    ) -> Result<String, Error> {
        // No reader would take it.
        if holds_a_jwt(header) {
            return Err(Error::Refused(Refused::ContentType));
        }
        check_repeated_claims(header, claims)?;
        let payload = claims.to_json(Limits::default().json_depth())?;
        Jwe::encrypt(payload.expose(), header, key)
    }
}

impl<T: DeserializeOwned> SealedJwt<T> {
    /// Decrypts a compact JWE that was encrypted with a shared key or a password, and checks its claims. `token` is
    /// attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{
    ///     Claims, DecryptionKey, Error, Header, JweAlg, JweEnc, JwtPolicy, KeySet, NoClaims, Refused,
    ///     SealedJwt,
    /// };
    ///
    /// let key = DecryptionKey::direct_from_secret(&[0x5a; 32], JweEnc::A256Gcm)?;
    /// let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
    /// let header = Header::typed("session+jwt");
    /// let cookie = SealedJwt::encrypt(&claims, &header, &key.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let keys = KeySet::from(key);
    /// let builder = JwtPolicy::encrypted(&[JweAlg::Dir], &[JweEnc::A256Gcm]);
    /// let policy = builder.clone().typ("session+jwt").build()?;
    /// let sealed: SealedJwt = SealedJwt::decrypt(&cookie, &keys, &policy)?;
    /// assert_eq!(sealed.claims().sub.as_deref(), Some("alice"));
    ///
    /// // What was sealed for one purpose does not serve another.
    /// let policy = builder.typ("reset+jwt").build()?;
    /// let error = SealedJwt::<NoClaims>::decrypt(&cookie, &keys, &policy).unwrap_err();
    /// assert_eq!(error, Error::Refused(Refused::Type));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwe::decrypt`], with [`Refused::FromAnyone`] for RSA-OAEP and ECDH-ES, and
    /// [`Refused::ContentType`] for a JWE that says that it holds a JWT. Then those of
    /// [`Jwt::verify`](crate::Jwt::verify) for claims, and [`Error::Claim`] if the header repeats a claim with
    /// another value.
    pub fn decrypt(
        token: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        let encrypted = EncryptedJwe::parse(token, policy.limits())?;
        if origin(encrypted.alg()) == Origin::Anyone {
            return Err(Error::Refused(Refused::FromAnyone));
        }
        Self::open(encrypted, keys, policy)
    }

    /// Like [`decrypt`](Self::decrypt), for every algorithm.
    ///
    /// **With RSA-OAEP and ECDH-ES anybody who knows the public key can make such a token, with any claims.** The
    /// result says nothing about who did, and its claims may be believed no more than a form that a stranger filled
    /// in.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{
    ///     Claims, DecryptionKey, Error, Header, JweAlg, JweEnc, JwtPolicy, KeySet, NoClaims, Origin,
    ///     Refused, SealedJwt,
    /// };
    ///
    /// let key = DecryptionKey::generate(JweAlg::EcdhEs)?;
    /// let claims = Claims::new(NoClaims {}).subject("anybody").without_exp();
    /// let token = SealedJwt::encrypt(&claims, &Header::jwt(), &key.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let policy =
    ///     JwtPolicy::encrypted(&[JweAlg::EcdhEs], JweEnc::GCM).allow_missing_exp().build()?;
    /// let keys = KeySet::from(key);
    /// let error = SealedJwt::<NoClaims>::decrypt(&token, &keys, &policy).unwrap_err();
    /// assert_eq!(error, Error::Refused(Refused::FromAnyone));
    ///
    /// let sealed: SealedJwt = SealedJwt::dangerous_decrypt_from_anyone(&token, &keys, &policy)?;
    /// assert_eq!(sealed.origin(), Origin::Anyone);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`decrypt`](Self::decrypt) without [`Refused::FromAnyone`].
    pub fn dangerous_decrypt_from_anyone(
        token: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        Self::open(EncryptedJwe::parse(token, policy.limits())?, keys, policy)
    }

    fn open(
        encrypted: EncryptedJwe<'_>,
        keys: &KeySet<DecryptionKey>,
        policy: &JwtPolicy,
    ) -> Result<Self, Error> {
        // RFC 7519 section 5.2: what holds a signed JWT holds no claims.
        if holds_a_jwt(encrypted.header()) {
            return Err(Error::Refused(Refused::ContentType));
        }
        let jwe = encrypted.decrypt(keys, policy.header_policy())?;
        let claims = policy.read_claims(jwe.plaintext())?;
        check_repeated_claims(jwe.header(), &claims)?;
        let (alg, enc, kid, header) = jwe.into_header();
        Ok(Self { alg, enc, kid, header, claims })
    }
}

/// Shows the header only: the claims were encrypted for a reason.
impl<T> fmt::Debug for SealedJwt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedJwt")
            .field("alg", &self.alg)
            .field("enc", &self.enc)
            .field("kid", &self.kid)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

const fn origin(alg: JweAlg) -> Origin {
    if alg.takes_public_key() { Origin::Anyone } else { Origin::KeyHolder }
}
