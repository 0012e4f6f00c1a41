//! Writing headers.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Header;
use super::JweHeaders;
use super::ParsedHeader;
use super::UnprotectedHeader;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::jwk::PublicJwk;
use crate::limits::Limits;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;

/// What a JWS's header says of the signature.
#[derive(Clone, Copy)]
pub(crate) struct JwsParameters<'a> {
    pub(crate) alg: JwsAlg,
    /// The `kid`, if it is to be protected.
    pub(crate) kid: Option<&'a str>,
    /// The public key, to be embedded if the header asks for it.
    pub(crate) jwk: Option<&'a KeyMaterial>,
    pub(crate) is_unencoded: bool,
}

/// Writes the JSON of a JWS protected header: `alg`, `kid`, `typ`, the parameters in their order, then `b64` and
/// `crit`. `header` has passed [`check_params`](Header::check_params).
pub(crate) fn write_jws(
    jws: &JwsParameters<'_>,
    header: &Header,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut json = HeaderJson::with_alg(jws.alg.name());
    json.kid(jws.kid, limits)?;
    json.header(header, jws.jwk)?;
    if jws.is_unencoded {
        json.member("b64", &false)?;
    }
    json.crit(jws.is_unencoded.then_some("b64"), &header.critical)?;
    let out = json.finish(limits)?;
    if !header.params.is_empty() {
        // The caller's values are held to what a reader holds them to.
        ParsedHeader::parse_jws(&out, limits)?;
    }
    Ok(out)
}

/// What a JWE's header says of the encryption to one recipient.
#[derive(Clone, Copy)]
pub(crate) struct RecipientParameters<'a> {
    pub(crate) alg: JweAlg,
    /// The `kid`, if it is to stand in this header.
    pub(crate) kid: Option<&'a str>,
    pub(crate) management: &'a KeyManagementHeader,
}

/// What a JWE's header says of the encryption.
#[derive(Clone, Copy)]
pub(crate) struct JweParameters<'a> {
    /// The recipient; none where each has a header of its own.
    pub(crate) recipient: Option<RecipientParameters<'a>>,
    pub(crate) enc: JweEnc,
    pub(crate) is_compressed: bool,
    /// The public key, to be embedded if the header asks for it.
    pub(crate) jwk: Option<&'a KeyMaterial>,
}

/// Writes the JSON of a JWE protected header: `alg`, `kid`, what the key management needs, `enc`, `zip`, `typ`,
/// the parameters in their order, then `crit`. `header` has passed [`check_params`](Header::check_params).
pub(crate) fn write_jwe(
    jwe: &JweParameters<'_>,
    header: &Header,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut json = match &jwe.recipient {
        Some(recipient) => HeaderJson::recipient(recipient, limits)?,
        None => HeaderJson::empty(),
    };
    json.member("enc", jwe.enc.name())?;
    if jwe.is_compressed {
        json.member("zip", "DEF")?;
    }
    json.header(header, jwe.jwk)?;
    json.crit(None, &header.critical)?;
    let out = json.finish(limits)?;
    if !header.params.is_empty() {
        // The caller's values are held to what a reader holds them to.
        JweHeaders::check(&out, None, &[], limits)?;
    }
    Ok(out)
}

/// Writes the JSON of the unprotected header of one of several recipients: `alg`, `kid`, what the key management
/// needs, then the parameters in their order.
pub(crate) fn write_recipient(
    recipient: &RecipientParameters<'_>,
    header: &UnprotectedHeader,
    limits: &Limits,
) -> Result<Box<RawValue>, Error> {
    let mut json = HeaderJson::recipient(recipient, limits)?;
    json.params(&header.params)?;
    raw(json.finish(limits)?)
}

