//! The value of the `cnf` claim: whose token it is (RFC 7800).

use core::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use serde::de;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::ser::SerializeMap;

use crate::base64url;
use crate::error::ClaimReason;
use crate::error::Error;
use crate::error::KeyError;
use crate::hash::HashAlg;
use crate::json::Reading;
use crate::json::Text;
use crate::jwk::PublicJwk;
use crate::jwk::Thumbprint;
use crate::limits::Limits;

/// The value of the claim `cnf` ([RFC 7800]): the key or the certificate that whoever shows the token has to prove
/// that they have. Make it a field of your own claims type, an `Option` where tokens without `cnf` are accepted.
///
/// josie knows `jkt`, the thumbprint of a DPoP key (RFC 9449 section 6.1), and `x5t#S256`, that of a client's
/// certificate (RFC 8705 section 3.1). Other members are ignored (RFC 7800 section 3.1); one that has none of the two
/// confirms nothing, so that every check fails.
///
/// **Who is trusted:** the issuer, so take it out of a verified [`Jwt`](crate::Jwt) only. The other side of the
/// comparison has to be proven by you: the key is the one whose signature over this very request's DPoP proof has been
/// verified, the certificate the one with which the client has authenticated its TLS connection. A thumbprint is no
/// secret, and equal ones prove nothing by themselves.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{Claims, Confirmation, Header, Jwt, JwsAlg, JwtPolicy, KeySet, SigningKey};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Access {
///     cnf: Confirmation,
/// }
///
/// // The issuer, to which the client has proven its key.
/// let client = SigningKey::generate(JwsAlg::Es256)?.public_jwk()?;
/// let issuer = SigningKey::generate(JwsAlg::Ed25519)?;
/// let claims = Claims::new(Access { cnf: Confirmation::of_key(&client)? })
///     .expires_in(Duration::from_secs(300));
/// let token = Jwt::sign(&claims, &Header::typed("at+jwt"), &issuer)?;
///
/// // The service, to which a client has proven a key with this request.
/// let policy = JwtPolicy::signed(JwsAlg::MODERN).typ("at+jwt").build()?;
/// let keys = KeySet::from(issuer.verifying_key());
/// let jwt: Jwt<Access> = Jwt::verify(&token, &keys, &policy)?;
/// jwt.claims().custom.cnf.check_key(&client)?;
///
/// let thief = SigningKey::generate(JwsAlg::Es256)?.public_jwk()?;
/// let error = jwt.claims().custom.cnf.check_key(&thief).unwrap_err();
/// assert_eq!(error.code(), "claim_mismatch");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7800]: https://www.rfc-editor.org/rfc/rfc7800
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    jkt: Option<Thumbprint>,
    /// Base64url of 32 bytes, of which there is only one spelling.
    x5t_s256: Option<String>,
}

impl Confirmation {
    /// Binds a token to a key: `jkt`, its thumbprint with SHA-256 (RFC 9449 section 6.1).
    ///
    /// # Errors
    ///
    /// Those of [`PublicJwk::thumbprint`], none of which concerns a public key.
    pub fn of_key(key: &PublicJwk) -> Result<Self, KeyError> {
        Ok(Self { jkt: Some(key.thumbprint(HashAlg::Sha256)?), x5t_s256: None })
    }

    /// Binds a token to a certificate: `x5t#S256`, its thumbprint with SHA-256 (RFC 8705 section 3.1).
    ///
    /// `der`: the certificate as TLS gives it, in DER and not in PEM. It is not looked into.
    ///
    /// ```
    /// use josie::Confirmation;
    ///
    /// let (certificate, other) = (b"the DER of a certificate", b"the DER of another one..");
    /// let cnf = Confirmation::of_certificate(certificate);
    /// assert!(cnf.check_certificate(certificate).is_ok());
    /// assert_eq!(cnf.check_certificate(other).unwrap_err().code(), "claim_mismatch");
    /// ```
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Self {
        Self { jkt: None, x5t_s256: Some(certificate_thumbprint(der)) }
    }

