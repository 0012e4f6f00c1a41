//! The cipher of one token.

use crate::registry::ContentCipher;

/// A content encryption key that is ready for one token: made for it, or with `dir` the one of the key.
pub(crate) enum PreparedCipher<'k> {
    Shared(&'k dyn ContentCipher),
    Own(Box<dyn ContentCipher>),
}

impl PreparedCipher<'_> {
    pub(crate) fn as_cipher(&self) -> &dyn ContentCipher {
        match self {
            Self::Shared(cipher) => *cipher,
            Self::Own(cipher) => &**cipher,
        }
    }
}
