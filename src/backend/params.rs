//! The values of a key by type, for the one algorithm that asks for them.
//!
//! josie has checked type and curve before it calls a backend. These functions return the same errors
//! again, because [`SignatureAlgorithm`](crate::SignatureAlgorithm) is public and may be called directly.

use crate::alg::Curve;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::material::EcParams;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OctParams;
use crate::material::OkpParams;
use crate::material::RsaParams;
use crate::material::coordinates;
use crate::secret::SecretBytes;

pub(super) fn oct(alg: JwsAlg, key: &KeyMaterial) -> Result<&OctParams, KeyError> {
    match key.params() {
        KeyParams::Oct(oct) => Ok(oct),
        _ => Err(wrong_key_type(alg, key)),
    }
}

pub(super) fn rsa(alg: JwsAlg, key: &KeyMaterial) -> Result<&RsaParams, KeyError> {
    match key.params() {
        KeyParams::Rsa(rsa) => Ok(rsa),
        _ => Err(wrong_key_type(alg, key)),
    }
}

pub(super) fn ec(alg: JwsAlg, key: &KeyMaterial) -> Result<&EcParams, KeyError> {
    match key.params() {
        KeyParams::Ec(ec) => same_curve(alg, ec.crv()).map(|()| ec),
        _ => Err(wrong_key_type(alg, key)),
    }
}

pub(super) fn okp(alg: JwsAlg, key: &KeyMaterial) -> Result<&OkpParams, KeyError> {
    match key.params() {
        KeyParams::Okp(okp) => same_curve(alg, okp.crv()).map(|()| okp),
        _ => Err(wrong_key_type(alg, key)),
    }
}

/// EC material from an uncompressed point that a backend computed.
pub(super) fn ec_material(
    crv: Curve,
    point: &[u8],
    d: Option<SecretBytes>,
) -> Result<KeyMaterial, KeyError> {
    let public = coordinates(crv, point).ok_or(KeyError::InvalidPoint(crv))?;
    KeyMaterial::ec(crv, Some(public), d)
}

fn same_curve(alg: JwsAlg, found: Curve) -> Result<(), KeyError> {
    match alg.crv() {
        Some(expected) if expected != found => {
            Err(KeyError::WrongCurve { alg: alg.name(), expected, found })
        }
        _ => Ok(()),
    }
}

fn wrong_key_type(alg: JwsAlg, key: &KeyMaterial) -> KeyError {
    KeyError::WrongKeyType { alg: alg.name(), expected: alg.kty(), found: key.kty() }
}
