//! What a JWK says that it is for (RFC 7517 sections 4.2 to 4.4): it is heeded, and neither guessed nor mended.

use josie::DecryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::PublicJwkSet;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::documents::Document;
use crate::doors::Wanted;
use crate::doors::assert_as_jwk;
use crate::doors::assert_by_itself;
use crate::doors::assert_in_set;

/// Each type of key in each of its roles: the `use` and the `key_ops` that allow it.
const ROLES: [(&str, Wanted, &str, &[&str]); 14] = [
    ("oct", Wanted::Sign(JwsAlg::Hs256), "sig", &["sign"]),
    ("oct", Wanted::Verify(JwsAlg::Hs256), "sig", &["verify"]),
    ("rsa2048", Wanted::Sign(JwsAlg::Ps256), "sig", &["sign"]),
    ("rsa2048", Wanted::Verify(JwsAlg::Rs256), "sig", &["verify"]),
    ("p256", Wanted::Sign(JwsAlg::Es256), "sig", &["sign"]),
    ("p256", Wanted::Verify(JwsAlg::Es256), "sig", &["verify"]),
    ("ed25519", Wanted::Sign(JwsAlg::EdDsa), "sig", &["sign"]),
    ("ed25519", Wanted::Verify(JwsAlg::Ed25519), "sig", &["verify"]),
    ("oct", Wanted::Encrypt(JweAlg::A256Kw), "enc", &["wrapKey"]),
    ("oct", Wanted::Decrypt(JweAlg::A256GcmKw), "enc", &["unwrapKey"]),
    ("oct", Wanted::EncryptDirectly(JweEnc::A256Gcm), "enc", &["encrypt"]),
    ("oct", Wanted::DecryptDirectly(JweEnc::A256Gcm), "enc", &["decrypt"]),
    ("rsa2048", Wanted::Encrypt(JweAlg::RsaOaep), "enc", &["wrapKey"]),
    ("rsa2048", Wanted::Decrypt(JweAlg::RsaOaep256), "enc", &["unwrapKey"]),
];

/// The roles of a key that agrees.
const AGREEING: [(&str, Wanted); 4] = [
    ("p256", Wanted::Encrypt(JweAlg::EcdhEs)),
    ("p256", Wanted::Decrypt(JweAlg::EcdhEsA128Kw)),
    ("x25519", Wanted::Encrypt(JweAlg::EcdhEsA256Kw)),
    ("x25519", Wanted::Decrypt(JweAlg::EcdhEs)),
];

