//! Reading claims: one pass over the payload fills the registered claims and the caller's type.

use core::cell::Cell;
use core::fmt;
use core::time::Duration;
use std::borrow::Cow;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeOwned;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;

use super::Audience;
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
use crate::json::Watch;
use crate::time::NumericDate;

/// The claims of a payload, and what a policy needs to know beside them.
pub(crate) struct ParsedClaims<T> {
    pub(crate) claims: Claims<T>,
    /// Whether `iat` had a fraction of a second, which the claim itself drops.
    pub(crate) iat_has_fraction: bool,
}

/// A claim of the caller's type that a policy looks at while it is read.
pub(crate) struct WatchedClaim<'w> {
    name: &'w str,
    present: Cell<bool>,
    watch: Watch<'w>,
}

impl<'w> WatchedClaim<'w> {
    /// Watches the claim `name` for being present and for being one of the strings `allowed`.
    pub(crate) fn new(name: &'w str, allowed: &'w [String]) -> Self {
        Self { name, present: Cell::new(false), watch: Watch::new(allowed) }
    }

    pub(crate) fn is_present(&self) -> bool {
        self.present.get()
    }

    pub(crate) fn is_allowed(&self) -> bool {
        self.watch.matched()
    }
}

impl<T: DeserializeOwned> ParsedClaims<T> {
    /// Reads the JSON of a claims set.
    pub(crate) fn parse(
        payload: &[u8],
        max_depth: usize,
        watched: &[WatchedClaim<'_>],
    ) -> Result<Self, Error> {
        let reading = Reading::default();
        let reader = Reader { error: Cell::new(None), watched, reading: &reading };
        let (mut registered, mut custom) = (Registered::default(), None);
        let seed = ClaimsSeed { reader: &reader, registered: &mut registered, custom: &mut custom };
        reading.read(payload, max_depth, seed).map_err(|error| reader.explain(error))?;
        let Some(custom) = custom else {
            return Err(Error::Malformed(Malformed::NotAnObject(Part::Payload)));
        };
        Ok(Self::new(registered, custom))
    }

    fn new(registered: Registered, custom: T) -> Self {
        let Registered { iss, sub, aud, exp, nbf, iat, jti } = registered;
        Self {
            iat_has_fraction: iat.as_ref().is_some_and(|iat| iat.has_fraction),
            claims: Claims {
                iss,
                sub,
                aud,
                exp: exp.map(|exp| exp.secs),
                nbf: nbf.map(Date::rounded_up),
                iat: iat.map(|iat| iat.secs),
                jti,
                custom,
                without_exp: false,
            },
        }
    }
}

/// What all the visitors of one reading share.
struct Reader<'r> {
    error: Cell<Option<Claimed>>,
    watched: &'r [WatchedClaim<'r>],
    reading: &'r Reading<'r>,
}

impl Reader<'_> {
    fn explain(&self, error: JsonError) -> Error {
        match (error, self.error.get()) {
            (JsonError::Type { .. }, Some(Claimed::Invalid(name))) => {
                Error::claim(name, ClaimReason::Invalid)
            }
            (JsonError::Type { .. }, Some(Claimed::Reserved(name))) => Error::ReservedClaim(name),
            (JsonError::Type { line, column }, Some(Claimed::Object)) => {
                Error::ClaimsType { line, column }
            }
            (_, _) => structure_error(error),
        }
    }
}

/// The error of a payload that is not the JSON of a claims set.
pub(super) fn structure_error(error: JsonError) -> Error {
    match error {
        JsonError::Syntax => Error::Malformed(Malformed::Json(Part::Payload)),
        JsonError::Duplicate => Error::Malformed(Malformed::DuplicateMember(Part::Payload)),
        JsonError::Depth => Error::Limit(Limit::Depth),
        JsonError::Type { .. } => Error::Malformed(Malformed::NotAnObject(Part::Payload)),
    }
}

