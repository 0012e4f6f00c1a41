//! JSON Web Keys (RFC 7517).

mod certificates;
mod parse;
mod read_set;
mod set;
mod thumbprint;
mod write;

use core::cell::Cell;
use core::fmt;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;

use self::certificates::CertificateMembers;
use self::parse::MembersSeed;
pub use self::set::JwkSet;
pub use self::set::PublicJwkSet;
pub use self::set::UnusableJwk;
pub use self::thumbprint::Thumbprint;
use crate::alg::Curve;
use crate::alg::JweAlg;
use crate::alg::JwsAlg;
use crate::alg::KeyType;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::json::JsonError;
use crate::json::Reading;
use crate::limits::Limits;
use crate::material::KeyMaterial;
use crate::pkix;

/// A JWK: key material with what its document says that it is for (RFC 7517 section 4).
///
/// It may hold a private or symmetric key, so it is not serializable: [`to_public`](Self::to_public) makes what can be
/// published, [`to_private_json`](Self::to_private_json) writes the secret, and [`encrypt`](Self::encrypt) writes it
/// encrypted.
///
/// ```
/// use josie::{Jwk, JwkError, KeyError, KeyType};
///
/// let jwk = Jwk::parse(r#"{"kty":"oct","kid":"a","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}"#)?;
/// assert_eq!(jwk.kty(), KeyType::Oct);
/// assert_eq!(jwk.kid(), Some("a"));
///
/// let error = Jwk::parse(r#"{"kty":"oct","k":"AQ","k":"Ag"}"#).unwrap_err();
/// assert_eq!(error, KeyError::Jwk(JwkError::DuplicateMember));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone)]
pub struct Jwk {
    material: KeyMaterial,
    certificates: Option<Box<CertificateMembers>>,
}

impl Jwk {
    /// Reads the JSON of a JWK, with the default [`Limits`].
    ///
    /// Members that josie does not know are ignored. Base64url values are canonical, integers have no leading
    /// zero octets, and coordinates the full length of the field.
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the text is a key in another format, which the error names, or a JWK set.
    /// [`KeyError::Jwk`] with what is malformed, [`KeyError::InvalidValue`] for a value of the wrong length,
    /// [`KeyError::InvalidPoint`] for a weak Ed25519 or X25519 key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Like [`parse`](Self::parse), with other limits on depth and `kid`.
    ///
    /// ```
    /// use josie::{Jwk, JwkError, KeyError, Limits};
    ///
    /// let limits = Limits::default().with_kid_bytes(4);
    /// let error = Jwk::parse_with(r#"{"kty":"oct","kid":"2026-01","k":"AQ"}"#, &limits).unwrap_err();
    /// assert_eq!(error, KeyError::Jwk(JwkError::Limit));
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, KeyError> {
        let malformed = Cell::new(None);
        let seed = MembersSeed { malformed: &malformed };
        Reading::default()
            .read(text.as_bytes(), limits.json_depth(), seed)
            .map_err(|error| jwk_error(error, malformed.get()))
            .and_then(|members| members.into_jwk(limits.kid_bytes()))
            .map_err(|error| name_format(error, KeyFormat::Jwk, text))
    }

    /// The key material, to export it, or to bind it as whoever knows what it is. The certificates of the JWK are not
    /// compared with it: [`SigningKey::from_jwk_with`](crate::SigningKey::from_jwk_with) and its like do that.
    #[must_use]
    pub fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.material.kid()
    }

    /// The type of key.
    #[must_use]
    pub fn kty(&self) -> KeyType {
        self.material.kty()
    }

    /// The curve, for EC and OKP keys.
    #[must_use]
    pub fn crv(&self) -> Option<Curve> {
        self.material.crv()
    }

    /// The `alg` that the key says it is for, which may be one that josie does not know.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.material.restrictions.alg.as_deref()
    }

    /// The `use` that the key says it is for: `sig`, `enc`, or what josie does not know (RFC 7517 section 4.2).
    #[must_use]
    pub fn public_use(&self) -> Option<&str> {
        self.material.restrictions.public_use.as_deref()
    }

    /// The operations that the key says it is for (RFC 7517 section 4.3); none if it does not say.
    #[must_use]
    pub fn key_ops(&self) -> Option<&[String]> {
        self.material.restrictions.key_ops.as_deref()
    }

    /// Whether there is a secret inside: a symmetric key or a private half.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.material.is_private()
    }
}

impl From<KeyMaterial> for Jwk {
    fn from(material: KeyMaterial) -> Self {
        Self { material, certificates: None }
    }
}

