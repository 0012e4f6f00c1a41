//! Protected headers (RFC 7515 section 4): what a caller may set, what a token says, and their JSON.

use core::cell::Cell;
use core::fmt;
use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::Visitor;
use serde_json::Value;

use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::error::Refused;
use crate::json::JsonError;
use crate::json::Reading;
use crate::json::Text;
use crate::limits::Limits;

/// The protected header of a token, without `alg` and `kid`: those come from the key, so that a key can be
/// changed without changing the code that signs.
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

    /// The same header with this `cty`, the type of the payload (RFC 7515 section 4.1.10).
    #[must_use]
    pub fn with_cty(mut self, cty: impl Into<String>) -> Self {
        self.params.push(("cty".to_owned(), Value::String(cty.into())));
        self
    }

    /// The same header with one more parameter. Parameters keep their order.
    ///
    /// Names that josie writes itself (`alg`, `kid`, `typ`, `jwk`, `crit`, `b64`, `enc`, `zip`) and names set
    /// twice are refused when the token is signed.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.params.push((name, value.into()));
        self
    }

    /// The same header with the public half of the signing key as `jwk` (RFC 7515 section 4.1.3).
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

    /// The type of the payload.
    #[must_use]
    pub fn cty(&self) -> Option<&str> {
        self.param("cty").and_then(Value::as_str)
    }

    /// The parameter with this exact name, other than `alg`, `kid` and `typ`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether the signing key's public half is to be written.
    pub(crate) fn embeds_jwk(&self) -> bool {
        self.embed_jwk
    }
}

/// What a protected header says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParsedHeader {
    pub(crate) alg: JwsAlg,
    pub(crate) kid: Option<String>,
    pub(crate) header: Header,
    /// Whether there is a well-formed `crit`.
    pub(crate) has_crit: bool,
    /// Whether there is a well-formed `b64`.
    pub(crate) has_b64: bool,
}

impl ParsedHeader {
    /// Reads the JSON of a JWS protected header: structure first, then whether `alg` is known.
    pub(crate) fn parse_jws(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        if text.len() > limits.header_bytes() {
            return Err(Error::Limit(Limit::Header));
        }
        let malformed = Cell::new(None);
        let mut members = Members::default();
        let seed = MembersSeed { members: &mut members, malformed: &malformed };
        Reading::default()
            .read(text, limits.json_depth(), seed)
            .map_err(|error| header_error(error, malformed.get()))?;
        members.check(limits)
    }
}

/// Writes the JSON of a JWS protected header: `alg`, `kid`, `typ`, then the parameters in their order.
///
/// `jwk`: the JSON of the public key to embed.
pub(crate) fn write_jws(
    alg: JwsAlg,
    kid: Option<&str>,
    header: &Header,
    jwk: Option<String>,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(96);
    out.extend_from_slice(b"{\"alg\":\"");
    out.extend_from_slice(alg.name().as_bytes());
    out.push(b'"');
    if let Some(kid) = kid {
        if kid.len() > limits.kid_bytes() {
            return Err(Error::Limit(Limit::Kid));
        }
        write_member(&mut out, "kid", kid)?;
    }
    if let Some(typ) = header.typ() {
        write_member(&mut out, "typ", typ)?;
    }
    if let Some(jwk) = jwk {
        out.extend_from_slice(b",\"jwk\":");
        out.extend_from_slice(jwk.as_bytes());
    }
    for (index, (name, value)) in header.params.iter().enumerate() {
        if let Some(reserved) = RESERVED.into_iter().find(|reserved| reserved == name) {
            return Err(Error::ReservedHeader(reserved));
        }
        if header.params.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(Error::DuplicateHeader);
        }
        write_member(&mut out, name, value)?;
    }
    out.push(b'}');
    if out.len() > limits.header_bytes() {
        return Err(Error::Limit(Limit::Header));
    }
    if !header.params.is_empty() {
        // The caller's values are held to what a reader holds them to.
        ParsedHeader::parse_jws(&out, limits)?;
    }
    Ok(out)
}

/// The `typ` of a JWT (RFC 7519 section 5.1).
const JWT: &str = "JWT";

/// The parameters that josie writes itself, from the key, the typed methods or not at all.
const RESERVED: [&str; 8] = ["alg", "kid", "typ", "jwk", "crit", "b64", "enc", "zip"];

/// The parameters that RFC 7515 and RFC 7518 define: none of them can be critical (RFC 7515 section 4.1.11).
const REGISTERED: [&str; 20] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc",
    "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c",
];

fn write_member<V: serde::Serialize + ?Sized>(
    out: &mut Vec<u8>,
    name: &str,
    value: &V,
) -> Result<(), Error> {
    out.push(b',');
    serde_json::to_writer(&mut *out, name).map_err(|_| Error::Serialize)?;
    out.push(b':');
    serde_json::to_writer(&mut *out, value).map_err(|_| Error::Serialize)
}

