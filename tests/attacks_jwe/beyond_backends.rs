//! Attacks that the catalogue does not have: backends that return what they should not.

use josie::ContentCipher;
use josie::ContentEncryptionAlgorithm;
use josie::ContentInput;
use josie::Curve;
use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::DecryptionKey;
use josie::EncryptKeyInput;
use josie::EncryptedKey;
use josie::EncryptionFailed;
use josie::EncryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyDecryptor;
use josie::KeyEncryptor;
use josie::KeyError;
use josie::KeyManagementAlgorithm;
use josie::KeyManagementHeader;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::Registry;
use josie::SecretBytes;
use serde_json::json;

use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::fixture;

/// ECDH-ES of a backend that agrees upon a key of another length, or has an encrypted key besides.
#[test]
fn a_backend_that_agrees_upon_a_wrong_key_makes_no_token() {
    for (name, registry) in registries() {
        for enc in [JweEnc::A128Gcm, JweEnc::A256Gcm] {
            let encrypt = |cek_len, encrypted_key_len| {
                let lying = Lying { alg: JweAlg::EcdhEs, cek_len, encrypted_key_len };
                encrypt_with(&fixture("p256").public_half().unwrap(), lying, enc, registry)
            };
            for len in [0, 1, enc.key_len() - 1, enc.key_len() + 1, 64] {
                let outcome = encrypt(Some(len), 0);
                assert_eq!(outcome, Err(Error::EncryptionFailed), "{len} on {name}");
            }
            assert_eq!(encrypt(None, 0), Err(Error::EncryptionFailed), "{name}");
            assert_eq!(encrypt(Some(enc.key_len()), 1), Err(Error::EncryptionFailed), "{name}");
            assert!(encrypt(Some(enc.key_len()), 0).is_ok(), "{name}");
        }
    }
}

/// AES Key Wrap of a backend that returns nothing, or something that no reader takes.
#[test]
fn a_backend_that_wraps_to_another_length_makes_no_token() {
    for (name, registry) in registries() {
        let encrypt = |encrypted_key_len| {
            let lying = Lying { alg: JweAlg::A128Kw, cek_len: None, encrypted_key_len };
            encrypt_with(&KeyMaterial::oct(vec![7; 16]), lying, JweEnc::A128Gcm, registry)
        };
        for len in [0, 16, 23, 25, 4096] {
            assert_eq!(encrypt(len), Err(Error::EncryptionFailed), "{len} on {name}");
        }
        assert!(encrypt(24).is_ok(), "{name}");
    }
}

/// RSA-OAEP of a backend whose result is not as long as the modulus (RFC 8017 section 7.1.1).
#[test]
fn a_backend_that_encrypts_to_another_length_than_the_modulus_makes_no_token() {
    for (name, registry) in registries() {
        let encrypt = |encrypted_key_len| {
            let lying = Lying { alg: JweAlg::RsaOaep256, cek_len: None, encrypted_key_len };
            let public = fixture("rsa2048").public_half().unwrap();
            encrypt_with(&public, lying, JweEnc::A128Gcm, registry)
        };
        for len in [0, 16, 255, 257] {
            assert_eq!(encrypt(len), Err(Error::EncryptionFailed), "{len} on {name}");
        }
        assert!(encrypt(256).is_ok(), "{name}");
    }
}

/// RSA-OAEP of a backend that does not compute public halves: the document's serves.
#[test]
fn a_backend_without_public_halves_decrypts_and_publishes() {
    for (name, registry) in registries() {
        let registry = Registry {
            key_management: &[&Bare { alg: JweAlg::RsaOaep256, public: None, cek_len: 16 }],
            ..registry
        };
        let alg = JweAlg::RsaOaep256;
        let own = DecryptionKey::new(&fixture("rsa2048"), alg, &registry).unwrap();
        let key = own.encryption_key(JweEnc::A128Gcm).unwrap();
        let token = Jwe::encrypt(PLAINTEXT, &Header::new().with_embedded_jwk(), &key).unwrap();
        let policy = Policy::encrypted(&[alg], &[JweEnc::A128Gcm]).build().unwrap();

        assert_eq!(json!(own.public_jwk().unwrap()), json!(key.public_jwk().unwrap()), "{name}");
        let jwe = Jwe::decrypt(&token, &KeySet::from(own), &policy).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT, "{name}");
    }
}

