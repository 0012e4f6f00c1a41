//! The wrapper around a deserializer that refuses duplicate names and deep nesting.

use core::fmt;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IntoDeserializer;
use serde::de::Unexpected;
use serde::de::Visitor;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::value::MapAccessDeserializer;

use super::Fault;
use super::Reading;
use super::Watch;
use super::key::KeySeed;
use super::key::Names;

/// A deserializer whose every nested value is strict too.
pub(crate) struct Strict<'s, D> {
    inner: D,
    scope: Scope<'s>,
}

impl<'s, D> Strict<'s, D> {
    /// Wraps the deserializer of a whole text, in which `depth` objects and arrays may be open at once.
    pub(super) fn new(inner: D, reading: &'s Reading<'s>, depth: usize) -> Self {
        Self { inner, scope: Scope { reading, depth, watch: None } }
    }
}

/// Where in the text a wrapper stands.
#[derive(Clone, Copy)]
struct Scope<'s> {
    reading: &'s Reading<'s>,
    /// How many more objects and arrays may be opened.
    depth: usize,
    /// What is to be told of the value here.
    watch: Option<&'s Watch<'s>>,
}

impl<'s> Scope<'s> {
    fn enter<E: de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, watch: None, ..self }),
            None => Err(self.reading.fault(Fault::Depth)),
        }
    }

    #[inline]
    fn see(&self, value: &str) {
        if let Some(watch) = self.watch {
            watch.see(value);
        }
    }

    fn wrap<D>(self, inner: D) -> Strict<'s, D> {
        Strict { inner, scope: self }
    }

    fn visitor<V>(self, visitor: V) -> StrictVisitor<'s, V> {
        StrictVisitor { visitor, scope: self }
    }
}

macro_rules! forward {
    ($($method:ident($($arg:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            let reading = self.scope.reading;
            reading.note(self.inner.$method($($arg,)* self.scope.visitor(visitor)))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    forward! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_identifier();
    }

    // As text: when serde_json is asked for octets, it lets control characters and lone surrogates pass.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(visitor)
    }

    // As the string or object that it is, so that it is watched and counted like any other.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_any(EnumVisitor(visitor))
    }

    // The name is not handed on: some names make serde_json hand out raw text, which nothing has checked.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    // A value that nobody wants is read all the same, so that its names and depth are checked.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_any(Discard)?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

struct StrictVisitor<'s, V> {
    visitor: V,
    scope: Scope<'s>,
}

macro_rules! pass {
    ($($method:ident($type:ty);)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for StrictVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(formatter)
    }

    pass! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<V::Value, E> {
        self.scope.see(value);
        self.visitor.visit_str(value)
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.scope.see(value);
        self.visitor.visit_borrowed_str(value)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<V::Value, E> {
        self.scope.see(&value);
        self.visitor.visit_string(value)
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(self.scope.wrap(inner))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(self.scope.wrap(inner))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(StrictSeq { inner, scope: self.scope.enter()? })
    }

    // Not `enter` yet: with serde_json's feature `arbitrary_precision`, numbers come as maps too.
    fn visit_map<A: de::MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        // Lent, not given: the names make it large, and every visitor on the way would move it.
        let mut map = StrictMap { inner, scope: self.scope, names: Names::default() };
        self.visitor.visit_map(&mut map)
    }
}

/// A seed whose value is read strictly.
struct StrictSeed<'s, S> {
    seed: S,
    scope: Scope<'s>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for StrictSeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(self.scope.wrap(inner))
    }
}

struct StrictSeq<'s, A> {
    inner: A,
    scope: Scope<'s>,
}

impl<'de, A: de::SeqAccess<'de>> de::SeqAccess<'de> for StrictSeq<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Self { inner, scope } = self;
        scope.reading.note(inner.next_element_seed(StrictSeed { seed, scope: *scope }))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct StrictMap<'s, 'de, A> {
    inner: A,
    scope: Scope<'s>,
    names: Names<'de>,
}

impl<'de, A: de::MapAccess<'de>> de::MapAccess<'de> for StrictMap<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Self { inner, scope, names } = self;
        let key =
            scope.reading.note(inner.next_key_seed(KeySeed::new(seed, names, scope.reading)))?;
        if scope.depth == 0 && !names.are_those_of_a_number() {
            return Err(scope.reading.fault(Fault::Depth));
        }
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let watch = self.scope.reading.disarm();
        if self.names.are_those_of_a_number() {
            let reading = self.scope.reading;
            let fault = if self.scope.depth == 0 { Fault::Depth } else { Fault::PrivateName };
            let NumberText(number) = self.inner.next_value().map_err(|_| reading.fault(fault))?;
            return seed.deserialize(number.into_deserializer());
        }
        let Some(depth) = self.scope.depth.checked_sub(1) else {
            return Err(self.scope.reading.fault(Fault::Depth));
        };
        let Self { inner, scope, .. } = self;
        let seed = StrictSeed { seed, scope: Scope { depth, watch, ..*scope } };
        scope.reading.note(inner.next_value_seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The text of a number, as serde_json hands it over: given away. A string of the JSON text, which an object that
/// only looks like a number has there, is lent.
struct NumberText(String);

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(NumberTextVisitor)
    }
}

struct NumberTextVisitor;

impl Visitor<'_> for NumberTextVisitor {
    type Value = NumberText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")
    }

    // What is lent comes here.
    fn visit_str<E: de::Error>(self, text: &str) -> Result<NumberText, E> {
        Err(E::invalid_type(Unexpected::Str(text), &self))
    }

    fn visit_string<E>(self, number: String) -> Result<NumberText, E> {
        Ok(NumberText(number))
    }
}

/// Hands an enum its variant, which JSON has as a string or as the one member of an object.
struct EnumVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for EnumVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_str<E: de::Error>(self, variant: &str) -> Result<V::Value, E> {
        self.0.visit_enum(variant.into_deserializer())
    }

    fn visit_borrowed_str<E: de::Error>(self, variant: &'de str) -> Result<V::Value, E> {
        self.0.visit_enum(BorrowedStrDeserializer::new(variant))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(MapAccessDeserializer::new(map))
    }
}

/// Takes any value and keeps nothing of it.
struct Discard;

impl<'de> Visitor<'de> for Discard {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
