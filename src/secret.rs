//! Secret octets: wiped on drop, never printed.

use core::fmt;

use zeroize::Zeroizing;

/// Octets that must not leak: wiped when dropped, and `Debug` shows their number only.
///
/// There is no `PartialEq`, `Display` or `Serialize`, so a secret cannot be compared in variable time,
/// printed or written by accident.
///
/// ```
/// use josie::SecretBytes;
///
/// let secret = SecretBytes::new(b"hunter2".to_vec());
/// assert_eq!(format!("{secret:?}"), "SecretBytes(7 bytes, redacted)");
/// assert_eq!(secret.expose(), b"hunter2");
/// ```
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of secret octets.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The octets themselves. Call it only to hand them to a cryptographic primitive.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The octets, to be filled in place.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The number of octets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no octets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes, redacted)", self.len())
    }
}
