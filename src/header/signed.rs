//! What the protected header of a JWS says (RFC 7515 section 4).

use super::Header;
use super::members::Members;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::error::Malformed;
use crate::error::Refused;
use crate::limits::Limits;

/// What the protected header of a JWS says.
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
        let mut members = Members::parse(text, limits)?;
        // A header with these belongs to a JWE (RFC 7516 section 9); neither means anything in a JWS.
        for (name, value) in [("enc", &members.enc), ("zip", &members.zip)] {
            if value.is_some() {
                return Err(Error::Malformed(Malformed::JweHeader(name)));
            }
        }
        let alg = members.alg.as_deref().and_then(JwsAlg::from_name);
        Ok(Self {
            alg: alg.ok_or(Error::Refused(Refused::UnknownAlgorithm))?,
            kid: members.kid.take(),
            has_crit: members.crit.is_some(),
            has_b64: members.b64.is_some(),
            header: members.into_header(),
        })
    }
}
