//! What the headers of a JWS say (RFC 7515 section 4).

use super::Header;
use super::UnprotectedHeader;
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
    /// The key that the header names; in a JSON serialization possibly the unprotected one.
    pub(crate) kid: Option<String>,
    pub(crate) header: Header,
    /// Whether the payload is base64url encoded, if the header says so or not (RFC 7797 section 3).
    pub(crate) b64: Option<bool>,
}

/// What the headers of one signature in a JSON serialization say.
#[derive(Clone, Debug)]
pub(crate) struct JwsHeaders {
    /// The protected header, or why nothing can be verified by it although it is well-formed.
    pub(crate) protected: Result<ParsedHeader, Refused>,
    pub(crate) unprotected: UnprotectedHeader,
    /// As in the protected header.
    pub(crate) b64: Option<bool>,
}

impl ParsedHeader {
    /// Reads the JSON of a JWS protected header: structure first, then whether `alg` is known.
    pub(crate) fn parse_jws(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        let members = Members::parse(text, limits)?;
        check_members(&members)?;
        Self::from_members(members, None).map_err(Error::Refused)
    }

    fn from_members(mut members: Members<'_>, other_kid: Option<&str>) -> Result<Self, Refused> {
        let alg = members.alg.as_deref().and_then(JwsAlg::from_name);
        Ok(Self {
            alg: alg.ok_or(Refused::UnknownAlgorithm)?,
            kid: members.kid.take().or_else(|| other_kid.map(str::to_owned)),
            b64: members.b64,
            header: members.into_header(),
        })
    }
}

impl JwsHeaders {
    /// Reads the JSON of the two headers of one signature, of which one may be absent: structure first, then whether
    /// `alg` is known.
    pub(crate) fn parse(
        protected: Option<&[u8]>,
        unprotected: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let protected = Members::parse_protected(protected, limits)?;
        let unprotected = Members::parse_unprotected(unprotected, limits)?;
        check_members(&protected)?;
        check_members(&unprotected)?;
        Members::check_disjoint(&[&protected, &unprotected])?;
        let b64 = protected.b64;
        let protected = match (&protected.alg, &unprotected.alg) {
            (None, None) => return Err(Error::Malformed(Malformed::MissingAlg)),
            // RFC 7515 section 10.7 leaves it to the application; who could change it would choose the algorithm.
            (None, Some(_)) => Err(Refused::UnprotectedAlgorithm),
            (Some(_), _) => ParsedHeader::from_members(protected, unprotected.kid.as_deref()),
        };
        Ok(Self { protected, unprotected: unprotected.into_unprotected(), b64 })
    }
}

fn check_members(members: &Members<'_>) -> Result<(), Error> {
    // A header with these belongs to a JWE (RFC 7516 section 9); neither means anything in a JWS.
    for (name, value) in [("enc", &members.enc), ("zip", &members.zip)] {
        if value.is_some() {
            return Err(Error::Malformed(Malformed::JweHeader(name)));
        }
    }
    members.check_b64()
}
