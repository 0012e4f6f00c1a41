//! Reading keys from PEM and DER.

use super::der::broken_document;
use super::der::whole_document;
use super::format::detect;
use super::pem::Block;
use super::pem::EC_PARAMETERS;
use super::pem::has_several_blocks;
use super::read;
use super::read::Reader;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::material::KeyMaterial;

// Eight times an RSA private key of 8192 bits in PEM, the longest key that can be bound.
pub(super) const MAX_INPUT_LEN: usize = 64 * 1024;

const MAX_BUNDLE_LEN: usize = 1024 * 1024;

pub(super) const EXPECTED: &str = "key or certificate";
const EXPECTED_PEM: &str = "key or certificate in PEM";
const EXPECTED_DER: &str = "key or certificate in DER";

/// Keys from PEM and DER.
///
/// The key is read by the structure around it, never by trying:
///
/// | PEM label | Structure |
/// |---|---|
/// | `PRIVATE KEY` | PKCS#8, version 1 or 2 ([RFC 5958](https://www.rfc-editor.org/rfc/rfc5958)) |
/// | `PUBLIC KEY` | SPKI ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280) section 4.1) |
/// | `RSA PRIVATE KEY`, `RSA PUBLIC KEY` | PKCS#1 ([RFC 8017](https://www.rfc-editor.org/rfc/rfc8017) appendix A.1), with two primes |
/// | `EC PRIVATE KEY` | SEC1 ([RFC 5915](https://www.rfc-editor.org/rfc/rfc5915)), with the name of its curve |
/// | `CERTIFICATE`, or its older names `X509 CERTIFICATE` and, without trust settings, `TRUSTED CERTIFICATE` | the public key of an X.509 certificate (RFC 5280) |
///
/// They hold RSA keys, EC keys on P-256, P-384, P-521 and secp256k1, and Ed25519 and X25519 keys ([RFC
/// 8410](https://www.rfc-editor.org/rfc/rfc8410)). **Nothing of a certificate is checked**, neither signatures, nor
/// dates, names or what the key may be used for: it is a key in a larger envelope, and is trusted as much as the place
/// that it was read from.
impl KeyMaterial {
    /// Reads the one key in a PEM text, [RFC 7468](https://www.rfc-editor.org/rfc/rfc7468), with one of the labels
    /// above.
    ///
    /// `text` is at most 64 KiB. Text before and after the block is allowed, since many tools explain there what the
    /// key is, but no line of it has five hyphens in a row: nothing that looks like a block, or like a part of one, is
    /// ever passed over. Before an `EC PRIVATE KEY` there may be a block `EC PARAMETERS` that names the same curve.
    /// Lines end in LF, CRLF or CR; those of a block have one length, whichever it is, and there are no headers among
    /// them. A byte order mark may stand before all of it.
    ///
    /// ```
    /// use josie::{Curve, KeyMaterial};
    ///
    /// let material = KeyMaterial::from_pem(
    ///     "The key of the example
    /// -----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
    /// -----END PUBLIC KEY-----",
    /// )?;
    /// assert_eq!(material.crv(), Some(Curve::Ed25519));
    /// assert!(!material.is_private());
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the text is a key in another format, which the error names, or no key, or too long; also
    /// if there are [several blocks](KeyFormat::SeveralPemBlocks), which are for [`all_from_pem`](Self::all_from_pem),
    /// or if the key is encrypted, which is for `from_encrypted_pem` (with the feature `encrypted-pkcs8`).
    /// [`KeyError::Encoding`] if a block is broken or its content is not what its label says.
    /// [`KeyError::PemBlock`] with one of these if there are several blocks and one of them is broken.
    /// [`KeyError::Inconsistent`] if `EC PARAMETERS` name another curve. Otherwise as [`from_der`](Self::from_der).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let blocks =
            blocks(text, MAX_INPUT_LEN, EXPECTED_PEM).map_err(|error| alone(error, text))?;
        match blocks.as_slice() {
            [block] => read_block(*block),
            [parameters, block] if is_ec_pair(*parameters, *block) => {
                let key = read_block(*block).map_err(|reason| in_block(2, reason))?;
                check_parameters(*parameters, &key).map_err(|reason| in_block(1, reason))?;
                Ok(key)
            }
            _ => Err(other_format(EXPECTED, KeyFormat::SeveralPemBlocks)),
        }
    }

    /// Reads every key in a PEM text: private and public keys and the keys of certificates, in the order of the text.
    ///
    /// `text` is at most 1 MiB, and every block of it is a key as [`from_pem`](Self::from_pem) takes it: one that is
    /// not is an error, never left out. A certificate and its private key are two keys. Nothing of a certificate is
    /// checked, and nothing says that one certificate issued the other.
    ///
    /// ```
    /// use josie::{KeyError, KeyFormat, KeyMaterial};
    ///
    /// let key = "-----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
    /// -----END PUBLIC KEY-----
    /// ";
    /// assert_eq!(KeyMaterial::all_from_pem(&key.repeat(2))?.len(), 2);
    ///
    /// let error = KeyMaterial::all_from_pem(&format!("{key}{}", key.replace("MC", "MD"))).unwrap_err();
    /// let reason = Box::new(KeyError::Encoding(KeyFormat::Spki));
    /// assert_eq!(error, KeyError::PemBlock { number: 2, reason });
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::PemBlock`] with the first block that is broken or no key, and with the error that
    /// [`from_pem`](Self::from_pem) has for it. [`KeyError::Format`] if there is no block, or the text is too long.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, KeyError> {
        let blocks = blocks(text, MAX_BUNDLE_LEN, EXPECTED_PEM)?;
        let mut keys = Vec::new();
        let mut parameters: Option<Block<'_>> = None;
        for (index, block) in blocks.iter().enumerate() {
            let next = blocks.get(index + 1);
            if next.is_some_and(|next| is_ec_pair(*block, *next)) {
                parameters = Some(*block);
                continue;
            }
            let key = read_block(*block).map_err(|reason| in_block(index + 1, reason))?;
            if let Some(parameters) = parameters.take() {
                check_parameters(parameters, &key).map_err(|reason| in_block(index, reason))?;
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// Reads a key in DER, in one of the structures above.
    ///
    /// `der` is at most 64 KiB and DER to its last octet: BER and trailing octets are refused. The
    /// points of EC keys are uncompressed. The public half of a private EC, Ed25519 or X25519 key is
    /// kept if the document has it, and is not computed here.
    ///
    /// ```
    /// use josie::{KeyMaterial, KeyType};
    ///
    /// let der = include_bytes!(concat!(
    ///     env!("CARGO_MANIFEST_DIR"),
    ///     "/tests/data/keys/rsa2048.spki.der"
    /// ));
    /// let material = KeyMaterial::from_der(der)?;
    /// assert_eq!(material.kty(), KeyType::Rsa);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the input is a key in another format, which the error names, or no
    /// key, or too long. [`KeyError::Encoding`] if it is one of these structures, but broken, or a SEC1 key without
    /// its curve. [`KeyError::UnknownKeyAlgorithm`] if its algorithm or curve is none of those above.
    /// [`KeyError::Inconsistent`] if it has the public half twice, or names the curve twice, and
    /// they differ. [`KeyError::InvalidValue`] if an RSA integer is zero, and
    /// [`KeyError::InvalidPoint`] if an Ed25519 or X25519 public key is one that
    /// [`okp`](Self::okp) refuses.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_INPUT_LEN {
            return Err(other_format(EXPECTED_DER, KeyFormat::Unknown));
        }
        let format = whole_document(der).ok_or_else(|| no_document(der, EXPECTED_DER))?;
        reader(format)?.read(der)
    }
}

