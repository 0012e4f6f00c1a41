//! Section VIII: what the header around a signed token says: that there is one, its own type, and claims once more.

use josie::ClaimReason;
use josie::Error;
use josie::Expect;
use josie::Header;
use josie::Jws;
use josie::Malformed;
use josie::Refused;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::nesting::CLAIMS;
use crate::nesting::claim;
use crate::nesting::exchanges;
use crate::sealing::Draft;

/// RFC 7519 section 5.2: `cty` is there and says `JWT`, compared as a media type (RFC 7515 section 4.1.10).
#[test]
fn a98_cty_that_says_jwt_is_accepted_around_a_signed_token_only() {
    for exchange in exchanges() {
        for cty in ["JWT", "jwt", "Jwt", "application/jwt", "APPLICATION/JWT", "Application/Jwt"] {
            let nested = exchange.around(exchange.signed(CLAIMS)).with("cty", json!(cty));
            assert!(exchange.open(&nested.compact()).is_ok(), "{cty}");

            // It decides nothing: claims do not become a token by it, and no token is looked for by it.
            let unsigned = exchange.unsigned(CLAIMS).with("cty", json!(cty)).compact();
            let error = exchange.unseal(&unsigned).unwrap_err();
            assert_eq!(error, Error::Refused(Refused::ContentType), "{cty}");
            let error = exchange.open(&unsigned).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts), "{cty}");
        }
    }
}

#[test]
fn a98_cty_that_says_anything_else_is_refused_around_a_signed_token() {
    for exchange in exchanges() {
        let nested = exchange.around(exchange.signed(CLAIMS));
        assert!(exchange.open(&nested.compact()).is_ok(), "{}", exchange.name());
        let refused = Error::Refused(Refused::ContentType);

        for cty in [
            "JWT ",
            " JWT",
            "xjwt",
            "",
            "json",
            "at+jwt",
            "JWT\0",
            "text/jwt",
            "application/",
            "application/x/jwt",
            "application/application/jwt",
            "application/jwt;charset=utf-8",
            "ＪＷＴ",
        ] {
            let token = nested.clone().with("cty", json!(cty)).compact();
            assert_eq!(exchange.open(&token).unwrap_err(), refused, "{cty:?}");
            let unsigned = exchange.unsigned(CLAIMS).with("cty", json!(cty)).compact();
            assert!(exchange.unseal(&unsigned).is_ok(), "{cty:?}");
        }
        assert_eq!(exchange.open(&nested.clone().without("cty").compact()).unwrap_err(), refused);
        let renamed = nested.without("cty").with("Cty", json!("JWT")).compact();
        assert_eq!(exchange.open(&renamed).unwrap_err(), refused);
    }
}

#[test]
fn a98_cty_that_is_no_string_is_malformed() {
    for exchange in exchanges() {
        let nested = exchange.around(exchange.signed(CLAIMS));
        assert!(exchange.open(&nested.compact()).is_ok(), "{}", exchange.name());

        for cty in [json!(1), json!(null), json!(true), json!(["JWT"]), json!({"JWT": "JWT"})] {
            let malformed = Error::Malformed(Malformed::HeaderType("cty"));
            let token = nested.clone().with("cty", cty.clone()).compact();
            assert_eq!(exchange.open(&token).unwrap_err(), malformed, "{cty}");
            let unsigned = exchange.unsigned(CLAIMS).with("cty", cty.clone()).compact();
            assert_eq!(exchange.unseal(&unsigned).unwrap_err(), malformed, "{cty}");
        }
    }
}

/// The policy's `typ` is that of the signed token. Around it there may be none, `JWT`, or the same.
#[test]
fn a98_typ_outside_does_not_stand_in_for_the_typ_inside() {
    for exchange in exchanges() {
        let access = Header::typed("at+jwt");
        let typed = Jws::sign(CLAIMS.as_bytes(), &access, &exchange.issuer).unwrap();
        let untyped = exchange.signed(CLAIMS);
        let refused = Error::Refused(Refused::Type);
        let rules = || exchange.rules().typ("at+jwt");

        for typ in ["JWT", "jwt", "application/jwt", "at+jwt", "application/AT+JWT"] {
            let outside = |inner: &str| exchange.around(inner).with("typ", json!(typ)).compact();
            assert!(exchange.open_by(&outside(&typed), rules()).is_ok(), "{typ}");
            assert_eq!(exchange.open_by(&outside(&untyped), rules()).unwrap_err(), refused);
        }
        assert!(exchange.open_by(&exchange.around(typed.clone()).compact(), rules()).is_ok());
        for typ in ["dpop+jwt", "JOSE", "", "JWT ", "x/jwt"] {
            let token = exchange.around(typed.clone()).with("typ", json!(typ)).compact();
            assert_eq!(exchange.open_by(&token, rules()).unwrap_err(), refused, "{typ:?}");
        }
        let number = exchange.around(typed.clone()).with("typ", json!(1)).compact();
        let malformed = Error::Malformed(Malformed::HeaderType("typ"));
        assert_eq!(exchange.open_by(&number, rules()).unwrap_err(), malformed);

        // Where the policy expects none, a type inside is one that nobody expects.
        let token = exchange.around(typed).with("typ", json!("JWT")).compact();
        assert_eq!(exchange.open(&token).unwrap_err(), refused);
        let token = exchange.around(untyped).with("typ", json!("at+jwt")).compact();
        assert_eq!(exchange.open(&token).unwrap_err(), refused);
    }
}

