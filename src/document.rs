//! The objects of the JSON serializations (RFC 7515 section 7.2, RFC 7516 section 7.2): which members there are, of what
//! type. What a member says is for others to read.

use std::borrow::Cow;

use serde::Serialize;

use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::json;
use crate::json::JsonError;
use crate::limits::Limits;

/// An object, from which the members that are understood are taken one by one.
pub(crate) struct Object<'t> {
    members: Vec<(Cow<'t, str>, &'t str)>,
    /// How many objects and arrays may be open at once in the value of a member.
    depth: usize,
}

impl<'t> Object<'t> {
    /// The object that a whole document is. `text` is attacker-controlled.
    pub(crate) fn document(text: &'t str, limits: &Limits) -> Result<Self, Error> {
        if text.len() > limits.token_bytes() {
            return Err(Error::Limit(Limit::Token));
        }
        let members = json::raw_members(text)
            .map_err(|error| not_read(error, Malformed::NotAnObject(Part::Document)))?;
        Ok(Self { members, depth: limits.json_depth().saturating_sub(1) })
    }

    /// The object that an element of the array `name` in this object is.
    pub(crate) fn element(&self, name: &'static str, text: &'t str) -> Result<Self, Error> {
        let members = json::raw_members(text)
            .map_err(|error| not_read(error, Malformed::MemberType(name)))?;
        Ok(Self { members, depth: self.depth.saturating_sub(2) })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known == name)
    }

    /// Refuses an object that has one of these members, which belong to another form or kind.
    pub(crate) fn refuse(&self, names: &[&'static str]) -> Result<(), Error> {
        match names.iter().find(|name| self.has(name)) {
            Some(name) => Err(Error::Malformed(Malformed::MixedForms(name))),
            None => Ok(()),
        }
    }

    /// The string that the member is.
    pub(crate) fn string(&mut self, name: &'static str) -> Result<Option<Cow<'t, str>>, Error> {
        let Some(text) = self.typed(name, '"')? else {
            return Ok(None);
        };
        let malformed = Malformed::MemberType(name);
        json::string(text).map(Some).map_err(|error| not_read(error, malformed))
    }

    /// The string that the member is, which must be absent if there is nothing to say.
    pub(crate) fn non_empty(&mut self, name: &'static str) -> Result<Option<Cow<'t, str>>, Error> {
        match self.string(name)? {
            Some(text) if text.is_empty() => Err(Error::Malformed(Malformed::EmptyMember(name))),
            text => Ok(text),
        }
    }

    /// The octets that the member holds in base64url, which must be absent if there are none.
    pub(crate) fn octets(
        &mut self,
        name: &'static str,
        part: Part,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.non_empty(name)?.map(|text| decode(&text, part)).transpose()
    }

    /// The text of the unprotected header that the member is, which must be absent if there is nothing to say.
    pub(crate) fn header(&mut self, name: &'static str) -> Result<Option<&'t str>, Error> {
        let text = self.typed(name, '{')?;
        let inner = text.and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
        match inner {
            Some(inner) if inner.trim().is_empty() => {
                Err(Error::Malformed(Malformed::EmptyMember(name)))
            }
            // Counted from the document, as in every other member. What else is wrong, its reader finds.
            Some(_) if text.is_some_and(|text| is_too_deep(text, self.depth)) => {
                Err(Error::Limit(Limit::Depth))
            }
            _ => Ok(text),
        }
    }

    /// The texts of the elements of the array that the member is: at least one and at most `max`, for which `limit`
    /// stands.
    pub(crate) fn elements(
        &mut self,
        name: &'static str,
        max: usize,
        limit: Limit,
    ) -> Result<Option<Vec<&'t str>>, Error> {
        let Some(text) = self.typed(name, '[')? else {
            return Ok(None);
        };
        // Counted before any of them is read.
        let elements = json::raw_elements(text, max)
            .map_err(|error| not_read(error, Malformed::MemberType(name)))?
            .ok_or(Error::Limit(limit))?;
        if elements.is_empty() {
            return Err(Error::Malformed(Malformed::EmptyMember(name)));
        }
        Ok(Some(elements))
    }

    /// Checks that the members that nobody took are JSON as well. Their names are not understood, and ignored (RFC 7515
    /// section 7.2.1, RFC 7516 section 7.2.1).
    pub(crate) fn finish(self) -> Result<(), Error> {
        let malformed = Malformed::Json(Part::Document);
        self.members.iter().try_for_each(|(_, text)| {
            json::check(text, self.depth).map_err(|error| not_read(error, malformed))
        })
    }

    /// The text of the member, whose type begins like this.
    fn typed(&mut self, name: &'static str, first: char) -> Result<Option<&'t str>, Error> {
        let Some(index) = self.members.iter().position(|(known, _)| known == name) else {
            return Ok(None);
        };
        let (_, text) = self.members.swap_remove(index);
        if text.starts_with(first) {
            Ok(Some(text))
        } else {
            Err(Error::Malformed(Malformed::MemberType(name)))
        }
    }
}

/// Whether the text is in a JSON serialization, if it is a token at all.
pub(crate) fn is_json(text: &str) -> bool {
    // RFC 8259 section 2: what may stand before an object. No compact token begins like this.
    text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{')
}

/// Writes a document, and refuses one that nobody with these limits would read.
pub(crate) fn write(document: &impl Serialize, limits: &Limits) -> Result<String, Error> {
    let text = serde_json::to_string(document).map_err(|_| Error::Serialize)?;
    if text.len() > limits.token_bytes() {
        return Err(Error::Limit(Limit::Token));
    }
    // An unprotected header stands deeper in the document than by itself.
    if is_too_deep(&text, limits.json_depth()) {
        return Err(Error::Limit(Limit::Depth));
    }
    Ok(text)
}

fn is_too_deep(text: &str, max_depth: usize) -> bool {
    json::check(text, max_depth) == Err(JsonError::Depth)
}

/// Decodes a part of a document.
pub(crate) fn decode(text: &str, part: Part) -> Result<Vec<u8>, Error> {
    base64url::decode(text).map_err(|_| Error::Malformed(Malformed::Base64url(part)))
}

/// `malformed`: what a wrong type is.
fn not_read(error: JsonError, malformed: Malformed) -> Error {
    match error {
        JsonError::Syntax => Error::Malformed(Malformed::Json(Part::Document)),
        JsonError::Duplicate => Error::Malformed(Malformed::DuplicateMember(Part::Document)),
        JsonError::Depth => Error::Limit(Limit::Depth),
        JsonError::Type { .. } => Error::Malformed(malformed),
    }
}
