//! The one verifier of both backends: josie's rule on lengths, then the backend's key.

use crate::registry::InvalidSignature;
use crate::registry::Verifier;
use crate::registry::VerifyInput;

/// A public or symmetric key as a backend holds it.
pub(super) trait BackendKey: Send + Sync {
    /// Checks a signature whose length is right.
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;
}

/// A backend's key, and the one length that its signatures have.
pub(super) struct KeyVerifier<K> {
    key: K,
    signature_len: Option<usize>,
}

impl<K: BackendKey> KeyVerifier<K> {
    /// `signature_len`: in bytes. `None`, an algorithm without a known length, verifies nothing.
    pub(super) fn new(key: K, signature_len: Option<usize>) -> Self {
        Self { key, signature_len }
    }
}

impl<K: BackendKey> Verifier for KeyVerifier<K> {
    fn verify(&self, input: &VerifyInput<'_>) -> Result<(), InvalidSignature> {
        // RFC 7518 sections 3.2 to 3.5: the length is fixed. It is checked here so that it does not
        // depend on how a backend reads shorter and longer signatures.
        if Some(input.signature.len()) != self.signature_len {
            return Err(InvalidSignature);
        }
        self.key.check_signature(input.message, input.signature)
    }
}
