//! What `Debug` shows of keys, passwords and decrypted tokens: no secret in any writing. And what threads may share.

use core::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Claims;
use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwtPolicy;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeySet;
use josie::Limits;
use josie::NoClaims;
use josie::Password;
use josie::Policy;
use josie::SealedJwt;
use josie::SecretBytes;

use crate::common::registries;
use crate::kinds::Kind;
use crate::kinds::Pair;

const ENC: JweEnc = JweEnc::A128Gcm;

/// Of the length that A128KW takes; neither text alone nor octets alone, so that every writing of it differs.
const SECRET: &[u8] = b"Xyzzy\xF0\x9F\x94\x91.plugh:";

#[test]
fn secret_that_is_shown_is_found() {
    // Otherwise the tests below would prove nothing.
    let shown = [
        format!("{SECRET:?}"),
        format!("{SECRET:#?}"),
        format!("{SECRET:02x?}"),
        URL_SAFE_NO_PAD.encode(SECRET),
        format!("Key(\"{}\")", String::from_utf8_lossy(SECRET)),
    ];

    for text in shown {
        assert!(shows(&text, SECRET), "{text}");
    }
    assert!(!shows("DecryptionKey { alg: A128Kw, kid: Some(\"a\"), .. }", SECRET));
}

#[test]
fn debug_of_a_key_shows_algorithm_and_kid_and_no_secret() {
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            let materials: Vec<KeyMaterial> = match alg {
                JweAlg::Dir => vec![Kind::Secret(16).material()],
                _ if registry.key_management(alg).is_none() => continue,
                _ => Pair::for_alg(alg).into_iter().map(|pair| pair.own).collect(),
            };
            for material in materials {
                let key = match alg {
                    JweAlg::Dir => DecryptionKey::direct(&material, ENC, &registry),
                    _ => DecryptionKey::new(&material, alg, &registry),
                };
                let key = key.unwrap().with_kid("2026-01");
                let encryption = key.encryption_key(ENC).unwrap();
                let set = KeySet::from(key.clone());
                assert_hidden(&(&key, &encryption, &set), private_octets(&material));

                assert_eq!(
                    format!("{key:?}"),
                    format!("DecryptionKey {{ alg: {alg:?}, kid: Some(\"2026-01\"), .. }}"),
                    "{name}"
                );
                assert_eq!(
                    format!("{encryption:?}"),
                    format!(
                        "EncryptionKey {{ alg: {alg:?}, enc: A128Gcm, kid: Some(\"2026-01\"), .. }}"
                    ),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn debug_of_a_password_and_its_keys_shows_nothing_of_it() {
    let text = "correct horse battery staple";
    let password = Password::new(text).unwrap();
    let alg = JweAlg::Pbes2Hs256A128Kw;
    for (_, registry) in registries() {
        let decryption = DecryptionKey::for_password(&password, alg, &registry).unwrap();
        let encryption = EncryptionKey::for_password(&password, alg, ENC, &registry).unwrap();

        assert_hidden(&(&password, &decryption, &encryption), text.as_bytes());
    }
}

#[test]
fn debug_of_a_token_shows_its_header_and_neither_key_nor_plaintext() {
    for (name, registry) in registries() {
        let material = KeyMaterial::oct(SECRET.to_vec());
        let key = DecryptionKey::new(&material, JweAlg::A128Kw, &registry).unwrap();
        let plaintext = b"the quick brown fox";
        let header = Header::typed("example+jwe");
        let token = Jwe::encrypt(plaintext, &header, &key.encryption_key(ENC).unwrap()).unwrap();
        let policy =
            Policy::encrypted(&[JweAlg::A128Kw], &[ENC]).typ("example+jwe").build().unwrap();

        let encrypted = EncryptedJwe::parse(&token, &Limits::default()).unwrap();
        let shown = format!("{encrypted:?}");
        let jwe = encrypted.decrypt(&KeySet::from(key), &policy).unwrap();

        assert!(shown.contains("example+jwe"), "{shown} on {name}");
        assert!(format!("{jwe:?}").contains("example+jwe"), "{jwe:?} on {name}");
        assert!(format!("{jwe:?}").contains("plaintext_bytes: 19"), "{jwe:?} on {name}");
        for secret in [SECRET, plaintext] {
            assert!(!shows(&shown, secret), "{shown} on {name}");
            assert_hidden(&jwe, secret);
            assert_hidden(&jwe.clone().into_plaintext(), secret);
        }
        // The parts that are encrypted are no business of a log either.
        for part in token.split('.').skip(1) {
            assert!(!shown.contains(part), "{shown} on {name}");
        }
    }
}

#[test]
fn debug_of_a_sealed_jwt_shows_neither_key_nor_claims() {
    for (name, registry) in registries() {
        let material = KeyMaterial::oct(SECRET.to_vec());
        let key = DecryptionKey::new(&material, JweAlg::A128Kw, &registry).unwrap();
        let claims = Claims::new(NoClaims {}).subject("alice of the tests").without_exp();
        let encryption = key.encryption_key(ENC).unwrap();
        let token = SealedJwt::encrypt(&claims, &Header::jwt(), &encryption).unwrap();
        let policy =
            JwtPolicy::encrypted(&[JweAlg::A128Kw], &[ENC]).allow_missing_exp().build().unwrap();

        let sealed: SealedJwt = SealedJwt::decrypt(&token, &KeySet::from(key), &policy).unwrap();

        assert_eq!(sealed.claims().sub.as_deref(), Some("alice of the tests"), "{name}");
        assert!(format!("{sealed:?}").contains("JWT"), "{sealed:?}");
        assert_hidden(&sealed, SECRET);
        assert_hidden(&sealed, b"alice of the tests");
    }
}

#[test]
fn every_type_may_be_sent_to_and_shared_between_threads() {
    fn assert_send_and_sync<T: Send + Sync + 'static>() {}

    // That this compiles is the test.
    assert_send_and_sync::<EncryptionKey>();
    assert_send_and_sync::<DecryptionKey>();
    assert_send_and_sync::<KeySet<DecryptionKey>>();
    assert_send_and_sync::<Password>();
    assert_send_and_sync::<EncryptedJwe<'static>>();
    assert_send_and_sync::<Jwe>();
    assert_send_and_sync::<SealedJwt>();
    assert_send_and_sync::<SecretBytes>();
    assert_send_and_sync::<Policy>();
}

fn assert_hidden(value: &impl Debug, secret: impl AsRef<[u8]>) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shows(&text, secret.as_ref()), "{text}");
    }
}

