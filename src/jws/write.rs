//! Signatures as they are written, and the JSON around them (RFC 7515 section 7.2).

use core::str;

use serde::Serialize;
use serde_json::value::RawValue;

use super::message::Encoding;
use crate::base64url;
use crate::document;
use crate::error::Error;
use crate::error::Unwritable;
use crate::header;
use crate::header::Header;
use crate::header::JwsHeaders;
use crate::header::JwsParameters;
use crate::header::UnprotectedHeader;
use crate::key::SigningKey;
use crate::limits::Limits;

/// The JSON of the protected header of one signature. `kid`: if it is to be protected.
pub(super) fn protected_header(
    header: &Header,
    key: &SigningKey,
    kid: Option<&str>,
    encoding: Encoding,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    header.check_params()?;
    let parameters = JwsParameters {
        alg: key.alg(),
        kid,
        jwk: key.public_material(),
        is_unencoded: encoding == Encoding::Unencoded,
    };
    header::write_jws(&parameters, header, limits)
}

/// The headers of one signature as they are written.
pub(super) struct WrittenHeaders {
    /// Encoded.
    pub(super) protected: String,
    pub(super) unprotected: Option<Box<RawValue>>,
}

impl WrittenHeaders {
    /// Writes the headers of a signature that `key` is to make.
    pub(super) fn new(
        header: &Header,
        unprotected: Option<&UnprotectedHeader>,
        key: &SigningKey,
        encoding: Encoding,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let moves_kid = unprotected.is_some_and(UnprotectedHeader::has_kid_of_key);
        let (protected_kid, unprotected_kid) =
            if moves_kid { (None, key.kid()) } else { (key.kid(), None) };
        let protected = protected_header(header, key, protected_kid, encoding, limits)?;
        let unprotected = match unprotected {
            Some(unprotected) => {
                unprotected.check_params()?;
                header::write_unprotected(unprotected_kid, unprotected, limits)?
            }
            None => None,
        };
        if let Some(text) = &unprotected {
            // The caller's values are held to what a reader holds them to.
            JwsHeaders::parse(Some(&protected), Some(text.get()), limits)?;
        }
        Ok(Self { protected: base64url::encode(&protected), unprotected })
    }
}

/// One signature of a document, in the order of RFC 7515 section 7.2.1.
#[derive(Serialize)]
pub(super) struct SignatureJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) protected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<&'a RawValue>,
    pub(super) signature: String,
}

#[derive(Serialize)]
struct Flattened<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a str>,
    #[serde(flatten)]
    signature: &'a SignatureJson<'a>,
}

#[derive(Serialize)]
struct General<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a str>,
    signatures: &'a [SignatureJson<'a>],
}

/// Writes a flattened JWS. `payload`: as it stands in the document, if it is not detached.
pub(super) fn flattened(
    payload: Option<&[u8]>,
    signature: &SignatureJson<'_>,
    limits: &Limits,
) -> Result<String, Error> {
    document::write(&Flattened { payload: payload_text(payload)?, signature }, limits)
}

/// Writes a general JWS. `payload`: as it stands in the document, if it is not detached.
pub(super) fn general(
    payload: Option<&[u8]>,
    signatures: &[SignatureJson<'_>],
    limits: &Limits,
) -> Result<String, Error> {
    document::write(&General { payload: payload_text(payload)?, signatures }, limits)
}

/// The payload as a JSON string can hold it (RFC 7797 section 5).
pub(super) fn payload_text(payload: Option<&[u8]>) -> Result<Option<&str>, Error> {
    let not_text = Error::Unwritable(Unwritable::UnencodedPayload);
    payload.map(str::from_utf8).transpose().map_err(|_| not_text)
}
