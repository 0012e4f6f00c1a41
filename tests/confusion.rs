//! The confusion matrix: every kind of key, bound to every algorithm, against tokens by every algorithm.
//! Only what belongs together verifies.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod common;

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::registries;
use josie::Curve;
use josie::Error;
use josie::Expect;
use josie::GenerateInput;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::Registry;
use josie::RsaBits;
use josie::SignInput;
use josie::SigningKey;
use josie::VerifyInput;
use josie::VerifyingKey;

const PAYLOAD: &[u8] = b"{\"sub\":\"frodo\"}";

/// One kind of key, and the algorithms that take it.
struct Kind {
    name: &'static str,
    private: KeyMaterial,
    public: KeyMaterial,
    kty: KeyType,
    crv: Option<Curve>,
    algs: &'static [JwsAlg],
}

impl Kind {
    fn asymmetric(
        name: &'static str,
        kty: KeyType,
        crv: Option<Curve>,
        algs: &'static [JwsAlg],
    ) -> Self {
        Self {
            name,
            private: KeyMaterial::from_pem(&pem(name, "pkcs8")).unwrap(),
            public: KeyMaterial::from_pem(&pem(name, "spki")).unwrap(),
            kty,
            crv,
            algs,
        }
    }

    /// What `alg` must say of a key of this kind.
    fn expected(&self, alg: JwsAlg, registry: &str) -> Result<(), KeyError> {
        if self.algs.contains(&alg) {
            return if is_missing(registry, alg) {
                Err(KeyError::Unsupported { alg: alg.name(), what: "this algorithm" })
            } else {
                Ok(())
            };
        }
        let kinds = kinds();
        let owner = kinds.iter().find(|kind| kind.algs.contains(&alg)).unwrap();
        Err(match self.crv {
            Some(found) if owner.kty == self.kty => {
                KeyError::WrongCurve { alg: alg.name(), expected: alg.crv().unwrap(), found }
            }
            _ => KeyError::WrongKeyType { alg: alg.name(), expected: owner.kty, found: self.kty },
        })
    }

    /// The algorithms of this kind that the registry has.
    fn algs_of(&self, registry: &str) -> impl Iterator<Item = JwsAlg> {
        self.algs.iter().copied().filter(move |alg| !is_missing(registry, *alg))
    }
}

// (a) Binding.

#[test]
fn every_algorithm_belongs_to_exactly_one_kind_of_key() {
    for alg in JwsAlg::ALL {
        let owners = kinds().into_iter().filter(|kind| kind.algs.contains(alg)).count();
        assert_eq!(owners, 1, "{alg}");
    }
}

#[test]
fn material_binds_to_the_algorithms_of_its_kind_and_to_no_other() {
    for (name, registry) in registries() {
        for kind in kinds() {
            for alg in JwsAlg::ALL.iter().copied() {
                let expected = kind.expected(alg, name);
                let signing = SigningKey::new(&kind.private, alg, &registry);
                let verifying = VerifyingKey::new(&kind.public, alg, &registry);

                let context = format!("{} as {alg} on {name}", kind.name);
                assert_eq!(
                    signing.as_ref().map(|_| ()),
                    expected.as_ref().map(|_| ()),
                    "{context}"
                );
                assert_eq!(verifying.map(|_| ()), expected, "{context}");
                assert!(signing.is_err() || signing.unwrap().alg() == alg, "{context}");
            }
        }
    }
}

#[test]
fn a_generated_key_binds_to_the_algorithms_of_its_kind_and_to_no_other() {
    for (name, registry) in registries() {
        for kind in kinds() {
            let Some(first) = kind.algs_of(name).next() else {
                continue;
            };
            let input = GenerateInput::new(RsaBits::B2048);
            let Ok(material) = registry.signature(first).unwrap().generate(&input) else {
                assert_eq!((name, kind.kty), ("ring", KeyType::Rsa));
                continue;
            };
            for alg in JwsAlg::ALL.iter().copied() {
                // A generated secret is as long as the hash of the algorithm that it was made for.
                if kind.kty == KeyType::Oct && kind.algs.contains(&alg) && alg != first {
                    continue;
                }
                let bound = SigningKey::new(&material, alg, &registry).map(|_| ());
                assert_eq!(bound, kind.expected(alg, name), "{first} as {alg} on {name}");
            }
        }
    }
}

// (b) Tokens whose header lies about what signed them.

