//! Limits of documents: signatures, length, header, `kid` and depth, where a document is parsed and where it is verified.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Registry;
use josie::SignInput;
use josie::SignatureAlgorithm;
use josie::Signer;
use josie::SigningFailed;
use josie::SigningKey;
use josie::UnprotectedHeader;
use josie::UnverifiedJwsJson;
use josie::Unwritable;
use josie::Verifier;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::general;
use crate::authors::lax;
use crate::authors::merged;
use crate::authors::policy;
use crate::authors::unencoded_policy;

const PAYLOAD: &[u8] = b"a contract";

/// A limit holds where the document is parsed, and where one that was parsed with wider limits is verified.
#[track_caller]
fn assert_limit(author: &Author, within: &str, beyond: &str, limits: Limits, limit: Limit) {
    let policy = lax().limits(limits).build().unwrap();
    let wide = Limits::default()
        .with_token_bytes(usize::MAX)
        .with_header_bytes(usize::MAX)
        .with_kid_bytes(usize::MAX)
        .with_json_depth(126)
        .with_signatures(usize::MAX);
    let verify = |text| JwsJson::verify(text, &author.keys(), &policy).map(drop);
    let any_form = |text| JwsJson::verify_any_form(text, &author.keys(), &policy).map(drop);
    let later = |text| {
        UnverifiedJwsJson::parse(text, &wide).unwrap().verify(&author.keys(), &policy).map(drop)
    };
    let parse = |text| UnverifiedJwsJson::parse(text, &limits).map(drop);

    for outcome in [verify(within), any_form(within), later(within), parse(within)] {
        assert_eq!(outcome, Ok(()));
    }
    for outcome in [verify(beyond), any_form(beyond), later(beyond), parse(beyond)] {
        assert_eq!(outcome, Err(Error::Limit(limit)));
    }
}

fn flattened(author: &Author, protected: Value, members: Value) -> String {
    let honest = author.flattened(&author.header_with(protected), &b64u(PAYLOAD));
    merged(honest, members).to_string()
}

fn several(author: &Author, n: usize) -> String {
    let entry = author.entry(&author.header(), &b64u(PAYLOAD));
    general(&b64u(PAYLOAD), &vec![entry; n])
}

/// The text of `depth` arrays or objects in each other.
fn nested(depth: usize) -> [Value; 2] {
    let arrays = (1..depth).fold(json!([]), |inner, _| json!([inner]));
    let objects = (1..depth).fold(json!({}), |inner, _| json!({ "a": inner }));
    [arrays, objects]
}

#[test]
fn signature_over_the_limit_is_refused() {
    assert_eq!(Limits::default().signatures(), 16);
    for author in authors_with(JwsAlg::Hs256) {
        let limits = Limits::default();
        assert_limit(
            &author,
            &several(&author, 16),
            &several(&author, 17),
            limits,
            Limit::Signatures,
        );
        for n in [1, 2, 40] {
            let limits = limits.with_signatures(n);
            let (within, beyond) = (several(&author, n), several(&author, n + 1));
            assert_limit(&author, &within, &beyond, limits, Limit::Signatures);
        }
        let none = limits.with_signatures(0);
        let error = UnverifiedJwsJson::parse(&several(&author, 1), &none).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Signatures));
    }
}

#[test]
fn signatures_are_counted_before_any_is_looked_at() {
    let payload = b64u(PAYLOAD);
    let limits = Limits::default().with_token_bytes(usize::MAX);
    for stub in [json!({}), json!(null), json!({ "signature": 1 }), json!({ "protected": "!" })] {
        for n in [17, 200_000] {
            let text = general(&payload, &vec![stub.clone(); n]);
            let error = UnverifiedJwsJson::parse(&text, &limits).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Signatures), "{stub} {n}");
        }
        // One fewer, and the first of them is looked at.
        let text = general(&payload, &vec![stub.clone(); 16]);
        let error = UnverifiedJwsJson::parse(&text, &limits).unwrap_err();
        assert!(matches!(error, Error::Malformed(_)), "{stub} {error:?}");
    }
}

