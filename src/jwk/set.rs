//! JWK sets (RFC 7517 section 5): those that are published, and those that are kept.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use serde::de;
use serde::de::Deserializer;
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use super::Jwk;
use super::PublicJwk;
use super::read_set::read_set;
use super::write::Half;
use super::write::Written;
use super::write::check_complete;
use super::write::secret_json;
use crate::error::KeyError;
use crate::limits::Limits;
use crate::secret::SecretText;

/// A JWK set as it is published, for example by an identity provider (`jwks_uri`).
///
/// An entry that cannot be used, of whatever kind, stays in the set with its reason and its text; the others work
/// (RFC 7517 section 5). So does one with a secret in it, which has no place in a published set:
/// [`KeyError::SymmetricKey`], [`KeyError::PublicKeyNeeded`]. Written as JSON, the set has the usable keys alone.
///
/// ```
/// use josie::{JwkError, KeyError, PublicJwkSet};
///
/// let set = PublicJwkSet::parse(
///     r#"{"keys":[
///         {"kty":"XYZ","kid":"a"},
///         {"kty":"oct","kid":"b","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"},
///         {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
///     ]}"#,
/// )?;
/// let entries: Vec<_> = set.entries().collect();
/// let unusable = entries[0].unwrap_err();
/// assert_eq!(*unusable.reason(), KeyError::Jwk(JwkError::UnknownKeyType));
/// assert_eq!(unusable.kid(), Some("a"));
/// assert_eq!(*entries[1].unwrap_err().reason(), KeyError::SymmetricKey);
/// assert!(entries[2].is_ok());
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PublicJwkSet {
    entries: Vec<Result<PublicJwk, UnusableJwk>>,
}

impl PublicJwkSet {
    /// Reads the JSON of a JWK set, with the default [`Limits`]. The number of keys is checked before any key
    /// is read.
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the text is a key in another format, which the error names, or a single JWK.
    /// [`KeyError::Jwk`] if the set itself is malformed or has too many keys. What is wrong with one entry is
    /// that entry's own.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Like [`parse`](Self::parse), with other limits on the number of keys, depth and `kid`.
    ///
    /// ```
    /// use josie::{JwkError, KeyError, Limits, PublicJwkSet};
    ///
    /// let limits = Limits::default().with_jwk_set_keys(1);
    /// let error = PublicJwkSet::parse_with(r#"{"keys":[{},{}]}"#, &limits).unwrap_err();
    /// assert_eq!(error, KeyError::Jwk(JwkError::Limit));
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, KeyError> {
        Ok(Self { entries: read_set(text, limits, PublicJwk::try_from)? })
    }

    /// The entries in the order of the set: a key, or what cannot be used.
    pub fn entries(&self) -> impl Iterator<Item = Result<&PublicJwk, &UnusableJwk>> {
        self.entries.iter().map(Result::as_ref)
    }

    /// The keys that can be used.
    pub fn keys(&self) -> impl Iterator<Item = &PublicJwk> {
        self.entries.iter().flatten()
    }
}

impl FromIterator<PublicJwk> for PublicJwkSet {
    fn from_iter<I: IntoIterator<Item = PublicJwk>>(keys: I) -> Self {
        Self { entries: keys.into_iter().map(Ok).collect() }
    }
}

/// As strict as [`PublicJwkSet::parse`]; from JSON only.
impl<'de> Deserialize<'de> for PublicJwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<str>::from(Box::<RawValue>::deserialize(deserializer)?);
        // There may be a secret in it by mistake, so the copy is wiped.
        let text = SecretText::new(text.into());
        Self::parse(text.expose()).map_err(de::Error::custom)
    }
}

impl Serialize for PublicJwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys: Vec<_> = self.keys().collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("keys", &keys)?;
        map.end()
    }
}

/// A JWK set of one's own, with private or symmetric keys in it. It can be read, and written only by the method that
/// says so; what is published is a [`PublicJwkSet`].
///
/// An entry that cannot be used, of whatever kind, stays in the set with its reason and its text; the others
/// work (RFC 7517 section 5).
///
/// ```
/// use josie::{JwkError, JwkSet, KeyError};
///
/// let set = JwkSet::parse(
///     r#"{"keys":[
///         {"kty":"XYZ"},
///         {"kty":"oct","kid":"b","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}
///     ]}"#,
/// )?;
/// let entries: Vec<_> = set.entries().collect();
/// assert_eq!(*entries[0].unwrap_err().reason(), KeyError::Jwk(JwkError::UnknownKeyType));
/// assert!(entries[1].is_ok());
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwkSet {
    entries: Vec<Result<Jwk, UnusableJwk>>,
}

impl JwkSet {
    /// Reads the JSON of a JWK set, with the default [`Limits`]. The number of keys is checked before any key
    /// is read.
    ///
    /// # Errors
    ///
    /// Those of [`PublicJwkSet::parse`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Like [`parse`](Self::parse), with other limits on the number of keys, depth and `kid`.
    ///
    /// ```
    /// use josie::{JwkError, JwkSet, KeyError, Limits};
    ///
    /// let limits = Limits::default().with_jwk_set_keys(1);
    /// let error = JwkSet::parse_with(r#"{"keys":[{},{}]}"#, &limits).unwrap_err();
    /// assert_eq!(error, KeyError::Jwk(JwkError::Limit));
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, KeyError> {
        Ok(Self { entries: read_set(text, limits, Ok)? })
    }

    /// The entries in the order of the set: a key, or what cannot be used.
    pub fn entries(&self) -> impl Iterator<Item = Result<&Jwk, &UnusableJwk>> {
        self.entries.iter().map(Result::as_ref)
    }

    /// The keys that can be used.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.entries.iter().flatten()
    }

    /// The usable keys, **each with its private half or secret**, as a text that is wiped when it is dropped.
    ///
    /// ```
    /// use josie::{JwkSet, KeyMaterial};
    ///
    /// let set: JwkSet = [KeyMaterial::oct(vec![7; 32]).with_kid("a").into()].into_iter().collect();
    /// let text = set.to_private_json()?;
    /// assert_eq!(JwkSet::parse(text.expose())?.keys().count(), 1);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::PublicHalfMissing`] if a key was made from a private EC or OKP key alone; see
    /// [`Jwk::to_private_json`].
    pub fn to_private_json(&self) -> Result<SecretText, KeyError> {
        for jwk in self.keys() {
            check_complete(jwk.material())?;
        }
        Ok(secret_json(&WrittenSet(self)))
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { entries: keys.into_iter().map(Ok).collect() }
    }
}

/// A set on its way into a document, with all its secrets.
struct WrittenSet<'a>(&'a JwkSet);

impl Serialize for WrittenSet<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys: Vec<_> = self.0.keys().map(|jwk| Written { jwk, half: Half::Private }).collect();
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("keys", &keys)?;
        map.end()
    }
}

/// An entry of a JWK set that cannot be used.
#[derive(Clone)]
pub struct UnusableJwk {
    pub(super) reason: KeyError,
    pub(super) kid: Option<String>,
    pub(super) text: SecretText,
}

impl UnusableJwk {
    /// Why.
    #[must_use]
    pub fn reason(&self) -> &KeyError {
        &self.reason
    }

    /// Its `kid`, where it could be read.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The entry as it stands in the set, for whoever knows what to do with it. It may have a secret in it.
    #[must_use]
    pub fn text(&self) -> &SecretText {
        &self.text
    }
}

/// Shows the reason and the kid, not the text.
impl fmt::Debug for UnusableJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnusableJwk")
            .field("reason", &self.reason)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
