//! The compact serialization (RFC 7516 section 7.1): five parts with four dots between them.

use core::mem;

use super::Jwe;
use super::decrypt::Sealed;
use super::encrypt::Addressee;
use super::encrypt::Content;
use super::encrypt::Draft;
use super::encrypt::SealedJwe;
use super::encrypted::EncryptedJwe;
use crate::base64url;
use crate::document;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::header::Header;
use crate::key::DecryptionKey;
use crate::key::EncryptionKey;
use crate::key::KeySet;
use crate::limits::Limits;
use crate::policy::Policy;

impl Jwe {
    /// Decrypts a compact JWE. `token` is attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Error, Header, Jwe, JweAlg, JweEnc, KeySet, Policy};
    ///
    /// let key = DecryptionKey::generate_direct(JweEnc::A256Gcm)?;
    /// let token = Jwe::encrypt(b"any octets", &Header::new(), &key.encryption_key(JweEnc::A256Gcm)?)?;
    /// let policy = Policy::encrypted(&[JweAlg::Dir], JweEnc::GCM).build()?;
    ///
    /// assert_eq!(Jwe::decrypt(&token, &KeySet::from(key), &policy)?.plaintext(), b"any octets");
    ///
    /// let stranger = KeySet::from(DecryptionKey::generate_direct(JweEnc::A256Gcm)?);
    /// assert_eq!(Jwe::decrypt(&token, &stranger, &policy).unwrap_err(), Error::DecryptionFailed);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// In this order: [`Error::Limit`] and [`Error::Malformed`] for size and structure, [`Error::Refused`] for a
    /// header that the policy does not allow, [`Error::UnknownKey`] and [`Error::AmbiguousKey`] for the choice
    /// of the key, [`Refused::UnsupportedEncryption`](crate::Refused::UnsupportedEncryption) if the key's registry
    /// does not have the token's `enc`, [`Error::Limit`] if several passwords would be tried with more iterations
    /// together than the limit, [`Error::DecryptionFailed`] for everything up to the checked authentication
    /// tag; and then, of a compressed plaintext, [`Error::Limit`] and [`Error::Malformed`].
    pub fn decrypt(
        token: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        EncryptedJwe::parse(token, policy.limits())?.decrypt(keys, policy)
    }

    /// Encrypts `plaintext` and writes the compact JWE. `alg`, `enc` and `kid` are those of the key. The plaintext is
    /// not compressed: its length can be read off the token, give or take a block.
    ///
    /// A token is one string in memory, and as long as the default [`Limits`](crate::Limits) let be read: 262 144
    /// bytes, which hold about 196 000 bytes of plaintext. Larger files are not for a JWE.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{DecryptionKey, Header, Jwe, JweAlg, JweEnc};
    ///
    /// let key = DecryptionKey::generate(JweAlg::EcdhEsA128Kw)?.with_kid("2026-01");
    /// let key = key.encryption_key(JweEnc::A128CbcHs256)?;
    /// let token = Jwe::encrypt(b"any octets", &Header::typed("example+jwe"), &key)?;
    /// assert_eq!(token.split('.').count(), 5);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::ReservedHeader`] and [`Error::DuplicateHeader`] for parameters that cannot be set,
    /// [`Error::NoPublicKey`] if a symmetric key is to be embedded, [`Error::Limit`] if the token, its header,
    /// `kid` or depth would be more than the default [`Limits`](crate::Limits) let be read, [`Error::Malformed`] if
    /// a parameter's value could not be read back, [`Error::EncryptionFailed`] if the backend or the random
    /// generator failed.
    pub fn encrypt(
        plaintext: &[u8],
        header: &Header,
        key: &EncryptionKey,
    ) -> Result<String, Error> {
        compact(Content::Plain(plaintext), header, key)
    }

    /// Compresses `plaintext` (`zip` `DEF`, RFC 7516 section 4.1.3), then encrypts it like
    /// [`encrypt`](Self::encrypt).
    ///
    /// **The length of the token then tells of its content.** Whoever has a part of the plaintext under control
    /// and sees the tokens can guess the rest from their lengths (RFC 8725 section 3.6). Compress only what holds
    /// either no secret or nothing that others chose.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{DecryptionKey, Header, Jwe, JweAlg, JweEnc, KeySet, Policy};
    ///
    /// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let plaintext = [b'a'; 10_000];
    /// let token =
    ///     Jwe::encrypt_compressed(&plaintext, &Header::new(), &key.encryption_key(JweEnc::A256Gcm)?)?;
    /// assert!(token.len() < 500);
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], JweEnc::ALL).allow_deflate().build()?;
    /// assert_eq!(Jwe::decrypt(&token, &KeySet::from(key), &policy)?.plaintext(), plaintext);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`encrypt`](Self::encrypt), and [`Error::Limit`] if the plaintext is longer than the default
    /// [`Limits`](crate::Limits) let be decompressed.
    #[cfg(feature = "deflate")]
    pub fn encrypt_compressed(
        plaintext: &[u8],
        header: &Header,
        key: &EncryptionKey,
    ) -> Result<String, Error> {
        compact(Content::Compressed(plaintext), header, key)
    }
}

fn compact(content: Content<'_>, header: &Header, key: &EncryptionKey) -> Result<String, Error> {
    let first = Addressee { key, unprotected: None };
    Draft { content, header, shared: None, aad: None, first, others: &[] }.seal()?.into_compact()
}

impl SealedJwe {
    /// The compact form of what has one recipient, no unprotected header and no AAD.
    #[inline]
    pub(super) fn into_compact(mut self) -> Result<String, Error> {
        let mut token = mem::take(&mut self.protected);
        let (ciphertext, tag) = self.ciphertext_and_tag()?;
        for part in [&self.first.encrypted_key, &self.iv, ciphertext, tag] {
            token.push('.');
            base64url::encode_to(part, &mut token);
        }
        if token.len() > Limits::default().token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        Ok(token)
    }
}

/// The parts of a compact JWE as they are written in the token.
pub(super) struct Parts<'t> {
    pub(super) header: &'t str,
    pub(super) encrypted_key: &'t str,
    pub(super) iv: &'t str,
    pub(super) ciphertext: &'t str,
    pub(super) tag: &'t str,
}

/// The parts of a compact JWE. The ciphertext may have more dots, which its decoding finds: a search of its own
/// would cost as much as the decoding.
pub(super) fn split(token: &str) -> Result<Parts<'_>, Error> {
    let parts = || {
        let (header, rest) = token.split_once('.')?;
        let (encrypted_key, rest) = rest.split_once('.')?;
        let (iv, rest) = rest.split_once('.')?;
        let (ciphertext, tag) = rest.rsplit_once('.')?;
        Some(Parts { header, encrypted_key, iv, ciphertext, tag })
    };
    parts().ok_or(Error::Malformed(Malformed::JweParts))
}

/// Decodes one of the parts.
pub(super) fn decode(part: &str, which: Part) -> Result<Vec<u8>, Error> {
    // As the encrypted key of `dir` is.
    if part.is_empty() {
        return Ok(Vec::new());
    }
    document::decode(part, which)
}

/// Decodes the ciphertext and the tag.
pub(super) fn decode_sealed(parts: &Parts<'_>) -> Result<Sealed, Error> {
    Sealed::decode(parts.ciphertext, parts.tag).map_err(|which| match which {
        Part::Ciphertext if parts.ciphertext.contains('.') => Error::Malformed(Malformed::JweParts),
        which => Error::Malformed(Malformed::Base64url(which)),
    })
}
