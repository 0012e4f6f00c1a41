//! Key material: the members of RFC 7518 section 6, whatever format they came in.

use core::fmt;

use crate::alg::Curve;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::secret::SecretBytes;

/// The values that make up one key, and what its document says it may be used for.
///
/// Every format (JWK, PEM, DER, raw secret) becomes this first. It is data: it can do nothing until it is
/// bound to one algorithm in one role by [`SigningKey::new`](crate::SigningKey::new) or
/// [`VerifyingKey::new`](crate::VerifyingKey::new).
///
/// Lengths and encodings are checked here; key sizes, curve points and permissions when the key is bound.
///
/// ```
/// use josie::{KeyMaterial, KeyType};
///
/// let material = KeyMaterial::oct(vec![7; 32]);
/// assert_eq!(material.kty(), KeyType::Oct);
/// assert!(material.is_private());
/// ```
#[derive(Clone)]
pub struct KeyMaterial {
    params: KeyParams,
    pub(crate) kid: Option<String>,
    pub(crate) restrictions: Restrictions,
}

impl KeyMaterial {
    /// A symmetric key, as raw octets.
    #[must_use]
    pub fn oct(secret: Vec<u8>) -> Self {
        Self::from(KeyParams::Oct(OctParams {
            k: SecretBytes::new(secret),
        }))
    }

    /// An RSA public key: modulus `n` and exponent `e`, big-endian without leading zero octets
    /// (RFC 7518 section 6.3.1).
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value is empty or begins with a zero octet.
    pub fn rsa_public(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::from(KeyParams::Rsa(RsaParams {
            n: minimal_integer(n, "n")?.to_vec(),
            e: minimal_integer(e, "e")?.to_vec(),
            private: None,
        })))
    }

    /// An RSA private key with two primes (RFC 7518 section 6.3.2): big-endian, without leading zero octets.
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value is empty or begins with a zero octet.
    pub fn rsa_private(n: &[u8], e: &[u8], private: RsaPrivate) -> Result<Self, KeyError> {
        let RsaPrivate {
            d,
            p,
            q,
            dp,
            dq,
            qi,
        } = &private;
        for (value, name) in [
            (d, "d"),
            (p, "p"),
            (q, "q"),
            (dp, "dp"),
            (dq, "dq"),
            (qi, "qi"),
        ] {
            minimal_integer(value.expose(), name)?;
        }
        Ok(Self::from(KeyParams::Rsa(RsaParams {
            n: minimal_integer(n, "n")?.to_vec(),
            e: minimal_integer(e, "e")?.to_vec(),
            private: Some(private),
        })))
    }

    /// An elliptic-curve key (RFC 7518 section 6.2): the point `(x, y)`, the private value `d`, or both.
    /// Each is as long as the curve's [field](Curve::field_len).
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value has another length, the curve has no `x` and `y`, or neither
    /// half is given.
    pub fn ec(
        crv: Curve,
        public: Option<(Vec<u8>, Vec<u8>)>,
        d: Option<SecretBytes>,
    ) -> Result<Self, KeyError> {
        if crv.kty() != KeyType::Ec {
            return Err(KeyError::InvalidValue("crv"));
        }
        if public.is_none() && d.is_none() {
            return Err(KeyError::InvalidValue("x"));
        }
        if let Some((x, y)) = &public {
            exact_length(x, crv, "x")?;
            exact_length(y, crv, "y")?;
        }
        if let Some(d) = &d {
            exact_length(d.expose(), crv, "d")?;
        }
        let public = public.map(|(x, y)| EcPoint { x, y });
        Ok(Self::from(KeyParams::Ec(EcParams { crv, public, d })))
    }

    /// An octet key pair (RFC 8037 section 2): the public key `x`, the private key `d`, or both, 32 bytes
    /// each for Ed25519.
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value has another length, the curve is one with `x` and `y`, or
    /// neither half is given. [`KeyError::InvalidPoint`] if `x` is a point of small order or not reduced:
    /// with such a key, one forged signature verifies for every message.
    pub fn okp(crv: Curve, x: Option<Vec<u8>>, d: Option<SecretBytes>) -> Result<Self, KeyError> {
        if crv.kty() != KeyType::Okp {
            return Err(KeyError::InvalidValue("crv"));
        }
        if x.is_none() && d.is_none() {
            return Err(KeyError::InvalidValue("x"));
        }
        if let Some(x) = &x {
            exact_length(x, crv, "x")?;
            if ed25519_point_is_weak(x) {
                return Err(KeyError::InvalidPoint(crv));
            }
        }
        if let Some(d) = &d {
            exact_length(d.expose(), crv, "d")?;
        }
        Ok(Self::from(KeyParams::Okp(OkpParams { crv, x, d })))
    }

    /// The same key with this `kid`, which the keys made from it carry (RFC 7517 section 4.5).
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// The values themselves.
    #[must_use]
    pub fn params(&self) -> &KeyParams {
        &self.params
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The type of key.
    #[must_use]
    pub fn kty(&self) -> KeyType {
        match &self.params {
            KeyParams::Oct(_) => KeyType::Oct,
            KeyParams::Rsa(_) => KeyType::Rsa,
            KeyParams::Ec(_) => KeyType::Ec,
            KeyParams::Okp(_) => KeyType::Okp,
        }
    }

    /// The curve, for EC and OKP keys.
    #[must_use]
    pub fn crv(&self) -> Option<Curve> {
        match &self.params {
            KeyParams::Ec(ec) => Some(ec.crv),
            KeyParams::Okp(okp) => Some(okp.crv),
            KeyParams::Oct(_) | KeyParams::Rsa(_) => None,
        }
    }

    /// Whether there is a secret inside: a symmetric key or a private half.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match &self.params {
            KeyParams::Oct(_) => true,
            KeyParams::Rsa(rsa) => rsa.private.is_some(),
            KeyParams::Ec(ec) => ec.d.is_some(),
            KeyParams::Okp(okp) => okp.d.is_some(),
        }
    }

    /// The public half alone; `None` for a symmetric key and where the format did not carry it.
    #[must_use]
    pub fn public_half(&self) -> Option<Self> {
        let params = match &self.params {
            KeyParams::Oct(_) => None,
            KeyParams::Rsa(rsa) => Some(KeyParams::Rsa(RsaParams {
                private: None,
                ..rsa.clone()
            })),
            KeyParams::Ec(ec) if ec.public.is_some() => Some(KeyParams::Ec(EcParams {
                d: None,
                ..ec.clone()
            })),
            KeyParams::Okp(okp) if okp.x.is_some() => Some(KeyParams::Okp(OkpParams {
                d: None,
                ..okp.clone()
            })),
            KeyParams::Ec(_) | KeyParams::Okp(_) => None,
        }?;
        Some(Self {
            params,
            kid: self.kid.clone(),
            restrictions: Restrictions::default(),
        })
    }
}

