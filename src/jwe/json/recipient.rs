//! What a JWE that nobody has decrypted says of one recipient.

use crate::alg::JweAlg;
use crate::header::UnprotectedHeader;

/// One recipient of an [`EncryptedJweJson`](crate::EncryptedJweJson). Everything here is what the sender says.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct JweRecipient<'a> {
    pub(super) alg: Option<JweAlg>,
    pub(super) kid: Option<&'a str>,
    pub(super) unprotected: &'a UnprotectedHeader,
}

impl<'a> JweRecipient<'a> {
    /// The key management algorithm that the headers name; `None` if josie does not know it.
    #[must_use]
    pub fn alg(&self) -> Option<JweAlg> {
        self.alg
    }

    /// The key that the headers name.
    #[must_use]
    pub fn kid(&self) -> Option<&'a str> {
        self.kid
    }

    /// The recipient's own unprotected header.
    #[must_use]
    pub fn unprotected(&self) -> &'a UnprotectedHeader {
        self.unprotected
    }
}
