//! Section XIII: the caller's own claims type sees what was checked, and nothing else.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Debug;

use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Jwt;
use josie::KeyMaterial;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::SigningKey;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::peers::SECRET;
use crate::peers::secret_peers;

const DUPLICATE: Error = Error::Malformed(Malformed::DuplicateMember(Part::Payload));

fn is_claims_type(error: &Error) -> bool {
    matches!(error, Error::ClaimsType { .. })
}

/// The claims type of a token in which `members` stand beside `exp`, in either order; one outcome for both.
fn read<T: DeserializeOwned + Debug>(members: &str) -> Result<(), Error> {
    let mut outcomes = Vec::new();
    for peer in secret_peers() {
        for payload in [
            format!(r#"{{"exp":1700003600,{members}}}"#),
            format!(r#"{{{members},"exp":1700003600}}"#),
        ] {
            outcomes.push(peer.verify_as::<T>(&payload).map(drop));
        }
    }
    // Positions differ between the two.
    let code = |outcome: &Result<(), Error>| outcome.as_ref().err().map(Error::code);
    assert!(outcomes.iter().all(|outcome| code(outcome) == code(&outcomes[0])), "{outcomes:?}");
    outcomes.remove(0)
}

/// Of a claim `x` of type `T`, `honest` values are accepted and `hostile` ones have a duplicate.
fn check<T: DeserializeOwned + Debug>(honest: &[&str], hostile: &[&str]) {
    #[derive(Debug, Deserialize)]
    struct One<T> {
        #[expect(dead_code, reason = "only its type is wanted")]
        x: T,
    }

    for value in honest {
        assert_eq!(read::<One<T>>(&format!(r#""x":{value}"#)), Ok(()), "{value}");
    }
    for value in hostile {
        let members = format!(r#""x":{value}"#);
        assert_eq!(read::<One<T>>(&members).unwrap_err(), DUPLICATE, "{value}");
    }
}

#[derive(Debug, Deserialize)]
struct Plain {
    #[expect(dead_code, reason = "only its type is wanted")]
    role: String,
}

const TWICE: &str = r#"{"role":"user","role":"admin"}"#;
const ESCAPED: &str = r#"{"role":"user","r\u006fle":"admin"}"#;
const IGNORED: &str = r#"{"role":"user","y":{"a":1,"a":1}}"#;
const ONCE: &str = r#"{"role":"user","y":{"a":1,"b":1}}"#;

#[test]
fn a182_duplicates_within_structs_maps_and_sequences_are_refused() {
    #[derive(Debug, Deserialize)]
    struct Wrapper(#[expect(dead_code, reason = "only its type is wanted")] Plain);

    let hostile = [TWICE, ESCAPED, IGNORED];
    check::<Plain>(&[ONCE], &hostile);
    check::<Wrapper>(&[ONCE], &hostile);
    check::<Box<Plain>>(&[ONCE], &hostile);
    check::<Option<Plain>>(&[ONCE, "null"], &hostile);
    check::<Option<Option<Wrapper>>>(&[ONCE, "null"], &hostile);
    check::<Value>(&[ONCE, "null", "[1]"], &hostile);
    check::<NoClaims>(&[ONCE, "{}"], &hostile);
    check::<Map<String, Value>>(&[ONCE, "{}"], &hostile);
    check::<HashMap<String, Value>>(&[ONCE], &hostile);
    check::<BTreeMap<u8, Value>>(&[r#"{"1":1,"2":1}"#], &[r#"{"1":1,"1":2}"#]);

    let listed: Vec<String> = hostile.iter().map(|twice| format!("[{ONCE},{twice}]")).collect();
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    check::<Vec<Plain>>(&["[]", &format!("[{ONCE},{ONCE}]")], &listed);
    check::<(Plain, Plain)>(&[&format!("[{ONCE},{ONCE}]")], &listed);
    check::<[Plain; 2]>(&[&format!("[{ONCE},{ONCE}]")], &listed);
    check::<Value>(&[], &listed);
    check::<NoClaims>(&["{\"a\":[{},{}]}"], &["{\"a\":[{},{\"b\":1,\"b\":1}]}"]);
}

#[test]
fn a182_duplicates_within_aliases_and_flattened_types_are_refused() {
    #[derive(Debug, Deserialize)]
    struct Aliased {
        #[serde(alias = "roles", alias = "group")]
        #[expect(dead_code, reason = "only its type is wanted")]
        role: String,
    }

    #[derive(Debug, Deserialize)]
    struct FlatMap {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    #[derive(Debug, Deserialize)]
    struct FlatStruct {
        #[serde(flatten)]
        #[expect(dead_code, reason = "only its type is wanted")]
        inner: Aliased,
        #[serde(flatten)]
        #[expect(dead_code, reason = "only its type is wanted")]
        rest: Map<String, Value>,
    }

    check::<Aliased>(&[ONCE, r#"{"group":"user"}"#], &[TWICE, r#"{"group":"a","group":"b"}"#]);
    check::<FlatMap>(&[ONCE], &[TWICE, ESCAPED, IGNORED]);
    check::<FlatStruct>(&[ONCE, r#"{"roles":"user"}"#], &[TWICE, ESCAPED, IGNORED]);
    for members in [r#""role":"a","role":"b""#, r#""role":"a","z":1,"z":1"#] {
        assert_eq!(read::<Aliased>(members).unwrap_err(), DUPLICATE);
        assert_eq!(read::<FlatMap>(members).unwrap_err(), DUPLICATE);
        assert_eq!(read::<FlatStruct>(members).unwrap_err(), DUPLICATE);
    }
    // Two names of one field are two names in JSON, and the type takes one value only.
    for members in [r#""role":"user","roles":"admin""#, r#""group":"user","role":"admin""#] {
        assert!(is_claims_type(&read::<Aliased>(members).unwrap_err()));
        assert!(is_claims_type(&read::<FlatStruct>(members).unwrap_err()));
    }
    assert_eq!(read::<Aliased>(r#""roles":"user""#), Ok(()));

    // What is flattened never has a registered claim in it.
    for peer in secret_peers() {
        let jwt = peer.verify_as::<FlatMap>(r#"{"sub":"a","exp":1700003600,"role":"b"}"#).unwrap();
        let rest = &jwt.claims().custom.rest;
        assert_eq!(rest.keys().collect::<Vec<_>>(), ["role"]);
    }
}

#[test]
fn a182_duplicates_within_every_form_of_enum_are_refused() {
    #[derive(Debug, Deserialize)]
    enum External {
        Unit,
        Newtype(#[expect(dead_code, reason = "only its type is wanted")] Plain),
        Tuple(
            #[expect(dead_code, reason = "only its type is wanted")] u8,
            #[expect(dead_code, reason = "only its type is wanted")] Plain,
        ),
        Struct {
            #[expect(dead_code, reason = "only its type is wanted")]
            role: String,
        },
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind")]
    enum Internal {
        Unit,
        Newtype(#[expect(dead_code, reason = "only its type is wanted")] Plain),
        Struct {
            #[expect(dead_code, reason = "only its type is wanted")]
            role: String,
        },
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        Unit,
        Newtype(#[expect(dead_code, reason = "only its type is wanted")] Plain),
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(#[expect(dead_code, reason = "only its type is wanted")] u8),
        Plain(#[expect(dead_code, reason = "only its type is wanted")] Plain),
        Anything(#[expect(dead_code, reason = "only its type is wanted")] Value),
    }

    let around = |left: &str, right: &str| -> Vec<String> {
        [TWICE, ESCAPED, IGNORED].iter().map(|twice| format!("{left}{twice}{right}")).collect()
    };
    let strs = |texts: &[String]| -> Vec<&'static str> {
        texts.iter().map(|text| &*text.clone().leak()).collect()
    };
    for (left, right) in
        [(r#"{"Newtype":"#, "}"), (r#"{"Tuple":[1,"#, "]}"), (r#"{"Struct":"#, "}")]
    {
        let hostile = strs(&around(left, right));
        check::<External>(&[r#""Unit""#, &format!("{left}{ONCE}{right}")], &hostile);
    }
    check::<Internal>(
        &[
            r#"{"kind":"Unit"}"#,
            r#"{"role":"user","kind":"Newtype"}"#,
            r#"{"kind":"Struct","role":"user"}"#,
        ],
        &[
            r#"{"kind":"Unit","kind":"Newtype"}"#,
            r#"{"kind":"Unit","a":1,"a":1}"#,
            r#"{"role":"user","kind":"Newtype","role":"admin"}"#,
            r#"{"kind":"Struct","role":"user","role":"admin"}"#,
            r#"{"kind":"Struct","role":"user","y":[{"a":1,"a":1}]}"#,
        ],
    );
    let mut hostile = strs(&around(r#"{"t":"Newtype","c":"#, "}"));
    hostile.extend(strs(&around(r#"{"c":"#, r#","t":"Newtype"}"#)));
    hostile.extend([
        r#"{"t":"Unit","t":"Unit"}"#,
        r#"{"t":"Newtype","c":{"role":"a"},"c":{"role":"b"}}"#,
    ]);
    check::<Adjacent>(&[r#"{"t":"Unit"}"#, r#"{"c":{"role":"user"},"t":"Newtype"}"#], &hostile);
    check::<Untagged>(
        &["1", ONCE, "[1]", "null"],
        &[TWICE, ESCAPED, IGNORED, r#"[{"a":1,"a":1}]"#],
    );

    // The claims set itself as an enum.
    assert_eq!(read::<Internal>(r#""kind":"Struct","role":"user""#), Ok(()));
    assert_eq!(read::<Untagged>(r#""role":"user""#), Ok(()));
    for members in [r#""kind":"Unit","kind":"Unit""#, r#""kind":"Unit","role":"a","role":"b""#] {
        assert_eq!(read::<Internal>(members).unwrap_err(), DUPLICATE);
        assert_eq!(read::<Untagged>(members).unwrap_err(), DUPLICATE);
    }
}

#[test]
fn a182_raw_text_is_not_handed_to_a_type() {
    #[derive(Debug, Deserialize)]
    struct Raw {
        #[expect(dead_code, reason = "only its type is wanted")]
        x: Box<RawValue>,
    }

    #[derive(Debug, Deserialize)]
    struct Raws {
        #[expect(dead_code, reason = "only its type is wanted")]
        x: Option<Vec<Box<RawValue>>>,
    }

    for value in ["1", r#""a""#, "[]", r#"{"a":1}"#, r#"{"a":1,"a":2}"#] {
        let error = read::<Raw>(&format!(r#""x":{value}"#)).unwrap_err();
        assert!(is_claims_type(&error), "{error:?}");
        let error = read::<Raws>(&format!(r#""x":[{value}]"#)).unwrap_err();
        assert!(is_claims_type(&error), "{error:?}");
    }
    assert!(is_claims_type(&read::<Box<RawValue>>(r#""a":1"#).unwrap_err()));
    assert_eq!(read::<Raws>(r#""x":null"#), Ok(()));
}

#[test]
fn a182_text_hidden_in_a_string_is_not_read_as_json() {
    let hidden = Error::Malformed(Malformed::Json(Part::Payload));
    let name = "$serde_json::private::RawValue";
    for member in [
        format!(r#""x":{{"{name}":"{{\"a\":1,\"a\":2}}"}}"#),
        format!(r#""x":[{{"{name}":"1"}}]"#),
        format!(r#""x":{{"\u0024{}":"1"}}"#, &name[1..]),
    ] {
        assert_eq!(read::<Map<String, Value>>(&member).unwrap_err(), hidden);
        assert_eq!(read::<NoClaims>(&member).unwrap_err(), hidden);
        for peer in secret_peers() {
            let header = format!(r#"{{"alg":"HS256",{member}}}"#);
            assert_eq!(peer.header_error(header), Error::Malformed(Malformed::Json(Part::Header)));
        }
    }
    assert_eq!(read::<Map<String, Value>>(r#""x":{"RawValue":"{\"a\":1,\"a\":2}"}"#), Ok(()));
}

#[test]
fn a182_type_that_swallows_errors_hides_no_duplicate() {
    fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Ok(Value::deserialize(deserializer).unwrap_or_default())
    }

    #[derive(Debug, Deserialize)]
    struct Lenient {
        #[serde(deserialize_with = "lenient")]
        #[expect(dead_code, reason = "only its type is wanted")]
        x: Value,
    }

    assert_eq!(read::<Lenient>(r#""x":{"a":1,"b":2}"#), Ok(()));
    assert_eq!(read::<Lenient>(r#""x":{"a":1,"a":2}"#).unwrap_err(), DUPLICATE);
    // After the swallowed fault the reader stands where these go on as if nothing had been.
    for members in [r#""x":{"a":1,"a","y":1"#, r#""x":{"a":1,"a","x2":{"a":1}"#] {
        assert_eq!(read::<Lenient>(members).unwrap_err(), DUPLICATE);
    }
}

#[test]
fn a182_type_that_asks_for_a_registered_claim_is_refused() {
    #[derive(Debug, Default, Deserialize, Serialize)]
    struct Own {
        #[serde(default)]
        role: String,
        exp: Option<u64>,
    }

    #[derive(Debug, Default, Deserialize, Serialize)]
    struct Renamed {
        #[serde(rename = "sub")]
        user: String,
    }

    #[derive(Debug, Deserialize)]
    struct Aliased {
        #[serde(alias = "iss")]
        #[expect(dead_code, reason = "only its type is wanted")]
        issuer: Option<String>,
    }

    let honest = r#""role":"user","issuer":"a""#;
    assert_eq!(read::<NoClaims>(honest), Ok(()));
    assert_eq!(read::<Own>(honest).unwrap_err(), Error::ReservedClaim("exp"));
    assert_eq!(read::<Renamed>(honest).unwrap_err(), Error::ReservedClaim("sub"));
    assert_eq!(read::<Aliased>(honest).unwrap_err(), Error::ReservedClaim("iss"));

    for peer in secret_peers() {
        let material = KeyMaterial::oct(SECRET.to_vec());
        let key = SigningKey::new(&material, peer.alg, &peer.registry).unwrap();
        fn sign<T: Serialize>(custom: T, key: &SigningKey) -> Result<String, Error> {
            Jwt::sign(&Claims::new(custom).without_exp(), &Header::jwt(), key)
        }

        assert_eq!(sign(Own::default(), &key).unwrap_err(), Error::ReservedClaim("exp"));
        assert_eq!(sign(Renamed::default(), &key).unwrap_err(), Error::ReservedClaim("sub"));
        for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
            for value in [Value::Null, Value::from(1), Value::from("a")] {
                let map =
                    Map::from_iter([("role".to_owned(), Value::Null), (name.to_owned(), value)]);
                assert_eq!(sign(map, &key).unwrap_err(), Error::ReservedClaim(name));
            }
            let upper = BTreeMap::from([(name.to_uppercase(), 1)]);
            assert!(sign(upper, &key).is_ok());
            let nested = BTreeMap::from([("x", BTreeMap::from([(name, 1)]))]);
            assert!(sign(nested, &key).is_ok());
        }
    }
}
