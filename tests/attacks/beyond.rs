//! What the catalogue does not have: types that swallow errors, work that grows faster than the input, limits and
//! permissions that could get lost on the way, secrets in messages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ClaimReason;
use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyError;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::Policy;
use josie::Registry;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::VerifyingKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::Deserializer;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use serde_json::value::RawValue;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
// RFC 8037 appendix A.1
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// A type that takes `None` for whatever does not fit, as many do.
#[derive(Debug, PartialEq, Deserialize)]
struct Lenient {
    #[serde(default, deserialize_with = "none_if_it_does_not_fit")]
    profile: Option<Profile>,
    #[serde(default, deserialize_with = "none_if_it_does_not_fit")]
    nick: Option<String>,
    #[serde(default, deserialize_with = "none_if_it_does_not_fit")]
    list: Option<Vec<u32>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Profile {
    age: u32,
}

fn none_if_it_does_not_fit<'de, T, D>(inner: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(T::deserialize(inner).ok())
}

#[test]
fn text_that_is_not_json_is_refused_where_the_type_swallows_the_fault() {
    for payload in [
        // The closing brace of `profile` is missing: its `exp` would become the token's own.
        r#"{"profile":{"age":"x","exp":9999999999}"#,
        r#"{"profile":{"age":"x"}"#,
        r#"{"list":["x",,"sub":"u"}"#,
        "{\"nick\":\"a\n}",
        "{\"nick\":\"a\n\",\"sub\":\"u\"}",
        r#"{"nick":"\ud800","sub":"u"}"#,
        r#"{"nick":"\ud800a}"#,
        r#"{"nick":1e999,"sub":"u"}"#,
        r#"{"nick":-,"sub":"u"}"#,
    ] {
        let error = verify::<Lenient>(payload.as_bytes()).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::Json(Part::Payload)), "{payload:?}");
    }
}

/// A claims type that is satisfied with whatever it gets.
#[derive(Debug)]
struct Undemanding;

impl<'de> Deserialize<'de> for Undemanding {
    fn deserialize<D: Deserializer<'de>>(inner: D) -> Result<Self, D::Error> {
        let _ = Map::<String, Value>::deserialize(inner);
        Ok(Self)
    }
}

