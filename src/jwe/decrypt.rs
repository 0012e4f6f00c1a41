//! The core of decrypting: structure, header policy, key, encrypted key, content, in this order.

use core::fmt;
use core::mem;

use super::Jwe;
use super::compact;
use super::compact::decode;
use super::compact::decode_sealed;
#[cfg(feature = "deflate")]
use super::deflate;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Part;
use crate::error::Refused;
use crate::header::Header;
use crate::header::ParsedJweHeader;
use crate::header::ParsedRecipient;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::management::KeyManagementHeader;
use crate::policy::Policy;
use crate::registry::ContentInput;
use crate::registry::DecryptionFailed;
use crate::secret::SecretBytes;

/// A well-formed JWE that nobody has decrypted. Everything here is what the sender says.
///
/// Use it to route a token by its header. There is no plaintext to be had. This compiles:
///
/// ```
/// use josie::{EncryptedJwe, Limits};
///
/// fn inspect(jwe: &EncryptedJwe) {
///     let _ = jwe.header();
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0599
/// use josie::{EncryptedJwe, Limits};
///
/// fn inspect(jwe: &EncryptedJwe) {
///     let _ = jwe.plaintext();
/// }
/// ```
#[must_use]
pub struct EncryptedJwe<'t> {
    parsed: ParsedJweHeader,
    recipient: ParsedRecipient,
    token: &'t str,
    /// The encoded header: a slice of the token, never a re-serialization.
    aad: &'t str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    /// The ciphertext, then the authentication tag.
    sealed: Vec<u8>,
    tag_len: usize,
    limits: Limits,
}

impl<'t> EncryptedJwe<'t> {
    /// Reads the structure of a compact JWE: size, five parts of canonical base64url, and the header. `token` is
    /// attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, EncryptedJwe, Header, Jwe, JweAlg, JweEnc, Limits};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("a");
    /// let token = Jwe::encrypt(b"", &Header::new(), &key.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let encrypted = EncryptedJwe::parse(&token, &Limits::default())?;
    /// assert_eq!(encrypted.kid(), Some("a"));
    /// assert_eq!(encrypted.enc(), JweEnc::A256Gcm);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] for size, depth, `kid` and the number of PBKDF2 iterations, [`Error::Malformed`] for
    /// structure, [`Error::Refused`] if josie does not know the header's `alg` or `enc`.
    pub fn parse(token: &'t str, limits: &Limits) -> Result<Self, Error> {
        if token.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        let parts = compact::split(token)?;
        if parts.header.len() > base64url::encoded_len(limits.header_bytes()) {
            return Err(Error::Limit(Limit::Header));
        }
        // The ciphertext first, whose decoding also finds that there are more than five parts.
        let (sealed, tag_len) = decode_sealed(parts.ciphertext, parts.tag)?;
        let header = decode(parts.header, Part::Header)?;
        let encrypted_key = decode(parts.encrypted_key, Part::EncryptedKey)?;
        let iv = decode(parts.iv, Part::Iv)?;
        let (parsed, recipient) = ParsedJweHeader::parse(&header, limits)?;
        Ok(Self {
            parsed,
            recipient,
            token,
            aad: parts.header,
            encrypted_key,
            iv,
            sealed,
            tag_len,
            limits: *limits,
        })
    }

    /// Decrypts with one of `keys`, if `policy` allows the header. The token is held to the policy's limits as well
    /// as to those that it was parsed with.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, EncryptedJwe, Header, Jwe, JweAlg, JweEnc, KeySet, Policy};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let token = Jwe::encrypt(b"any octets", &Header::new(), &key.encryption_key(JweEnc::A256Gcm)?)?;
    ///
    /// let policy = Policy::encrypted(JweAlg::SYMMETRIC, JweEnc::ALL).build()?;
    /// let encrypted = EncryptedJwe::parse(&token, policy.limits())?;
    /// // Here the caller may choose keys and policy by the header.
    /// assert_eq!(encrypted.decrypt(&KeySet::from(key), &policy)?.plaintext(), b"any octets");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwe::decrypt`].
    pub fn decrypt(self, keys: &KeySet<DecryptionKey>, policy: &Policy) -> Result<Jwe, Error> {
        policy.check_typ(self.parsed.header.typ())?;
        self.decrypt_any_type(keys, policy)
    }

