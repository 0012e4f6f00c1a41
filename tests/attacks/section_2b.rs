//! Section II: `kid`, which selects a key and does nothing else.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::Error;
use josie::GenerateInput;
use josie::InvalidSignature;
use josie::Jwk;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SignatureAlgorithm;
use josie::Signer;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::Verifier;
use josie::VerifyInput;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::authors::HMAC_ALGS;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::fixture_text;
use crate::authors::private_fixture;
use crate::authors::verify;
use crate::common::registries;

const KIDS: [&str; 14] = [
    "../../../../dev/null",
    "/dev/null",
    "/proc/sys/kernel/randomize_va_space",
    "C:\\Windows\\win.ini",
    "x' UNION SELECT 'k",
    "x\"; DROP TABLE keys; --",
    "*)(uid=*))(|(uid=*",
    "$(reboot)",
    "`reboot`|reboot",
    "\r\nINFO forged",
    "\u{1b}[2J\u{202e}",
    "key\0",
    "${jndi:ldap://host/a}",
    "",
];

#[test]
fn a27_kid_that_is_code_or_a_path_is_a_name_like_any_other() {
    for author in authors_with(JwsAlg::Hs256) {
        for kid in KIDS {
            let key = author.verifying_key();
            for secret in [&b""[..], b"\0", b"k", kid.as_bytes()] {
                let token = author.with_secret(secret, JwsAlg::Hs256).honest_with_kid(kid);
                for (keys, expected) in [
                    (key.clone().with_kid("a"), Error::UnknownKey),
                    (key.clone(), Error::InvalidSignature),
                    (key.clone().with_kid(kid), Error::InvalidSignature),
                ] {
                    let result = verify(&token, &KeySet::from(keys), JwsAlg::ALL);
                    assert_eq!(result, Err(expected), "{author}: {kid:?}");
                }
            }
            let own = KeySet::from(key.with_kid(kid));
            let honest = verify(&author.honest_with_kid(kid), &own, JwsAlg::ALL);
            assert_eq!(honest, Ok(()), "{author}: {kid:?}");
        }
    }
}

#[test]
fn a27_kid_does_not_reach_a_log_as_it_is() {
    for author in authors_with(JwsAlg::Hs256) {
        for kid in KIDS.into_iter().filter(|kid| kid.len() > 3) {
            let token = author.honest_with_kid(kid);
            let keys = KeySet::from(author.verifying_key().with_kid("a"));

            let error = verify(&token, &keys, JwsAlg::ALL).unwrap_err();
            assert_eq!(error, Error::UnknownKey, "{author}: {kid:?}");
            assert!(!format!("{error} {error:?}").contains(kid), "{author}: {kid:?}");
            let unverified = UnverifiedJws::parse(&token, &Limits::default()).unwrap();
            let shown = format!("{unverified:?} {:?}", author.verifying_key().with_kid(kid));
            assert!(
                !shown.contains(|c: char| c.is_control() || c == '\u{202e}'),
                "{author}: {shown}"
            );
        }
    }
}

#[test]
fn a27_kid_over_the_limit_is_refused_before_any_key_is_looked_at() {
    for author in authors() {
        for (len, expected) in [
            (1024, Ok(())),
            (1025, Err(Error::Limit(Limit::Kid))),
            (16 * 1024, Err(Error::Limit(Limit::Header))),
            (1024 * 1024, Err(Error::Limit(Limit::Token))),
        ] {
            let kid = "k".repeat(len);
            let keys = KeySet::from(author.verifying_key().with_kid(&kid));
            let result = verify(&author.honest_with_kid(&kid), &keys, JwsAlg::ALL);
            assert_eq!(result, expected, "{author}: {len}");
        }
    }
}

