//! Messages in chunks, with keys of an algorithm that takes them and of one that does not.

use super::signing::SigningKey;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::registry::GenerateInput;
use crate::registry::InvalidSignature;
use crate::registry::RandomFailed;
use crate::registry::Registry;
use crate::registry::SecureRandom;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::Signer;
use crate::registry::SigningContext;
use crate::registry::SigningFailed;
use crate::registry::Verifier;
use crate::registry::VerifyInput;
use crate::registry::VerifyingContext;

/// The signature is the message. So is a context: what it has been given.
#[derive(Clone, Copy, Debug)]
enum Echo {
    WholeMessages,
    Chunks,
}

impl SignatureAlgorithm for Echo {
    fn alg(&self) -> JwsAlg {
        match self {
            Self::WholeMessages => JwsAlg::Hs256,
            Self::Chunks => JwsAlg::Hs384,
        }
    }

    fn verifier(&self, _: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        Ok(Box::new(*self))
    }

    fn signer(&self, _: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        Ok(Box::new(*self))
    }

    fn generate(&self, _: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        Err(KeyError::GenerationFailed)
    }
}

impl Verifier for Echo {
    fn verify(&self, input: &VerifyInput<'_>) -> Result<(), InvalidSignature> {
        if input.message == input.signature { Ok(()) } else { Err(InvalidSignature) }
    }

    fn begin(&self) -> Option<Box<dyn VerifyingContext + '_>> {
        matches!(self, Self::Chunks).then(|| Box::<Message>::default() as _)
    }
}

impl Signer for Echo {
    fn sign(&self, input: &SignInput<'_>) -> Result<Vec<u8>, SigningFailed> {
        Ok(input.message.to_vec())
    }

    fn begin(&self) -> Option<Box<dyn SigningContext + '_>> {
        matches!(self, Self::Chunks).then(|| Box::<Message>::default() as _)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        None
    }
}

#[derive(Default)]
struct Message(Vec<u8>);

impl VerifyingContext for Message {
    fn update(&mut self, chunk: &[u8]) {
        self.0.extend_from_slice(chunk);
    }

    fn finish(self: Box<Self>, signature: &[u8]) -> Result<(), InvalidSignature> {
        if self.0 == signature { Ok(()) } else { Err(InvalidSignature) }
    }
}

impl SigningContext for Message {
    fn update(&mut self, chunk: &[u8]) {
        self.0.extend_from_slice(chunk);
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, SigningFailed> {
        Ok(self.0)
    }
}

#[derive(Debug)]
struct NoRandom;

impl SecureRandom for NoRandom {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomFailed> {
        Err(RandomFailed)
    }
}

fn key(alg: JwsAlg) -> SigningKey {
    let registry = Registry {
        signatures: &[&Echo::WholeMessages, &Echo::Chunks],
        key_management: &[],
        content_encryption: &[],
        random: &NoRandom,
    };
    SigningKey::new(&KeyMaterial::oct(vec![0x5a; 48]), alg, &registry).unwrap()
}

#[test]
fn keys_begin_messages_where_their_registry_does() {
    let key = key(JwsAlg::Hs384);
    let verifying = key.verifying_key();

    let mut signing_context = key.begin().unwrap();
    signing_context.update(b"one ");
    signing_context.update(b"message");
    let mut context = verifying.begin().unwrap();
    context.update(b"one mess");
    context.update(b"age");

    assert_eq!(signing_context.finish(), Ok(b"one message".to_vec()));
    assert_eq!(context.finish(b"one message"), Ok(()));
}

#[test]
fn keys_whose_registry_takes_whole_messages_only_say_so() {
    let key = key(JwsAlg::Hs256);
    let verifying = key.verifying_key();

    let signing_error = key.begin().err().unwrap();
    let error = verifying.begin().err().unwrap();

    assert_eq!(signing_error, Error::Unsupported { alg: "HS256", what: "signing in chunks" });
    assert_eq!(error, Error::Unsupported { alg: "HS256", what: "verifying in chunks" });
    let text = "HS256: verifying in chunks is not supported by the key's registry";
    assert_eq!(error.to_string(), text);
    let signature = key.sign(b"one message").unwrap();
    assert_eq!(verifying.verify(b"one message", &signature), Ok(()));
}
