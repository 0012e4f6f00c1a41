//! Reading keys from PEM and DER: PKCS#8 private keys and SPKI public keys.

use der::Decode;
use der::asn1::BitStringRef;
use der::asn1::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::asn1::UintRef;
use der::pem::Decoder;
use zeroize::Zeroizing;

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
use super::der::broken_document;
use super::der::named_curve;
use super::der::whole_document;
use super::format::PEM_BEGIN;
use super::format::detect;
use super::format::labelled;
use crate::alg::Curve;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::material::KeyMaterial;
use crate::material::RsaPrivate;
use crate::material::coordinates;
use crate::secret::SecretBytes;

// Eight times an RSA private key of 8192 bits in PEM, the longest key that can be bound.
const MAX_INPUT_LEN: usize = 64 * 1024;

const EXPECTED: &str = "PKCS#8 private key or SPKI public key";
const EXPECTED_PEM: &str = "PKCS#8 private key or SPKI public key in PEM";
const EXPECTED_DER: &str = "PKCS#8 private key or SPKI public key in DER";

const BAD_PKCS8: KeyError = KeyError::Encoding(KeyFormat::Pkcs8);
const BAD_CERTIFICATE: KeyError = KeyError::Encoding(KeyFormat::Certificate);
const BAD_SPKI: KeyError = KeyError::Encoding(KeyFormat::Spki);

/// Keys from PEM and DER.
///
/// The key is read by the structure around it, never by trying: `PRIVATE KEY` is PKCS#8 ([RFC
/// 5958](https://www.rfc-editor.org/rfc/rfc5958)) and `PUBLIC KEY` is SPKI ([RFC
/// 5280](https://www.rfc-editor.org/rfc/rfc5280) section 4.1). Both hold RSA keys, EC keys on
/// P-256, P-384, P-521 and secp256k1, and Ed25519 and X25519 keys ([RFC
/// 8410](https://www.rfc-editor.org/rfc/rfc8410)).
impl KeyMaterial {
    /// Reads the one key in a PEM text, [RFC 7468](https://www.rfc-editor.org/rfc/rfc7468):
    /// `PRIVATE KEY` or `PUBLIC KEY`.
    ///
    /// `text` is at most 64 KiB: one block, with nothing before or after it but ASCII white space,
    /// since text around a key may be a second key that nobody looks at. Lines end in LF, CRLF or
    /// CR and have one length, whichever it is.
    ///
    /// ```
    /// use josie::{Curve, KeyMaterial};
    ///
    /// let material = KeyMaterial::from_pem(
    ///     "-----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
    /// -----END PUBLIC KEY-----",
    /// )?;
    /// assert_eq!(material.crv(), Some(Curve::Ed25519));
    /// assert!(!material.is_private());
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the text is a key in another format, which the error names, or no
    /// key, or too long. [`KeyError::Encoding`] if the block is broken, its content is not what its
    /// label says, or there is text around it. Otherwise as [`from_der`](Self::from_der).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_INPUT_LEN {
            return Err(other_format(EXPECTED_PEM, KeyFormat::Unknown));
        }
        let (format, der) = pem_content(text)?;
        match format {
            KeyFormat::Spki => public_key(&der),
            _ => private_key(&der),
        }
    }

    /// Reads a key in DER: PKCS#8 (RFC 5958) or SPKI (RFC 5280 section 4.1).
    ///
    /// `der` is at most 64 KiB and DER to its last octet: BER and trailing octets are refused. The
    /// points of EC keys are uncompressed. The public half of a private EC, Ed25519 or X25519 key is
    /// kept if the document has it, and is not computed here.
    ///
    /// ```
    /// use josie::{KeyMaterial, KeyType};
    ///
    /// let der = include_bytes!(concat!(
    ///     env!("CARGO_MANIFEST_DIR"),
    ///     "/tests/data/keys/rsa2048.spki.der"
    /// ));
    /// let material = KeyMaterial::from_der(der)?;
    /// assert_eq!(material.kty(), KeyType::Rsa);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Format`] if the input is a key in another format, which the error names, or no
    /// key, or too long. [`KeyError::Encoding`] if it is PKCS#8 or SPKI, but broken.
    /// [`KeyError::UnknownKeyAlgorithm`] if its algorithm or curve is none of those above.
    /// [`KeyError::Inconsistent`] if it has the public half twice, or names the curve twice, and
    /// they differ. [`KeyError::InvalidValue`] if an RSA integer is zero, and
    /// [`KeyError::InvalidPoint`] if an Ed25519 or X25519 public key is one that
    /// [`okp`](Self::okp) refuses.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_INPUT_LEN {
            return Err(other_format(EXPECTED_DER, KeyFormat::Unknown));
        }
        match whole_document(der) {
            Some(KeyFormat::Spki) => public_key(der),
            Some(KeyFormat::Pkcs8) => private_key(der),
            Some(found) => Err(other_format(EXPECTED, found)),
            None => Err(match (detect(der), broken_document(der)) {
                (Some(found), _) => other_format(EXPECTED_DER, found),
                (None, Some(format)) => KeyError::Encoding(format),
                (None, None) => other_format(EXPECTED_DER, KeyFormat::Unknown),
            }),
        }
    }
}

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

