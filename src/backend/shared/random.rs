//! The backend's random generator.

use super::primitives::rand::SecureRandom as _;
use super::primitives::rand::SystemRandom;

use crate::error::KeyError;
use crate::registry::RandomFailed;
use crate::registry::SecureRandom;
use crate::secret::SecretBytes;

/// The backend's generator, which is that of the operating system or seeded by it.
#[derive(Debug)]
pub(in super::super) struct BackendRandom;

impl SecureRandom for BackendRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        SystemRandom::new().fill(out).map_err(|_| RandomFailed)
    }
}

/// A fresh secret of `len` bytes.
pub(super) fn secret(len: usize) -> Result<SecretBytes, KeyError> {
    let mut secret = SecretBytes::new(vec![0; len]);
    BackendRandom.fill(secret.expose_mut()).map_err(|RandomFailed| KeyError::GenerationFailed)?;
    Ok(secret)
}
