//! What a JWK says that it is for: `use`, `key_ops` and `alg` (RFC 7517 sections 4.2 to 4.4).

use std::collections::BTreeMap;
use std::fs;

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::KeyError;
use josie::Registry;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::kinds;
use crate::sealed::b64u;

const KEY_OPS: [&str; 8] =
    ["sign", "verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];

/// An algorithm with a key of its own, and which operations of `key_ops` let each side use it.
struct Row {
    alg: JweAlg,
    fixture: &'static str,
    sender_ops: &'static [&'static str],
    recipient_ops: &'static [&'static str],
}

const ROWS: [Row; 6] = [
    Row {
        alg: JweAlg::Dir,
        fixture: "secret",
        sender_ops: &["encrypt"],
        recipient_ops: &["decrypt"],
    },
    Row {
        alg: JweAlg::A128Kw,
        fixture: "secret",
        sender_ops: &["wrapKey"],
        recipient_ops: &["unwrapKey"],
    },
    Row {
        alg: JweAlg::A128GcmKw,
        fixture: "secret",
        sender_ops: &["wrapKey"],
        recipient_ops: &["unwrapKey"],
    },
    Row {
        alg: JweAlg::RsaOaep256,
        fixture: "rsa2048",
        sender_ops: &["wrapKey"],
        recipient_ops: &["unwrapKey"],
    },
    Row {
        alg: JweAlg::EcdhEs,
        fixture: "p256",
        sender_ops: &["deriveKey", "deriveBits"],
        recipient_ops: &["deriveKey", "deriveBits"],
    },
    Row {
        alg: JweAlg::EcdhEsA128Kw,
        fixture: "p256",
        sender_ops: &["deriveKey", "deriveBits"],
        recipient_ops: &["deriveKey", "deriveBits"],
    },
];

#[test]
fn key_with_use_sig_is_refused_and_with_use_enc_taken() {
    for_every_row(|row, sides| {
        for side in sides {
            assert_eq!(side.error_with("use", json!("sig")), Some(KeyError::UseMismatch));
            assert_eq!(side.error_with("use", json!("Enc")), Some(KeyError::UseMismatch));
            assert_eq!(side.error_with("use", json!("enc")), side.honest_error(row));
        }
    });
}

#[test]
fn key_ops_let_a_key_do_its_own_operation_only() {
    for_every_row(|row, sides| {
        let [sender, recipient] = sides;
        for (side, allowed) in [(sender, row.sender_ops), (recipient, row.recipient_ops)] {
            for op in KEY_OPS {
                let error = side.error_with("key_ops", json!([op]));
                let expected = match allowed.contains(&op) {
                    true => side.honest_error(row),
                    false => Some(KeyError::KeyOpsMismatch),
                };
                assert_eq!(error, expected, "{op} for {}", row.alg);
            }
            // One of several is enough.
            let all = side.error_with("key_ops", json!(KEY_OPS));
            assert_eq!(all, side.honest_error(row), "{}", row.alg);
        }
    });
}

// The Web Cryptography API writes the public keys of ECDH without operations, which are all the private key's.
#[test]
fn key_without_key_ops_is_refused_but_for_the_public_key_of_an_agreement() {
    for_every_row(|row, [sender, recipient]| {
        let expected = match row.alg {
            JweAlg::EcdhEs | JweAlg::EcdhEsA128Kw => sender.honest_error(row),
            _ => Some(KeyError::KeyOpsMismatch),
        };
        assert_eq!(sender.error_with("key_ops", json!([])), expected, "{}", row.alg);
        let error = recipient.error_with("key_ops", json!([]));
        assert_eq!(error, Some(KeyError::KeyOpsMismatch), "{}", row.alg);
    });
}

#[test]
fn key_with_another_alg_is_refused_and_with_its_own_taken() {
    for_every_row(|row, sides| {
        for side in sides {
            let mismatch = Some(KeyError::AlgMismatch(row.alg.name()));
            let others = JweAlg::ALL.iter().map(|alg| alg.name()).chain(["HS256", "", "RSA1_5"]);
            for other in others.filter(|other| *other != row.alg.name()) {
                assert_eq!(side.error_with("alg", json!(other)), mismatch, "{other}");
            }
            let own = side.error_with("alg", json!(row.alg.name()));
            assert_eq!(own, side.honest_error(row), "{}", row.alg);
            // Names are case-sensitive.
            let lower = json!(row.alg.name().to_lowercase());
            if lower != row.alg.name() {
                assert_eq!(side.error_with("alg", lower), mismatch);
            }
        }
    });
}