/// Whether a text has a secret, or half of it, in some writing.
fn shows(text: &str, secret: &[u8]) -> bool {
    let squeezed: String = text.split_whitespace().collect();
    let texts = [text, &squeezed];
    let (first, second) = secret.split_at(secret.len() / 2);
    [secret, first, second].into_iter().any(|secret| {
        let hex: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
        let listed = |octets: Vec<String>| octets.join(",");
        let mut written = vec![
            hex.to_uppercase(),
            hex,
            listed(secret.iter().map(|octet| format!("{octet}")).collect()),
            listed(secret.iter().map(|octet| format!("{octet:02x}")).collect()),
            String::from_utf8_lossy(secret).into_owned(),
        ];
        for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            written.push(engine.encode(secret));
        }
        written.iter().any(|written| texts.iter().any(|text| text.contains(written.as_str())))
    })
}

fn private_octets(material: &KeyMaterial) -> &[u8] {
    match material.params() {
        KeyParams::Oct(oct) => oct.k().expose(),
        KeyParams::Ec(ec) => ec.d().unwrap().expose(),
        KeyParams::Okp(okp) => okp.d().unwrap().expose(),
        KeyParams::Rsa(rsa) => rsa.private().unwrap().d.expose(),
        _ => panic!("{:?} is new", material.kty()),
    }
}
