//! From the DER structures of keys to their values.

use der::Decode;
use der::asn1::BitStringRef;
use der::asn1::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::asn1::UintRef;

use super::der::AlgorithmIdentifier;
use super::der::Certificate;
use super::der::EC_PUBLIC_KEY;
use super::der::ED25519;
use super::der::EcPrivateKey;
use super::der::OneAsymmetricKey;
use super::der::RSA_ENCRYPTION;
use super::der::RsaPrivateKey;
use super::der::RsaPublicKey;
use super::der::SubjectPublicKeyInfo;
use super::der::X25519;
use super::der::named_curve;
use crate::alg::Curve;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::material::KeyMaterial;
use crate::material::RsaPrivate;
use crate::material::coordinates;
use crate::secret::SecretBytes;

const BAD_PKCS8: KeyError = KeyError::Encoding(KeyFormat::Pkcs8);
const BAD_PKCS1_PRIVATE: KeyError = KeyError::Encoding(KeyFormat::Pkcs1PrivateKey);
const BAD_PKCS1_PUBLIC: KeyError = KeyError::Encoding(KeyFormat::Pkcs1PublicKey);
const BAD_SEC1: KeyError = KeyError::Encoding(KeyFormat::Sec1);
const BAD_CERTIFICATE: KeyError = KeyError::Encoding(KeyFormat::Certificate);
const BAD_SPKI: KeyError = KeyError::Encoding(KeyFormat::Spki);

impl KeyMaterial {
    /// The public key of an X.509 certificate in DER (RFC 5280 section 4.1.2.7). Nothing else of it is looked at.
    pub(crate) fn from_certificate(der: &[u8]) -> Result<Self, KeyError> {
        let certificate = Certificate::from_der(der).map_err(|_| BAD_CERTIFICATE)?;
        spki_key(certificate.tbs_certificate.subject_public_key_info, BAD_CERTIFICATE)
    }

    /// Whether these octets are an X.509 certificate in DER, with whatever key.
    pub(crate) fn check_certificate(der: &[u8]) -> Result<(), KeyError> {
        Certificate::from_der(der).map(|_| ()).map_err(|_| BAD_CERTIFICATE)
    }
}

/// What reads a document of one format.
pub(super) struct Reader(fn(&[u8]) -> Result<KeyMaterial, KeyError>);

impl Reader {
    /// `None` for a format that josie does not read.
    pub(super) fn of(format: KeyFormat) -> Option<Self> {
        match format {
            KeyFormat::Spki => Some(Self(public_key)),
            KeyFormat::Pkcs8 => Some(Self(private_key)),
            KeyFormat::Pkcs1PublicKey => Some(Self(|der| pkcs1_public_key(der, BAD_PKCS1_PUBLIC))),
            KeyFormat::Pkcs1PrivateKey => {
                Some(Self(|der| rsa_private_key(der, None, BAD_PKCS1_PRIVATE)))
            }
            KeyFormat::Sec1 => Some(Self(sec1_private_key)),
            KeyFormat::Certificate => Some(Self(KeyMaterial::from_certificate)),
            _ => None,
        }
    }

    pub(super) fn read(&self, der: &[u8]) -> Result<KeyMaterial, KeyError> {
        (self.0)(der)
    }
}

/// Whether these parameters name the curve of this key.
pub(super) fn check_ec_parameters(parameters: &[u8], key: &KeyMaterial) -> Result<(), KeyError> {
    // RFC 5480 section 2.1.1: a named curve, never explicit parameters.
    let oid = ObjectIdentifier::from_der(parameters)
        .map_err(|_| KeyError::Encoding(KeyFormat::OtherPem))?;
    let crv = named_curve(oid).ok_or(KeyError::UnknownKeyAlgorithm)?;
    if key.crv() == Some(crv) { Ok(()) } else { Err(KeyError::Inconsistent) }
}

