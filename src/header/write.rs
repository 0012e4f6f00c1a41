//! Writing protected headers.

use serde::Serialize;

use super::Header;
use super::ParsedHeader;
use super::ParsedJweHeader;
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

/// Writes the JSON of a JWS protected header: `alg`, `kid`, `typ`, then the parameters in their order.
///
/// `jwk`: the public key, to be embedded if the header asks for it. `header` has passed
/// [`check_params`](Header::check_params).
pub(crate) fn write_jws(
    alg: JwsAlg,
    kid: Option<&str>,
    header: &Header,
    jwk: Option<&KeyMaterial>,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut json = HeaderJson::begin(alg.name(), kid, limits)?;
    json.header(header, jwk)?;
    let out = json.finish(limits)?;
    if !header.params.is_empty() {
        // The caller's values are held to what a reader holds them to.
        ParsedHeader::parse_jws(&out, limits)?;
    }
    Ok(out)
}

/// What a JWE's header says of the encryption.
pub(crate) struct JweParameters<'a> {
    pub(crate) alg: JweAlg,
    pub(crate) enc: JweEnc,
    pub(crate) management: &'a KeyManagementHeader,
    pub(crate) is_compressed: bool,
}

/// Writes the JSON of a JWE protected header: `alg`, `kid`, what the key management needs, `enc`, `zip`, `typ`,
/// then the parameters in their order.
///
/// `jwk` and `header` are those of [`write_jws`].
pub(crate) fn write_jwe(
    jwe: &JweParameters<'_>,
    kid: Option<&str>,
    header: &Header,
    jwk: Option<&KeyMaterial>,
    limits: &Limits,
) -> Result<Vec<u8>, Error> {
    let mut json = HeaderJson::begin(jwe.alg.name(), kid, limits)?;
    json.management(jwe.management)?;
    json.member("enc", jwe.enc.name())?;
    if jwe.is_compressed {
        json.member("zip", "DEF")?;
    }
    json.header(header, jwk)?;
    let out = json.finish(limits)?;
    if !header.params.is_empty() {
        ParsedJweHeader::parse(&out, limits)?;
    }
    Ok(out)
}

/// The JSON object of a header, as far as it is written.
struct HeaderJson(Vec<u8>);

impl HeaderJson {
    /// The object with `alg`, whose name needs no escapes, and `kid`.
    fn begin(alg: &str, kid: Option<&str>, limits: &Limits) -> Result<Self, Error> {
        let mut out = Vec::with_capacity(96);
        out.extend_from_slice(b"{\"alg\":\"");
        out.extend_from_slice(alg.as_bytes());
        out.push(b'"');
        let mut json = Self(out);
        if let Some(kid) = kid {
            if kid.len() > limits.kid_bytes() {
                return Err(Error::Limit(Limit::Kid));
            }
            json.member("kid", kid)?;
        }
        Ok(json)
    }

    fn member<V: Serialize + ?Sized>(&mut self, name: &str, value: &V) -> Result<(), Error> {
        self.0.push(b',');
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
        for (name, value) in &header.params {
            self.member(name, value)?;
        }
        Ok(())
    }

    fn finish(mut self, limits: &Limits) -> Result<Vec<u8>, Error> {
        self.0.push(b'}');
        if self.0.len() > limits.header_bytes() {
            return Err(Error::Limit(Limit::Header));
        }
        Ok(self.0)
    }
}
