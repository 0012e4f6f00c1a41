//! Whether material may encrypt or decrypt.

use super::Operation;
use crate::alg::Curve;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::KeyManagementMode;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OctParams;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::KeyManagementAlgorithm;
use crate::registry::Registry;

/// The two sides of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Side {
    Sender,
    Recipient,
}

/// The implementation that may manage keys by `alg` with `material`, after every rule that needs no
/// cryptography: type, curve, size, and what the JWK says that it is for.
pub(in super::super) fn bind_key_management(
    material: &KeyMaterial,
    alg: JweAlg,
    side: Side,
    registry: &Registry,
) -> Result<&'static dyn KeyManagementAlgorithm, KeyError> {
    if alg == JweAlg::Dir {
        return Err(KeyError::DirectNeedsEnc);
    }
    // RFC 7518 section 4.8: a password is not a key, and a key no password.
    if alg.min_iterations().is_some() {
        return Err(KeyError::PasswordNeeded(alg.name()));
    }
    check_fit(material, alg)?;
    let operation = operation(alg, side);
    super::check_restrictions(material, &[alg.name()], "enc", operation)?;
    super::check_half(material, operation.needs_private_half())?;
    match material.params() {
        KeyParams::Oct(oct) => check_secret(oct, alg.name(), alg.kek_len())?,
        KeyParams::Rsa(rsa) => super::check_rsa(rsa)?,
        // Lengths were checked when the material was made; points are checked by the backend.
        KeyParams::Ec(_) | KeyParams::Okp(_) => {}
    }
    key_management_algorithm(registry, alg)
}

/// The implementation of `enc`, and the cipher that `material` is as the content encryption key itself (`dir`), after
/// the same rules.
pub(in super::super) fn bind_direct(
    material: &KeyMaterial,
    enc: JweEnc,
    side: Side,
    registry: &Registry,
) -> Result<(&'static dyn ContentEncryptionAlgorithm, Box<dyn ContentCipher>), KeyError> {
    let KeyParams::Oct(oct) = material.params() else {
        return Err(KeyError::WrongKeyType {
            alg: JweAlg::Dir.name(),
            expected: KeyType::Oct,
            found: material.kty(),
        });
    };
    let operation = operation(JweAlg::Dir, side);
    // The JWK of RFC 7520 section 5.6.1 has the name of its `enc` as its `alg`.
    let algs = [JweAlg::Dir.name(), enc.name()];
    super::check_restrictions(material, &algs, "enc", operation)?;
    check_secret(oct, enc.name(), Some(enc.key_len()))?;
    let content = content_encryption_algorithm(registry, enc)?;
    Ok((content, content.cipher(oct.k())?))
}

/// Whether whoever decrypts with `material` may encrypt as well, by what its JWK says. The sending half of a key pair
/// is another key.
pub(in super::super) fn may_encrypt(material: &KeyMaterial, alg: JweAlg) -> bool {
    let (kty, operation) = (material.kty(), operation(alg, Side::Sender));
    kty != KeyType::Oct || super::check_key_ops(material, operation).is_ok()
}

/// The registry's implementation of `alg`.
pub(in super::super) fn key_management_algorithm(
    registry: &Registry,
    alg: JweAlg,
) -> Result<&'static dyn KeyManagementAlgorithm, KeyError> {
    registry
        .key_management(alg)
        .ok_or(KeyError::Unsupported { alg: alg.name(), what: "this algorithm" })
}

/// The registry's implementation of `enc`.
pub(in super::super) fn content_encryption_algorithm(
    registry: &Registry,
    enc: JweEnc,
) -> Result<&'static dyn ContentEncryptionAlgorithm, KeyError> {
    registry
        .content_encryption(enc)
        .ok_or(KeyError::Unsupported { alg: enc.name(), what: "this algorithm" })
}

/// Whether `alg` takes this type of key on this curve, and a secret of this length. A password is no key, and for `dir`
/// a key has to name its content encryption algorithm.
pub(in super::super) fn fits_key_management(material: &KeyMaterial, alg: JweAlg) -> bool {
    let has_length = match material.params() {
        KeyParams::Oct(oct) => alg.kek_len() == Some(oct.k().len()),
        _ => true,
    };
    has_length && alg.min_iterations().is_none() && check_fit(material, alg).is_ok()
}

/// Refuses the algorithms that take a key.
pub(in super::super) fn check_password_algorithm(alg: JweAlg) -> Result<(), KeyError> {
    match alg.min_iterations() {
        Some(_) => Ok(()),
        None => Err(KeyError::NotForPasswords(alg.name())),
    }
}

const fn operation(alg: JweAlg, side: Side) -> Operation {
    use KeyManagementMode as Mode;
    match (alg.mode(), side) {
        (Mode::DirectEncryption, Side::Sender) => Operation::Encrypt,
        (Mode::DirectEncryption, Side::Recipient) => Operation::Decrypt,
        (Mode::KeyWrapping | Mode::KeyEncryption, Side::Sender) => Operation::WrapKey,
        (Mode::KeyWrapping | Mode::KeyEncryption, Side::Recipient) => Operation::UnwrapKey,
        (Mode::DirectKeyAgreement | Mode::KeyAgreementWithKeyWrapping, Side::Sender) => {
            Operation::AgreeWith
        }
        (Mode::DirectKeyAgreement | Mode::KeyAgreementWithKeyWrapping, Side::Recipient) => {
            Operation::Agree
        }
    }
}

fn check_fit(material: &KeyMaterial, alg: JweAlg) -> Result<(), KeyError> {
    let (expected, found) = (alg.kty(), material.kty());
    match (expected, material.crv()) {
        // RFC 7518 section 6.2.1.1, RFC 8037 section 3.2.
        (KeyType::Ec, Some(Curve::P256 | Curve::P384 | Curve::P521 | Curve::X25519)) => Ok(()),
        (KeyType::Ec, Some(found)) => Err(KeyError::UnsuitableCurve { alg: alg.name(), found }),
        _ if expected == found => Ok(()),
        _ => Err(KeyError::WrongKeyType { alg: alg.name(), expected, found }),
    }
}

fn check_secret(oct: &OctParams, alg: &'static str, len: Option<usize>) -> Result<(), KeyError> {
    let secret = oct.k().expose();
    // RFC 7518 sections 4.4, 4.5 and 4.7: exactly as long as the algorithm's key.
    let expected = len.unwrap_or(usize::MAX);
    if secret.len() != expected {
        return Err(KeyError::SecretLength { alg, expected, found: secret.len() });
    }
    super::check_is_no_document(secret)
}