/// ECDH-ES of such a backend, with a document that has the private half alone: the sender's key must not be that.
#[test]
fn a_backend_without_public_halves_hands_no_private_half_to_senders() {
    for (name, registry) in registries() {
        let bare = Bare { alg: JweAlg::EcdhEs, public: None, cek_len: 16 };
        let bare: &'static dyn KeyManagementAlgorithm = Box::leak(Box::new(bare));
        let registry = Registry { key_management: vec![bare].leak(), ..registry };
        let sender = |material: &KeyMaterial| {
            let own = DecryptionKey::new(material, JweAlg::EcdhEs, &registry).unwrap();
            own.encryption_key(JweEnc::A128Gcm).unwrap().material()
        };
        let d = SecretBytes::new(vec![7; 32]);
        let private = KeyMaterial::ec(Curve::P256, None, Some(d)).unwrap();

        assert_eq!(sender(&private).unwrap_err(), KeyError::NoKeyMaterial, "{name}");
        assert!(!sender(&fixture("p256")).unwrap().is_private(), "{name}");
    }
}

/// A backend whose private half belongs to another public half than the document's.
#[test]
fn a_public_half_that_the_backend_contradicts_makes_no_key() {
    for (name, registry) in registries() {
        let bind = |bare: &'static Bare| {
            let registry = Registry { key_management: vec![bare as _].leak(), ..registry };
            DecryptionKey::new(&fixture("rsa2048"), JweAlg::RsaOaep256, &registry).map(|_| ())
        };

        for other in ["rsa3072", "p256"] {
            let bare: &Bare = Box::leak(Box::new(Bare {
                alg: JweAlg::RsaOaep256,
                public: Some(other),
                cek_len: 16,
            }));
            assert_eq!(bind(bare), Err(KeyError::Inconsistent), "{other} on {name}");
        }
        assert_eq!(
            bind(&Bare { alg: JweAlg::RsaOaep256, public: Some("rsa2048"), cek_len: 16 }),
            Ok(()),
            "{name}"
        );
    }
}

/// RFC 7516 section 11.5: a content encryption key of another length is replaced, and no cipher gets to see it.
#[test]
fn a_recovered_key_of_another_length_never_reaches_the_cipher() {
    for (name, registry) in registries() {
        for cek_len in [0, 1, 15, 17, 32] {
            let bare: &'static Bare =
                Box::leak(Box::new(Bare { alg: JweAlg::RsaOaep256, public: None, cek_len }));
            let registry = Registry {
                key_management: vec![bare as _].leak(),
                content_encryption: &[&Opening(16)],
                ..registry
            };
            let alg = JweAlg::RsaOaep256;
            let own = DecryptionKey::new(&fixture("rsa2048"), alg, &registry).unwrap();
            let key = own.encryption_key(JweEnc::A128Gcm).unwrap();
            let token = Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap();
            let policy = Policy::encrypted(&[alg], &[JweEnc::A128Gcm]).build().unwrap();

            let outcome = Jwe::decrypt(&token, &KeySet::from(own), &policy).map(|_| ());
            assert_eq!(outcome, Err(Error::DecryptionFailed), "{cek_len} on {name}");
        }
    }
}

/// A cipher that appends too little: the end of its plaintext would stand in the token as the tag.
#[test]
fn a_cipher_that_appends_no_whole_tag_makes_no_token() {
    for (name, registry) in registries() {
        let encrypt = |appended| {
            let content: &'static dyn ContentEncryptionAlgorithm =
                Box::leak(Box::new(Appending(appended)));
            let registry = Registry { content_encryption: vec![content].leak(), ..registry };
            let material = KeyMaterial::oct(vec![7; 16]);
            let key =
                EncryptionKey::new(&material, JweAlg::Dir, JweEnc::A128Gcm, &registry).unwrap();
            Jwe::encrypt(PLAINTEXT, &Header::new(), &key).map(|_| ())
        };
        for appended in [0, 1, 15] {
            assert_eq!(encrypt(appended), Err(Error::EncryptionFailed), "{appended} on {name}");
        }
        assert_eq!(encrypt(16), Ok(()), "{name}");
    }
}