/// What was being read when a value had the wrong type.
#[derive(Clone, Copy)]
enum Claimed {
    /// A registered claim.
    Invalid(&'static str),
    /// A registered claim that the caller's type asks for.
    Reserved(&'static str),
    /// The claims set itself is an object; something of the caller's type did not fit.
    Object,
}

/// Fills `registered` and `custom` in place, since what a seed returns is moved by every layer on its way.
struct ClaimsSeed<'r, T> {
    reader: &'r Reader<'r>,
    registered: &'r mut Registered,
    custom: &'r mut Option<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for ClaimsSeed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for ClaimsSeed<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { reader, registered, custom } = self;
        reader.error.set(Some(Claimed::Object));
        let mut members = Members { map, registered, reader, has_failed: false };
        *custom = Some(T::deserialize(CustomMembers(&mut members))?);
        // A type may take a default where a member fails. A registered claim may have been that member.
        if members.has_failed {
            return Err(de::Error::custom("a member failed"));
        }
        // A type may stop before the end; the registered claims behind it count all the same.
        while members.next_custom()?.is_some() {
            members.map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Registered {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<Date>,
    nbf: Option<Date>,
    iat: Option<Date>,
    jti: Option<String>,
}

/// The members of the claims set, with the registered ones taken out on the way.
struct Members<'r, A> {
    map: A,
    registered: &'r mut Registered,
    reader: &'r Reader<'r>,
    has_failed: bool,
}

impl<'de, A: MapAccess<'de>> Members<'_, A> {
    /// The name of the next member that is not a registered claim.
    fn next_custom(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        while let Some(Text(name)) = self.map.next_key()? {
            if !self.take_registered(&name)? {
                if let Some(watched) = self.reader.watched.iter().find(|w| w.name == name) {
                    watched.present.set(true);
                    self.reader.reading.arm(&watched.watch);
                }
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Reads the value of `name` if that is a registered claim.
    fn take_registered(&mut self, name: &str) -> Result<bool, A::Error> {
        match name {
            "iss" => self.registered.iss = Some(self.value("iss")?),
            "sub" => self.registered.sub = Some(self.value("sub")?),
            "aud" => self.registered.aud = Some(self.value("aud")?),
            "exp" => self.registered.exp = Some(self.value("exp")?),
            "nbf" => self.registered.nbf = Some(self.value("nbf")?),
            "iat" => self.registered.iat = Some(self.value("iat")?),
            "jti" => self.registered.jti = Some(self.value("jti")?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn value<V: Deserialize<'de>>(&mut self, name: &'static str) -> Result<V, A::Error> {
        self.map.next_value().inspect_err(|_| self.reader.error.set(Some(Claimed::Invalid(name))))
    }
}

/// The caller's members as a deserializer of their own.
struct CustomMembers<'m, 'r, A>(&'m mut Members<'r, A>);

impl<'de, A: MapAccess<'de>> Deserializer<'de> for CustomMembers<'_, '_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        if let Some(reserved) = fields.iter().find(|field| REGISTERED.contains(field)) {
            self.0.reader.error.set(Some(Claimed::Reserved(reserved)));
            return Err(de::Error::custom("registered claim"));
        }
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_some(self)
    }

    // A type that wants nothing is given nothing; the caller of `deserialize` reads the members.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple
        tuple_struct map enum identifier
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for CustomMembers<'_, '_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let name = self.0.next_custom().inspect_err(|_| self.0.has_failed = true)?;
        match name {
            None => Ok(None),
            Some(Cow::Borrowed(name)) => {
                seed.deserialize(de::value::BorrowedStrDeserializer::new(name)).map(Some)
            }
            Some(Cow::Owned(name)) => {
                seed.deserialize(de::value::StringDeserializer::new(name)).map(Some)
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.map.next_value_seed(seed).inspect_err(|_| self.0.has_failed = true)
    }
}

/// A `NumericDate` as read: whole seconds, and whether a fraction was cut off.
#[derive(Clone, Copy)]
struct Date {
    secs: NumericDate,
    has_fraction: bool,
}

impl Date {
    // A fraction counts for the stricter side: `nbf` begins with the next second, `exp` ends with this one.
    fn rounded_up(self) -> NumericDate {
        self.secs.saturating_add(Duration::from_secs(u64::from(self.has_fraction)))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_any`, which with serde_json's feature `arbitrary_precision` gives no number.
        deserializer.deserialize_f64(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("seconds since the epoch")
    }

    fn visit_u64<E: de::Error>(self, secs: u64) -> Result<Date, E> {
        let secs = NumericDate::from_secs(secs).ok_or_else(|| E::custom("out of range"))?;
        Ok(Date { secs, has_fraction: false })
    }

    fn visit_f64<E: de::Error>(self, secs: f64) -> Result<Date, E> {
        // Negative, infinite and too large values do not fit a duration.
        let whole = Duration::try_from_secs_f64(secs.trunc()).map_err(E::custom)?;
        if secs < 0.0 {
            return Err(E::custom("out of range"));
        }
        let date = self.visit_u64(whole.as_secs())?;
        Ok(Date { has_fraction: secs.fract() > 0.0, ..date })
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AudienceVisitor)
    }
}

struct AudienceVisitor;

impl<'de> Visitor<'de> for AudienceVisitor {
    type Value = Audience;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or a non-empty array of strings")
    }

    fn visit_str<E>(self, value: &str) -> Result<Audience, E> {
        Ok(Audience::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Audience, E> {
        Ok(Audience::from(value))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Audience, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        // An audience without a value would be for nobody, and pass where any audience does.
        if values.is_empty() { Err(de::Error::custom("empty")) } else { Ok(Audience::from(values)) }
    }
}