/// Writes the JSON of another unprotected header; `None` if nothing is in it. `kid`: if it is to stand there.
pub(crate) fn write_unprotected(
    kid: Option<&str>,
    header: &UnprotectedHeader,
    limits: &Limits,
) -> Result<Option<Box<RawValue>>, Error> {
    if kid.is_none() && header.params.is_empty() {
        return Ok(None);
    }
    let mut json = HeaderJson::empty();
    json.kid(kid, limits)?;
    json.params(&header.params)?;
    raw(json.finish(limits)?).map(Some)
}

/// The JSON of a header, to be written into a document as it is.
fn raw(json: Vec<u8>) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(json).map_err(|_| Error::Serialize)?;
    RawValue::from_string(text).map_err(|_| Error::Serialize)
}

/// The JSON object of a header, as far as it is written.
struct HeaderJson(Vec<u8>);

impl HeaderJson {
    #[inline]
    fn empty() -> Self {
        Self(Vec::with_capacity(96))
    }

    /// The object with `alg`, whose name needs no escapes.
    #[inline]
    fn with_alg(alg: &str) -> Self {
        let mut json = Self::empty();
        json.0.extend_from_slice(b"{\"alg\":\"");
        json.0.extend_from_slice(alg.as_bytes());
        json.0.push(b'"');
        json
    }

    /// The object with what one recipient needs to know.
    #[inline]
    fn recipient(recipient: &RecipientParameters<'_>, limits: &Limits) -> Result<Self, Error> {
        let mut json = Self::with_alg(recipient.alg.name());
        json.kid(recipient.kid, limits)?;
        json.management(recipient.management)?;
        Ok(json)
    }

    #[inline]
    fn kid(&mut self, kid: Option<&str>, limits: &Limits) -> Result<(), Error> {
        match kid {
            Some(kid) if kid.len() > limits.kid_bytes() => Err(Error::Limit(Limit::Kid)),
            Some(kid) => self.member("kid", kid),
            None => Ok(()),
        }
    }

    #[inline]
    fn crit(&mut self, first: Option<&str>, names: &[String]) -> Result<(), Error> {
        if first.is_none() && names.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = first.into_iter().chain(names.iter().map(String::as_str)).collect();
        self.member("crit", &names)
    }

    fn member<V: Serialize + ?Sized>(&mut self, name: &str, value: &V) -> Result<(), Error> {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut self.0, name).map_err(|_| Error::Serialize)?;
        self.0.push(b':');
        serde_json::to_writer(&mut self.0, value).map_err(|_| Error::Serialize)
    }

    fn management(&mut self, management: &KeyManagementHeader) -> Result<(), Error> {
        let KeyManagementHeader { epk, apu, apv, iv, tag, p2s, p2c } = management;
        if let Some(epk) = epk {
            self.member("epk", &PublicJwk::bare(epk))?;
        }
        for (name, octets) in [("apu", apu), ("apv", apv), ("tag", tag), ("iv", iv), ("p2s", p2s)] {
            if let Some(octets) = octets {
                self.member(name, &base64url::encode(octets))?;
            }
        }
        p2c.map_or(Ok(()), |count| self.member("p2c", &count))
    }

    /// What the caller set.
    fn header(&mut self, header: &Header, jwk: Option<&KeyMaterial>) -> Result<(), Error> {
        if let Some(typ) = header.typ() {
            self.member("typ", typ)?;
        }
        if header.embed_jwk {
            self.member("jwk", &PublicJwk::bare(jwk.ok_or(Error::NoPublicKey)?))?;
        }
        self.params(&header.params)
    }

    #[inline]
    fn params(&mut self, params: &[(String, Value)]) -> Result<(), Error> {
        params.iter().try_for_each(|(name, value)| self.member(name, value))
    }

    /// The object, which has at least one member.
    fn finish(mut self, limits: &Limits) -> Result<Vec<u8>, Error> {
        self.0.push(b'}');
        if self.0.len() > limits.header_bytes() {
            return Err(Error::Limit(Limit::Header));
        }
        Ok(self.0)
    }
}
