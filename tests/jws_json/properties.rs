//! Properties over generated payloads, headers and changes: what is written is read, and what is changed is refused.

use std::collections::BTreeMap;

use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Limits;
use josie::SignedBy;
use josie::UnprotectedHeader;
use josie::UnverifiedJwsJson;
use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::by;
use crate::authors::from_b64u;
use crate::authors::keys_of;
use crate::authors::policy;
use crate::authors::trios;
use crate::authors::unencoded_policy;

type Params = BTreeMap<String, Value>;

/// Header parameters by names that begin like this and that nobody else uses. No fractions: without more features of its
/// own `serde_json` may change them a little when it reads.
fn params(prefix: &'static str) -> impl Strategy<Value = Params> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(".{0,6}", inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    });
    btree_map(".{0,8}".prop_map(move |name| format!("{prefix} {name}")), value, 0..5)
}

fn protected(params: &Params) -> Header {
    let empty = Header::new();
    params.iter().fold(empty, |header, (name, value)| header.with_param(name, value.clone()))
}

fn unprotected(params: &Params) -> UnprotectedHeader {
    let empty = UnprotectedHeader::new();
    params.iter().fold(empty, |header, (name, value)| header.with_param(name, value.clone()))
}

#[test]
fn any_payload_and_headers_are_read_as_they_were_written() {
    let trios = trios();
    proptest!(ProptestConfig::with_cases(48), |(
        payload in vec(any::<u8>(), 0..2000),
        of_alice in params("a"),
        of_bob in params("b"),
        beside_bob in params("c"),
    )| {
        for [alice, bob, _] in &trios {
            let (first, second) = (protected(&of_alice), protected(&of_bob));
            let beside = unprotected(&beside_bob).with_kid_of_key();
            let builder = JwsBuilder::new()
                .signature(&first, &alice.key)
                .signature_with(&second, &beside, &bob.key);
            let keys = keys_of(&[alice, bob]);

            let attached = builder.general(&payload).unwrap();
            let detached = builder.clone().unencoded().detached().general(&payload).unwrap();

            let jws = JwsJson::verify(&attached, &keys, &policy()).unwrap();
            prop_assert_eq!(jws.payload(), &payload[..]);
            let policy = unencoded_policy();
            let signatures = JwsJson::verify_detached(&detached, &payload, &keys, &policy).unwrap();
            for signatures in [jws.signatures(), &signatures] {
                let [by_alice, by_bob] = signatures.outcomes() else { panic!() };
                let (by_alice, by_bob) = (by_alice.signature().unwrap(), by_bob.signature().unwrap());
                prop_assert_eq!(by_alice.header(), &first);
                prop_assert_eq!(by_bob.header(), &second);
                prop_assert_eq!((by_alice.kid(), by_bob.kid()), (Some("alice"), Some("bob")));
                for (name, value) in &beside_bob {
                    prop_assert_eq!(by_bob.unprotected().param(name), Some(value));
                }
            }
            // Added one by one it says the same.
            let alone = JwsBuilder::new().signature(&first, &alice.key).compact(&payload).unwrap();
            let added = JwsBuilder::new().signature_with(&second, &beside, &bob.key);
            let added = added.add_to(&alone, &payload).unwrap();
            let jws = JwsJson::verify(&added, &keys, &policy).unwrap();
            prop_assert_eq!(jws.payload(), &payload[..]);
            prop_assert_eq!(jws.signatures().valid().count(), 2);
        }
    });
}

#[test]
fn any_text_is_read_from_an_unencoded_document_as_it_was_written() {
    let authors = authors_with(JwsAlg::Hs256);
    proptest!(|(text in ".{0,200}|(?s-u:[\\x00-\\x7f]{0,60})")| {
        for author in &authors {
            let header = Header::new();
            let builder = JwsBuilder::new().signature(&header, &author.key).unencoded();
            for form in [Form::Flattened, Form::General] {
                let document = form.write(&builder, text.as_bytes()).unwrap();
                let read = form.verify(&document, &author.keys(), &unencoded_policy()).unwrap();
                prop_assert_eq!(&read[..], text.as_bytes());
            }
        }
    });
}