impl From<KeyParams> for KeyMaterial {
    fn from(params: KeyParams) -> Self {
        Self {
            params,
            kid: None,
            restrictions: Restrictions::default(),
        }
    }
}

/// Shows the type of key and its kid, never its values.
impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyMaterial")
            .field("kty", &self.kty())
            .field("crv", &self.crv())
            .field("kid", &self.kid)
            .field("private", &self.is_private())
            .finish_non_exhaustive()
    }
}

/// What a JWK says that it may be used for; empty for every other format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restrictions {
    pub(crate) alg: Option<String>,
    pub(crate) public_use: Option<String>,
    pub(crate) key_ops: Option<Vec<String>>,
}

/// The values of a key, by type. Backends read them through [`KeyMaterial::params`].
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
    k: SecretBytes,
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
    n: Vec<u8>,
    e: Vec<u8>,
    private: Option<RsaPrivate>,
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
    crv: Curve,
    public: Option<EcPoint>,
    d: Option<SecretBytes>,
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
        self.public
            .as_ref()
            .map(|point| (point.x.as_slice(), point.y.as_slice()))
    }

    /// The point as backends take it: `04 || x || y` (SEC 1 section 2.3.3).
    #[must_use]
    pub fn uncompressed_point(&self) -> Option<Vec<u8>> {
        self.public
            .as_ref()
            .map(|point| [&[4], &*point.x, &*point.y].concat())
    }

    /// The private value, as long as the curve's field.
    #[must_use]
    pub fn d(&self) -> Option<&SecretBytes> {
        self.d.as_ref()
    }
}

#[derive(Clone, Debug)]
struct EcPoint {
    x: Vec<u8>,
    y: Vec<u8>,
}

/// An octet key pair (RFC 8037 section 2).
#[derive(Clone, Debug)]
pub struct OkpParams {
    crv: Curve,
    x: Option<Vec<u8>>,
    d: Option<SecretBytes>,
}

impl OkpParams {
    /// The curve.
    #[must_use]
    pub fn crv(&self) -> Curve {
        self.crv
    }

    /// The public key, 32 bytes for Ed25519.
    #[must_use]
    pub fn x(&self) -> Option<&[u8]> {
        self.x.as_deref()
    }

