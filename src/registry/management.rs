//! Key management algorithms, as backends provide them.

use core::fmt;

use super::DecryptionFailed;
use super::EncryptionFailed;
use super::GenerateInput;
use super::SecureRandom;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::error::KeyError;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::secret::SecretBytes;

/// One key management algorithm of a backend (RFC 7518 section 4), any but `dir`.
///
/// josie has checked the key's type, curve, size and permissions before it calls these, and calls them once
/// for each key: all parsing and key scheduling belongs here, not into [`KeyEncryptor`] and [`KeyDecryptor`].
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{
///     DecryptionKey, GenerateInput, JweAlg, KeyDecryptor, KeyEncryptor, KeyError, KeyManagementAlgorithm,
///     KeyMaterial, Registry,
/// };
///
/// /// A256KW whose keys never leave a module, so that none can be brought in.
/// #[derive(Debug)]
/// struct ModuleA256Kw;
///
/// impl KeyManagementAlgorithm for ModuleA256Kw {
///     fn alg(&self) -> JweAlg {
///         JweAlg::A256Kw
///     }
///
///     fn encryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
///         Err(KeyError::Unsupported { alg: "A256KW", what: "a key from outside" })
///     }
///
///     fn decryptor(&self, _key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
///         Err(KeyError::Unsupported { alg: "A256KW", what: "a key from outside" })
///     }
///
///     fn generate(&self, _input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
///         Err(KeyError::Unsupported { alg: "A256KW", what: "key generation" })
///     }
/// }
///
/// let registry = Registry { key_management: &[&ModuleA256Kw], ..Registry::default() };
/// let secret = KeyMaterial::oct(vec![0x5a; 32]);
/// let error = DecryptionKey::new(&secret, JweAlg::A256Kw, &registry).unwrap_err();
/// assert_eq!(error.to_string(), "A256KW: a key from outside is not supported by this registry");
/// # }
/// ```
pub trait KeyManagementAlgorithm: fmt::Debug + Send + Sync {
    /// The algorithm that this is.
    fn alg(&self) -> JweAlg;

    /// Prepares a public or symmetric key for encrypting content encryption keys. A private half in `key` is not
    /// looked at. For PBES2 `key` holds the octets of the password.
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidPoint`] for an EC point that is not on the curve, [`KeyError::InvalidValue`] for another
    /// public key that is none, [`KeyError::Unsupported`] for a key that this backend cannot hold,
    /// [`KeyError::PublicHalfMissing`] for a private half whose public half is not there. Called without josie's
    /// checks before it: also [`KeyError::WrongKeyType`], [`KeyError::UnsuitableCurve`] and
    /// [`KeyError::SecretLength`].
    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError>;

    /// Prepares a private or symmetric key for decrypting content encryption keys. For PBES2 `key` holds the
    /// octets of the password.
    ///
    /// # Errors
    ///
    /// [`KeyError::PrivateKeyNeeded`] without a private half, [`KeyError::Inconsistent`] if its parts do not
    /// belong together, and those of [`encryptor`](Self::encryptor).
    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError>;

    /// Makes a fresh key with the backend's own random generator.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] if this backend cannot, [`KeyError::UnsuitableCurve`] if the algorithm does not
    /// work on the curve asked for, [`KeyError::GenerationFailed`] if it failed.
    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError>;
}

/// A key that is ready to encrypt content encryption keys.
pub trait KeyEncryptor: Send + Sync {
    /// Encrypts the content encryption key that it is given, or agrees upon one.
    ///
    /// # Errors
    ///
    /// [`EncryptionFailed`] if the backend could not.
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed>;
}

/// A key that is ready to decrypt content encryption keys.
pub trait KeyDecryptor: Send + Sync {
    /// The content encryption key, which may turn out to have another length than `input.enc` takes: josie then
    /// goes on with a random one, as it does after an error (RFC 7516 section 11.5). Everything in `input` but
    /// `enc` is attacker-controlled.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`] for every reason; there is no need and no room for a finer error.
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed>;

    /// The public half, computed from the private one where the backend can, without `kid`; `None` for
    /// symmetric keys and passwords, and where it cannot: then the document's is taken.
    fn public_half(&self) -> Option<KeyMaterial>;
}

