//! Who must have signed is a policy: any, all, so many, or these; what becomes of each signature is said in its order.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeySet;
use josie::Limits;
use josie::Policy;
use josie::PolicyError;
use josie::Refused;
use josie::SignedBy;
use josie::UnprotectedHeader;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::FORMS;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::by;
use crate::authors::general;
use crate::authors::keys_of;
use crate::authors::lax;
use crate::authors::merged;
use crate::authors::missing;
use crate::authors::outcomes;
use crate::authors::policy;
use crate::authors::private_fixture;
use crate::authors::trios;

const PAYLOAD: &[u8] = b"a contract";

/// The document that all of these have signed, each with its own key.
fn signed_by_all(authors: &[&Author]) -> String {
    let header = Header::new();
    let builder = JwsBuilder::new();
    authors
        .iter()
        .fold(builder, |builder, author| builder.signature(&header, &author.key))
        .general(PAYLOAD)
        .unwrap()
}

fn verify(
    document: &str,
    keys: &KeySet<VerifyingKey>,
    signers: SignedBy,
) -> Result<Vec<Result<(), Error>>, Error> {
    let jws = JwsJson::verify(document, keys, &by(signers))?;
    assert_eq!(jws.payload(), PAYLOAD);
    Ok(outcomes(jws.signatures()))
}

#[test]
fn signatures_of_every_algorithm_stand_side_by_side() {
    let mut every = authors();
    // Two registries have more algorithms together than a document may have signatures.
    every.truncate(Limits::default().signatures());
    let authors: Vec<Author> = every
        .iter()
        .enumerate()
        .map(|(index, author)| author.named(&format!("{index} {author}")))
        .collect();
    let authors: Vec<&Author> = authors.iter().collect();

    let document = signed_by_all(&authors);

    let jws = JwsJson::verify(&document, &keys_of(&authors), &policy()).unwrap();
    let algs: Vec<JwsAlg> = jws.signatures().valid().map(|signature| signature.alg()).collect();
    assert_eq!(algs, authors.iter().map(|author| author.alg).collect::<Vec<_>>());
    let kids = jws.signatures().valid().map(|signature| signature.key().kid());
    assert!(kids.eq(authors.iter().map(|author| author.key.kid())));
    // HMAC needs as many keys as signatures, RSA and the two names of Ed25519 do not.
    let distinct = authors.iter().filter(|author| author.alg.kty() != josie::KeyType::Rsa).count();
    let rsa = usize::from(distinct < authors.len());
    assert!(verify(&document, &keys_of(&authors), SignedBy::AtLeast(distinct + rsa)).is_ok());
    let error = verify(&document, &keys_of(&authors), SignedBy::AtLeast(distinct + rsa + 1));
    assert_eq!(error.unwrap_err(), missing(vec![Ok(()); authors.len()]));
}

#[test]
fn all_is_what_holds_if_nothing_is_said() {
    for [alice, bob, carol] in trios() {
        let document = signed_by_all(&[&alice, &bob, &carol]);
        let keys = keys_of(&[&alice, &bob]);
        let outcomes = vec![Ok(()), Ok(()), Err(Error::UnknownKey)];

        let error = JwsJson::verify(&document, &keys, &policy()).unwrap_err();
        assert_eq!(error, missing(outcomes.clone()));
        assert_eq!(verify(&document, &keys, SignedBy::All).unwrap_err(), missing(outcomes));
        let all = keys_of(&[&alice, &bob, &carol]);
        assert!(JwsJson::verify(&document, &all, &policy()).is_ok());
        assert_eq!(SignedBy::default(), SignedBy::All);
    }
}

#[test]
fn any_is_one_valid_signature_of_whichever_key() {
    for [alice, bob, carol] in trios() {
        let document = signed_by_all(&[&alice, &bob, &carol]);
        let unknown = || Err(Error::UnknownKey);

        for (signer, expected) in [
            (&alice, [Ok(()), unknown(), unknown()]),
            (&bob, [unknown(), Ok(()), unknown()]),
            (&carol, [unknown(), unknown(), Ok(())]),
        ] {
            let outcomes = verify(&document, &keys_of(&[signer]), SignedBy::Any).unwrap();
            assert_eq!(outcomes, expected);
        }
        let error = verify(&document, &keys_of(&[]), SignedBy::Any).unwrap_err();
        assert_eq!(error, missing([unknown(), unknown(), unknown()]));
    }
}