fn header_error(error: JsonError, malformed: Option<Malformed>) -> Error {
    match error {
        JsonError::Syntax => Error::Malformed(Malformed::Json(Part::Header)),
        JsonError::Duplicate => Error::Malformed(Malformed::DuplicateMember(Part::Header)),
        JsonError::Depth => Error::Limit(Limit::Depth),
        JsonError::Type { .. } => {
            Error::Malformed(malformed.unwrap_or(Malformed::NotAnObject(Part::Header)))
        }
    }
}

/// The members of a header as they stand, before any rule that spans several of them.
#[derive(Default)]
struct Members<'de> {
    alg: Option<Cow<'de, str>>,
    kid: Option<String>,
    typ: Option<Cow<'static, str>>,
    crit: Option<Vec<String>>,
    b64: Option<bool>,
    params: Vec<(String, Value)>,
}

impl Members<'_> {
    fn check(self, limits: &Limits) -> Result<ParsedHeader, Error> {
        // RFC 7515 section 4.1.1: `alg` must be there.
        let Some(alg) = &self.alg else {
            return Err(Error::Malformed(Malformed::MissingAlg));
        };
        if self.kid.as_ref().is_some_and(|kid| kid.len() > limits.kid_bytes()) {
            return Err(Error::Limit(Limit::Kid));
        }
        self.check_crit()?;
        // A header with these belongs to a JWE (RFC 7516 section 9); neither means anything in a JWS.
        for name in ["enc", "zip"] {
            if self.params.iter().any(|(known, _)| known == name) {
                return Err(Error::Malformed(Malformed::JweHeader(name)));
            }
        }
        let alg = JwsAlg::from_name(alg).ok_or(Error::Refused(Refused::UnknownAlgorithm))?;
        Ok(ParsedHeader {
            alg,
            kid: self.kid,
            has_crit: self.crit.is_some(),
            has_b64: self.b64.is_some(),
            header: Header { typ: self.typ, params: self.params, embed_jwk: false },
        })
    }

    // RFC 7515 section 4.1.11: not empty, no duplicates, no registered names, only names that are present.
    fn check_crit(&self) -> Result<(), Error> {
        let Some(crit) = &self.crit else {
            return Ok(());
        };
        // Hashed, since a scan for each name would be quadratic in what anybody may send.
        let mut present: HashSet<&str> =
            self.params.iter().map(|(name, _)| name.as_str()).collect();
        if self.b64.is_some() {
            present.insert("b64");
        }
        // Taken out when it is found, so that a second time finds it no more.
        let broken = crit.is_empty()
            || crit
                .iter()
                .any(|name| REGISTERED.contains(&name.as_str()) || !present.remove(name.as_str()));
        if broken { Err(Error::Malformed(Malformed::Crit)) } else { Ok(()) }
    }
}

/// Fills `members` in place, since what a seed returns is moved by every layer on its way.
struct MembersSeed<'c, 'de> {
    members: &'c mut Members<'de>,
    malformed: &'c Cell<Option<Malformed>>,
}

impl<'de> MembersSeed<'_, 'de> {
    /// Reads one member's value and notes which it was if it has the wrong type.
    fn value<T, A>(&self, map: &mut A, malformed: Malformed) -> Result<T, A::Error>
    where
        T: Deserialize<'de>,
        A: de::MapAccess<'de>,
    {
        map.next_value().inspect_err(|_| self.malformed.set(Some(malformed)))
    }
}

impl<'de> DeserializeSeed<'de> for MembersSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MembersSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a protected header")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            match name.as_ref() {
                "alg" => {
                    let Text(alg) = self.value(&mut map, Malformed::HeaderType("alg"))?;
                    self.members.alg = Some(alg);
                }
                "kid" => {
                    self.members.kid = Some(self.value(&mut map, Malformed::HeaderType("kid"))?)
                }
                "typ" => {
                    let Text(typ) = self.value(&mut map, Malformed::HeaderType("typ"))?;
                    // Nearly every token has this one, which then needs no copy.
                    self.members.typ = Some(match typ.as_ref() {
                        JWT => Cow::Borrowed(JWT),
                        _ => Cow::Owned(typ.into_owned()),
                    });
                }
                "cty" => {
                    let cty = self.value(&mut map, Malformed::HeaderType("cty"))?;
                    self.members.params.push((name.into_owned(), Value::String(cty)));
                }
                "crit" => self.members.crit = Some(self.value(&mut map, Malformed::Crit)?),
                "b64" => {
                    self.members.b64 = Some(self.value(&mut map, Malformed::HeaderType("b64"))?)
                }
                _ => self.members.params.push((name.into_owned(), map.next_value()?)),
            }
        }
        Ok(())
    }
}
