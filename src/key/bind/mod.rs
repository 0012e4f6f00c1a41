//! The one place that decides whether material may do an operation.

mod encryption;
mod signature;

pub(super) use self::encryption::Side;
pub(super) use self::encryption::bind_direct;
pub(super) use self::encryption::bind_key_management;
pub(super) use self::encryption::check_password_algorithm;
pub(super) use self::encryption::content_encryption_algorithm;
pub(super) use self::encryption::fits_key_management;
pub(super) use self::encryption::key_management_algorithm;
pub(super) use self::encryption::may_encrypt;
pub(super) use self::signature::bind_signature;
pub(super) use self::signature::fits_signature;
pub(super) use self::signature::signature_algorithm;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::RsaParams;
use crate::pkix;

/// What a key is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Sign,
    Verify,
    /// Of content, with the key itself.
    Encrypt,
    /// Of content, with the key itself.
    Decrypt,
    /// Of content encryption keys, by a shared key or a public one.
    WrapKey,
    /// Of content encryption keys, by a shared key or a private one.
    UnwrapKey,
    /// With the public key of another.
    AgreeWith,
    /// With one's own private key.
    Agree,
}

impl Operation {
    /// The values of `key_ops` that allow it (RFC 7517 section 4.3).
    const fn key_ops(self) -> &'static [&'static str] {
        match self {
            Self::Sign => &["sign"],
            Self::Verify => &["verify"],
            Self::Encrypt => &["encrypt"],
            Self::Decrypt => &["decrypt"],
            Self::WrapKey => &["wrapKey"],
            Self::UnwrapKey => &["unwrapKey"],
            Self::AgreeWith | Self::Agree => &["deriveKey", "deriveBits"],
        }
    }

    /// Whether a JWK with these `key_ops` may be used for it.
    fn is_among(self, key_ops: &[String]) -> bool {
        // The Web Cryptography API gives the public keys of ECDH no usages, since all of them are the private key's.
        let is_bare = self == Self::AgreeWith && key_ops.is_empty();
        is_bare || key_ops.iter().any(|op| self.key_ops().contains(&op.as_str()))
    }

    const fn needs_private_half(self) -> bool {
        match self {
            Self::Sign | Self::Decrypt | Self::UnwrapKey | Self::Agree => true,
            Self::Verify | Self::Encrypt | Self::WrapKey | Self::AgreeWith => false,
        }
    }
}

/// Whether the JWK is for this.
///
/// `algs`: the values of `alg` that say so. `public_use`: the value of `use`.
fn check_restrictions(
    material: &KeyMaterial,
    algs: &[&'static str],
    public_use: &str,
    operation: Operation,
) -> Result<(), KeyError> {
    let restrictions = &material.restrictions;
    // RFC 7517 section 4.4.
    if let (Some(only), Some(wanted)) = (&restrictions.alg, algs.first())
        && !algs.iter().any(|alg| alg == only)
    {
        return Err(KeyError::AlgMismatch(wanted));
    }
    // RFC 7517 section 4.2.
    if restrictions.public_use.as_ref().is_some_and(|only| only != public_use) {
        return Err(KeyError::UseMismatch);
    }
    check_key_ops(material, operation)
}

// RFC 7517 section 4.3.
fn check_key_ops(material: &KeyMaterial, operation: Operation) -> Result<(), KeyError> {
    let allowed = material.restrictions.key_ops.as_ref();
    if allowed.is_some_and(|ops| !operation.is_among(ops)) {
        return Err(KeyError::KeyOpsMismatch);
    }
    Ok(())
}

// Whoever verifies or encrypts and is handed a private key has been handed a secret that they should not know.
fn check_half(material: &KeyMaterial, needs_private_half: bool) -> Result<(), KeyError> {
    match (material.kty(), needs_private_half, material.is_private()) {
        (KeyType::Oct, _, _) | (_, true, true) | (_, false, false) => Ok(()),
        (_, true, false) => Err(KeyError::PrivateKeyNeeded),
        (_, false, true) => Err(KeyError::PublicKeyNeeded),
    }
}

// A public document is no secret (RFC 8725 section 2.1).
fn check_is_no_document(secret: &[u8]) -> Result<(), KeyError> {
    match pkix::detect(secret) {
        Some(format) => Err(KeyError::SecretIsKey(format)),
        None => Ok(()),
    }
}

/// Whether the public half of `given`, where it has one, is the one that belongs to its private half.
pub(super) fn check_same_public_half(
    given: &KeyMaterial,
    derived: &KeyMaterial,
) -> Result<(), KeyError> {
    let same = match (given.params(), derived.params()) {
        (KeyParams::Rsa(given), KeyParams::Rsa(derived)) => {
            given.n() == derived.n() && given.e() == derived.e()
        }
        (KeyParams::Ec(given), KeyParams::Ec(derived)) => {
            given.public().is_none() || given.public() == derived.public()
        }
        (KeyParams::Okp(given), KeyParams::Okp(derived)) => {
            given.x().is_none() || given.x() == derived.x()
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(KeyError::Inconsistent) }
}

fn check_rsa(rsa: &RsaParams) -> Result<(), KeyError> {
    // RFC 7518 sections 3.3 and 4.3: 2048 bits or larger. The upper bound keeps a verification cheap.
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
