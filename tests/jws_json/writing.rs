//! What cannot be written is refused with an error that says why, and costs no signature.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Malformed;
use josie::UnprotectedHeader;
use josie::Unwritable;
use serde_json::Value;
use serde_json::json;

use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::authors_with;
use crate::authors::keys_of;
use crate::authors::policy;
use crate::authors::trios;

const PAYLOAD: &[u8] = b"a contract";

/// The same by a slice, detached and in chunks.
fn errors(form: Form, builder: &JwsBuilder<'_>) -> [Error; 3] {
    [
        form.write(builder, PAYLOAD).unwrap_err(),
        form.write(&builder.clone().detached(), PAYLOAD).unwrap_err(),
        form.write_from(builder, PAYLOAD).unwrap_err(),
    ]
}

fn thrice(error: Error) -> [Error; 3] {
    [error.clone(), error.clone(), error]
}

#[test]
fn nobody_signs_in_no_form() {
    for form in FORMS {
        for builder in [JwsBuilder::new(), JwsBuilder::default(), JwsBuilder::new().unencoded()] {
            assert_eq!(errors(form, &builder), thrice(Error::Unwritable(Unwritable::NoKey)));
        }
    }
}

#[test]
fn several_sign_only_in_the_general_form() {
    let header = Header::new();
    for [alice, bob, _] in trios() {
        let one = JwsBuilder::new().signature(&header, &alice.key);
        let two = one.clone().signature(&header, &bob.key);
        for form in [Form::Compact, Form::Flattened] {
            let error = Error::Unwritable(Unwritable::SeveralKeys);
            assert_eq!(errors(form, &two), thrice(error));
            assert!(form.write(&one, PAYLOAD).is_ok());
        }
        let both = two.general(PAYLOAD).unwrap();
        assert!(JwsJson::verify(&both, &keys_of(&[&alice, &bob]), &policy()).is_ok());
    }
}

#[test]
fn unprotected_header_stands_only_in_json() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        for unprotected in [
            UnprotectedHeader::new().with_kid_of_key(),
            UnprotectedHeader::new().with_param("x", 1),
        ] {
            let builder = JwsBuilder::new().signature_with(&header, &unprotected, &author.key);
            let error = Error::Unwritable(Unwritable::UnprotectedHeader);
            assert_eq!(errors(Form::Compact, &builder), thrice(error));
            assert!(builder.flattened(PAYLOAD).is_ok());
        }
        // What is empty is not there.
        let nothing = UnprotectedHeader::new();
        let builder = JwsBuilder::new().signature_with(&header, &nothing, &author.key);
        let token = builder.compact(PAYLOAD).unwrap();
        assert!(Jws::verify(&token, &author.keys(), &policy()).is_ok());
        assert!(!builder.flattened(PAYLOAD).unwrap().contains(r#""header""#));
    }
}

#[test]
fn parameters_that_josie_writes_are_set_in_neither_header() {
    for author in authors_with(JwsAlg::Hs256) {
        let plain = Header::new();
        for name in [
            "alg", "kid", "typ", "jwk", "crit", "b64", "enc", "zip", "epk", "apu", "apv", "iv",
            "tag", "p2s", "p2c",
        ] {
            let protected = Header::new().with_param(name, 1);
            let critical = Header::new().with_critical_param(name, 1);
            let unprotected = UnprotectedHeader::new().with_param(name, 1);
            for form in [Form::Flattened, Form::General] {
                for builder in [
                    JwsBuilder::new().signature(&protected, &author.key),
                    JwsBuilder::new().signature(&critical, &author.key),
                    JwsBuilder::new().signature_with(&plain, &unprotected, &author.key),
                ] {
                    assert_eq!(errors(form, &builder), thrice(Error::ReservedHeader(name)));
                }
            }
        }
        // What RFC 7515 defines can be set, but is understood by everybody.
        for name in ["jku", "x5u", "x5c", "x5t", "x5t#S256", "cty"] {
            let critical = Header::new().with_critical_param(name, "x");
            let builder = JwsBuilder::new().signature(&critical, &author.key);
            assert_eq!(errors(Form::General, &builder), thrice(Error::ReservedHeader(name)));
            let set = Header::new().with_param(name, "x");
            let builder = JwsBuilder::new().signature(&set, &author.key);
            assert!(builder.general(PAYLOAD).is_ok());
        }
    }
}

