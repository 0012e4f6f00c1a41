//! The DER structures around keys, declared as `der` types, which borrow from the input.
//!
//! `der` reads DER (X.690 section 10) and nothing more: no indefinite or longer than minimal
//! lengths, no padded or (as `UintRef`) negative integers, no octets after a structure or inside
//! one that is not declared.

use der::Decode;
use der::Encode;
use der::Sequence;
use der::Tag;
use der::Tagged;
use der::ValueOrd;
use der::asn1::AnyRef;
use der::asn1::BitStringRef;
use der::asn1::IntRef;
use der::asn1::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::asn1::SetOfRef;
use der::asn1::UintRef;

use crate::alg::Curve;
use crate::error::KeyFormat;
use crate::secret::SecretBytes;

/// rsaEncryption (RFC 8017 appendix A.1).
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ecPublicKey (RFC 5480 section 2.1.1).
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-X25519 (RFC 8410 section 3).
pub(crate) const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// id-Ed25519 (RFC 8410 section 3).
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

// RFC 5480 section 2.1.1.1; secp256k1 is from SEC 2 section 2.4.1.
const NAMED_CURVES: [(ObjectIdentifier, Curve); 4] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), Curve::P256),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Curve::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Curve::P521),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), Curve::Secp256k1),
];

/// The tag of a SEQUENCE as an octet (X.690 section 8.9.1).
const SEQUENCE: u8 = 0x30;

/// The object identifier that names a curve.
pub(crate) fn curve_name(curve: Curve) -> Option<ObjectIdentifier> {
    NAMED_CURVES.iter().find_map(|(name, crv)| (*crv == curve).then_some(*name))
}

/// The curve that an object identifier names.
pub(crate) fn named_curve(oid: ObjectIdentifier) -> Option<Curve> {
    NAMED_CURVES.iter().find_map(|(name, crv)| (*name == oid).then_some(*crv))
}

/// AlgorithmIdentifier (RFC 5280 section 4.1.1.2).
#[derive(Clone, Copy, Sequence, ValueOrd)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) algorithm: ObjectIdentifier,
    pub(crate) parameters: Option<AnyRef<'a>>,
}

/// SubjectPublicKeyInfo (RFC 5280 section 4.1).
#[derive(Sequence)]
pub(crate) struct SubjectPublicKeyInfo<'a> {
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) subject_public_key: BitStringRef<'a>,
}

/// OneAsymmetricKey, the two versions of PKCS#8 (RFC 5958 section 2).
#[derive(Sequence)]
pub(crate) struct OneAsymmetricKey<'a> {
    pub(crate) version: u8,
    pub(crate) private_key_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) attributes: Option<SetOfRef<'a, Attribute<'a>>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) public_key: Option<BitStringRef<'a>>,
}

/// Attribute (RFC 5958 section 2). josie reads past them.
#[derive(Clone, Sequence, ValueOrd)]
pub(crate) struct Attribute<'a> {
    pub(crate) attr_type: ObjectIdentifier,
    pub(crate) attr_values: SetOfRef<'a, AnyRef<'a>>,
}

/// EncryptedPrivateKeyInfo (RFC 5958 section 3).
#[derive(Sequence)]
pub(crate) struct EncryptedPrivateKeyInfo<'a> {
    pub(crate) encryption_algorithm: AlgorithmIdentifier<'a>,
    pub(crate) encrypted_data: &'a OctetStringRef,
}

/// RSAPublicKey (RFC 8017 appendix A.1.1).
#[derive(Sequence)]
pub(crate) struct RsaPublicKey<'a> {
    pub(crate) n: UintRef<'a>,
    pub(crate) e: UintRef<'a>,
}

