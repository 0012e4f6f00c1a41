//! Keys that decrypt.

use core::fmt;
use std::sync::Arc;

use super::EncryptionKey;
use super::Password;
use super::bind::Side;
use super::bind::bind_direct;
use super::bind::bind_key_management;
use super::bind::check_password_algorithm;
use super::bind::check_same_public_half;
use super::bind::content_encryption_algorithm;
use super::bind::key_management_algorithm;
use super::bind::may_encrypt;
use super::cipher::PreparedCipher;
use super::cipher::encrypted_key_len;
use super::cipher::random_secret;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::ContentCipher;
use crate::registry::ContentEncryptionAlgorithm;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::GenerateInput;
use crate::registry::KeyDecryptor;
use crate::registry::KeyEncryptor;
use crate::registry::Registry;

/// A key that decrypts with exactly one key management algorithm; for `dir` with exactly one content encryption
/// algorithm.
///
/// It is parsed and checked once, when it is made. Cloning shares the parsed key.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{DecryptionKey, JweAlg, JweEnc};
///
/// let key = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("2026-01");
/// assert_eq!(key.encryption_key(JweEnc::A256Gcm)?.kid(), Some("2026-01"));
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
#[derive(Clone)]
pub struct DecryptionKey {
    alg: JweAlg,
    kid: Option<Arc<str>>,
    /// Both halves of the key, or the shared key; none for a password.
    material: Option<Arc<KeyMaterial>>,
    cek_source: CekSource,
    registry: Registry,
    /// Whether the JWK lets its holder encrypt as well. The public half of a key pair has operations of its own.
    may_encrypt: bool,
}

/// Where the content encryption key comes from. What a backend has prepared stays in its box: to move it would leave a
/// copy of the secret behind that nobody wipes.
#[derive(Clone)]
enum CekSource {
    /// The key is the content encryption key.
    Direct { content: &'static dyn ContentEncryptionAlgorithm, cipher: Arc<Box<dyn ContentCipher>> },
    /// The key decrypts it, or agrees upon it.
    Managed(Arc<KeyPair>),
}

struct KeyPair {
    decryptor: Box<dyn KeyDecryptor>,
    encryptor: Arc<Box<dyn KeyEncryptor>>,
    /// The public key; none for a shared key or a password.
    public: Option<Arc<KeyMaterial>>,
}

impl DecryptionKey {
    /// Binds private or shared material to `alg`, computed by `registry`. The material's `kid` is kept.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, KeyMaterial, Registry};
    ///
    /// let secret = KeyMaterial::oct(vec![0x5a; 16]).with_kid("2026-01");
    /// let key = DecryptionKey::new(&secret, JweAlg::A128Kw, &Registry::default())?;
    /// assert_eq!(key.kid(), Some("2026-01"));
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`EncryptionKey::new`], but [`KeyError::PrivateKeyNeeded`] for a public key in place of
    /// [`KeyError::PublicKeyNeeded`]; besides, [`KeyError::Inconsistent`] if the parts of the private key do not
    /// belong together, [`KeyError::PublicHalfMissing`] if there is none and the registry cannot compute it, and
    /// [`KeyError::DirectNeedsEnc`] for [`JweAlg::Dir`]: see [`direct`](Self::direct).
    pub fn new(material: &KeyMaterial, alg: JweAlg, registry: &Registry) -> Result<Self, KeyError> {
        let implementation = bind_key_management(material, alg, Side::Recipient, registry)?;
        let decryptor = implementation.decryptor(material)?;
        let (encryptor, own) = match decryptor.public_half() {
            // The private half says which public half belongs to it; the document's must be that one.
            Some(public) => {
                check_same_public_half(material, &public)?;
                (implementation.encryptor(&public)?, material.completed_by(&public))
            }
            None => (implementation.encryptor(material)?, material.clone()),
        };
        let own = own.bound_to(alg.name(), "enc");
        let public = own.public_half().map(Arc::new);
        let pair = KeyPair { decryptor, encryptor: Arc::new(encryptor), public };
        Ok(Self {
            alg,
            kid: material.kid().map(Arc::from),
            material: Some(Arc::new(own)),
            cek_source: CekSource::Managed(Arc::new(pair)),
            registry: *registry,
            may_encrypt: may_encrypt(material, alg),
        })
    }