/// The format that the label names, PKCS#8 or SPKI, and the decoded content.
fn pem_content(text: &str) -> Result<(KeyFormat, Zeroizing<Vec<u8>>), KeyError> {
    let text = text.trim_ascii();
    let mut blocks = text.split(PEM_BEGIN).skip(1);
    let Some(block) = blocks.next() else {
        let found = detect(text.as_bytes()).unwrap_or(KeyFormat::Unknown);
        return Err(other_format(EXPECTED_PEM, found));
    };
    if blocks.next().is_some() {
        return Err(other_format(EXPECTED, KeyFormat::SeveralPemBlocks));
    }
    let label = block.split_once("-----").map_or("", |(label, _)| label);
    let format = labelled(label.as_bytes());
    if !matches!(format, KeyFormat::Pkcs8 | KeyFormat::Spki) {
        return Err(other_format(EXPECTED, format));
    }
    // RFC 7468 section 2 lets parsers ignore text before the block, and `der` does. josie does not.
    if !text.starts_with(PEM_BEGIN) {
        return Err(KeyError::Encoding(format));
    }
    decode_block(text).map(|der| (format, der)).ok_or(KeyError::Encoding(format))
}

fn decode_block(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // RFC 7468 section 2: parsers may handle other line lengths than 64.
    let mut decoder = Decoder::new_detect_wrap(text.as_bytes()).ok()?;
    let mut der = Zeroizing::new(vec![0; decoder.remaining_len()]);
    decoder.decode(&mut der).ok()?;
    decoder.is_finished().then_some(der)
}

fn other_format(expected: &'static str, found: KeyFormat) -> KeyError {
    KeyError::Format { expected, found }
}

fn public_key(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = SubjectPublicKeyInfo::from_der(der).map_err(|_| BAD_SPKI)?;
    spki_key(key, BAD_SPKI)
}

/// `malformed`: the error for what is not a key of the algorithm that it names.
fn spki_key(key: SubjectPublicKeyInfo<'_>, malformed: KeyError) -> Result<KeyMaterial, KeyError> {
    let octets = key.subject_public_key.as_bytes().ok_or(malformed.clone())?;
    match KeyAlgorithm::read(key.algorithm, malformed.clone())? {
        KeyAlgorithm::Rsa => {
            let rsa = RsaPublicKey::from_der(octets).map_err(|_| malformed)?;
            KeyMaterial::rsa_public(rsa.n.as_bytes(), rsa.e.as_bytes())
        }
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

fn private_key(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = OneAsymmetricKey::from_der(der).map_err(|_| BAD_PKCS8)?;
    // RFC 5958 section 2: version 2, written 1, if and only if the public key is there.
    if key.version != u8::from(key.public_key.is_some()) {
        return Err(BAD_PKCS8);
    }
    let public = octets(key.public_key)?;
    let private = key.private_key.as_bytes();
    match KeyAlgorithm::read(key.private_key_algorithm, BAD_PKCS8)? {
        KeyAlgorithm::Rsa => rsa_private_key(private, public),
        KeyAlgorithm::Ec(crv, oid) => ec_private_key(crv, oid, private, public),
        KeyAlgorithm::Okp(crv) => {
            // RFC 8410 section 7: CurvePrivateKey is an OCTET STRING in the OCTET STRING.
            let key = <&OctetStringRef>::from_der(private).map_err(|_| BAD_PKCS8)?;
            let d = exact(crv, key.as_bytes(), BAD_PKCS8)?;
            let x = public.map(|x| exact(crv, x, BAD_PKCS8)).transpose()?;
            KeyMaterial::okp(crv, x.map(<[u8]>::to_vec), Some(secret(d)))
        }
    }
}

fn rsa_private_key(private: &[u8], public: Option<&[u8]>) -> Result<KeyMaterial, KeyError> {
    let rsa = RsaPrivateKey::from_der(private).map_err(|_| BAD_PKCS8)?;
    // RFC 8017 appendix A.1.2: version 1 has more than two primes.
    if rsa.version != 0 {
        return Err(BAD_PKCS8);
    }
    if let Some(public) = public {
        let public = RsaPublicKey::from_der(public).map_err(|_| BAD_PKCS8)?;
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

fn ec_private_key(
    crv: Curve,
    oid: ObjectIdentifier,
    private: &[u8],
    outer_public: Option<&[u8]>,
) -> Result<KeyMaterial, KeyError> {
    let key = EcPrivateKey::from_der(private).map_err(|_| BAD_PKCS8)?;
    // RFC 5915 section 3: ecPrivkeyVer1.
    if key.version != 1 {
        return Err(BAD_PKCS8);
    }
    if key.parameters.is_some_and(|parameters| parameters != oid) {
        return Err(KeyError::Inconsistent);
    }
    // RFC 5915 section 3: as long as the curve's order, which for these curves is as long as the
    // field. Some writers drop leading zeros; padding them back would guess at what a truncated key
    // was.
    let d = exact(crv, key.private_key.as_bytes(), BAD_PKCS8)?;
    let inner_public = octets(key.public_key)?;
    if let (Some(inner), Some(outer)) = (inner_public, outer_public)
        && inner != outer
    {
        return Err(KeyError::Inconsistent);
    }
    let public = inner_public
        .or(outer_public)
        .map(|point| coordinates(crv, point).ok_or(BAD_PKCS8))
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
fn octets(bits: Option<BitStringRef<'_>>) -> Result<Option<&[u8]>, KeyError> {
    bits.map(|bits| bits.as_bytes().ok_or(BAD_PKCS8)).transpose()
}

fn secret(octets: &[u8]) -> SecretBytes {
    SecretBytes::new(octets.to_vec())
}
