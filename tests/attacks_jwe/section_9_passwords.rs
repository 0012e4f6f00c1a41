//! Section IX: passwords: how much work a token may ask for, and what a password is not.

use std::fs;
use std::path::PathBuf;

use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::Password;
use josie::Policy;
use josie::Refused;
use serde_json::json;

use crate::common::registries;
use crate::passwords::PBES2;
use crate::passwords::draft_by;
use crate::passwords::password_sealers;
use crate::passwords::with_p2c;
use crate::sealing::ITERATIONS;
use crate::sealing::PASSWORD;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::fixture;
use crate::sealing::random;

const SALT: &[u8] = b"sixteen octets..";

fn decrypt_by(sealer: &Sealer, token: &str, limits: Limits) -> Result<Jwe, Error> {
    let policy = Policy::encrypted(&[sealer.alg], &[sealer.enc]).limits(limits).build().unwrap();
    Jwe::decrypt(token, &KeySet::from(sealer.key()), &policy)
}

#[test]
fn a118_more_iterations_than_the_limit_are_refused() {
    for sealer in password_sealers() {
        // Nobody needs the password for this: any encrypted key of the right length will do.
        let asking_for = |count: &str| {
            let mut draft = with_p2c(sealer.draft(), count);
            draft.encrypted_key = random(&sealer.registry, draft.encrypted_key.len());
            draft.compact()
        };
        assert_eq!(sealer.decrypt(&sealer.draft().compact()).unwrap().plaintext(), PLAINTEXT);
        assert_eq!(sealer.error(&asking_for("1000")), Error::DecryptionFailed);

        for count in ["1200001", "2147483647", "2147483648", "4294967295"] {
            assert_eq!(
                sealer.error(&asking_for(count)),
                Error::Limit(Limit::Iterations),
                "{count}"
            );
        }
        // The greatest number that may be asked for; to do the work is not needed to see that.
        assert!(EncryptedJwe::parse(&asking_for("1200000"), &Limits::default()).is_ok());
    }
}

#[test]
fn a119_too_few_iterations_are_refused_though_they_are_correct() {
    for sealer in password_sealers() {
        let honest = draft_by(&sealer, SALT, ITERATIONS).compact();
        assert_eq!(sealer.decrypt(&honest).unwrap().plaintext(), PLAINTEXT);
        for count in [1, 2, 500, 999] {
            let token = draft_by(&sealer, SALT, count).compact();
            assert_eq!(sealer.error(&token), Error::Limit(Limit::Iterations), "{count}");
        }
        let none = sealer.draft().with("p2c", json!(0)).compact();
        assert_eq!(sealer.error(&none), Error::Limit(Limit::Iterations));
    }
}

#[test]
fn a119_limits_move_both_bounds() {
    let limits = |min, max| Limits::default().with_iterations(min, max);
    let too_many_or_few = Error::Limit(Limit::Iterations);
    for sealer in password_sealers() {
        let decrypt =
            |count, limits| decrypt_by(&sealer, &draft_by(&sealer, SALT, count).compact(), limits);
        for (count, limits) in [
            (1, limits(1, 1)),
            (999, limits(999, 2000)),
            (1000, limits(1000, 2000)),
            (2000, limits(1000, 2000)),
            (2001, limits(1000, u32::MAX)),
        ] {
            assert_eq!(decrypt(count, limits).unwrap().plaintext(), PLAINTEXT, "{count}");
        }
        for (count, limits) in [
            (2, limits(1, 1)),
            (998, limits(999, 2000)),
            (999, limits(1000, 2000)),
            (2001, limits(1000, 2000)),
            (1000, limits(1001, 1000)),
        ] {
            assert_eq!(decrypt(count, limits).unwrap_err(), too_many_or_few, "{count}");
        }
        // RFC 8018 section 5.2: the number is positive, whatever the limits are.
        let none = sealer.draft().with("p2c", json!(0)).compact();
        let error = decrypt_by(&sealer, &none, limits(0, 1000)).unwrap_err();
        assert_eq!(error, Error::DecryptionFailed);
    }
}

#[test]
fn a119_a_number_of_iterations_does_not_wrap_around() {
    let limits = Limits::default().with_iterations(0, u32::MAX);
    for sealer in password_sealers() {
        let draft = draft_by(&sealer, SALT, ITERATIONS);
        let token = draft.compact();
        assert_eq!(decrypt_by(&sealer, &token, limits).unwrap().plaintext(), PLAINTEXT);
        for count in [
            1 << 32,
            (1 << 32) + u64::from(ITERATIONS),
            (1 << 53) + 1,
            (1 << 63) + u64::from(ITERATIONS),
            u64::MAX,
        ] {
            let token = draft.clone().with("p2c", json!(count)).compact();
            assert_eq!(sealer.error(&token), Error::Limit(Limit::Iterations), "{count}");
            let error = decrypt_by(&sealer, &token, limits).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Iterations), "{count}");
        }
    }
}

