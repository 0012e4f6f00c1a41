//! The rules on claims, headers and keys, with all of serde_json's features on. With `arbitrary_precision`
//! serde_json hands numbers over as objects with a name of its own, which must change nothing.

use std::collections::BTreeMap;
use std::fmt::Debug;

use josie::ClaimReason;
use josie::Claims;
use josie::Clock;
use josie::ClockError;
use josie::Error;
use josie::Expect;
use josie::Header;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyError;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::NumericDate;
use josie::Part;
use josie::SigningKey;
use josie::UnverifiedJws;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::value::RawValue;

type Any = Map<String, Value>;

const NOW: u64 = 1_000_000_000;

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(NOW).ok_or(ClockError)
    }
}

fn key() -> SigningKey {
    SigningKey::from_secret(&[7; 32], JwsAlg::Hs256).unwrap()
}

fn verify<T: DeserializeOwned>(token: &str) -> Result<Claims<T>, Error> {
    let policy = JwtPolicy::signed(&[JwsAlg::Hs256])
        .aud(Expect::Absent)
        .allow_missing_exp()
        .clock(FixedClock)
        .build()
        .unwrap();
    let keys = KeySet::from(key().verifying_key());
    Jwt::verify(token, &keys, &policy).map(Jwt::into_claims)
}

fn claims<T: DeserializeOwned>(payload: &str) -> Result<Claims<T>, Error> {
    verify(&Jws::sign(payload.as_bytes(), &Header::new(), &key()).unwrap())
}

fn custom<T: DeserializeOwned>(payload: &str) -> Result<T, Error> {
    claims(payload).map(|claims| claims.custom)
}