#[test]
fn document_over_the_limit_is_refused_before_it_is_read() {
    for author in authors_with(JwsAlg::Hs256) {
        let text = flattened(&author, json!({}), json!({}));
        for limits in [Limits::default(), Limits::default().with_token_bytes(400)] {
            let within = text.clone() + &" ".repeat(limits.token_bytes() - text.len());
            let beyond = within.clone() + " ";
            assert_limit(&author, &within, &beyond, limits, Limit::Token);
        }
        let error = UnverifiedJwsJson::parse(&"{".repeat(262_145), &Limits::default()).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Token));
    }
}

#[test]
fn header_over_the_limit_is_refused_protected_or_not() {
    for author in authors_with(JwsAlg::Hs256) {
        let text = |len: usize| "x".repeat(len);
        let overhead = author.header_with(json!({ "x": "" })).to_string().len();
        let bare = json!({ "x": "" }).to_string().len();
        for limits in [Limits::default(), Limits::default().with_header_bytes(100)] {
            let max = limits.header_bytes();
            let protected =
                |len: usize| flattened(&author, json!({ "x": text(len - overhead) }), json!({}));
            assert_limit(&author, &protected(max), &protected(max + 1), limits, Limit::Header);
            // Base64url of an octet more has the same length, or not: neither is decoded.
            assert_limit(&author, &protected(max), &protected(max + 3), limits, Limit::Header);
            let unprotected = |len: usize| {
                flattened(&author, json!({}), json!({ "header": { "x": text(len - bare) } }))
            };
            assert_limit(&author, &unprotected(max), &unprotected(max + 1), limits, Limit::Header);
        }
    }
}

#[test]
fn kid_over_the_limit_is_refused_protected_or_not() {
    for author in authors_with(JwsAlg::Hs256) {
        for limits in [Limits::default(), Limits::default().with_kid_bytes(3)] {
            let max = limits.kid_bytes();
            let kid = |len: usize| json!({ "kid": "k".repeat(len) });
            let protected = |len| flattened(&author, kid(len), json!({}));
            assert_limit(&author, &protected(max), &protected(max + 1), limits, Limit::Kid);
            let unprotected = |len| flattened(&author, json!({}), json!({ "header": kid(len) }));
            assert_limit(&author, &unprotected(max), &unprotected(max + 1), limits, Limit::Kid);
        }
    }
}

#[test]
fn depth_is_counted_from_the_document_wherever_it_is() {
    for author in authors_with(JwsAlg::Hs256) {
        let payload = b64u(PAYLOAD);
        for limits in [Limits::default(), Limits::default().with_json_depth(6)] {
            let max = limits.json_depth();
            for kind in 0..2 {
                let value = |depth: usize| nested(depth)[kind].clone();
                let unknown =
                    |depth| flattened(&author, json!({}), json!({ "other": value(depth) }));
                assert_limit(&author, &unknown(max - 1), &unknown(max), limits, Limit::Depth);
                let header = |depth| {
                    flattened(&author, json!({}), json!({ "header": { "x": value(depth) } }))
                };
                assert_limit(&author, &header(max - 2), &header(max - 1), limits, Limit::Depth);
                // The protected header is a text of its own.
                let protected = |depth| flattened(&author, json!({ "x": value(depth) }), json!({}));
                assert_limit(&author, &protected(max - 1), &protected(max), limits, Limit::Depth);

                let entry = |members| {
                    let honest = author.entry(&author.header(), &payload);
                    general(&payload, &[merged(honest, members)])
                };
                let unknown = |depth| entry(json!({ "other": value(depth) }));
                assert_limit(&author, &unknown(max - 3), &unknown(max - 2), limits, Limit::Depth);
                let header = |depth| entry(json!({ "header": { "x": value(depth) } }));
                assert_limit(&author, &header(max - 4), &header(max - 3), limits, Limit::Depth);
            }
        }
    }
}

