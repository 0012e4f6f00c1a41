//! A compact JWE before it is decrypted.

use core::fmt;
use core::slice;
use std::borrow::Cow;

use super::Jwe;
use super::compact;
use super::compact::decode;
use super::decrypt::Content;
use super::decrypt::Opened;
use super::decrypt::Recipient;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Part;
use crate::header::Header;
use crate::header::ParsedJweHeader;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::policy::Policy;

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
    alg: JweAlg,
    recipient: Recipient,
    content: Content<'t>,
    token: &'t str,
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
        let sealed = compact::decode_sealed(&parts)?;
        let header = decode(parts.header, Part::Header)?;
        let encrypted_key = decode(parts.encrypted_key, Part::EncryptedKey)?;
        let iv = decode(parts.iv, Part::Iv)?;
        let (header, alg, recipient) = ParsedJweHeader::parse(&header, limits)?;
        Ok(Self {
            alg,
            recipient: Recipient { headers: recipient, encrypted_key },
            // RFC 7516 section 5.2 step 15: the encoded header is what is authenticated beside the content.
            content: Content { header, aad: Cow::Borrowed(parts.header), iv, sealed },
            token,
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
    #[inline]
    pub fn decrypt(mut self, keys: &KeySet<DecryptionKey>, policy: &Policy) -> Result<Jwe, Error> {
        let opened = self.open(keys, policy)?;
        Ok(self.into_jwe(opened))
    }

    /// The key management algorithm that the header names.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.alg
    }

    /// The content encryption algorithm that the header names.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.content.header.enc
    }

    /// The key that the header names.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.recipient.headers.kid.as_deref()
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.content.header.header
    }

    /// Decrypts a JWE and says by which key.
    #[inline]
    pub(super) fn open<'k>(
        &mut self,
        keys: &'k KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Opened<'k>, Error> {
        self.check_limits(policy)?;
        self.content.decrypt(slice::from_ref(&self.recipient), keys, policy)
    }

    #[inline]
    pub(super) fn into_jwe(self, opened: Opened<'_>) -> Jwe {
        self.content.into_jwe(opened, self.recipient.headers.kid)
    }

    /// Decrypts a JWE of whose `typ` the caller has made sure.
    pub(crate) fn decrypt_any_type(
        mut self,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Jwe, Error> {
        self.check_limits(policy)?;
        let recipients = slice::from_ref(&self.recipient);
        let opened = self.content.decrypt_any_type(recipients, keys, policy)?;
        Ok(self.into_jwe(opened))
    }

    #[inline]
    fn check_limits(&self, policy: &Policy) -> Result<(), Error> {
        if *policy.limits() != self.limits {
            let _held_to_the_policy = Self::parse(self.token, policy.limits())?;
        }
        Ok(())
    }
}

/// Shows the header only: there is nothing else to be trusted.
impl fmt::Debug for EncryptedJwe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedJwe")
            .field("alg", &self.alg())
            .field("enc", &self.enc())
            .field("kid", &self.recipient.headers.kid)
            .field("header", self.header())
            .finish_non_exhaustive()
    }
}