fn parse_header(param: Value) -> Result<Value, Error> {
    let token = Jws::sign(b"", &Header::new().with_param("x", param), &key())?;
    let jws = UnverifiedJws::parse(&token, &Limits::default())?;
    Ok(jws.header().param("x").unwrap().clone())
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn nested(depth: usize, inner: &str) -> String {
    format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
}

#[track_caller]
fn assert_misfit<T: Debug>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::ClaimsType { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn features_are_on() {
    assert_eq!(value("1.00").to_string(), "1.00");
    assert_eq!(value(r#"{"b":1,"a":2}"#).to_string(), r#"{"b":1,"a":2}"#);
}

#[test]
fn date_in_any_spelling_is_read() {
    for (exp, secs) in [
        ("2000000000", 2_000_000_000),
        ("2e9", 2_000_000_000),
        ("2000000000.0", 2_000_000_000),
        ("2000000000.9", 2_000_000_000),
        ("20000000000e-1", 2_000_000_000),
    ] {
        let claims = claims::<Any>(&format!(r#"{{"exp":{exp}}}"#)).unwrap();
        assert_eq!(claims.exp.map(NumericDate::as_secs), Some(secs), "{exp}");
    }
    let claims = claims::<Any>(r#"{"nbf":999999998.1,"iat":1e3}"#).unwrap();
    assert_eq!(claims.nbf.map(NumericDate::as_secs), Some(999_999_999));
    assert_eq!(claims.iat.map(NumericDate::as_secs), Some(1000));
}

#[test]
fn date_that_is_none_is_refused() {
    for exp in [
        "-1",
        "-0.5",
        "253402300800",
        "18446744073709551616",
        r#""2000000000""#,
        "null",
        "[2000000000]",
        r#"{"$serde_json::private::Number":"2000000000"}"#,
    ] {
        let error = claims::<Any>(&format!(r#"{{"exp":{exp}}}"#)).unwrap_err();
        let expected = Error::Claim { name: "exp".into(), reason: ClaimReason::Invalid };
        assert_eq!(error, expected, "{exp}");
    }
    assert_eq!(
        claims::<Any>(r#"{"exp":1e999}"#).unwrap_err(),
        Error::Malformed(Malformed::Json(Part::Payload))
    );
}

#[test]
fn date_in_the_past_has_expired() {
    for exp in ["1e9", "1000000000", "1000000000.9", "1000.5"] {
        let error = claims::<Any>(&format!(r#"{{"exp":{exp}}}"#)).unwrap_err();
        assert_eq!(error, Error::Expired, "{exp}");
    }
}

#[test]
fn audience_that_holds_a_number_is_refused() {
    for aud in ["1", "[1]", r#"["a",1]"#] {
        let error = claims::<Any>(&format!(r#"{{"aud":{aud}}}"#)).unwrap_err();
        let expected = Error::Claim { name: "aud".into(), reason: ClaimReason::Invalid };
        assert_eq!(error, expected, "{aud}");
    }
}

#[test]
fn duplicate_beside_numbers_is_refused() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct One {
        a: Option<Value>,
    }
    for payload in [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"{"a":[1,{"b":1.5,"c":2,"b":3}]}"#,
        r#"{"x":{"b":1,"b":2}}"#,
        r#"{"exp":2e9,"exp":2e9}"#,
    ] {
        let expected = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
        assert_eq!(custom::<Any>(payload).unwrap_err(), expected, "{payload}");
        assert_eq!(custom::<One>(payload).unwrap_err(), expected, "{payload}");
    }
}

#[test]
fn number_is_no_level_of_its_own() {
    // The claims set is the first of 32 levels.
    for inner in ["", "1", "1.5,-2e3", r#""a",1"#] {
        let at = format!(r#"{{"a":{}}}"#, nested(31, inner));
        assert!(custom::<Any>(&at).is_ok(), "{at}");
        assert!(custom::<josie::NoClaims>(&at).is_ok(), "{at}");
        let over = format!(r#"{{"a":{}}}"#, nested(32, inner));
        let expected = Error::Limit(Limit::Depth);
        assert_eq!(custom::<Any>(&over).unwrap_err(), expected, "{over}");
        let skipped = custom::<josie::NoClaims>(&over);
        assert_eq!(skipped.unwrap_err(), expected, "{over}");
    }
    let objects = format!(r#"{}1{}"#, r#"{"a":"#.repeat(32), "}".repeat(32));
    assert!(custom::<Any>(&objects).is_ok());
}

#[test]
fn object_that_looks_like_a_number_does_not_hide_depth() {
    let name = r#"{"$serde_json::private::Number":"#;
    let inners = [
        format!("{name}[]}}"),
        format!("{name}{name}\"1\"}}}}"),
        format!("{name}{}}}", nested(60, "")),
    ];
    for inner in inners {
        let payload = format!(r#"{{"a":{}}}"#, nested(31, &inner));
        let error = custom::<josie::NoClaims>(&payload).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Depth), "{payload}");
    }
}

#[test]
fn depth_beyond_the_greatest_limit_is_refused_without_a_crash() {
    let payload = format!(r#"{{"a":{}}}"#, nested(50_000, ""));
    let token = Jws::sign(payload.as_bytes(), &Header::new(), &key()).unwrap();

    assert_eq!(verify::<Any>(&token).unwrap_err(), Error::Limit(Limit::Depth));
}

#[test]
fn object_that_looks_like_raw_json_is_refused() {
    let hidden = r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1,\"b\":2}"}}"#;

    let expected = Error::Malformed(Malformed::Json(Part::Payload));
    assert_eq!(custom::<Any>(hidden).unwrap_err(), expected);
    assert_eq!(custom::<josie::NoClaims>(hidden).unwrap_err(), expected);
    let param: Value = Value::Object(Map::from_iter([(
        "$serde_json::private::RawValue".to_owned(),
        Value::from("{\"b\":1,\"b\":2}"),
    )]));
    assert_eq!(parse_header(param).unwrap_err(), Error::Malformed(Malformed::Json(Part::Header)));
}

#[test]
fn numbers_are_read_in_the_types_of_the_caller() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        a: u64,
        b: f64,
        c: i64,
        d: Value,
        e: Option<u8>,
        f: BTreeMap<u16, f32>,
        g: (u8, Vec<i8>),
        h: Number,
    }
    let payload = r#"{"a":18446744073709551615,"b":1e3,"c":-5,"d":{"x":[1,2.5]},"e":7,"f":{"1":0.5},
        "g":[1,[-1]],"h":0.10}"#;

    let numbers: Numbers = custom(payload).unwrap();

    assert_eq!((numbers.a, numbers.b, numbers.c), (u64::MAX, 1000.0, -5));
    assert_eq!(numbers.d, value(r#"{"x":[1,2.5]}"#));
    assert_eq!((numbers.e, &numbers.f[&1]), (Some(7), &0.5));
    assert_eq!(numbers.g, (1, vec![-1]));
    let claims = Claims::new(numbers).without_exp();
    let token = Jwt::sign(&claims, &Header::new(), &key()).unwrap();
    assert_eq!(verify::<Numbers>(&token).unwrap().custom, claims.custom);
}

#[test]
fn value_keeps_every_digit() {
    let digits = "0.1000000000000000000000000000000000000000000000001";

    let read: Any = custom(&format!(r#"{{"a":{digits}}}"#)).unwrap();

    assert_eq!(read["a"].to_string(), digits);
}

#[test]
fn object_that_looks_like_a_number_is_refused() {
    let number = value("2000000000");

    assert_eq!(custom::<Any>(r#"{"a":2000000000}"#).unwrap()["a"], number);
    assert_eq!(parse_header(number.clone()).unwrap(), number);
    for payload in [
        r#"{"a":{"$serde_json::private::Number":"2000000000"}}"#,
        r#"{"a":[1,{"$serde_json::private::Number":"2000000000"}]}"#,
        r#"{"a":{"\u0024serde_json::private::Number":"2000000000"}}"#,
    ] {
        let expected = Error::Malformed(Malformed::Json(Part::Payload));
        assert_eq!(custom::<Any>(payload).unwrap_err(), expected, "{payload}");
        assert_eq!(custom::<josie::NoClaims>(payload).unwrap_err(), expected, "{payload}");
    }
}

#[test]
fn raw_value_is_refused_by_its_type() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Raw {
        a: Box<RawValue>,
    }
    for payload in [r#"{"a":1}"#, r#"{"a":{"b":1,"b":2}}"#, r#"{"a":"x"}"#] {
        assert_misfit(custom::<Raw>(payload));
    }
}

#[test]
fn enum_of_each_form_is_read() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Enums {
        external: External,
        internal: Internal,
        adjacent: Adjacent,
        untagged: Untagged,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    enum External {
        A(u64),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "t")]
    enum Internal {
        A { x: String },
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        A(f64),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Text(String),
        List(Vec<Value>),
    }
    let payload = r#"{"external":{"A":1},"internal":{"t":"A","x":"y"},"adjacent":{"t":"A","c":1.5},
        "untagged":["x"]}"#;

    let enums: Enums = custom(payload).unwrap();

    assert_eq!(enums.external, External::A(1));
    assert_eq!(enums.internal, Internal::A { x: "y".to_owned() });
    assert_eq!(enums.adjacent, Adjacent::A(1.5));
    assert_eq!(enums.untagged, Untagged::List(vec![value(r#""x""#)]));
}

#[test]
fn number_that_serde_buffers_is_read_or_refused_as_serde_json_does() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Buffered {
        a: Untagged,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u64),
        Text(String),
    }
    let plain: Result<Buffered, _> = serde_json::from_str(r#"{"a":1}"#);

    let read = custom::<Buffered>(r#"{"a":1}"#);

    match plain {
        Ok(plain) => assert_eq!(read.unwrap(), plain),
        Err(_) => assert_misfit(read),
    }
    assert!(custom::<Buffered>(r#"{"a":"x"}"#).is_ok());
}

#[test]
fn header_with_numbers_is_read_within_its_limits() {
    let param = value(r#"{"a":[1,2.50,-3e3]}"#);
    assert_eq!(parse_header(param.clone()).unwrap(), param);
    // The header is the first level.
    assert!(parse_header(value(&nested(31, "1"))).is_ok());
    assert_eq!(parse_header(value(&nested(32, "1"))).unwrap_err(), Error::Limit(Limit::Depth));
}

#[test]
fn jwk_with_numbers_in_other_members_is_read_within_its_limits() {
    let jwk = |member: &str| {
        Jwk::parse(&format!(
            r#"{{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T","x":{member}}}"#
        ))
    };

    assert_eq!(jwk("1").unwrap_err(), KeyError::Jwk(JwkError::Member("x")));
    let jwk = |member: &str| {
        Jwk::parse(&format!(
            r#"{{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T","other":{member}}}"#
        ))
        .map(|_| ())
    };
    assert_eq!(jwk("1.5"), Ok(()));
    assert_eq!(jwk(&nested(31, "1")), Ok(()));
    let too_deep = Err(KeyError::Jwk(JwkError::Depth));
    assert_eq!(jwk(&nested(32, "1")), too_deep);
    let duplicate = Err(KeyError::Jwk(JwkError::DuplicateMember));
    assert_eq!(jwk(r#"{"a":1,"a":2}"#), duplicate);
}

#[test]
fn jwk_set_with_numbers_is_read_within_its_limits() {
    let set = |member: &str| {
        JwkSet::parse(&format!(r#"{{"keys":[1,{{"kty":"oct"}}],"other":{member}}}"#))
            .map(|set| set.entries().count())
    };

    assert_eq!(set("1e3"), Ok(2));
    assert_eq!(set(&nested(31, "1")), Ok(2));
    assert_eq!(set(&nested(32, "1")), Err(KeyError::Jwk(JwkError::Depth)));
    let duplicate = Err(KeyError::Jwk(JwkError::DuplicateMember));
    assert_eq!(set(r#"[{"a":1,"a":2}]"#), duplicate);
}

#[test]
fn jwk_within_another_document_is_as_strict() {
    let jwk = |text: &str| serde_json::from_str::<Jwk>(text).is_ok();

    assert!(jwk(r#"{"kty":"oct","k":"AQ","other":[1,{"a":2.5}]}"#));
    assert!(!jwk(r#"{"kty":"oct","k":"AQ","other":{"a":1,"a":2}}"#));
    assert!(!jwk(r#"{"kty":"oct","k":"AQ","k":"AQ"}"#));
}