fn public_key(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = SubjectPublicKeyInfo::from_der(der).map_err(|_| BAD_SPKI)?;
    spki_key(key, BAD_SPKI)
}

/// `malformed`: the error for what is not a key of the algorithm that it names.
fn spki_key(key: SubjectPublicKeyInfo<'_>, malformed: KeyError) -> Result<KeyMaterial, KeyError> {
    let octets = key.subject_public_key.as_bytes().ok_or(malformed.clone())?;
    match KeyAlgorithm::read(key.algorithm, malformed.clone())? {
        KeyAlgorithm::Rsa => pkcs1_public_key(octets, malformed),
        KeyAlgorithm::Ec(crv, _) => {
            // RFC 5480 section 2.2: the uncompressed form must be supported; the compressed one is not.
            KeyMaterial::ec(crv, Some(coordinates(crv, octets).ok_or(malformed)?), None)
        }
        KeyAlgorithm::Okp(crv) => {
            // RFC 8410 section 4: the BIT STRING is the 32 octets of RFC 8032 or RFC 7748 themselves.
            let x = exact(crv, octets, malformed)?;
            KeyMaterial::okp(crv, Some(x.to_vec()), None)
        }
    }
}

pub(super) fn private_key(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = OneAsymmetricKey::from_der(der).map_err(|_| BAD_PKCS8)?;
    // RFC 5958 section 2: version 2, written 1, if and only if the public key is there.
    if key.version != u8::from(key.public_key.is_some()) {
        return Err(BAD_PKCS8);
    }
    let public = octets(key.public_key, BAD_PKCS8)?;
    let private = key.private_key.as_bytes();
    match KeyAlgorithm::read(key.private_key_algorithm, BAD_PKCS8)? {
        KeyAlgorithm::Rsa => rsa_private_key(private, public, BAD_PKCS8),
        KeyAlgorithm::Ec(crv, oid) => {
            let key = EcPrivateKey::from_der(private).map_err(|_| BAD_PKCS8)?;
            if key.parameters.is_some_and(|parameters| parameters != oid) {
                return Err(KeyError::Inconsistent);
            }
            ec_private_key(crv, &key, public, BAD_PKCS8)
        }
        KeyAlgorithm::Okp(crv) => {
            // RFC 8410 section 7: CurvePrivateKey is an OCTET STRING in the OCTET STRING.
            let key = <&OctetStringRef>::from_der(private).map_err(|_| BAD_PKCS8)?;
            let d = exact(crv, key.as_bytes(), BAD_PKCS8)?;
            let x = public.map(|x| exact(crv, x, BAD_PKCS8)).transpose()?;
            KeyMaterial::okp(crv, x.map(<[u8]>::to_vec), Some(secret(d)))
        }
    }
}

fn pkcs1_public_key(der: &[u8], malformed: KeyError) -> Result<KeyMaterial, KeyError> {
    let rsa = RsaPublicKey::from_der(der).map_err(|_| malformed)?;
    KeyMaterial::rsa_public(rsa.n.as_bytes(), rsa.e.as_bytes())
}

fn rsa_private_key(
    private: &[u8],
    public: Option<&[u8]>,
    malformed: KeyError,
) -> Result<KeyMaterial, KeyError> {
    let rsa = RsaPrivateKey::from_der(private).map_err(|_| malformed.clone())?;
    // RFC 8017 appendix A.1.2: version 1 has more than two primes.
    if rsa.version != 0 {
        return Err(malformed);
    }
    if let Some(public) = public {
        let public = RsaPublicKey::from_der(public).map_err(|_| malformed)?;
        if (public.n, public.e) != (rsa.n, rsa.e) {
            return Err(KeyError::Inconsistent);
        }
    }
    let integer = |value: UintRef<'_>| secret(value.as_bytes());
    let private = RsaPrivate {
        d: integer(rsa.d),
        p: integer(rsa.p),
        q: integer(rsa.q),
        dp: integer(rsa.dp),
        dq: integer(rsa.dq),
        qi: integer(rsa.qi),
    };
    KeyMaterial::rsa_private(rsa.n.as_bytes(), rsa.e.as_bytes(), private)
}