#[test]
fn at_least_counts_keys_and_no_more_than_there_are() {
    for [alice, bob, carol] in trios() {
        let all = keys_of(&[&alice, &bob, &carol]);
        let document = signed_by_all(&[&alice, &bob, &carol]);

        for n in 1..=3 {
            assert_eq!(verify(&document, &all, SignedBy::AtLeast(n)).unwrap(), vec![Ok(()); 3]);
        }
        for n in [4, 17, usize::MAX] {
            let error = verify(&document, &all, SignedBy::AtLeast(n)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(()), Ok(())]));
        }
        let two = keys_of(&[&alice, &carol]);
        assert!(verify(&document, &two, SignedBy::AtLeast(2)).is_ok());
        let error = verify(&document, &two, SignedBy::AtLeast(3)).unwrap_err();
        assert_eq!(error, missing([Ok(()), Err(Error::UnknownKey), Ok(())]));
    }
}

#[test]
fn two_signatures_of_one_key_count_once() {
    for author in authors() {
        let other = match author.alg.kty() {
            josie::KeyType::Rsa => {
                Author::of(author.name, author.registry, author.alg, private_fixture("rsa3072"))
            }
            _ => Author::new(author.name, author.registry, author.alg),
        };
        let (a, b, other) = (author.named("a"), author.named("b"), other.named("b"));

        // The same signer, twice the same and under two names.
        for twice in [[&a, &a], [&a, &b]] {
            let document = signed_by_all(&twice);
            let keys = keys_of(&[&a, &b]);
            let error = verify(&document, &keys, SignedBy::AtLeast(2)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(())]), "{author}");
            assert!(verify(&document, &keys, SignedBy::AtLeast(1)).is_ok(), "{author}");
            assert!(verify(&document, &keys, SignedBy::All).is_ok(), "{author}");
        }
        let document = signed_by_all(&[&a, &other]);
        let keys = keys_of(&[&a, &other]);
        assert!(verify(&document, &keys, SignedBy::AtLeast(2)).is_ok(), "{author}");
        // Nor does another signer in between make two of one.
        for between in [[&a, &other, &a], [&other, &a, &other]] {
            let document = signed_by_all(&between);
            let error = verify(&document, &keys, SignedBy::AtLeast(3)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(()), Ok(())]), "{author}");
            assert!(verify(&document, &keys, SignedBy::AtLeast(2)).is_ok(), "{author}");
        }
    }
}

#[test]
fn one_key_under_two_algorithms_counts_once() {
    let pairs = [
        (JwsAlg::Rs256, JwsAlg::Ps256),
        (JwsAlg::Rs256, JwsAlg::Rs512),
        (JwsAlg::Ed25519, JwsAlg::EdDsa),
        (JwsAlg::Hs512, JwsAlg::Hs256),
    ];
    for (first, second) in pairs {
        for author in authors_with(first) {
            let again = Author::of(author.name, author.registry, second, author.material.clone());
            let document = signed_by_all(&[&author, &again]);
            let keys = keys_of(&[&author, &again]);
            let error = verify(&document, &keys, SignedBy::AtLeast(2)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(())]), "{author} {second}");

            let other = Author::new(author.name, author.registry, JwsAlg::Es256);
            let document = signed_by_all(&[&author, &again, &other]);
            let keys = keys_of(&[&author, &again, &other]);
            assert!(verify(&document, &keys, SignedBy::AtLeast(2)).is_ok(), "{author}");
            let error = verify(&document, &keys, SignedBy::AtLeast(3)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(()), Ok(())]), "{author}");
        }
    }
}

#[test]
#[cfg(all(feature = "aws-lc-rs", feature = "ring"))]
fn one_key_in_two_registries_counts_once() {
    let own = Author::new("ring", josie::Registry::ring(), JwsAlg::Es256);
    let material = own.material.clone();
    let again = Author::of("aws-lc-rs", josie::Registry::aws_lc_rs(), JwsAlg::Es256, material);
    let (a, b) = (own.named("a"), again.named("b"));

    let error =
        verify(&signed_by_all(&[&a, &b]), &keys_of(&[&a, &b]), SignedBy::AtLeast(2)).unwrap_err();

    assert_eq!(error, missing([Ok(()), Ok(())]));
}

