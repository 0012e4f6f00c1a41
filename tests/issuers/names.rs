//! Which `iss` names which issuer: the same octets, in a string, once, and nothing else.

use josie::Error;
use josie::Issuers;
use josie::Malformed;
use josie::Part;
use serde_json::Value;
use serde_json::json;

use crate::parties::A;
use crate::parties::B;
use crate::parties::EXP;
use crate::parties::Parties;
use crate::parties::assert_accepted;
use crate::parties::assert_refused;
use crate::parties::keys;
use crate::parties::policy;
use crate::parties::raw;
use crate::parties::token;
use crate::parties::token_with;

#[test]
fn issuer_that_no_entry_has_is_unknown() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        assert_accepted(&issuers, &token(A, key), A);

        for name in ["https://c.example", "", "a", "https://a.exampl", "https://a.example.org"] {
            assert_refused(&issuers, &token(name, key), Error::UnknownIssuer);
        }
        assert_refused(&Issuers::new(), &token(A, key), Error::UnknownIssuer);
    }
}

#[test]
fn missing_issuer_is_unknown() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        assert_accepted(&issuers, &token(A, key), A);

        let nested = format!(r#"{{"x":{{"iss":"{A}"}},{EXP}}}"#);
        let other_case = format!(r#"{{"ISS":"{A}","Iss":"{A}",{EXP}}}"#);
        for payload in ["{}", &format!("{{{EXP}}}"), &nested, &other_case] {
            assert_refused(&issuers, &raw(payload, key), Error::UnknownIssuer);
        }
    }
}

#[test]
fn issuer_of_another_type_is_unknown() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        assert_accepted(&issuers, &token_with(&json!(A), key), A);

        for iss in [
            Value::Null,
            json!(true),
            json!(1),
            json!(-1.5),
            json!(u64::MAX),
            json!([]),
            json!([A]),
            json!([A, B]),
            json!({}),
            json!({"iss": A}),
            json!({ A: 1 }),
        ] {
            assert_refused(&issuers, &token_with(&iss, key), Error::UnknownIssuer);
        }
    }
}

// serde_json reads the text under this name as JSON, behind the back of whoever checks it.
#[test]
fn issuer_within_a_private_name_of_serde_json_is_refused() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        let within = |name: &str| {
            let iss = json!({ name: json!(A).to_string() });
            token_with(&iss, key)
        };
        assert_refused(&issuers, &within("x"), Error::UnknownIssuer);

        let refused = Error::Malformed(Malformed::Json(Part::Payload));
        assert_refused(&issuers, &within("$serde_json::private::RawValue"), refused);
    }
}

// RFC 7519 section 4.1.1: a case-sensitive string; nothing of a URL is normalized.
#[test]
fn variant_of_a_name_is_another_name() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        assert_accepted(&issuers, &token(A, key), A);

        for variant in [
            "https://A.example",
            "https://a.EXAMPLE",
            "HTTPS://a.example",
            "http://a.example",
            "https://a.example/",
            "https://a.example//",
            "https://a.example:443",
            "https://a.example.",
            "https://a.example#",
            "https://a.example?",
            "https://a.example/../",
            "https://user@a.example",
            "https://%61.example",
            "//a.example",
            "a.example",
            " https://a.example",
            "https://a.example ",
            "https://a.example\n",
            "https://a.example\0",
            "\u{feff}https://a.example",
            "https://a\u{200b}.example",
            "https://\u{430}.example",
        ] {
            assert_refused(&issuers, &token(variant, key), Error::UnknownIssuer);
        }
    }
}

#[test]
fn both_variants_of_a_name_can_be_issuers_of_their_own() {
    for parties in Parties::all() {
        for (one, other) in [
            ("https://id.example", "https://id.example/"),
            ("https://id.example", "https://ID.example"),
            // The same letter in its two normal forms.
            ("https://caf\u{e9}.example", "https://cafe\u{301}.example"),
        ] {
            let issuers = Issuers::new()
                .with(one, keys(&parties.a), policy())
                .unwrap()
                .with(other, keys(&parties.b), policy())
                .unwrap();
            assert_accepted(&issuers, &token(one, &parties.a[0]), one);
            assert_accepted(&issuers, &token(other, &parties.b[0]), other);

            assert_refused(&issuers, &token(one, &parties.b[0]), Error::InvalidSignature);
            assert_refused(&issuers, &token(other, &parties.a[0]), Error::InvalidSignature);
        }
    }
}

// An escape is another spelling of the same string, for the choice of the entry as for the policy.
#[test]
fn name_spelled_with_escapes_is_the_same_name() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        let escaped = |iss: &str| raw(format!(r#"{{{iss},{EXP}}}"#), key);

        for iss in [
            r#""iss":"https:\/\/a.example""#,
            r#""iss":"https://\u0061.example""#,
            r#""\u0069ss":"https://a.example""#,
        ] {
            assert_accepted(&issuers, &escaped(iss), A);
        }
        let twice_escaped = r#""iss":"https:\\/\\/a.example""#;
        assert_refused(&issuers, &escaped(twice_escaped), Error::UnknownIssuer);
    }
}

// The claim behind the last comma, and behind a large one.
#[test]
fn issuer_is_found_wherever_it_stands() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        let large = "x".repeat(10_000);
        for payload in [
            format!(r#"{{{EXP},"iss":"{A}"}}"#),
            format!(r#"{{{EXP},"x":{{"iss":"{B}"}},"y":["{large}"],"iss":"{A}"}}"#),
            format!(r#" {{ "iss" : "{A}" , {EXP} , "sub" : "{B}" }} "#),
        ] {
            assert_accepted(&issuers, &raw(&payload, key), A);
        }
    }
}
