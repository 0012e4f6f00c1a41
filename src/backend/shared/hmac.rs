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
use crate::registry::SigningContext;
use crate::registry::SigningFailed;
use crate::registry::Verifier;
use crate::registry::VerifyingContext;

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
        Ok(Box::new(KeyVerifier::new(key, self.alg, self.alg.signature_len())))
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

    fn begin(&self, _alg: JwsAlg) -> Option<Box<dyn VerifyingContext + '_>> {
        Some(Box::new(HmacContext::new(self)))
    }
}

struct HmacSigner(hmac::Key);

impl Signer for HmacSigner {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        Ok(hmac::sign(&self.0, input.message).as_ref().to_vec())
    }

    fn begin(&self) -> Option<Box<dyn SigningContext + '_>> {
        Some(Box::new(HmacContext::new(&self.0)))
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}

/// A message in chunks. Its state is as good as the secret to make MACs with: AWS-LC wipes it when it is dropped,
/// *ring* does not.
struct HmacContext<'k> {
    key: &'k hmac::Key,
    context: hmac::Context,
}

impl<'k> HmacContext<'k> {
    fn new(key: &'k hmac::Key) -> Self {
        Self { key, context: hmac::Context::with_key(key) }
    }

    fn tag(&self) -> hmac::Tag {
        // Of a clone: moved out of its box, the context would leave a copy there that nobody wipes.
        self.context.clone().sign()
    }
}

impl VerifyingContext for HmacContext<'_> {
    fn update(&mut self, chunk: &[u8]) {
        self.context.update(chunk);
    }

    fn finish(self: Box<Self>, signature: &[u8]) -> Result<(), InvalidSignature> {
        // A context has no `verify`, and `verify` is all that both backends have to compare in constant time. So the
        // MACs of the two tags are compared: they are equal if the tags are, and unequal tags with equal MACs would
        // be a collision under a secret key.
        let mac = hmac::sign(self.key, signature);
        hmac::verify(self.key, self.tag().as_ref(), mac.as_ref()).map_err(|_| InvalidSignature)
    }
}

impl SigningContext for HmacContext<'_> {
    fn update(&mut self, chunk: &[u8]) {
        self.context.update(chunk);
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, SigningFailed> {
        Ok(self.tag().as_ref().to_vec())
    }
}
