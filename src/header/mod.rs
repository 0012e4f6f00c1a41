//! Headers (RFC 7515 section 4, RFC 7516 section 4): what a caller may set, what a token says, and their JSON.

mod encrypted;
mod members;
mod signed;
mod unprotected;
mod write;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use self::encrypted::JweHeaders;
pub(crate) use self::encrypted::ParsedJweHeader;
pub(crate) use self::encrypted::ParsedRecipient;
pub(crate) use self::encrypted::RecipientHeaders;
pub(crate) use self::encrypted::Zip;
pub(crate) use self::members::REGISTERED;
pub(crate) use self::signed::JwsHeaders;
pub(crate) use self::signed::ParsedHeader;
pub use self::unprotected::UnprotectedHeader;
pub(crate) use self::write::JweParameters;
pub(crate) use self::write::JwsParameters;
pub(crate) use self::write::RecipientParameters;
pub(crate) use self::write::write_jwe;
pub(crate) use self::write::write_jws;
pub(crate) use self::write::write_recipient;
pub(crate) use self::write::write_unprotected;
use crate::error::Error;

/// The protected header of a token, without `alg`, `enc` and `kid`: those come from the key, so that a key can be
/// changed without changing the code that signs or encrypts.
///
/// ```
/// use josie::Header;
///
/// let header = Header::typed("at+jwt").with_param("ver", 2);
/// assert_eq!(header.typ(), Some("at+jwt"));
/// assert_eq!(header.param("ver"), Some(&2.into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    typ: Option<Cow<'static, str>>,
    params: Vec<(String, Value)>,
    /// The names of parameters that are critical.
    critical: Vec<String>,
    embed_jwk: bool,
}

impl Header {
    /// An empty header.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A header with `typ` `JWT` (RFC 7519 section 5.1).
    #[must_use]
    pub fn jwt() -> Self {
        Self { typ: Some(Cow::Borrowed(JWT)), ..Self::default() }
    }

    /// A header with this `typ`, a media type without its `application/` (RFC 7515 section 4.1.9).
    #[must_use]
    pub fn typed(typ: impl Into<String>) -> Self {
        Self { typ: Some(Cow::Owned(typ.into())), ..Self::default() }
    }

    /// The same header with this `cty`, the type of the payload (RFC 7515 section 4.1.10) or of the plaintext
    /// (RFC 7516 section 4.1.12).
    #[must_use]
    pub fn with_cty(mut self, cty: impl Into<String>) -> Self {
        self.params.push(("cty".to_owned(), Value::String(cty.into())));
        self
    }

    /// The same header with one more parameter. Parameters keep their order.
    ///
    /// Names that josie writes itself (`alg`, `kid`, `typ`, `jwk`, `crit`, `b64`, and of encryption `enc`, `zip`,
    /// `epk`, `apu`, `apv`, `iv`, `tag`, `p2s`, `p2c`) and names set twice are refused when the token is made.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.params.push((name, value.into()));
        self
    }

    /// The same header with one more parameter, which is critical: a reader that does not understand it must refuse
    /// the token (RFC 7515 section 4.1.11, RFC 7516 section 4.1.13). A reader teaches josie what it means with a
    /// [handler](crate::PolicyBuilder::critical), whose documentation has an example.
    ///
    /// Beside the names that [`with_param`](Self::with_param) refuses, those that RFC 7515, RFC 7516 and RFC 7518
    /// define cannot be critical.
    #[must_use]
    pub fn with_critical_param(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        let mut header = self.with_param(name.clone(), value);
        header.critical.push(name);
        header
    }

    /// The same header with the public half of the signing key as `jwk` (RFC 7515 section 4.1.3), or the public
    /// key that the token is encrypted to (RFC 7516 section 4.1.5). A key without a public half is refused when the
    /// token is made. josie never takes a key from there; a reader who does has to know by other means whose it is.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Header, Jws, JwsAlg, Limits, SigningKey, UnverifiedJws};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?;
    /// let token = Jws::sign(b"a proof", &Header::typed("dpop+jwt").with_embedded_jwk(), &key)?;
    ///
    /// let unverified = UnverifiedJws::parse(&token, &Limits::default())?;
    /// assert!(unverified.header().param("jwk").is_some());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_embedded_jwk(mut self) -> Self {
        self.embed_jwk = true;
        self
    }

    /// The type of the token.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// The type of the payload or of the plaintext.
    #[must_use]
    pub fn cty(&self) -> Option<&str> {
        self.param("cty").and_then(Value::as_str)
    }

    /// The names of the parameters that are critical, other than `b64`.
    pub fn critical(&self) -> impl Iterator<Item = &str> {
        self.critical.iter().map(String::as_str)
    }

    /// The parameter with this exact name, other than `alg`, `kid`, `typ`, `crit` and `b64`, and of a JWE `enc` and
    /// `zip`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether the public key is to be written here.
    pub(crate) fn has_embedded_jwk(&self) -> bool {
        self.embed_jwk
    }

    /// Refuses the parameters that josie writes itself and those that are named twice.
    pub(crate) fn check_params(&self) -> Result<(), Error> {
        for name in &self.critical {
            if let Some(registered) = REGISTERED.into_iter().find(|registered| registered == name) {
                return Err(Error::ReservedHeader(registered));
            }
        }
        check_params(&self.params)
    }
}

/// Refuses the parameters that josie writes itself and those that are named twice.
fn check_params(params: &[(String, Value)]) -> Result<(), Error> {
    for (index, (name, _)) in params.iter().enumerate() {
        if let Some(reserved) = RESERVED.into_iter().find(|reserved| reserved == name) {
            return Err(Error::ReservedHeader(reserved));
        }
        if params.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(Error::DuplicateHeader);
        }
    }
    Ok(())
}

/// The `typ` of a JWT (RFC 7519 section 5.1).
const JWT: &str = "JWT";

/// The parameters that josie writes itself, from the key, the typed methods or not at all.
const RESERVED: [&str; 15] = [
    "alg", "kid", "typ", "jwk", "crit", "b64", "enc", "zip", "epk", "apu", "apv", "iv", "tag",
    "p2s", "p2c",
];
