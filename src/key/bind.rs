//! The one place that decides whether material may do an operation.

use crate::alg::JwsAlg;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OctParams;
use crate::material::RsaParams;
use crate::pkix;
use crate::registry::Registry;
use crate::registry::SignatureAlgorithm;

/// What a key is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Sign,
    Verify,
}

impl Operation {
    /// The value of `key_ops` (RFC 7517 section 4.3).
    const fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Verify => "verify",
        }
    }
}

/// The implementation that may compute `alg` with `material`, after every rule that needs no cryptography:
/// type, curve, size, and what the JWK says that it is for.
pub(super) fn bind(
    material: &KeyMaterial,
    alg: JwsAlg,
    operation: Operation,
    registry: &Registry,
) -> Result<&'static dyn SignatureAlgorithm, KeyError> {
    check_fit(material, alg)?;
    check_restrictions(material, alg, operation)?;
    check_half(material, operation)?;
    match material.params() {
        KeyParams::Oct(oct) => check_secret(oct, alg)?,
        KeyParams::Rsa(rsa) => check_rsa(rsa)?,
        // Lengths were checked when the material was made; points are checked by the backend.
        KeyParams::Ec(_) | KeyParams::Okp(_) => {}
    }
    lookup(registry, alg)
}

/// The registry's implementation of `alg`.
pub(super) fn lookup(
    registry: &Registry,
    alg: JwsAlg,
) -> Result<&'static dyn SignatureAlgorithm, KeyError> {
    registry.signature(alg).ok_or(KeyError::Unsupported { alg: alg.name(), what: "this algorithm" })
}

/// Whether `alg` takes this type of key on this curve.
pub(super) fn check_fit(material: &KeyMaterial, alg: JwsAlg) -> Result<(), KeyError> {
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

fn check_restrictions(
    material: &KeyMaterial,
    alg: JwsAlg,
    operation: Operation,
) -> Result<(), KeyError> {
    let restrictions = &material.restrictions;
    // RFC 7517 section 4.4.
    if restrictions.alg.as_ref().is_some_and(|only| only != alg.name()) {
        return Err(KeyError::AlgMismatch(alg.name()));
    }
    // RFC 7517 section 4.2.
    if restrictions.public_use.as_ref().is_some_and(|only| only != "sig") {
        return Err(KeyError::UseMismatch);
    }
    // RFC 7517 section 4.3.
    let allowed = restrictions.key_ops.as_ref();
    if allowed.is_some_and(|ops| !ops.iter().any(|op| op == operation.name())) {
        return Err(KeyError::KeyOpsMismatch);
    }
    Ok(())
}

// A verifier that is handed a private key has been handed a secret that it should not know.
fn check_half(material: &KeyMaterial, operation: Operation) -> Result<(), KeyError> {
    match (operation, material.kty(), material.is_private()) {
        (_, KeyType::Oct, _) | (Operation::Sign, _, true) | (Operation::Verify, _, false) => Ok(()),
        (Operation::Sign, _, false) => Err(KeyError::PrivateKeyNeeded),
        (Operation::Verify, _, true) => Err(KeyError::PublicKeyNeeded),
    }
}

fn check_secret(oct: &OctParams, alg: JwsAlg) -> Result<(), KeyError> {
    let secret = oct.k().expose();
    // RFC 7518 section 3.2: a key of the hash's size or larger must be used.
    let min = alg.min_secret_len().unwrap_or(usize::MAX);
    if secret.len() < min {
        return Err(KeyError::SecretTooShort { alg: alg.name(), min, found: secret.len() });
    }
    match pkix::detect(secret) {
        Some(format) => Err(KeyError::SecretIsKey(format)),
        None => Ok(()),
    }
}

fn check_rsa(rsa: &RsaParams) -> Result<(), KeyError> {
    // RFC 7518 section 3.3: 2048 bits or larger. The upper bound keeps a verification cheap.
    let bits = rsa.bits();
    if !(2048..=8192).contains(&bits) {
        return Err(KeyError::RsaSize { bits });
    }
    if !is_odd(rsa.n()) {
        return Err(KeyError::InvalidValue("n"));
    }
    // Small exponents make padding mistakes forgeable, large ones make a verification slow.
    let exponent = rsa.e().iter().try_fold(0_u64, |value, octet| {
        value.checked_mul(256).map(|value| value | u64::from(*octet))
    });
    match exponent {
        Some(65_537..0x2_0000_0000) if is_odd(rsa.e()) => Ok(()),
        _ => Err(KeyError::RsaExponent),
    }
}

fn is_odd(integer: &[u8]) -> bool {
    integer.last().is_some_and(|last| last % 2 == 1)
}
