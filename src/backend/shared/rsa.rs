//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 7518 sections 3.3 and 3.5).

use core::fmt;

use super::backend;
use super::primitives::rand::SystemRandom;
use super::primitives::rsa::KeyPair;
use super::primitives::rsa::KeyPairComponents;
use super::primitives::rsa::PublicKeyComponents;
use super::primitives::signature;
use super::primitives::signature::RsaEncoding;
use super::primitives::signature::RsaParameters;

use crate::alg::JwsAlg;
use crate::backend::params;
use crate::backend::verifier::KeyVerifier;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::RsaParams;
use crate::registry::GenerateInput;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::Signer;
use crate::registry::SigningContext;
use crate::registry::SigningFailed;
use crate::registry::Verifier;

pub(in super::super) static RS256: Rsa = Rsa {
    alg: JwsAlg::Rs256,
    signing: &signature::RSA_PKCS1_SHA256,
    verification: &signature::RSA_PKCS1_2048_8192_SHA256,
};

pub(in super::super) static RS384: Rsa = Rsa {
    alg: JwsAlg::Rs384,
    signing: &signature::RSA_PKCS1_SHA384,
    verification: &signature::RSA_PKCS1_2048_8192_SHA384,
};

pub(in super::super) static RS512: Rsa = Rsa {
    alg: JwsAlg::Rs512,
    signing: &signature::RSA_PKCS1_SHA512,
    verification: &signature::RSA_PKCS1_2048_8192_SHA512,
};

// RFC 7518 section 3.5: the salt is as long as the hash, which is what both backends sign with and ask for.
pub(in super::super) static PS256: Rsa = Rsa {
    alg: JwsAlg::Ps256,
    signing: &signature::RSA_PSS_SHA256,
    verification: &signature::RSA_PSS_2048_8192_SHA256,
};

pub(in super::super) static PS384: Rsa = Rsa {
    alg: JwsAlg::Ps384,
    signing: &signature::RSA_PSS_SHA384,
    verification: &signature::RSA_PSS_2048_8192_SHA384,
};

pub(in super::super) static PS512: Rsa = Rsa {
    alg: JwsAlg::Ps512,
    signing: &signature::RSA_PSS_SHA512,
    verification: &signature::RSA_PSS_2048_8192_SHA512,
};

/// RSA signatures with one padding and one hash.
pub(in super::super) struct Rsa {
    alg: JwsAlg,
    signing: &'static dyn RsaEncoding,
    verification: &'static RsaParameters,
}

impl SignatureAlgorithm for Rsa {
    fn alg(&self) -> JwsAlg {
        self.alg
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        let rsa = params::rsa(self.alg.name(), key)?;
        let public = backend::rsa::public_key(rsa, self.verification)?;
        Ok(Box::new(KeyVerifier::new(public, self.alg, Some(rsa.n().len()))))
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        let rsa = params::rsa(self.alg.name(), key)?;
        Ok(Box::new(RsaSigner {
            alg: self.alg,
            pair: key_pair(self.alg.name(), rsa)?,
            padding: self.signing,
            random: SystemRandom::new(),
            signature_len: rsa.n().len(),
            public: KeyMaterial::rsa_public(rsa.n(), rsa.e())?,
        }))
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        backend::rsa::generate(self.alg.name(), input.rsa_bits)
    }
}

impl fmt::Debug for Rsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rsa({})", self.alg)
    }
}

/// The key pair, if its parts belong together; `alg` is named if this backend cannot hold it.
pub(in super::super) fn key_pair(alg: &'static str, rsa: &RsaParams) -> Result<KeyPair, KeyError> {
    let private = rsa.private().ok_or(KeyError::PrivateKeyNeeded)?;
    backend::rsa::check_private_key(alg, rsa, private)?;
    KeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n: rsa.n(), e: rsa.e() },
        d: private.d.expose(),
        p: private.p.expose(),
        q: private.q.expose(),
        dP: private.dp.expose(),
        dQ: private.dq.expose(),
        qInv: private.qi.expose(),
    })
    .map_err(|_| KeyError::Inconsistent)
}

pub(in super::super) struct RsaSigner {
    alg: JwsAlg,
    pub(in super::super) pair: KeyPair,
    pub(in super::super) padding: &'static dyn RsaEncoding,
    random: SystemRandom,
    pub(in super::super) signature_len: usize,
    public: KeyMaterial,
}

impl Signer for RsaSigner {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        // Both backends want a buffer of exactly the modulus length; AWS-LC panics with any other.
        let mut signature = vec![0; self.signature_len];
        self.pair
            .sign(self.padding, &self.random, input.message, &mut signature)
            .map_err(|_| SigningFailed)?;
        Ok(signature)
    }

    fn begin(&self) -> Option<Box<dyn SigningContext + '_>> {
        backend::begin_signing(self, self.alg)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        Some(self.public.clone())
    }
}
