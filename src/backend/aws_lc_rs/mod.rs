//! The full registry: every algorithm, computed by AWS-LC, which wipes its keys when they are dropped.

mod ecdsa;
mod ed25519;
mod rsa;
// Compiled once for each backend, each time for other primitives.
#[allow(clippy::duplicate_mod)]
#[path = "../shared/mod.rs"]
mod shared;

use ::aws_lc_rs as primitives;
use ::aws_lc_rs::signature::ParsedPublicKey;

use crate::backend::verifier::BackendKey;
use crate::registry::InvalidSignature;
use crate::registry::SignatureAlgorithm;

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
    &ecdsa::ES512,
    &ecdsa::ES256K,
    &shared::ed25519::ED25519,
    &shared::ed25519::EDDSA,
];

impl BackendKey for ParsedPublicKey {
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.verify_sig(message, signature).map_err(|_| InvalidSignature)
    }
}
