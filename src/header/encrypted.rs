//! What the protected header of a JWE says (RFC 7516 section 4, RFC 7518 sections 4.6 to 4.8).

use serde::Deserialize;
use serde_json::Value;

use super::Header;
use super::members::Members;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::base64url;
use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::error::Refused;
use crate::jwk::Jwk;
use crate::limits::Limits;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;

/// What the protected header of a JWE says.
#[derive(Clone, Debug)]
pub(crate) struct ParsedJweHeader {
    pub(crate) alg: JweAlg,
    pub(crate) enc: JweEnc,
    pub(crate) kid: Option<String>,
    pub(crate) header: Header,
    /// What the token says about its encrypted key; `None` where it says nothing, as most do.
    pub(crate) management: Option<Box<KeyManagementHeader>>,
    pub(crate) zip: Option<Zip>,
    /// Whether there is a well-formed `crit`.
    pub(crate) has_crit: bool,
    /// Whether there is a well-formed `b64`.
    pub(crate) has_b64: bool,
}

/// How the plaintext was compressed before it was encrypted (RFC 7516 section 4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zip {
    Deflate,
    /// Some way that no RFC defines.
    Unknown,
}

impl ParsedJweHeader {
    /// Reads the JSON of a JWE protected header: structure first, then whether `alg` and `enc` are known, then
    /// what `alg` needs.
    pub(crate) fn parse(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut members = Members::parse(text, limits)?;
        // RFC 7516 section 4.1.2: `enc` must be there.
        let Some(enc) = &members.enc else {
            return Err(Error::Malformed(Malformed::MissingParameter("enc")));
        };
        let management = read_management(&members.params)?;
        let alg = members.alg.as_deref().and_then(JweAlg::from_name);
        let alg = alg.ok_or(Error::Refused(Refused::UnknownAlgorithm))?;
        let enc = JweEnc::from_name(enc).ok_or(Error::Refused(Refused::UnknownEncryption))?;
        check_needed(alg, &members.params, management.as_deref(), limits)?;
        let zip = members.zip.as_deref().map(|zip| match zip {
            "DEF" => Zip::Deflate,
            _ => Zip::Unknown,
        });
        Ok(Self {
            alg,
            enc,
            kid: members.kid.take(),
            management,
            zip,
            has_crit: members.crit.is_some(),
            has_b64: members.b64.is_some(),
            header: members.into_header(),
        })
    }
}

fn read_management(params: &[(String, Value)]) -> Result<Option<Box<KeyManagementHeader>>, Error> {
    let mut found: Option<Box<KeyManagementHeader>> = None;
    for (name, value) in params {
        if !NAMES.contains(&name.as_str()) {
            continue;
        }
        let management = found.get_or_insert_default();
        match name.as_str() {
            "epk" => management.epk = ephemeral_key(value),
            "apu" => management.apu = Some(octets("apu", value)?),
            "apv" => management.apv = Some(octets("apv", value)?),
            "iv" => management.iv = Some(octets("iv", value)?),
            "tag" => management.tag = Some(octets("tag", value)?),
            "p2s" => management.p2s = Some(octets("p2s", value)?),
            _ => {
                let count = value.as_u64().ok_or(Error::Malformed(Malformed::HeaderType("p2c")))?;
                // More than fits is more than any limit; only PBES2 looks at it.
                management.p2c = u32::try_from(count).ok();
            }
        }
    }
    Ok(found)
}

/// The ephemeral public key (RFC 7518 section 4.6.1.1), if it is one. If it is not, that is found out where the
/// content is, so that a sender does not learn what is wrong with it.
fn ephemeral_key(value: &Value) -> Option<KeyMaterial> {
    let jwk = Jwk::deserialize(value).ok()?;
    // "This key is represented as a JSON Web Key public key value": a private half has no business here.
    let is_public = !jwk.is_private();
    is_public.then(|| KeyMaterial::from_params(jwk.material().params().clone()))
}

fn octets(name: &'static str, value: &Value) -> Result<Vec<u8>, Error> {
    let text = value.as_str().ok_or(Error::Malformed(Malformed::HeaderType(name)))?;
    base64url::decode(text).map_err(|_| Error::Malformed(Malformed::HeaderValue(name)))
}

/// The parameters that the algorithm cannot do without.
fn check_needed(
    alg: JweAlg,
    params: &[(String, Value)],
    management: Option<&KeyManagementHeader>,
    limits: &Limits,
) -> Result<(), Error> {
    for name in alg.needed_parameters() {
        if !params.iter().any(|(known, _)| known == name) {
            return Err(Error::Malformed(Malformed::MissingParameter(name)));
        }
    }
    if alg.min_iterations().is_none() {
        return Ok(());
    }
    // RFC 7518 section 4.8.1.1: the salt has at least 8 octets.
    let salt = management.and_then(|management| management.p2s.as_ref());
    if salt.is_some_and(|salt| salt.len() < 8) {
        return Err(Error::Malformed(Malformed::HeaderValue("p2s")));
    }
    // RFC 7518 section 4.8.1.2. Before anything is derived: the sender chooses how much work that is.
    let allowed = limits.min_iterations()..=limits.max_iterations();
    match management.and_then(|management| management.p2c) {
        Some(count) if allowed.contains(&count) => Ok(()),
        _ => Err(Error::Limit(Limit::Iterations)),
    }
}

/// The parameters of RFC 7518 sections 4.6.1, 4.7.1 and 4.8.1.
const NAMES: [&str; 7] = ["epk", "apu", "apv", "iv", "tag", "p2s", "p2c"];