#[test]
fn registered_claim_of_the_wrong_type_is_refused_where_the_type_swallows_the_fault() {
    for (payload, name) in [
        (r#"{"exp":"4102444800"}"#, "exp"),
        (r#"{"a":1,"nbf":null,"b":2}"#, "nbf"),
        (r#"{"a":1,"iss":["https://id.example"]}"#, "iss"),
    ] {
        let error = verify::<Undemanding>(payload.as_bytes()).unwrap_err();

        let expected = Error::Claim { name: name.into(), reason: ClaimReason::Invalid };
        assert_eq!(error, expected, "{payload}");
    }
    assert!(verify::<Undemanding>(br#"{"a":1,"exp":4102444800}"#).is_ok());
}

#[test]
fn value_that_does_not_fit_is_the_types_own_affair() {
    for payload in [
        r#"{"profile":{"age":"x"},"nick":"a","list":[1],"sub":"u"}"#,
        r#"{"profile":7,"list":"x","nick":"a","sub":"u"}"#,
        r#"{"list":["x"],"nick":"a","sub":"u"}"#,
    ] {
        let jwt = verify::<Lenient>(payload.as_bytes()).unwrap();
        assert_eq!(jwt.claims().sub.as_deref(), Some("u"), "{payload}");
        assert_eq!(jwt.claims().custom.nick.as_deref(), Some("a"), "{payload}");
        assert_eq!(jwt.claims().custom.profile, None, "{payload}");
    }
}

#[test]
fn many_key_ops_take_no_quadratic_time() {
    let mut ops: Vec<_> = (0..100_000).map(|op| format!("op{op}")).collect();
    let jwk = |ops: &[String]| {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": X, "key_ops": ops }).to_string()
    };

    let distinct = Jwk::parse(&jwk(&ops)).map(|_| ());
    ops.push("op0".to_owned());
    let duplicate = Jwk::parse(&jwk(&ops)).map(|_| ()).unwrap_err();

    assert_eq!(distinct, Ok(()));
    assert_eq!(duplicate.code(), "jwk_contradiction");
}

#[test]
fn many_critical_names_take_no_quadratic_time() {
    let names: Vec<_> = (0..50_000).map(|name| format!("n{name}")).collect();
    let members: String = names.iter().map(|name| format!(r#","{name}":0"#)).collect();
    let header = |names: &[String]| {
        let crit = serde_json::to_string(names).unwrap();
        format!(r#"{{"alg":"HS256"{members},"crit":{crit}}}"#)
    };
    let limits = Limits::default().with_header_bytes(4 << 20).with_token_bytes(8 << 20);
    let parse = |header: String| {
        let token = format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header));
        UnverifiedJws::parse(&token, &limits).map(drop)
    };

    assert_eq!(parse(header(&names)), Ok(()));
    let twice = [names.as_slice(), &names[..1]].concat();
    assert_eq!(parse(header(&twice)), Err(Error::Malformed(Malformed::Crit)));
}

#[test]
fn empty_object_with_white_space_is_signed_as_one_that_can_be_read() {
    for (raw, members) in [("{ }", 0), ("{\n\t}", 0), ("{ \"a\" : 1 }", 1)] {
        let custom = RawValue::from_string(raw.to_owned()).unwrap();
        for claims in [Claims::new(custom.clone()).subject("u"), Claims::new(custom.clone())] {
            let token = Jwt::sign(&claims.without_exp(), &Header::jwt(), &key()).unwrap();

            let jwt = Jwt::<Map<String, Value>>::verify(&token, &keys(), &policy()).unwrap();

            assert_eq!(jwt.claims().custom.len(), members, "{raw:?}");
        }
    }
}

#[test]
fn public_half_is_for_what_the_pair_is_for() {
    let public_half = |restrictions: Value| {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": X, "d": D });
        let members = jwk.as_object_mut().unwrap();
        members.extend(restrictions.as_object().unwrap().clone());
        let public = Jwk::parse(&jwk.to_string()).unwrap().material().public_half().unwrap();
        VerifyingKey::new(&public, JwsAlg::Ed25519, &Registry::default()).map(|key| key.alg())
    };

    let refused = |error| Err::<JwsAlg, _>(error);
    assert_eq!(public_half(json!({"alg": "EdDSA"})), refused(KeyError::AlgMismatch("Ed25519")));
    assert_eq!(public_half(json!({"use": "enc"})), refused(KeyError::UseMismatch));
    assert_eq!(public_half(json!({"key_ops": ["decrypt"]})), refused(KeyError::KeyOpsMismatch));
    assert_eq!(public_half(json!({"key_ops": []})), refused(KeyError::KeyOpsMismatch));
    for fits in [
        json!({}),
        json!({ "alg": "Ed25519", "use": "sig" }),
        json!({ "key_ops": ["sign"] }),
        json!({ "key_ops": ["sign", "verify"] }),
    ] {
        assert_eq!(public_half(fits.clone()), Ok(JwsAlg::Ed25519), "{fits}");
    }
}

#[test]
fn limits_of_the_policy_hold_for_a_token_parsed_with_wider_ones() {
    let key = key().with_kid("k".repeat(64));
    let keys = KeySet::from(key.verifying_key());
    let deep = (0..10).fold(json!(1), |inner, _| json!([inner]));
    let token = Jws::sign(&[7; 4000], &Header::new().with_param("deep", deep), &key).unwrap();

    for (limits, limit) in [
        (Limits::default().with_token_bytes(4000), Limit::Token),
        (Limits::default().with_header_bytes(64), Limit::Header),
        (Limits::default().with_kid_bytes(63), Limit::Kid),
        (Limits::default().with_json_depth(5), Limit::Depth),
    ] {
        let policy = Policy::signed(&[JwsAlg::Hs256]).limits(limits).build().unwrap();
        let unverified = UnverifiedJws::parse(&token, &Limits::default()).unwrap();

        assert_eq!(unverified.verify(&keys, &policy).unwrap_err(), Error::Limit(limit));
        assert_eq!(Jws::verify(&token, &keys, &policy).unwrap_err(), Error::Limit(limit));
    }
}

#[test]
fn header_that_was_read_can_be_written() {
    let header = Header::new().with_cty("example").with_param("ver", 2);
    let token = Jws::sign(b"", &header, &key()).unwrap();
    let policy = Policy::signed(&[JwsAlg::Hs256]).build().unwrap();

    let jws = Jws::verify(&token, &keys(), &policy).unwrap();

    assert_eq!(*jws.header(), header);
    assert_eq!(Jws::sign(b"", jws.header(), &key()).unwrap(), token);
    let twice = header.with_param("cty", "b");
    assert_eq!(Jws::sign(b"", &twice, &key()).unwrap_err(), Error::DuplicateHeader);
}

#[test]
fn error_of_a_jwk_within_a_document_does_not_quote_it() {
    #[derive(Debug, Deserialize)]
    struct Config {
        #[allow(dead_code)]
        jwk: Jwk,
    }
    for (jwk, said) in [
        (r#""271828182845""#, "not a JSON object"),
        ("271828182845", "not a JSON object"),
        (r#"{"kty":"oct","k":271828182845}"#, r#"member "k" is malformed"#),
        (r#"{"kty":"oct","key_ops":"271828182845"}"#, r#"member "key_ops" is malformed"#),
        (r#"{"kty":"oct","k":"AA","k":"AA"}"#, "duplicate member"),
    ] {
        let text = format!(r#"{{"jwk":{jwk}}}"#);
        let message = serde_json::from_str::<Config>(&text).unwrap_err().to_string();

        assert!(message.contains(said), "{message}");
        assert!(!message.contains("271828"), "{message}");
    }
}

#[test]
fn aud_without_a_value_is_not_signed() {
    let claims = Claims::new(NoClaims {}).audience(Vec::new()).without_exp();
    let error = Jwt::sign(&claims, &Header::jwt(), &key()).unwrap_err();
    assert_eq!(error.code(), "claim_invalid");
}

fn verify<T: DeserializeOwned>(payload: &[u8]) -> Result<Jwt<T>, Error> {
    let token = Jws::sign(payload, &Header::new(), &key()).unwrap();
    Jwt::verify(&token, &keys(), &policy())
}

fn key() -> SigningKey {
    SigningKey::from_secret(&[0x5a; 32], JwsAlg::Hs256).unwrap()
}

fn keys() -> KeySet<VerifyingKey> {
    KeySet::from(key().verifying_key())
}

fn policy() -> JwtPolicy {
    JwtPolicy::signed(&[JwsAlg::Hs256]).allow_missing_exp().build().unwrap()
}
