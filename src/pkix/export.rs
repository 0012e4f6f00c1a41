//! Writing keys in PEM and DER.

use der::Encode;
use der::asn1::AnyRef;
use der::asn1::BitStringRef;
use der::asn1::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::asn1::UintRef;
use der::pem;
use der::pem::LineEnding;

use super::der::AlgorithmIdentifier;
use super::der::EC_PUBLIC_KEY;
use super::der::ED25519;
use super::der::EcPrivateKey;
use super::der::OneAsymmetricKey;
use super::der::RSA_ENCRYPTION;
use super::der::RsaPrivateKey;
use super::der::RsaPublicKey;
use super::der::SubjectPublicKeyInfo;
use super::der::X25519;
use super::der::curve_name;
use super::der::secret_der;
use crate::alg::Curve;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::material::EcParams;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::material::OkpParams;
use crate::material::RsaParams;
use crate::secret::SecretBytes;
use crate::secret::SecretText;

/// Keys to PEM and DER, as OpenSSL writes them. What the key may be used for, and its `kid`, have no place there: they
/// stay with a [JWK](Self::to_private_jwk).
impl KeyMaterial {
    /// Writes the public half as SPKI in DER ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280) section 4.1).
    ///
    /// ```
    /// use josie::KeyMaterial;
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.spki.der"));
    /// assert_eq!(KeyMaterial::from_der(der)?.to_spki_der()?, der);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a symmetric key. [`KeyError::PublicHalfMissing`] if the private key came without
    /// its public half; the key that [`SigningKey::new`](crate::SigningKey::new) or
    /// [`DecryptionKey::new`](crate::DecryptionKey::new) makes of it may know it. [`KeyError::Encoding`] if an RSA
    /// integer is longer than 256 MiB.
    pub fn to_spki_der(&self) -> Result<Vec<u8>, KeyError> {
        let malformed = |_| KeyError::Encoding(KeyFormat::Spki);
        let key = match self.params() {
            KeyParams::Oct(_) => return Err(KeyError::SymmetricKey),
            KeyParams::Rsa(rsa) => rsa_public_key(rsa).map_err(malformed)?,
            KeyParams::Ec(ec) => ec.uncompressed_point().ok_or(KeyError::PublicHalfMissing)?,
            KeyParams::Okp(okp) => okp.x().ok_or(KeyError::PublicHalfMissing)?.to_vec(),
        };
        with_algorithm(self, |algorithm| {
            let subject_public_key = BitStringRef::from_bytes(&key)?;
            SubjectPublicKeyInfo { algorithm, subject_public_key }.to_der()
        })
        .map_err(malformed)
    }

    /// Writes the public half as SPKI in PEM, `PUBLIC KEY` ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)
    /// section 13).
    ///
    /// ```
    /// use josie::KeyMaterial;
    ///
    /// let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.spki.pem"));
    /// assert_eq!(KeyMaterial::from_pem(pem)?.to_spki_pem()?, pem);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_spki_der`](Self::to_spki_der).
    pub fn to_spki_pem(&self) -> Result<String, KeyError> {
        pem::encode_string("PUBLIC KEY", LineEnding::LF, &self.to_spki_der()?)
            .map_err(|_| KeyError::Encoding(KeyFormat::Spki))
    }

    /// Writes the private key as PKCS#8 in DER ([RFC 5958](https://www.rfc-editor.org/rfc/rfc5958)), version 1, which
    /// everything reads. It is **not encrypted**.
    ///
    /// An EC key has its public half inside, if it is known. Ed25519 and X25519 keys do not, as there is no place for
    /// it in version 1 ([RFC 8410](https://www.rfc-editor.org/rfc/rfc8410) section 7).
    ///
    /// ```
    /// use josie::KeyMaterial;
    ///
    /// let der = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.pkcs8.der"));
    /// assert_eq!(KeyMaterial::from_der(der)?.to_pkcs8_der()?.expose(), der);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a symmetric key, [`KeyError::PrivateKeyNeeded`] for a public one.
    /// [`KeyError::Encoding`] if an RSA integer is longer than 256 MiB.
    pub fn to_pkcs8_der(&self) -> Result<SecretBytes, KeyError> {
        let malformed = |_| KeyError::Encoding(KeyFormat::Pkcs8);
        let key = match self.params() {
            KeyParams::Oct(_) => return Err(KeyError::SymmetricKey),
            KeyParams::Rsa(rsa) => rsa_private_key(rsa),
            KeyParams::Ec(ec) => ec_private_key(ec),
            KeyParams::Okp(okp) => okp_private_key(okp),
        };
        let key = key.ok_or(KeyError::PrivateKeyNeeded)?.map_err(malformed)?;
        with_algorithm(self, |private_key_algorithm| {
            secret_der(&OneAsymmetricKey {
                version: 0,
                private_key_algorithm,
                private_key: OctetStringRef::new(key.expose())?,
                attributes: None,
                public_key: None,
            })
        })
        .map_err(malformed)
    }

