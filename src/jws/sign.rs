//! The core of signing (RFC 7515 section 5.1): headers, then signatures over one payload. Each serialization ends by
//! writing what comes out of it.

use std::io::Read;

use super::message::Encoding;
use super::message::write_message;
use super::write::SignatureJson;
use super::write::WrittenHeaders;
use crate::base64url;
use crate::error::Error;
use crate::header::Header;
use crate::header::UnprotectedHeader;
use crate::key::SigningKey;
use crate::limits::Limits;
use crate::registry::SigningContext;

/// A signature that is to be made.
#[derive(Clone, Debug)]
pub(super) struct Requested<'a> {
    pub(super) header: &'a Header,
    /// Its unprotected header, if there is anything in it.
    pub(super) unprotected: Option<&'a UnprotectedHeader>,
    pub(super) key: &'a SigningKey,
}

/// A signature that was made.
pub(super) struct Made {
    pub(super) headers: WrittenHeaders,
    pub(super) signature: Vec<u8>,
}

impl Made {
    pub(super) fn json(&self) -> SignatureJson<'_> {
        SignatureJson {
            protected: Some(&self.headers.protected),
            header: self.headers.unprotected.as_deref(),
            signature: base64url::encode(&self.signature),
        }
    }
}

/// Makes the signatures over `payload`, which stands as in the signing input.
pub(super) fn sign(
    requested: &[Requested<'_>],
    encoding: Encoding,
    payload: &[u8],
    limits: &Limits,
) -> Result<Vec<Made>, Error> {
    // All headers before any key is used.
    let headers = write_headers(requested, encoding, limits)?;
    let mut message = Vec::new();
    let make = |(requested, headers): (&Requested<'_>, WrittenHeaders)| {
        write_message(&headers.protected, payload, &mut message);
        Ok(Made { signature: requested.key.sign(&message)?, headers })
    };
    requested.iter().zip(headers).map(make).collect()
}

/// Makes the signatures over what `payload` reads, which is read once and not kept.
pub(super) fn sign_from(
    requested: &[Requested<'_>],
    encoding: Encoding,
    payload: impl Read,
    limits: &Limits,
) -> Result<Vec<Made>, Error> {
    let headers = write_headers(requested, encoding, limits)?;
    let mut running = Vec::with_capacity(requested.len());
    for (requested, headers) in requested.iter().zip(&headers) {
        running.push(begin(requested, headers)?);
    }
    encoding.encode_chunks(payload, |chunk| {
        running.iter_mut().for_each(|context| context.update(chunk));
    })?;
    let finish = |(context, headers): (Box<dyn SigningContext + '_>, _)| {
        let signature = context.finish().map_err(|_| Error::SigningFailed)?;
        Ok(Made { headers, signature })
    };
    running.into_iter().zip(headers).map(finish).collect()
}

/// Begins a signature with the signing input up to the payload.
fn begin<'a>(
    requested: &Requested<'a>,
    headers: &WrittenHeaders,
) -> Result<Box<dyn SigningContext + 'a>, Error> {
    let mut context = requested.key.begin()?;
    context.update(headers.protected.as_bytes());
    context.update(b".");
    Ok(context)
}

fn write_headers(
    requested: &[Requested<'_>],
    encoding: Encoding,
    limits: &Limits,
) -> Result<Vec<WrittenHeaders>, Error> {
    let write = |requested: &Requested<'_>| {
        let Requested { header, unprotected, key } = requested;
        WrittenHeaders::new(header, *unprotected, key, encoding, limits)
    };
    requested.iter().map(write).collect()
}
