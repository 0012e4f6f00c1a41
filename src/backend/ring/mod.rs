//! The lighter registry, computed by *ring*: without ES512 and ES256K, without RSA key generation, and with no
//! encryption but by AES-GCM and for keys that both sides share.
//! *ring* does not wipe its keys when they are dropped.

mod ecdsa;
mod ed25519;
mod rsa;
// Compiled once for each backend, each time for other primitives.
#[allow(clippy::duplicate_mod)]
#[path = "../shared/mod.rs"]
mod shared;

use ::ring as primitives;
use ::ring::signature::UnparsedPublicKey;

use crate::alg::JwsAlg;
use crate::backend::verifier::BackendKey;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::InvalidSignature;
use crate::registry::KeyManagementAlgorithm;
use crate::registry::SecureRandom;
use crate::registry::SignatureAlgorithm;
use crate::registry::SigningContext;

pub(super) static SIGNATURES: &[&dyn SignatureAlgorithm] = &[
    &shared::hmac::HS256,
    &shared::hmac::HS384,
    &shared::hmac::HS512,
    &shared::rsa::RS256,
    &shared::rsa::RS384,
    &shared::rsa::RS512,
    &shared::rsa::PS256,
    &shared::rsa::PS384,
    &shared::rsa::PS512,
    &shared::ecdsa::ES256,
    &shared::ecdsa::ES384,
    &shared::ed25519::ED25519,
    &shared::ed25519::EDDSA,
];

pub(super) static KEY_MANAGEMENT: &[&dyn KeyManagementAlgorithm] = &[
    &shared::key_wrap::A128KW,
    &shared::key_wrap::A192KW,
    &shared::key_wrap::A256KW,
    &shared::gcm_key_wrap::A128GCMKW,
    &shared::gcm_key_wrap::A256GCMKW,
    &shared::pbes2::HS256_A128KW,
    &shared::pbes2::HS384_A192KW,
    &shared::pbes2::HS512_A256KW,
];

pub(super) static CONTENT_ENCRYPTION: &[&dyn ContentEncryptionAlgorithm] =
    &[&shared::gcm::A128GCM, &shared::gcm::A256GCM];

pub(super) static RANDOM: &dyn SecureRandom = &shared::random::BackendRandom;

impl BackendKey for UnparsedPublicKey<Vec<u8>> {
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.verify(message, signature).map_err(|_| InvalidSignature)
    }
}

/// *ring* signs and verifies whole messages only, but for HMAC.
fn begin_signing<K>(_key: &K, _alg: JwsAlg) -> Option<Box<dyn SigningContext + '_>> {
    None
}
