//! Several recipients: who is passed over, which error is reported, and how much work a document can ask for.

use josie::DecryptionKey;
use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JweJson;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Password;
use josie::Policy;
use josie::Refused;
use josie::Registry;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::assert_opens;
use crate::by_hand::decrypt;
use crate::by_hand::error;
use crate::by_hand::sharing;
use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::random;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

const PASSWORDS: [JweAlg; 3] =
    [JweAlg::Pbes2Hs256A128Kw, JweAlg::Pbes2Hs384A192Kw, JweAlg::Pbes2Hs512A256Kw];

/// A shared key of its own for this algorithm.
fn shared(registry: Registry, name: &'static str, alg: JweAlg) -> Sealer {
    let material = KeyMaterial::oct(random(&registry, alg.kek_len().unwrap()));
    Sealer { name, registry, alg, enc: JweEnc::A128Gcm, material }
}

#[test]
fn recipients_with_unknown_or_forbidden_algorithms_or_other_keys_are_passed_over() {
    for sealer in sharing(sealers()) {
        let by_hand = ByHand::new(&[&sealer, &sealer, &sealer, &sealer])
            .own(0, "alg", json!("RSA1_5"))
            .own(1, "alg", json!("A192KW"))
            .own(2, "kid", json!("theirs"))
            .own(3, "kid", json!("mine"));
        let algs = [sealer.alg];
        let policy = Policy::encrypted(&algs, JweEnc::ALL).build().unwrap();
        let keys = KeySet::from(sealer.key().with_kid("mine"));
        let document = by_hand.general().to_string();
        if sealer.alg == JweAlg::A192Kw {
            continue;
        }

        let jwe = JweJson::decrypt(&document, &keys, &policy).unwrap();

        assert_eq!((jwe.recipient(), jwe.plaintext()), (3, PLAINTEXT));
        let mut without = by_hand.clone();
        without.recipients.pop();
        let error = JweJson::decrypt(&without.general().to_string(), &keys, &policy).unwrap_err();
        assert_eq!(error, Error::UnknownKey);
    }
}

/// What becomes of one recipient, from the one that comes furthest.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Fails,
    NoEnc,
    Ambiguous,
    NoKey,
    Forbidden,
    Unknown,
}

impl Fate {
    const ALL: [Self; 6] =
        [Self::Fails, Self::NoEnc, Self::Ambiguous, Self::NoKey, Self::Forbidden, Self::Unknown];

    fn error(self) -> Error {
        match self {
            Self::Fails => Error::DecryptionFailed,
            Self::NoEnc => Error::Refused(Refused::UnsupportedEncryption),
            Self::Ambiguous => Error::AmbiguousKey,
            Self::NoKey => Error::UnknownKey,
            Self::Forbidden => Error::Refused(Refused::Algorithm),
            Self::Unknown => Error::Refused(Refused::UnknownAlgorithm),
        }
    }
}

