//! Properties of encrypted tokens, over generated plaintexts, headers and changes, for every key management
//! algorithm and every curve of every registry.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "common/mod.rs"]
mod common;
// The tokens that can be taken apart.
#[path = "attacks_jwe/sealing.rs"]
#[allow(dead_code)]
mod sealing;

use std::collections::BTreeMap;

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::Part;
use josie::Policy;
use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::sealers;

/// Whom tokens are for. The key is bound once, since that takes longer than a decryption.
struct Recipient {
    sealer: Sealer,
    key: DecryptionKey,
    keys: KeySet<DecryptionKey>,
    policy: Policy,
}

impl Recipient {
    fn new(sealer: Sealer) -> Self {
        let key = sealer.key();
        let keys = KeySet::from(key.clone());
        let policy = Policy::encrypted(&[sealer.alg], JweEnc::ALL).build().unwrap();
        Self { sealer, key, keys, policy }
    }

    fn decrypt(&self, token: &str) -> Result<Jwe, Error> {
        Jwe::decrypt(token, &self.keys, &self.policy)
    }

    /// The content encryption algorithms that the key can be used with.
    fn encs(&self) -> Vec<JweEnc> {
        let is_usable = |enc: &&JweEnc| self.key.encryption_key(**enc).is_ok();
        JweEnc::ALL.iter().filter(is_usable).copied().collect()
    }
}

fn recipients() -> Vec<Recipient> {
    sealers().into_iter().map(Recipient::new).collect()
}

/// One recipient for every content encryption algorithm of every registry.
fn direct_recipients() -> Vec<Recipient> {
    let mut recipients = Vec::new();
    for (name, registry) in registries() {
        for enc in JweEnc::ALL.iter().copied() {
            if registry.content_encryption(enc).is_some() {
                let material = KeyMaterial::oct(vec![0x5a; enc.key_len()]);
                let alg = JweAlg::Dir;
                recipients.push(Recipient::new(Sealer { name, registry, alg, enc, material }));
            }
        }
    }
    recipients
}

/// Header parameters by names that nobody else uses. No fractions: without more features of its own `serde_json`
/// may change them a little when it reads.
fn params() -> impl Strategy<Value = BTreeMap<String, Value>> {
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
    btree_map(".{0,8}".prop_map(|name| format!("x {name}")), value, 0..5)
}

#[test]
fn any_plaintext_and_header_are_read_as_they_were_written() {
    let recipients = recipients();
    let config = ProptestConfig::with_cases(16);
    proptest!(config, |(
        plaintext in vec(any::<u8>(), 0..4096),
        params in params(),
        kid in option::of(".{0,20}"),
        enc: Index,
    )| {
        for recipient in &recipients {
            let mut key = recipient.key.clone();
            if let Some(kid) = &kid {
                key = key.with_kid(kid);
            }
            let enc = *enc.get(&recipient.encs());

            let token = if recipient.sealer.alg.min_iterations().is_some() {
                // By hand, since josie makes no token with few iterations.
                let mut draft = Sealer { enc, ..recipient.sealer.clone() }.draft();
                if let Some(kid) = &kid {
                    draft = draft.with("kid", kid.as_str().into());
                }
                for (name, value) in &params {
                    draft = draft.with(name, value.clone());
                }
                draft.plaintext(&plaintext[..]).compact()
            } else {
                let header = params.iter().fold(Header::new(), |header, (name, value)| {
                    header.with_param(name, value.clone())
                });
                Jwe::encrypt(&plaintext, &header, &key.encryption_key(enc).unwrap()).unwrap()
            };
            let jwe = Jwe::decrypt(&token, &KeySet::from(key), &recipient.policy).unwrap();

            prop_assert_eq!(jwe.plaintext(), &plaintext[..]);
            prop_assert_eq!((jwe.alg(), jwe.enc()), (recipient.sealer.alg, enc));
            prop_assert_eq!(jwe.kid(), kid.as_deref());
            for (name, value) in &params {
                prop_assert_eq!(jwe.header().param(name), Some(value));
            }
        }
    });
}

