//! What the strict reader accepts and refuses, and that the caller's own types cannot get around it.

mod types;
mod watch;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

use super::*;

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, JsonError> {
    read_to(text, 32)
}

fn read_to<'de, T: Deserialize<'de>>(text: &'de str, max_depth: usize) -> Result<T, JsonError> {
    Reading::default().read(text.as_bytes(), max_depth, PhantomData)
}

fn read_bytes(text: &[u8]) -> Result<Value, JsonError> {
    Reading::default().read(text, 32, PhantomData)
}

/// The outcome of reading `text` as a value and of skipping it, which must be the same.
fn outcome(text: &str) -> Result<(), JsonError> {
    let kept = read::<Value>(text).map(|_| ());
    let skipped = check(text, 32);
    assert_eq!(kept, skipped, "{text}");
    kept
}

#[test]
fn duplicate_is_refused_wherever_it_stands() {
    let objects = [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"\u0061":1,"a":2}"#,
        r#"{"":1,"":2}"#,
        r#"{"\n":1,"\u000a":2}"#,
        r#"{"\ud83d\ude00":1,"😀":2}"#,
        r#"{"/":1,"\/":2}"#,
    ];
    for object in objects {
        for text in [
            object.to_owned(),
            format!("[{object}]"),
            format!("[[1,{object}]]"),
            format!(r#"{{"x":{object}}}"#),
            format!(r#"{{"x":[{{"y":{object}}}]}}"#),
            format!(r#"{{"x":{{}},"y":[],"z":{object}}}"#),
        ] {
            assert_eq!(outcome(&text), Err(JsonError::Duplicate), "{text}");
        }
    }
}

#[test]
fn same_name_in_different_objects_is_accepted() {
    for text in [
        r#"{"a":{"a":{"a":1}}}"#,
        r#"[{"a":1},{"a":2}]"#,
        r#"{"a":{"b":1},"c":{"b":2},"b":3}"#,
        r#"{"a":1,"A":2,"a ":3,"\u00e9":4,"e\u0301":5}"#,
    ] {
        assert_eq!(outcome(text), Ok(()), "{text}");
    }
}

#[test]
fn duplicate_among_many_members_is_refused() {
    for members in [11, 12, 13, 14, 40] {
        let names: Vec<_> = (0..members).map(|i| format!(r#""m{i}":{i}"#)).collect();
        let distinct = names.join(",");

        assert_eq!(outcome(&format!("{{{distinct}}}")), Ok(()), "{members}");
        for again in [0, members / 2, members - 1] {
            let text = format!(r#"{{{distinct},"\u006d{again}":0}}"#);
            assert_eq!(outcome(&text), Err(JsonError::Duplicate), "{members} {again}");
        }
    }
}

#[test]
fn depth_at_the_limit_is_accepted_and_one_more_is_refused() {
    for limit in [1, 2, 3, 31, 32, MAX_DEPTH] {
        for [open, inner, close] in [
            ["[", "", "]"],
            ["[", "1", "]"],
            ["[", r#""a",null"#, "]"],
            [r#"{"a":"#, "1", "}"],
            [r#"{"a":1,"b":"#, r#""x""#, r#","c":null}"#],
            [r#"[0,"#, "true", ",1.5]"],
        ] {
            let nested = |n| format!("{}{inner}{}", open.repeat(n), close.repeat(n));

            for text in [nested(limit), format!("{}\n", nested(limit))] {
                assert_eq!(check(&text, limit), Ok(()), "{limit} {open}");
                assert!(read_to::<Value>(&text, limit).is_ok(), "{limit} {open}");
            }
            for n in [limit + 1, limit + 2] {
                let text = nested(n);
                assert_eq!(check(&text, limit), Err(JsonError::Depth), "{limit} {open} {n}");
                let kept = read_to::<Value>(&text, limit);
                assert_eq!(kept, Err(JsonError::Depth), "{limit} {open} {n}");
            }
        }
    }
}

#[test]
fn empty_containers_count_as_a_level() {
    for (text, depth) in [
        ("{}", 1),
        ("[]", 1),
        ("[{}]", 2),
        (r#"{"a":[]}"#, 2),
        (r#"{"a":{}}"#, 2),
        (r#"[[{"a":[{}]}]]"#, 5),
        (r#"{"a":1,"b":[[]],"c":2}"#, 3),
    ] {
        assert_eq!(check(text, depth), Ok(()), "{text}");
        assert_eq!(check(text, depth - 1), Err(JsonError::Depth), "{text}");
        assert!(read_to::<Value>(text, depth).is_ok(), "{text}");
        let kept = read_to::<Value>(text, depth - 1);
        assert_eq!(kept, Err(JsonError::Depth), "{text}");
    }
}

#[test]
fn depth_counts_what_is_open_and_not_what_was() {
    let text = r#"[[1],[2],{"a":[3]},[[4]],[]]"#;

    assert_eq!(check(text, 3), Ok(()));
    assert_eq!(check(text, 2), Err(JsonError::Depth));
}

#[test]
fn scalar_is_accepted_at_depth_zero() {
    for text in ["1", "-0", "1e3", r#""a""#, "null", "true", " 1 \n"] {
        assert_eq!(check(text, 0), Ok(()), "{text}");
    }
}

#[test]
fn limit_over_the_greatest_counts_as_the_greatest() {
    let at = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    let over = format!("[{at}]");

    assert_eq!(check(&at, usize::MAX), Ok(()));
    assert_eq!(check(&over, usize::MAX), Err(JsonError::Depth));
}

#[test]
fn text_that_is_not_one_json_value_is_refused() {
    let texts = [
        "",
        " ",
        "{",
        "[1",
        r#"{"a""#,
        r#"{"a":"#,
        "{} {}",
        "{}x",
        "{},",
        "{}\0",
        "\u{feff}{}",
        "{}\u{feff}",
        "\u{a0}{}",
        "/**/{}",
        "{}//",
        "[1,/**/2]",
        "#\n{}",
        "{'a':1}",
        "{a:1}",
        "{1:1}",
        "[NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[nan]",
        "[undefined]",
        "[True]",
        "[nul]",
        "[01]",
        "[-01]",
        "[00]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[1.e1]",
        "[1e]",
        "[1e+]",
        "[0x10]",
        "[1_000]",
        "[-]",
        "[1,]",
        "[,1]",
        "[,]",
        "[1 2]",
        r#"{"a":1,}"#,
        r#"{,"a":1}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"a" 1}"#,
        r#"{"a"::1}"#,
        "[1}",
        r#"{"a":1]"#,
    ];
    for text in texts {
        assert_eq!(outcome(text), Err(JsonError::Syntax), "{text}");
    }
}

#[test]
fn string_with_what_json_forbids_is_refused() {
    let strings = [
        "\n",
        "\t",
        "\0",
        "\u{1f}",
        r"\x41",
        r"\'",
        r"\u004",
        r"\u00g0",
        r"\U0041",
        r"\ud800",
        r"\udc00",
        r"\ud800\ud800",
        r"\ud800x",
        r"\ud800\n",
        r"\ud800\u0041",
        r"\udc00\ud800",
    ];
    for string in strings {
        for text in [
            format!(r#""{string}""#),
            format!(r#"["{string}"]"#),
            format!(r#"{{"a":"{string}"}}"#),
            format!(r#"{{"{string}":1}}"#),
            format!(r#"{{"a":{{"b":["{string}"]}}}}"#),
            format!(r#"{{"a":{{"{string}":1}}}}"#),
        ] {
            assert_eq!(outcome(&text), Err(JsonError::Syntax), "{text}");
        }
    }
}

#[test]
fn string_with_del_and_unicode_is_accepted() {
    for text in ["\"\u{7f}\"", "\"\u{2028}\u{fffe}\"", r#""\ud83d\ude00""#, r#""\u0000""#] {
        assert_eq!(outcome(text), Ok(()), "{text}");
    }
}

#[test]
fn invalid_utf8_is_refused_also_where_nobody_looks() {
    let octets: [&[u8]; 6] =
        [b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80"];
    for octets in octets {
        for [before, after] in
            [[r#"""#, r#"""#], [r#"{"a":""#, r#""}"#], [r#"{""#, r#"":1}"#], ["{} ", ""]]
        {
            let text = [before.as_bytes(), octets, after.as_bytes()].concat();

            assert_eq!(read_bytes(&text), Err(JsonError::Syntax), "{text:x?}");
            let skipped = Reading::default().read(&text, 32, PhantomData::<IgnoredAny>);
            assert_eq!(skipped.map(|_| ()), Err(JsonError::Syntax), "{text:x?}");
        }
    }
}

#[test]
fn other_encodings_are_refused() {
    for text in [&b"{\0}\0"[..], b"\0{\0}", b"\xff\xfe{\0}\0", b"\xfe\xff\0{\0}"] {
        assert_eq!(read_bytes(text), Err(JsonError::Syntax), "{text:x?}");
    }
}

#[test]
fn number_out_of_range_is_refused_and_a_long_one_is_accepted() {
    assert_eq!(outcome("1e309"), Err(JsonError::Syntax));
    assert_eq!(outcome("-1e309"), Err(JsonError::Syntax));
    assert_eq!(outcome(r#"{"a":[1e999999999999]}"#), Err(JsonError::Syntax));
    assert_eq!(outcome(&"9".repeat(400)), Err(JsonError::Syntax));

    assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(read("18446744073709551616"), Ok(18_446_744_073_709_551_616_f64));
    assert_eq!(read("1e-999"), Ok(0.0));
    assert_eq!(outcome(&format!("0.{}", "3".repeat(1000))), Ok(()));
}

#[test]
fn value_of_another_type_is_reported_with_its_place() {
    let error = read::<Vec<u8>>("[1,\n \"a\"]").unwrap_err();

    assert_eq!(error, JsonError::Type { line: 2, column: 4 });
    assert!(matches!(read::<u8>("256"), Err(JsonError::Type { .. })));
    assert!(matches!(read::<String>("null"), Err(JsonError::Type { .. })));
}

#[test]
fn name_that_makes_serde_json_parse_a_string_is_refused() {
    for text in [
        r#"{"$serde_json::private::RawValue":"{\"a\":1,\"a\":2}"}"#,
        r#"{"\u0024serde_json::private::RawValue":"1"}"#,
        r#"{"x":[{"$serde_json::private::RawValue":"[[[1]]]"}]}"#,
        r#"{"x":1,"$serde_json::private::RawValue":"1"}"#,
    ] {
        assert_eq!(outcome(text), Err(JsonError::Syntax), "{text}");
    }
}

#[test]
fn name_that_stands_for_a_number_does_not_hide_depth() {
    let name = r#"{"$serde_json::private::Number":"#;
    for text in [
        format!("[{name}[]}}]"),
        format!("[{name}{{}}}}]"),
        format!("[{name}{name}\"1\"}}}}]"),
        format!("[{name}\"1\",\"a\":\"1\"}}]"),
        format!("[{name}\"1\",\"\\u0061\":\"1\"}}]"),
    ] {
        assert_eq!(check(&text, 1), Err(JsonError::Depth), "{text}");
    }
}

#[test]
fn name_that_makes_serde_json_read_a_string_as_a_number_is_refused() {
    for text in [
        r#"{"$serde_json::private::Number":"1"}"#,
        r#"{"$serde_json::private::Number":"\u0031"}"#,
        r#"{"\u0024serde_json::private::Number":"1"}"#,
        r#"{"$serde_json::private::Number":1}"#,
        r#"{"x":[{"$serde_json::private::Number":"1"}]}"#,
    ] {
        assert_eq!(outcome(text), Err(JsonError::Syntax), "{text}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..20)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_it_reads_it(value in value()) {
        let text = serde_json::to_string(&value).unwrap();

        let expected: Value = serde_json::from_str(&text).unwrap();

        prop_assert_eq!(read::<Value>(&text), Ok(expected));
        prop_assert_eq!(check(&text, 32), Ok(()));
    }

    #[test]
    fn any_text_that_is_accepted_is_read_as_serde_json_reads_it(text in r#"[\[\]{}:,"\\au01e.\- ]{0,24}"#) {
        if let Ok(read) = read::<Value>(&text) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), read);
        }
    }
}