#[test]
fn error_is_that_of_the_recipient_that_came_furthest() {
    for (name, registry) in registries() {
        let sealer = shared(registry, name, JweAlg::A128Kw);
        let other = shared(registry, name, JweAlg::A256Kw);
        let bare = Registry { content_encryption: &[], ..registry };
        let key = |registry: Registry, kid: &str| {
            Sealer { registry, ..sealer.clone() }.key().with_kid(kid)
        };
        let keys: KeySet<_> = [
            shared(registry, name, JweAlg::A128Kw).key().with_kid("fails"),
            key(bare, "no enc"),
            key(registry, "twice"),
            key(registry, "twice"),
            key(registry, "good"),
        ]
        .into_iter()
        .collect();
        let policy = Policy::encrypted(&[JweAlg::A128Kw], JweEnc::ALL).build().unwrap();
        let member = |by_hand: ByHand, index: usize, fate: Fate| match fate {
            Fate::Fails => by_hand.own(index, "kid", json!("fails")),
            Fate::NoEnc => by_hand.own(index, "kid", json!("no enc")),
            Fate::Ambiguous => by_hand.own(index, "kid", json!("twice")),
            Fate::NoKey => by_hand.own(index, "kid", json!("nobody")),
            Fate::Forbidden => by_hand.own(index, "alg", json!(other.alg.name())),
            Fate::Unknown => by_hand.own(index, "alg", json!("RSA1_5")),
        };
        let open = |document: Value| {
            JweJson::decrypt(&document.to_string(), &keys, &policy).map(|jwe| jwe.recipient())
        };
        for (distance, furthest) in Fate::ALL.into_iter().enumerate() {
            let alone = member(ByHand::new(&[&sealer]), 0, furthest);
            assert_eq!(open(alone.general()), Err(furthest.error()));
            assert_eq!(open(alone.flattened()), Err(furthest.error()));
            for nearer in &Fate::ALL[distance..] {
                for (first, second) in [(furthest, *nearer), (*nearer, furthest)] {
                    let by_hand = ByHand::new(&[&sealer, &sealer, &sealer]);
                    let by_hand = member(member(by_hand, 0, first), 1, second);
                    let honest = by_hand.clone().own(2, "kid", json!("good"));
                    let hostile = member(by_hand, 2, second);

                    assert_eq!(open(honest.general()), Ok(2), "{first:?} {second:?}");
                    let outcome = open(hostile.general());
                    assert_eq!(outcome, Err(furthest.error()), "{first:?} {second:?}");
                }
            }
        }
    }
}

#[test]
fn algorithm_for_one_recipient_stands_alone_whether_it_is_allowed_or_not() {
    let malformed = Error::Malformed(Malformed::NotTheOnlyRecipient);
    for sealer in sharing(sealers()) {
        let honest = ByHand::new(&[&sealer, &sealer]);
        assert_opens(&sealer, &honest.general());
        let policy = Policy::encrypted(&[sealer.alg], JweEnc::ALL).build().unwrap();
        let keys = KeySet::from(sealer.key());
        for alg in ["dir", "ECDH-ES"] {
            for index in [0, 1] {
                let mut hostile = honest.clone();
                hostile.recipients[index].header =
                    [("alg".to_owned(), json!(alg))].into_iter().collect();
                hostile.recipients[index].encrypted_key.clear();
                let document = hostile.general().to_string();

                let error = JweJson::decrypt(&document, &keys, &policy).unwrap_err();

                assert_eq!(error, malformed, "{alg} {index}");
            }
        }
    }
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::EcdhEs]) {
        let mut by_hand = ByHand::new(&[&sealer]);
        assert_opens(&sealer, &by_hand.general());
        by_hand.recipients.push(by_hand.recipients[0].clone());
        assert_eq!(error(&sealer, &by_hand.general()), malformed);
        // One `alg` for all, in the shared header.
        by_hand.shared = by_hand.recipients[0].header.clone();
        by_hand.recipients.iter_mut().for_each(|recipient| recipient.header.clear());
        assert_eq!(error(&sealer, &by_hand.general()), malformed);
    }
}

#[test]
fn recipients_are_counted_before_any_of_them_is_read() {
    for sealer in sharing(sealers()) {
        let by_hand = ByHand::new(&[&sealer; 16]);
        let mut document = by_hand.general();
        let algs = [sealer.alg];
        let keys = KeySet::from(sealer.key());
        let limits = Limits::default().with_iterations(1, 16_000);
        let policy = Policy::encrypted(&algs, JweEnc::ALL).limits(limits).build().unwrap();
        let open = |document: &Value| {
            JweJson::decrypt(&document.to_string(), &keys, &policy).map(|jwe| jwe.recipient())
        };
        assert_eq!(open(&document), Ok(0));

        let recipients = document["recipients"].as_array_mut().unwrap();
        recipients.push(json!("not read"));
        assert_eq!(open(&document), Err(Error::Limit(Limit::Recipients)));
        let recipients = document["recipients"].as_array_mut().unwrap();
        recipients.remove(0);
        assert_eq!(open(&document), Err(Error::Malformed(Malformed::MemberType("recipients"))));
    }
}