#[test]
fn a_token_verifies_under_the_key_that_is_bound_to_what_signed_it_and_to_no_other() {
    for (name, registry) in registries() {
        for token in tokens(name, &registry) {
            let key = VerifyingKey::new(&token.public, token.signed_with, &registry).unwrap();

            let expected = if token.says == token.signed_with {
                Ok(PAYLOAD.to_vec())
            } else {
                Err(Error::UnknownKey)
            };
            assert_eq!(verify(&token.text, &KeySet::from(key)), expected, "{token:?} on {name}");
        }
    }
}

#[test]
fn a_token_that_says_another_algorithm_fails_with_the_same_key_bound_to_every_algorithm() {
    for (name, registry) in registries() {
        for token in tokens(name, &registry) {
            let kinds = kinds();
            let kind = kinds.iter().find(|kind| kind.algs.contains(&token.signed_with)).unwrap();
            let keys: KeySet<_> = kind
                .algs_of(name)
                .map(|alg| VerifyingKey::new(&kind.public, alg, &registry).unwrap())
                .collect();

            let expected = if is_same_primitive(token.says, token.signed_with) {
                Ok(PAYLOAD.to_vec())
            } else if kind.algs.contains(&token.says) {
                Err(Error::InvalidSignature)
            } else {
                Err(Error::UnknownKey)
            };
            assert_eq!(verify(&token.text, &keys), expected, "{token:?} on {name}");
        }
    }
}

#[test]
fn a_token_that_says_another_algorithm_fails_with_every_kind_of_key_at_hand() {
    for (name, registry) in registries() {
        let keys: KeySet<_> = kinds()
            .iter()
            .flat_map(|kind| {
                kind.algs_of(name)
                    .map(|alg| VerifyingKey::new(&kind.public, alg, &registry).unwrap())
            })
            .collect();
        assert_eq!(keys.len(), registry.signatures.len());

        for token in tokens(name, &registry) {
            let expected = if is_missing(name, token.says) {
                Err(Error::UnknownKey)
            } else if is_same_primitive(token.says, token.signed_with) {
                Ok(PAYLOAD.to_vec())
            } else {
                Err(Error::InvalidSignature)
            };
            assert_eq!(verify(&token.text, &keys), expected, "{token:?} on {name}");
        }
    }
}

#[test]
fn a_mac_keyed_with_the_text_of_a_public_key_is_never_tried_as_a_mac() {
    for (name, registry) in registries() {
        for kind in kinds().into_iter().filter(|kind| kind.kty != KeyType::Oct) {
            for mac in JwsAlg::SYMMETRIC.iter().copied() {
                // An attacker binds nothing, so none of the rules on secrets is in the way.
                let secret = KeyMaterial::oct(pem(kind.name, "spki").into_bytes());
                let token = token(mac, mac, &secret, &registry);
                let keys: KeySet<_> = kind
                    .algs_of(name)
                    .map(|alg| VerifyingKey::new(&kind.public, alg, &registry).unwrap())
                    .collect();

                assert_eq!(verify(&token, &keys), Err(Error::UnknownKey), "{} {mac}", kind.name);
            }
        }
    }
}

// (c) The primitives themselves.

#[test]
fn a_signature_verifies_under_no_other_algorithm_of_the_same_key() {
    for (name, registry) in registries() {
        for kind in kinds() {
            for by in kind.algs_of(name) {
                let signature = sign(by, &kind.private, PAYLOAD, &registry);
                for under in kind.algs_of(name) {
                    let algorithm = registry.signature(under).unwrap();
                    let verifier = algorithm.verifier(&kind.public).unwrap();
                    let input = VerifyInput::new(PAYLOAD, &signature);

                    let is_valid = verifier.verify(&input).is_ok();
                    assert_eq!(is_valid, is_same_primitive(by, under), "{by}, {under} on {name}");
                }
            }
        }
    }
}

#[test]
fn an_implementation_refuses_material_of_another_kind_by_itself() {
    for (name, registry) in registries() {
        for kind in kinds() {
            for alg in JwsAlg::ALL.iter().copied() {
                let Some(algorithm) = registry.signature(alg) else {
                    assert!(is_missing(name, alg), "{alg} on {name}");
                    continue;
                };
                let expected = kind.expected(alg, name);
                let verifier = algorithm.verifier(&kind.public).map(|_| ());
                let signer = algorithm.signer(&kind.private).map(|_| ());
                assert_eq!(verifier, expected, "{} as {alg} on {name}", kind.name);
                assert_eq!(signer, expected, "{} as {alg} on {name}", kind.name);
            }
        }
    }
}

// Both registries.