#[test]
fn only_a_key_for_dir_may_have_the_name_of_its_enc_as_alg() {
    for_every_row(|row, sides| {
        for side in sides {
            for enc in JweEnc::ALL {
                let error = side.error_with("alg", json!(enc.name()));
                // RFC 7520 section 5.6.1.
                let expected = match (row.alg, enc) {
                    (JweAlg::Dir, JweEnc::A128Gcm) => None,
                    _ => Some(KeyError::AlgMismatch(row.alg.name())),
                };
                assert_eq!(error, expected, "{enc} for {}", row.alg);
            }
        }
    });
}

#[test]
fn key_for_dir_with_the_name_of_another_enc_as_alg_is_refused() {
    for (name, registry) in registries() {
        for enc in kinds::encs(&registry) {
            let secret = b64u(kinds::secret(enc.key_len()));
            for alg in JweEnc::ALL {
                let jwk = json!({"kty": "oct", "k": secret, "alg": alg.name()});
                let jwk = Jwk::parse(&jwk.to_string()).unwrap();
                let recipient = DecryptionKey::direct(jwk.material(), enc, &registry).err();
                let sender = EncryptionKey::new(jwk.material(), JweAlg::Dir, enc, &registry).err();

                let expected = (*alg != enc).then_some(KeyError::AlgMismatch("dir"));
                assert_eq!((&recipient, &sender), (&expected, &expected), "{enc} on {name}");
            }
        }
    }
}

/// A side of encryption, with the key that belongs to it.
struct Side {
    is_sender: bool,
    alg: JweAlg,
    jwk: Value,
    registry_name: &'static str,
    registry: Registry,
}

impl Side {
    /// What the side says of its key with one more member.
    fn error_with(&self, name: &str, value: Value) -> Option<KeyError> {
        let mut jwk = self.jwk.clone();
        jwk[name] = value;
        let jwk = Jwk::parse(&jwk.to_string()).unwrap();
        let (material, registry) = (jwk.material(), &self.registry);
        match (self.is_sender, self.alg) {
            (true, alg) => EncryptionKey::new(material, alg, JweEnc::A128Gcm, registry).err(),
            (false, JweAlg::Dir) => {
                DecryptionKey::direct(material, JweEnc::A128Gcm, registry).err()
            }
            (false, alg) => DecryptionKey::new(material, alg, registry).err(),
        }
    }

    /// What is said of the key where nothing is wrong with it.
    fn honest_error(&self, row: &Row) -> Option<KeyError> {
        let error = KeyError::Unsupported { alg: row.alg.name(), what: "this algorithm" };
        kinds::lacks_alg(self.registry_name, row.alg).then_some(error)
    }
}

/// Runs `check` with the sender and the recipient of every row on every registry.
fn for_every_row(check: impl Fn(&Row, &[Side; 2])) {
    for (registry_name, registry) in registries() {
        for row in &ROWS {
            let side = |is_sender| Side {
                is_sender,
                alg: row.alg,
                jwk: jwk(row.fixture, is_sender),
                registry_name,
                registry,
            };
            check(row, &[side(true), side(false)]);
        }
    }
}

/// A fixture as a JWK without restrictions.
fn jwk(fixture: &str, is_public: bool) -> Value {
    if fixture == "secret" {
        return json!({"kty": "oct", "k": b64u(kinds::secret(16))});
    }
    let text = fs::read_to_string(kinds::fixture_path("expected.json")).unwrap();
    let fixtures: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
    let mut jwk = match fixture {
        "p256" => json!({"kty": "EC", "crv": "P-256"}),
        _ => json!({"kty": "RSA"}),
    };
    for (member, hex) in &fixtures[fixture] {
        let is_private = !["n", "e", "x", "y"].contains(&member.as_str());
        if !(is_public && is_private) {
            jwk[member] = b64u(octets(hex)).into();
        }
    }
    jwk
}

fn octets(hex: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(pair).collect()
}