/// RSAPrivateKey (RFC 8017 appendix A.1.2), without otherPrimeInfos: version 0 has two primes.
#[derive(Sequence)]
pub(crate) struct RsaPrivateKey<'a> {
    pub(crate) version: u8,
    pub(crate) n: UintRef<'a>,
    pub(crate) e: UintRef<'a>,
    pub(crate) d: UintRef<'a>,
    pub(crate) p: UintRef<'a>,
    pub(crate) q: UintRef<'a>,
    pub(crate) dp: UintRef<'a>,
    pub(crate) dq: UintRef<'a>,
    pub(crate) qi: UintRef<'a>,
}

/// ECPrivateKey (RFC 5915 section 3). Parameters are a named curve, as that section demands.
#[derive(Sequence)]
pub(crate) struct EcPrivateKey<'a> {
    pub(crate) version: u8,
    pub(crate) private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", optional = "true")]
    pub(crate) parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", optional = "true")]
    pub(crate) public_key: Option<BitStringRef<'a>>,
}

/// The DER of what holds a secret, in a buffer that does not grow, since growing would leave a copy behind.
pub(crate) fn secret_der(value: &impl Encode) -> der::Result<SecretBytes> {
    let mut der = SecretBytes::new(vec![0; usize::try_from(value.encoded_len()?)?]);
    value.encode_to_slice(der.expose_mut())?;
    Ok(der)
}

/// The DER of an ECPrivateKey that has the private value `d` alone.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn ec_private_key_without_public_half(d: &SecretBytes) -> der::Result<SecretBytes> {
    let private_key = OctetStringRef::new(d.expose())?;
    secret_der(&EcPrivateKey { version: 1, private_key, parameters: None, public_key: None })
}

/// Certificate (RFC 5280 section 4.1), as far as is needed to know one and its key.
#[derive(Sequence)]
pub(crate) struct Certificate<'a> {
    pub(crate) tbs_certificate: TbsCertificate<'a>,
    signature_algorithm: AlgorithmIdentifier<'a>,
    signature_value: BitStringRef<'a>,
}

#[derive(Sequence)]
pub(crate) struct TbsCertificate<'a> {
    #[asn1(context_specific = "0", optional = "true")]
    version: Option<u8>,
    serial_number: IntRef<'a>,
    signature: AlgorithmIdentifier<'a>,
    issuer: AnyRef<'a>,
    validity: Validity<'a>,
    subject: AnyRef<'a>,
    pub(crate) subject_public_key_info: SubjectPublicKeyInfo<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", optional = "true")]
    extensions: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
pub(crate) struct Validity<'a> {
    not_before: AnyRef<'a>,
    not_after: AnyRef<'a>,
}

/// The format of a DER document that parses completely, to its last octet.
///
/// Random octets must not: a random secret is one that josie would refuse. Each octet that is
/// fixed, or follows from the octets before it, divides the chance by 256, and each length that is
/// free multiplies it by the number of its values. The shortest structure decides:
///
/// - PKCS#1 public key, `30 len 02 len n 02 len e`: 6 octets fixed, 2^-48; the split between n and
///   e is free, but e has 1 to 32 octets, 2^5; n and e are positive and odd, 2^-4. Together 2^-47,
///   from 70 octets on.
/// - SPKI, `30 len 30 len 06 len 03 len 00`: 9 octets fixed but for one length, 2^-72 * 2^8; with
///   parameters one more length is free and one more fixed.
/// - SEC1, `30 len 02 01 01 04 len`: 7 octets fixed, 2^-56. All others have more fixed octets than
///   these.
///
/// Longer documents have longer lengths, which are fixed as well.
pub(crate) fn whole_document(der: &[u8]) -> Option<KeyFormat> {
    let format = match der {
        _ if is_spki(der) => KeyFormat::Spki,
        _ if is_pkcs8(der) => KeyFormat::Pkcs8,
        _ if is_encrypted_pkcs8(der) => KeyFormat::EncryptedPkcs8,
        _ if is_pkcs1_private_key(der) => KeyFormat::Pkcs1PrivateKey,
        _ if is_pkcs1_public_key(der) => KeyFormat::Pkcs1PublicKey,
        _ if is_sec1(der) => KeyFormat::Sec1,
        _ if is_certificate(der) => KeyFormat::Certificate,
        _ => return None,
    };
    Some(format)
}

