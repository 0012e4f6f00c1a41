//! What AWS-LC does in its own way with Ed25519: it parses public keys once, and signing may fail.

use aws_lc_rs::signature;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::ParsedPublicKey;

use crate::alg::Curve;
use crate::error::KeyError;
use crate::registry::SigningFailed;

pub(super) fn public_key(x: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    ParsedPublicKey::new(&signature::ED25519, x).map_err(|_| KeyError::InvalidPoint(Curve::Ed25519))
}

pub(super) fn sign(pair: &Ed25519KeyPair, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
    // `sign` would panic where `try_sign` fails.
    pair.try_sign(message).map(|signature| signature.as_ref().to_vec()).map_err(|_| SigningFailed)
}
