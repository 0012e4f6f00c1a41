//! Fresh keys.

use josie::GenerateInput;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyParams;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::RsaBits;
use josie::SigningKey;

use crate::registries;
use crate::unsupported;

/// Shorter than the default, so that the tests are not slow.
const SMALL: GenerateInput = GenerateInput::new(RsaBits::B2048);

#[test]
fn generated_key_signs_and_verifies_under_every_algorithm_that_the_registry_generates() {
    for (name, registry) in registries() {
        for alg in JwsAlg::ALL.iter().copied() {
            let key = SigningKey::generate_with(alg, &SMALL, &registry);
            if let Some(error) = refusal(name, alg) {
                assert_eq!(key.unwrap_err(), error);
                continue;
            }
            let key = key.unwrap();
            let policy = Policy::signed(&[alg]).build().unwrap();

            let token = Jws::sign(b"payload", &Header::new(), &key).unwrap();
            let jws = Jws::verify(&token, &KeySet::from(key.verifying_key()), &policy).unwrap();

            assert_eq!(jws.payload(), b"payload", "{alg} on {name}");
            assert_eq!((key.alg(), key.kid()), (alg, None), "{alg} on {name}");
        }
    }
}

#[test]
fn generated_keys_differ() {
    for (name, registry) in registries() {
        for alg in JwsAlg::ALL.iter().copied() {
            if alg.kty() == KeyType::Rsa || refusal(name, alg).is_some() {
                continue;
            }
            let algorithm = registry.signature(alg).unwrap();
            let [one, other] = [(); 2].map(|()| {
                let material = algorithm.generate(&SMALL).unwrap();
                match material.params() {
                    KeyParams::Oct(oct) => oct.k().expose().to_vec(),
                    KeyParams::Ec(ec) => ec.d().unwrap().expose().to_vec(),
                    KeyParams::Okp(okp) => okp.d().unwrap().expose().to_vec(),
                    other => panic!("{other:?}"),
                }
            });

            assert_ne!(one, other, "{alg} on {name}");
            let len = alg.crv().map_or(alg.min_secret_len(), |crv| Some(crv.field_len()));
            assert_eq!(Some(one.len()), len, "{alg} on {name}");
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn generated_rsa_key_has_the_size_that_was_asked_for() {
    let registry = josie::Registry::aws_lc_rs();
    for (size, bits) in [(RsaBits::B2048, 2048), (RsaBits::B3072, 3072), (RsaBits::B4096, 4096)] {
        let algorithm = registry.signature(JwsAlg::Rs256).unwrap();

        let material = algorithm.generate(&GenerateInput::new(size)).unwrap();

        let KeyParams::Rsa(rsa) = material.params() else { panic!("{:?}", material.kty()) };
        assert_eq!((rsa.bits(), rsa.e()), (bits, &[1, 0, 1][..]));
        assert!(SigningKey::new(&material, JwsAlg::Ps256, &registry).is_ok());
    }
    assert_eq!(RsaBits::default(), RsaBits::B3072);
}

/// What a registry does not generate, and what it says then.
fn refusal(registry: &str, alg: JwsAlg) -> Option<KeyError> {
    match (registry, alg.kty()) {
        ("ring", KeyType::Rsa) => Some(unsupported(alg, "key generation")),
        ("ring", _) if [JwsAlg::Es512, JwsAlg::Es256K].contains(&alg) => {
            Some(unsupported(alg, "this algorithm"))
        }
        _ => None,
    }
}
