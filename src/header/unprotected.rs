//! Headers that nothing protects (RFC 7515 section 7.2.1, RFC 7516 section 7.2.1).

use serde_json::Value;

use super::check_params;
use crate::error::Error;

/// An unprotected header: of one signature, of one recipient, or shared by all recipients. **Anybody can change it**
/// without breaking a signature or the encryption, so no policy looks at it. Its `kid` helps to find the key; what is
/// critical, `typ` and `cty` count only in the protected [`Header`](crate::Header).
///
/// Only the JSON serializations have such headers.
///
/// ```
/// use josie::UnprotectedHeader;
///
/// let header = UnprotectedHeader::new().with_param("note", "for the record");
/// assert_eq!(header.param("note"), Some(&"for the record".into()));
/// assert_eq!(header.kid(), None);
/// ```
///
/// It is no `Header`. This compiles:
///
/// ```
/// use josie::Header;
///
/// fn trusted_type(header: &Header) -> Option<&str> {
///     header.typ()
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0599
/// use josie::UnprotectedHeader;
///
/// fn trusted_type(header: &UnprotectedHeader) -> Option<&str> {
///     header.typ()
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnprotectedHeader {
    pub(super) kid: Option<String>,
    /// Whether the `kid` of the key is to be written here.
    pub(super) has_kid_of_key: bool,
    pub(super) params: Vec<(String, Value)>,
}

impl UnprotectedHeader {
    /// An empty header.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same header with one more parameter. Parameters keep their order.
    ///
    /// The names that [`Header::with_param`](crate::Header::with_param) refuses are refused here as well, when the
    /// token is made, and so are names that stand in the protected header too.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// The same header, in which the `kid` of the key stands, instead of in the protected one. In the header that
    /// all recipients share it has no effect.
    #[must_use]
    pub fn with_kid_of_key(mut self) -> Self {
        self.has_kid_of_key = true;
        self
    }

    /// The key that the header names.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The parameter with this exact name, other than `kid`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether there is nothing in the header, as if it was absent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kid.is_none() && !self.has_kid_of_key && self.params.is_empty()
    }

    pub(crate) fn has_params(&self) -> bool {
        !self.params.is_empty()
    }

    /// Whether the `kid` of the key is to be written here.
    pub(crate) fn has_kid_of_key(&self) -> bool {
        self.has_kid_of_key
    }

    /// Refuses the parameters that josie writes itself and those that are named twice.
    pub(crate) fn check_params(&self) -> Result<(), Error> {
        check_params(&self.params)
    }
}
