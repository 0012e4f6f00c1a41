//! Writing claims: the registered ones first, then the caller's members.

use core::cell::Cell;
use core::fmt;

use serde::Serialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;

use super::Claims;
use super::REGISTERED;
use crate::error::ClaimReason;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::json::JsonError;
use crate::json::Reading;
use crate::json::Text;
use crate::secret::SecretBytes;
use crate::secret::SecretWriter;

impl<T: Serialize> Claims<T> {
    /// The JSON of the claims set, held to what a reader holds it to.
    pub(crate) fn to_json(&self, max_depth: usize) -> Result<SecretBytes, Error> {
        if self.exp.is_none() && !self.without_exp {
            return Err(Error::claim("exp", ClaimReason::Missing));
        }
        if self.aud.as_ref().is_some_and(|aud| aud.values().is_empty()) {
            return Err(Error::claim("aud", ClaimReason::Invalid));
        }
        // Wiped, also where it grows: the claims may be on their way into an encrypted token.
        let mut out = SecretBytes::new(Vec::with_capacity(256));
        write_member(&mut out, "iss", self.iss.as_ref())?;
        write_member(&mut out, "sub", self.sub.as_ref())?;
        write_member(&mut out, "aud", self.aud.as_ref())?;
        write_member(&mut out, "exp", self.exp.as_ref())?;
        write_member(&mut out, "nbf", self.nbf.as_ref())?;
        write_member(&mut out, "iat", self.iat.as_ref())?;
        write_member(&mut out, "jti", self.jti.as_ref())?;
        self.write_custom(&mut out, max_depth)?;
        Ok(out)
    }

    fn write_custom(&self, out: &mut SecretBytes, max_depth: usize) -> Result<(), Error> {
        let start = out.len();
        write_json(out, &self.custom)?;
        let has_members = match out.expose().get(start..) {
            Some(b"{}") => false,
            // A raw value may have white space in an object without members.
            Some(custom @ [b'{', ..]) => check_custom(custom, max_depth)?,
            _ => return Err(Error::Serialize),
        };
        if !has_members {
            // Nothing of the caller's own: the object is what was written before, closed.
            out.buffer_mut().truncate(start);
            if out.is_empty() {
                out.append(b"{");
            }
            out.append(b"}");
        } else if start > 0
            && let Some(brace) = out.expose_mut().get_mut(start)
        {
            // The caller's object goes on where the registered claims end.
            *brace = b',';
        }
        Ok(())
    }
}

fn write_member<V: Serialize>(
    out: &mut SecretBytes,
    name: &str,
    value: Option<&V>,
) -> Result<(), Error> {
    let Some(value) = value else { return Ok(()) };
    out.append(if out.is_empty() { b"{\"" } else { b",\"" });
    out.append(name.as_bytes());
    out.append(b"\":");
    write_json(out, value)
}

fn write_json<V: Serialize>(out: &mut SecretBytes, value: &V) -> Result<(), Error> {
    serde_json::to_writer(SecretWriter(out), value).map_err(|_| Error::Serialize)
}

/// Refuses the JSON of a caller's claims that a reader would refuse: duplicates, depth, registered names. Says
/// whether there are any members.
fn check_custom(text: &[u8], max_depth: usize) -> Result<bool, Error> {
    let reserved = Cell::new(None);
    let seed = CustomNames { reserved: &reserved };
    Reading::default().read(text, max_depth, seed).map_err(|error| match error {
        JsonError::Duplicate => Error::Malformed(Malformed::DuplicateMember(Part::Payload)),
        JsonError::Depth => Error::Limit(Limit::Depth),
        JsonError::Type { .. } if reserved.get().is_some() => {
            Error::ReservedClaim(reserved.get().unwrap_or_default())
        }
        JsonError::Syntax | JsonError::Type { .. } => Error::Serialize,
    })
}

struct CustomNames<'c> {
    reserved: &'c Cell<Option<&'static str>>,
}

impl<'de> DeserializeSeed<'de> for CustomNames<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<bool, D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CustomNames<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut has_members = false;
        while let Some(Text(name)) = map.next_key()? {
            if let Some(reserved) = REGISTERED.into_iter().find(|reserved| *reserved == name) {
                self.reserved.set(Some(reserved));
                return Err(de::Error::custom("registered claim"));
            }
            map.next_value::<IgnoredAny>()?;
            has_members = true;
        }
        Ok(has_members)
    }
}
