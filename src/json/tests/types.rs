//! Types of the caller's own: each way in which serde can be asked for a value is as strict as any other.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::ffi::CString;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::read;
use super::read_to;
use crate::json::JsonError;

const DUPLICATE: &str = r#"{"a":1,"b":{},"\u0061":2}"#;
const DISTINCT: &str = r#"{"a":1,"b":{},"c":2}"#;

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Plain {
    #[serde(alias = "alias", default)]
    a: u8,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    plain: Plain,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype<T>(T);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
struct Transparent<T> {
    inner: T,
}

#[derive(Debug, PartialEq, Deserialize)]
enum External {
    Unit,
    Newtype(Value),
    Tuple(Value, Value),
    Struct { a: Value },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "t")]
enum Internal {
    A(Value),
    B { x: Value },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(Value),
    B { x: Value },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Name {
    One,
    #[serde(alias = "zwei")]
    Two,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct NewName(String);

/// Takes a default where the value does not fit, and so hides the reader's error.
#[derive(Debug, PartialEq, Deserialize)]
struct Lenient {
    #[serde(deserialize_with = "zero_if_it_does_not_fit")]
    #[allow(dead_code)]
    a: u8,
}

fn zero_if_it_does_not_fit<'de, D: Deserializer<'de>>(inner: D) -> Result<u8, D::Error> {
    Ok(Vec::<u8>::deserialize(inner)
        .ok()
        .and_then(|values| values.first().copied())
        .unwrap_or_default())
}

#[track_caller]
fn refused<T: DeserializeOwned + std::fmt::Debug>(text: &str) {
    assert_eq!(
        read::<T>(text).map(|value| format!("{value:?}")),
        Err(JsonError::Duplicate),
        "{text}"
    );
}

#[track_caller]
fn accepted<T: DeserializeOwned>(text: &str) {
    if let Err(error) = read::<T>(text) {
        panic!("{text}: {error:?}");
    }
}

#[test]
fn duplicate_in_any_type_of_value_is_refused() {
    accepted::<Plain>(DISTINCT);
    refused::<Plain>(DUPLICATE);
    refused::<Flattened>(DUPLICATE);
    refused::<IgnoredAny>(DUPLICATE);
    refused::<HashMap<String, Value>>(DUPLICATE);
    refused::<Option<Value>>(DUPLICATE);
    refused::<Option<Option<Plain>>>(DUPLICATE);
    refused::<Newtype<Value>>(DUPLICATE);
    refused::<Newtype<Plain>>(DUPLICATE);
    refused::<Transparent<Box<Value>>>(DUPLICATE);
    refused::<Newtype<Option<Newtype<IgnoredAny>>>>(DUPLICATE);
    refused::<Vec<IgnoredAny>>(&format!("[1,{DUPLICATE}]"));
    refused::<(u8, Value)>(&format!("[1,{DUPLICATE}]"));
    refused::<[IgnoredAny; 2]>(&format!("[1,{DUPLICATE}]"));
}

#[test]
fn duplicate_in_a_member_that_the_type_does_not_know_is_refused() {
    for text in [
        format!(r#"{{"x":{DUPLICATE}}}"#),
        format!(r#"{{"a":1,"x":[[{DUPLICATE}]]}}"#),
        r#"{"x":1,"x":2}"#.to_owned(),
        r#"{"x":1,"a":1,"\u0078":2}"#.to_owned(),
    ] {
        refused::<Plain>(&text);
        refused::<Flattened>(&text);
    }
}

#[test]
fn name_and_its_alias_are_two_names_of_one_field() {
    accepted::<Plain>(r#"{"alias":1}"#);
    refused::<Plain>(r#"{"alias":1,"alias":2}"#);
    assert!(matches!(read::<Plain>(r#"{"a":1,"alias":2}"#), Err(JsonError::Type { .. })));
}

#[test]
fn duplicate_in_each_form_of_enum_is_refused() {
    for variant in ["Newtype", "Struct"] {
        refused::<External>(&format!(r#"{{"{variant}":{{"a":{DUPLICATE}}}}}"#));
    }
    refused::<External>(&format!(r#"{{"Newtype":{DUPLICATE}}}"#));
    refused::<External>(&format!(r#"{{"Tuple":[1,{DUPLICATE}]}}"#));
    refused::<External>(r#"{"Struct":{"a":1,"a":2}}"#);
    for enum_of_tags in [refused::<Internal>, refused::<Adjacent>] {
        enum_of_tags(&format!(r#"{{"t":"A","c":{DUPLICATE}}}"#));
        enum_of_tags(&format!(r#"{{"c":{DUPLICATE},"t":"A"}}"#));
        enum_of_tags(r#"{"t":"A","c":1,"\u0074":"A"}"#);
        enum_of_tags(r#"{"t":"A","t":"B"}"#);
    }
    refused::<Internal>(&format!(r#"{{"t":"B","x":{DUPLICATE}}}"#));
    refused::<Adjacent>(&format!(r#"{{"t":"B","c":{{"x":{DUPLICATE}}}}}"#));
    refused::<Untagged>(DUPLICATE);
    refused::<Untagged>(&format!("[{DUPLICATE}]"));
}

#[test]
fn each_form_of_enum_is_read() {
    let one = || Value::from(1);

    assert_eq!(read(r#""Unit""#), Ok(External::Unit));
    assert_eq!(read(r#""\u0055nit""#), Ok(External::Unit));
    assert_eq!(read(r#"{"Unit":null}"#), Ok(External::Unit));
    assert_eq!(read(r#"{"Newtype":1}"#), Ok(External::Newtype(one())));
    assert_eq!(read(r#"{"Tuple":[1,1]}"#), Ok(External::Tuple(one(), one())));
    assert_eq!(read(r#"{"Struct":{"a":1}}"#), Ok(External::Struct { a: one() }));
    assert_eq!(read(r#"{"x":1,"t":"B"}"#), Ok(Internal::B { x: one() }));
    assert_eq!(read(r#"{"c":1,"t":"A"}"#), Ok(Adjacent::A(one())));
    assert_eq!(read("[1]"), Ok(Untagged::List(vec![one()])));
    assert_eq!(read("7"), Ok(Untagged::Number(7)));
}

#[test]
fn enum_that_does_not_fit_is_refused() {
    for text in ["1", "null", "[]", "{}", r#""Other""#, r#""Newtype""#, r#"{"Other":1}"#] {
        let error = read::<External>(text).unwrap_err();
        assert!(matches!(error, JsonError::Type { .. }), "{text}: {error:?}");
    }
    for text in [r#"{"Unit":null,"Newtype":1}"#, r#"{"Newtype":1,"Newtype":1}"#] {
        assert_eq!(read::<External>(text), Err(JsonError::Syntax), "{text}");
    }
}

#[test]
fn enum_counts_the_levels_that_it_has_in_json() {
    for (text, depth) in [
        (r#""Unit""#, 0),
        (r#"{"Unit":null}"#, 1),
        (r#"{"Newtype":1}"#, 1),
        (r#"{"Newtype":[]}"#, 2),
        (r#"{"Tuple":[1,{}]}"#, 3),
        (r#"{"Struct":{"a":1}}"#, 2),
    ] {
        assert!(read_to::<External>(text, depth).is_ok(), "{text}");
        if depth > 0 {
            let refused = read_to::<External>(text, depth - 1);
            assert_eq!(refused, Err(JsonError::Depth), "{text}");
        }
    }
}

#[test]
fn duplicate_among_keys_of_other_types_is_refused() {
    accepted::<BTreeMap<u8, u8>>(r#"{"1":1,"2":2}"#);
    accepted::<BTreeMap<i128, u8>>(r#"{"-1":1,"1":2}"#);
    accepted::<BTreeMap<bool, u8>>(r#"{"true":1,"false":2}"#);
    accepted::<BTreeMap<char, u8>>(r#"{"a":1,"b":2}"#);
    accepted::<BTreeMap<Name, u8>>(r#"{"One":1,"Two":2}"#);
    accepted::<BTreeMap<Option<NewName>, u8>>(r#"{"a":1,"b":2}"#);
    refused::<BTreeMap<u8, u8>>(r#"{"1":1,"1":2}"#);
    refused::<BTreeMap<i128, u8>>(r#"{"-1":1,"-1":2}"#);
    refused::<BTreeMap<Newtype1, u8>>(r#"{"1":1,"1":2}"#);
    refused::<BTreeMap<bool, u8>>(r#"{"true":1,"true":2}"#);
    refused::<BTreeMap<char, u8>>(r#"{"a":1,"\u0061":2}"#);
    refused::<BTreeMap<Name, u8>>(r#"{"One":1,"\u004fne":2}"#);
    refused::<BTreeMap<Option<NewName>, u8>>(r#"{"a":1,"a":2}"#);
    refused::<Vec<(IgnoredAny, BTreeMap<u64, IgnoredAny>)>>(r#"[[0,{"1":1,"1":2}]]"#);
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Newtype1(u16);

#[test]
fn raw_value_is_refused_by_its_type() {
    for text in ["1", r#""a""#, "{}", "[]", DUPLICATE] {
        let owned = read::<Box<RawValue>>(text).map(|_| ());
        assert!(matches!(owned, Err(JsonError::Type { .. })), "{text}");
        let borrowed = read::<&RawValue>(text).map(|_| ());
        assert!(matches!(borrowed, Err(JsonError::Type { .. })), "{text}");
    }
    let nested = read::<BTreeMap<String, Option<Box<RawValue>>>>(r#"{"a":{}}"#).map(|_| ());
    assert!(matches!(nested, Err(JsonError::Type { .. })));
}

#[test]
fn octets_are_as_strict_as_strings() {
    let expected = CString::new("é").unwrap();

    assert_eq!(read(r#""\u00e9""#), Ok(expected));
    assert_eq!(read(r#""é""#), Ok("é".as_bytes()));
    for text in [r#""\ud800""#, "\"\n\"", "\"\0\""] {
        assert_eq!(read::<CString>(text), Err(JsonError::Syntax), "{text:?}");
        assert_eq!(read::<&[u8]>(text), Err(JsonError::Syntax), "{text:?}");
    }
}

#[test]
fn strings_without_escapes_are_borrowed_from_the_text() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        a: &'a str,
        b: Option<&'a str>,
        c: Vec<&'a str>,
    }
    let text = r#"{"a":"x","b":"y","c":["z"]}"#.to_owned();

    let borrowed: Borrowed<'_> = read(&text).unwrap();
    let names: BTreeMap<&str, IgnoredAny> = read(&text).unwrap();

    assert_eq!((borrowed.a, borrowed.b), ("x", Some("y")));
    assert_eq!(borrowed.c, ["z"]);
    assert!(names.keys().eq(&["a", "b", "c"]));
    assert!(text.as_bytes().as_ptr_range().contains(&borrowed.a.as_ptr()));
    assert!(matches!(read::<&str>(r#""\n""#), Err(JsonError::Type { .. })));
}

#[test]
fn fault_that_the_type_swallows_is_refused_all_the_same() {
    assert_eq!(read_to::<Lenient>(r#"{"a":[]}"#, 2), Ok(Lenient { a: 0 }));
    assert_eq!(read_to::<Lenient>(r#"{"a":[]}"#, 1), Err(JsonError::Depth));
}