#[test]
fn parameter_is_named_once_in_both_headers_together() {
    for author in authors_with(JwsAlg::Hs256) {
        let twice = UnprotectedHeader::new().with_param("x", 1).with_param("x", 1);
        let once = UnprotectedHeader::new().with_param("x", 1);
        let (plain, overlapping) = (Header::new(), Header::new().with_param("x", 1));
        for form in [Form::Flattened, Form::General] {
            let builder = JwsBuilder::new().signature_with(&plain, &twice, &author.key);
            assert_eq!(errors(form, &builder), thrice(Error::DuplicateHeader));
            let builder = JwsBuilder::new().signature_with(&overlapping, &once, &author.key);
            let error = Error::Malformed(Malformed::OverlappingHeaders);
            assert_eq!(errors(form, &builder), thrice(error));
            let builder = JwsBuilder::new().signature_with(&plain, &once, &author.key);
            assert!(form.write(&builder, PAYLOAD).is_ok());
        }
    }
}

#[test]
fn value_that_could_not_be_read_back_is_not_written() {
    let plain = Header::new();
    let named_by_serde_json = json!({ "$serde_json::private::RawValue": "1" });
    for author in authors_with(JwsAlg::Hs256) {
        let header = UnprotectedHeader::new().with_param("x", named_by_serde_json.clone());
        let builder = JwsBuilder::new().signature_with(&plain, &header, &author.key);
        let error = Error::Malformed(Malformed::Json(josie::Part::UnprotectedHeader));
        assert_eq!(errors(Form::Flattened, &builder), thrice(error));
        let number = UnprotectedHeader::new().with_param("cty", 1);
        let builder = JwsBuilder::new().signature_with(&plain, &number, &author.key);
        let error = Error::Malformed(Malformed::HeaderType("cty"));
        assert_eq!(errors(Form::General, &builder), thrice(error));
    }
}

#[test]
fn symmetric_key_is_embedded_in_no_form() {
    let header = Header::new().with_embedded_jwk();
    for [alice, bob, _] in trios() {
        for form in FORMS {
            let builder = JwsBuilder::new().signature(&header, &alice.key);
            let expected = Error::NoPublicKey;
            let by_slice = form.write(&builder, PAYLOAD).unwrap_err();
            assert_eq!(by_slice, expected);
            let builder = JwsBuilder::new().signature(&header, &bob.key);
            assert!(form.write(&builder, PAYLOAD).is_ok());
        }
    }
}

#[test]
fn builder_writes_the_compact_token_of_the_short_way() {
    for author in authors_with(JwsAlg::Hs256) {
        let author = author.named("a");
        let header = Header::typed("JWT").with_critical_param("x", json!([1, "b"]));

        let built = JwsBuilder::new().signature(&header, &author.key).compact(PAYLOAD).unwrap();

        assert_eq!(built, Jws::sign(PAYLOAD, &header, &author.key).unwrap());
    }
}

#[test]
fn members_are_written_in_the_order_of_the_rfc_and_nothing_else_is() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new();
        let unprotected = UnprotectedHeader::new().with_param("x", 1);
        let builder = JwsBuilder::new().signature_with(&header, &unprotected, &author.key);

        let flattened = builder.flattened(PAYLOAD).unwrap();
        let general = builder.general(PAYLOAD).unwrap();

        let parsed: Value = serde_json::from_str(&flattened).unwrap();
        let text = |name: &str| parsed[name].as_str().unwrap();
        let entry = format!(
            r#""protected":"{}","header":{{"x":1}},"signature":"{}""#,
            text("protected"),
            text("signature")
        );
        let payload = text("payload");
        assert_eq!(flattened, format!(r#"{{"payload":"{payload}",{entry}}}"#));
        assert_eq!(general, format!(r#"{{"payload":"{payload}","signatures":[{{{entry}}}]}}"#));
    }
}
