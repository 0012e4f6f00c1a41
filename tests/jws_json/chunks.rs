//! Payloads that are read in chunks: how they are cut makes no difference, nothing is read that is not needed, and what
//! cannot be read is no payload.

use std::cell::Cell;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::rc::Rc;

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::Malformed;
use josie::Policy;
use josie::Refused;
use josie::SignedBy;
use josie::Unwritable;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::Form;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::by;
use crate::authors::keys_of;
use crate::authors::lax;
use crate::authors::missing;
use crate::authors::outcomes;
use crate::authors::policy;
use crate::authors::trios;
use crate::authors::unencoded_policy;

/// Octets that josie reads at a time.
const CHUNK: usize = 49_152;

/// Hands out at most so many octets at a time, interrupted before each, and must not be read after its end.
struct Trickle<'a> {
    octets: &'a [u8],
    at_most: usize,
    is_interrupted: bool,
    has_ended: bool,
}

impl<'a> Trickle<'a> {
    fn new(octets: &'a [u8], at_most: usize) -> Self {
        Self { octets, at_most, is_interrupted: false, has_ended: false }
    }
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!self.has_ended, "read after its end");
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let len = self.at_most.min(buffer.len()).min(self.octets.len());
        let (now, later) = self.octets.split_at(len);
        buffer[..len].copy_from_slice(now);
        self.octets = later;
        self.has_ended = len == 0;
        Ok(len)
    }
}

/// Counts how often it is read, and has nothing.
struct Counted(Rc<Cell<usize>>);

impl Read for Counted {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + 1);
        Ok(0)
    }
}

/// Zeros, and after so many of them this error.
struct Failing {
    left: usize,
    kind: ErrorKind,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(self.kind.into());
        }
        let len = self.left.min(buffer.len());
        buffer[..len].fill(0);
        self.left -= len;
        Ok(len)
    }
}

/// Octets that are not the same in any two chunks.
fn octets(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 + index / 251) as u8).collect()
}

fn builder<'a>(author: &'a Author, header: &'a Header, is_unencoded: bool) -> JwsBuilder<'a> {
    let builder = JwsBuilder::new().signature(header, &author.key).detached();
    if is_unencoded { builder.unencoded() } else { builder }
}

#[test]
fn payloads_around_the_length_of_a_chunk_are_signed_like_whole_ones() {
    let header = Header::new();
    let policy = unencoded_policy();
    for author in authors_with(JwsAlg::Hs256) {
        let keys = author.keys();
        for len in [0, 1, 2, 3, 4]
            .into_iter()
            .chain((1..=3).flat_map(|chunks| chunks * CHUNK - 4..=chunks * CHUNK + 4))
        {
            let payload = octets(len);
            for is_unencoded in [false, true] {
                let builder = builder(&author, &header, is_unencoded);

                let whole = builder.compact(&payload).unwrap();
                let read = builder.compact_from(&payload[..]).unwrap();

                assert_eq!(read, whole, "{author} {len}");
                let verify = |token| Jws::verify_detached_from(token, &payload[..], &keys, &policy);
                assert!(verify(&whole).is_ok(), "{author} {len}");
                // One octet less or more is another payload.
                let longer = [&payload[..], &[0]].concat();
                let result = Jws::verify_detached_from(&whole, &longer[..], &keys, &policy);
                assert_eq!(result.unwrap_err(), Error::InvalidSignature);
                if let Some((_, shorter)) = payload.split_last() {
                    let result = Jws::verify_detached_from(&whole, shorter, &keys, &policy);
                    assert_eq!(result.unwrap_err(), Error::InvalidSignature);
                }
            }
        }
    }
}

