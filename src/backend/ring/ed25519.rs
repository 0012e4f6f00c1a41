//! What *ring* does in its own way with Ed25519: it looks at a public key only when it verifies.

use ring::signature;
use ring::signature::Ed25519KeyPair;
use ring::signature::UnparsedPublicKey;

use crate::error::KeyError;
use crate::registry::SigningFailed;

/// Cannot fail: the key is 32 bytes long, and *ring* decodes it only when it verifies.
pub(super) fn public_key(x: &[u8]) -> Result<UnparsedPublicKey<Vec<u8>>, KeyError> {
    Ok(UnparsedPublicKey::new(&signature::ED25519, x.to_vec()))
}

/// Cannot fail, unlike with AWS-LC.
pub(super) fn sign(pair: &Ed25519KeyPair, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
    Ok(pair.sign(message).as_ref().to_vec())
}
