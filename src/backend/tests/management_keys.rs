//! Key management algorithms: which keys they take and make.

use super::ec_parts;
use super::key_management::algorithms;
use super::key_management::private_keys;
use super::okp_parts;
use crate::alg::Curve;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::registry::GenerateInput;
use crate::registry::KeyManagementAlgorithm;
use crate::secret::SecretBytes;

fn encryptor_error(entry: &dyn KeyManagementAlgorithm, key: &KeyMaterial) -> KeyError {
    entry.encryptor(key).err().unwrap()
}

fn decryptor_error(entry: &dyn KeyManagementAlgorithm, key: &KeyMaterial) -> KeyError {
    entry.decryptor(key).err().unwrap()
}

#[test]
fn a_key_of_another_type_is_refused() {
    for entry in algorithms() {
        let (alg, expected) = (entry.alg().name(), entry.alg().kty());
        let other = match expected {
            KeyType::Oct => KeyMaterial::rsa_public(&[1], &[3]).unwrap(),
            _ => KeyMaterial::oct(vec![1; 32]),
        };
        let wrong_type = KeyError::WrongKeyType { alg, expected, found: other.kty() };
        assert_eq!(encryptor_error(entry, &other), wrong_type);
        assert_eq!(decryptor_error(entry, &other), wrong_type);
    }
}

#[test]
fn a_shared_key_of_another_length_is_refused() {
    let shared = algorithms().filter(|entry| entry.alg().kty() == KeyType::Oct);
    for entry in shared.filter(|entry| entry.alg().min_iterations().is_none()) {
        let (alg, expected) = (entry.alg().name(), entry.alg().kek_len().unwrap());
        for found in [0, 1, 15, 16, 17, 24, 31, 32, 33, 64] {
            let key = KeyMaterial::oct(vec![7; found]);
            let refused = Err(KeyError::SecretLength { alg, expected, found });
            let outcome = if found == expected { Ok(()) } else { refused };
            assert_eq!(entry.encryptor(&key).map(|_| ()), outcome);
            assert_eq!(entry.decryptor(&key).map(|_| ()), outcome);
        }
    }
}

#[test]
fn generated_keys_are_of_the_length_that_the_algorithm_takes() {
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Oct) {
        let alg = entry.alg();
        let outcome = entry.generate(&GenerateInput::default());
        if alg.min_iterations().is_some() {
            let (alg, what) = (alg.name(), "key generation");
            assert_eq!(outcome.unwrap_err(), KeyError::Unsupported { alg, what });
            continue;
        }
        let key = outcome.unwrap();
        let KeyParams::Oct(oct) = key.params() else { panic!("not oct") };
        assert_eq!(Some(oct.k().len()), alg.kek_len());
        let other = entry.generate(&GenerateInput::default()).unwrap();
        let KeyParams::Oct(other) = other.params() else { panic!("not oct") };
        assert_ne!(oct.k().expose(), other.k().expose());
    }
}

#[test]
fn public_halves_encrypt_and_do_not_decrypt() {
    for entry in algorithms().filter(|entry| entry.alg().kty() != KeyType::Oct) {
        for key in private_keys(entry) {
            let public = key.public_half().unwrap();
            assert!(entry.encryptor(&public).is_ok());
            assert_eq!(decryptor_error(entry, &public), KeyError::PrivateKeyNeeded);
        }
    }
}

#[test]
fn a_private_key_without_its_public_half_decrypts_and_does_not_encrypt() {
    for (entry, key) in agreement_keys() {
        let without = with_halves(&key, None, Some(&key));
        assert!(entry.decryptor(&without).is_ok());
        assert_eq!(encryptor_error(entry, &without), KeyError::PublicHalfMissing);
    }
}