#[test]
fn every_algorithm_that_takes_chunks_takes_several() {
    let header = Header::new();
    let payload = octets(2 * CHUNK + 1);
    for author in authors().into_iter().filter(Author::takes_chunks) {
        for is_unencoded in [false, true] {
            let builder = builder(&author, &header, is_unencoded);
            let (keys, policy) = (author.keys(), unencoded_policy());
            for form in FORMS {
                let token = form.write_from(&builder, &payload[..]).unwrap();

                let by_slice = form.verify_detached(&token, &payload, &keys, &policy).unwrap();
                let by_chunks =
                    form.verify_detached_from(&token, &payload[..], &keys, &policy).unwrap();

                assert_eq!((by_slice.alg(), by_chunks.alg()), (author.alg, author.alg));
                // A chunk in another place.
                let swapped = [&payload[CHUNK..2 * CHUNK], &payload[..CHUNK], &[0]].concat();
                let error = form.verify_detached_from(&token, &swapped[..], &keys, &policy);
                assert_eq!(error.unwrap_err(), Error::InvalidSignature, "{author}");
            }
        }
    }
}

#[test]
fn reader_that_gives_little_at_a_time_and_is_interrupted_is_read_to_its_end_and_not_beyond() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        let (keys, policy) = (author.keys(), unencoded_policy());
        for (len, at_most) in [
            (0, 1),
            (1, 1),
            (1000, 1),
            (1001, 7),
            (CHUNK, CHUNK),
            (CHUNK, 1000),
            (2 * CHUNK, 40_000),
        ] {
            let payload = octets(len);
            for is_unencoded in [false, true] {
                let builder = builder(&author, &header, is_unencoded);
                let whole = builder.compact(&payload).unwrap();

                let token = builder.compact_from(Trickle::new(&payload, at_most)).unwrap();
                let read = Trickle::new(&payload, at_most);
                let verified = Jws::verify_detached_from(&whole, read, &keys, &policy);

                assert_eq!(token, whole, "{author} {len}");
                assert!(verified.is_ok(), "{author} {len}");
            }
        }
    }
}

#[test]
fn reader_that_fails_makes_and_verifies_nothing() {
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        let builder = builder(&author, &header, false);
        let (keys, policy) = (author.keys(), policy());
        for left in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1] {
            let zeros = vec![0; left];
            for form in FORMS {
                let honest = form.write(&builder, &zeros).unwrap();
                assert!(form.verify_detached_from(&honest, &zeros[..], &keys, &policy).is_ok());
                for kind in [ErrorKind::UnexpectedEof, ErrorKind::PermissionDenied] {
                    let failing = || Failing { left, kind };

                    let signed = form.write_from(&builder, failing()).unwrap_err();
                    let verified = form.verify_detached_from(&honest, failing(), &keys, &policy);

                    assert_eq!(signed, Error::Read(kind));
                    assert_eq!(verified.unwrap_err(), Error::Read(kind));
                }
            }
        }
    }
}

#[test]
fn reader_that_claims_more_than_there_was_room_for_is_not_believed() {
    struct Boastful(usize);
    impl Read for Boastful {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_sub(1);
            Ok(if self.0 == 0 { 0 } else { usize::MAX })
        }
    }
    let header = Header::new();
    for author in authors_with(JwsAlg::Hs256) {
        let token = builder(&author, &header, false).compact(b"a body").unwrap();
        let (keys, policy) = (author.keys(), policy());

        let verified = Jws::verify_detached_from(&token, Boastful(3), &keys, &policy);
        let signed = builder(&author, &header, false).compact_from(Boastful(3));

        assert_eq!(verified.unwrap_err(), Error::Read(ErrorKind::InvalidData));
        assert_eq!(signed.unwrap_err(), Error::Read(ErrorKind::InvalidData));
        assert!(Jws::verify_detached_from(&token, &b"a body"[..], &keys, &policy).is_ok());
    }
}

/// How often a payload is read for this.
fn reads<T>(run: impl FnOnce(Counted) -> T) -> (usize, T) {
    let count = Rc::new(Cell::new(0));
    let result = run(Counted(count.clone()));
    (count.get(), result)
}

