//! The DER structures in which the backends hand out a private key, or take one.

use der::Decode;
#[cfg(feature = "aws-lc-rs")]
use der::Encode;
use der::Sequence;
use der::asn1::AnyRef;
use der::asn1::BitStringRef;
use der::asn1::OctetStringRef;
#[cfg(any(test, feature = "aws-lc-rs"))]
use der::asn1::UintRef;
#[cfg(feature = "aws-lc-rs")]
use zeroize::Zeroizing;

#[cfg(feature = "ring")]
use crate::alg::Curve;
use crate::error::KeyError;
use crate::material::KeyMaterial;
#[cfg(any(test, feature = "aws-lc-rs"))]
use crate::material::RsaPrivate;
use crate::secret::SecretBytes;

/// The RSA key in a PKCS#8 document that a backend generated.
#[cfg(any(test, feature = "aws-lc-rs"))]
pub(super) fn rsa_key(document: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key: RsaPrivateKey<'_> = private_key(document)?;
    let secret = |value: UintRef<'_>| SecretBytes::new(value.as_bytes().to_vec());
    let private = RsaPrivate {
        d: secret(key.d),
        p: secret(key.p),
        q: secret(key.q),
        dp: secret(key.dp),
        dq: secret(key.dq),
        qi: secret(key.qi),
    };
    KeyMaterial::rsa_private(key.n.as_bytes(), key.e.as_bytes(), private)
}

/// The EC key in a PKCS#8 document that a backend generated, public half included.
#[cfg(feature = "ring")]
pub(super) fn ec_key(crv: Curve, document: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key: EcPrivateKey<'_> = private_key(document)?;
    let point = key.public_key.ok_or(KeyError::GenerationFailed)?;
    let d = SecretBytes::new(key.private_key.as_bytes().to_vec());
    super::params::ec_material(crv, point.raw_bytes(), Some(d))
}

/// A private value `d` without its public half, as an `ECPrivateKey` (RFC 5915 section 3).
#[cfg(feature = "aws-lc-rs")]
pub(super) fn ec_private_key_without_public_half(
    d: &SecretBytes,
) -> der::Result<Zeroizing<Vec<u8>>> {
    EcPrivateKey { version: 1, private_key: OctetStringRef::new(d.expose())?, public_key: None }
        .to_der()
        .map(Zeroizing::new)
}

fn private_key<'a, T: Decode<'a, Error = der::Error>>(document: &'a [u8]) -> Result<T, KeyError> {
    OneAsymmetricKey::from_der(document)
        .and_then(|outer| T::from_der(outer.private_key.as_bytes()))
        .map_err(|_| KeyError::GenerationFailed)
}

/// RFC 5958 section 2, version 1: `PrivateKeyInfo` without attributes.
#[derive(Sequence)]
struct OneAsymmetricKey<'a> {
    version: u8,
    algorithm: AnyRef<'a>,
    private_key: &'a OctetStringRef,
}

/// RFC 8017 appendix A.1.2, with two primes.
#[cfg(any(test, feature = "aws-lc-rs"))]
#[derive(Sequence)]
struct RsaPrivateKey<'a> {
    version: u8,
    n: UintRef<'a>,
    e: UintRef<'a>,
    d: UintRef<'a>,
    p: UintRef<'a>,
    q: UintRef<'a>,
    dp: UintRef<'a>,
    dq: UintRef<'a>,
    qi: UintRef<'a>,
}

/// RFC 5915 section 3, without the curve: both backends know it from the algorithm.
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}