#[test]
fn token_with_any_octet_changed_is_refused() {
    let tokens: Vec<(Recipient, Token)> = recipients()
        .into_iter()
        .chain(direct_recipients())
        .map(|recipient| {
            let token = recipient.sealer.draft().seal();
            (recipient, token)
        })
        .collect();
    let config = ProptestConfig::with_cases(32);
    for (recipient, token) in &tokens {
        assert_eq!(recipient.decrypt(&token.compact()).unwrap().plaintext(), PLAINTEXT);
    }
    proptest!(config, |(at: Index, change in 1..=u8::MAX)| {
        for (recipient, token) in &tokens {
            let mut changed = token.clone();
            let parts = [
                &mut changed.encrypted_key,
                &mut changed.iv,
                &mut changed.ciphertext,
                &mut changed.tag,
            ];
            for part in parts.into_iter().filter(|part| !part.is_empty()) {
                let len = part.len();
                part[at.index(len)] ^= change;
            }
            // One at a time: each part of the changed token in the place of the honest one.
            for hostile in [
                Token { encrypted_key: changed.encrypted_key, ..token.clone() },
                Token { iv: changed.iv, ..token.clone() },
                Token { ciphertext: changed.ciphertext, ..token.clone() },
                Token { tag: changed.tag, ..token.clone() },
            ] {
                let hostile = hostile.compact();
                if hostile != token.compact() {
                    let error = recipient.decrypt(&hostile).unwrap_err();
                    prop_assert_eq!(error, Error::DecryptionFailed);
                }
            }
        }
    });
}

#[test]
fn token_with_any_octet_of_its_header_changed_is_refused() {
    let config = ProptestConfig::with_cases(64);
    let drafts: Vec<_> = recipients()
        .into_iter()
        .map(|recipient| {
            let draft = recipient.sealer.draft();
            (recipient, draft)
        })
        .collect();
    proptest!(config, |(at: Index, change in 1..=u8::MAX)| {
        for (recipient, draft) in &drafts {
            let token = draft.seal();
            let mut header = draft.header.clone().into_bytes();
            let len = header.len();
            header[at.index(len)] ^= change;

            let hostile = Token { header: sealing::b64u(header), ..token };

            match recipient.decrypt(&hostile.compact()).unwrap_err() {
                Error::Malformed(_) | Error::Refused(_) | Error::DecryptionFailed => {}
                // A digit of `p2c`.
                Error::Limit(Limit::Iterations) => {
                    prop_assert!(recipient.sealer.alg.min_iterations().is_some());
                }
                error => prop_assert!(false, "{error:?}"),
            }
        }
    });
}

#[test]
fn token_cut_anywhere_is_refused() {
    for recipient in recipients() {
        let token = recipient.sealer.draft().compact();
        assert_eq!(recipient.decrypt(&token).unwrap().plaintext(), PLAINTEXT);

        for end in 0..token.len() {
            let cut = &token[..end];

            let error = recipient.decrypt(cut).unwrap_err();

            match cut.matches('.').count() {
                4 if error == Error::DecryptionFailed => {}
                4 => assert_eq!(error, Error::Malformed(Malformed::Base64url(Part::Tag))),
                _ => assert_eq!(error, Error::Malformed(Malformed::JweParts)),
            }
        }
    }
}

#[test]
fn parts_of_two_tokens_for_one_key_make_no_third() {
    for recipient in recipients() {
        let [left, right] = [0, 1].map(|_| recipient.sealer.draft().compact());
        let [of_left, of_right] = [&left, &right].map(|token| token.split('.').collect::<Vec<_>>());
        for choice in 0..32 {
            let parts: Vec<&str> = (0..5)
                .map(
                    |index| if choice >> index & 1 == 0 { of_left[index] } else { of_right[index] },
                )
                .collect();
            let mixed = parts.join(".");

            let outcome = recipient.decrypt(&mixed);

            if mixed == left || mixed == right {
                assert_eq!(outcome.unwrap().plaintext(), PLAINTEXT);
            } else {
                assert_eq!(outcome.unwrap_err(), Error::DecryptionFailed);
            }
        }
    }
}

#[test]
fn plaintext_of_every_length_around_a_block_is_padded_and_read() {
    for recipient in direct_recipients() {
        let enc = recipient.sealer.enc;
        for len in 0..=100 {
            let plaintext = vec![0x10; len];

            let token = recipient.sealer.draft().plaintext(&plaintext[..]).seal();

            // RFC 7518 section 5.2.2.1: PKCS #7 padding has at least one octet; AES-GCM has none.
            let padded = if JweEnc::GCM.contains(&enc) { len } else { (len / 16 + 1) * 16 };
            assert_eq!(token.ciphertext.len(), padded, "{enc}");
            let jwe = recipient.decrypt(&token.compact()).unwrap();
            assert_eq!(jwe.plaintext(), plaintext, "{enc}");
        }
    }
}
