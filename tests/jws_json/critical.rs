//! Critical extensions that the application understands: the handler is asked about every token, and about nothing that is
//! refused anyway.

use std::sync::Arc;
use std::sync::Mutex;

use josie::CritRefused;
use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Malformed;
use josie::Policy;
use josie::PolicyError;
use josie::Refused;
use josie::SignedBy;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::general;
use crate::authors::keys_of;
use crate::authors::lax;
use crate::authors::missing;
use crate::authors::outcomes;
use crate::authors::policy;
use crate::authors::trios;

const PAYLOAD: &[u8] = b"a contract";

/// What a handler was asked: the one of which name, about which value, in which header.
#[derive(Debug, PartialEq)]
struct Question(&'static str, Value, Header);

/// A policy whose handlers of `x` and `y` note what they are asked, and refuse the value 0.
fn noting() -> (Policy, Arc<Mutex<Vec<Question>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let handler = |name: &'static str| {
        let asked = Arc::clone(&asked);
        move |value: &Value, header: &Header| {
            asked.lock().unwrap().push(Question(name, value.clone(), header.clone()));
            if *value == json!(0) { Err(CritRefused) } else { Ok(()) }
        }
    };
    let policy = lax().critical("x", handler("x")).critical("y", handler("y"));
    (policy.signed_by(SignedBy::Any).build().unwrap(), asked)
}

#[test]
fn handler_is_asked_with_the_value_and_the_protected_header_in_every_form() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::typed("JWT")
            .with_critical_param("y", json!({ "a": 1 }))
            .with_param("z", 2)
            .with_critical_param("x", 1);
        let builder = JwsBuilder::new().signature(&header, &author.key);
        for form in FORMS {
            let token = form.write(&builder, PAYLOAD).unwrap();
            let detached = form.write(&builder.clone().detached(), PAYLOAD).unwrap();
            let (noting, asked) = noting();

            assert_eq!(form.verify(&token, &author.keys(), &noting).unwrap(), PAYLOAD);

            let expected = [
                Question("y", json!({ "a": 1 }), header.clone()),
                Question("x", json!(1), header.clone()),
            ];
            assert_eq!(*asked.lock().unwrap(), expected);
            assert!(form.verify_detached(&detached, PAYLOAD, &author.keys(), &noting).is_ok());
            let read = form.verify_detached_from(&detached, PAYLOAD, &author.keys(), &noting);
            assert!(read.is_ok());
            assert_eq!(asked.lock().unwrap().len(), 6);
            let critical = Error::Refused(Refused::Critical);
            let unaware = form.verify(&token, &author.keys(), &policy()).unwrap_err();
            assert_eq!(unaware, critical);
        }
    }
}

#[test]
fn value_that_the_handler_refuses_is_refused() {
    for author in authors_with(JwsAlg::Hs256) {
        for (header, error) in [
            (json!({ "crit": ["x"], "x": 1 }), None),
            (json!({ "crit": ["x"], "x": 0 }), Some(Refused::CriticalValue)),
            (json!({ "crit": ["x", "y"], "x": 1, "y": 0 }), Some(Refused::CriticalValue)),
            (json!({ "crit": ["x", "z"], "x": 1, "z": 1 }), Some(Refused::Critical)),
            (json!({ "crit": ["X"], "X": 1 }), Some(Refused::Critical)),
            // Nobody says that it is critical.
            (json!({ "x": 0 }), None),
        ] {
            let (policy, _) = noting();
            let document = author.flattened(&author.header_with(header), &b64u(PAYLOAD));
            let result = JwsJson::verify(&document.to_string(), &author.keys(), &policy);
            assert_eq!(result.err(), error.map(Error::Refused), "{document}");
        }
    }
}