fn encrypt_with(
    material: &KeyMaterial,
    lying: Lying,
    enc: JweEnc,
    registry: Registry,
) -> Result<(), Error> {
    let alg = lying.alg;
    let lying: &'static dyn KeyManagementAlgorithm = Box::leak(Box::new(lying));
    // A cipher that believes josie, which promises to have checked the length.
    let content: &'static dyn ContentEncryptionAlgorithm = match enc {
        JweEnc::A128Gcm => Box::leak(Box::new(Appending(16))),
        _ => registry.content_encryption(enc).unwrap(),
    };
    let registry = Registry {
        key_management: vec![lying].leak(),
        content_encryption: vec![content].leak(),
        ..registry
    };
    let key = EncryptionKey::new(material, alg, enc, &registry).unwrap();
    Jwe::encrypt(PLAINTEXT, &Header::new(), &key).map(|_| ())
}

/// A key management algorithm whose results have these lengths.
#[derive(Clone, Copy, Debug)]
struct Lying {
    alg: JweAlg,
    cek_len: Option<usize>,
    encrypted_key_len: usize,
}

impl KeyManagementAlgorithm for Lying {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        Ok(Box::new(*self))
    }

    fn decryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        Err(KeyError::Unsupported { alg: self.alg.name(), what: "decrypting" })
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        Err(KeyError::GenerationFailed)
    }
}

impl KeyEncryptor for Lying {
    fn encrypt_key(&self, _input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let encrypted_key = vec![9; self.encrypted_key_len];
        let mut encrypted = EncryptedKey::encrypted(encrypted_key, KeyManagementHeader::default());
        encrypted.agreed_cek = self.cek_len.map(|len| SecretBytes::new(vec![9; len]));
        Ok(encrypted)
    }
}

/// An algorithm, most often RSA-OAEP-256 for a modulus of 2048 bits, that encrypts nothing, and takes this for the public half.
#[derive(Clone, Copy, Debug)]
struct Bare {
    alg: JweAlg,
    public: Option<&'static str>,
    cek_len: usize,
}

impl KeyManagementAlgorithm for Bare {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        Ok(Box::new(*self))
    }

    fn decryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        Ok(Box::new(*self))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        Err(KeyError::GenerationFailed)
    }
}

impl KeyEncryptor for Bare {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        let mut encrypted_key = input.cek.ok_or(EncryptionFailed)?.expose().to_vec();
        encrypted_key.resize(256, 0);
        Ok(EncryptedKey::encrypted(encrypted_key, KeyManagementHeader::default()))
    }
}

impl KeyDecryptor for Bare {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        Ok(SecretBytes::new(input.encrypted_key[..self.cek_len].to_vec()))
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        self.public.and_then(|name| fixture(name).public_half())
    }
}

/// A128GCM that opens everything, but not with a key of the right length.
#[derive(Clone, Copy, Debug)]
struct Opening(usize);

impl ContentEncryptionAlgorithm for Opening {
    fn enc(&self) -> JweEnc {
        JweEnc::A128Gcm
    }

    fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        Ok(Box::new(Self(cek.len())))
    }
}

impl ContentCipher for Opening {
    fn seal(&self, _: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed> {
        in_out.extend_from_slice(&[0; 16]);
        Ok(())
    }

    fn open(&self, _: &ContentInput<'_>, _: &mut Vec<u8>) -> Result<(), DecryptionFailed> {
        if self.0 == 16 { Err(DecryptionFailed) } else { Ok(()) }
    }
}

/// A128GCM that encrypts nothing, appends so many octets, and takes a key of any length.
#[derive(Clone, Copy, Debug)]
struct Appending(usize);

impl ContentEncryptionAlgorithm for Appending {
    fn enc(&self) -> JweEnc {
        JweEnc::A128Gcm
    }

    fn cipher(&self, _cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        Ok(Box::new(*self))
    }
}

impl ContentCipher for Appending {
    fn seal(&self, _: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed> {
        in_out.extend_from_slice(&vec![0; self.0]);
        Ok(())
    }

    fn open(&self, _: &ContentInput<'_>, _: &mut Vec<u8>) -> Result<(), DecryptionFailed> {
        Err(DecryptionFailed)
    }
}
