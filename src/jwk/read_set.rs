//! Reading JWK sets (RFC 7517 section 5): tolerant in the large, strict in the small.

use core::cell::Cell;
use core::fmt;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::Jwk;
use super::UnusableJwk;
use super::name_format;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::json;
use crate::json::JsonError;
use crate::json::Text;
use crate::limits::Limits;
use crate::secret::SecretText;

/// The entries of a set, of which `accept` makes what the set holds.
pub(super) fn read_set<K>(
    text: &str,
    limits: &Limits,
    accept: impl Fn(Jwk) -> Result<K, KeyError>,
) -> Result<Vec<Result<K, UnusableJwk>>, KeyError> {
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
    let read = |text: &RawValue| {
        let jwk = Jwk::parse_with(text.get(), &within)?;
        let has_known_alg = check_alg(&jwk);
        // That a secret was published is the worse news.
        let key = accept(jwk)?;
        has_known_alg.map(|()| key)
    };
    let unusable = |text: &RawValue, reason| UnusableJwk {
        reason,
        kid: readable_kid(text.get(), limits),
        text: SecretText::new(text.get().to_owned()),
    };
    let entries = texts.into_iter();
    Ok(entries.map(|text| read(text).map_err(|reason| unusable(text, reason))).collect())
}

// RFC 7517 section 5: keys that are not understood are ignored, and an algorithm is a part of a key.
fn check_alg(jwk: &Jwk) -> Result<(), KeyError> {
    let is_known = |alg: &str| {
        JwsAlg::from_name(alg).is_some()
            || JweAlg::from_name(alg).is_some()
            || JweEnc::from_name(alg).is_some()
    };
    if jwk.alg().is_none_or(is_known) { Ok(()) } else { Err(JwkError::UnknownAlg.into()) }
}

/// The `kid` of an entry that is otherwise unusable, to say which one it is.
fn readable_kid(text: &str, limits: &Limits) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        kid: String,
    }
    let Named { kid } = serde_json::from_str(text).ok()?;
    (kid.len() <= limits.kid_bytes()).then_some(kid)
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