const OPERATIONS: [&str; 8] =
    ["sign", "verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];

fn roles() -> impl Iterator<Item = (Document, Wanted, &'static str, &'static [&'static str])> {
    let agreeing = AGREEING.into_iter().map(|(key, wanted)| {
        let operations: &[&str] = &["deriveKey", "deriveBits"];
        (key, wanted, "enc", operations)
    });
    ROLES.into_iter().chain(agreeing).map(|(key, wanted, public_use, operations)| {
        let key = match (key, wanted) {
            ("oct", Wanted::DecryptDirectly(enc)) => {
                // Without it an entry of a set for `dir` is nobody's.
                Document::secret(32).with("alg", enc.name())
            }
            ("oct", _) => Document::secret(32),
            _ => wanted.half(&Document::private(key)),
        };
        (key, wanted, public_use, operations)
    })
}

#[test]
fn a150_use_for_another_purpose_is_heeded() {
    for (key, wanted, public_use, _) in roles() {
        let other = if public_use == "sig" { "enc" } else { "sig" };
        for other in [other, "SIG", "Enc", " sig", "tls", ""] {
            let refused = key.clone().with("use", other);
            assert_as_jwk(&refused, wanted, &Err(KeyError::UseMismatch));
        }
        assert_as_jwk(&key.clone().with("use", public_use), wanted, &Ok(()));
        assert_as_jwk(&key, wanted, &Ok(()));
    }
}

// It does not become a key for signatures, not even an ambiguous one, by how many of them are listed.
#[test]
fn a150_use_in_a_set_is_heeded_before_the_listed_algorithms() {
    for (name, registry) in registries() {
        let outcome = |entry: Document| {
            let set = PublicJwkSet::parse(&json!({ "keys": [entry.0] }).to_string()).unwrap();
            let (_, report) = KeySet::from_jwk_set_with(&set, JwsAlg::OPENID, &registry);
            report.entries()[0].outcome.clone()
        };
        let key = Document::public("rsa2048");
        assert_eq!(outcome(key.clone().with("use", "enc")), Err(KeyError::UseMismatch), "{name}");
        let signs = key.with("use", "sig");
        assert_eq!(outcome(signs.clone()), Err(KeyError::AmbiguousAlg), "{name}");
        assert_eq!(outcome(signs.with("alg", "RS256")), Ok(JwsAlg::Rs256), "{name}");
    }
}

#[test]
fn a150_key_ops_for_another_operation_are_heeded() {
    for (key, wanted, _, operations) in roles() {
        let others: Vec<&str> =
            OPERATIONS.into_iter().filter(|op| !operations.contains(op)).collect();
        let refused = others.iter().map(|op| json!([op]));
        let spellings = operations.iter().map(|op| json!([op.to_uppercase(), format!("{op} ")]));
        for refused in refused.chain(spellings).chain([json!(others), json!(["unknown"])]) {
            let refused = key.clone().with("key_ops", refused);
            assert_as_jwk(&refused, wanted, &Err(KeyError::KeyOpsMismatch));
        }
        for operation in operations {
            assert_as_jwk(&key.clone().with("key_ops", json!([operation])), wanted, &Ok(()));
        }
        assert_as_jwk(&key.clone().with("key_ops", json!(OPERATIONS)), wanted, &Ok(()));
    }
}

// The Web Cryptography API writes none for the public keys of ECDH, and for no other.
#[test]
fn a150_key_ops_that_are_empty_allow_nothing() {
    for (key, wanted, ..) in roles() {
        let bare = key.clone().with("key_ops", json!([]));
        let is_peer = matches!(wanted, Wanted::Encrypt(JweAlg::EcdhEs | JweAlg::EcdhEsA256Kw));
        let expected = if is_peer { Ok(()) } else { Err(KeyError::KeyOpsMismatch) };
        assert_as_jwk(&bare, wanted, &expected);
        assert_as_jwk(&key, wanted, &Ok(()));
    }
}

#[test]
fn a150_alg_of_another_algorithm_is_heeded() {
    for (key, wanted, ..) in roles() {
        // The name that whoever asks for `dir` asks for.
        let asked = match wanted {
            Wanted::EncryptDirectly(_) | Wanted::DecryptDirectly(_) => "dir",
            _ => wanted.name(),
        };
        let refused = Err(KeyError::AlgMismatch(asked));
        for other in ["HS512", "RS512", "ES384", "A128KW", "RSA-OAEP-384", "ECDH-ES+A192KW"] {
            let named = key.clone().with("alg", other);
            assert_by_itself(&named, wanted, &refused);
            assert_in_set(&named, wanted, &Err(KeyError::NotListed));
        }
        for unknown in ["none", "RSA1_5", "ML-DSA-44", "", &wanted.name().to_lowercase()] {
            if unknown == wanted.name() {
                continue;
            }
            let named = key.clone().with("alg", unknown);
            assert_by_itself(&named, wanted, &refused);
            assert_in_set(&named, wanted, &Err(KeyError::Jwk(JwkError::UnknownAlg)));
        }
        assert_as_jwk(&key.clone().with("alg", wanted.name()), wanted, &Ok(()));
    }
}

#[test]
fn a150_key_that_may_only_decrypt_gives_no_key_that_encrypts() {
    for (name, registry) in registries() {
        let encrypting = |operations: Value| {
            let jwk = Document::secret(16).with("key_ops", operations).parse().unwrap();
            let key = DecryptionKey::new(jwk.material(), JweAlg::A128Kw, &registry).unwrap();
            key.encryption_key(JweEnc::A128Gcm).map(drop)
        };
        let refused = encrypting(json!(["unwrapKey"]));
        assert_eq!(refused, Err(KeyError::KeyOpsMismatch), "{name}");
        assert_eq!(encrypting(json!(["unwrapKey", "wrapKey"])), Ok(()), "{name}");
    }
}

/// Refused when it is read, whatever it is wanted for; another entry of a set is not.
#[track_caller]
fn assert_malformed(key: &Document, wanted: Wanted, error: JwkError) {
    assert_as_jwk(key, wanted, &Err(KeyError::Jwk(error)));
}

#[test]
fn a151_use_and_key_ops_that_contradict_each_other_are_refused() {
    for (key, wanted, public_use, operations) in roles() {
        let contradictions = OPERATIONS.into_iter().filter(|op| {
            let signs = ["sign", "verify"].contains(op);
            signs != (public_use == "sig")
        });
        for other in contradictions {
            for both in [json!([other]), json!([operations[0], other])] {
                let key = key.clone().with("use", public_use).with("key_ops", both);
                assert_malformed(&key, wanted, JwkError::Contradiction);
            }
        }
        let honest = key.with("use", public_use).with("key_ops", json!(operations));
        assert_as_jwk(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a151_operation_that_is_listed_twice_is_refused() {
    for (key, wanted, public_use, operations) in roles() {
        let operation = operations[0];
        for twice in [
            json!([operation, operation]),
            json!([operation, "unknown", "unknown"]),
            json!(["", operation, ""]),
        ] {
            let key = key.clone().with("key_ops", twice);
            assert_malformed(&key, wanted, JwkError::Contradiction);
            let key = key.with("use", public_use);
            assert_malformed(&key, wanted, JwkError::Contradiction);
        }
        let honest = key.with("key_ops", json!([operation, "unknown", "", "Unknown"]));
        assert_as_jwk(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a151_use_key_ops_and_alg_of_another_json_type_are_refused() {
    for (key, wanted, public_use, operations) in roles() {
        let values = [json!(null), json!(true), json!(1), json!({}), json!([[]]), json!([1])];
        for value in values {
            for member in ["use", "key_ops", "alg"] {
                let key = key.clone().with(member, value.clone());
                assert_malformed(&key, wanted, JwkError::Member(member));
            }
        }
        let string = key.clone().with("key_ops", operations[0]);
        assert_malformed(&string, wanted, JwkError::Member("key_ops"));
        let mixed = key.clone().with("key_ops", json!([operations[0], null]));
        assert_malformed(&mixed, wanted, JwkError::Member("key_ops"));
        let array = key.clone().with("use", json!([public_use]));
        assert_malformed(&array, wanted, JwkError::Member("use"));
        let array = key.clone().with("alg", json!([wanted.name()]));
        assert_malformed(&array, wanted, JwkError::Member("alg"));
        let honest = json!({
            "use": public_use, "key_ops": [operations[0]], "alg": wanted.name(),
        });
        assert_as_jwk(&key.with_all(&honest), wanted, &Ok(()));
    }
}

// Of the Web Cryptography API; it concerns nobody here, of whatever type it is.
#[test]
fn a151_ext_neither_allows_nor_forbids_anything() {
    for (key, wanted, public_use, _) in roles() {
        let other = if public_use == "sig" { "enc" } else { "sig" };
        for ext in [json!(true), json!(false), json!("false"), json!(null)] {
            let key = key.clone().with("ext", ext);
            assert_as_jwk(&key, wanted, &Ok(()));
            assert_as_jwk(&key.with("use", other), wanted, &Err(KeyError::UseMismatch));
        }
    }
}