#[test]
fn what_a_reader_would_refuse_is_not_written() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new();
        let builder = JwsBuilder::new().signature(&header, &author.key);
        let verify = |text: &str| JwsJson::verify(text, &author.keys(), &policy()).map(drop);

        let sixteen = (0..15).fold(builder.clone(), |all, _| all.signature(&header, &author.key));
        assert_eq!(verify(&sixteen.general(PAYLOAD).unwrap()), Ok(()));
        let seventeen = sixteen.signature(&header, &author.key).general(PAYLOAD);
        assert_eq!(seventeen.unwrap_err(), Error::Limit(Limit::Signatures));

        // What is around the payload is 3 characters longer than nothing for each group.
        let overhead = builder.flattened(b"").unwrap().len();
        let most = (262_144 - overhead) / 4 * 3;
        let largest = builder.flattened(&vec![b'x'; most]).unwrap();
        assert_eq!(verify(&largest), Ok(()));
        let error = builder.flattened(&vec![b'x'; most + 3]).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Token));
        let error = builder.general(&vec![b'x'; 262_145]).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Token));

        let (not_text, text) =
            (Header::new().with_param("cty", 1), Header::new().with_param("cty", "a"));
        for form in FORMS {
            let with = |header| form.write(&JwsBuilder::new().signature(header, &author.key), b"");
            let malformed = Error::Malformed(Malformed::HeaderType("cty"));
            assert_eq!(with(&not_text).unwrap_err(), malformed);
            assert!(with(&text).is_ok());
        }

        let overhead = author.header_with(json!({ "typ": "" })).to_string().len();
        let typed = |len: usize| Header::typed("x".repeat(len - overhead));
        let (widest, too_wide) = (typed(16_384), typed(16_385));
        for form in FORMS {
            let with = |header| form.write(&JwsBuilder::new().signature(header, &author.key), b"");
            assert!(with(&widest).is_ok());
            assert_eq!(with(&too_wide).unwrap_err(), Error::Limit(Limit::Header));
        }

        // Unencoded, to the octet.
        let unencoded = builder.clone().unencoded();
        for form in FORMS {
            let overhead = form.write(&unencoded, b"").unwrap().len();
            let payload = vec![b'x'; 262_145 - overhead];
            let largest = form.write(&unencoded, &payload[1..]).unwrap();
            let verified = form.verify(&largest, &author.keys(), &unencoded_policy());
            assert_eq!(verified.unwrap(), payload[1..]);
            let error = form.write(&unencoded, &payload).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Token));
        }

        let long = author.named(&"k".repeat(1025));
        let moved = UnprotectedHeader::new().with_kid_of_key();
        for builder in [
            JwsBuilder::new().signature(&header, &long.key),
            JwsBuilder::new().signature_with(&header, &moved, &long.key),
        ] {
            assert_eq!(builder.flattened(PAYLOAD).unwrap_err(), Error::Limit(Limit::Kid));
        }
        let wide = UnprotectedHeader::new().with_param("x", "x".repeat(16_384));
        let builder = JwsBuilder::new().signature_with(&header, &wide, &author.key);
        assert_eq!(builder.flattened(PAYLOAD).unwrap_err(), Error::Limit(Limit::Header));
    }
}

/// Something of a registry whose signatures are counted.
#[derive(Debug)]
struct Signing<T> {
    counter: &'static AtomicUsize,
    inner: T,
}

impl SignatureAlgorithm for Signing<&'static dyn SignatureAlgorithm> {
    fn alg(&self) -> JwsAlg {
        self.inner.alg()
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        self.inner.verifier(key)
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        let inner = self.inner.signer(key)?;
        Ok(Box::new(Signing { counter: self.counter, inner }))
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        self.inner.generate(input)
    }
}

impl Signer for Signing<Box<dyn Signer>> {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        self.counter.fetch_add(1, Ordering::SeqCst);
        self.inner.sign(input)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        self.inner.public_half()
    }
}