#[test]
fn halves_of_two_keys_are_inconsistent() {
    for (entry, key) in agreement_keys() {
        let input = GenerateInput { crv: key.crv(), ..GenerateInput::default() };
        let other = entry.generate(&input).unwrap();
        let mixed = with_halves(&key, Some(&key), Some(&other));
        assert_eq!(decryptor_error(entry, &mixed), KeyError::Inconsistent);
    }
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Rsa) {
        let key = private_keys(entry).remove(0);
        let KeyParams::Rsa(rsa) = key.params() else { panic!("not RSA") };
        let mut private = rsa.private().unwrap().clone();
        private.dq = private.dp.clone();
        let broken = KeyMaterial::rsa_private(rsa.n(), rsa.e(), private).unwrap();
        assert_eq!(decryptor_error(entry, &broken), KeyError::Inconsistent);
    }
}

#[test]
fn a_point_off_the_curve_is_refused() {
    for (entry, key) in agreement_keys().filter(|(_, key)| key.kty() == KeyType::Ec) {
        let crv = key.crv().unwrap();
        let ((x, mut y), d) = ec_parts(&key);
        *y.last_mut().unwrap() ^= 1;
        let zero = vec![0; crv.field_len()];
        let all_ones = vec![0xff; crv.field_len()];
        for point in [(x, y), (zero.clone(), zero), (all_ones.clone(), all_ones)] {
            let pair = KeyMaterial::ec(crv, Some(point), Some(d.clone())).unwrap();
            assert_eq!(encryptor_error(entry, &pair), KeyError::InvalidPoint(crv));
            assert_eq!(decryptor_error(entry, &pair), KeyError::InvalidPoint(crv));
        }
    }
}

#[test]
fn a_private_value_out_of_range_is_refused() {
    for (entry, key) in agreement_keys().filter(|(_, key)| key.kty() == KeyType::Ec) {
        let crv = key.crv().unwrap();
        for octet in [0, 0xff] {
            let d = SecretBytes::new(vec![octet; crv.field_len()]);
            let key = KeyMaterial::ec(crv, None, Some(d)).unwrap();
            assert_eq!(decryptor_error(entry, &key), KeyError::InvalidValue("d"), "{crv}");
        }
    }
}

#[test]
fn a_curve_for_signatures_is_refused() {
    let ec = |crv: Curve| {
        let point = (vec![1; crv.field_len()], vec![1; crv.field_len()]);
        KeyMaterial::ec(crv, Some(point), Some(SecretBytes::new(vec![1; crv.field_len()])))
    };
    let ed25519 = KeyMaterial::okp(Curve::Ed25519, Some(vec![9; 32]), None).unwrap();
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Ec) {
        let alg = entry.alg().name();
        for key in [ec(Curve::Secp256k1).unwrap(), ed25519.clone()] {
            let found = key.crv().unwrap();
            let unsuitable = KeyError::UnsuitableCurve { alg, found };
            let generated = entry.generate(&GenerateInput::default().with_curve(found));
            assert_eq!(encryptor_error(entry, &key), unsuitable);
            assert_eq!(decryptor_error(entry, &key), unsuitable);
            assert_eq!(generated.unwrap_err(), unsuitable);
        }
        assert_eq!(entry.generate(&GenerateInput::default()).unwrap().crv(), Some(Curve::P256));
    }
}

/// Every algorithm that agrees upon keys, with a fresh one on each curve.
pub(super) fn agreement_keys()
-> impl Iterator<Item = (&'static dyn KeyManagementAlgorithm, KeyMaterial)> {
    algorithms()
        .filter(|entry| entry.alg().kty() == KeyType::Ec)
        .flat_map(|entry| private_keys(entry).into_iter().map(move |key| (entry, key)))
}

/// The public half of one key beside the private half of another, on the curve of `like`.
fn with_halves(
    like: &KeyMaterial,
    public: Option<&KeyMaterial>,
    private: Option<&KeyMaterial>,
) -> KeyMaterial {
    let crv = like.crv().unwrap();
    if crv.kty() == KeyType::Ec {
        let point = public.map(|key| ec_parts(key).0);
        KeyMaterial::ec(crv, point, private.map(|key| ec_parts(key).1)).unwrap()
    } else {
        let x = public.map(|key| okp_parts(key).0);
        KeyMaterial::okp(crv, x, private.map(|key| okp_parts(key).1)).unwrap()
    }
}
