//! Every algorithm in every serialization, with the payload in the token or elsewhere, encoded or not, whole or in chunks.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Limit;
use josie::Malformed;
use josie::Part;
use josie::Refused;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::policy;
use crate::authors::unencoded_policy;

/// What any form can hold without encoding.
const PAYLOAD: &[u8] = br#"{"amount":12,"to":["a b","~"]}"#;

/// The payload as it stands in the signing input of an encoded and of an unencoded token.
fn spelt(payload: &[u8]) -> [(bool, Vec<u8>); 2] {
    [(false, b64u(payload).into_bytes()), (true, payload.to_vec())]
}

/// The builder of one signature, unencoded or not.
fn builder<'a>(author: &'a Author, header: &'a Header, is_unencoded: bool) -> JwsBuilder<'a> {
    let builder = JwsBuilder::new().signature(header, &author.key);
    if is_unencoded { builder.unencoded() } else { builder }
}

/// The signature covers these octets and no others, which the primitive itself says.
fn assert_covers(author: &Author, form: Form, token: &str, spelling: &[u8]) {
    let (protected, _, signature) = form.parts(token);
    let message = [protected.as_bytes(), b".", spelling].concat();
    assert!(author.has_signed(&message, &signature), "{author} {form:?} {token}");
}

#[test]
fn every_algorithm_signs_an_attached_payload_in_every_form() {
    let header = Header::typed("example+jws");
    let policy = policy_with_type();
    for author in authors() {
        for form in FORMS {
            for (is_unencoded, spelling) in spelt(PAYLOAD) {
                let builder = builder(&author, &header, is_unencoded);

                let token = form.write(&builder, PAYLOAD).unwrap();

                let (_, text, _) = form.parts(&token);
                assert_eq!(text.unwrap().as_bytes(), spelling, "{author} {form:?}");
                assert_covers(&author, form, &token, &spelling);
                let payload = form.verify(&token, &author.keys(), &policy).unwrap();
                assert_eq!(payload, PAYLOAD, "{author} {form:?}");
                let any = JwsJson::verify_any_form(&token, &author.keys(), &policy).unwrap();
                assert_eq!(any.payload(), PAYLOAD);
                let [outcome] = any.signatures().outcomes() else { panic!("{author}") };
                let signature = outcome.signature().unwrap();
                assert_eq!((outcome.alg(), signature.alg()), (Some(author.alg), author.alg));
                assert_eq!(*signature.header(), header);
            }
        }
    }
}

#[test]
fn every_algorithm_signs_a_detached_payload_in_every_form() {
    let header = Header::typed("example+jws");
    let policy = policy_with_type();
    for author in authors() {
        for form in FORMS {
            for (is_unencoded, spelling) in spelt(PAYLOAD) {
                let builder = builder(&author, &header, is_unencoded).detached();

                let token = form.write(&builder, PAYLOAD).unwrap();

                assert_eq!(form.parts(&token).1, None, "{author} {form:?}");
                assert_covers(&author, form, &token, &spelling);
                let keys = author.keys();
                let verified = form.verify_detached(&token, PAYLOAD, &keys, &policy).unwrap();
                assert_eq!((verified.alg(), verified.header()), (author.alg, &header));
                let other = form.verify_detached(&token, b"other", &keys, &policy).unwrap_err();
                assert_eq!(other, Error::InvalidSignature, "{author} {form:?}");
            }
        }
    }
}

#[test]
fn every_algorithm_takes_chunks_or_says_that_it_does_not() {
    let header = Header::typed("example+jws");
    let policy = policy_with_type();
    for author in authors() {
        let unsupported = |what| Error::Unsupported { alg: author.alg.name(), what };
        for form in FORMS {
            for (is_unencoded, spelling) in spelt(PAYLOAD) {
                let builder = builder(&author, &header, is_unencoded).detached();
                let whole = form.write(&builder, PAYLOAD).unwrap();

                let signed = form.write_from(&builder, PAYLOAD);
                let verify = |token: &str| {
                    form.verify_detached_from(token, PAYLOAD, &author.keys(), &policy)
                };
                let verified = verify(&whole);

                if author.takes_chunks() {
                    let token = signed.unwrap();
                    assert_covers(&author, form, &token, &spelling);
                    assert!(form.verify_detached(&token, PAYLOAD, &author.keys(), &policy).is_ok());
                    let signature = verify(&token).unwrap();
                    assert_eq!((signature.alg(), signature.header()), (author.alg, &header));
                    assert_eq!(verified.unwrap().key().alg(), author.alg);
                } else {
                    let message = format!("{author} {form:?}");
                    let error = signed.unwrap_err();
                    assert_eq!(error, unsupported("signing in chunks"), "{message}");
                    let error = verified.unwrap_err();
                    assert_eq!(error, unsupported("verifying in chunks"), "{message}");
                }
            }
        }
    }
}

#[test]
fn empty_payload_is_signed_in_every_form() {
    let header = Header::new();
    for author in authors() {
        for form in FORMS {
            for (is_unencoded, spelling) in spelt(b"") {
                let attached = builder(&author, &header, is_unencoded);
                let detached = attached.clone().detached();
                let (keys, policy) = (author.keys(), unencoded_policy());

                let token = form.write(&attached, b"").unwrap();
                assert_covers(&author, form, &token, &spelling);
                assert_eq!(form.verify(&token, &keys, &policy).unwrap(), b"");

                let token = form.write(&detached, b"").unwrap();
                assert_covers(&author, form, &token, &spelling);
                assert!(form.verify_detached(&token, b"", &keys, &policy).is_ok());
                let error = form.verify_detached(&token, b"x", &keys, &policy).unwrap_err();
                assert_eq!(error, Error::InvalidSignature);
            }
        }
    }
}