#[test]
fn payload_is_not_read_for_a_token_that_is_refused_without_it() {
    for author in authors_with(JwsAlg::Hs256) {
        let author = author.named("a");
        let (typed, plain) = (Header::typed("other"), Header::new());
        let header = Header::new().with_critical_param("x", 1);
        let stranger = author.named("b").keys();
        let es256 = Policy::signed(&[JwsAlg::Es256]).build().unwrap();
        let (keys, policy) = (author.keys(), policy());
        let unencoded = builder(&author, &plain, true);
        let refused = |reason| Error::Refused(reason);
        for form in FORMS {
            for (builder, keys, policy, error) in [
                (builder(&author, &typed, false), &keys, &policy, refused(Refused::Type)),
                (builder(&author, &header, false), &keys, &policy, refused(Refused::Critical)),
                (builder(&author, &plain, false), &keys, &es256, refused(Refused::Algorithm)),
                (builder(&author, &plain, false), &stranger, &policy, Error::UnknownKey),
                (unencoded.clone(), &keys, &policy, refused(Refused::UnencodedPayload)),
            ] {
                let token = form.write(&builder, b"").unwrap();

                let verify = |payload| form.verify_detached_from(&token, payload, keys, policy);
                let (count, result) = reads(verify);

                assert_eq!((count, result.unwrap_err()), (0, error), "{form:?}");
            }
            let token = form.write(&builder(&author, &plain, false), b"").unwrap();
            let verify = |payload| form.verify_detached_from(&token, payload, &keys, &policy);
            let (count, result) = reads(verify);
            assert_eq!((count, result.is_ok()), (1, true));
        }
        // Neither is it for what is malformed, or has a payload.
        let attached = JwsBuilder::new().signature(&plain, &author.key);
        for form in FORMS {
            let token = form.write(&attached, b"x").unwrap();
            let verify = |payload| form.verify_detached_from(&token, payload, &keys, &policy);
            let (count, result) = reads(verify);
            assert_eq!(count, 0);
            assert_eq!(result.unwrap_err(), Error::Malformed(Malformed::AttachedPayload));
        }
    }
}

#[test]
fn payload_is_not_read_for_what_cannot_be_written() {
    for [alice, bob, carol] in trios() {
        let header = Header::new();
        let reserved = Header::new().with_param("alg", "none");
        let one = |author: &'_ Author| {
            JwsBuilder::new().signature(&header, &author.key).compact_from(io::empty()).is_ok()
        };
        assert!(one(&alice));
        let two = JwsBuilder::new().signature(&header, &alice.key).signature(&header, &carol.key);
        let bad = JwsBuilder::new().signature(&reserved, &alice.key);
        for form in FORMS {
            let single = match form {
                Form::General => None,
                _ => Some(Error::Unwritable(Unwritable::SeveralKeys)),
            };
            let unsupported = Error::Unsupported { alg: "Ed25519", what: "signing in chunks" };
            for (builder, error) in [
                (&JwsBuilder::new(), Error::Unwritable(Unwritable::NoKey)),
                (&bad, Error::ReservedHeader("alg")),
                (&two, single.unwrap_or(unsupported)),
            ] {
                let (count, result) = reads(|payload| form.write_from(builder, payload));

                assert_eq!((count, result.unwrap_err()), (0, error), "{form:?}");
            }
        }
        let both = JwsBuilder::new().signature(&header, &alice.key).signature(&header, &bob.key);
        let (count, result) = reads(|payload| both.general_from(payload));
        assert_eq!(count, usize::from(bob.takes_chunks()));
        assert_eq!(result.is_ok(), bob.takes_chunks());
    }
}

#[test]
fn signature_that_takes_no_chunks_is_an_outcome_among_others() {
    let header = Header::new();
    let payload = octets(CHUNK + 5);
    for [alice, _, carol] in trios() {
        let keys = keys_of(&[&alice, &carol]);
        let unsupported = || Error::Unsupported { alg: "Ed25519", what: "verifying in chunks" };
        let builder = JwsBuilder::new().detached();
        let document = builder
            .signature(&header, &carol.key)
            .signature(&header, &alice.key)
            .general(&payload)
            .unwrap();
        let verify = |signers| {
            JwsJson::verify_detached_from(&document, &payload[..], &keys, &by(signers))
                .map(|signatures| outcomes(&signatures))
        };

        let expected = [Err(unsupported()), Ok(())];
        assert_eq!(verify(SignedBy::Any).unwrap(), expected);
        assert_eq!(verify(SignedBy::All).unwrap_err(), missing(expected));
        // Whole, both are valid.
        let whole = JwsJson::verify_detached(&document, &payload, &keys, &policy()).unwrap();
        assert_eq!(outcomes(&whole), [Ok(()), Ok(())]);
    }
}