/// RFC 7519 section 5.3: claims that the header repeats are equal to those inside. It is read by those who route a
/// token before anybody has decrypted it.
#[test]
fn a102_repeated_claims_are_equal_to_those_inside() {
    let claims = r#"{"iss":"good","sub":"alice","aud":["api","web"],"exp":1700003600}"#;
    assert_repeated(
        claims,
        &[("iss", json!("good")), ("sub", json!("alice")), ("aud", json!(["api", "web"]))],
        &[
            ("iss", json!("evil")),
            ("iss", json!("Good")),
            ("iss", json!("good ")),
            ("iss", json!("")),
            ("iss", json!("alice")),
            ("sub", json!("mallory")),
            ("sub", json!("good")),
            ("aud", json!("api")),
            ("aud", json!(["api"])),
            ("aud", json!(["web", "api"])),
            ("aud", json!(["api", "web", "more"])),
            ("aud", json!(["api", "web", "web"])),
            ("aud", json!([])),
            ("aud", json!("")),
        ],
    );
}

/// RFC 7519 section 4.1.3: one audience may stand alone or in an array.
#[test]
fn a102_one_repeated_audience_is_equal_in_both_spellings() {
    let wrong = [
        ("aud", json!("web")),
        ("aud", json!(["web"])),
        ("aud", json!(["api", "api"])),
        ("aud", json!([["api"]])),
    ];
    let right = [("aud", json!("api")), ("aud", json!(["api"]))];
    for claims in [
        r#"{"iss":"good","aud":"api","exp":1700003600}"#,
        r#"{"iss":"good","aud":["api"],"exp":1700003600}"#,
    ] {
        assert_repeated(claims, &right, &wrong);
    }
}

#[test]
fn a102_repeated_claims_of_another_type_or_of_claims_that_are_not_there_are_refused() {
    let none = r#"{"exp":1700003600}"#;
    let some = r#"{"iss":"1","sub":"null","aud":"true","exp":1700003600}"#;
    for name in ["iss", "sub", "aud"] {
        let own = match name {
            "iss" => "1",
            "sub" => "null",
            _ => "true",
        };
        let mut wrong: Vec<(&str, Value)> =
            [json!(1), json!(null), json!(true), json!({}), json!([1]), json!({"0": own})]
                .into_iter()
                .map(|value| (name, value))
                .collect();
        if name != "aud" {
            wrong.push((name, json!([own])));
        }
        assert_repeated(some, &[(name, json!(own))], &wrong);
        wrong.extend([(name, json!(own)), (name, json!("")), (name, json!([]))]);
        assert_repeated(none, &[("iat", json!(1)), ("jti", json!("a"))], &wrong);
    }
}

/// Opens nested tokens and such that are only encrypted whose header has these members.
fn assert_repeated(claims: &str, right: &[(&'static str, Value)], wrong: &[(&'static str, Value)]) {
    for exchange in exchanges() {
        let expected: Map<String, Value> = serde_json::from_str(claims).unwrap();
        let rules = || {
            let mut rules = exchange.rules();
            if expected.contains_key("iss") {
                rules = rules.iss(Expect::Any);
            }
            if expected.contains_key("aud") {
                rules = rules.aud(Expect::Any);
            }
            rules
        };
        let nested = exchange.around(exchange.signed(claims));
        let unsigned = exchange.unsigned(claims);
        for (name, value) in right {
            let with = |draft: &Draft| draft.clone().with(name, value.clone());
            let opened = exchange.open_by(&with(&nested).compact(), rules());
            assert_eq!(opened.map(drop), Ok(()), "{name} {value}");
            let unsealed = exchange.unseal_by(&with(&unsigned).compact(), rules());
            assert_eq!(unsealed.map(drop), Ok(()), "{name} {value}");
        }
        for (name, value) in wrong {
            let with = |draft: &Draft| draft.clone().with(name, value.clone());
            let mismatch = claim(name, ClaimReason::Mismatch);
            let opened = exchange.open_by(&with(&nested).compact(), rules());
            assert_eq!(opened.unwrap_err(), mismatch, "{name} {value}");
            let unsealed = exchange.unseal_by(&with(&unsigned).compact(), rules());
            assert_eq!(unsealed.unwrap_err(), mismatch, "{name} {value}");
        }
    }
}
