//! How much a token or key document may ask of the reader.

/// Bounds that are checked before the work they bound. They belong to a policy, never to the process. Tokens are
/// made within the default ones.
///
/// ```
/// use josie::Limits;
///
/// let limits = Limits::default().with_token_bytes(8 * 1024);
/// assert_eq!(limits.token_bytes(), 8 * 1024);
/// assert_eq!(limits.json_depth(), 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    token_bytes: usize,
    header_bytes: usize,
    json_depth: usize,
    kid_bytes: usize,
    jwk_set_keys: usize,
    signatures: usize,
    recipients: usize,
    min_iterations: u32,
    max_iterations: u32,
    #[cfg(feature = "deflate")]
    plaintext_bytes: usize,
}

impl Limits {
    /// The length of a token in bytes (default: 262 144).
    #[must_use]
    pub const fn with_token_bytes(self, token_bytes: usize) -> Self {
        Self { token_bytes, ..self }
    }

    /// The length of the decoded protected header in bytes (default: 16 384).
    #[must_use]
    pub const fn with_header_bytes(self, header_bytes: usize) -> Self {
        Self { header_bytes, ..self }
    }

    /// How many JSON objects and arrays may be open at once (default: 32; more than 126 counts as 126).
    #[must_use]
    pub const fn with_json_depth(self, json_depth: usize) -> Self {
        Self { json_depth, ..self }
    }

    /// The length of a `kid` in bytes (default: 1024).
    #[must_use]
    pub const fn with_kid_bytes(self, kid_bytes: usize) -> Self {
        Self { kid_bytes, ..self }
    }

    /// The number of keys in a JWK set (default: 1000).
    #[must_use]
    pub const fn with_jwk_set_keys(self, jwk_set_keys: usize) -> Self {
        Self { jwk_set_keys, ..self }
    }

    /// The number of signatures of one JWS (default: 16). They are counted before any of them is decoded.
    #[must_use]
    pub const fn with_signatures(self, signatures: usize) -> Self {
        Self { signatures, ..self }
    }

    /// The number of recipients of one JWE (default: 16). They are counted before any of them is decoded.
    #[must_use]
    pub const fn with_recipients(self, recipients: usize) -> Self {
        Self { recipients, ..self }
    }

    /// The number of PBKDF2 iterations, `p2c`, of a token encrypted with a password (default: 1000, the
    /// least that RFC 7518 section 4.8.1.2 recommends, to 1 200 000, about a second's work). Whoever writes a token
    /// chooses how many of these the reader has to do. A number of zero is never accepted. Where several passwords or
    /// recipients are tried, `max` is for all together.
    ///
    /// ```
    /// use josie::{JweAlg, JweEnc, Limits, Policy};
    ///
    /// // Tokens of your own making take no fewer iterations than josie does.
    /// let limits = Limits::default().with_iterations(210_000, 400_000);
    /// let policy =
    ///     Policy::encrypted(&[JweAlg::Pbes2Hs512A256Kw], JweEnc::GCM).limits(limits).build()?;
    /// # Ok::<(), josie::PolicyError>(())
    /// ```
    #[must_use]
    pub const fn with_iterations(self, min: u32, max: u32) -> Self {
        Self { min_iterations: min, max_iterations: max, ..self }
    }

    /// The length of a decompressed plaintext in bytes (default: 250 000).
    #[cfg(feature = "deflate")]
    #[must_use]
    pub const fn with_plaintext_bytes(self, plaintext_bytes: usize) -> Self {
        Self { plaintext_bytes, ..self }
    }

    /// The longest token, in bytes.
    #[must_use]
    pub const fn token_bytes(&self) -> usize {
        self.token_bytes
    }

    /// The longest decoded protected header, in bytes.
    #[must_use]
    pub const fn header_bytes(&self) -> usize {
        self.header_bytes
    }

    /// The deepest nesting of JSON.
    #[must_use]
    pub const fn json_depth(&self) -> usize {
        self.json_depth
    }

    /// The longest `kid`, in bytes.
    #[must_use]
    pub const fn kid_bytes(&self) -> usize {
        self.kid_bytes
    }

    /// The most keys in a JWK set.
    #[must_use]
    pub const fn jwk_set_keys(&self) -> usize {
        self.jwk_set_keys
    }

    /// The most signatures of one JWS.
    #[must_use]
    pub const fn signatures(&self) -> usize {
        self.signatures
    }

    /// The most recipients of one JWE.
    #[must_use]
    pub const fn recipients(&self) -> usize {
        self.recipients
    }

    /// The fewest PBKDF2 iterations.
    #[must_use]
    pub const fn min_iterations(&self) -> u32 {
        self.min_iterations
    }

    /// The most PBKDF2 iterations.
    #[must_use]
    pub const fn max_iterations(&self) -> u32 {
        self.max_iterations
    }

    /// The longest decompressed plaintext, in bytes. It bounds nothing but what was compressed.
    #[cfg(feature = "deflate")]
    #[must_use]
    pub const fn plaintext_bytes(&self) -> usize {
        self.plaintext_bytes
    }

    /// What either of the two allows.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            token_bytes: self.token_bytes.max(other.token_bytes),
            header_bytes: self.header_bytes.max(other.header_bytes),
            json_depth: self.json_depth.max(other.json_depth),
            kid_bytes: self.kid_bytes.max(other.kid_bytes),
            jwk_set_keys: self.jwk_set_keys.max(other.jwk_set_keys),
            signatures: self.signatures.max(other.signatures),
            recipients: self.recipients.max(other.recipients),
            min_iterations: self.min_iterations.min(other.min_iterations),
            max_iterations: self.max_iterations.max(other.max_iterations),
            #[cfg(feature = "deflate")]
            plaintext_bytes: self.plaintext_bytes.max(other.plaintext_bytes),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_bytes: 256 * 1024,
            header_bytes: 16 * 1024,
            json_depth: 32,
            kid_bytes: 1024,
            jwk_set_keys: 1000,
            signatures: 16,
            recipients: 16,
            min_iterations: 1000,
            max_iterations: 1_200_000,
            #[cfg(feature = "deflate")]
            plaintext_bytes: 250_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_of_two_limits_allows_what_one_of_them_does() {
        let tight = Limits::default()
            .with_token_bytes(1)
            .with_header_bytes(1)
            .with_json_depth(1)
            .with_kid_bytes(1)
            .with_jwk_set_keys(1)
            .with_signatures(1)
            .with_recipients(1)
            .with_iterations(2000, 3000);
        #[cfg(feature = "deflate")]
        let tight = tight.with_plaintext_bytes(1);
        let loose = Limits::default();

        assert_eq!(tight.or(loose), loose);
        assert_eq!(loose.or(tight), loose);
        assert_eq!(tight.or(tight), tight);
    }
}
