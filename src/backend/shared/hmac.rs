//! HMAC (RFC 7518 section 3.2).

use core::fmt;

use super::primitives::hmac;
use super::random;

use crate::alg::JwsAlg;
use crate::backend::params;
use crate::backend::verifier::BackendKey;
use crate::backend::verifier::KeyVerifier;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::InvalidSignature;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::Signer;
use crate::registry::SigningFailed;
use crate::registry::Verifier;

pub(in super::super) static HS256: Hmac =
    Hmac { alg: JwsAlg::Hs256, algorithm: &hmac::HMAC_SHA256 };

pub(in super::super) static HS384: Hmac =
    Hmac { alg: JwsAlg::Hs384, algorithm: &hmac::HMAC_SHA384 };

pub(in super::super) static HS512: Hmac =
    Hmac { alg: JwsAlg::Hs512, algorithm: &hmac::HMAC_SHA512 };

/// HMAC with one hash.
pub(in super::super) struct Hmac {
    alg: JwsAlg,
    algorithm: &'static hmac::Algorithm,
}

impl Hmac {
    fn key(&self, key: &KeyMaterial) -> Result<hmac::Key, KeyError> {
        let secret = params::oct(self.alg.name(), key)?;
        Ok(hmac::Key::new(*self.algorithm, secret.expose()))
    }
}

impl SignatureAlgorithm for Hmac {
    fn alg(&self) -> JwsAlg {
        self.alg
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        let key = self.key(key)?;
        Ok(Box::new(KeyVerifier::new(key, self.alg.signature_len())))
    }

    fn signer(&self, key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        Ok(Box::new(HmacSigner(self.key(key)?)))
    }

    fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        // RFC 7518 section 3.2: at least as long as the hash; more would add no strength.
        let len = self.algorithm.digest_algorithm().output_len();
        random::secret(len).map(KeyMaterial::oct)
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hmac({})", self.alg)
    }
}

impl BackendKey for hmac::Key {
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        // Compares in constant time.
        hmac::verify(self, message, signature).map_err(|_| InvalidSignature)
    }
}

struct HmacSigner(hmac::Key);

impl Signer for HmacSigner {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        Ok(hmac::sign(&self.0, input.message).as_ref().to_vec())
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}
