//! What the headers of a JWE say (RFC 7516 section 4, RFC 7518 sections 4.6 to 4.8).

use serde::Deserialize;
use serde_json::Value;

use super::Header;
use super::UnprotectedHeader;
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

/// What the protected header of a JWE says of the content.
#[derive(Clone, Debug)]
pub(crate) struct ParsedJweHeader {
    pub(crate) enc: JweEnc,
    pub(crate) header: Header,
    pub(crate) zip: Option<Zip>,
    /// Whether there is a well-formed `b64`.
    pub(crate) has_b64: bool,
}

/// What the headers of a JWE say to one recipient.
#[derive(Clone, Debug)]
pub(crate) struct ParsedRecipient {
    /// `None` if it is not one that josie knows.
    pub(crate) alg: Option<JweAlg>,
    pub(crate) kid: Option<String>,
    /// What the token says about its encrypted key; `None` where it says nothing, as most do.
    pub(crate) management: Option<Box<KeyManagementHeader>>,
}

/// What the headers of a JWE in a JSON serialization say.
#[derive(Clone, Debug)]
pub(crate) struct JweHeaders {
    pub(crate) content: ParsedJweHeader,
    /// The unprotected header that all recipients share.
    pub(crate) shared: UnprotectedHeader,
    pub(crate) recipients: Vec<RecipientHeaders>,
}

/// What the headers of a JWE in a JSON serialization say to one recipient.
#[derive(Clone, Debug)]
pub(crate) struct RecipientHeaders {
    /// All headers together.
    pub(crate) parsed: ParsedRecipient,
    /// The recipient's own unprotected header.
    pub(crate) unprotected: UnprotectedHeader,
}

/// How the plaintext was compressed before it was encrypted (RFC 7516 section 4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zip {
    Deflate,
    /// Some way that no RFC defines.
    Unknown,
}

impl ParsedJweHeader {
    /// Reads the JSON of a JWE protected header that holds all there is: structure first, then whether `alg` and `enc`
    /// are known.
    pub(crate) fn parse(
        text: &[u8],
        limits: &Limits,
    ) -> Result<(Self, JweAlg, ParsedRecipient), Error> {
        let mut members = Members::parse(text, limits)?;
        // RFC 7516 section 4.1.2: `enc` must be there.
        if members.enc.is_none() {
            return Err(Error::Malformed(Malformed::MissingParameter("enc")));
        }
        let mut recipient = ParsedRecipient::parse(&[&members])?;
        recipient.check_iterations(limits)?;
        let Some(alg) = recipient.alg else {
            return Err(Error::Refused(Refused::UnknownAlgorithm));
        };
        recipient.kid = members.kid.take();
        Ok((Self::from_members(members)?, alg, recipient))
    }

    #[inline]
    fn from_members(members: Members<'_>) -> Result<Self, Error> {
        let Some(enc) = members.enc.as_deref().and_then(JweEnc::from_name) else {
            return Err(Error::Refused(Refused::UnknownEncryption));
        };
        let zip = members.zip.as_deref().map(|zip| match zip {
            "DEF" => Zip::Deflate,
            _ => Zip::Unknown,
        });
        Ok(Self { enc, zip, has_b64: members.b64.is_some(), header: members.into_header() })
    }
}

