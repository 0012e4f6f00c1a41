//! Messages that AWS-LC hashes by themselves: public keys verify the hash and private keys sign it, so that a message
//! may come in chunks.

use aws_lc_rs::digest;
use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::ParsedPublicKey;

use crate::alg::JwsAlg;
use crate::backend::verifier::BackendKey;
use crate::registry::InvalidSignature;
use crate::registry::SigningContext;
use crate::registry::SigningFailed;
use crate::registry::VerifyingContext;

/// A private key that signs a hash.
pub(super) trait DigestSigner: Sync {
    fn sign_digest(&self, digest: &Digest) -> Result<Vec<u8>, SigningFailed>;
}

/// Begins to sign a message of `alg`.
pub(super) fn begin_signing<K: DigestSigner>(
    key: &K,
    alg: JwsAlg,
) -> Option<Box<dyn SigningContext + '_>> {
    Some(Box::new(HashedMessage::new(key, alg)?))
}

impl BackendKey for ParsedPublicKey {
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.verify_sig(message, signature).map_err(|_| InvalidSignature)
    }

    fn begin(&self, alg: JwsAlg) -> Option<Box<dyn VerifyingContext + '_>> {
        Some(Box::new(HashedMessage::new(self, alg)?))
    }
}

/// A message in chunks, and the key that its hash is for.
struct HashedMessage<'k, K> {
    key: &'k K,
    context: digest::Context,
}

impl<'k, K> HashedMessage<'k, K> {
    fn new(key: &'k K, alg: JwsAlg) -> Option<Self> {
        Some(Self { key, context: digest::Context::new(hash(alg)?) })
    }
}

impl VerifyingContext for HashedMessage<'_, ParsedPublicKey> {
    fn update(&mut self, chunk: &[u8]) {
        self.context.update(chunk);
    }

    fn finish(self: Box<Self>, signature: &[u8]) -> Result<(), InvalidSignature> {
        let digest = self.context.finish();
        self.key.verify_digest_sig(&digest, signature).map_err(|_| InvalidSignature)
    }
}

impl<K: DigestSigner> SigningContext for HashedMessage<'_, K> {
    fn update(&mut self, chunk: &[u8]) {
        self.context.update(chunk);
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, SigningFailed> {
        let digest = self.context.finish();
        self.key.sign_digest(&digest)
    }
}

/// The hash that is signed (RFC 7518 sections 3.3 to 3.5, RFC 8812 section 3.2). HMAC has none, and neither has
/// Ed25519, which signs the message itself.
fn hash(alg: JwsAlg) -> Option<&'static digest::Algorithm> {
    match alg {
        JwsAlg::Rs256 | JwsAlg::Ps256 | JwsAlg::Es256 | JwsAlg::Es256K => Some(&digest::SHA256),
        JwsAlg::Rs384 | JwsAlg::Ps384 | JwsAlg::Es384 => Some(&digest::SHA384),
        JwsAlg::Rs512 | JwsAlg::Ps512 | JwsAlg::Es512 => Some(&digest::SHA512),
        JwsAlg::Hs256 | JwsAlg::Hs384 | JwsAlg::Hs512 | JwsAlg::Ed25519 | JwsAlg::EdDsa => None,
    }
}
