//! The members of a JWK (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2).

use core::cell::Cell;
use core::fmt;
use core::mem;
use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use zeroize::Zeroize;

use super::Jwk;
use super::certificates::CertificateMembers;
use crate::alg::Curve;
use crate::base64url;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::json::Text;
use crate::material::KeyMaterial;
use crate::material::Restrictions;
use crate::material::RsaPrivate;
use crate::material::is_operation_of;
use crate::secret::SecretBytes;

/// The members of one JWK as they stand. Those that josie does not know are checked for structure and dropped
/// (RFC 7517 section 4).
#[derive(Default)]
pub(super) struct Members<'de> {
    kty: Option<WipedText<'de>>,
    crv: Option<WipedText<'de>>,
    kid: Option<WipedText<'de>>,
    alg: Option<WipedText<'de>>,
    public_use: Option<WipedText<'de>>,
    key_ops: Option<Vec<String>>,
    k: Option<WipedText<'de>>,
    n: Option<WipedText<'de>>,
    e: Option<WipedText<'de>>,
    x: Option<WipedText<'de>>,
    y: Option<WipedText<'de>>,
    d: Option<WipedText<'de>>,
    p: Option<WipedText<'de>>,
    q: Option<WipedText<'de>>,
    dp: Option<WipedText<'de>>,
    dq: Option<WipedText<'de>>,
    qi: Option<WipedText<'de>>,
    has_other_primes: bool,
    certificates: CertificateMembers,
}

impl Members<'_> {
    /// The key that the members make up.
    pub(super) fn into_jwk(mut self, max_kid_bytes: usize) -> Result<Jwk, KeyError> {
        let certificates = mem::take(&mut self.certificates);
        let certificates = (!certificates.is_empty()).then(|| Box::new(certificates));
        Ok(Jwk { material: self.into_material(max_kid_bytes)?, certificates })
    }

    fn into_material(self, max_kid_bytes: usize) -> Result<KeyMaterial, KeyError> {
        let Self { kty, crv, kid, alg, public_use, key_ops, .. } = self;
        if kid.as_ref().is_some_and(|kid| kid.0.len() > max_kid_bytes) {
            return Err(JwkError::Limit.into());
        }
        let restrictions = Restrictions {
            alg: alg.map(WipedText::into_string),
            public_use: public_use.map(WipedText::into_string),
            key_ops,
        };
        check_restrictions(&restrictions)?;
        // RFC 7517 section 4.1.
        let kty = kty.ok_or(JwkError::Missing("kty"))?;
        let mut material = match &*kty.0 {
            "oct" => KeyMaterial::oct(octets(self.k, "k")?),
            "RSA" => {
                if self.has_other_primes {
                    return Err(JwkError::MultiPrimeRsa.into());
                }
                let (n, e) = (octets(self.n, "n")?, octets(self.e, "e")?);
                match rsa_private([self.d, self.p, self.q, self.dp, self.dq, self.qi])? {
                    Some(private) => KeyMaterial::rsa_private(&n, &e, private)?,
                    None => KeyMaterial::rsa_public(&n, &e)?,
                }
            }
            "EC" => {
                let point = (octets(self.x, "x")?, octets(self.y, "y")?);
                KeyMaterial::ec(curve(crv)?, Some(point), secret(self.d, "d")?)?
            }
            "OKP" => {
                KeyMaterial::okp(curve(crv)?, Some(octets(self.x, "x")?), secret(self.d, "d")?)?
            }
            _ => return Err(JwkError::UnknownKeyType.into()),
        };
        material.kid = kid.map(WipedText::into_string);
        material.restrictions = restrictions;
        Ok(material)
    }
}

// RFC 7517 section 4.3: no duplicate operations, and none that contradict `use`.
fn check_restrictions(restrictions: &Restrictions) -> Result<(), JwkError> {
    let Some(key_ops) = &restrictions.key_ops else {
        return Ok(());
    };
    // A set and not a scan: the array is as long as whoever wrote the document likes.
    let mut seen = HashSet::new();
    let has_duplicate = !key_ops.iter().all(|op| seen.insert(op.as_str()));
    let public_use = restrictions.public_use.as_deref();
    let contradicts =
        public_use.is_some_and(|own| !key_ops.iter().all(|op| is_operation_of(op, own)));
    if has_duplicate || contradicts { Err(JwkError::Contradiction) } else { Ok(()) }
}