    /// The private key (the seed), 32 bytes for Ed25519.
    #[must_use]
    pub fn d(&self) -> Option<&SecretBytes> {
        self.d.as_ref()
    }
}

// RFC 7518 section 2, Base64urlUInt: the minimum number of octets. A second encoding of the same key
// would give it a second thumbprint.
fn minimal_integer<'a>(value: &'a [u8], name: &'static str) -> Result<&'a [u8], KeyError> {
    match value.first() {
        None | Some(0) => Err(KeyError::InvalidValue(name)),
        Some(_) => Ok(value),
    }
}

// RFC 7518 section 6.2.1.2: a coordinate has the full size of the curve's field.
fn exact_length(value: &[u8], crv: Curve, name: &'static str) -> Result<(), KeyError> {
    if value.len() == crv.field_len() {
        Ok(())
    } else {
        Err(KeyError::InvalidValue(name))
    }
}

/// Whether an Ed25519 public key is of small order or not reduced (`y >= p`).
///
/// With a small-order key A, the signature (R, S) = (small order, 0) verifies for about every message; RFC 8032
/// section 5.1.3 step 1 refuses `y >= p`, which backends do not.
fn ed25519_point_is_weak(encoded: &[u8]) -> bool {
    // The y coordinates of the eight points of small order: 1, -1, 0 and the two of order 8.
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let Some((last, low)) = encoded.split_last() else {
        return true;
    };
    // The top bit is the sign of x, not a part of y.
    let top = last & 0x7f;
    let Some((first, middle)) = low.split_first() else {
        return true;
    };
    let zero_or_one = *first <= 1 && top == 0 && middle.iter().all(|byte| *byte == 0);
    // p - 1 = ec ff .. ff 7f, and every y from p = ed ff .. ff 7f upwards is not reduced.
    let minus_one_or_more =
        *first >= 0xec && top == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    let order_8 = ORDER_8.iter().any(|y| y.split_last() == Some((&top, low)));
    zero_or_one || minus_one_or_more || order_8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn okp(x: Vec<u8>) -> Result<KeyMaterial, KeyError> {
        KeyMaterial::okp(Curve::Ed25519, Some(x), None)
    }

    fn y(first: u8, middle: u8, last: u8) -> Vec<u8> {
        let mut encoded = vec![middle; 32];
        encoded[0] = first;
        encoded[31] = last;
        encoded
    }

    #[test]
    fn ed25519_points_of_small_order_in_every_encoding_are_refused() {
        for sign in [0, 0x80] {
            for weak in [y(0, 0, sign), y(1, 0, sign), y(0xec, 0xff, 0x7f | sign)] {
                assert_eq!(
                    okp(weak).unwrap_err(),
                    KeyError::InvalidPoint(Curve::Ed25519)
                );
            }
            for first in 0xed..=0xff {
                let not_reduced = y(first, 0xff, 0x7f | sign);
                assert_eq!(
                    okp(not_reduced).unwrap_err(),
                    KeyError::InvalidPoint(Curve::Ed25519)
                );
            }
        }
        assert!(okp(y(2, 0, 0)).is_ok());
        assert!(okp(y(0xeb, 0xff, 0x7f)).is_ok());
    }

    #[test]
    fn values_of_another_length_are_refused() {
        assert_eq!(okp(vec![9; 31]).unwrap_err(), KeyError::InvalidValue("x"));
        let short = KeyMaterial::ec(Curve::P521, Some((vec![1; 65], vec![1; 66])), None);
        assert_eq!(short.unwrap_err(), KeyError::InvalidValue("x"));
        let padded = KeyMaterial::rsa_public(&[0, 0xff], &[1, 0, 1]);
        assert_eq!(padded.unwrap_err(), KeyError::InvalidValue("n"));
    }

    #[test]
    fn the_public_half_has_no_secret() {
        let d = SecretBytes::new(vec![1; 32]);
        let pair = KeyMaterial::ec(Curve::P256, Some((vec![2; 32], vec![3; 32])), Some(d)).unwrap();

        let public = pair.public_half().unwrap();

        assert!(pair.is_private());
        assert!(!public.is_private());
        assert!(KeyMaterial::oct(vec![0; 32]).public_half().is_none());
    }

    #[test]
    fn the_length_of_a_modulus_is_counted_in_bits() {
        let material = KeyMaterial::rsa_public(&[0x01, 0, 0], &[3]).unwrap();
        let KeyParams::Rsa(rsa) = material.params() else {
            panic!("not RSA")
        };
        assert_eq!(rsa.bits(), 17);
    }
}
