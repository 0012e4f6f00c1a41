//! What reads the same for *ring* and AWS-LC. Each backend compiles this module for itself: `primitives`
//! is its crate, and `backend` its own module with what it does differently.

pub(super) mod ecdsa;
pub(super) mod ed25519;
pub(super) mod hmac;
pub(super) mod rsa;

use super as backend;
use super::primitives;
use super::primitives::rand::SecureRandom;
use super::primitives::rand::SystemRandom;

use crate::error::KeyError;
use crate::secret::SecretBytes;

/// A fresh secret of `len` bytes from the backend's random generator.
fn random_secret(len: usize) -> Result<SecretBytes, KeyError> {
    let mut secret = vec![0; len];
    SystemRandom::new().fill(&mut secret).map_err(|_| KeyError::GenerationFailed)?;
    Ok(SecretBytes::new(secret))
}