#[test]
fn text_of_one_form_is_not_read_as_another() {
    for author in authors() {
        let header = Header::new();
        let builder = builder(&author, &header, false);
        let (keys, policy) = (author.keys(), policy());
        let compact = builder.compact(PAYLOAD).unwrap();
        let no_json = Error::Malformed(Malformed::Json(Part::Document));

        assert_eq!(JwsJson::verify(&compact, &keys, &policy).unwrap_err(), no_json);
        let detached = builder.clone().detached().compact(PAYLOAD).unwrap();
        let error = JwsJson::verify_detached(&detached, PAYLOAD, &keys, &policy).unwrap_err();
        assert_eq!(error, no_json);
        for document in [builder.flattened(PAYLOAD).unwrap(), builder.general(PAYLOAD).unwrap()] {
            let error = Jws::verify(&document, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts));
            let error = Jws::verify_detached(&document, PAYLOAD, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts));
            assert!(JwsJson::verify(&document, &keys, &policy).is_ok());
        }
        let without = builder.clone().detached();
        for document in [without.flattened(PAYLOAD).unwrap(), without.general(PAYLOAD).unwrap()] {
            let error = Jws::verify_detached(&document, PAYLOAD, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts));
            let error = Jws::verify_detached_from(&document, PAYLOAD, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts));
            assert!(JwsJson::verify_detached(&document, PAYLOAD, &keys, &policy).is_ok());
        }
        assert!(Jws::verify(&compact, &keys, &policy).is_ok());
    }
}

#[test]
fn compact_token_of_any_form_is_refused_as_where_no_other_form_is_read() {
    for author in authors_with(JwsAlg::Hs256) {
        let (keys, policy) = (author.keys(), policy());
        let token = Jws::sign(PAYLOAD, &Header::new(), &author.key).unwrap();
        let (header, _) = token.split_once('.').unwrap();
        let none = b64u(r#"{"alg":"none"}"#);
        // Longer than any header may be, and not base64url either.
        let long = "!".repeat(30_000);
        let plain = Header::new();
        let builder = builder(&author, &plain, false);
        for (hostile, expected) in [
            (format!("{token}.e30"), Error::Malformed(Malformed::Parts)),
            (format!("{header}.{token}"), Error::Malformed(Malformed::Parts)),
            (format!("{none}.e30."), Error::Refused(Refused::UnknownAlgorithm)),
            (format!("{header}.e30."), Error::Malformed(Malformed::EmptySignature)),
            (format!("{long}.e30.AAAA"), Error::Limit(Limit::Header)),
        ] {
            let error = Jws::verify(&hostile, &keys, &policy).unwrap_err();
            assert_eq!(error, expected, "{author} {hostile}");
            let error = JwsJson::verify_any_form(&hostile, &keys, &policy).unwrap_err();
            assert_eq!(error, expected, "{author} {hostile}");
            let error = builder.add_to(&hostile, PAYLOAD).unwrap_err();
            assert_eq!(error, expected, "{author} {hostile}");
        }
        assert!(Jws::verify(&token, &keys, &policy).is_ok());
        assert!(JwsJson::verify_any_form(&token, &keys, &policy).is_ok());
        assert!(builder.add_to(&token, PAYLOAD).is_ok());
    }
}

#[test]
fn unencoded_payload_is_refused_where_the_policy_does_not_allow_it() {
    for author in authors() {
        let header = Header::new();
        let builder = builder(&author, &header, true);
        for form in FORMS {
            let refused = Error::Refused(Refused::UnencodedPayload);
            let keys = author.keys();

            let token = form.write(&builder, PAYLOAD).unwrap();
            assert_eq!(form.verify(&token, &keys, &policy()).unwrap_err(), refused);
            assert!(form.verify(&token, &keys, &unencoded_policy()).is_ok());

            let token = form.write(&builder.clone().detached(), PAYLOAD).unwrap();
            let verify = |policy| form.verify_detached(&token, PAYLOAD, &keys, &policy);
            assert_eq!(verify(policy()).unwrap_err(), refused);
            assert!(verify(unencoded_policy()).is_ok());
        }
    }
}

fn policy_with_type() -> josie::Policy {
    crate::authors::lax().typ("example+jws").allow_unencoded().build().unwrap()
}

#[test]
fn only_white_space_of_json_stands_before_a_document_of_any_form() {
    for author in authors_with(JwsAlg::Hs256) {
        let (keys, policy, header) = (author.keys(), policy(), Header::new());
        let document = builder(&author, &header, false).flattened(PAYLOAD).unwrap();
        let verify = |before: &str| {
            let text = format!("{before}{document}");
            JwsJson::verify_any_form(&text, &keys, &policy).map(JwsJson::into_payload)
        };
        for before in ["", " ", "\t", "\n", "\r", " \r\n\t "] {
            assert_eq!(verify(before).unwrap(), PAYLOAD, "{before:?}");
        }
        for before in ["\u{b}", "\u{c}", "\u{85}", "\u{a0}", "\u{2003}", "\u{feff}"] {
            let error = verify(before).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts), "{before:?}");
        }
    }
}