#[test]
fn any_cut_of_a_payload_into_reads_is_the_same_payload() {
    struct Cut<'a>(&'a [u8], std::iter::Cycle<std::slice::Iter<'a, usize>>);
    impl std::io::Read for Cut<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let len = self.1.next().copied().unwrap_or(1).min(buffer.len()).min(self.0.len());
            let (now, later) = self.0.split_at(len);
            buffer[..len].copy_from_slice(now);
            self.0 = later;
            Ok(len)
        }
    }
    let authors = authors_with(JwsAlg::Hs256);
    proptest!(ProptestConfig::with_cases(48), |(
        len in prop_oneof![0..100_usize, 49_140..49_160_usize, 98_290..98_320_usize],
        cuts in vec(1..60_000_usize, 1..10),
        seed: u8,
    )| {
        let payload: Vec<u8> = (0..len).map(|index| (index * 7 + index / 256) as u8 ^ seed).collect();
        for author in &authors {
            let header = Header::new();
            let builder = JwsBuilder::new().signature(&header, &author.key).detached();
            for builder in [builder.clone(), builder.unencoded()] {
                let whole = builder.flattened(&payload).unwrap();
                let reader = || Cut(&payload, cuts.iter().cycle());
                prop_assert_eq!(&builder.flattened_from(reader()).unwrap(), &whole);
                let (keys, policy) = (author.keys(), unencoded_policy());
                let verified = JwsJson::verify_detached_from(&whole, reader(), &keys, &policy);
                prop_assert!(verified.is_ok());
            }
        }
    });
}

/// What is changed.
#[derive(Clone, Copy, Debug)]
enum Target {
    Protected,
    Payload,
    Signature,
}

const TARGETS: [Target; 3] = [Target::Protected, Target::Payload, Target::Signature];

/// The token with one of its parts changed, or `None` if that leaves it as it is.
fn with_part(form: Form, token: &str, target: Target, part: &str) -> String {
    if form == Form::Compact {
        let mut parts: Vec<&str> = token.split('.').collect();
        parts[match target {
            Target::Protected => 0,
            Target::Payload => 1,
            Target::Signature => 2,
        }] = part;
        return parts.join(".");
    }
    let mut document: Value = serde_json::from_str(token).unwrap();
    let name = match target {
        Target::Protected => "protected",
        Target::Payload => "payload",
        Target::Signature => "signature",
    };
    let is_in_entry = form == Form::General && name != "payload";
    let object = if is_in_entry { &mut document["signatures"][0] } else { &mut document };
    object[name] = json!(part);
    document.to_string()
}

#[test]
fn token_of_any_form_and_algorithm_with_any_octet_changed_is_refused() {
    let payload = b"{\"amount\":\"12.50\"}";
    let header = Header::typed("JWT").with_param("x", 1);
    let tokens: Vec<(Author, Form, String)> = authors()
        .into_iter()
        .enumerate()
        .map(|(index, author)| {
            let form = FORMS[index % 3];
            let builder = JwsBuilder::new().signature(&header, &author.key);
            let token = form.write(&builder, payload).unwrap();
            (author, form, token)
        })
        .collect();
    for (author, form, token) in &tokens {
        assert_eq!(form.verify(token, &author.keys(), &policy()).unwrap(), payload);
    }
    proptest!(ProptestConfig::with_cases(48), |(at: Index, change in 1..=u8::MAX)| {
        for (author, form, token) in &tokens {
            let (protected, payload, signature) = form.parts(token);
            for target in TARGETS {
                let part = match target {
                    Target::Protected => &protected,
                    Target::Payload => payload.as_ref().unwrap(),
                    Target::Signature => &signature,
                };
                let mut octets = from_b64u(part);
                let len = octets.len();
                octets[at.index(len)] ^= change;
                let hostile = with_part(*form, token, target, &b64u(octets));

                let error = form.verify(&hostile, &author.keys(), &policy()).unwrap_err();

                match (target, error) {
                    (_, Error::InvalidSignature) => {}
                    (Target::Protected, Error::Malformed(_) | Error::Refused(_)) => {}
                    // `alg` can become another one that the policy allows, for which there is no key.
                    (Target::Protected, Error::UnknownKey) => {}
                    (target, error) => prop_assert!(false, "{author} {target:?} {error:?}"),
                }
            }
        }
    });
}