#[test]
fn payload_that_does_not_fit_is_refused_before_any_key_is_used() {
    for author in authors_with(JwsAlg::Hs256) {
        let counter: &'static AtomicUsize = Box::leak(Box::default());
        let inner = author.registry.signature(author.alg).unwrap();
        let counted: &'static dyn SignatureAlgorithm =
            Box::leak(Box::new(Signing { counter, inner }));
        let registry = Registry { signatures: Box::leak(Box::new([counted])), ..author.registry };
        let key = SigningKey::new(&author.material, author.alg, &registry).unwrap();
        let header = Header::new();
        let builder = JwsBuilder::new().signature(&header, &key);
        let unencoded = builder.clone().unencoded();
        let detached = unencoded.clone().detached();
        let long = vec![b'x'; 262_145];
        for write in [JwsBuilder::flattened, JwsBuilder::general] {
            counter.store(0, Ordering::SeqCst);

            assert_eq!(write(&builder, &long), Err(Error::Limit(Limit::Token)));
            let error = write(&unencoded, b"\xff").unwrap_err();
            assert_eq!(error, Error::Unwritable(Unwritable::UnencodedPayload));
            assert_eq!(counter.load(Ordering::SeqCst), 0);

            assert!(write(&builder, PAYLOAD).is_ok());
            assert!(write(&unencoded, PAYLOAD).is_ok());
            // Detached, neither has to fit anywhere.
            assert!(write(&detached, b"\xff").is_ok());
            assert!(write(&detached, &long).is_ok());
            assert_eq!(counter.load(Ordering::SeqCst), 4);
        }
    }
}

#[test]
fn unprotected_header_that_is_too_deep_where_it_stands_is_not_written() {
    for author in authors_with(JwsAlg::Hs256) {
        let header = Header::new();
        for value in 0..2 {
            let deep = |depth: usize| {
                UnprotectedHeader::new().with_param("x", nested(depth)[value].clone())
            };
            let verify = |text: String| JwsJson::verify(&text, &author.keys(), &policy()).map(drop);
            let write = |depth: usize, is_general: bool| {
                let unprotected = deep(depth);
                let builder = JwsBuilder::new().signature_with(&header, &unprotected, &author.key);
                if is_general { builder.general(PAYLOAD) } else { builder.flattened(PAYLOAD) }
            };

            assert_eq!(verify(write(30, false).unwrap()), Ok(()));
            assert_eq!(write(31, false).unwrap_err(), Error::Limit(Limit::Depth));
            assert_eq!(verify(write(28, true).unwrap()), Ok(()));
            assert_eq!(write(29, true).unwrap_err(), Error::Limit(Limit::Depth));
            // Neither is it moved to where it is too deep.
            let flattened = write(30, false).unwrap();
            let adding = JwsBuilder::new().signature(&header, &author.key);
            let error = adding.add_to(&flattened, PAYLOAD).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Depth));
            assert!(adding.add_to(&write(28, false).unwrap(), PAYLOAD).is_ok());
        }
    }
}

#[test]
fn signatures_that_are_forged_cost_one_verification_each_and_no_more() {
    for author in authors_with(JwsAlg::Hs256) {
        let (registry, verified) = crate::common::counting::counting(author.alg, &author.registry);
        let key = |kid: &str| {
            let material = author.material.clone().with_kid(kid);
            josie::VerifyingKey::new(&material, author.alg, &registry).unwrap()
        };
        let keys: josie::KeySet<_> = ["a", "b"].map(key).into_iter().collect();
        let named = author.entry(&author.header_with(json!({ "kid": "a" })), "eA");
        let forged = merged(named.clone(), json!({ "signature": "AAAA" }));
        let refused = author.entry(&author.header_with(json!({ "typ": "x" })), "eA");

        let error = JwsJson::verify(&general("eA", &vec![forged; 16]), &keys, &policy());
        assert_eq!(
            error.unwrap_err(),
            crate::authors::missing(vec![Err(Error::InvalidSignature); 16])
        );
        assert_eq!(verified.swap(0, std::sync::atomic::Ordering::SeqCst), 16);

        let error = JwsJson::verify(&general("eA", &vec![refused.clone(); 16]), &keys, &policy());
        assert!(matches!(error, Err(Error::SignersMissing(_))));
        assert_eq!(verified.load(std::sync::atomic::Ordering::SeqCst), 0);
        let broken = json!({ "protected": "!", "signature": "AA" });
        let error = JwsJson::verify(&general("eA", &[named.clone(), broken]), &keys, &policy());
        let header = Malformed::Base64url(josie::Part::Header);
        assert_eq!(error.unwrap_err(), Error::Malformed(header));
        assert_eq!(verified.load(std::sync::atomic::Ordering::SeqCst), 0);
        assert!(JwsJson::verify(&general("eA", &[named]), &keys, &policy()).is_ok());
        assert_eq!(verified.load(std::sync::atomic::Ordering::SeqCst), 1);
    }
}