/// The blocks of a text, of which there is at least one.
pub(super) fn blocks<'t>(
    text: &'t str,
    max_len: usize,
    expected: &'static str,
) -> Result<Vec<Block<'t>>, KeyError> {
    if text.len() > max_len {
        return Err(other_format(expected, KeyFormat::Unknown));
    }
    let blocks = Block::all(text).map_err(|(number, reason)| in_block(number, reason))?;
    if blocks.is_empty() {
        let found = detect(text.as_bytes()).unwrap_or(KeyFormat::Unknown);
        return Err(other_format(expected, found));
    }
    Ok(blocks)
}

/// The error without the number of the block, if the text has no other.
pub(super) fn alone(error: KeyError, text: &str) -> KeyError {
    match error {
        KeyError::PemBlock { reason, .. } if !has_several_blocks(text) => *reason,
        other => other,
    }
}

/// The error for what is no DER document that josie knows.
pub(super) fn no_document(der: &[u8], expected: &'static str) -> KeyError {
    match (detect(der), broken_document(der)) {
        (Some(found), _) => other_format(expected, found),
        (None, Some(format)) => KeyError::Encoding(format),
        (None, None) => other_format(expected, KeyFormat::Unknown),
    }
}

pub(super) fn other_format(expected: &'static str, found: KeyFormat) -> KeyError {
    KeyError::Format { expected, found }
}

fn read_block(block: Block<'_>) -> Result<KeyMaterial, KeyError> {
    // The format first: the content of a block that josie does not read may be anything.
    reader(block.format())?.read(&block.decode()?)
}

fn reader(format: KeyFormat) -> Result<Reader, KeyError> {
    Reader::of(format).ok_or(other_format(EXPECTED, format))
}

fn is_ec_pair(parameters: Block<'_>, key: Block<'_>) -> bool {
    parameters.label == EC_PARAMETERS && key.format() == KeyFormat::Sec1
}

fn check_parameters(parameters: Block<'_>, key: &KeyMaterial) -> Result<(), KeyError> {
    read::check_ec_parameters(&parameters.decode()?, key)
}

fn in_block(number: usize, reason: KeyError) -> KeyError {
    KeyError::PemBlock { number, reason: Box::new(reason) }
}