    /// Writes the private key as PKCS#8 in PEM, `PRIVATE KEY` ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)
    /// section 10). It is **not encrypted**; see [`to_pkcs8_der`](Self::to_pkcs8_der).
    ///
    /// ```
    /// use josie::KeyMaterial;
    ///
    /// let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/keys/p256.pkcs8.pem"));
    /// assert_eq!(KeyMaterial::from_pem(pem)?.to_pkcs8_pem()?.expose(), pem);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_pkcs8_der`](Self::to_pkcs8_der).
    pub fn to_pkcs8_pem(&self) -> Result<SecretText, KeyError> {
        // The text is made as long as it gets, and its buffer becomes the secret.
        pem::encode_string("PRIVATE KEY", LineEnding::LF, self.to_pkcs8_der()?.expose())
            .map(SecretText::new)
            .map_err(|_| KeyError::Encoding(KeyFormat::Pkcs8))
    }
}

/// Calls `write` with the AlgorithmIdentifier of an asymmetric key, which borrows its parameters.
fn with_algorithm<T>(
    key: &KeyMaterial,
    write: impl FnOnce(AlgorithmIdentifier<'_>) -> der::Result<T>,
) -> der::Result<T> {
    let curve = key.crv().and_then(curve_name);
    let (algorithm, parameters) = match (&curve, key.crv()) {
        // RFC 5480 section 2.1.1: the named curve.
        (Some(name), _) => (EC_PUBLIC_KEY, Some(AnyRef::from(name))),
        // RFC 8410 section 3: no parameters.
        (None, Some(crv)) => (okp_algorithm(crv), None),
        // RFC 8017 appendix A.1: NULL.
        (None, None) => (RSA_ENCRYPTION, Some(AnyRef::NULL)),
    };
    write(AlgorithmIdentifier { algorithm, parameters })
}

fn okp_algorithm(crv: Curve) -> ObjectIdentifier {
    if crv == Curve::X25519 { X25519 } else { ED25519 }
}

fn rsa_public_key(rsa: &RsaParams) -> der::Result<Vec<u8>> {
    RsaPublicKey { n: UintRef::new(rsa.n())?, e: UintRef::new(rsa.e())? }.to_der()
}

fn rsa_private_key(rsa: &RsaParams) -> Option<der::Result<SecretBytes>> {
    let private = rsa.private()?;
    let write = || {
        secret_der(&RsaPrivateKey {
            version: 0,
            n: UintRef::new(rsa.n())?,
            e: UintRef::new(rsa.e())?,
            d: UintRef::new(private.d.expose())?,
            p: UintRef::new(private.p.expose())?,
            q: UintRef::new(private.q.expose())?,
            dp: UintRef::new(private.dp.expose())?,
            dq: UintRef::new(private.dq.expose())?,
            qi: UintRef::new(private.qi.expose())?,
        })
    };
    Some(write())
}

// The curve is named once, outside, as RFC 5915 section 1 has it for PKCS#8 and OpenSSL writes it.
fn ec_private_key(ec: &EcParams) -> Option<der::Result<SecretBytes>> {
    let d = ec.d()?;
    let point = ec.uncompressed_point();
    let write = || {
        secret_der(&EcPrivateKey {
            version: 1,
            private_key: OctetStringRef::new(d.expose())?,
            parameters: None,
            public_key: point.as_deref().map(BitStringRef::from_bytes).transpose()?,
        })
    };
    Some(write())
}

// RFC 8410 section 7: CurvePrivateKey is an OCTET STRING in the OCTET STRING.
fn okp_private_key(okp: &OkpParams) -> Option<der::Result<SecretBytes>> {
    let d = okp.d()?;
    Some(OctetStringRef::new(d.expose()).and_then(|key| secret_der(&key)))
}
