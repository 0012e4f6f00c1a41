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

#[cfg(test)]
mod tests {
    use super::*;

    struct AcceptsEverything;

    impl BackendKey for AcceptsEverything {
        fn check_signature(&self, _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
            Ok(())
        }
    }

    #[test]
    fn signature_of_another_length_does_not_reach_the_backend() {
        let verifier = KeyVerifier::new(AcceptsEverything, Some(64));

        for len in [0, 1, 63, 65, 128] {
            let outcome = verifier.verify(&VerifyInput::new(b"", &vec![0; len]));
            assert_eq!(outcome, Err(InvalidSignature), "{len}");
        }
        assert_eq!(verifier.verify(&VerifyInput::new(b"", &[0; 64])), Ok(()));
    }
}