/// What DER input that is no whole document was meant to be, for an error message and nothing else.
pub(crate) fn broken_document(der: &[u8]) -> Option<KeyFormat> {
    const VERSION: u8 = 0xa0;
    const INTEGER: u8 = 0x02;
    const BIT_STRING: u8 = 0x03;
    const OCTET_STRING: u8 = 0x04;
    let contents = after_sequence_header(der)?;
    if let Ok((_, rest)) = AlgorithmIdentifier::from_der_partial(contents) {
        return match *rest.first()? {
            BIT_STRING => Some(KeyFormat::Spki),
            OCTET_STRING => Some(KeyFormat::EncryptedPkcs8),
            _ => None,
        };
    }
    if let Ok((_, rest)) = u8::from_der_partial(contents) {
        return match *rest.first()? {
            SEQUENCE => Some(KeyFormat::Pkcs8),
            INTEGER => Some(KeyFormat::Pkcs1PrivateKey),
            OCTET_STRING => Some(KeyFormat::Sec1),
            _ => None,
        };
    }
    if let Ok((n, rest)) = AnyRef::from_der_partial(contents)
        && n.tag() == Tag::Integer
    {
        return (rest.first() == Some(&INTEGER)).then_some(KeyFormat::Pkcs1PublicKey);
    }
    let tbs_certificate = after_sequence_header(contents)?;
    (tbs_certificate.first() == Some(&VERSION)).then_some(KeyFormat::Certificate)
}

// Unlike `der`, steps over lengths that are wrong, indefinite or not minimal.
fn after_sequence_header(der: &[u8]) -> Option<&[u8]> {
    let (tag, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *tag != SEQUENCE {
        return None;
    }
    let long_form_octets = if *length < 0x80 { 0 } else { length & 0x7f };
    rest.get(usize::from(long_form_octets)..)
}

fn is_spki(der: &[u8]) -> bool {
    SubjectPublicKeyInfo::from_der(der)
        .ok()
        .and_then(|key| key.subject_public_key.as_bytes())
        .is_some_and(|key| !key.is_empty())
}

fn is_pkcs8(der: &[u8]) -> bool {
    OneAsymmetricKey::from_der(der).is_ok_and(|key| key.version <= 1)
}

fn is_encrypted_pkcs8(der: &[u8]) -> bool {
    // The parameters of every password-based scheme are a SEQUENCE (RFC 8018 appendix A).
    EncryptedPrivateKeyInfo::from_der(der)
        .is_ok_and(|key| is_sequence(key.encryption_algorithm.parameters))
}

fn is_pkcs1_private_key(der: &[u8]) -> bool {
    RsaPrivateKey::from_der(der).is_ok_and(|key| key.version == 0)
}

fn is_pkcs1_public_key(der: &[u8]) -> bool {
    let is_odd = |value: UintRef<'_>| value.as_bytes().last().is_some_and(|last| last % 2 == 1);
    // The shortest RSA modulus ever in use had 512 bits; e is below 2^256 (FIPS 186-5 section 5.4).
    RsaPublicKey::from_der(der).is_ok_and(|key| {
        key.n.as_bytes().len() >= 64
            && key.e.as_bytes().len() <= 32
            && is_odd(key.n)
            && is_odd(key.e)
    })
}

fn is_sec1(der: &[u8]) -> bool {
    EcPrivateKey::from_der(der).is_ok_and(|key| key.version == 1)
}

fn is_certificate(der: &[u8]) -> bool {
    Certificate::from_der(der).is_ok_and(|certificate| {
        let tbs = &certificate.tbs_certificate;
        is_sequence(Some(tbs.issuer)) && is_sequence(Some(tbs.subject))
    })
}

fn is_sequence(value: Option<AnyRef<'_>>) -> bool {
    value.is_some_and(|value| value.tag() == Tag::Sequence)
}
