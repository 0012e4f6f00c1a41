//! Keys that encrypt.

use core::fmt;
use std::sync::Arc;

use super::Password;
use super::bind::Side;
use super::bind::bind_direct;
use super::bind::bind_key_management;
use super::bind::check_password_algorithm;
use super::bind::content_encryption_algorithm;
use super::bind::key_management_algorithm;
use super::cipher::PreparedCipher;
use super::cipher::encrypted_key_len;
use super::cipher::random_secret;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::KeyType;
use crate::error::Error;
use crate::error::KeyError;
use crate::limits::Limits;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::KeyEncryptor;
use crate::registry::Registry;
use crate::registry::SecureRandom;
use crate::secret::SecretBytes;

/// A key that encrypts with exactly one key management and one content encryption algorithm. Tokens take their
/// `alg`, `enc` and `kid` from it.
///
/// It is parsed and checked once, when it is made. Cloning shares the parsed key. Content encryption keys and
/// initialization vectors are drawn for each token; there is no way to pass one in.
///
/// ```
/// # #[cfg(feature = "aws-lc-rs")] {
/// use josie::{DecryptionKey, EncryptionKey, Jwk, JweAlg, JweEnc};
///
/// // RFC 8037 appendix A.6
/// let jwk = Jwk::parse(
///     r#"{"kty":"OKP","crv":"X25519","kid":"Bob",
///         "x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#,
/// )?;
/// let key = EncryptionKey::from_jwk(&jwk, JweAlg::EcdhEs, JweEnc::A256Gcm)?;
/// assert_eq!(key.kid(), Some("Bob"));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
///
/// A key that encrypts cannot decrypt. This compiles:
///
/// ```
/// use josie::{DecryptionKey, Error, Jwe, KeySet, Policy};
///
/// fn read(token: &str, keys: &KeySet<DecryptionKey>, policy: &Policy) -> Result<Jwe, Error> {
///     Jwe::decrypt(token, keys, policy)
/// }
/// ```
///
/// The same with the other type of key does not:
///
/// ```compile_fail,E0308
/// use josie::{EncryptionKey, Error, Jwe, KeySet, Policy};
///
/// fn read(token: &str, keys: &KeySet<EncryptionKey>, policy: &Policy) -> Result<Jwe, Error> {
///     Jwe::decrypt(token, keys, policy)
/// }
/// ```
#[derive(Clone)]
pub struct EncryptionKey {
    alg: JweAlg,
    kid: Option<Arc<str>>,
    /// The public or shared key; none for a password.
    material: Option<Arc<KeyMaterial>>,
    content: &'static dyn ContentEncryptionAlgorithm,
    cek_source: CekSource,
    random: &'static dyn SecureRandom,
    iterations: u32,
    apu: Option<Arc<[u8]>>,
    apv: Option<Arc<[u8]>>,
}

/// Where the content encryption key comes from. What a backend has prepared stays in its box: to move it would leave a
/// copy of the secret behind that nobody wipes.
#[derive(Clone)]
enum CekSource {
    /// The key is the content encryption key.
    Direct(Arc<Box<dyn ContentCipher>>),
    /// The key encrypts it, or agrees upon it.
    Managed(Arc<Box<dyn KeyEncryptor>>),
}

