//! The full registry: every algorithm, computed by AWS-LC, which wipes its keys when they are dropped.

mod cbc_hmac;
mod concat_kdf;
mod ecdh;
mod ecdsa;
mod ed25519;
mod gcm;
mod hashed;
mod key_agreement;
mod rsa;
mod rsa_oaep;
// Compiled once for each backend, each time for other primitives.
#[allow(clippy::duplicate_mod)]
#[path = "../shared/mod.rs"]
mod shared;

use ::aws_lc_rs as primitives;

use self::hashed::begin_signing;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::KeyManagementAlgorithm;
use crate::registry::SecureRandom;
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

pub(super) static KEY_MANAGEMENT: &[&dyn KeyManagementAlgorithm] = &[
    &shared::key_wrap::A128KW,
    &shared::key_wrap::A192KW,
    &shared::key_wrap::A256KW,
    &shared::gcm_key_wrap::A128GCMKW,
    &gcm::A192GCMKW,
    &shared::gcm_key_wrap::A256GCMKW,
    &rsa_oaep::RSA_OAEP,
    &rsa_oaep::RSA_OAEP_256,
    &rsa_oaep::RSA_OAEP_384,
    &rsa_oaep::RSA_OAEP_512,
    &ecdh::ECDH_ES,
    &ecdh::ECDH_ES_A128KW,
    &ecdh::ECDH_ES_A192KW,
    &ecdh::ECDH_ES_A256KW,
    &shared::pbes2::HS256_A128KW,
    &shared::pbes2::HS384_A192KW,
    &shared::pbes2::HS512_A256KW,
];

pub(super) static CONTENT_ENCRYPTION: &[&dyn ContentEncryptionAlgorithm] = &[
    &shared::gcm::A128GCM,
    &gcm::A192GCM,
    &shared::gcm::A256GCM,
    &cbc_hmac::A128CBC_HS256,
    &cbc_hmac::A192CBC_HS384,
    &cbc_hmac::A256CBC_HS512,
];

pub(super) static RANDOM: &dyn SecureRandom = &shared::random::BackendRandom;