/// What [`KeyEncryptor::encrypt_key`] is given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EncryptKeyInput<'a> {
    /// The algorithm that the content encryption key is for.
    pub enc: JweEnc,
    /// The content encryption key; `None` in [Direct Key
    /// Agreement](crate::KeyManagementMode::DirectKeyAgreement), where the algorithm makes it.
    pub cek: Option<&'a SecretBytes>,
    /// The number of PBKDF2 iterations, for PBES2 only.
    pub iterations: u32,
    /// The sender's name for key agreement (RFC 7518 section 4.6.1.2).
    pub apu: Option<&'a [u8]>,
    /// The recipient's name for key agreement (RFC 7518 section 4.6.1.3).
    pub apv: Option<&'a [u8]>,
    /// Where salts and initialization vectors come from.
    pub random: &'a dyn SecureRandom,
}

impl<'a> EncryptKeyInput<'a> {
    /// A request to agree upon a content encryption key for `enc`, without names of the parties.
    #[must_use]
    pub const fn new(enc: JweEnc, random: &'a dyn SecureRandom) -> Self {
        Self { enc, cek: None, iterations: 0, apu: None, apv: None, random }
    }

    /// The same request, to encrypt this content encryption key.
    #[must_use]
    pub const fn with_cek(self, cek: &'a SecretBytes) -> Self {
        Self { cek: Some(cek), ..self }
    }

    /// The same request, with this many PBKDF2 iterations.
    #[must_use]
    pub const fn with_iterations(self, iterations: u32) -> Self {
        Self { iterations, ..self }
    }

    /// The same request, with the names of the parties.
    #[must_use]
    pub const fn with_parties(self, apu: Option<&'a [u8]>, apv: Option<&'a [u8]>) -> Self {
        Self { apu, apv, ..self }
    }
}

/// What [`KeyEncryptor::encrypt_key`] returns.
#[derive(Debug)]
#[non_exhaustive]
pub struct EncryptedKey {
    /// The JWE Encrypted Key; empty in Direct Key Agreement.
    pub encrypted_key: Vec<u8>,
    /// The content encryption key that was agreed upon; `None` but in Direct Key Agreement.
    pub agreed_cek: Option<SecretBytes>,
    /// What the recipient needs to know beside the encrypted key.
    pub header: KeyManagementHeader,
}

impl EncryptedKey {
    /// The content encryption key that was given, encrypted.
    #[must_use]
    pub const fn encrypted(encrypted_key: Vec<u8>, header: KeyManagementHeader) -> Self {
        Self { encrypted_key, agreed_cek: None, header }
    }

    /// A content encryption key that was agreed upon.
    #[must_use]
    pub const fn agreed(cek: SecretBytes, header: KeyManagementHeader) -> Self {
        Self { encrypted_key: Vec::new(), agreed_cek: Some(cek), header }
    }
}

/// What [`KeyDecryptor::decrypt_key`] is given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DecryptKeyInput<'a> {
    /// The algorithm that the content encryption key is for.
    pub enc: JweEnc,
    /// The JWE Encrypted Key. josie has checked its length where `alg` and `enc` fix it.
    pub encrypted_key: &'a [u8],
    /// What the token says about the encrypted key.
    pub header: &'a KeyManagementHeader,
}

impl<'a> DecryptKeyInput<'a> {
    /// An encrypted key and what the token says about it.
    #[must_use]
    pub const fn new(
        enc: JweEnc,
        encrypted_key: &'a [u8],
        header: &'a KeyManagementHeader,
    ) -> Self {
        Self { enc, encrypted_key, header }
    }
}