    /// Binds a shared secret to `dir` and `enc`, computed by `registry`: it is the content encryption key itself
    /// (RFC 7518 section 4.5), [`JweEnc::key_len`] bytes long. The material's `kid` is kept.
    ///
    /// With AES-GCM, let no more than 2^32 tokens be encrypted with one secret; see [`JweAlg::Dir`].
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweEnc, KeyError, KeyMaterial, Registry};
    ///
    /// let secret = KeyMaterial::oct(vec![0x5a; 16]);
    /// let key = DecryptionKey::direct(&secret, JweEnc::A128Gcm, &Registry::default())?;
    ///
    /// let error = DecryptionKey::direct(&secret, JweEnc::A256Gcm, &Registry::default()).unwrap_err();
    /// assert_eq!(error, KeyError::SecretLength { alg: "A256GCM", expected: 32, found: 16 });
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongKeyType`]: it is no shared secret. [`KeyError::SecretLength`],
    /// [`KeyError::SecretIsKey`]: the secret is none. [`KeyError::AlgMismatch`], [`KeyError::UseMismatch`],
    /// [`KeyError::KeyOpsMismatch`]: the JWK is for something else. [`KeyError::Unsupported`]: the registry
    /// does not have `enc`.
    pub fn direct(
        material: &KeyMaterial,
        enc: JweEnc,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        let (content, cipher) = bind_direct(material, enc, Side::Recipient, registry)?;
        Ok(Self {
            alg: JweAlg::Dir,
            kid: material.kid().map(Arc::from),
            // RFC 7520 section 5.6.1 names the content encryption algorithm of a key for `dir`.
            material: Some(Arc::new(material.clone().bound_to(enc.name(), "enc"))),
            cek_source: CekSource::Direct { content, cipher: Arc::new(cipher) },
            registry: *registry,
            may_encrypt: may_encrypt(material, JweAlg::Dir),
        })
    }

    /// Binds a password to one of the PBES2 algorithms, computed by `registry`.
    ///
    /// A token says how many iterations it takes to try it, within the policy's
    /// [limits](crate::Limits::with_iterations).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, KeyError, Password, Registry};
    ///
    /// let password = Password::new("correct horse battery staple")?;
    /// let registry = Registry::default();
    /// let key = DecryptionKey::for_password(&password, JweAlg::Pbes2Hs256A128Kw, &registry)?;
    ///
    /// let error = DecryptionKey::for_password(&password, JweAlg::A128Kw, &registry).unwrap_err();
    /// assert_eq!(error, KeyError::NotForPasswords("A128KW"));
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
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        check_password_algorithm(alg)?;
        let implementation = key_management_algorithm(registry, alg)?;
        let material = password.material();
        let pair = KeyPair {
            decryptor: implementation.decryptor(&material)?,
            encryptor: Arc::new(implementation.encryptor(&material)?),
            public: None,
        };
        let cek_source = CekSource::Managed(Arc::new(pair));
        let registry = *registry;
        Ok(Self { alg, kid: None, material: None, cek_source, registry, may_encrypt: true })
    }

    /// Makes a fresh key of a given size or curve, computed by `registry`.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{Curve, DecryptionKey, GenerateInput, JweAlg, Registry};
    ///
    /// let input = GenerateInput::default().with_curve(Curve::X25519);
    /// let key = DecryptionKey::generate_with(JweAlg::EcdhEs, &input, &Registry::aws_lc_rs())?;
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] where the registry cannot, [`KeyError::UnsuitableCurve`] where the algorithm does
    /// not work on the curve, [`KeyError::GenerationFailed`] where the backend failed,
    /// [`KeyError::PasswordNeeded`] and [`KeyError::DirectNeedsEnc`] as for [`new`](Self::new).
    pub fn generate_with(
        alg: JweAlg,
        input: &GenerateInput,
        registry: &Registry,
    ) -> Result<Self, KeyError> {
        if alg == JweAlg::Dir {
            return Err(KeyError::DirectNeedsEnc);
        }
        if alg.min_iterations().is_some() {
            return Err(KeyError::PasswordNeeded(alg.name()));
        }
        let material = key_management_algorithm(registry, alg)?.generate(input)?;
        Self::new(&material, alg, registry)
    }

    /// Makes a fresh key for `dir` and `enc`, from the registry's random generator.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, JweAlg, JweEnc, Registry};
    ///
    /// let key = DecryptionKey::generate_direct_with(JweEnc::A128Gcm, &Registry::default())?;
    /// assert_eq!(key.alg(), JweAlg::Dir);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] if the registry does not have `enc`, [`KeyError::GenerationFailed`] if the
    /// generator failed.
    pub fn generate_direct_with(enc: JweEnc, registry: &Registry) -> Result<Self, KeyError> {
        let secret = random_secret(registry.random, enc.key_len());
        let secret = secret.map_err(|_| KeyError::GenerationFailed)?;
        Self::direct(&KeyMaterial::oct(secret), enc, registry)
    }

    /// The same key with this `kid`, which a token's `kid` must equal where it has one; see
    /// [`KeySet`](crate::KeySet).
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(Arc::from(kid.into()));
        self
    }

    /// The key management algorithm that the key is bound to.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.alg
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key that encrypts what this one decrypts. For a shared key or a password it holds the same secret.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`] if the registry does not have `enc`, [`KeyError::WrongEnc`] if the key is for `dir`
    /// and another `enc`.
    /// [`KeyError::KeyOpsMismatch`] if it is a shared key whose JWK lets it decrypt only.
    pub fn encryption_key(&self, enc: JweEnc) -> Result<EncryptionKey, KeyError> {
        if !self.may_encrypt {
            return Err(KeyError::KeyOpsMismatch);
        }
        let kid = self.kid.clone();
        match &self.cek_source {
            CekSource::Direct { content, cipher } if content.enc() == enc => {
                let (cipher, shared) = (Arc::clone(cipher), self.material.clone());
                let registry = &self.registry;
                Ok(EncryptionKey::for_direct_recipient(cipher, shared, kid, *content, registry))
            }
            CekSource::Direct { content, .. } => {
                Err(KeyError::WrongEnc { expected: content.enc(), found: enc })
            }
            CekSource::Managed(pair) => EncryptionKey::for_recipient(
                self.alg,
                Arc::clone(&pair.encryptor),
                // The public half, or the key that both sides share; never a private key whose public half is not
                // known.
                pair.public
                    .clone()
                    .or_else(|| self.material.clone().filter(|own| own.kty() == KeyType::Oct)),
                kid,
                enc,
                &self.registry,
            ),
        }
    }

    /// What the key was made from, with its public half and without its present `kid`; none for a password.
    pub(super) fn own_material(&self) -> Option<&KeyMaterial> {
        self.material.as_deref()
    }

    /// Whether the key may be tried with a token of this `alg` and `enc`.
    pub(crate) fn fits(&self, alg: JweAlg, enc: JweEnc) -> bool {
        self.alg == alg
            && match &self.cek_source {
                CekSource::Direct { content, .. } => content.enc() == enc,
                CekSource::Managed(_) => true,
            }
    }

    /// Whether the key's registry can open content of this `enc`.
    pub(crate) fn can_open(&self, enc: JweEnc) -> bool {
        match &self.cek_source {
            CekSource::Direct { content, .. } => content.enc() == enc,
            CekSource::Managed(_) => self.registry.content_encryption(enc).is_some(),
        }
    }

    /// The content encryption key of a token (RFC 7516 section 5.2 steps 8 to 12).
    ///
    /// What cannot be decrypted is replaced by a random key, so that its fault shows where a wrong tag's would, and
    /// as the same error (RFC 7516 section 11.5).
    pub(crate) fn recover_cek(
        &self,
        enc: JweEnc,
        encrypted_key: &[u8],
        management: &KeyManagementHeader,
    ) -> Result<PreparedCipher<'_>, DecryptionFailed> {
        let pair = match &self.cek_source {
            // RFC 7516 section 5.2 step 10: with `dir` there is no encrypted key.
            CekSource::Direct { cipher, .. } if encrypted_key.is_empty() => {
                return Ok(PreparedCipher::Shared(&***cipher));
            }
            CekSource::Direct { .. } => return Err(DecryptionFailed),
            CekSource::Managed(pair) => pair,
        };
        let content =
            content_encryption_algorithm(&self.registry, enc).map_err(|_| DecryptionFailed)?;
        // Before any work: everybody can see this length, and a wrong one cannot become a key.
        let expected = encrypted_key_len(self.alg, enc, pair.public.as_deref());
        if Some(encrypted_key.len()) != expected {
            return Err(DecryptionFailed);
        }
        let input = DecryptKeyInput::new(enc, encrypted_key, management);
        let draw =
            || random_secret(self.registry.random, enc.key_len()).map_err(|_| DecryptionFailed);
        // Where anybody can make keys to be tried, drawn before it is known to be needed, so that to draw it does not
        // tell. A key that a shared one wraps is authenticated: that it fails is no news to whoever sent it.
        let stand_in = self.alg.takes_public_key().then(draw);
        let cek = match pair.decryptor.decrypt_key(&input) {
            Ok(cek) if cek.len() == enc.key_len() => cek,
            // RFC 7516 section 11.5: go on with a random key, whatever was wrong.
            Ok(_) | Err(_) => stand_in.unwrap_or_else(draw)?,
        };
        content.cipher(&cek).map(PreparedCipher::Own).map_err(|_| DecryptionFailed)
    }
}

/// Shows algorithm and kid only.
impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("alg", &self.alg)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
