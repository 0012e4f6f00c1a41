//! A registry whose verifications are counted.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::GenerateInput;
use josie::InvalidSignature;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::SignatureAlgorithm;
use josie::Signer;
use josie::Verifier;
use josie::VerifyInput;

/// A registry whose only signature algorithm is this one, and how often it has been asked to verify.
pub(crate) fn counting(alg: JwsAlg, registry: &Registry) -> (Registry, &'static AtomicUsize) {
    let counter: &'static AtomicUsize = Box::leak(Box::default());
    let inner = registry.signature(alg).unwrap();
    let counted: &'static dyn SignatureAlgorithm = Box::leak(Box::new(Counted { counter, inner }));
    (Registry { signatures: Box::leak(Box::new([counted])), ..*registry }, counter)
}

/// Something of a registry, and where its work is counted.
#[derive(Debug)]
struct Counted<T> {
    counter: &'static AtomicUsize,
    inner: T,
}

impl SignatureAlgorithm for Counted<&'static dyn SignatureAlgorithm> {
    fn alg(&self) -> JwsAlg {
        self.inner.alg()
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        let inner = self.inner.verifier(key)?;
        Ok(Box::new(Counted { counter: self.counter, inner }))
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        self.inner.signer(key)
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        self.inner.generate(input)
    }
}

impl Verifier for Counted<Box<dyn Verifier>> {
    fn verify(&self, input: &VerifyInput<'_>) -> Result<(), InvalidSignature> {
        self.counter.fetch_add(1, Ordering::SeqCst);
        self.inner.verify(input)
    }
}
