//! What only AWS-LC does with EC keys: two more curves, public keys parsed once, and public halves computed
//! from private ones.

use aws_lc_rs::digest::Digest;
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::encoding::EcPrivateKeyBin;
use aws_lc_rs::signature;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::signature::ParsedPublicKey;

use super::hashed::DigestSigner;
use super::shared::ecdsa::Ecdsa;
use super::shared::ecdsa::EcdsaSigner;

use crate::alg::Curve;
use crate::alg::JwsAlg;
use crate::backend::params;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::pkix;
use crate::registry::SigningFailed;
use crate::secret::SecretBytes;

pub(super) static ES512: Ecdsa = Ecdsa {
    alg: JwsAlg::Es512,
    crv: Curve::P521,
    signing: &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
    verification: &signature::ECDSA_P521_SHA512_FIXED,
};

pub(super) static ES256K: Ecdsa = Ecdsa {
    alg: JwsAlg::Es256K,
    crv: Curve::Secp256k1,
    signing: &signature::ECDSA_P256K1_SHA256_FIXED_SIGNING,
    verification: &signature::ECDSA_P256K1_SHA256_FIXED,
};

pub(super) fn public_key(ecdsa: &Ecdsa, point: Vec<u8>) -> Result<ParsedPublicKey, KeyError> {
    ParsedPublicKey::new(ecdsa.verification, point).map_err(|_| KeyError::InvalidPoint(ecdsa.crv))
}

pub(super) fn key_pair(
    ecdsa: &Ecdsa,
    d: &SecretBytes,
    point: Option<Vec<u8>>,
) -> Result<EcdsaKeyPair, KeyError> {
    let Some(point) = point else {
        return key_pair_without_public_half(ecdsa, d);
    };
    // By itself first: the key pair is refused without a reason.
    public_key(ecdsa, point.clone())?;
    EcdsaKeyPair::from_private_key_and_public_key(ecdsa.signing, d.expose(), &point)
        .map_err(|_| KeyError::Inconsistent)
}

pub(super) fn generate(ecdsa: &Ecdsa) -> Result<KeyMaterial, KeyError> {
    let pair = EcdsaKeyPair::generate(ecdsa.signing).map_err(|_| KeyError::GenerationFailed)?;
    // As long as the field, with leading zeros; wiped when it is dropped.
    let d: EcPrivateKeyBin<'static> =
        pair.private_key().as_be_bytes().map_err(|_| KeyError::GenerationFailed)?;
    let d = SecretBytes::new(d.as_ref().to_vec());
    params::ec_material(ecdsa.crv, pair.public_key().as_ref(), Some(d))
}

fn key_pair_without_public_half(ecdsa: &Ecdsa, d: &SecretBytes) -> Result<EcdsaKeyPair, KeyError> {
    // Only a DER document makes AWS-LC compute the public half. All it can refuse is a value of zero or not
    // below the order of the curve.
    pkix::ec_private_key_without_public_half(d)
        .ok()
        .and_then(|document| {
            EcdsaKeyPair::from_private_key_der(ecdsa.signing, document.expose()).ok()
        })
        .ok_or(KeyError::InvalidValue("d"))
}

impl DigestSigner for EcdsaSigner {
    fn sign_digest(&self, digest: &Digest) -> Result<Vec<u8>, SigningFailed> {
        self.pair
            .sign_digest(digest)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| SigningFailed)
    }
}
