//! The values of a key, by type.

use crate::alg::Curve;
use crate::secret::SecretBytes;

/// The values of a key, by type. Backends read them through [`KeyMaterial::params`](crate::KeyMaterial::params).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeyParams {
    /// A symmetric key.
    Oct(OctParams),
    /// An RSA key.
    Rsa(RsaParams),
    /// An elliptic-curve key.
    Ec(EcParams),
    /// An octet key pair.
    Okp(OkpParams),
}

/// A symmetric key (RFC 7518 section 6.4).
#[derive(Clone, Debug)]
pub struct OctParams {
    pub(super) k: SecretBytes,
}

impl OctParams {
    /// The secret.
    #[must_use]
    pub fn k(&self) -> &SecretBytes {
        &self.k
    }
}

/// An RSA key (RFC 7518 section 6.3). Integers are big-endian without leading zero octets.
#[derive(Clone, Debug)]
pub struct RsaParams {
    pub(super) n: Vec<u8>,
    pub(super) e: Vec<u8>,
    pub(super) private: Option<RsaPrivate>,
}

impl RsaParams {
    /// The modulus.
    #[must_use]
    pub fn n(&self) -> &[u8] {
        &self.n
    }

    /// The public exponent.
    #[must_use]
    pub fn e(&self) -> &[u8] {
        &self.e
    }

    /// The private half.
    #[must_use]
    pub fn private(&self) -> Option<&RsaPrivate> {
        self.private.as_ref()
    }

    /// The length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        let leading = self.n.first().map_or(0, |first| first.leading_zeros());
        (self.n.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(0))
    }
}

/// The private half of an RSA key with two primes (RFC 7518 section 6.3.2).
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // These are all the members that RFC 7518 defines for two primes.
pub struct RsaPrivate {
    /// The private exponent.
    pub d: SecretBytes,
    /// The first prime factor.
    pub p: SecretBytes,
    /// The second prime factor.
    pub q: SecretBytes,
    /// `d mod (p - 1)`.
    pub dp: SecretBytes,
    /// `d mod (q - 1)`.
    pub dq: SecretBytes,
    /// The inverse of `q` modulo `p`.
    pub qi: SecretBytes,
}

/// An elliptic-curve key (RFC 7518 section 6.2).
#[derive(Clone, Debug)]
pub struct EcParams {
    pub(super) crv: Curve,
    pub(super) public: Option<EcPoint>,
    pub(super) d: Option<SecretBytes>,
}

impl EcParams {
    /// The curve.
    #[must_use]
    pub fn crv(&self) -> Curve {
        self.crv
    }

    /// The coordinates `(x, y)`, each as long as the curve's field.
    #[must_use]
    pub fn public(&self) -> Option<(&[u8], &[u8])> {
        self.public.as_ref().map(|point| (point.x.as_slice(), point.y.as_slice()))
    }

    /// The point as backends take it: `04 || x || y` (SEC 1 section 2.3.3).
    #[must_use]
    pub fn uncompressed_point(&self) -> Option<Vec<u8>> {
        self.public.as_ref().map(|point| [&[4], &*point.x, &*point.y].concat())
    }

    /// The private value, as long as the curve's field.
    #[must_use]
    pub fn d(&self) -> Option<&SecretBytes> {
        self.d.as_ref()
    }
}

/// The coordinates of an uncompressed point, `04 || x || y` (SEC 1 section 2.3.4), if it is one by its form.
pub(crate) fn coordinates(crv: Curve, point: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(crv.field_len())?;
    (y.len() == crv.field_len()).then(|| (x.to_vec(), y.to_vec()))
}

#[derive(Clone, Debug)]
pub(super) struct EcPoint {
    pub(super) x: Vec<u8>,
    pub(super) y: Vec<u8>,
}

/// An octet key pair (RFC 8037 section 2).
#[derive(Clone, Debug)]
pub struct OkpParams {
    pub(super) crv: Curve,
    pub(super) x: Option<Vec<u8>>,
    pub(super) d: Option<SecretBytes>,
}

impl OkpParams {
    /// The curve.
    #[must_use]
    pub fn crv(&self) -> Curve {
        self.crv
    }

    /// The public key, 32 bytes for Ed25519 and X25519.
    #[must_use]
    pub fn x(&self) -> Option<&[u8]> {
        self.x.as_deref()
    }

    /// The private key, 32 bytes: for Ed25519 the seed (RFC 8032 section 5.1.5), for X25519 the scalar as it was
    /// written, not yet clamped (RFC 7748 section 5).
    #[must_use]
    pub fn d(&self) -> Option<&SecretBytes> {
        self.d.as_ref()
    }
}
