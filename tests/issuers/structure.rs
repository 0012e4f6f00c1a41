//! A token that is no well-formed JWT is refused with the error that `Jwt::verify` gives, whoever it names.

use josie::Error;
use josie::Jwt;
use josie::Limit;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;

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

#[test]
fn broken_payload_is_refused_as_by_jwt_verify() {
    let iss = format!(r#""iss":"{A}""#);
    let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
    let not_json = Error::Malformed(Malformed::Json(Part::Payload));
    let not_an_object = Error::Malformed(Malformed::NotAnObject(Part::Payload));
    let nested = |depth: usize| format!(r#"{iss},"x":{}{}"#, "[".repeat(depth), "]".repeat(depth));
    let cases: Vec<(Vec<u8>, Error)> = vec![
        (format!("{{{iss},{iss},{EXP}}}").into(), duplicate.clone()),
        (format!(r#"{{{iss},{EXP},"iss":"{B}"}}"#).into(), duplicate.clone()),
        (format!(r#"{{"iss":"{B}",{EXP},{iss}}}"#).into(), duplicate.clone()),
        (format!(r#"{{{iss},{EXP},"\u0069ss":"{B}"}}"#).into(), duplicate.clone()),
        (format!(r#"{{{iss},{EXP},"iss":null}}"#).into(), duplicate.clone()),
        (format!("{{{iss},{EXP},{EXP}}}").into(), duplicate.clone()),
        (format!(r#"{{{iss},{EXP},"x":1,"x":1}}"#).into(), duplicate.clone()),
        (format!(r#"{{{iss},{EXP},"x":[{{"a":1,"a":1}}]}}"#).into(), duplicate),
        (format!("{{{},{EXP}}}", nested(32)).into(), Error::Limit(Limit::Depth)),
        (b"".into(), not_json.clone()),
        (b"{".into(), not_json.clone()),
        (format!("{{{iss},{EXP}").into(), not_json.clone()),
        (format!("{{{iss},{EXP}}}}}").into(), not_json.clone()),
        (format!("{{{iss},{EXP},}}").into(), not_json.clone()),
        (format!(r#"{{{iss},{EXP},"x":"\ud800"}}"#).into(), not_json.clone()),
        ([format!("{{{iss},{EXP},\"x\":\"").as_bytes(), b"\xff\"}"].concat(), not_json.clone()),
        (b"\xef\xbb\xbf{}".into(), not_json),
        (b"[]".into(), not_an_object.clone()),
        (format!("[{{{iss}}}]").into(), not_an_object.clone()),
        (format!(r#""{A}""#).into(), not_an_object.clone()),
        (b"1".into(), not_an_object.clone()),
        (b"null".into(), not_an_object),
    ];
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        assert_accepted(&issuers, &raw(format!("{{{iss},{EXP}}}"), key), A);
        assert_accepted(&issuers, &raw(format!("{{{},{EXP}}}", nested(31)), key), A);

        for (payload, expected) in &cases {
            let token = raw(payload, key);
            assert_eq!(by_jwt_verify(&parties, &token), *expected, "{payload:?}");
            assert_refused(&issuers, &token, expected.clone());
        }
    }
}

// `Jwt::verify` sees a claim of the wrong type first; here nothing is wrong with that before the rest is known.
#[test]
fn duplicate_within_an_issuer_of_the_wrong_type_is_refused() {
    for parties in Parties::all() {
        let (issuers, key) = (parties.issuers(), &parties.a[0]);
        let token = |inner: &str| raw(format!(r#"{{"iss":{{{inner}}},{EXP}}}"#), key);
        assert_refused(&issuers, &token(r#""a":1,"b":1"#), Error::UnknownIssuer);

        let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
        assert_refused(&issuers, &token(r#""a":1,"a":1"#), duplicate);
    }
}

#[test]
fn broken_token_is_refused_as_by_jwt_verify() {
    for parties in Parties::all() {
        let (issuers, honest) = (parties.issuers(), token(A, &parties.a[0]));
        assert_accepted(&issuers, &honest, A);
        let parts: Vec<&str> = honest.split('.').collect();
        let [header, payload, signature] = parts[..] else { panic!("not three parts") };

        let base64url = |part| Error::Malformed(Malformed::Base64url(part));
        for (broken, expected) in [
            (String::new(), Error::Malformed(Malformed::Parts)),
            (format!("{header}.{payload}"), Error::Malformed(Malformed::Parts)),
            (format!("{honest}.{signature}"), Error::Malformed(Malformed::Parts)),
            (format!("{header}=.{payload}.{signature}"), base64url(Part::Header)),
            (format!("{header}.{payload}!.{signature}"), base64url(Part::Payload)),
            (format!("{header}.{payload}.{signature}="), base64url(Part::Signature)),
            (format!("{header}.{payload}."), Error::Malformed(Malformed::EmptySignature)),
            (format!(".{payload}.{signature}"), Error::Malformed(Malformed::Json(Part::Header))),
            (format!("bnVsbA.{payload}.{signature}"), not_an_object(Part::Header)),
            (format!("e30.{payload}.{signature}"), Error::Malformed(Malformed::MissingAlg)),
            ("x".repeat(256 * 1024 + 1), Error::Limit(Limit::Token)),
        ] {
            assert_eq!(by_jwt_verify(&parties, &broken), expected);
            assert_refused(&issuers, &broken, expected);
        }
    }
}

fn not_an_object(part: Part) -> Error {
    Error::Malformed(Malformed::NotAnObject(part))
}

/// What the token is refused with where there is one issuer.
fn by_jwt_verify(parties: &Parties, token: &str) -> Error {
    let policy = policy().iss(A).build().unwrap();
    Jwt::<NoClaims>::verify(token, &keys(&parties.a), &policy).unwrap_err()
}