/// Shows the type of key and its kid, never its values.
impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Jwk").field(&self.material).finish()
    }
}

/// As strict as [`Jwk::parse`] within whatever document the JWK is part of.
impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limits = Limits::default();
        let malformed = Cell::new(None);
        let seed = MembersSeed { malformed: &malformed };
        let reading = Reading::default();
        let wrapped = reading.wrap(deserializer, limits.json_depth());
        // Not the format's own error: that may quote a value, and the value may be a secret.
        let members = seed.deserialize(wrapped).map_err(|_| {
            let error = reading.broken_rule().unwrap_or(JsonError::Type { line: 0, column: 0 });
            de::Error::custom(jwk_error(error, malformed.get()))
        })?;
        members.into_jwk(limits.kid_bytes()).map_err(de::Error::custom)
    }
}

/// A JWK without any secret: it can be written and published.
///
/// ```
/// use josie::PublicJwk;
///
/// let text = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;
/// let jwk: PublicJwk = serde_json::from_str(text).unwrap();
/// assert_eq!(serde_json::to_string(&jwk).unwrap(), text);
/// ```
#[derive(Clone, Debug)]
pub struct PublicJwk(Jwk);

impl PublicJwk {
    /// Reads the JSON of a JWK that has no secret in it, with the default [`Limits`].
    ///
    /// ```
    /// use josie::{KeyError, PublicJwk};
    ///
    /// let text = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// assert_eq!(PublicJwk::parse(text)?.as_jwk().kid(), None);
    ///
    /// let error = PublicJwk::parse(r#"{"kty":"oct","k":"AQ"}"#).unwrap_err();
    /// assert_eq!(error, KeyError::SymmetricKey);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwk::parse`]. [`KeyError::SymmetricKey`] or [`KeyError::PublicKeyNeeded`] if there is a secret in it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::try_from(Jwk::parse(text)?)
    }

    /// The JWK as one that can be bound.
    #[must_use]
    pub fn as_jwk(&self) -> &Jwk {
        &self.0
    }

    /// The public key of a key that signs or verifies, with what it is for.
    pub(crate) fn for_signatures(public: &KeyMaterial, alg: JwsAlg, kid: Option<&str>) -> Self {
        Self::for_one_use(public, alg.name(), "sig", kid)
    }

    /// The public key of a key that encrypts or decrypts, with what it is for.
    pub(crate) fn for_encryption(public: &KeyMaterial, alg: JweAlg, kid: Option<&str>) -> Self {
        Self::for_one_use(public, alg.name(), "enc", kid)
    }

    fn for_one_use(public: &KeyMaterial, alg: &str, public_use: &str, kid: Option<&str>) -> Self {
        let mut material = KeyMaterial::from_params(public.params().clone());
        material.kid = kid.map(str::to_owned);
        Self(Jwk::from(material.bound_to(alg, public_use)))
    }

    /// The public key and nothing else, as it stands in a token's header.
    pub(crate) fn bare(public: &KeyMaterial) -> Self {
        Self(Jwk::from(KeyMaterial::from_params(public.params().clone())))
    }
}

/// A JWK with a private half is refused, not stripped: it has been handed to where it should not be.
impl TryFrom<Jwk> for PublicJwk {
    type Error = KeyError;

    fn try_from(jwk: Jwk) -> Result<Self, KeyError> {
        match (jwk.kty(), jwk.is_private()) {
            (KeyType::Oct, _) => Err(KeyError::SymmetricKey),
            (_, true) => Err(KeyError::PublicKeyNeeded),
            (_, false) => Ok(Self(jwk)),
        }
    }
}

impl<'de> Deserialize<'de> for PublicJwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Jwk::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Says which other format `text` is in, where it is none of this module's.
fn name_format(error: KeyError, expected: KeyFormat, text: &str) -> KeyError {
    let is_another_document = matches!(
        error,
        KeyError::Jwk(JwkError::Json | JwkError::NotAnObject | JwkError::Missing("kty" | "keys"))
    );
    match pkix::detect(text.as_bytes()) {
        Some(found) if is_another_document && found != expected => {
            KeyError::Format { expected: expected.name(), found }
        }
        _ => error,
    }
}

fn jwk_error(error: JsonError, malformed: Option<JwkError>) -> KeyError {
    KeyError::Jwk(match error {
        JsonError::Syntax => JwkError::Json,
        JsonError::Duplicate => JwkError::DuplicateMember,
        JsonError::Depth => JwkError::Depth,
        JsonError::Type { .. } => malformed.unwrap_or(JwkError::NotAnObject),
    })
}