#[test]
fn a119_a_number_of_iterations_that_is_no_whole_number_is_malformed() {
    let wrong_type = Error::Malformed(Malformed::HeaderType("p2c"));
    for sealer in password_sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for count in [
            "-1",
            "-1000",
            "-0",
            "1.5",
            "1000.0",
            "1e3",
            "10e2",
            "\"1000\"",
            "null",
            "[1000]",
            "{}",
            "true",
            "18446744073709551616",
            "18446744073709552616",
        ] {
            let error = sealer.error(&with_p2c(draft.clone(), count).compact());
            assert_eq!(error, wrong_type, "{count}");
        }
        // RFC 8259 section 6: no JSON number, or one that no reader of numbers holds.
        let huge = format!("1{}", "0".repeat(400));
        for count in ["01000", "+1000", "0x3e8", "1_000", "1000 1000", "", "NaN", &huge] {
            let error = sealer.error(&with_p2c(draft.clone(), count).compact());
            assert_eq!(error, Error::Malformed(Malformed::Json(Part::Header)), "{count}");
        }
        let missing = sealer.error(&draft.without("p2c").compact());
        assert_eq!(missing, Error::Malformed(Malformed::MissingParameter("p2c")));
    }
}

#[test]
fn a120_a_salt_has_eight_octets_or_more() {
    for sealer in password_sealers() {
        for len in [8, 9, 16, 64, 8192] {
            let token = draft_by(&sealer, &vec![7; len], ITERATIONS).compact();
            assert_eq!(sealer.decrypt(&token).unwrap().plaintext(), PLAINTEXT, "{len}");
        }
        // RFC 7518 section 4.8.1.1.
        for len in [0, 1, 7] {
            let token = draft_by(&sealer, &vec![7; len], ITERATIONS).compact();
            let error = sealer.error(&token);
            assert_eq!(error, Error::Malformed(Malformed::HeaderValue("p2s")), "{len}");
        }
        for (len, limit) in [(65_537, Limit::Header), (1 << 20, Limit::Token)] {
            let token = draft_by(&sealer, &vec![7; len], ITERATIONS).compact();
            assert_eq!(sealer.error(&token), Error::Limit(limit), "{len}");
        }
    }
}

#[test]
fn a120_a_salt_that_is_no_base64url_is_malformed() {
    for sealer in password_sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for salt in [json!(null), json!(1000), json!([1, 2]), json!({}), json!(true)] {
            let error = sealer.error(&draft.clone().with("p2s", salt.clone()).compact());
            assert_eq!(error, Error::Malformed(Malformed::HeaderType("p2s")), "{salt}");
        }
        let text = draft.member("p2s").as_str().unwrap().to_owned();
        for salt in
            [format!("{text}=="), format!(" {text}"), format!("+{}", &text[1..]), "!".into()]
        {
            let error = sealer.error(&draft.clone().with("p2s", json!(salt)).compact());
            assert_eq!(error, Error::Malformed(Malformed::HeaderValue("p2s")), "{salt}");
        }
        let missing = sealer.error(&draft.without("p2s").compact());
        assert_eq!(missing, Error::Malformed(Malformed::MissingParameter("p2s")));
    }
}

#[test]
fn a118_a_password_is_used_only_where_the_policy_names_its_algorithm() {
    for sealer in password_sealers() {
        let token = sealer.draft().compact();
        assert_eq!(sealer.decrypt(&token).unwrap().plaintext(), PLAINTEXT);
        let others: Vec<JweAlg> =
            JweAlg::ALL.iter().copied().filter(|alg| *alg != sealer.alg).collect();
        for algs in [JweAlg::SYMMETRIC, JweAlg::ASYMMETRIC, &others] {
            let policy = Policy::encrypted(algs, JweEnc::ALL).build().unwrap();
            let error = Jwe::decrypt(&token, &KeySet::from(sealer.key()), &policy).unwrap_err();
            assert_eq!(error, Error::Refused(Refused::Algorithm));
        }
    }
    for preset in [JweAlg::SYMMETRIC, JweAlg::ASYMMETRIC] {
        assert!(PBES2.iter().all(|alg| !preset.contains(alg)));
    }
}

/// A document of tests/data/keys.
fn document(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read_to_string(path.join(name)).unwrap()
}

