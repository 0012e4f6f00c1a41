//! Whether material may sign or verify.

use super::Operation;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OctParams;
use crate::registry::Registry;
use crate::registry::SignatureAlgorithm;

/// The implementation that may compute `alg` with `material`, after every rule that needs no cryptography:
/// type, curve, size, and what the JWK says that it is for.
pub(in super::super) fn bind_signature(
    material: &KeyMaterial,
    alg: JwsAlg,
    operation: Operation,
    registry: &Registry,
) -> Result<&'static dyn SignatureAlgorithm, KeyError> {
    check_fit(material, alg)?;
    super::check_restrictions(material, &[alg.name()], "sig", operation)?;
    super::check_half(material, operation.needs_private_half())?;
    match material.params() {
        KeyParams::Oct(oct) => check_secret(oct, alg)?,
        KeyParams::Rsa(rsa) => super::check_rsa(rsa)?,
        // Lengths were checked when the material was made; points are checked by the backend.
        KeyParams::Ec(_) | KeyParams::Okp(_) => {}
    }
    signature_algorithm(registry, alg)
}

/// The registry's implementation of `alg`.
pub(in super::super) fn signature_algorithm(
    registry: &Registry,
    alg: JwsAlg,
) -> Result<&'static dyn SignatureAlgorithm, KeyError> {
    registry.signature(alg).ok_or(KeyError::Unsupported { alg: alg.name(), what: "this algorithm" })
}

/// Whether `alg` takes this type of key on this curve.
pub(in super::super) fn fits_signature(material: &KeyMaterial, alg: JwsAlg) -> bool {
    check_fit(material, alg).is_ok()
}

fn check_fit(material: &KeyMaterial, alg: JwsAlg) -> Result<(), KeyError> {
    let (expected, found) = (alg.kty(), material.kty());
    if expected != found {
        return Err(KeyError::WrongKeyType { alg: alg.name(), expected, found });
    }
    match (alg.crv(), material.crv()) {
        (Some(expected), Some(found)) if expected != found => {
            Err(KeyError::WrongCurve { alg: alg.name(), expected, found })
        }
        _ => Ok(()),
    }
}

fn check_secret(oct: &OctParams, alg: JwsAlg) -> Result<(), KeyError> {
    let secret = oct.k().expose();
    // RFC 7518 section 3.2: a key of the hash's size or larger must be used.
    let min = alg.min_secret_len().unwrap_or(usize::MAX);
    if secret.len() < min {
        return Err(KeyError::SecretTooShort { alg: alg.name(), min, found: secret.len() });
    }
    super::check_is_no_document(secret)
}