#[test]
fn iterations_of_all_tries_of_all_recipients_count_together() {
    for sealer in sealers_with(&PASSWORDS) {
        let document = ByHand::new(&[&sealer, &sealer, &sealer]).general();
        let wrong = Password::new("another that was made for the tests").unwrap();
        let wrong = DecryptionKey::for_password(&wrong, sealer.alg, &sealer.registry).unwrap();
        let one: KeySet<_> = KeySet::from(sealer.key());
        let two: KeySet<_> = [wrong.clone(), sealer.key()].into_iter().collect();
        let open = |keys: &KeySet<DecryptionKey>, max: u32| {
            let limits = Limits::default().with_iterations(1000, max);
            let policy = Policy::encrypted(&[sealer.alg], JweEnc::ALL).limits(limits);
            let policy = policy.build().unwrap();
            JweJson::decrypt(&document.to_string(), keys, &policy).map(|jwe| jwe.recipient())
        };
        let limit = Err(Error::Limit(Limit::Iterations));

        assert_eq!(open(&one, 3000), Ok(0));
        assert_eq!(open(&one, 2999), limit);
        assert_eq!(open(&two.clone().try_up_to(2), 6000), Ok(0));
        assert_eq!(open(&two.try_up_to(2), 5999), limit);
        // Of nobody's key, nothing is asked.
        let others = KeySet::from(wrong.with_kid("other"));
        let named = ByHand::new(&[&sealer, &sealer]).own(0, "kid", json!("other"));
        let named = named.own(1, "kid", json!("another")).general().to_string();
        let limits = Limits::default().with_iterations(1000, 1000);
        let policy = Policy::encrypted(&[sealer.alg], JweEnc::ALL).limits(limits);
        let error = JweJson::decrypt(&named, &others, &policy.build().unwrap()).unwrap_err();
        assert_eq!(error, Error::DecryptionFailed);
    }
}

#[test]
fn passwords_and_keys_share_a_document_and_only_passwords_count() {
    for (name, registry) in registries() {
        let key = shared(registry, name, JweAlg::A256Kw);
        for password in sealers_with(&PASSWORDS).into_iter().filter(|one| one.name == name) {
            let document = ByHand::new(&[&password, &key, &password]).general();
            let limits = Limits::default().with_iterations(1000, 1000);
            let policy = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).limits(limits);
            let policy = policy.build().unwrap();
            let open = |keys: KeySet<DecryptionKey>| {
                JweJson::decrypt(&document.to_string(), &keys, &policy).map(|jwe| jwe.recipient())
            };

            assert_eq!(open(KeySet::from(key.key())), Ok(1));
            let both = [key.key(), password.key()].into_iter().collect();
            assert_eq!(open(both), Err(Error::Limit(Limit::Iterations)));
        }
    }
}

#[test]
fn iterations_beyond_the_limits_stop_their_own_recipient_and_no_other() {
    for (name, registry) in registries() {
        let key = shared(registry, name, JweAlg::A256Kw);
        for password in sealers_with(&PASSWORDS).into_iter().filter(|one| one.name == name) {
            let honest = ByHand::new(&[&password, &key]);
            let both = || [password.key(), key.key()];
            assert_eq!(decrypt(&honest.general(), [password.key()]).unwrap().recipient(), 0);
            assert_eq!(decrypt(&honest.general(), both()).unwrap().recipient(), 0);

            for count in [json!(0), json!(999), json!(1_200_001), json!(u64::MAX)] {
                let hostile = honest.clone().own(0, "p2c", count).general();
                let refused = decrypt(&hostile, [password.key()]).unwrap_err();
                assert_eq!(refused, Error::Limit(Limit::Iterations));
                assert_eq!(decrypt(&hostile, [key.key()]).unwrap().recipient(), 1);
                assert_eq!(decrypt(&hostile, both()).unwrap().recipient(), 1);
                // Whoever cannot decrypt was tried, which is further than not to be.
                let stranger = shared(registry, name, JweAlg::A256Kw).key();
                let failed = decrypt(&hostile, [password.key(), stranger]).unwrap_err();
                assert_eq!(failed, Error::DecryptionFailed);
            }
        }
    }
}