#[test]
fn kids_go_by_the_callers_key_and_not_by_the_token() {
    for [alice, bob, mallory] in trios() {
        let kids = |names: &[&str]| SignedBy::kids(names.iter().copied());
        let document = signed_by_all(&[&alice, &bob]);
        let keys = keys_of(&[&alice, &bob, &mallory]);

        assert!(verify(&document, &keys, kids(&["alice"])).is_ok());
        assert!(verify(&document, &keys, kids(&["bob", "alice", "bob"])).is_ok());
        for names in [&["carol"][..], &["alice", "carol"], &["Alice"], &["alice "], &[""]] {
            let error = verify(&document, &keys, kids(names)).unwrap_err();
            assert_eq!(error, missing([Ok(()), Ok(())]), "{names:?}");
        }

        // The caller's key has no name, and the token's own name does not give it one.
        let signed = |author: &Author, kid: &str| {
            let header = author.header_with(json!({ "kid": kid }));
            author.flattened(&header, &b64u(PAYLOAD)).to_string()
        };
        let mallory = Author::new(mallory.name, mallory.registry, mallory.alg);
        let posing = signed(&mallory, "alice");
        let nameless = keys_of(&[&mallory]);
        let error = verify(&posing, &nameless, kids(&["alice"])).unwrap_err();
        assert_eq!(error, missing([Ok(())]));
        assert!(verify(&posing, &nameless, SignedBy::Any).is_ok());
        // And the other way round: it need not name what the caller has a name for.
        let silent = alice.flattened(&alice.header(), &b64u(PAYLOAD)).to_string();
        assert!(verify(&silent, &keys_of(&[&alice]), kids(&["alice"])).is_ok());
        // Where the caller knows her, nobody else's signature is hers.
        let both = keys_of(&[&alice.named("mallory"), &mallory.named("alice")]);
        assert!(verify(&posing, &both, kids(&["alice"])).is_ok());
        let error = verify(&posing, &both, kids(&["mallory"])).unwrap_err();
        assert_eq!(error, missing([Ok(())]));
    }
}

#[test]
fn unprotected_kid_that_is_changed_names_no_signer() {
    for [alice, _, carol] in trios() {
        let unprotected = UnprotectedHeader::new().with_kid_of_key();
        let header = Header::new();
        let document = JwsBuilder::new()
            .signature_with(&header, &unprotected, &carol.key)
            .flattened(PAYLOAD)
            .unwrap();
        let keys: KeySet<VerifyingKey> =
            [&carol, &Author::new(alice.name, alice.registry, carol.alg).named("alice")]
                .map(|author| author.key.verifying_key())
                .into_iter()
                .collect();
        assert!(verify(&document, &keys, SignedBy::kids(["carol"])).is_ok());

        let changed = document.replace("carol", "alice");

        assert_ne!(changed, document);
        let error = verify(&changed, &keys, SignedBy::kids(["alice"])).unwrap_err();
        assert_eq!(error, Error::InvalidSignature);
    }
}

#[test]
fn compact_token_has_one_signature_and_is_refused_where_two_must_be() {
    for [alice, bob, _] in trios() {
        let keys = keys_of(&[&alice, &bob]);
        let token = Jws::sign(PAYLOAD, &Header::new(), &alice.key).unwrap();
        let header = Header::new();
        let detached =
            JwsBuilder::new().signature(&header, &alice.key).detached().compact(PAYLOAD).unwrap();
        let check = |signers: SignedBy, expected: Option<Error>| {
            let policy = by(signers);
            let jws = Jws::verify(&token, &keys, &policy).err();
            let any = JwsJson::verify_any_form(&token, &keys, &policy).err();
            let signature = Jws::verify_detached(&detached, PAYLOAD, &keys, &policy).err();
            let chunks = Jws::verify_detached_from(&detached, PAYLOAD, &keys, &policy).err();
            assert_eq!([jws, any, signature, chunks], [(); 4].map(|()| expected.clone()));
        };

        for signers in
            [SignedBy::All, SignedBy::Any, SignedBy::AtLeast(1), SignedBy::kids(["alice"])]
        {
            check(signers, None);
        }
        for signers in
            [SignedBy::AtLeast(2), SignedBy::kids(["bob"]), SignedBy::kids(["alice", "bob"])]
        {
            check(signers, Some(missing([Ok(())])));
        }
    }
}

