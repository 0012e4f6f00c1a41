//! The outermost level of a document, whose members and elements are left as text until they are wanted.

use core::fmt;
use std::borrow::Cow;
use std::collections::HashSet;

use serde::de;
use serde::de::Deserializer as _;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;

use super::JsonError;
use super::Text;
use super::classify;

/// The members of one JSON object, by their names, none of which stands twice. Their values have been looked at no
/// further than to find where they end: each is to be read by what reads strictly.
pub(crate) fn raw_members(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut has_duplicate = false;
    let members = (&mut reader)
        .deserialize_map(Members { has_duplicate: &mut has_duplicate })
        .and_then(|members| reader.end().map(|()| members));
    if has_duplicate {
        Err(JsonError::Duplicate)
    } else {
        members.map_err(|error| classify(&error))
    }
}

/// The elements of one JSON array, as [`raw_members`] leaves them; `None` if there are more than `limit`.
pub(crate) fn raw_elements(text: &str, limit: usize) -> Result<Option<Vec<&str>>, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut is_over_limit = false;
    let elements = (&mut reader)
        .deserialize_seq(Elements { limit, is_over_limit: &mut is_over_limit })
        .and_then(|elements| reader.end().map(|()| elements));
    if is_over_limit { Ok(None) } else { elements.map(Some).map_err(|error| classify(&error)) }
}

/// One JSON string, borrowed from the text where it has no escapes.
pub(crate) fn string(text: &str) -> Result<Cow<'_, str>, JsonError> {
    serde_json::from_str(text).map(|Text(string)| string).map_err(|error| classify(&error))
}

struct Members<'f> {
    has_duplicate: &'f mut bool,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = HashSet::new();
        let mut members = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if !names.insert(name.clone()) {
                *self.has_duplicate = true;
                return Err(de::Error::custom("strict JSON"));
            }
            let value: &RawValue = map.next_value()?;
            members.push((name, value.get()));
        }
        Ok(members)
    }
}

struct Elements<'f> {
    limit: usize,
    is_over_limit: &'f mut bool,
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = Vec<&'de str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(value) = seq.next_element::<&RawValue>()? {
            if elements.len() == self.limit {
                *self.is_over_limit = true;
                return Err(de::Error::custom("strict JSON"));
            }
            elements.push(value.get());
        }
        Ok(elements)
    }
}