#[test]
fn handler_is_not_asked_about_what_is_refused_before() {
    for author in authors_with(JwsAlg::Hs256) {
        let critical =
            |members: Value| crate::authors::merged(members, json!({ "crit": ["x"], "x": 1 }));
        let of = |author: &Author, header: &Value| author.entry(header, &b64u(PAYLOAD));
        let typed = of(&author, &critical(author.header_with(json!({ "typ": "other" }))));
        let unknown = of(&author, &critical(json!({ "alg": "XY512" })));
        let unencoded = of(&author, &critical(author.header_with(json!({ "b64": true }))));
        let unprotected = json!({
            "protected": b64u(critical(json!({})).to_string()),
            "header": { "alg": "HS256" }, "signature": "AAAA",
        });
        for (entry, error) in [
            (typed, Refused::Type),
            (unknown, Refused::UnknownAlgorithm),
            (unencoded, Refused::UnencodedPayload),
            (unprotected, Refused::UnprotectedAlgorithm),
        ] {
            let (policy, asked) = noting();
            let document = general(&b64u(PAYLOAD), &[entry]);
            let result = JwsJson::verify(&document, &author.keys(), &policy);
            assert_eq!(result.unwrap_err(), Error::Refused(error));
            assert!(asked.lock().unwrap().is_empty());
        }
        // It is asked before a key is looked for.
        let (policy, asked) = noting();
        let document = general(&b64u(PAYLOAD), &[of(&author, &critical(author.header()))]);
        let result = JwsJson::verify(&document, &keys_of(&[]), &policy);
        assert_eq!(result.unwrap_err(), Error::UnknownKey);
        assert_eq!(asked.lock().unwrap().len(), 1);
        assert!(JwsJson::verify(&document, &author.keys(), &policy).is_ok());
    }
}

#[test]
fn each_signature_is_judged_by_its_own_critical_values() {
    for [alice, bob, carol] in trios() {
        let headers = [1, 0, 2].map(|x| Header::new().with_critical_param("x", x));
        let authors = [&alice, &bob, &carol];
        let document = headers
            .iter()
            .zip(authors)
            .fold(JwsBuilder::new(), |all, (header, author)| all.signature(header, &author.key))
            .general(PAYLOAD)
            .unwrap();
        let (noting, _) = noting();
        let keys = keys_of(&authors);

        let jws = JwsJson::verify(&document, &keys, &noting).unwrap();

        let expected = [Ok(()), Err(Error::Refused(Refused::CriticalValue)), Ok(())];
        assert_eq!(outcomes(jws.signatures()), expected);
        let all = lax().critical("x", |value, _| match value.as_u64() {
            Some(0) | None => Err(CritRefused),
            Some(_) => Ok(()),
        });
        let error = JwsJson::verify(&document, &keys, &all.build().unwrap()).unwrap_err();
        assert_eq!(error, missing(expected));
    }
}

#[test]
fn handler_for_what_josie_knows_itself_is_not_built() {
    for name in [
        "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc",
        "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "b64",
    ] {
        let built = lax().critical("x", |_, _| Ok(())).critical(name, |_, _| Ok(())).build();
        assert_eq!(built.unwrap_err(), PolicyError::ReservedCritical { name: name.to_owned() });
    }
    for name in ["exp", "ALG", "B64", "b64 ", "", "http://example.com/x"] {
        assert!(lax().critical(name, |_, _| Ok(())).build().is_ok(), "{name}");
    }
}

#[test]
fn later_handler_of_a_name_counts() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new().with_critical_param("x", 1);
        let token = JwsBuilder::new().signature(&header, &author.key).flattened(PAYLOAD).unwrap();
        let yes = lax().critical("x", |_, _| Err(CritRefused)).critical("x", |_, _| Ok(()));
        let no = lax().critical("x", |_, _| Ok(())).critical("x", |_, _| Err(CritRefused));

        let verify = |policy: josie::PolicyBuilder| {
            JwsJson::verify(&token, &author.keys(), &policy.build().unwrap()).map(drop)
        };

        assert_eq!(verify(yes), Ok(()));
        assert_eq!(verify(no), Err(Error::Refused(Refused::CriticalValue)));
    }
}

#[test]
fn handler_does_not_mend_a_list_that_breaks_its_rules() {
    for author in authors_with(JwsAlg::Hs256) {
        for header in [
            json!({ "crit": ["x"] }),
            json!({ "crit": ["x", "x"], "x": 1 }),
            json!({ "crit": [], "x": 1 }),
            json!({ "crit": ["x", "alg"], "x": 1 }),
            json!({ "crit": "x", "x": 1 }),
        ] {
            let (policy, asked) = noting();
            let document =
                author.flattened(&author.header_with(header), &b64u(PAYLOAD)).to_string();
            let error = JwsJson::verify(&document, &author.keys(), &policy).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Crit));
            assert!(asked.lock().unwrap().is_empty());
        }
        let header = author.header_with(json!({ "crit": ["x"], "x": 1 }));
        let document = author.flattened(&header, &b64u(PAYLOAD)).to_string();
        assert!(JwsJson::verify(&document, &author.keys(), &noting().0).is_ok());
    }
}