impl EncryptionKey {
    /// Binds public or shared material to `alg` and `enc`, computed by `registry`. The material's `kid` is kept.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc, KeyError, KeyMaterial, Registry};
    ///
    /// let secret = KeyMaterial::oct(vec![0x5a; 32]).with_kid("2026-01");
    /// let registry = Registry::default();
    /// let key = EncryptionKey::new(&secret, JweAlg::A256Kw, JweEnc::A128Gcm, &registry)?;
    /// assert_eq!(key.kid(), Some("2026-01"));
    ///
    /// // One key, one length: what A256KW takes is too long for A128KW.
    /// let error = EncryptionKey::new(&secret, JweAlg::A128Kw, JweEnc::A128Gcm, &registry).unwrap_err();
    /// assert_eq!(error, KeyError::SecretLength { alg: "A128KW", expected: 16, found: 32 });
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKeyType`], [`KeyError::UnsuitableCurve`]: `alg` takes other keys.
    /// [`KeyError::PasswordNeeded`]: `alg` takes a [`Password`].
    /// [`KeyError::AlgMismatch`], [`KeyError::UseMismatch`], [`KeyError::KeyOpsMismatch`]: the JWK is for
    /// something else. [`KeyError::PublicKeyNeeded`]: it is a private key.
    /// [`KeyError::SecretLength`], [`KeyError::SecretIsKey`]: the secret is none.
    /// [`KeyError::RsaSize`], [`KeyError::RsaExponent`], [`KeyError::InvalidValue`],
    /// [`KeyError::InvalidPoint`]: the public key breaks RFC 7518.
    /// [`KeyError::Unsupported`]: the registry cannot do this.
    pub fn new(
        material: &KeyMaterial,
        alg: JweAlg,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        let key = if alg == JweAlg::Dir {
            let (content, cipher) = bind_direct(material, enc, Side::Sender, registry)?;
            Self::with_source(alg, content, CekSource::Direct(Arc::new(cipher)), registry)
        } else {
            let implementation = bind_key_management(material, alg, Side::Sender, registry)?;
            let content = content_encryption_algorithm(registry, enc)?;
            let encryptor = Arc::new(implementation.encryptor(material)?);
            Self::with_source(alg, content, CekSource::Managed(encryptor), registry)
        };
        // RFC 7520 section 5.6.1 names the content encryption algorithm of a key for `dir`.
        let bound_to = if alg == JweAlg::Dir { enc.name() } else { alg.name() };
        let own = Arc::new(material.clone().bound_to(bound_to, "enc"));
        Ok(Self { kid: material.kid().map(Arc::from), material: Some(own), ..key })
    }

    /// Binds a password to one of the PBES2 algorithms and `enc`, computed by `registry`.
    ///
    /// Each token is made with the [least number](JweAlg::min_iterations) of iterations, or more by
    /// [`with_iterations`](Self::with_iterations), and 16 bytes of salt of its own.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc, KeyError, Password, Registry};
    ///
    /// let password = Password::new("correct horse battery staple")?;
    /// let registry = Registry::default();
    /// let alg = JweAlg::Pbes2Hs256A128Kw;
    /// let key = EncryptionKey::for_password(&password, alg, JweEnc::A128Gcm, &registry)?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::NotForPasswords`] if `alg` takes a key, [`KeyError::Unsupported`] if the registry cannot do
    /// this.
    pub fn for_password(
        password: &Password,
        alg: JweAlg,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        check_password_algorithm(alg)?;
        let content = content_encryption_algorithm(registry, enc)?;
        let encryptor = key_management_algorithm(registry, alg)?.encryptor(&password.material())?;
        let source = CekSource::Managed(Arc::new(encryptor));
        Ok(Self::with_source(alg, content, source, registry))
    }

    /// The same key with this `kid`, which the tokens that it encrypts carry.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(Arc::from(kid.into()));
        self
    }

    /// The same key with names of the sender (`apu`) and the recipient (`apv`), which go into the key that ECDH-ES
    /// agrees upon and stand in the header for everybody to read (RFC 7518 sections 4.6.1.2 and 4.6.1.3). Other
    /// algorithms have no use for them and write none.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, EncryptedJwe, Header, Jwe, JweAlg, JweEnc, Limits};
    ///
    /// let key = DecryptionKey::generate(JweAlg::EcdhEs)?
    ///     .encryption_key(JweEnc::A128Gcm)?
    ///     .with_parties(b"Alice", b"Bob");
    /// let token = Jwe::encrypt(b"any octets", &Header::new(), &key)?;
    ///
    /// let encrypted = EncryptedJwe::parse(&token, &Limits::default())?;
    /// assert_eq!(encrypted.header().param("apu"), Some(&"QWxpY2U".into()));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_parties(mut self, apu: &[u8], apv: &[u8]) -> Self {
        self.apu = Some(Arc::from(apu));
        self.apv = Some(Arc::from(apv));
        self
    }

    /// The same key for a password with more PBKDF2 iterations for each token.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc, Password};
    ///
    /// let password = Password::new("correct horse battery staple")?;
    /// let alg = JweAlg::Pbes2Hs256A128Kw;
    /// let key = EncryptionKey::from_password(&password, alg, JweEnc::A256Gcm)?;
    /// let slower = key.clone().with_iterations(1_000_000)?;
    ///
    /// // Readers with the default limits would refuse what took longer.
    /// let error = key.with_iterations(2_000_000).unwrap_err();
    /// assert_eq!(error.code(), "key_iterations");
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Iterations`] if there are fewer than [`JweAlg::min_iterations`], or more than the default
    /// [`Limits`] let be read. [`KeyError::NotForPasswords`] if the key is not for a password.
    pub fn with_iterations(mut self, iterations: u32) -> Result<Self, KeyError> {
        let alg = self.alg.name();
        let min = self.alg.min_iterations().ok_or(KeyError::NotForPasswords(alg))?;
        let max = Limits::default().max_iterations();
        if !(min..=max).contains(&iterations) {
            return Err(KeyError::Iterations { alg, min, max, found: iterations });
        }
        self.iterations = iterations;
        Ok(self)
    }

    /// The key management algorithm that the key is bound to.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.alg
    }

    /// The content encryption algorithm that the key is bound to.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.content.enc()
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The sending half of a key that decrypts.
    pub(super) fn for_recipient(
        alg: JweAlg,
        encryptor: Arc<Box<dyn KeyEncryptor>>,
        material: Option<Arc<KeyMaterial>>,
        kid: Option<Arc<str>>,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        let content = content_encryption_algorithm(registry, enc)?;
        let source = CekSource::Managed(encryptor);
        Ok(Self { material, kid, ..Self::with_source(alg, content, source, registry) })
    }

    /// The sending half of a key that decrypts with `dir`.
    pub(super) fn for_direct_recipient(
        cipher: Arc<Box<dyn ContentCipher>>,
        material: Option<Arc<KeyMaterial>>,
        kid: Option<Arc<str>>,
        content: &'static dyn ContentEncryptionAlgorithm,
        registry: &Registry,
    ) -> Self {
        let source = CekSource::Direct(cipher);
        Self { material, kid, ..Self::with_source(JweAlg::Dir, content, source, registry) }
    }

    fn with_source(
        alg: JweAlg,
        content: &'static dyn ContentEncryptionAlgorithm,
        cek_source: CekSource,
        registry: &Registry,
    ) -> Self {
        Self {
            alg,
            kid: None,
            material: None,
            content,
            cek_source,
            random: registry.random,
            iterations: alg.min_iterations().unwrap_or(0),
            apu: None,
            apv: None,
        }
    }

    /// The public key alone; none for a shared key or a password.
    pub(crate) fn public_material(&self) -> Option<&KeyMaterial> {
        self.own_material().filter(|material| material.kty() != KeyType::Oct)
    }

    /// What the key was made from, without its present `kid`; none for a password.
    pub(super) fn own_material(&self) -> Option<&KeyMaterial> {
        self.material.as_deref()
    }

    /// Draws the content encryption key of one token (RFC 7516 section 5.1 step 2). `None` for `dir` and ECDH-ES, where
    /// the key is one or agrees upon one.
    #[inline]
    pub(crate) fn draw_cek(&self) -> Result<Option<SecretBytes>, Error> {
        if self.alg.has_no_encrypted_key() {
            return Ok(None);
        }
        random_secret(self.random, self.enc().key_len()).map(Some)
    }

    /// Encrypts the content encryption key of one token to this key, or agrees upon one, if there is none (RFC 7516
    /// section 5.1 steps 3 to 6).
    #[inline]
    pub(crate) fn encrypt_cek(&self, cek: Option<&SecretBytes>) -> Result<EncryptedKey, Error> {
        let CekSource::Managed(encryptor) = &self.cek_source else {
            return Ok(EncryptedKey::encrypted(Vec::new(), KeyManagementHeader::default()));
        };
        let input = EncryptKeyInput::new(self.enc(), self.random)
            .with_parties(self.apu.as_deref(), self.apv.as_deref())
            .with_iterations(self.iterations);
        let input = cek.map_or(input, |cek| input.with_cek(cek));
        let encrypted = encryptor.encrypt_key(&input).map_err(|_| Error::EncryptionFailed)?;
        // A reader takes no other length.
        let expected = encrypted_key_len(self.alg, self.enc(), self.public_material());
        if expected.is_some_and(|len| len != encrypted.encrypted_key.len()) {
            return Err(Error::EncryptionFailed);
        }
        Ok(encrypted)
    }

    /// The cipher of one token, whose content encryption key was drawn or agreed upon; with `dir` it is the key's own.
    #[inline]
    pub(crate) fn cipher(&self, cek: Option<&SecretBytes>) -> Result<PreparedCipher<'_>, Error> {
        match (&self.cek_source, cek) {
            (CekSource::Direct(cipher), _) => Ok(PreparedCipher::Shared(&***cipher)),
            // A cipher relies on the length, and a reader finds no other.
            (CekSource::Managed(_), Some(cek)) if cek.len() == self.enc().key_len() => {
                let cipher = self.content.cipher(cek).map_err(|_| Error::EncryptionFailed)?;
                Ok(PreparedCipher::Own(cipher))
            }
            (CekSource::Managed(_), _) => Err(Error::EncryptionFailed),
        }
    }

    /// An initialization vector for one token (RFC 7516 section 5.1 step 9).
    pub(crate) fn random_iv(&self) -> Result<Vec<u8>, Error> {
        let mut iv = vec![0; self.enc().iv_len()];
        self.random.fill(&mut iv).map_err(|_| Error::EncryptionFailed)?;
        Ok(iv)
    }
}

/// Shows algorithms and kid only.
impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("alg", &self.alg)
            .field("enc", &self.enc())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
