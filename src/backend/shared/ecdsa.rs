//! ECDSA (RFC 7518 section 3.4, RFC 8812 section 3.2): signatures are `r || s`.

use core::fmt;

use super::backend;
use super::primitives::rand::SystemRandom;
use super::primitives::signature;
use super::primitives::signature::EcdsaKeyPair;
use super::primitives::signature::EcdsaSigningAlgorithm;
use super::primitives::signature::EcdsaVerificationAlgorithm;
use super::primitives::signature::KeyPair;

use crate::alg::Curve;
use crate::alg::JwsAlg;
use crate::backend::params;
use crate::backend::verifier::KeyVerifier;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::Signer;
use crate::registry::SigningContext;
use crate::registry::SigningFailed;
use crate::registry::Verifier;

pub(in super::super) static ES256: Ecdsa = Ecdsa {
    alg: JwsAlg::Es256,
    crv: Curve::P256,
    signing: &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
    verification: &signature::ECDSA_P256_SHA256_FIXED,
};

pub(in super::super) static ES384: Ecdsa = Ecdsa {
    alg: JwsAlg::Es384,
    crv: Curve::P384,
    signing: &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
    verification: &signature::ECDSA_P384_SHA384_FIXED,
};

/// ECDSA over one curve with one hash.
pub(in super::super) struct Ecdsa {
    pub(in super::super) alg: JwsAlg,
    pub(in super::super) crv: Curve,
    pub(in super::super) signing: &'static EcdsaSigningAlgorithm,
    pub(in super::super) verification: &'static EcdsaVerificationAlgorithm,
}

impl SignatureAlgorithm for Ecdsa {
    fn alg(&self) -> JwsAlg {
        self.alg
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        let point = params::ec(self.alg.name(), self.crv, key)?
            .uncompressed_point()
            .ok_or(KeyError::PublicHalfMissing)?;
        let public = backend::ecdsa::public_key(self, point)?;
        Ok(Box::new(KeyVerifier::new(public, self.alg, self.alg.signature_len())))
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        let ec = params::ec(self.alg.name(), self.crv, key)?;
        let d = ec.d().ok_or(KeyError::PrivateKeyNeeded)?;
        let pair = backend::ecdsa::key_pair(self, d, ec.uncompressed_point())?;
        Ok(Box::new(EcdsaSigner {
            alg: self.alg,
            public: params::ec_material(self.crv, pair.public_key().as_ref(), None)?,
            pair,
            random: SystemRandom::new(),
        }))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        backend::ecdsa::generate(self)
    }
}

impl fmt::Debug for Ecdsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ecdsa({})", self.alg)
    }
}

pub(in super::super) struct EcdsaSigner {
    alg: JwsAlg,
    pub(in super::super) pair: EcdsaKeyPair,
    random: SystemRandom,
    public: KeyMaterial,
}

impl Signer for EcdsaSigner {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        self.pair
            .sign(&self.random, input.message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| SigningFailed)
    }

    fn begin(&self) -> Option<Box<dyn SigningContext + '_>> {
        backend::begin_signing(self, self.alg)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        Some(self.public.clone())
    }
}