    /// The key management algorithm that the header names.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.recipient.alg
    }

    /// The content encryption algorithm that the header names.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.parsed.enc
    }

    /// The key that the header names.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.recipient.kid.as_deref()
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.parsed.header
    }

    /// Decrypts a JWE of whose `typ` the caller has made sure.
    pub(crate) fn decrypt_any_type(
        mut self,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Jwe, Error> {
        if *policy.limits() != self.limits {
            let _held_to_the_policy = Self::parse(self.token, policy.limits())?;
        }
        // Before the key and the content are looked at, so that a refused header costs nothing.
        policy.check_jwe_alg(self.recipient.alg)?;
        policy.check_jwe(&self.parsed)?;
        let (alg, enc) = (self.recipient.alg, self.parsed.enc);
        let candidates = keys.select(alg, enc, self.recipient.kid.as_deref())?;
        // What everybody can see of token and keys, before any key is used.
        if !candidates.iter().any(|key| key.can_open(enc)) {
            return Err(Error::Refused(Refused::UnsupportedEncryption));
        }
        self.check_iterations(candidates.len(), policy.limits())?;
        let mut opened = Err(Error::UnknownKey);
        for (tried, key) in candidates.iter().enumerate() {
            // Opening destroys what it does not open; only the last key may have the original.
            let is_last = tried + 1 == candidates.len();
            let content = if is_last { mem::take(&mut self.sealed) } else { self.sealed.clone() };
            opened = self.open(key, SecretBytes::new(content));
            if opened.is_ok() {
                break;
            }
        }
        let plaintext = self.decompress(opened?, policy.limits())?;
        let (kid, header) = (self.recipient.kid, self.parsed.header);
        Ok(Jwe { alg, enc, kid, header, plaintext })
    }

    /// The limit is on what the token costs: each password that is tried derives its key anew.
    fn check_iterations(&self, tries: usize, limits: &Limits) -> Result<(), Error> {
        let management = self
            .recipient
            .management
            .as_deref()
            .filter(|_| self.recipient.alg.min_iterations().is_some());
        let count = management.and_then(|management| management.p2c).unwrap_or(0);
        let total = u64::from(count).saturating_mul(u64::try_from(tries).unwrap_or(u64::MAX));
        if tries > 1 && total > u64::from(limits.max_iterations()) {
            return Err(Error::Limit(Limit::Iterations));
        }
        Ok(())
    }

    /// Decrypts `content`, the ciphertext and the tag, in place (RFC 7516 section 5.2 steps 8 to 16).
    fn open(&self, key: &DecryptionKey, mut content: SecretBytes) -> Result<SecretBytes, Error> {
        let enc = self.parsed.enc;
        // Before any work: a short tag would be easier to guess, and a cipher takes no other IV.
        if self.iv.len() != enc.iv_len() || self.tag_len != enc.tag_len() {
            return Err(Error::DecryptionFailed);
        }
        let nothing = KeyManagementHeader::default();
        let management = self.recipient.management.as_deref().unwrap_or(&nothing);
        let cipher = key.recover_cek(enc, &self.encrypted_key, management)?;
        // RFC 7516 section 5.2 steps 14 and 15: the octets received, never a re-serialization.
        let input = ContentInput::new(&self.iv, self.aad.as_bytes());
        // Whatever the backend leaves there when it fails is wiped and is no plaintext.
        match cipher.as_cipher().open(&input, content.buffer_mut()) {
            Ok(()) => Ok(content),
            Err(DecryptionFailed) => Err(Error::DecryptionFailed),
        }
    }

    /// RFC 7516 section 5.2 step 17.
    #[cfg(feature = "deflate")]
    fn decompress(&self, content: SecretBytes, limits: &Limits) -> Result<SecretBytes, Error> {
        match self.parsed.zip {
            None => Ok(content),
            // The policy has allowed no other.
            Some(_) => deflate::decompress(content.expose(), limits),
        }
    }

    // Without the feature no policy allows compression.
    #[cfg(not(feature = "deflate"))]
    fn decompress(&self, content: SecretBytes, _limits: &Limits) -> Result<SecretBytes, Error> {
        Ok(content)
    }
}

/// Shows the header only: there is nothing else to be trusted.
impl fmt::Debug for EncryptedJwe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedJwe")
            .field("alg", &self.alg())
            .field("enc", &self.enc())
            .field("kid", &self.recipient.kid)
            .field("header", self.header())
            .finish_non_exhaustive()
    }
}
