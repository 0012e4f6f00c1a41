//! Key material: the members of RFC 7518 section 6, whatever format they came in.

mod params;
mod weak_points;

use core::fmt;
use std::collections::BTreeSet;

use self::params::EcPoint;
pub(crate) use self::params::coordinates;
pub use self::params::{EcParams, KeyParams, OctParams, OkpParams, RsaParams, RsaPrivate};
use self::weak_points::is_weak_point;
use crate::alg::Curve;
use crate::alg::KeyType;
use crate::error::KeyError;
use crate::secret::SecretBytes;

/// The values that make up one key, and what its document says it may be used for.
///
/// Every format (JWK, PEM, DER, raw secret) becomes this first. It is data: it can do nothing until it is
/// bound to one algorithm in one role by [`SigningKey::new`](crate::SigningKey::new),
/// [`VerifyingKey::new`](crate::VerifyingKey::new), [`EncryptionKey::new`](crate::EncryptionKey::new) or
/// [`DecryptionKey::new`](crate::DecryptionKey::new).
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
    pub fn oct(secret: impl Into<SecretBytes>) -> Self {
        Self::from_params(KeyParams::Oct(OctParams { k: secret.into() }))
    }

    /// An RSA public key: modulus `n` and exponent `e`, big-endian without leading zero octets
    /// (RFC 7518 section 6.3.1).
    ///
    /// ```
    /// use josie::{KeyError, KeyMaterial};
    ///
    /// let error = KeyMaterial::rsa_public(&[0, 0xc5], &[1, 0, 1]).unwrap_err();
    /// assert_eq!(error, KeyError::InvalidValue("n"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value is empty or begins with a zero octet.
    pub fn rsa_public(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::from_params(KeyParams::Rsa(RsaParams {
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
        let RsaPrivate { d, p, q, dp, dq, qi } = &private;
        for (value, name) in [(d, "d"), (p, "p"), (q, "q"), (dp, "dp"), (dq, "dq"), (qi, "qi")] {
            minimal_integer(value.expose(), name)?;
        }
        Ok(Self::from_params(KeyParams::Rsa(RsaParams {
            n: minimal_integer(n, "n")?.to_vec(),
            e: minimal_integer(e, "e")?.to_vec(),
            private: Some(private),
        })))
    }

    /// An elliptic-curve key (RFC 7518 section 6.2): the point `(x, y)`, the private value `d`, or both.
    /// Each is as long as the curve's [field](Curve::field_len).
    ///
    /// ```
    /// use josie::{Curve, KeyError, KeyMaterial, SecretBytes};
    ///
    /// let d = SecretBytes::new(vec![1; 31]);
    /// let error = KeyMaterial::ec(Curve::P256, None, Some(d)).unwrap_err();
    /// assert_eq!(error, KeyError::InvalidValue("d"));
    /// ```
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
        Ok(Self::from_params(KeyParams::Ec(EcParams { crv, public, d })))
    }

    /// An octet key pair (RFC 8037 section 2): the public key `x`, the private key `d`, or both, 32 bytes
    /// each for Ed25519 and X25519.
    ///
    /// ```
    /// use josie::{Curve, KeyError, KeyMaterial};
    ///
    /// // The point of order 1
    /// let mut x = vec![0; 32];
    /// x[0] = 1;
    /// let error = KeyMaterial::okp(Curve::Ed25519, Some(x), None).unwrap_err();
    /// assert_eq!(error, KeyError::InvalidPoint(Curve::Ed25519));
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::InvalidValue`] if a value has another length, the curve is one with `x` and `y`, or
    /// neither half is given. [`KeyError::InvalidPoint`] if `x` is a point of small order: under such an
    /// Ed25519 key one forged signature verifies for every message, and what is agreed upon with such an
    /// X25519 key is known to everybody. The same error if an Ed25519 key is not reduced; an X25519 key need
    /// not be (RFC 7748 section 5).
    pub fn okp(crv: Curve, x: Option<Vec<u8>>, d: Option<SecretBytes>) -> Result<Self, KeyError> {
        if crv.kty() != KeyType::Okp {
            return Err(KeyError::InvalidValue("crv"));
        }
        if x.is_none() && d.is_none() {
            return Err(KeyError::InvalidValue("x"));
        }
        if let Some(x) = &x {
            exact_length(x, crv, "x")?;
            if is_weak_point(crv, x) {
                return Err(KeyError::InvalidPoint(crv));
            }
        }
        if let Some(d) = &d {
            exact_length(d.expose(), crv, "d")?;
        }
        Ok(Self::from_params(KeyParams::Okp(OkpParams { crv, x, d })))
    }

    /// A key of these values that nothing is said of yet.
    pub(crate) fn from_params(params: KeyParams) -> Self {
        Self { params, kid: None, restrictions: Restrictions::default() }
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

    /// The same key, whose public half, where the document did not have it, is that of `public`.
    pub(crate) fn completed_by(&self, public: &Self) -> Self {
        let mut complete = self.clone();
        match (&mut complete.params, &public.params) {
            (KeyParams::Ec(own), KeyParams::Ec(public)) if own.public.is_none() => {
                own.public.clone_from(&public.public);
            }
            (KeyParams::Okp(own), KeyParams::Okp(public)) if own.x.is_none() => {
                own.x.clone_from(&public.x);
            }
            _ => {}
        }
        complete
    }

    /// The same key, for this algorithm and this use (RFC 7517 sections 4.2 and 4.4).
    pub(crate) fn bound_to(mut self, alg: &str, public_use: &str) -> Self {
        let restrictions = &mut self.restrictions;
        restrictions.alg = Some(alg.to_owned());
        restrictions.public_use = Some(public_use.to_owned());
        // RFC 7517 section 4.3: they must not contradict each other, or the key could not be read again.
        if let Some(key_ops) = &mut restrictions.key_ops {
            key_ops.retain(|op| is_operation_of(op, public_use));
        }
        self
    }

    /// The public half alone; `None` for a symmetric key and where the format did not carry it.
    ///
    /// What the document says that the key is for stays with it: `alg`, `use`, and each of `key_ops` as that of
    /// the public half, such as `verify` for `sign`.
    #[must_use]
    pub fn public_half(&self) -> Option<Self> {
        let params = match &self.params {
            KeyParams::Oct(_) => None,
            KeyParams::Rsa(rsa) => Some(KeyParams::Rsa(RsaParams { private: None, ..rsa.clone() })),
            KeyParams::Ec(ec) if ec.public.is_some() => {
                Some(KeyParams::Ec(EcParams { d: None, ..ec.clone() }))
            }
            KeyParams::Okp(okp) if okp.x.is_some() => {
                Some(KeyParams::Okp(OkpParams { d: None, ..okp.clone() }))
            }
            KeyParams::Ec(_) | KeyParams::Okp(_) => None,
        }?;
        Some(Self { params, kid: self.kid.clone(), restrictions: self.restrictions.public_half() })
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

impl Restrictions {
    // RFC 7517 section 4.3: the two halves of a key pair have operations that belong together.
    pub(crate) fn public_half(&self) -> Self {
        let Self { alg, public_use, key_ops } = self.clone();
        let key_ops = key_ops.map(|ops| {
            let names: BTreeSet<String> = ops
                .into_iter()
                .map(|op| match op.as_str() {
                    "sign" => "verify".to_owned(),
                    "decrypt" => "encrypt".to_owned(),
                    "unwrapKey" => "wrapKey".to_owned(),
                    _ => op,
                })
                .collect();
            names.into_iter().collect()
        });
        Self { alg, public_use, key_ops }
    }
}

/// Whether a value of `key_ops` does not contradict this `use` (RFC 7517 section 4.3).
pub(crate) fn is_operation_of(op: &str, public_use: &str) -> bool {
    let is_of_signatures = op == "sign" || op == "verify";
    match public_use {
        "sig" => is_of_signatures,
        "enc" => !is_of_signatures,
        _ => true,
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
    if value.len() == crv.field_len() { Ok(()) } else { Err(KeyError::InvalidValue(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_another_length_are_refused() {
        for crv in [Curve::Ed25519, Curve::X25519] {
            let short = KeyMaterial::okp(crv, Some(vec![9; 31]), None);
            assert_eq!(short.unwrap_err(), KeyError::InvalidValue("x"));
            let short = KeyMaterial::okp(crv, None, Some(SecretBytes::new(vec![9; 31])));
            assert_eq!(short.unwrap_err(), KeyError::InvalidValue("d"));
        }
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
        let KeyParams::Rsa(rsa) = material.params() else { panic!("not RSA") };
        assert_eq!(rsa.bits(), 17);
    }
}
