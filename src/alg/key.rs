//! The types of keys and the curves (RFC 7518 section 6, RFC 8037, RFC 8812).

use core::fmt;

/// The type of a key, the value of `kty` (RFC 7518 section 6.1, RFC 8037 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// Octet sequence: a symmetric key.
    Oct,
    /// RSA.
    Rsa,
    /// Elliptic curve with Weierstrass coordinates.
    Ec,
    /// Octet key pair: Ed25519 and X25519.
    Okp,
}

impl KeyType {
    /// The name on the wire: `oct`, `RSA`, `EC` or `OKP`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oct => "oct",
            Self::Rsa => "RSA",
            Self::Ec => "EC",
            Self::Okp => "OKP",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An elliptic curve, the value of `crv` (RFC 7518 section 6.2.1.1, RFC 8037, RFC 8812).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1.
    Secp256k1,
    /// Edwards25519 for signatures.
    Ed25519,
    /// Curve25519 for key agreement.
    X25519,
}

impl Curve {
    /// Every curve that josie knows.
    pub const ALL: &'static [Self] =
        &[Self::P256, Self::P384, Self::P521, Self::Secp256k1, Self::Ed25519, Self::X25519];

    /// The curve with this exact, case-sensitive name, or `None`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|crv| crv.name() == name)
    }

    /// The name on the wire, such as `P-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    /// The type of key that lies on this curve.
    #[must_use]
    pub const fn kty(self) -> KeyType {
        match self {
            Self::Ed25519 | Self::X25519 => KeyType::Okp,
            _ => KeyType::Ec,
        }
    }

    /// The length in bytes of one coordinate and of the private value: 32, 48 or 66.
    #[must_use]
    pub const fn field_len(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 | Self::Ed25519 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