    /// Binds the token to a certificate as well, as [`of_certificate`](Self::of_certificate) does.
    #[must_use]
    pub fn and_certificate(mut self, der: &[u8]) -> Self {
        self.x5t_s256 = Some(certificate_thumbprint(der));
        self
    }

    /// The thumbprint of the key that the token is bound to.
    #[must_use]
    pub fn jkt(&self) -> Option<&Thumbprint> {
        self.jkt.as_ref()
    }

    /// The SHA-256 thumbprint of the certificate that the token is bound to, in base64url.
    #[must_use]
    pub fn x5t_s256(&self) -> Option<&str> {
        self.x5t_s256.as_deref()
    }

    /// Checks that the token is bound to `key`, **whose private half the caller has proven to have**: see
    /// [`Confirmation`]. Members other than `jkt` are not looked at, so a token that is bound to a certificate as well
    /// needs both checks.
    ///
    /// # Errors
    ///
    /// [`Error::Claim`] for `cnf`: [`ClaimReason::Missing`] if the token is not bound to a key in a way that josie
    /// knows, [`ClaimReason::Mismatch`] if it is bound to another one.
    pub fn check_key(&self, key: &PublicJwk) -> Result<(), Error> {
        // Both thumbprints are public, so they are compared like any text.
        check(self.jkt.as_ref(), key.thumbprint(HashAlg::Sha256).ok())
    }

    /// Checks that the token is bound to the certificate `der`, **with which the caller has authenticated its TLS
    /// connection**: see [`Confirmation`]. Members other than `x5t#S256` are not looked at, so a token that is bound to
    /// a key as well needs both checks.
    ///
    /// # Errors
    ///
    /// [`Error::Claim`] for `cnf`: [`ClaimReason::Missing`] if the token is not bound to a certificate in a way that
    /// josie knows, [`ClaimReason::Mismatch`] if it is bound to another one.
    pub fn check_certificate(&self, der: &[u8]) -> Result<(), Error> {
        check(self.x5t_s256.as_ref(), Some(certificate_thumbprint(der)))
    }
}

fn check<T: PartialEq>(bound: Option<&T>, proven: Option<T>) -> Result<(), Error> {
    match bound {
        None => Err(Error::claim("cnf", ClaimReason::Missing)),
        Some(bound) if Some(bound) == proven.as_ref() => Ok(()),
        Some(_) => Err(Error::claim("cnf", ClaimReason::Mismatch)),
    }
}

fn certificate_thumbprint(der: &[u8]) -> String {
    base64url::encode(&HashAlg::Sha256.digest(der))
}

impl Serialize for Confirmation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(jkt) = &self.jkt {
            map.serialize_entry("jkt", &jkt.to_string())?;
        }
        if let Some(x5t_s256) = &self.x5t_s256 {
            map.serialize_entry("x5t#S256", x5t_s256)?;
        }
        map.end()
    }
}

/// As strict as josie reads tokens, within whatever document it is part of.
impl<'de> Deserialize<'de> for Confirmation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reading = Reading::default();
        let wrapped = reading.wrap(deserializer, Limits::default().json_depth());
        // Not the format's own error: that may quote a value.
        wrapped
            .deserialize_map(MembersVisitor)
            .map_err(|_| de::Error::custom("\"cnf\" is malformed"))
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Confirmation;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Confirmation, A::Error> {
        let mut confirmation = Confirmation { jkt: None, x5t_s256: None };
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "jkt" => confirmation.jkt = Some(digest(&map.next_value()?)?),
                "x5t#S256" => {
                    confirmation.x5t_s256 = Some(digest(&map.next_value()?)?.to_string());
                }
                // RFC 7800 section 3.1.
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(confirmation)
    }
}

/// The canonical base64url of a SHA-256 digest, whatever was hashed.
fn digest<E: de::Error>(text: &Text<'_>) -> Result<Thumbprint, E> {
    Thumbprint::parse(HashAlg::Sha256, &text.0).ok_or_else(|| E::custom("no thumbprint"))
}
