//! The one verifier of both backends: josie's rule on lengths, then the backend's key.

use crate::alg::JwsAlg;
use crate::registry::InvalidSignature;
use crate::registry::Verifier;
use crate::registry::VerifyInput;
use crate::registry::VerifyingContext;

/// A public or symmetric key as a backend holds it.
pub(super) trait BackendKey: Send + Sync {
    /// Checks a signature whose length is right.
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;

    /// Begins a message of `alg` in chunks, where the backend can. The context is given a signature whose length
    /// is right.
    fn begin(&self, _alg: JwsAlg) -> Option<Box<dyn VerifyingContext + '_>> {
        None
    }
}

/// A backend's key, and the one length that its signatures have.
pub(super) struct KeyVerifier<K> {
    key: K,
    alg: JwsAlg,
    signature_len: Option<usize>,
}

impl<K: BackendKey> KeyVerifier<K> {
    /// `signature_len`: in bytes. `None`, an algorithm without a known length, verifies nothing.
    pub(super) fn new(key: K, alg: JwsAlg, signature_len: Option<usize>) -> Self {
        Self { key, alg, signature_len }
    }

    /// RFC 7518 sections 3.2 to 3.5: the length is fixed. It is checked here so that it does not depend on how a
    /// backend reads shorter and longer signatures.
    fn check_len(&self, signature: &[u8]) -> Result<(), InvalidSignature> {
        if Some(signature.len()) == self.signature_len { Ok(()) } else { Err(InvalidSignature) }
    }
}

impl<K: BackendKey> Verifier for KeyVerifier<K> {
    fn verify(&self, input: &VerifyInput<'_>) -> Result<(), InvalidSignature> {
        self.check_len(input.signature)?;
        self.key.check_signature(input.message, input.signature)
    }

    fn begin(&self) -> Option<Box<dyn VerifyingContext + '_>> {
        let context = self.key.begin(self.alg)?;
        Some(Box::new(KeyContext { verifier: self, context }))
    }
}

/// A message in chunks, and the verifier whose rule on lengths holds for it as well.
struct KeyContext<'k, K> {
    verifier: &'k KeyVerifier<K>,
    context: Box<dyn VerifyingContext + 'k>,
}

impl<K: BackendKey> VerifyingContext for KeyContext<'_, K> {
    fn update(&mut self, chunk: &[u8]) {
        self.context.update(chunk);
    }

    fn finish(self: Box<Self>, signature: &[u8]) -> Result<(), InvalidSignature> {
        self.verifier.check_len(signature)?;
        self.context.finish(signature)
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

        fn begin(&self, _: JwsAlg) -> Option<Box<dyn VerifyingContext + '_>> {
            Some(Box::new(Self))
        }
    }

    impl VerifyingContext for AcceptsEverything {
        fn update(&mut self, _: &[u8]) {}

        fn finish(self: Box<Self>, _: &[u8]) -> Result<(), InvalidSignature> {
            Ok(())
        }
    }

    #[test]
    fn signature_of_another_length_does_not_reach_the_backend() {
        let verifier = KeyVerifier::new(AcceptsEverything, JwsAlg::Es256, Some(64));

        for len in [0, 1, 63, 65, 128] {
            let outcome = verifier.verify(&VerifyInput::new(b"", &vec![0; len]));
            assert_eq!(outcome, Err(InvalidSignature), "{len}");
            let outcome = verifier.begin().unwrap().finish(&vec![0; len]);
            assert_eq!(outcome, Err(InvalidSignature), "{len} in chunks");
        }
        assert_eq!(verifier.verify(&VerifyInput::new(b"", &[0; 64])), Ok(()));
        assert_eq!(verifier.begin().unwrap().finish(&[0; 64]), Ok(()));
    }
}
