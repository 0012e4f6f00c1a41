//! What reads the same for *ring* and AWS-LC. Each backend compiles this module for itself: `primitives`
//! is its crate, and `backend` its own module with what it does differently.

pub(super) mod ecdsa;
pub(super) mod ed25519;
pub(super) mod gcm;
pub(super) mod gcm_key_wrap;
pub(super) mod hmac;
pub(super) mod key_wrap;
pub(super) mod pbes2;
pub(super) mod random;
pub(super) mod rsa;

use super as backend;
use super::primitives;