#[test]
fn payload_that_only_signatures_without_chunks_cover_is_not_read() {
    let header = Header::new();
    for author in authors_with(JwsAlg::EdDsa) {
        let signed = JwsBuilder::new().detached().signature(&header, &author.key);
        let document = signed.signature(&header, &author.key).general(b"").unwrap();
        let (keys, policy) = (author.keys(), policy());

        let verify = |payload| JwsJson::verify_detached_from(&document, payload, &keys, &policy);
        let (count, result) = reads(verify);

        let unsupported = Error::Unsupported { alg: "EdDSA", what: "verifying in chunks" };
        assert_eq!(count, 0);
        assert_eq!(result.unwrap_err(), missing([Err(unsupported.clone()), Err(unsupported)]));
        assert!(JwsJson::verify_detached(&document, b"", &keys, &policy).is_ok());
    }
}

#[test]
fn several_keys_are_tried_while_the_payload_is_read_once() {
    let header = Header::new();
    let payload = octets(CHUNK * 2);
    for author in authors_with(JwsAlg::Hs384) {
        let others = [0, 1].map(|_| Author::new(author.name, author.registry, author.alg));
        let set = keys_of(&[&others[0], &author, &others[1]]).try_up_to(3);
        let token = builder(&author, &header, false).compact(&payload).unwrap();
        let reader = || Trickle::new(&payload, 1000);

        let signature = Jws::verify_detached_from(&token, reader(), &set, &policy()).unwrap();

        assert_eq!(signature.alg(), JwsAlg::Hs384);
        let strangers = keys_of(&[&others[0], &others[1]]).try_up_to(3);
        let result = Jws::verify_detached_from(&token, reader(), &strangers, &policy());
        assert_eq!(result.unwrap_err(), Error::InvalidSignature);
        let narrow = set.try_up_to(2);
        let result = Jws::verify_detached_from(&token, reader(), &narrow, &policy());
        assert_eq!(result.unwrap_err(), Error::AmbiguousKey);
    }
}

#[test]
fn detached_payload_has_no_limit() {
    let header = Header::new();
    let payload = octets(1_000_000);
    for author in authors_with(JwsAlg::Hs512) {
        let keys = author.keys();
        let strict = lax().limits(josie::Limits::default().with_token_bytes(400)).build().unwrap();
        for form in FORMS {
            let builder = builder(&author, &header, false);
            let token = form.write_from(&builder, &payload[..]).unwrap();

            assert_eq!(form.write(&builder, &payload).unwrap(), token);
            assert!(form.verify_detached(&token, &payload, &keys, &strict).is_ok());
            assert!(form.verify_detached_from(&token, &payload[..], &keys, &strict).is_ok());
        }
    }
}

#[test]
fn result_of_chunks_has_headers_and_key_of_the_signature() {
    for author in authors_with(JwsAlg::Hs256) {
        let author = author.named("a");
        let header = Header::typed("example+jws").with_param("n", json!([1]));
        let unprotected = josie::UnprotectedHeader::new().with_param("m", 2).with_kid_of_key();
        let builder = JwsBuilder::new().signature_with(&header, &unprotected, &author.key);
        let document = builder.flattened_from(&b"a body"[..]).unwrap();
        let policy = lax().typ("example+jws").build().unwrap();

        let signatures =
            JwsJson::verify_detached_from(&document, &b"a body"[..], &author.keys(), &policy);

        let signatures = signatures.unwrap();
        let signature = signatures.valid().next().unwrap();
        assert_eq!((signature.kid(), signature.key().kid()), (Some("a"), Some("a")));
        assert_eq!(*signature.header(), header);
        assert_eq!(signature.unprotected().param("m"), Some(&json!(2)));
    }
}