#[test]
fn a28_unknown_kid_is_no_empty_key() {
    for author in authors() {
        let keys = KeySet::from(author.verifying_key().with_kid("a"));
        for alg in HMAC_ALGS {
            let token = author.with_secret(b"", alg).honest_with_kid("nope");
            assert_eq!(verify(&token, &keys, JwsAlg::ALL), Err(Error::UnknownKey), "{author}");
            let nobody = KeySet::from_iter([]);
            assert_eq!(verify(&token, &nobody, JwsAlg::ALL), Err(Error::UnknownKey), "{author}");
        }
        let crossed = author.honest_with_kid("nope");
        assert_eq!(verify(&crossed, &keys, JwsAlg::ALL), Err(Error::UnknownKey), "{author}");
        let honest = author.honest_with_kid("a");
        assert_eq!(verify(&honest, &keys, JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a28_empty_and_short_secrets_are_no_keys() {
    let empty = Jwk::parse(r#"{"kty":"oct","k":""}"#).unwrap();
    for (name, registry) in registries() {
        for alg in HMAC_ALGS {
            let min = alg.min_secret_len().unwrap();
            for found in 0..min {
                let material = KeyMaterial::oct(vec![0x5a; found]);
                let material = if found == 0 { empty.material() } else { &material };
                let too_short = KeyError::SecretTooShort { alg: alg.name(), min, found };
                let verifying = VerifyingKey::new(material, alg, &registry).map(drop);
                let signing = SigningKey::new(material, alg, &registry).map(drop);
                assert_eq!(verifying, Err(too_short.clone()), "{name}");
                assert_eq!(signing, Err(too_short), "{name}");
            }
            let enough = KeyMaterial::oct(vec![0x5a; min]);
            assert_eq!(VerifyingKey::new(&enough, alg, &registry).map(drop), Ok(()), "{name}");
        }
    }
}

#[test]
fn a29_kid_of_two_keys_with_one_alg_is_ambiguous() {
    for one in authors_with(JwsAlg::Rs256) {
        let two = one.with(private_fixture("rsa3072"), JwsAlg::Rs256);
        let ec = authors_with(JwsAlg::Es256).remove(0);
        let entries = [&one, &ec, &two].map(|author| {
            let mut jwk = author.public_jwk();
            jwk["kid"] = json!("1");
            jwk
        });
        let set = PublicJwkSet::parse(&json!({ "keys": entries }).to_string()).unwrap();
        let (keys, report) = KeySet::from_jwk_set_with(&set, JwsAlg::OPENID, &one.registry);
        assert_eq!(report.refused().count(), 0);

        for token in [one.honest_with_kid("1"), two.honest_with_kid("1"), one.honest()] {
            assert_eq!(verify(&token, &keys, JwsAlg::ALL), Err(Error::AmbiguousKey), "{one}");
        }
        let by_alg = ec.honest_with_kid("1");
        assert_eq!(verify(&by_alg, &keys, JwsAlg::ALL), Ok(()), "{one}");
        let two_tries = keys.try_up_to(2);
        for token in [one.honest_with_kid("1"), two.honest_with_kid("1")] {
            assert_eq!(verify(&token, &two_tries, JwsAlg::ALL), Ok(()), "{one}");
        }
        let other_alg = one.with(one.material.clone(), JwsAlg::Ps256);
        let result = verify(&other_alg.honest_with_kid("1"), &two_tries, JwsAlg::ALL);
        assert_eq!(result, Err(Error::UnknownKey), "{one}");
    }
}

#[test]
fn a30_token_without_kid_is_not_tried_with_every_key() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    static ENTRY: Counting = Counting(&TRIES);
    static TABLE: &[&dyn SignatureAlgorithm] = &[&ENTRY];
    let counting = Registry { signatures: TABLE, ..Registry::default() };
    let set = |count: usize| -> KeySet<VerifyingKey> {
        let material = KeyMaterial::from_pem(&fixture_text("ed25519.spki.pem")).unwrap();
        let key = VerifyingKey::new(&material, JwsAlg::Ed25519, &counting).unwrap();
        (0..count).map(|kid| key.clone().with_kid(kid.to_string())).collect()
    };
    let author = authors_with(JwsAlg::Ed25519).remove(0);

    for (keys, expected, expected_tries) in [
        (set(1000), Error::AmbiguousKey, 0),
        (set(1000).try_up_to(usize::MAX), Error::AmbiguousKey, 0),
        (set(9).try_up_to(usize::MAX), Error::AmbiguousKey, 0),
        // Once as a JWS and once as a JWT.
        (set(8).try_up_to(usize::MAX), Error::InvalidSignature, 2 * 8),
        (set(1), Error::InvalidSignature, 2),
    ] {
        TRIES.store(0, Ordering::SeqCst);
        assert_eq!(verify(&author.honest(), &keys, JwsAlg::ALL), Err(expected));
        assert_eq!(TRIES.load(Ordering::SeqCst), expected_tries);
    }
}

#[test]
fn a30_token_without_kid_finds_its_key_among_as_many_as_may_be_tried() {
    for author in authors_with(JwsAlg::Ed25519) {
        let strangers = (0..7).map(|_| author.stranger().verifying_key());
        let keys: KeySet<_> = strangers.chain([author.verifying_key()]).collect();

        let result = verify(&author.honest(), &keys, JwsAlg::ALL);
        assert_eq!(result, Err(Error::AmbiguousKey), "{author}");
        let honest = verify(&author.honest(), &keys.try_up_to(8), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

#[test]
fn a30_set_of_more_keys_than_the_limit_is_refused() {
    let author = authors_with(JwsAlg::Ed25519).remove(0);
    let set = |count: usize| {
        let keys = vec![author.public_jwk(); count];
        PublicJwkSet::parse(&json!({ "keys": keys }).to_string()).map(drop)
    };

    assert_eq!(set(1001), Err(KeyError::Jwk(JwkError::Limit)));
    assert_eq!(set(1000), Ok(()));
}

/// Refuses every signature and counts how many it was shown.
#[derive(Debug)]
struct Counting(&'static AtomicUsize);

impl SignatureAlgorithm for Counting {
    fn alg(&self) -> JwsAlg {
        JwsAlg::Ed25519
    }

    fn verifier(&self, _key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        Ok(Box::new(Self(self.0)))
    }

    fn signer(&self, _key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        Err(KeyError::Unsupported { alg: "Ed25519", what: "signing" })
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        Err(KeyError::Unsupported { alg: "Ed25519", what: "key generation" })
    }
}

impl Verifier for Counting {
    fn verify(&self, _input: &VerifyInput<'_>) -> Result<(), InvalidSignature> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err(InvalidSignature)
    }
}

#[test]
fn a31_kid_that_is_no_string_is_malformed() {
    for author in authors() {
        for kid in [
            json!(0),
            json!(1),
            json!(1.5),
            json!({}),
            json!([]),
            json!(["a"]),
            json!(true),
            Value::Null,
        ] {
            let token = author.token(&json!({ "alg": author.alg.name(), "kid": kid }));
            for key in [author.verifying_key(), author.verifying_key().with_kid(kid.to_string())] {
                let result = verify(&token, &KeySet::from(key), JwsAlg::ALL);
                let malformed = Error::Malformed(Malformed::HeaderType("kid"));
                assert_eq!(result, Err(malformed), "{author}: {kid}");
            }
        }
        let keys = KeySet::from(author.verifying_key().with_kid("0"));
        assert_eq!(verify(&author.honest_with_kid("0"), &keys, JwsAlg::ALL), Ok(()), "{author}");
    }
}
