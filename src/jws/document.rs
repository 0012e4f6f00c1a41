//! The structure of a JWS in any serialization (RFC 7515 section 7): its payload as it is written, and its signatures.

use std::borrow::Cow;

use super::compact;
use super::message::Encoding;
use crate::base64url;
use crate::document::Object;
use crate::document::decode;
use crate::document::is_json;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Part;
use crate::header::JwsHeaders;
use crate::header::ParsedHeader;
use crate::limits::Limits;

/// A well-formed JWS.
pub(super) struct Document<'t> {
    /// The payload as it is written; none if it is detached.
    pub(super) payload: Option<Cow<'t, str>>,
    /// How the payload stands in the signing input of every signature.
    pub(super) encoding: Encoding,
    /// At least one.
    pub(super) entries: Vec<Entry<'t>>,
}

/// One signature, and what it covers beside the payload.
pub(super) struct Entry<'t> {
    /// The encoded protected header: the octets received, never a re-serialization. Empty if there is none.
    pub(super) protected: Cow<'t, str>,
    /// The text of the unprotected header.
    pub(super) unprotected: Option<&'t str>,
    pub(super) headers: JwsHeaders,
    pub(super) signature: Vec<u8>,
}

impl<'t> Document<'t> {
    /// Reads a flattened or general JWS. `text` is attacker-controlled.
    pub(super) fn parse_json(text: &'t str, limits: &Limits) -> Result<Self, Error> {
        let mut object = Object::document(text, limits)?;
        // RFC 7516 section 9: what has these is a JWE.
        object.refuse(&JWE_MEMBERS)?;
        let entries = match object.elements("signatures", limits.signatures(), Limit::Signatures)? {
            Some(texts) => {
                // RFC 7515 section 7.2.2: these are members of the flattened form.
                object.refuse(&["protected", "header", "signature"])?;
                let entry = |text| {
                    let mut element = object.element("signatures", text)?;
                    let entry = Entry::parse(&mut element, limits)?;
                    element.finish().map(|()| entry)
                };
                texts.into_iter().map(entry).collect::<Result<_, _>>()?
            }
            None => vec![Entry::parse(&mut object, limits)?],
        };
        let payload = object.string("payload")?;
        object.finish()?;
        Self::new(payload, entries)
    }

    /// Reads a JWS in any serialization, told apart by its first character. `text` is attacker-controlled.
    pub(super) fn parse_any(text: &'t str, limits: &Limits) -> Result<Self, Error> {
        if is_json(text) {
            Self::parse_json(text, limits)
        } else {
            Self::parse_compact(text, limits)
        }
    }

    /// Reads a JWS in any serialization whose payload is detached. `text` is attacker-controlled.
    pub(super) fn parse_any_detached(text: &'t str, limits: &Limits) -> Result<Self, Error> {
        if is_json(text) {
            let document = Self::parse_json(text, limits)?;
            document.check_detached().map(|()| document)
        } else {
            Self::parse_compact_detached(text, limits)
        }
    }

    /// Reads a compact JWS whose payload is in it. `token` is attacker-controlled.
    pub(super) fn parse_compact(token: &'t str, limits: &Limits) -> Result<Self, Error> {
        let [header, payload, signature] = compact::split_within(token, limits)?;
        let entry = Entry::compact(header, signature, limits)?;
        let document = Self::new(Some(Cow::Borrowed(payload)), vec![entry])?;
        match document.encoding {
            Encoding::Unencoded => compact::check_unencoded(payload.as_bytes())?,
            Encoding::Base64url => compact::check_parts(payload)?,
        }
        Ok(document)
    }

    /// Reads a compact JWS whose payload is detached. `token` is attacker-controlled.
    pub(super) fn parse_compact_detached(token: &'t str, limits: &Limits) -> Result<Self, Error> {
        let [header, payload, signature] = compact::split_within(token, limits)?;
        compact::check_parts(payload)?;
        if !payload.is_empty() {
            return Err(Error::Malformed(Malformed::AttachedPayload));
        }
        Self::new(None, vec![Entry::compact(header, signature, limits)?])
    }

    fn new(payload: Option<Cow<'t, str>>, entries: Vec<Entry<'t>>) -> Result<Self, Error> {
        let mut encodings = entries.iter().map(|entry| Encoding::from_b64(entry.headers.b64));
        // There is at least one.
        let encoding = encodings.next().unwrap_or(Encoding::Base64url);
        if encodings.any(|other| other != encoding) {
            return Err(Error::Malformed(Malformed::MixedUnencoded));
        }
        Ok(Self { payload, encoding, entries })
    }

    /// The payload that is in the token, decoded.
    pub(super) fn decode_payload(&self) -> Result<Vec<u8>, Error> {
        let Some(text) = &self.payload else {
            return Err(Error::Malformed(Malformed::MissingMember("payload")));
        };
        match self.encoding {
            Encoding::Base64url => decode(text, Part::Payload),
            Encoding::Unencoded => Ok(text.as_bytes().to_vec()),
        }
    }

    /// Refuses a token with a payload in it where another one is at hand.
    pub(super) fn check_detached(&self) -> Result<(), Error> {
        match self.payload {
            Some(_) => Err(Error::Malformed(Malformed::AttachedPayload)),
            None => Ok(()),
        }
    }
}

impl<'t> Entry<'t> {
    /// What the protected header says, or why nothing can be verified by it.
    pub(super) fn parsed(&self) -> Result<&ParsedHeader, Error> {
        self.headers.protected.as_ref().map_err(|refused| Error::Refused(*refused))
    }

    fn parse(object: &mut Object<'t>, limits: &Limits) -> Result<Self, Error> {
        let protected = object.non_empty("protected")?;
        let unprotected = object.header("header")?;
        let signature = object.string("signature")?;
        let signature = signature.ok_or(Error::Malformed(Malformed::MissingMember("signature")))?;
        let decoded = protected.as_deref().map(|text| decode_header(text, limits)).transpose()?;
        Ok(Self {
            headers: JwsHeaders::parse(decoded.as_deref(), unprotected, limits)?,
            protected: protected.unwrap_or_default(),
            unprotected,
            signature: decode_signature(&signature)?,
        })
    }

    fn compact(header: &'t str, signature: &str, limits: &Limits) -> Result<Self, Error> {
        let decoded = decode_header(header, limits)?;
        let headers = JwsHeaders::parse(Some(&decoded), None, limits)?;
        // What has no signature because of its `alg` is refused for its `alg`, as by `UnverifiedJws`.
        let signature = match (decode_signature(signature), &headers.protected) {
            (Err(_), Err(refused)) => return Err(Error::Refused(*refused)),
            (signature, _) => signature?,
        };
        Ok(Self { protected: Cow::Borrowed(header), unprotected: None, headers, signature })
    }
}

/// Decodes a protected header, whose length is checked before.
pub(super) fn decode_header(text: &str, limits: &Limits) -> Result<Vec<u8>, Error> {
    if text.len() > base64url::encoded_len(limits.header_bytes()) {
        return Err(Error::Limit(Limit::Header));
    }
    decode(text, Part::Header)
}

fn decode_signature(text: &str) -> Result<Vec<u8>, Error> {
    // RFC 7518 section 3.6: only `none` has an empty signature.
    if text.is_empty() {
        return Err(Error::Malformed(Malformed::EmptySignature));
    }
    decode(text, Part::Signature)
}

/// The members that tell a JWE in a JSON serialization (RFC 7516 section 7.2).
const JWE_MEMBERS: [&str; 3] = ["ciphertext", "encrypted_key", "recipients"];
