//! A watched member: its value is seen in whatever type it is read, and nothing else is.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Value;

use super::super::*;

/// Reads an object, watches its member `w`, and reads every value as a `T`.
struct Watching<'a, T> {
    reading: &'a Reading<'a>,
    watch: &'a Watch<'a>,
    value: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Watching<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Watching<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            if name == "w" {
                self.reading.arm(self.watch);
            }
            map.next_value::<T>()?;
        }
        Ok(())
    }
}

/// Whether the member `w` was seen to be `yes` or `sí`.
fn matches<T: DeserializeOwned>(text: &str) -> bool {
    let allowed = ["yes".to_owned(), "sí".to_owned()];
    let watch = Watch::new(&allowed);
    let reading = Reading::default();
    let seed = Watching { reading: &reading, watch: &watch, value: PhantomData::<T> };
    reading.read(text.as_bytes(), 8, seed).unwrap();
    watch.matched()
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Newtype<T>(T);

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Answer {
    Yes,
    No(u8),
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Untagged {
    Number(u8),
    Text(String),
}

#[test]
fn string_that_is_equal_matches_in_any_type() {
    for text in [
        r#"{"w":"yes"}"#,
        r#"{"w":"s\u00ed"}"#,
        r#"{"w":"\u0079es"}"#,
        r#"{"a":"no","w":"yes","z":"no"}"#,
        r#"{"\u0077":"yes"}"#,
    ] {
        assert!(matches::<String>(text), "{text}");
        assert!(matches::<Option<String>>(text), "{text}");
        assert!(matches::<Newtype<String>>(text), "{text}");
        assert!(matches::<Option<Newtype<Option<Value>>>>(text), "{text}");
        assert!(matches::<IgnoredAny>(text), "{text}");
        assert!(matches::<Value>(text), "{text}");
        assert!(matches::<Untagged>(text), "{text}");
    }
}

#[test]
fn string_that_names_an_enums_variant_matches() {
    assert!(matches::<Answer>(r#"{"w":"yes"}"#));
    assert!(!matches::<Answer>(r#"{"w":{"yes":null}}"#));
    assert!(!matches::<Answer>(r#"{"w":{"no":1}}"#));
}

#[test]
fn value_that_is_not_the_string_does_not_match() {
    for text in [
        r#"{}"#,
        r#"{"w":"no"}"#,
        r#"{"w":"YES"}"#,
        r#"{"w":"yes "}"#,
        r#"{"w":""}"#,
        r#"{"w":1}"#,
        r#"{"w":true}"#,
        r#"{"w":null}"#,
        r#"{"w":["yes"]}"#,
        r#"{"w":[["yes"],"yes"]}"#,
        r#"{"w":{"yes":1}}"#,
        r#"{"w":{"a":"yes"}}"#,
        r#"{"w":{"w":"yes"}}"#,
        r#"{"a":"yes"}"#,
        r#"{"w":1,"a":"yes"}"#,
        r#"{"w":[],"a":"yes"}"#,
        r#"{"w":{},"a":"yes"}"#,
        r#"{"yes":"w"}"#,
    ] {
        assert!(!matches::<Value>(text), "{text}");
        assert!(!matches::<IgnoredAny>(text), "{text}");
        assert!(!matches::<Option<Value>>(text), "{text}");
    }
}
