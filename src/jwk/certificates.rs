//! The X.509 members of a JWK (RFC 7517 sections 4.6 to 4.9). Nothing is trusted because of them.

use core::cell::Cell;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::ser::SerializeMap;

use super::Jwk;
use crate::base64url;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::hash;
use crate::hash::HashAlg;
use crate::json::Text;
use crate::material::KeyMaterial;

/// The most certificates of a chain.
const MAX_CERTIFICATES: usize = 10;

/// The longest one, in bytes.
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

const SHA1_LEN: usize = 20;

/// The members as they stand: nothing is decoded before somebody asks, or binds the key.
#[derive(Clone, Debug, Default)]
pub(super) struct CertificateMembers {
    x5c: Option<Vec<String>>,
    x5t: Option<String>,
    x5t_s256: Option<String>,
}

impl CertificateMembers {
    pub(super) fn is_empty(&self) -> bool {
        self.x5c.is_none() && self.x5t.is_none() && self.x5t_s256.is_none()
    }

    /// Reads the value of the one that has this name; the caller knows that it is one of the three.
    pub(super) fn read<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        map: &mut M,
        malformed: &Cell<Option<JwkError>>,
    ) -> Result<(), M::Error> {
        let (name, thumbprint) = match name {
            "x5c" => {
                malformed.set(Some(JwkError::Member("x5c")));
                self.x5c = Some(map.next_value_seed(ChainSeed { malformed })?);
                return Ok(());
            }
            "x5t" => ("x5t", &mut self.x5t),
            _ => ("x5t#S256", &mut self.x5t_s256),
        };
        malformed.set(Some(JwkError::Member(name)));
        *thumbprint = Some(map.next_value()?);
        Ok(())
    }

    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(x5c) = &self.x5c {
            map.serialize_entry("x5c", x5c)?;
        }
        for (name, value) in [("x5t", &self.x5t), ("x5t#S256", &self.x5t_s256)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }
}

impl Jwk {
    /// The certificate chain of the key (`x5c`, RFC 7517 section 4.7), each certificate in DER, the key's own first;
    /// empty if the JWK has none. It is decoded and checked now, not when the JWK was read.
    ///
    /// **Nothing is trusted because of it**: nobody has looked at signatures, dates or names. What is checked is that
    /// the key of the first certificate is the key of the JWK, and that its thumbprints are those of `x5t` (also
    /// where it is the hexadecimal text of the digest, as some identity providers have it) and `x5t#S256`. So it can
    /// be handed to a library that validates chains.
    ///
    /// ```
    /// use josie::{Jwk, JwkError, KeyError};
    ///
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// assert!(jwk.certificates()?.is_empty());
    ///
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ///         "x5c":["no certificate"]}"#,
    /// )?;
    /// assert_eq!(jwk.certificates().unwrap_err(), KeyError::Jwk(JwkError::Member("x5c")));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Jwk`] if a certificate is not base64 (with padding, RFC 7517 section 4.7), or a thumbprint is not
    /// the base64url of as many octets as its hash has. [`KeyError::Encoding`] if one is no certificate.
    /// [`KeyError::CertificateMismatch`] if the members do not belong together. Those of [`KeyMaterial::from_der`]
    /// for the key of the first certificate.
    pub fn certificates(&self) -> Result<Vec<Vec<u8>>, KeyError> {
        let Some(members) = &self.certificates else {
            return Ok(Vec::new());
        };
        let x5t = thumbprint("x5t", members.x5t.as_deref(), &[SHA1_LEN, 2 * SHA1_LEN])?;
        let x5t_s256 = thumbprint("x5t#S256", members.x5t_s256.as_deref(), &[32])?;
        let texts = members.x5c.as_deref().unwrap_or_default();
        let chain = texts.iter().map(|text| decode(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(own) = chain.first() {
            let mismatch = |name| Err(KeyError::CertificateMismatch(name));
            // RFC 7517 section 4.7: the key in the first certificate must be that of the other members.
            if !is_same_key(&KeyMaterial::from_certificate(own)?, self.material()) {
                return mismatch("x5c");
            }
            // RFC 7517 sections 4.8 and 4.9.
            if x5t.is_some_and(|x5t| !is_sha1(&x5t, own)) {
                return mismatch("x5t");
            }
            if x5t_s256.is_some_and(|x5t| x5t != HashAlg::Sha256.digest(own)) {
                return mismatch("x5t#S256");
            }
        }
        for other in chain.iter().skip(1) {
            KeyMaterial::check_certificate(other)?;
        }
        Ok(chain)
    }

    /// The SHA-1 thumbprint of the certificate as the JWK states it (`x5t`, RFC 7517 section 4.8), in base64url.
    #[must_use]
    pub fn x5t(&self) -> Option<&str> {
        self.certificates.as_ref()?.x5t.as_deref()
    }

    /// The SHA-256 thumbprint of the certificate as the JWK states it (`x5t#S256`, RFC 7517 section 4.9), in base64url.
    #[must_use]
    pub fn x5t_s256(&self) -> Option<&str> {
        self.certificates.as_ref()?.x5t_s256.as_deref()
    }

    /// The key material, if the certificates of the JWK are those of its key.
    pub(crate) fn checked_material(&self) -> Result<&KeyMaterial, KeyError> {
        self.certificates()?;
        Ok(self.material())
    }
}

fn thumbprint(
    name: &'static str,
    text: Option<&str>,
    lengths: &[usize],
) -> Result<Option<Vec<u8>>, JwkError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let digest = base64url::decode(text).map_err(|_| JwkError::Member(name))?;
    if lengths.contains(&digest.len()) { Ok(Some(digest)) } else { Err(JwkError::Member(name)) }
}

// The sets of some identity providers have the digest in hexadecimal, and that in base64url. It chooses no key.
fn is_sha1(x5t: &[u8], certificate: &[u8]) -> bool {
    let digest = hash::sha1(certificate);
    let nibbles = digest.iter().flat_map(|octet| [octet >> 4, octet & 0xf]);
    let hexadecimal = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16));
    x5t == digest || hexadecimal.eq(x5t.iter().map(|octet| char::from(octet.to_ascii_lowercase())))
}

// RFC 7517 section 4.7: base64 and not base64url.
fn decode(text: &str) -> Result<Vec<u8>, JwkError> {
    STANDARD.decode(text).map_err(|_| JwkError::Member("x5c"))
}

fn is_same_key(certified: &KeyMaterial, own: &KeyMaterial) -> bool {
    let same = HashAlg::Sha256;
    match (certified.thumbprint(same), own.thumbprint(same)) {
        (Ok(certified), Ok(own)) => certified == own,
        _ => false,
    }
}

/// Reads `x5c`, and not more of it than may be there.
struct ChainSeed<'c> {
    malformed: &'c Cell<Option<JwkError>>,
}

impl<'de> DeserializeSeed<'de> for ChainSeed<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Vec<String>, D::Error> {
        inner.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ChainSeed<'_> {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of certificates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
        let mut chain = Vec::new();
        while let Some(Text(text)) = seq.next_element()? {
            // RFC 4648 section 4: four characters for three octets.
            let is_long = text.len() > MAX_CERTIFICATE_BYTES.div_ceil(3) * 4;
            if is_long || chain.len() == MAX_CERTIFICATES {
                self.malformed.set(Some(JwkError::Limit));
                return Err(de::Error::custom("too many certificates, or too long ones"));
            }
            chain.push(text.into_owned());
        }
        // RFC 7517 section 4.7: a chain of one or more.
        if chain.is_empty() { Err(de::Error::custom("no certificate")) } else { Ok(chain) }
    }
}