#[test]
fn detached_and_unencoded_token_with_any_octet_changed_is_refused() {
    let payload = b"$.02 \"quoted\"\n\xc3\xa9";
    let header = Header::new();
    let authors = authors_with(JwsAlg::Hs256);
    proptest!(|(at: Index, change in 1..=u8::MAX)| {
        for author in &authors {
            let builder = JwsBuilder::new().signature(&header, &author.key).detached();
            for (form, builder) in FORMS.into_iter().flat_map(|form| {
                [(form, builder.clone()), (form, builder.clone().unencoded())]
            }) {
                let token = form.write(&builder, payload).unwrap();
                let mut other = *payload;
                other[at.index(payload.len())] ^= change;
                let (keys, policy) = (author.keys(), unencoded_policy());

                prop_assert!(form.verify_detached(&token, payload, &keys, &policy).is_ok());
                let error = form.verify_detached(&token, &other, &keys, &policy).unwrap_err();
                prop_assert_eq!(error, Error::InvalidSignature);
                let error = form.verify_detached_from(&token, &other[..], &keys, &policy);
                prop_assert_eq!(error.unwrap_err(), Error::InvalidSignature);

                let (_, _, signature) = form.parts(&token);
                let mut octets = from_b64u(&signature);
                let len = octets.len();
                octets[at.index(len)] ^= change;
                let hostile = with_part(form, &token, Target::Signature, &b64u(octets));
                let error = form.verify_detached(&hostile, payload, &keys, &policy).unwrap_err();
                prop_assert_eq!(error, Error::InvalidSignature);
            }
        }
    });
}

#[test]
fn change_of_one_signature_changes_the_outcome_of_no_other() {
    let trios = trios();
    proptest!(ProptestConfig::with_cases(48), |(at: Index, change in 1..=u8::MAX, which in 0..3_usize)| {
        for trio in &trios {
            let header = Header::new();
            let builder = trio.iter().fold(JwsBuilder::new(), |builder, author| {
                builder.signature(&header, &author.key)
            });
            let mut document: Value =
                serde_json::from_str(&builder.general(b"a contract").unwrap()).unwrap();
            let signature = &mut document["signatures"][which]["signature"];
            let mut octets = from_b64u(signature.as_str().unwrap());
            let len = octets.len();
            octets[at.index(len)] ^= change;
            *signature = json!(b64u(octets));
            let keys = keys_of(&trio.each_ref());

            let jws = JwsJson::verify(&document.to_string(), &keys, &by(SignedBy::AtLeast(2)));

            let outcomes = crate::authors::outcomes(jws.unwrap().signatures());
            for (index, outcome) in outcomes.into_iter().enumerate() {
                let expected = if index == which { Err(Error::InvalidSignature) } else { Ok(()) };
                prop_assert_eq!(outcome, expected);
            }
        }
    });
}

#[test]
fn header_that_is_read_and_written_again_is_the_same_text() {
    let authors = authors_with(JwsAlg::Hs256);
    proptest!(ProptestConfig::with_cases(64), |(inside in params("a"), beside in params("b"))| {
        for author in &authors {
            let write = |protected: &Header, unprotected: &UnprotectedHeader| {
                let builder =
                    JwsBuilder::new().signature_with(protected, unprotected, &author.key);
                builder.flattened(b"").unwrap()
            };
            let first = write(&protected(&inside), &unprotected(&beside));

            let parsed = UnverifiedJwsJson::parse(&first, &Limits::default()).unwrap();
            let signature = parsed.signatures().next().unwrap();
            let again = write(signature.header().unwrap(), signature.unprotected());

            prop_assert_eq!(again, first);
        }
    });
}

#[test]
fn document_cut_anywhere_is_refused() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new();
        let builder = JwsBuilder::new().signature(&header, &author.key);
        for form in [Form::Flattened, Form::General] {
            let document = form.write(&builder, b"a contract").unwrap();
            assert!(form.verify(&document, &author.keys(), &policy()).is_ok());
            for end in 0..document.len() {
                let error = form.verify(&document[..end], &author.keys(), &policy()).unwrap_err();
                assert_eq!(
                    error,
                    Error::Malformed(josie::Malformed::Json(josie::Part::Document)),
                    "{end}"
                );
            }
        }
    }
}
