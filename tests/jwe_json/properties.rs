//! What is written is read as the same value, for any choice of form, recipients, headers, AAD and plaintext.

use std::collections::BTreeMap;

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::JweBuilder;
use josie::JweJson;
use josie::KeySet;
use josie::UnprotectedHeader;
use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use crate::by_hand::policy;
use crate::by_hand::sharing;
use crate::common::registries;
use crate::sealing::sealers;

/// Keys that may share a document, of one registry.
struct Keys {
    encrypting: Vec<EncryptionKey>,
    decrypting: Vec<DecryptionKey>,
}

fn all_keys() -> Vec<Keys> {
    let of = |name: &str| {
        let here = sharing(sealers()).into_iter();
        let here: Vec<_> = here
            .filter(|sealer| sealer.name == name && sealer.alg.min_iterations().is_none())
            .collect();
        Keys {
            encrypting: here.iter().map(|sealer| sealer.encryption_key()).collect(),
            decrypting: here.iter().map(|sealer| sealer.key()).collect(),
        }
    };
    registries().into_iter().map(|(name, _)| of(name)).collect()
}

/// Parameters whose names begin with `prefix`, so that those of two headers do not overlap.
fn params(prefix: &'static str) -> impl Strategy<Value = BTreeMap<String, Value>> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        vec(".{0,4}".prop_map(Value::from), 0..3).prop_map(Value::from),
    ];
    btree_map(".{0,6}".prop_map(move |name| format!("{prefix} {name}")), value, 0..4)
}

fn unprotected(params: &BTreeMap<String, Value>) -> UnprotectedHeader {
    params.iter().fold(UnprotectedHeader::new(), |header, (name, value)| {
        header.with_param(name, value.clone())
    })
}

fn assert_params<'v>(
    params: &BTreeMap<String, Value>,
    param: impl Fn(&str) -> Option<&'v Value>,
) -> Result<(), TestCaseError> {
    for (name, value) in params {
        prop_assert_eq!(param(name), Some(value));
    }
    Ok(())
}

#[derive(Clone, Debug)]
struct Addressee {
    key: Index,
    kid: Option<String>,
    has_kid_of_key: bool,
    own: BTreeMap<String, Value>,
}

fn addressee() -> impl Strategy<Value = Addressee> {
    (any::<Index>(), option::of(".{0,8}"), any::<bool>(), params("own"))
        .prop_map(|(key, kid, has_kid_of_key, own)| Addressee { key, kid, has_kid_of_key, own })
}

#[test]
fn what_is_written_is_read_as_the_same_value() {
    let registries = all_keys();
    let config = ProptestConfig::with_cases(48);
    proptest!(config, |(
        plaintext in vec(any::<u8>(), 0..600),
        aad in option::of(vec(any::<u8>(), 0..60)),
        protected in params("protected"),
        shared in params("shared"),
        addressees in vec(addressee(), 1..6),
        form: bool,
        typ in option::of("[a-z]{1,8}"),
    )| {
        for keys in &registries {
            let encrypting: Vec<EncryptionKey> = addressees.iter().enumerate().map(|(index, one)| {
                let key = one.key.get(&keys.encrypting).clone();
                // A name of its own, so that one key opens as one recipient only.
                one.kid.as_ref().map_or(key.clone(), |kid| key.with_kid(format!("{index} {kid}")))
            }).collect();
            let own: Vec<UnprotectedHeader> = addressees.iter().map(|one| {
                let header = unprotected(&one.own);
                if one.has_kid_of_key { header.with_kid_of_key() } else { header }
            }).collect();
            let header = typ.as_ref().map_or(Header::new(), Header::typed);
            let header = protected.iter().fold(header, |header, (name, value)| {
                header.with_param(name, value.clone())
            });
            let shared_header = unprotected(&shared);
            let mut builder = JweBuilder::new(&header).shared_unprotected(&shared_header);
            if let Some(aad) = &aad {
                builder = builder.aad(aad);
            }
            for (own, key) in own.iter().zip(&encrypting) {
                builder = builder.recipient_with(own, key);
            }

            let document = if form && encrypting.len() == 1 {
                builder.flattened(&plaintext).unwrap()
            } else {
                builder.general(&plaintext).unwrap()
            };

            let any_type = josie::Policy::encrypted(josie::JweAlg::ALL, josie::JweEnc::ALL);
            let any_type = any_type.typ(josie::Expect::Any).build().unwrap();
            for (one, key) in addressees.iter().zip(&encrypting) {
                let decrypting = one.key.get(&keys.decrypting).clone();
                let decrypting = key.kid().map_or(decrypting.clone(), |kid| decrypting.with_kid(kid));
                let set = KeySet::from(decrypting);
                let jwe = JweJson::decrypt(&document, &set, &any_type).unwrap();

                prop_assert_eq!(jwe.plaintext(), &plaintext[..]);
                prop_assert_eq!(jwe.aad(), aad.as_deref().filter(|aad| !aad.is_empty()));
                prop_assert_eq!((jwe.alg(), jwe.enc()), (key.alg(), key.enc()));
                prop_assert_eq!(jwe.header().typ(), typ.as_deref());
                assert_params(&protected, |name| jwe.header().param(name))?;
                assert_params(&shared, |name| jwe.shared_unprotected().param(name))?;
                let named = &addressees[jwe.recipient()];
                assert_params(&named.own, |name| jwe.unprotected().param(name))?;
                prop_assert_eq!(jwe.kid(), encrypting[jwe.recipient()].kid());
                if key.kid().is_some() {
                    prop_assert_eq!(jwe.key_kid(), key.kid());
                }
            }
        }
    });
}

#[test]
fn any_text_is_read_or_refused_without_a_panic() {
    let keys: KeySet<DecryptionKey> =
        all_keys().into_iter().flat_map(|keys| keys.decrypting).collect();
    let keys = keys.try_up_to(8);
    let member = prop_oneof![
        "[A-Za-z0-9_-]{0,8}".prop_map(Value::from),
        Just(Value::from("eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4R0NNIn0")),
        params("x").prop_map(|members| members.into_iter().collect()),
        Just(serde_json::json!([{"header": {"alg": "A128KW"}}, {}])),
        Just(Value::Null),
    ];
    let name = proptest::sample::select(vec![
        "protected",
        "unprotected",
        "header",
        "encrypted_key",
        "recipients",
        "aad",
        "iv",
        "ciphertext",
        "tag",
        "x",
    ]);
    proptest!(|(members in btree_map(name.prop_map(str::to_owned), member, 0..10), cut: Index)| {
        let document = Value::Object(members.into_iter().collect()).to_string();
        let cut = document.get(..cut.index(document.len())).unwrap_or_default();
        for text in [&document, cut] {
            // There is no tag that fits.
            match JweJson::decrypt(text, &keys, &policy()).unwrap_err() {
                Error::Malformed(_)
                | Error::Refused(_)
                | Error::UnknownKey
                | Error::AmbiguousKey
                | Error::DecryptionFailed => {}
                error => prop_assert!(false, "{error:?}"),
            }
        }
    });
}
