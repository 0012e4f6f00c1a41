//! Who is said to have issued a token, with all of serde_json's features on: an `iss` that serde_json would make into a
//! number or into JSON of its own names nobody.

use josie::Error;
use josie::Header;
use josie::Issuers;
use josie::Jws;
use josie::JwsAlg;
use josie::JwtPolicy;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::SigningKey;

const NAME: &str = "https://a.example";

/// Verifies a payload in which this is the value of `iss`.
fn verify(iss: &str) -> Result<Option<String>, Error> {
    let key = SigningKey::from_secret(&[7; 32], JwsAlg::Hs256).unwrap();
    let policy = JwtPolicy::signed(&[JwsAlg::Hs256]).allow_missing_exp();
    let keys = KeySet::from(key.verifying_key());
    let issuers = Issuers::new().with(NAME, keys, policy).unwrap();
    let payload = format!(r#"{{"iss":{iss},"x":1.0000000000000000000000001}}"#);
    let token = Jws::sign(payload.as_bytes(), &Header::new(), &key).unwrap();
    issuers.verify::<NoClaims>(&token).map(|jwt| jwt.into_claims().iss)
}

#[test]
fn issuer_of_another_type_is_unknown() {
    assert_eq!(verify(r#""https://a.example""#), Ok(Some(NAME.to_owned())));

    let long = "1".repeat(1000);
    for iss in ["1", "-0.0", "1e400", &long, "null", "true", r#"["https://a.example"]"#, "{}"] {
        assert_eq!(verify(iss), Err(Error::UnknownIssuer), "{iss}");
    }
}

#[test]
fn issuer_within_a_private_name_of_serde_json_is_refused() {
    let within = |name: &str| format!(r#"{{"{name}":"\"https://a.example\""}}"#);
    assert_eq!(verify(&within("x")), Err(Error::UnknownIssuer));

    let refused = Err(Error::Malformed(Malformed::Json(Part::Payload)));
    assert_eq!(verify(&within("$serde_json::private::RawValue")), refused);
    assert_eq!(verify(&within("$serde_json::private::\\u004eumber")), refused);
}

#[test]
fn issuer_that_is_nested_too_deeply_is_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(verify(&nested(31)), Err(Error::UnknownIssuer));

    for depth in [32, 127, 10_000] {
        assert_eq!(verify(&nested(depth)), Err(Error::Limit(Limit::Depth)));
    }
}