fn curve(crv: Option<WipedText<'_>>) -> Result<Curve, JwkError> {
    let crv = crv.ok_or(JwkError::Missing("crv"))?;
    Curve::from_name(&crv.0).ok_or(JwkError::UnknownCurve)
}

// RFC 7518 section 6.3.2: with `d`, either all the others or none; backends need them all.
fn rsa_private(values: [Option<WipedText<'_>>; 6]) -> Result<Option<RsaPrivate>, JwkError> {
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    let [Some(d), Some(p), Some(q), Some(dp), Some(dq), Some(qi)] = values else {
        return Err(JwkError::IncompleteRsa);
    };
    Ok(Some(RsaPrivate {
        d: SecretBytes::new(decode(d, "d")?),
        p: SecretBytes::new(decode(p, "p")?),
        q: SecretBytes::new(decode(q, "q")?),
        dp: SecretBytes::new(decode(dp, "dp")?),
        dq: SecretBytes::new(decode(dq, "dq")?),
        qi: SecretBytes::new(decode(qi, "qi")?),
    }))
}

fn secret(
    text: Option<WipedText<'_>>,
    name: &'static str,
) -> Result<Option<SecretBytes>, JwkError> {
    text.map(|text| decode(text, name).map(SecretBytes::new)).transpose()
}

fn octets(text: Option<WipedText<'_>>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    decode(text.ok_or(JwkError::Missing(name))?, name)
}

fn decode(text: WipedText<'_>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    base64url::decode(&text.0).map_err(|_| JwkError::Member(name))
}

/// A string that may be a secret. Where it had escapes it is a copy, which is wiped on whatever way it goes.
struct WipedText<'de>(Cow<'de, str>);

impl WipedText<'_> {
    fn into_string(mut self) -> String {
        mem::take(&mut self.0).into_owned()
    }
}

impl Drop for WipedText<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(copy) = &mut self.0 {
            copy.zeroize();
        }
    }
}

impl<'de> Deserialize<'de> for WipedText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|Text(text)| Self(text))
    }
}

/// Reads the members and notes in `malformed` which one had the wrong type.
pub(super) struct MembersSeed<'c> {
    pub(super) malformed: &'c Cell<Option<JwkError>>,
}

impl<'de> DeserializeSeed<'de> for MembersSeed<'_> {
    type Value = Members<'de>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Members<'de>, D::Error> {
        inner.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MembersSeed<'_> {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JWK")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some(Text(name)) = map.next_key()? {
            let (name, slot) = match &*name {
                "kty" => ("kty", &mut members.kty),
                "crv" => ("crv", &mut members.crv),
                "kid" => ("kid", &mut members.kid),
                "alg" => ("alg", &mut members.alg),
                "use" => ("use", &mut members.public_use),
                "k" => ("k", &mut members.k),
                "n" => ("n", &mut members.n),
                "e" => ("e", &mut members.e),
                "x" => ("x", &mut members.x),
                "y" => ("y", &mut members.y),
                "d" => ("d", &mut members.d),
                "p" => ("p", &mut members.p),
                "q" => ("q", &mut members.q),
                "dp" => ("dp", &mut members.dp),
                "dq" => ("dq", &mut members.dq),
                "qi" => ("qi", &mut members.qi),
                "key_ops" => {
                    self.malformed.set(Some(JwkError::Member("key_ops")));
                    members.key_ops = Some(map.next_value()?);
                    continue;
                }
                name @ ("x5c" | "x5t" | "x5t#S256") => {
                    members.certificates.read(name, &mut map, self.malformed)?;
                    continue;
                }
                other => {
                    members.has_other_primes |= other == "oth";
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            self.malformed.set(Some(JwkError::Member(name)));
            *slot = Some(map.next_value()?);
        }
        Ok(members)
    }
}