/// What can become of one signature of a document, beside being valid.
fn bad_entries(author: &Author) -> Vec<(Value, Option<JwsAlg>, Error)> {
    let payload = b64u(PAYLOAD);
    let entry = |members: Value| author.entry(&author.header_with(members), &payload);
    let alg = Some(author.alg);
    let unprotected = merged(
        author.entry(&json!({ "x": 1 }), &payload),
        json!({ "header": { "alg": author.alg.name() } }),
    );
    let nothing_protected = json!({
        "header": { "alg": author.alg.name() }, "signature": author.sign(&format!(".{payload}")),
    });
    let forged = merged(entry(json!({})), json!({ "signature": "AAAA" }));
    let unknown_alg = author.entry(&json!({ "alg": "XY512", "kid": "dave" }), &payload);
    let none = author.entry(&json!({ "alg": "none" }), &payload);
    let refused = |reason| Error::Refused(reason);
    vec![
        (unknown_alg, None, refused(Refused::UnknownAlgorithm)),
        (none, None, refused(Refused::UnknownAlgorithm)),
        (unprotected, None, refused(Refused::UnprotectedAlgorithm)),
        (nothing_protected, None, refused(Refused::UnprotectedAlgorithm)),
        (entry(json!({ "crit": ["x"], "x": 1 })), alg, refused(Refused::Critical)),
        (entry(json!({ "typ": "other" })), alg, refused(Refused::Type)),
        (entry(json!({ "b64": true })), alg, refused(Refused::UnencodedPayload)),
        (entry(json!({ "kid": "dave" })), alg, Error::UnknownKey),
        (forged, alg, Error::InvalidSignature),
    ]
}

#[test]
fn entry_that_josie_does_not_know_or_allow_never_counts_and_spoils_no_other() {
    for [alice, bob, carol] in trios() {
        let keys = keys_of(&[&alice, &bob]);
        let payload = b64u(PAYLOAD);
        let good = |author: &Author| author.entry(&author.header(), &payload);
        assert!(JwsJson::verify(&general(&payload, &[good(&alice)]), &keys, &policy()).is_ok());
        for (bad, alg, error) in bad_entries(&alice) {
            // The order of the outcomes is that of the document.
            for (at, entries) in [
                (0, [bad.clone(), good(&alice), good(&bob)]),
                (1, [good(&alice), bad.clone(), good(&bob)]),
                (2, [good(&bob), good(&alice), bad.clone()]),
            ] {
                let document = general(&payload, &entries);
                let mut expected = vec![Ok(()); 3];
                expected[at] = Err(error.clone());

                let all = verify(&document, &keys, SignedBy::All).unwrap_err();
                assert_eq!(all, missing(expected.clone()), "{bad}");
                let any = JwsJson::verify(&document, &keys, &by(SignedBy::Any)).unwrap();
                assert_eq!(outcomes(any.signatures()), expected);
                assert_eq!(any.signatures().outcomes()[at].alg(), alg);
                assert_eq!(any.signatures().valid().count(), 2);
                assert!(verify(&document, &keys, SignedBy::AtLeast(2)).is_ok());
                let three = verify(&document, &keys, SignedBy::AtLeast(3)).unwrap_err();
                assert_eq!(three, missing(expected));
            }
            // Alone it is refused by every policy, with its own error.
            for document in [
                general(&payload, std::slice::from_ref(&bad)),
                merged(bad, json!({ "payload": payload })).to_string(),
            ] {
                for signers in [SignedBy::All, SignedBy::Any, SignedBy::kids(["alice"])] {
                    assert_eq!(verify(&document, &keys, signers).unwrap_err(), error);
                }
            }
        }
        let twice = [good(&carol), good(&carol)];
        let error = verify(&general(&payload, &twice), &keys, SignedBy::Any).unwrap_err();
        assert_eq!(error, missing([Err(Error::UnknownKey), Err(Error::UnknownKey)]));
    }
}