#[test]
fn several_keys_are_tried_for_each_recipient_only_where_that_is_allowed() {
    for sealer in sharing(sealers()) {
        let document = ByHand::new(&[&sealer, &sealer]).general();
        let keys = || [sealer.key().with_kid("a"), sealer.key().with_kid("b")];
        assert_eq!(decrypt(&document, keys()).unwrap_err(), Error::AmbiguousKey);

        let keys: KeySet<_> = keys().into_iter().collect();
        let jwe =
            JweJson::decrypt(&document.to_string(), &keys.try_up_to(2), &crate::by_hand::policy());

        assert_eq!(jwe.unwrap().key_kid(), Some("a"));
    }
    // A key that fails leaves the content to the next one, be it for the only recipient or the last.
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let stranger = shared(sealer.registry, sealer.name, sealer.alg);
        let keys = [stranger.key().with_kid("a"), sealer.key().with_kid("b")];
        let keys = keys.into_iter().collect::<KeySet<_>>().try_up_to(2);
        let (one, other) = (ByHand::new(&[&sealer]), ByHand::new(&[&stranger]));
        let mut theirs_first = ByHand::new(&[&sealer, &sealer]);
        theirs_first.recipients[0].encrypted_key = other.recipients[0].encrypted_key.clone();
        let policy = crate::by_hand::policy();
        for (document, place) in [(one.general(), 0), (theirs_first.general(), 1)] {
            let jwe = JweJson::decrypt(&document.to_string(), &keys, &policy).unwrap();
            assert_eq!((jwe.recipient(), jwe.key_kid()), (place, Some("b")));
            assert_eq!(jwe.plaintext(), PLAINTEXT);
        }
    }
}

#[test]
fn document_in_which_one_recipient_has_no_algorithm_is_malformed() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let by_hand = ByHand::new(&[&sealer, &sealer]);
        assert!(decrypt(&by_hand.general(), [sealer.key()]).is_ok());
        for index in 0..2 {
            let mut hostile = by_hand.clone();
            hostile.recipients[index].header.remove("alg").unwrap();

            let error = decrypt(&hostile.general(), [sealer.key()]).unwrap_err();

            assert_eq!(error, Error::Malformed(Malformed::MissingAlg), "{index}");
        }
    }
}

#[test]
fn document_without_any_known_algorithm_is_refused_where_it_is_parsed() {
    let parse = |document: &Value| {
        let text = document.to_string();
        josie::EncryptedJweJson::parse(&text, &Limits::default())
            .map(|jwe| jwe.recipients().count())
    };
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let one_unknown = ByHand::new(&[&sealer, &sealer]).own(0, "alg", json!("RSA1_5"));
        assert_eq!(parse(&one_unknown.general()).unwrap(), 2);

        let unknown = one_unknown.own(1, "alg", json!("a128kw"));

        let error = parse(&unknown.general()).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::UnknownAlgorithm));
    }
}

#[test]
fn key_whose_registry_lacks_the_content_encryption_does_not_stop_another_that_has_it() {
    for (name, registry) in registries() {
        let sealer = shared(registry, name, JweAlg::A128Kw);
        let bare = Registry { content_encryption: &[], ..registry };
        let unable = Sealer { registry: bare, ..sealer.clone() }.key();
        let document = ByHand::new(&[&sealer]).general().to_string();
        let policy = Policy::encrypted(&[JweAlg::A128Kw], JweEnc::ALL).build().unwrap();
        let decrypt = |keys: Vec<DecryptionKey>| {
            let keys = keys.into_iter().collect::<KeySet<_>>().try_up_to(2);
            JweJson::decrypt(&document, &keys, &policy).map(|jwe| jwe.plaintext().to_vec())
        };

        let unsupported = Error::Refused(Refused::UnsupportedEncryption);
        assert_eq!(decrypt(vec![unable.clone(), unable.clone()]), Err(unsupported));
        assert_eq!(decrypt(vec![unable.clone(), sealer.key()]).as_deref(), Ok(PLAINTEXT));
        assert_eq!(decrypt(vec![sealer.key(), unable]).as_deref(), Ok(PLAINTEXT));
    }
}
