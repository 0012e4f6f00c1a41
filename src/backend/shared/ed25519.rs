//! Ed25519 (RFC 8037 section 3.1, RFC 9864 section 2.2). It takes no chunks: a message is hashed twice to sign it
//! (RFC 8032 section 5.1.6).

use core::fmt;

use super::backend;
use super::primitives::signature::Ed25519KeyPair;
use super::primitives::signature::KeyPair;
use super::random;

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
use crate::registry::SigningFailed;
use crate::registry::Verifier;
use crate::secret::SecretBytes;

pub(in super::super) static ED25519: Ed25519 = Ed25519 { alg: JwsAlg::Ed25519 };

pub(in super::super) static EDDSA: Ed25519 = Ed25519 { alg: JwsAlg::EdDsa };

/// Ed25519 under one of its two names.
pub(in super::super) struct Ed25519 {
    alg: JwsAlg,
}

impl SignatureAlgorithm for Ed25519 {
    fn alg(&self) -> JwsAlg {
        self.alg
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        let x = params::okp(self.alg.name(), Curve::Ed25519, key)?
            .x()
            .ok_or(KeyError::PublicHalfMissing)?;
        let public = backend::ed25519::public_key(x)?;
        Ok(Box::new(KeyVerifier::new(public, self.alg, self.alg.signature_len())))
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        let okp = params::okp(self.alg.name(), Curve::Ed25519, key)?;
        let pair = key_pair(okp.d().ok_or(KeyError::PrivateKeyNeeded)?)?;
        let x = pair.public_key().as_ref();
        // A signature depends on both halves: with a public half that belongs to another private one, two
        // signatures of one message give the private key away.
        if okp.x().is_some_and(|given| given != x) {
            return Err(KeyError::Inconsistent);
        }
        Ok(Box::new(Ed25519Signer {
            public: KeyMaterial::okp(Curve::Ed25519, Some(x.to_vec()), None)?,
            pair,
        }))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        // RFC 8032 section 5.1.5: a private key is 32 octets of random data.
        let seed = random::secret(Curve::Ed25519.field_len())?;
        let x = key_pair(&seed)?.public_key().as_ref().to_vec();
        KeyMaterial::okp(Curve::Ed25519, Some(x), Some(seed))
    }
}

impl fmt::Debug for Ed25519 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519({})", self.alg)
    }
}

fn key_pair(seed: &SecretBytes) -> Result<Ed25519KeyPair, KeyError> {
    Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| KeyError::InvalidValue("d"))
}

struct Ed25519Signer {
    pair: Ed25519KeyPair,
    public: KeyMaterial,
}

impl Signer for Ed25519Signer {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        backend::ed25519::sign(&self.pair, input.message)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        Some(self.public.clone())
    }
}
