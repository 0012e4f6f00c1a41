//! Secret octets and secret text: wiped on drop, never printed.

use core::fmt;
use std::io;

use zeroize::Zeroizing;
use zeroize::optimization_barrier;

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
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes ownership of secret octets.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
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

    /// The octets as a buffer. Whoever makes it grow leaves a copy of the secret behind.
    pub(crate) fn buffer_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// Appends octets. A buffer that has become too small is wiped.
    #[inline]
    pub(crate) fn append(&mut self, octets: &[u8]) {
        if self.0.capacity() - self.0.len() < octets.len() {
            self.grow(octets.len());
        }
        self.0.extend_from_slice(octets);
    }

    #[cold]
    fn grow(&mut self, additional: usize) {
        let len = self.0.len().saturating_add(additional);
        let mut larger = Vec::with_capacity(len.max(self.0.capacity().saturating_mul(2)));
        larger.extend_from_slice(&self.0);
        *self = Self(larger);
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

/// Wipes the whole buffer, also what is no longer a part of the secret.
impl Drop for SecretBytes {
    fn drop(&mut self) {
        // All at once: one octet after the other takes longer than to encrypt them.
        self.0.clear();
        self.0.resize(self.0.capacity(), 0);
        // The writes are not left out as those of a value that nobody reads again.
        optimization_barrier(self.0.as_slice());
    }
}

/// Text that must not leak, such as a private key as PEM or JWK: wiped when dropped, and `Debug` shows its length
/// only.
///
/// ```
/// use josie::KeyMaterial;
///
/// let text = KeyMaterial::oct(vec![7; 32]).to_private_jwk()?;
/// assert_eq!(text.expose(), r#"{"kty":"oct","k":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#);
/// assert_eq!(format!("{text:?}"), "SecretText(63 bytes, redacted)");
/// # Ok::<(), josie::KeyError>(())
/// ```
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes ownership of a secret text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Call it only to hand it to where keys are kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretText({} bytes, redacted)", self.0.len())
    }
}

/// Writes to secret octets; not they themselves, whose users have no such method to call.
pub(crate) struct SecretWriter<'s>(pub(crate) &'s mut SecretBytes);

impl io::Write for SecretWriter<'_> {
    #[inline]
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.append(octets);
        Ok(octets.len())
    }

    // Called for every few octets of a JSON text.
    #[inline]
    fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
        self.0.append(octets);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
