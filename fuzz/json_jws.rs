//! The JSON serializations of JWS: their structure, and that a document means the same however its JSON is written.

use std::sync::LazyLock;

use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeySet;
use josie::Limits;
use josie::Policy;
use josie::SignedBy;
use josie::SigningKey;
use josie::UnprotectedHeader;
use josie::UnverifiedJws;
use josie::UnverifiedJwsJson;
use serde_json::Value;
use serde_json::json;

/// Any text as a document; then an honest document, changed where the input says so: it must not verify any more, unless
/// the change is one that the JSON around the signatures allows.
///
/// The input of the second: how many changes modulo 4, three octets for each, the payload.
pub fn jws_json(input: &[u8]) {
    if let Ok(text) = str::from_utf8(input) {
        structure(text);
    }
    let [changes, rest @ ..] = input else {
        return;
    };
    if let Some((changes, payload)) = rest.split_at_checked(usize::from(changes % 4) * 3) {
        verify_changed(payload, changes);
    }
}

/// Whatever is accepted is accepted again as other JSON: compact, with its members in another order, and in the other
/// form where it has one signature.
pub fn jws_json_again(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(first) = UnverifiedJwsJson::parse(text, &Limits::default()) else {
        return;
    };
    let value: Value = serde_json::from_str(text).unwrap();
    for again in [Some(value.to_string()), other_form(&value)].into_iter().flatten() {
        let second = UnverifiedJwsJson::parse(&again, &Limits::default()).unwrap();
        assert_eq!(second.signatures().count(), first.signatures().count());
        let entries = entries(&value);
        for ((one, other), entry) in first.signatures().zip(second.signatures()).zip(entries) {
            assert_eq!(one.alg(), other.alg());
            assert_eq!(one.kid(), other.kid());
            assert_eq!(one.header(), other.header());
            for name in entry["header"].as_object().into_iter().flat_map(|header| header.keys()) {
                assert_eq!(one.unprotected().param(name), other.unprotected().param(name));
            }
        }
        match (verify(text), verify(&again)) {
            (Ok(one), Ok(other)) => assert_eq!(one.payload(), other.payload()),
            (Err(one), Err(other)) => assert_eq!(one, other),
            (one, other) => panic!("{one:?} {other:?}"),
        }
    }
}

fn structure(text: &str) {
    let any_form = JwsJson::verify_any_form(text, &KEYS, &POLICY);
    let Ok(unverified) = UnverifiedJwsJson::parse(text, &Limits::default()) else {
        return;
    };
    assert!(UnverifiedJws::parse(text, &Limits::default()).is_err());
    let signatures = unverified.signatures().count();
    assert!((1..=Limits::default().signatures()).contains(&signatures));
    assert!(!format!("{unverified:?}").is_empty());
    match (verify(text), any_form) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one.payload(), other.payload());
            assert_eq!(one.signatures().outcomes().len(), signatures);
            assert!(one.signatures().valid().count() > 0);
        }
        (Err(one), Err(other)) => {
            assert_eq!(one, other);
            if let Error::SignersMissing(outcomes) = one {
                assert_eq!(outcomes.len(), signatures);
            }
        }
        (one, other) => panic!("{one:?} {other:?}"),
    }
}

fn verify_changed(payload: &[u8], changes: &[u8]) {
    let unprotected = UnprotectedHeader::new().with_param("note", "made for the tests");
    let builder = JwsBuilder::new().signature_with(&HEADER, &unprotected, &KEY);
    let honest = builder.flattened(payload).unwrap();
    let mut changed = honest.as_bytes().to_vec();
    for [high, low, octet] in changes.as_chunks().0 {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % changed.len();
        changed[at] = *octet;
    }
    let Ok(changed) = String::from_utf8(changed) else {
        return;
    };
    if let Ok(jws) = verify(&changed) {
        assert_eq!(jws.payload(), payload);
        assert!(jws.signatures().valid().all(|signature| *signature.header() == *HEADER));
    }
}

fn verify(document: &str) -> Result<JwsJson, Error> {
    JwsJson::verify(document, &KEYS, &POLICY)
}

/// The signatures of a document in either form.
fn entries(document: &Value) -> Vec<&Value> {
    match document["signatures"].as_array() {
        Some(entries) => entries.iter().collect(),
        None => vec![document],
    }
}

/// The general form of a flattened document, and the flattened one of a general one with one signature.
fn other_form(document: &Value) -> Option<String> {
    let [entry] = entries(document)[..] else {
        return None;
    };
    let members = ["protected", "header", "signature"].into_iter();
    let entry: Value =
        members.filter_map(|name| Some((name.to_owned(), entry.get(name)?.clone()))).collect();
    let mut other = match document.get("signatures") {
        Some(_) => entry,
        None => json!({ "signatures": [entry] }),
    };
    if let Some(payload) = document.get("payload") {
        other["payload"] = payload.clone();
    }
    Some(other.to_string())
}

static HEADER: LazyLock<Header> = LazyLock::new(|| Header::typed("fuzz"));

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_secret(&[7; 32], JwsAlg::Hs256).unwrap().with_kid("fuzz"));

static KEYS: LazyLock<KeySet<josie::VerifyingKey>> =
    LazyLock::new(|| KeySet::from(KEY.verifying_key()));

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let policy = Policy::signed(&[JwsAlg::Hs256]).typ(josie::Expect::Any);
    policy.signed_by(SignedBy::Any).allow_unencoded().build().unwrap()
});
