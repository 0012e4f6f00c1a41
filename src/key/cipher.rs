//! The cipher of one token.

use std::sync::Arc;

use crate::registry::ContentCipher;

/// A content encryption key that is ready for one token: made for it, or with `dir` the one of the key.
pub(crate) enum PreparedCipher {
    Shared(Arc<dyn ContentCipher>),
    Own(Box<dyn ContentCipher>),
}

impl PreparedCipher {
    pub(crate) fn as_cipher(&self) -> &dyn ContentCipher {
        match self {
            Self::Shared(cipher) => &**cipher,
            Self::Own(cipher) => &**cipher,
        }
    }
}