#[test]
fn a121_a_key_is_no_password() {
    for (name, format) in [
        ("rsa2048.spki.pem", KeyFormat::Spki),
        ("p256.spki.pem", KeyFormat::Spki),
        ("ed25519.spki.pem", KeyFormat::Spki),
        ("rsa2048.pkcs1-public.pem", KeyFormat::Pkcs1PublicKey),
        ("certificate.pem", KeyFormat::Certificate),
        ("rsa2048.pkcs8.pem", KeyFormat::Pkcs8),
        ("p256.sec1.pem", KeyFormat::Sec1),
        ("openssh.pub", KeyFormat::OpenSsh),
        ("openssh.pem", KeyFormat::OpenSsh),
    ] {
        let text = document(name);
        let on_one_line = text.replace(['\r', '\n'], " ");
        for text in [text.clone(), format!("\n{text}"), text.trim_end().to_owned(), on_one_line] {
            let error = Password::new(text.as_str()).unwrap_err();
            assert_eq!(error, KeyError::SecretIsKey(format), "{name}");
            // Its first words alone are no key.
            assert!(Password::new(&text.trim_start()[..10]).is_ok());
        }
    }
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
    for (text, format) in [
        (jwk.to_owned(), KeyFormat::Jwk),
        (format!(" {jwk}"), KeyFormat::Jwk),
        (r#"{"k":"AA","kty":"oct"}"#.to_owned(), KeyFormat::Jwk),
        (format!(r#"{{"keys":[{jwk}]}}"#), KeyFormat::JwkSet),
    ] {
        let error = Password::new(text.as_str()).unwrap_err();
        assert_eq!(error, KeyError::SecretIsKey(format), "{text}");
    }
    for words in [PASSWORD, "{}", r#"{"a":1}"#, "kty", "-----", "ssh-rsa", "AAAA"] {
        assert!(Password::new(words).is_ok(), "{words}");
    }
}

#[test]
fn a121_an_algorithm_for_passwords_takes_no_key_and_the_others_no_password() {
    let password = Password::new(PASSWORD).unwrap();
    let enc = JweEnc::A128Gcm;
    for (_, registry) in registries() {
        let secrets = [16, 24, 32].map(|len| KeyMaterial::oct(random(&registry, len)));
        let private = ["rsa2048", "p256"].map(fixture);
        let public = private.clone().map(|private| private.public_half().unwrap());
        for alg in PBES2 {
            let needed = KeyError::PasswordNeeded(alg.name());
            for material in secrets.iter().chain(&private).chain(&public) {
                let decrypting = DecryptionKey::new(material, alg, &registry);
                assert_eq!(decrypting.unwrap_err(), needed);
                let encrypting = EncryptionKey::new(material, alg, enc, &registry);
                assert_eq!(encrypting.unwrap_err(), needed);
            }
            let input = GenerateInput::default();
            assert_eq!(DecryptionKey::generate_with(alg, &input, &registry).unwrap_err(), needed);
            assert!(DecryptionKey::for_password(&password, alg, &registry).is_ok());
            assert!(EncryptionKey::for_password(&password, alg, enc, &registry).is_ok());
        }
        for alg in JweAlg::ALL.iter().copied().filter(|alg| !PBES2.contains(alg)) {
            let refused = KeyError::NotForPasswords(alg.name());
            let decrypting = DecryptionKey::for_password(&password, alg, &registry);
            assert_eq!(decrypting.unwrap_err(), refused);
            let encrypting = EncryptionKey::for_password(&password, alg, enc, &registry);
            assert_eq!(encrypting.unwrap_err(), refused);
        }
        assert!(DecryptionKey::new(&secrets[0], JweAlg::A128Kw, &registry).is_ok());
    }
}

#[test]
fn a121_a_token_whose_password_is_a_known_key_meets_no_password() {
    for sealer in password_sealers() {
        let secret = KeyMaterial::oct(b"YELLOW SUBMARINE".to_vec());
        let victim = Sealer { alg: JweAlg::A128Kw, material: secret, ..sealer.clone() };
        assert_eq!(victim.decrypt(&victim.draft().compact()).unwrap().plaintext(), PLAINTEXT);
        let both = [JweAlg::A128Kw, sealer.alg];
        let policy = Policy::encrypted(&both, &[sealer.enc]).build().unwrap();
        let known = [b"YELLOW SUBMARINE".to_vec(), document("rsa2048.spki.pem").into_bytes()];
        for known in known {
            let mallory = Sealer { material: KeyMaterial::oct(known), ..sealer.clone() };
            let token = mallory.draft().compact();

            let error = Jwe::decrypt(&token, &KeySet::from(victim.key()), &policy).unwrap_err();

            assert_eq!(error, Error::UnknownKey);
            assert_eq!(victim.error(&token), Error::Refused(Refused::Algorithm));
        }
    }
}
