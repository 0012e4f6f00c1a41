//! The JWS Signing Input (RFC 7515 section 5.1 step 5): protected header, dot, payload, as they are written.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::io::Read;

use crate::base64url;
use crate::error::Error;

/// How a payload stands in the signing input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Base64url,
    /// RFC 7797 section 3.
    Unencoded,
}

impl Encoding {
    /// What `b64` in a header says.
    pub(super) fn from_b64(b64: Option<bool>) -> Self {
        match b64 {
            Some(false) => Self::Unencoded,
            Some(true) | None => Self::Base64url,
        }
    }

    /// A payload as it stands in the signing input.
    pub(super) fn encode(self, payload: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Base64url => Cow::Owned(base64url::encode(payload).into_bytes()),
            Self::Unencoded => Cow::Borrowed(payload),
        }
    }

    /// Hands what `payload` reads to `take` as it stands in the signing input, a chunk at a time.
    pub(super) fn encode_chunks(
        self,
        mut payload: impl Read,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), Error> {
        let mut chunk = vec![0; CHUNK];
        let mut text = String::new();
        loop {
            // Filled, so that only the last chunk of base64url has an incomplete group.
            let filled = fill(&mut payload, &mut chunk)?;
            let octets = chunk.get(..filled).unwrap_or_default();
            match self {
                Self::Base64url => {
                    text.clear();
                    base64url::encode_to(octets, &mut text);
                    take(text.as_bytes());
                }
                Self::Unencoded => take(octets),
            }
            if filled < CHUNK {
                return Ok(());
            }
        }
    }
}

/// Octets that are read at a time: whole groups of base64url.
const CHUNK: usize = 3 * 16 * 1024;

/// Reads until the buffer is full or there is no more.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            // What says that it has filled more than there is may as well have filled less.
            Ok(read) if read > rest.len() => return Err(Error::Read(ErrorKind::InvalidData)),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read(error.kind())),
        }
    }
    Ok(filled)
}

/// Writes the signing input in place of what `message` holds.
pub(super) fn write_message(protected: &str, payload: &[u8], message: &mut Vec<u8>) {
    message.clear();
    message.reserve(protected.len() + 1 + payload.len());
    message.extend_from_slice(protected.as_bytes());
    message.push(b'.');
    message.extend_from_slice(payload);
}
