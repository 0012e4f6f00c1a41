//! The core of encrypting (RFC 7516 section 5.1).

#[cfg(feature = "deflate")]
use super::deflate;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::header;
use crate::header::Header;
use crate::header::JweParameters;
use crate::key::EncryptionKey;
use crate::limits::Limits;
use crate::registry::ContentInput;
use crate::secret::SecretBytes;

/// What is to be encrypted, and how it is written before that.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Plain(&'a [u8]),
    #[cfg(feature = "deflate")]
    Compressed(&'a [u8]),
}

impl Content<'_> {
    /// Encrypts and writes the compact JWE.
    pub(super) fn encrypt(self, header: &Header, key: &EncryptionKey) -> Result<String, Error> {
        let limits = Limits::default();
        header.check_params()?;
        let is_compressed = self.is_compressed();
        #[cfg(feature = "deflate")]
        let compressed;
        let content = match self {
            Self::Plain(plaintext) => plaintext,
            #[cfg(feature = "deflate")]
            Self::Compressed(plaintext) => {
                compressed = SecretBytes::new(deflate::compress(plaintext, &limits)?);
                compressed.expose()
            }
        };
        // Before any key is used.
        if base64url::encoded_len(content.len()) > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        let prepared = key.prepare()?;
        let parameters = JweParameters {
            alg: key.alg(),
            enc: key.enc(),
            management: &prepared.management,
            is_compressed,
        };
        let public = key.public_material();
        let header = header::write_jwe(&parameters, key.kid(), header, public, &limits)?;
        let iv = key.random_iv()?;
        let len = compact_len([
            header.len(),
            prepared.encrypted_key.len(),
            iv.len(),
            content.len() + key.enc().max_padding_len(),
            key.enc().tag_len(),
        ]);
        let mut token = String::with_capacity(len);
        base64url::encode_to(&header, &mut token);
        // RFC 7516 section 5.1 step 14: the additional authenticated data is the encoded header.
        let input = ContentInput::new(&iv, token.as_bytes());
        // With room for padding and tag, so that it does not grow and leave a copy of the plaintext behind.
        let room = key.enc().max_padding_len() + key.enc().tag_len();
        let mut sealed = SecretBytes::new(Vec::with_capacity(content.len() + room));
        sealed.buffer_mut().extend_from_slice(content);
        prepared
            .cipher
            .as_cipher()
            .seal(&input, sealed.buffer_mut())
            .map_err(|_| Error::EncryptionFailed)?;
        let sealed = sealed.expose();
        let tag_start = sealed.len().checked_sub(key.enc().tag_len());
        let (ciphertext, tag) = tag_start
            .and_then(|start| sealed.split_at_checked(start))
            .ok_or(Error::EncryptionFailed)?;
        for part in [&prepared.encrypted_key, &iv, ciphertext, tag] {
            token.push('.');
            base64url::encode_to(part, &mut token);
        }
        if token.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        Ok(token)
    }

    const fn is_compressed(self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "deflate")]
            Self::Compressed(_) => true,
        }
    }
}

/// The length of a compact JWE whose parts have these lengths in octets.
fn compact_len(parts: [usize; 5]) -> usize {
    parts.iter().map(|octets| base64url::encoded_len(*octets)).sum::<usize>() + parts.len() - 1
}