fn sec1_private_key(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| BAD_SEC1)?;
    // RFC 5915 section 3: the parameters must be there. Nothing else says which curve it is.
    let crv = named_curve(key.parameters.ok_or(BAD_SEC1)?).ok_or(KeyError::UnknownKeyAlgorithm)?;
    ec_private_key(crv, &key, None, BAD_SEC1)
}

fn ec_private_key(
    crv: Curve,
    key: &EcPrivateKey<'_>,
    outer_public: Option<&[u8]>,
    malformed: KeyError,
) -> Result<KeyMaterial, KeyError> {
    // RFC 5915 section 3: ecPrivkeyVer1.
    if key.version != 1 {
        return Err(malformed);
    }
    // RFC 5915 section 3: as long as the curve's order, which for these curves is as long as the
    // field. Some writers drop leading zeros; padding them back would guess at what a truncated key
    // was.
    let d = exact(crv, key.private_key.as_bytes(), malformed.clone())?;
    let inner_public = octets(key.public_key, malformed.clone())?;
    if let (Some(inner), Some(outer)) = (inner_public, outer_public)
        && inner != outer
    {
        return Err(KeyError::Inconsistent);
    }
    let public = inner_public
        .or(outer_public)
        .map(|point| coordinates(crv, point).ok_or(malformed))
        .transpose()?;
    KeyMaterial::ec(crv, public, Some(secret(d)))
}

/// What an AlgorithmIdentifier says about a key.
enum KeyAlgorithm {
    Rsa,
    Ec(Curve, ObjectIdentifier),
    Okp(Curve),
}

impl KeyAlgorithm {
    /// `malformed`: the error for parameters that the algorithm does not have.
    fn read(identifier: AlgorithmIdentifier<'_>, malformed: KeyError) -> Result<Self, KeyError> {
        let AlgorithmIdentifier { algorithm, parameters } = identifier;
        match (algorithm, parameters) {
            // RFC 8017 appendix A.1: NULL. Absent parameters say the same and are tolerated.
            (RSA_ENCRYPTION, None) => Ok(Self::Rsa),
            (RSA_ENCRYPTION, Some(null)) if null.is_null() => Ok(Self::Rsa),
            // RFC 5480 section 2.1.1: a named curve, never parameters that only look like those of
            // one.
            (EC_PUBLIC_KEY, Some(parameters)) => {
                let oid = parameters.decode_as::<ObjectIdentifier>().map_err(|_| malformed)?;
                let crv = named_curve(oid).ok_or(KeyError::UnknownKeyAlgorithm)?;
                Ok(Self::Ec(crv, oid))
            }
            // RFC 8410 section 3: the parameters must be absent.
            (ED25519, None) => Ok(Self::Okp(Curve::Ed25519)),
            (X25519, None) => Ok(Self::Okp(Curve::X25519)),
            (RSA_ENCRYPTION | EC_PUBLIC_KEY | ED25519 | X25519, _) => Err(malformed),
            _ => Err(KeyError::UnknownKeyAlgorithm),
        }
    }
}

fn exact(crv: Curve, octets: &[u8], malformed: KeyError) -> Result<&[u8], KeyError> {
    if octets.len() == crv.field_len() { Ok(octets) } else { Err(malformed) }
}

// A key is whole octets: RFC 5480 section 2.2, RFC 8410 section 4.
fn octets(bits: Option<BitStringRef<'_>>, malformed: KeyError) -> Result<Option<&[u8]>, KeyError> {
    bits.map(|bits| bits.as_bytes().ok_or(malformed)).transpose()
}

fn secret(octets: &[u8]) -> SecretBytes {
    SecretBytes::new(octets.to_vec())
}
