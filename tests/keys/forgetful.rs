//! A registry of one's own whose signers do not look at the public half that a document has.

use josie::Curve;
use josie::GenerateInput;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::Registry;
use josie::SignatureAlgorithm;
use josie::Signer;
use josie::Verifier;

use crate::Json;
use crate::flip;
use crate::registries;

/// Ed25519 of a registry, whose signers know the private half alone.
#[derive(Debug)]
struct Forgetful(&'static dyn SignatureAlgorithm);

impl SignatureAlgorithm for Forgetful {
    fn alg(&self) -> JwsAlg {
        self.0.alg()
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        self.0.verifier(key)
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        let KeyParams::Okp(okp) = key.params() else { panic!("{key:?}") };
        self.0.signer(&KeyMaterial::okp(Curve::Ed25519, None, okp.d().cloned())?)
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        self.0.generate(input)
    }
}

/// What such a key exports would be halves of two keys.
#[test]
fn public_half_that_only_the_document_has_is_refused() {
    for (name, registry) in registries() {
        let forgetful = Forgetful(registry.signature(JwsAlg::Ed25519).unwrap());
        let algorithm: &dyn SignatureAlgorithm = Box::leak(Box::new(forgetful));
        let registry = Registry { signatures: vec![algorithm].leak(), ..registry };
        let honest = Json::private("ed25519");
        let foreign = honest.clone().changed("x", |octets| flip(octets));

        let error = foreign.signing(JwsAlg::Ed25519, &registry).unwrap_err();

        assert_eq!(error, KeyError::Inconsistent, "{name}");
        let key = honest.signing(JwsAlg::Ed25519, &registry).unwrap();
        assert!(key.material().to_private_jwk().is_ok(), "{name}");
    }
}