impl ParsedRecipient {
    /// What `headers` say together, without `kid`: their structure, then what `alg` needs.
    #[inline]
    fn parse(headers: &[&Members<'_>]) -> Result<Self, Error> {
        let params = || headers.iter().flat_map(|header| &header.params);
        let management = read_management(params())?;
        let alg = headers.iter().find_map(|header| header.alg.as_deref());
        let alg = alg.and_then(JweAlg::from_name);
        if let Some(alg) = alg {
            check_needed(alg, params(), management.as_deref())?;
        }
        Ok(Self { alg, kid: None, management })
    }

    /// Whether the sender asks for no more work with a password, and no less, than is allowed (RFC 7518 section
    /// 4.8.1.2).
    pub(crate) fn check_iterations(&self, limits: &Limits) -> Result<(), Error> {
        if self.alg.is_none_or(|alg| alg.min_iterations().is_none()) {
            return Ok(());
        }
        let allowed = limits.min_iterations()..=limits.max_iterations();
        match self.management.as_ref().and_then(|management| management.p2c) {
            Some(count) if allowed.contains(&count) => Ok(()),
            _ => Err(Error::Limit(Limit::Iterations)),
        }
    }

    /// Whether nobody else can be a recipient of the same token.
    fn is_alone(&self) -> bool {
        self.alg.is_some_and(JweAlg::has_no_encrypted_key)
    }
}

impl JweHeaders {
    /// Reads the JSON of all headers: structure first, then whether an `alg` and the `enc` are known. `recipients` has
    /// the header of each, if it has one.
    pub(crate) fn parse(
        protected: Option<&[u8]>,
        shared: Option<&str>,
        recipients: &[Option<&str>],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let read = ReadHeaders::parse(protected, shared, recipients, limits)?;
        read.check_alg_and_enc()?;
        let mut parsed = Vec::with_capacity(recipients.len());
        for own in &read.own {
            parsed.push(read.recipient(own)?);
        }
        // RFC 7518 sections 4.5 and 4.6. Any other recipient would have another content encryption key.
        if parsed.len() > 1 && parsed.iter().any(ParsedRecipient::is_alone) {
            return Err(Error::Malformed(Malformed::NotTheOnlyRecipient));
        }
        if parsed.iter().all(|recipient| recipient.alg.is_none()) {
            return Err(Error::Refused(Refused::UnknownAlgorithm));
        }
        let own = read.own.into_iter().map(Members::into_unprotected);
        let recipients = parsed
            .into_iter()
            .zip(own)
            .map(|(parsed, unprotected)| RecipientHeaders { parsed, unprotected })
            .collect();
        Ok(Self {
            content: ParsedJweHeader::from_members(read.protected)?,
            shared: read.shared.into_unprotected(),
            recipients,
        })
    }

    /// Holds the headers of a JWE that is to be made to what a reader holds them to. `alg`, and what else comes from
    /// the keys, is not there yet.
    pub(crate) fn check(
        protected: &[u8],
        shared: Option<&str>,
        recipients: &[Option<&str>],
        limits: &Limits,
    ) -> Result<(), Error> {
        ReadHeaders::parse(Some(protected), shared, recipients, limits).map(|_| ())
    }
}

/// The headers of a JWE in a JSON serialization, each as it stands.
struct ReadHeaders<'t> {
    protected: Members<'t>,
    shared: Members<'t>,
    /// Those of the recipients.
    own: Vec<Members<'t>>,
}

impl<'t> ReadHeaders<'t> {
    fn parse(
        protected: Option<&'t [u8]>,
        shared: Option<&'t str>,
        recipients: &[Option<&'t str>],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let protected = Members::parse_protected(protected, limits)?;
        let shared = Members::parse_unprotected(shared, limits)?;
        let mut own = Vec::with_capacity(recipients.len());
        for text in recipients {
            let header = Members::parse_unprotected(*text, limits)?;
            Members::check_disjoint(&[&protected, &shared, &header])?;
            own.push(header);
        }
        Ok(Self { protected, shared, own })
    }

    fn check_alg_and_enc(&self) -> Result<(), Error> {
        // RFC 7516 section 4.1.1: `alg` must be there, for each recipient.
        let in_common = self.protected.alg.is_some() || self.shared.alg.is_some();
        if !in_common && self.own.iter().any(|own| own.alg.is_none()) {
            return Err(Error::Malformed(Malformed::MissingAlg));
        }
        // RFC 7516 section 4.1.2: so must `enc`. Who could change it would choose what the key is used for.
        let mut unprotected = self.own.iter().chain([&self.shared]);
        if self.protected.enc.is_some() {
            Ok(())
        } else if unprotected.any(|header| header.enc.is_some()) {
            Err(Error::Refused(Refused::UnprotectedEncryption))
        } else {
            Err(Error::Malformed(Malformed::MissingParameter("enc")))
        }
    }

    /// What the headers say to the recipient whose own header this is.
    fn recipient(&self, own: &Members<'_>) -> Result<ParsedRecipient, Error> {
        let headers = [&self.protected, &self.shared, own];
        let parsed = ParsedRecipient::parse(&headers)?;
        let kid = headers.iter().find_map(|header| header.kid.clone());
        Ok(ParsedRecipient { kid, ..parsed })
    }
}

fn read_management<'a>(
    params: impl Iterator<Item = &'a (String, Value)>,
) -> Result<Option<Box<KeyManagementHeader>>, Error> {
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
fn check_needed<'a>(
    alg: JweAlg,
    params: impl Iterator<Item = &'a (String, Value)> + Clone,
    management: Option<&KeyManagementHeader>,
) -> Result<(), Error> {
    for name in alg.needed_parameters() {
        if !params.clone().any(|(known, _)| known == name) {
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
    Ok(())
}

/// The parameters of RFC 7518 sections 4.6.1, 4.7.1 and 4.8.1.
const NAMES: [&str; 7] = ["epk", "apu", "apv", "iv", "tag", "p2s", "p2c"];