#[cfg(all(feature = "aws-lc-rs", feature = "ring"))]
#[test]
fn each_registry_verifies_what_the_other_signed() {
    use std::time::Duration;

    use josie::Claims;
    use josie::Header;
    use josie::Jwt;
    use josie::JwtPolicy;
    use josie::NoClaims;

    let policy = JwtPolicy::signed(JwsAlg::ALL).build().unwrap();
    let claims = Claims::new(NoClaims {}).subject("frodo").expires_in(Duration::from_secs(60));
    let mut verified = 0;

    for (signs, registry) in registries() {
        for (verifies, other) in registries() {
            for kind in kinds() {
                for alg in kind.algs_of(signs).filter(|alg| !is_missing(verifies, *alg)) {
                    let key = SigningKey::new(&kind.private, alg, &registry).unwrap();
                    let keys = KeySet::from(VerifyingKey::new(&kind.public, alg, &other).unwrap());

                    let token = Jwt::sign(&claims, &Header::jwt(), &key).unwrap();
                    let jwt: Jwt = Jwt::verify(&token, &keys, &policy).unwrap();

                    assert_eq!(jwt.alg(), alg);
                    assert_eq!(jwt.claims().sub.as_deref(), Some("frodo"));
                    verified += 1;
                }
            }
        }
    }

    assert_eq!(verified, 15 + 13 + 13 + 13);
}

/// A token, what its header says and what signed it.
struct Token {
    text: String,
    says: JwsAlg,
    signed_with: JwsAlg,
    public: KeyMaterial,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} signed with {}", self.says, self.signed_with)
    }
}

/// Every algorithm in the header, over every algorithm that the registry can sign with.
fn tokens(name: &str, registry: &Registry) -> Vec<Token> {
    let mut tokens = Vec::new();
    for kind in kinds() {
        for signed_with in kind.algs_of(name) {
            for says in JwsAlg::ALL.iter().copied() {
                tokens.push(Token {
                    text: token(says, signed_with, &kind.private, registry),
                    says,
                    signed_with,
                    public: kind.public.clone(),
                });
            }
        }
    }
    assert_eq!(tokens.len(), JwsAlg::ALL.len() * registry.signatures.len());
    tokens
}

fn token(says: JwsAlg, with: JwsAlg, private: &KeyMaterial, registry: &Registry) -> String {
    let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{says}\"}}"));
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(PAYLOAD));
    let signature = sign(with, private, input.as_bytes(), registry);
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn sign(alg: JwsAlg, private: &KeyMaterial, message: &[u8], registry: &Registry) -> Vec<u8> {
    let signer = registry.signature(alg).unwrap().signer(private).unwrap();
    signer.sign(&SignInput::new(message)).unwrap()
}

/// The payload of the token, under a policy that allows everything.
fn verify(token: &str, keys: &KeySet<VerifyingKey>) -> Result<Vec<u8>, Error> {
    let policy = Policy::signed(JwsAlg::ALL).typ(Expect::Any).build().unwrap();
    Jws::verify(token, keys, &policy).map(Jws::into_payload)
}

/// `Ed25519` and `EdDSA` are two names of one primitive (RFC 9864 section 2.2): with the same key bound to
/// both, a signature under one name verifies under the other. No other two algorithms share anything.
fn is_same_primitive(one: JwsAlg, other: JwsAlg) -> bool {
    let is_ed25519 = |alg| [JwsAlg::Ed25519, JwsAlg::EdDsa].contains(&alg);
    one == other || (is_ed25519(one) && is_ed25519(other))
}

fn kinds() -> Vec<Kind> {
    use JwsAlg::*;
    let secret = KeyMaterial::oct((0..64).collect::<Vec<u8>>());
    vec![
        Kind {
            name: "secret",
            private: secret.clone(),
            public: secret,
            kty: KeyType::Oct,
            crv: None,
            algs: &[Hs256, Hs384, Hs512],
        },
        Kind::asymmetric(
            "rsa2048",
            KeyType::Rsa,
            None,
            &[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512],
        ),
        Kind::asymmetric("p256", KeyType::Ec, Some(Curve::P256), &[Es256]),
        Kind::asymmetric("p384", KeyType::Ec, Some(Curve::P384), &[Es384]),
        Kind::asymmetric("p521", KeyType::Ec, Some(Curve::P521), &[Es512]),
        Kind::asymmetric("secp256k1", KeyType::Ec, Some(Curve::Secp256k1), &[Es256K]),
        Kind::asymmetric("ed25519", KeyType::Okp, Some(Curve::Ed25519), &[Ed25519, EdDsa]),
    ]
}

fn pem(name: &str, format: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read_to_string(directory.join(format!("{name}.{format}.pem"))).unwrap()
}

/// What the lighter registry does without.
fn is_missing(registry: &str, alg: JwsAlg) -> bool {
    registry == "ring" && [JwsAlg::Es512, JwsAlg::Es256K].contains(&alg)
}
