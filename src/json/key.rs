//! The names of an object's members: each is recorded on its way into the caller's key type.

use core::fmt;
use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::de::value::BorrowedStrDeserializer;

use super::Fault;
use super::Reading;
use super::Text;

/// The names seen so far in one object.
///
/// The first few stand in place, where a scan is cheaper than any structure on the heap. The rest are hashed,
/// since a scan for each name would make the whole quadratic in the number of members.
pub(super) struct Names<'de> {
    few: [(u32, &'de str); FEW],
    len: usize,
    others: Option<HashSet<Cow<'de, str>>>,
}

const FEW: usize = 12;

/// The name by which serde_json's feature `arbitrary_precision` hands over a number.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Names<'de> {
    /// Records a name; `false` if it was there already.
    #[inline]
    fn insert(&mut self, name: Cow<'de, str>) -> bool {
        let digest = digest(&name);
        let same = |(other, known): &(u32, &str)| *other == digest && *known == name;
        if self.few.iter().take(self.len).any(same) {
            return false;
        }
        match (name, self.few.get_mut(self.len)) {
            (Cow::Borrowed(name), Some(slot)) if self.others.is_none() => {
                *slot = (digest, name);
                self.len += 1;
                true
            }
            (name, _) => self.others.get_or_insert_default().insert(name),
        }
    }

    /// Whether this "object" is how serde_json's feature `arbitrary_precision` hands over a number.
    pub(super) fn are_those_of_a_number(&self) -> bool {
        self.len == 1
            && self.others.is_none()
            && self.few.first().is_some_and(|(_, name)| *name == NUMBER)
    }
}

/// The length of a name and three of its octets. They tell most names apart, so that few need to be compared
/// whole.
#[inline]
fn digest(name: &str) -> u32 {
    let octet = |index: usize| name.as_bytes().get(index).copied().unwrap_or_default();
    let len = u8::try_from(name.len()).unwrap_or(u8::MAX);
    u32::from_le_bytes([len, octet(0), octet(name.len() / 2), octet(name.len().wrapping_sub(1))])
}

impl Default for Names<'_> {
    #[inline]
    fn default() -> Self {
        Self { few: [(0, ""); FEW], len: 0, others: None }
    }
}

/// Reads a key with the caller's seed and records its name.
pub(super) struct KeySeed<'a, 's, 'de, K> {
    seed: K,
    recorder: Recorder<'a, 's, 'de>,
}

impl<'a, 's, 'de, K> KeySeed<'a, 's, 'de, K> {
    pub(super) fn new(seed: K, names: &'a mut Names<'de>, reading: &'s Reading<'s>) -> Self {
        Self { seed, recorder: Recorder { names, reading } }
    }
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, '_, 'de, K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<K::Value, D::Error> {
        self.seed.deserialize(KeyDeserializer { inner, recorder: self.recorder })
    }
}

struct Recorder<'a, 's, 'de> {
    names: &'a mut Names<'de>,
    reading: &'s Reading<'s>,
}

impl<'de> Recorder<'_, '_, 'de> {
    fn record<E: de::Error>(self, name: Cow<'de, str>) -> Result<(), E> {
        if name == "$serde_json::private::RawValue" {
            return Err(self.reading.fault(Fault::PrivateName));
        }
        // serde_json itself lends this name; here the text spells it with escapes.
        if matches!(&name, Cow::Owned(name) if name == NUMBER) {
            return Err(self.reading.fault(Fault::PrivateName));
        }
        // Names are compared unescaped, so a second spelling of a name is a duplicate too.
        if self.names.insert(name) { Ok(()) } else { Err(self.reading.fault(Fault::Duplicate)) }
    }
}

struct KeyDeserializer<'a, 's, 'de, D> {
    inner: D,
    recorder: Recorder<'a, 's, 'de>,
}

impl<'de, D: Deserializer<'de>> KeyDeserializer<'_, '_, 'de, D> {
    fn record(self) -> Result<Cow<'de, str>, D::Error> {
        let Text(name) = Text::deserialize(self.inner)?;
        self.recorder.record(name.clone())?;
        Ok(name)
    }
}

macro_rules! numeric_keys {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(NumericKey { visitor, recorder: self.recorder })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for KeyDeserializer<'_, '_, 'de, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.record()? {
            Cow::Borrowed(name) => visitor.visit_borrowed_str(name),
            Cow::Owned(name) => visitor.visit_string(name),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        enum_name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        match self.record()? {
            Cow::Borrowed(name) => {
                BorrowedStrDeserializer::new(name).deserialize_enum(enum_name, variants, visitor)
            }
            Cow::Owned(name) => {
                name.into_deserializer().deserialize_enum(enum_name, variants, visitor)
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    // serde_json reads a number from within the quotes when the key's type asks for one.
    numeric_keys! {
        deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

struct NumericKey<'a, 's, 'de, V> {
    visitor: V,
    recorder: Recorder<'a, 's, 'de>,
}

macro_rules! record_numbers {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.recorder.record(Cow::Owned(value.to_string()))?;
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for NumericKey<'_, '_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(formatter)
    }

    record_numbers! {
        visit_bool(bool);
        visit_i64(i64);
        visit_i128(i128);
        visit_u64(u64);
        visit_u128(u128);
        visit_f64(f64);
    }
}
