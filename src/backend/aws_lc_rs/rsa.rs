//! What AWS-LC does in its own way with RSA keys: it parses public keys once, has no limits below josie's,
//! and makes keys.

use aws_lc_rs::digest::Digest;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::rsa::RsaParameters;
use aws_lc_rs::signature::ParsedPublicKey;

use super::hashed::DigestSigner;
use super::shared::rsa::RsaSigner;

use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::RsaParams;
use crate::material::RsaPrivate;
use crate::registry::RsaBits;
use crate::registry::SigningFailed;

pub(super) fn public_key(
    rsa: &RsaParams,
    verification: &'static RsaParameters,
) -> Result<ParsedPublicKey, KeyError> {
    PublicKeyComponents { n: rsa.n(), e: rsa.e() }
        .to_parsed_public_key(verification)
        .map_err(|_| KeyError::InvalidValue("n"))
}

/// AWS-LC holds every private key that josie accepts, and checks all of its parts when it is loaded.
pub(super) fn check_private_key(
    _alg: &'static str,
    _rsa: &RsaParams,
    _private: &RsaPrivate,
) -> Result<(), KeyError> {
    Ok(())
}

pub(super) fn generate(_alg: &'static str, bits: RsaBits) -> Result<KeyMaterial, KeyError> {
    let size = match bits {
        RsaBits::B2048 => KeySize::Rsa2048,
        RsaBits::B3072 => KeySize::Rsa3072,
        RsaBits::B4096 => KeySize::Rsa4096,
    };
    // The document wipes itself when it is dropped.
    let document: Pkcs8V1Der<'static> = KeyPair::generate(size)
        .and_then(|pair| pair.as_der())
        .map_err(|_| KeyError::GenerationFailed)?;
    KeyMaterial::from_der(document.as_ref())
}

impl DigestSigner for RsaSigner {
    fn sign_digest(&self, digest: &Digest) -> Result<Vec<u8>, SigningFailed> {
        // AWS-LC panics with a buffer of any other length than that of the modulus.
        let mut signature = vec![0; self.signature_len];
        self.pair.sign_digest(self.padding, digest, &mut signature).map_err(|_| SigningFailed)?;
        Ok(signature)
    }
}
