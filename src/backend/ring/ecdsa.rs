//! What *ring* does in its own way with EC keys: it looks at a public key only when it verifies, and needs
//! the public half for signing.

use ring::agreement;
use ring::agreement::EphemeralPrivateKey;
use ring::agreement::agree_ephemeral;
use ring::rand::SystemRandom;
use ring::signature::EcdsaKeyPair;
use ring::signature::UnparsedPublicKey;

use super::shared::ecdsa::Ecdsa;

use crate::alg::Curve;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::secret::SecretBytes;

pub(super) fn public_key(
    ecdsa: &Ecdsa,
    point: Vec<u8>,
) -> Result<UnparsedPublicKey<Vec<u8>>, KeyError> {
    check_point(ecdsa, &point)?;
    Ok(UnparsedPublicKey::new(ecdsa.verification, point))
}

pub(super) fn key_pair(
    ecdsa: &Ecdsa,
    d: &SecretBytes,
    point: Option<Vec<u8>>,
) -> Result<EcdsaKeyPair, KeyError> {
    let point = point.ok_or(KeyError::PublicHalfMissing)?;
    // By itself first: the key pair is refused without a reason.
    check_point(ecdsa, &point)?;
    let random = SystemRandom::new();
    EcdsaKeyPair::from_private_key_and_public_key(ecdsa.signing, d.expose(), &point, &random)
        .map_err(|_| KeyError::Inconsistent)
}

pub(super) fn generate(ecdsa: &Ecdsa) -> Result<KeyMaterial, KeyError> {
    // The document is ring's own and stays in memory as it is: ring wipes nothing.
    let document = EcdsaKeyPair::generate_pkcs8(ecdsa.signing, &SystemRandom::new())
        .map_err(|_| KeyError::GenerationFailed)?;
    KeyMaterial::from_der(document.as_ref())
}

/// Refuses what is not a point of the curve: an agreement with it, for no other purpose, then fails.
fn check_point(ecdsa: &Ecdsa, point: &[u8]) -> Result<(), KeyError> {
    let agreement = match ecdsa.crv {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        _ => {
            let alg = ecdsa.alg.name();
            return Err(KeyError::Unsupported { alg, what: "this curve" });
        }
    };
    let private = EphemeralPrivateKey::generate(agreement, &SystemRandom::new())
        .map_err(|_| KeyError::GenerationFailed)?;
    let peer = agreement::UnparsedPublicKey::new(agreement, point);
    agree_ephemeral(private, &peer, |_shared_secret| ())
        .map_err(|_| KeyError::InvalidPoint(ecdsa.crv))
}