#[test]
fn ambiguous_key_is_an_outcome_of_its_entry() {
    for [alice, bob, _] in trios() {
        let rivals = [Author::new(bob.name, bob.registry, bob.alg), bob];
        let payload = b64u(PAYLOAD);
        let entries = [&alice, &rivals[1]].map(|author| author.entry(&author.header(), &payload));
        let document = general(&payload, &entries);
        let keys = keys_of(&[&alice, &rivals[0], &rivals[1]]);

        let outcomes = verify(&document, &keys, SignedBy::Any).unwrap();

        assert_eq!(outcomes, [Ok(()), Err(Error::AmbiguousKey)]);
        let keys = keys.try_up_to(2);
        assert_eq!(verify(&document, &keys, SignedBy::All).unwrap(), [Ok(()), Ok(())]);
    }
}

#[test]
fn error_of_a_single_signature_is_that_of_a_compact_token() {
    for author in authors() {
        let header = Header::typed("example+jws");
        let stranger = match author.alg.kty() {
            josie::KeyType::Rsa => {
                Author::of(author.name, author.registry, author.alg, private_fixture("rsa3072"))
            }
            _ => Author::new(author.name, author.registry, author.alg),
        };
        let other = JwsAlg::ALL.iter().find(|alg| **alg != author.alg).unwrap();
        let wrong_alg = josie::Policy::signed(&[*other]).typ("example+jws").build().unwrap();
        let right = lax().typ("example+jws").build().unwrap();
        let builder = JwsBuilder::new().signature(&header, &author.key);
        for form in FORMS {
            let token = form.write(&builder, PAYLOAD).unwrap();
            let detached = form.write(&builder.clone().detached(), PAYLOAD).unwrap();
            for (keys, policy, expected) in [
                (author.keys(), &wrong_alg, Error::Refused(Refused::Algorithm)),
                (author.keys(), &policy(), Error::Refused(Refused::Type)),
                (keys_of(&[]), &right, Error::UnknownKey),
                (stranger.keys(), &right, Error::InvalidSignature),
                (keys_of(&[&author, &stranger]), &right, Error::AmbiguousKey),
            ] {
                let error = form.verify(&token, &keys, policy).unwrap_err();
                assert_eq!(error, expected, "{author} {form:?}");
                let error = form.verify_detached(&detached, PAYLOAD, &keys, policy).unwrap_err();
                assert_eq!(error, expected, "{author} {form:?}");
            }
            assert_eq!(form.verify(&token, &author.keys(), &right).unwrap(), PAYLOAD);
        }
    }
}

#[test]
fn policy_that_asks_for_nobody_is_not_built() {
    for signers in [SignedBy::AtLeast(0), SignedBy::kids([""; 0]), SignedBy::Kids(Vec::new())] {
        let built = lax().signed_by(signers).build();
        assert_eq!(built.unwrap_err(), PolicyError::NoSigner);
    }
    for signers in [SignedBy::AtLeast(1), SignedBy::kids(["a"]), SignedBy::Any, SignedBy::All] {
        assert!(lax().signed_by(signers).build().is_ok());
    }
}

#[test]
fn keys_that_cannot_be_enough_for_the_signers_are_told_at_start_up() {
    for [alice, bob, _] in trios() {
        let both = keys_of(&[&alice, &bob]);
        let (one, twice) = (keys_of(&[&alice]), keys_of(&[&alice, &alice.named("again")]));
        let kid = |author: &Author| author.key.kid().unwrap().to_owned();
        let named = SignedBy::kids([kid(&alice), kid(&bob)]);

        for signers in [SignedBy::AtLeast(2), named.clone()] {
            let policy = by(signers);
            assert_eq!(policy.check_keys(&both), Ok(()));
            for few in [&one, &twice] {
                assert_eq!(policy.check_keys(few), Err(PolicyError::SignersMissing));
            }
        }
        for signers in [SignedBy::All, SignedBy::Any] {
            assert_eq!(by(signers).check_keys(&one), Ok(()));
        }
        // A key that is bound to what the policy does not allow is nobody's.
        assert_ne!(alice.alg, bob.alg);
        for (algs, expected) in [
            (&[alice.alg][..], Err(PolicyError::SignersMissing)),
            (&[alice.alg, bob.alg][..], Ok(())),
        ] {
            let policy = Policy::signed(algs).signed_by(named.clone()).build().unwrap();
            assert_eq!(policy.check_keys(&both), expected);
        }
    }
}
