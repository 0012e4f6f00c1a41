//! The core of encrypting (RFC 7516 section 5.1).

#[cfg(feature = "deflate")]
use super::deflate;
use crate::alg::JweEnc;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::header;
use crate::header::Header;
use crate::header::JweParameters;
use crate::header::RecipientParameters;
use crate::key::EncryptionKey;
use crate::limits::Limits;
use crate::registry::ContentCipher;
use crate::registry::ContentInput;
use crate::secret::SecretBytes;

/// What is to be encrypted, and how it is written before that.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Plain(&'a [u8]),
    #[cfg(feature = "deflate")]
    Compressed(&'a [u8]),
}

impl<'a> Content<'a> {
    /// Encrypts and writes the compact JWE.
    pub(super) fn encrypt(self, header: &Header, key: &EncryptionKey) -> Result<String, Error> {
        let limits = Limits::default();
        header.check_params()?;
        let compressed = self.compress()?;
        let content = compressed.as_ref().map_or(self.plaintext(), SecretBytes::expose);
        // Before any key is used.
        if base64url::encoded_len(content.len()) > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        let enc = key.enc();
        let prepared = key.prepare()?;
        let recipient = RecipientParameters {
            alg: key.alg(),
            kid: key.kid(),
            management: &prepared.management,
        };
        let parameters = JweParameters {
            recipient: Some(recipient),
            enc,
            is_compressed: compressed.is_some(),
            jwk: key.public_material(),
        };
        let header = header::write_jwe(&parameters, header, &limits)?;
        let iv = key.random_iv()?;
        let encrypted_key = &prepared.encrypted_key;
        let ciphertext_len = content.len() + enc.max_padding_len();
        let lens = [header.len(), encrypted_key.len(), iv.len(), ciphertext_len, enc.tag_len()];
        let mut token = String::with_capacity(compact_len(lens));
        base64url::encode_to(&header, &mut token);
        // RFC 7516 section 5.1 step 14: the additional authenticated data is the encoded header.
        let input = ContentInput::new(&iv, token.as_bytes());
        let sealed = seal(content, prepared.cipher.as_cipher(), enc, &input)?;
        let (ciphertext, tag) = split_tag(sealed.expose(), enc).ok_or(Error::EncryptionFailed)?;
        for part in [encrypted_key, &iv, ciphertext, tag] {
            token.push('.');
            base64url::encode_to(part, &mut token);
        }
        if token.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        Ok(token)
    }

    /// RFC 7516 section 5.1 step 11. `None` where the plaintext stays as it is.
    fn compress(self) -> Result<Option<SecretBytes>, Error> {
        match self {
            Self::Plain(_) => Ok(None),
            #[cfg(feature = "deflate")]
            Self::Compressed(plaintext) => {
                deflate::compress(plaintext, &Limits::default()).map(Some)
            }
        }
    }

    const fn plaintext(self) -> &'a [u8] {
        match self {
            Self::Plain(plaintext) => plaintext,
            #[cfg(feature = "deflate")]
            Self::Compressed(plaintext) => plaintext,
        }
    }
}

/// RFC 7516 section 5.1 step 15: the ciphertext, then the authentication tag.
fn seal(
    content: &[u8],
    cipher: &dyn ContentCipher,
    enc: JweEnc,
    input: &ContentInput<'_>,
) -> Result<SecretBytes, Error> {
    // With room for padding and tag, so that it does not grow and leave a copy of the plaintext behind.
    let room = enc.max_padding_len() + enc.tag_len();
    let mut sealed = SecretBytes::new(Vec::with_capacity(content.len() + room));
    sealed.buffer_mut().extend_from_slice(content);
    cipher.seal(input, sealed.buffer_mut()).map_err(|_| Error::EncryptionFailed)?;
    // A shorter one holds no tag, and what would be taken for it is the plaintext.
    if sealed.len() < content.len() + enc.tag_len() {
        return Err(Error::EncryptionFailed);
    }
    Ok(sealed)
}

fn split_tag(sealed: &[u8], enc: JweEnc) -> Option<(&[u8], &[u8])> {
    sealed.split_at_checked(sealed.len().checked_sub(enc.tag_len())?)
}

/// The length of a compact JWE whose parts have these lengths in octets.
fn compact_len(parts: [usize; 5]) -> usize {
    parts.iter().map(|octets| base64url::encoded_len(*octets)).sum::<usize>() + parts.len() - 1
}
