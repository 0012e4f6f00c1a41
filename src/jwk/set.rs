//! JWK sets (RFC 7517 section 5): tolerant in the large, strict in the small.

use core::cell::Cell;
use core::fmt;
use std::collections::HashSet;

use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::Jwk;
use super::name_format;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::json;
use crate::json::JsonError;
use crate::json::Text;
use crate::limits::Limits;

/// A JWK set. An entry that cannot be used, of whatever kind, stays in the set with its reason; the others
/// work (RFC 7517 section 5).
///
/// ```
/// use josie::{JwkError, JwkSet, KeyError};
///
/// let set = JwkSet::parse(
///     r#"{"keys":[
///         {"kty":"XYZ"},
///         {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
///     ]}"#,
/// )?;
/// let entries: Vec<_> = set.entries().collect();
/// assert_eq!(*entries[0].unwrap_err(), KeyError::Jwk(JwkError::UnknownKeyType));
/// assert!(entries[1].is_ok());
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwkSet {
    entries: Vec<Result<Jwk, KeyError>>,
}

impl JwkSet {
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
        let fault = Cell::new(None);
        let seed = SetSeed { fault: &fault, limits };
        let mut reader = serde_json::Deserializer::from_str(text);
        let texts = seed
            .deserialize(&mut reader)
            .and_then(|texts| reader.end().map(|()| texts))
            .map_err(|error| match (fault.get(), error.classify()) {
                (Some(fault), Category::Data) => KeyError::Jwk(fault),
                (None, Category::Data) => KeyError::Jwk(JwkError::NotAnObject),
                _ => KeyError::Jwk(JwkError::Json),
            })
            .map_err(|error| name_format(error, KeyFormat::JwkSet, text))?;
        // An entry stands within the set's object and its array.
        let within = limits.with_json_depth(limits.json_depth().saturating_sub(2));
        let entries = texts.iter().map(|text| Jwk::parse_with(text.get(), &within)).collect();
        Ok(Self { entries })
    }

    /// The entries in the order of the set: a key, or why it cannot be read.
    pub fn entries(&self) -> impl Iterator<Item = Result<&Jwk, &KeyError>> {
        self.entries.iter().map(Result::as_ref)
    }

    /// The entries that could be read.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.entries.iter().flatten()
    }
}

/// Reads the set itself and leaves each entry as text, so that a broken entry breaks nothing else.
struct SetSeed<'c> {
    fault: &'c Cell<Option<JwkError>>,
    limits: &'c Limits,
}

impl SetSeed<'_> {
    fn fault<E: de::Error>(&self, fault: JwkError) -> E {
        self.fault.set(Some(fault));
        E::custom("JWK set")
    }
}

impl<'de> DeserializeSeed<'de> for SetSeed<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for SetSeed<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JWK set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = HashSet::new();
        let mut keys = None;
        while let Some(Text(name)) = map.next_key()? {
            if name == "keys" && keys.is_none() {
                self.fault.set(Some(JwkError::Member("keys")));
                keys = Some(map.next_value_seed(KeysSeed(&self))?);
                self.fault.set(None);
            } else if name == "keys" || names.contains(&name) {
                return Err(self.fault(JwkError::DuplicateMember));
            } else {
                names.insert(name);
                self.check_other(map.next_value()?)?;
            }
        }
        keys.ok_or_else(|| self.fault(JwkError::Missing("keys")))
    }
}

impl SetSeed<'_> {
    // Members that josie does not know are ignored (RFC 7517 section 5), but are JSON like all the others.
    fn check_other<E: de::Error>(&self, value: &RawValue) -> Result<(), E> {
        let max_depth = self.limits.json_depth().saturating_sub(1);
        json::check(value.get(), max_depth).map_err(|error| match error {
            JsonError::Duplicate => self.fault(JwkError::DuplicateMember),
            JsonError::Depth => self.fault(JwkError::Depth),
            JsonError::Syntax | JsonError::Type { .. } => self.fault(JwkError::Json),
        })
    }
}

struct KeysSeed<'s, 'c>(&'s SetSeed<'c>);

impl<'de> DeserializeSeed<'de> for KeysSeed<'_, '_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for KeysSeed<'_, '_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element()? {
            if texts.len() == self.0.limits.jwk_set_keys() {
                return Err(self.0.fault(JwkError::Limit));
            }
            texts.push(text);
        }
        Ok(texts)
    }
}
