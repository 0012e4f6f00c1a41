//! The values of a key by type, for the one algorithm that asks for them.
//!
//! josie has checked type, curve and length before it calls a backend. These functions return the same errors
//! again, because the traits of the [registry](crate::Registry) are public and may be called directly.

use crate::alg::Curve;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::EcParams;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OkpParams;
use crate::material::RsaParams;
use crate::material::coordinates;
use crate::secret::SecretBytes;

/// The octets of a symmetric key.
pub(super) fn oct<'a>(
    alg: &'static str,
    key: &'a KeyMaterial,
) -> Result<&'a SecretBytes, KeyError> {
    match key.params() {
        KeyParams::Oct(oct) => Ok(oct.k()),
        _ => Err(wrong_key_type(alg, KeyType::Oct, key)),
    }
}

pub(super) fn rsa<'a>(alg: &'static str, key: &'a KeyMaterial) -> Result<&'a RsaParams, KeyError> {
    match key.params() {
        KeyParams::Rsa(rsa) => Ok(rsa),
        _ => Err(wrong_key_type(alg, KeyType::Rsa, key)),
    }
}

pub(super) fn ec<'a>(
    alg: &'static str,
    crv: Curve,
    key: &'a KeyMaterial,
) -> Result<&'a EcParams, KeyError> {
    match key.params() {
        KeyParams::Ec(ec) => same_curve(alg, crv, ec.crv()).map(|()| ec),
        _ => Err(wrong_key_type(alg, KeyType::Ec, key)),
    }
}

pub(super) fn okp<'a>(
    alg: &'static str,
    crv: Curve,
    key: &'a KeyMaterial,
) -> Result<&'a OkpParams, KeyError> {
    match key.params() {
        KeyParams::Okp(okp) => same_curve(alg, crv, okp.crv()).map(|()| okp),
        _ => Err(wrong_key_type(alg, KeyType::Okp, key)),
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

pub(super) fn wrong_key_type(alg: &'static str, expected: KeyType, key: &KeyMaterial) -> KeyError {
    KeyError::WrongKeyType { alg, expected, found: key.kty() }
}

fn same_curve(alg: &'static str, expected: Curve, found: Curve) -> Result<(), KeyError> {
    if expected == found { Ok(()) } else { Err(KeyError::WrongCurve { alg, expected, found }) }
}
