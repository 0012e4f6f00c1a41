//! Passwords: what is one, and how many iterations protect it.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeySet;
use josie::Password;
use josie::Policy;
use serde_json::json;

use crate::common::registries;
use crate::kinds;
use crate::sealed;
use crate::sealed::b64u;

const ENC: JweEnc = JweEnc::A128Gcm;

/// Each algorithm, the fewest iterations that keys make tokens with, and another number within the bounds.
const ALGS: [(JweAlg, u32); 3] = [
    (JweAlg::Pbes2Hs256A128Kw, 600_000),
    (JweAlg::Pbes2Hs384A192Kw, 310_000),
    (JweAlg::Pbes2Hs512A256Kw, 210_000),
];

/// What the default limits let be read.
const MAX_ITERATIONS: u32 = 1_200_000;

#[test]
fn empty_password_is_refused_and_one_of_a_single_space_is_not() {
    assert_eq!(Password::new("").unwrap_err(), KeyError::EmptyPassword);
    assert_eq!(format!("{:?}", Password::new(" ").unwrap()), "Password(redacted)");
}

#[test]
fn password_that_is_a_key_is_refused_and_one_that_talks_of_keys_is_not() {
    let jwk = json!({"kty": "oct", "k": b64u(kinds::secret(16))});
    let set = json!({"keys": [jwk]});
    let cases = [
        (kinds::fixture_text("rsa2048", "spki"), KeyFormat::Spki),
        (kinds::fixture_text("p256", "pkcs8"), KeyFormat::Pkcs8),
        (jwk.to_string(), KeyFormat::Jwk),
        (set.to_string(), KeyFormat::JwkSet),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL0c user@host".to_owned(), KeyFormat::OpenSsh),
    ];

    for (text, format) in cases {
        assert_eq!(Password::new(text).unwrap_err(), KeyError::SecretIsKey(format));
    }
    for text in ["the BEGIN of a PUBLIC KEY", r#"{"name":"kty"}"#, "ssh-ed25519"] {
        assert!(Password::new(text).is_ok(), "{text}");
    }
}

#[test]
fn passwords_are_for_pbes2_and_keys_for_the_others() {
    let password = Password::new("made for the tests").unwrap();
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            let decryption = DecryptionKey::for_password(&password, alg, &registry);
            let encryption = EncryptionKey::for_password(&password, alg, ENC, &registry);
            if ALGS.iter().any(|(pbes2, _)| *pbes2 == alg) {
                assert_eq!(decryption.unwrap().alg(), alg, "{name}");
                assert_eq!(encryption.unwrap().alg(), alg, "{name}");
            } else {
                let error = KeyError::NotForPasswords(alg.name());
                assert_eq!(decryption.unwrap_err(), error, "{name}");
                assert_eq!(encryption.unwrap_err(), error, "{name}");
            }
        }
    }
}

// RFC 7518 section 4.8: the octets of the password in UTF-8, here without any normalization.
#[test]
fn two_ways_to_write_one_letter_are_two_passwords() {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    let alg = JweAlg::Pbes2Hs256A128Kw;
    for (name, registry) in registries() {
        let token = sealed::with_password(composed, alg, ENC, b"any octets", &registry);
        let decrypt = |password: &str| {
            let password = Password::new(password).unwrap();
            let key = DecryptionKey::for_password(&password, alg, &registry).unwrap();
            let policy = Policy::encrypted(&[alg], &[ENC]).build().unwrap();
            Jwe::decrypt(&token, &KeySet::from(key), &policy)
        };

        assert_eq!(decrypt(decomposed).unwrap_err(), Error::DecryptionFailed, "{name}");
        assert_eq!(decrypt("cafe").unwrap_err(), Error::DecryptionFailed, "{name}");
        assert_eq!(decrypt(composed).unwrap().plaintext(), b"any octets", "{name}");
    }
}

#[test]
fn iterations_are_held_to_their_bounds() {
    let password = Password::new("made for the tests").unwrap();
    for (name, registry) in registries() {
        for (alg, min) in ALGS {
            let key = EncryptionKey::for_password(&password, alg, ENC, &registry).unwrap();
            let error = |found| {
                let max = MAX_ITERATIONS;
                KeyError::Iterations { alg: alg.name(), min, max, found }
            };

            for found in [0, 1000, min - 1, MAX_ITERATIONS + 1, u32::MAX] {
                let refused = key.clone().with_iterations(found).unwrap_err();
                assert_eq!(refused, error(found), "{name}");
            }
            for found in [min, min + 1, MAX_ITERATIONS] {
                assert_eq!(key.clone().with_iterations(found).unwrap().alg(), alg, "{name}");
            }
        }
    }
}

#[test]
fn iterations_are_for_passwords_only() {
    for (name, registry) in registries() {
        let secret = kinds::Kind::Secret(16).material();
        for alg in [JweAlg::Dir, JweAlg::A128Kw, JweAlg::A128GcmKw] {
            let key = EncryptionKey::new(&secret, alg, ENC, &registry).unwrap();
            let error = key.with_iterations(600_000).unwrap_err();
            assert_eq!(error, KeyError::NotForPasswords(alg.name()), "{name}");
        }
        let password = Password::new("made for the tests").unwrap();
        let alg = JweAlg::Pbes2Hs256A128Kw;
        let key = EncryptionKey::for_password(&password, alg, ENC, &registry).unwrap();
        assert!(key.with_iterations(600_000).is_ok(), "{name}");
    }
}

#[test]
fn iterations_and_a_fresh_salt_stand_in_the_header() {
    let password = Password::new("made for the tests").unwrap();
    let alg = JweAlg::Pbes2Hs512A256Kw;
    for (name, registry) in registries() {
        let key = EncryptionKey::for_password(&password, alg, ENC, &registry).unwrap();
        let key = key.with_iterations(210_001).unwrap();

        let [one, other] = [(); 2].map(|()| Jwe::encrypt(b"", &Header::new(), &key).unwrap());

        let [one, other] = [one, other].map(|token| sealed::header(&token));
        assert_eq!((&one["p2c"], &other["p2c"]), (&json!(210_001), &json!(210_001)), "{name}");
        // 16 octets are 22 characters.
        assert_eq!(one["p2s"].as_str().unwrap().len(), 22, "{name}");
        assert_ne!(one["p2s"], other["p2s"], "{name}");
    }
}
