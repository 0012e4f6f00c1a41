//! The members of a header as JSON has them, and the rules that hold for JWS and JWE alike.

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

use super::Header;
use super::JWT;
use super::UnprotectedHeader;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::json::JsonError;
use crate::json::Reading;
use crate::json::Text;
use crate::limits::Limits;

/// The members of a header as they stand, before any rule that spans several of them.
#[derive(Default)]
pub(super) struct Members<'de> {
    pub(super) alg: Option<Cow<'de, str>>,
    pub(super) enc: Option<Cow<'de, str>>,
    pub(super) zip: Option<Cow<'de, str>>,
    pub(super) kid: Option<String>,
    pub(super) typ: Option<Cow<'static, str>>,
    pub(super) crit: Option<Vec<String>>,
    pub(super) b64: Option<bool>,
    pub(super) params: Vec<(String, Value)>,
}

impl<'de> Members<'de> {
    /// Reads the JSON of a protected header, that holds all there is, and checks what needs no algorithm.
    #[inline]
    pub(super) fn parse(text: &'de [u8], limits: &Limits) -> Result<Self, Error> {
        let mut members = Self::default();
        members.read(text, Part::Header, limits)?;
        // RFC 7515 section 4.1.1, RFC 7516 section 4.1.1: `alg` must be there.
        if members.alg.is_none() {
            return Err(Error::Malformed(Malformed::MissingAlg));
        }
        members.check_crit()?;
        Ok(members)
    }

    /// Reads the JSON of a protected header beside which there may be others, or in place of which there are.
    pub(super) fn parse_protected(text: Option<&'de [u8]>, limits: &Limits) -> Result<Self, Error> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let mut members = Self::default();
        members.read(text, Part::Header, limits)?;
        members.check_crit()?;
        Ok(members)
    }

    /// Reads the JSON of an unprotected header, if there is one.
    pub(super) fn parse_unprotected(
        text: Option<&'de str>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let mut members = Self::default();
        members.read(text.as_bytes(), Part::UnprotectedHeader, limits)?;
        // RFC 7515 section 4.1.11, RFC 7516 sections 4.1.3 and 4.1.13, RFC 7797 section 3.
        let must_be_protected = [
            ("crit", members.crit.is_some()),
            ("b64", members.b64.is_some()),
            ("zip", members.zip.is_some()),
        ];
        match must_be_protected.into_iter().find(|(_, is_there)| *is_there) {
            Some((name, _)) => Err(Error::Malformed(Malformed::UnprotectedParameter(name))),
            None => Ok(members),
        }
    }

    fn read(&mut self, text: &'de [u8], part: Part, limits: &Limits) -> Result<(), Error> {
        if text.len() > limits.header_bytes() {
            return Err(Error::Limit(Limit::Header));
        }
        let malformed = Cell::new(None);
        let seed = MembersSeed { members: self, malformed: &malformed };
        Reading::default()
            .read(text, limits.json_depth(), seed)
            .map_err(|error| header_error(error, part, malformed.get()))?;
        if self.kid.as_ref().is_some_and(|kid| kid.len() > limits.kid_bytes()) {
            return Err(Error::Limit(Limit::Kid));
        }
        Ok(())
    }

    /// What a caller gets to see of a protected header, beside `alg`, `enc`, `kid`, `zip` and `b64`.
    #[inline]
    pub(super) fn into_header(self) -> Header {
        let critical = match self.crit {
            None => Vec::new(),
            Some(mut names) => {
                names.retain(|name| name != "b64");
                names
            }
        };
        Header { typ: self.typ, params: self.params, critical, embed_jwk: false }
    }

    /// What a caller gets to see of an unprotected header.
    pub(super) fn into_unprotected(mut self) -> UnprotectedHeader {
        // They count only where they are protected, and are shown as what they are here: any parameter.
        let alg = self.alg.take().map(owned);
        let others = [("alg", alg), ("typ", self.typ.take()), ("enc", self.enc.take().map(owned))];
        for (name, value) in others {
            if let Some(value) = value {
                self.params.push((name.to_owned(), Value::String(value.into_owned())));
            }
        }
        UnprotectedHeader { kid: self.kid, has_kid_of_key: false, params: self.params }
    }

    /// Whether the unencoded payload is asked for with `b64`, and if so said to be critical (RFC 7797 section 6).
    pub(super) fn check_b64(&self) -> Result<(), Error> {
        let is_critical =
            || self.crit.as_ref().is_some_and(|crit| crit.iter().any(|name| name == "b64"));
        if self.b64 == Some(false) && !is_critical() {
            return Err(Error::Malformed(Malformed::UnencodedNotCritical));
        }
        Ok(())
    }

    /// RFC 7515 section 7.2.1, RFC 7516 section 7.2.1: the names in the headers of one signature or recipient are
    /// disjoint.
    pub(super) fn check_disjoint(headers: &[&Self]) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for header in headers {
            // Those of one header are known to be different.
            if !header.names().all(|name| seen.insert(name)) {
                return Err(Error::Malformed(Malformed::OverlappingHeaders));
            }
        }
        Ok(())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let typed = [
            ("alg", self.alg.is_some()),
            ("enc", self.enc.is_some()),
            ("zip", self.zip.is_some()),
            ("kid", self.kid.is_some()),
            ("typ", self.typ.is_some()),
            ("crit", self.crit.is_some()),
            ("b64", self.b64.is_some()),
        ];
        let typed = typed.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name);
        typed.chain(self.params.iter().map(|(name, _)| name.as_str()))
    }

    // RFC 7515 section 4.1.11, RFC 7516 section 4.1.13: not empty, no duplicates, no registered names, only names
    // that are present.
    #[inline]
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

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

fn header_error(error: JsonError, part: Part, malformed: Option<Malformed>) -> Error {
    match error {
        JsonError::Syntax => Error::Malformed(Malformed::Json(part)),
        JsonError::Duplicate => Error::Malformed(Malformed::DuplicateMember(part)),
        JsonError::Depth => Error::Limit(Limit::Depth),
        JsonError::Type { .. } => {
            Error::Malformed(malformed.unwrap_or(Malformed::NotAnObject(part)))
        }
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
        formatter.write_str("a header")
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
                "enc" => {
                    let Text(enc) = self.value(&mut map, Malformed::HeaderType("enc"))?;
                    self.members.enc = Some(enc);
                }
                "zip" => {
                    let Text(zip) = self.value(&mut map, Malformed::HeaderType("zip"))?;
                    self.members.zip = Some(zip);
                }
                "b64" => {
                    self.members.b64 = Some(self.value(&mut map, Malformed::HeaderType("b64"))?)
                }
                _ => self.members.params.push((name.into_owned(), map.next_value()?)),
            }
        }
        Ok(())
    }
}

/// The parameters that RFC 7515, RFC 7516 and RFC 7518 define: none of them can be critical (RFC 7515 section 4.1.11,
/// RFC 7516 section 4.1.13).
pub(crate) const REGISTERED: [&str; 20] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc",
    "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c",
];
