//! Reading who is said to have issued a token, before anything of it is verified.

use core::fmt;

use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Value;

use super::read::structure_error;
use crate::error::Error;
use crate::json::Reading;
use crate::json::Text;

/// The `iss` of a claims set that nobody has verified, if it is a string; everything else is passed over, but held to
/// the rules on JSON that hold when the claims are read.
pub(crate) fn read_iss(payload: &[u8], max_depth: usize) -> Result<Option<String>, Error> {
    match Reading::default().read(payload, max_depth, IssSeed).map_err(structure_error)? {
        Some(Value::String(iss)) => Ok(Some(iss)),
        // RFC 7519 section 4.1.1: a value of another type names nobody.
        Some(_) | None => Ok(None),
    }
}

struct IssSeed;

impl<'de> DeserializeSeed<'de> for IssSeed {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Option<Value>, D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for IssSeed {
    type Value = Option<Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let mut iss = None;
        // To the end: a second `iss` behind the first one is a duplicate, which the reading refuses.
        while let Some(Text(name)) = map.next_key()? {
            if name == "iss" {
                iss = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(iss)
    }
}
