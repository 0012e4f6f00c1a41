//! The signature and MAC algorithms (RFC 7518 section 3.1, RFC 8037, RFC 8812, RFC 9864).

use core::fmt;

use super::Curve;
use super::KeyType;

/// A signature or MAC algorithm, the value of a JWS `alg` header parameter (RFC 7518 section 3.1).
///
/// `none` does not exist here, so it can be neither asked for nor accepted.
///
/// ```
/// use josie::JwsAlg;
///
/// assert_eq!(JwsAlg::Es256.name(), "ES256");
/// assert_eq!(JwsAlg::from_name("ES256"), Some(JwsAlg::Es256));
/// assert_eq!(JwsAlg::from_name("es256"), None);
/// assert_eq!(JwsAlg::from_name("none"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum JwsAlg {
    /// HMAC with SHA-256 (RFC 7518 section 3.2).
    Hs256,
    /// HMAC with SHA-384 (RFC 7518 section 3.2).
    Hs384,
    /// HMAC with SHA-512 (RFC 7518 section 3.2).
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518 section 3.3).
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518 section 3.3).
    Rs512,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, 32 bytes of salt (RFC 7518 section 3.5).
    Ps256,
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384, 48 bytes of salt (RFC 7518 section 3.5).
    Ps384,
    /// RSASSA-PSS with SHA-512, MGF1 with SHA-512, 64 bytes of salt (RFC 7518 section 3.5).
    Ps512,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// ECDSA over P-384 with SHA-384 (RFC 7518 section 3.4).
    Es384,
    /// ECDSA over P-521 with SHA-512 (RFC 7518 section 3.4).
    Es512,
    /// ECDSA over secp256k1 with SHA-256 (RFC 8812 section 3.2).
    Es256K,
    /// Ed25519 under its fully-specified name (RFC 9864 section 2.2).
    Ed25519,
    /// Ed25519 under the deprecated, polymorphic name `EdDSA` (RFC 8037 section 3.1).
    EdDsa,
}

impl JwsAlg {
    /// Every algorithm that josie knows.
    pub const ALL: &'static [Self] = &[
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Es256K,
        Self::Ed25519,
        Self::EdDsa,
    ];

    /// Preset: what to allow when the keys are your own and new. ES256 and Ed25519.
    pub const MODERN: &'static [Self] = &[Self::Es256, Self::Ed25519];

    /// Preset: what identity providers sign with today: RS256, PS256, ES256, Ed25519 and its older
    /// name `EdDSA`. Use it to verify OpenID Connect ID tokens and OAuth access tokens.
    pub const OPENID: &'static [Self] =
        &[Self::Rs256, Self::Ps256, Self::Es256, Self::Ed25519, Self::EdDsa];

    /// Preset: what the FAPI 2.0 security profile allows: PS256, ES256, Ed25519 and `EdDSA`.
    pub const FAPI: &'static [Self] = &[Self::Ps256, Self::Es256, Self::Ed25519, Self::EdDsa];

    /// Preset: every algorithm with a public key. For verifiers whose keys say which one they are for.
    pub const ASYMMETRIC: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Es256K,
        Self::Ed25519,
        Self::EdDsa,
    ];

    /// Preset: the HMAC algorithms, for tokens that one party both signs and verifies.
    pub const SYMMETRIC: &'static [Self] = &[Self::Hs256, Self::Hs384, Self::Hs512];

    /// The algorithm with this exact, case-sensitive name, or `None` (RFC 7515 section 4.1.1).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|alg| alg.name() == name)
    }

    /// The name on the wire, such as `ES256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The type of key that this algorithm takes.
    #[must_use]
    pub const fn kty(self) -> KeyType {
        self.facts().kty
    }

    /// The curve that this algorithm is fixed to, for EC and OKP keys.
    #[must_use]
    pub const fn crv(self) -> Option<Curve> {
        self.facts().crv
    }

    /// The length of a signature in bytes; `None` for RSA, whose signatures are as long as the modulus.
    #[must_use]
    pub const fn signature_len(self) -> Option<usize> {
        self.facts().signature_len
    }

    /// The shortest secret in bytes that HMAC takes: the length of the hash (RFC 7518 section 3.2).
    /// `None` for algorithms with a public key.
    #[must_use]
    pub const fn min_secret_len(self) -> Option<usize> {
        match self.kty() {
            KeyType::Oct => self.signature_len(),
            _ => None,
        }
    }

    const fn facts(self) -> Facts {
        use Curve::{Ed25519, P256, P384, P521, Secp256k1};
        match self {
            Self::Hs256 => Facts::hmac("HS256", 32),
            Self::Hs384 => Facts::hmac("HS384", 48),
            Self::Hs512 => Facts::hmac("HS512", 64),
            Self::Rs256 => Facts::rsa("RS256"),
            Self::Rs384 => Facts::rsa("RS384"),
            Self::Rs512 => Facts::rsa("RS512"),
            Self::Ps256 => Facts::rsa("PS256"),
            Self::Ps384 => Facts::rsa("PS384"),
            Self::Ps512 => Facts::rsa("PS512"),
            Self::Es256 => Facts::curve("ES256", KeyType::Ec, P256),
            Self::Es384 => Facts::curve("ES384", KeyType::Ec, P384),
            Self::Es512 => Facts::curve("ES512", KeyType::Ec, P521),
            Self::Es256K => Facts::curve("ES256K", KeyType::Ec, Secp256k1),
            Self::Ed25519 => Facts::curve("Ed25519", KeyType::Okp, Ed25519),
            Self::EdDsa => Facts::curve("EdDSA", KeyType::Okp, Ed25519),
        }
    }
}

impl fmt::Display for JwsAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is true of one algorithm.
#[derive(Clone, Copy)]
struct Facts {
    name: &'static str,
    kty: KeyType,
    crv: Option<Curve>,
    signature_len: Option<usize>,
}

impl Facts {
    const fn hmac(name: &'static str, tag_len: usize) -> Self {
        Self { name, kty: KeyType::Oct, crv: None, signature_len: Some(tag_len) }
    }

    const fn rsa(name: &'static str) -> Self {
        Self { name, kty: KeyType::Rsa, crv: None, signature_len: None }
    }

    // ECDSA: r and s, each as long as a coordinate (RFC 7518 section 3.4). Ed25519: R and S, 32 bytes each.
    const fn curve(name: &'static str, kty: KeyType, crv: Curve) -> Self {
        Self { name, kty, crv: Some(crv), signature_len: Some(2 * crv.field_len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_its_own_name_only() {
        for alg in JwsAlg::ALL {
            assert_eq!(JwsAlg::from_name(alg.name()), Some(*alg));
        }
        for name in ["none", "None", "NONE", "", "hs256", "HS256 ", "RS1", "RSA1_5", "ES256k"] {
            assert_eq!(JwsAlg::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn presets_hold_no_symmetric_algorithm_but_the_symmetric_one() {
        for preset in [JwsAlg::MODERN, JwsAlg::OPENID, JwsAlg::FAPI, JwsAlg::ASYMMETRIC] {
            assert!(preset.iter().all(|alg| alg.kty() != KeyType::Oct));
        }
        assert!(JwsAlg::SYMMETRIC.iter().all(|alg| alg.kty() == KeyType::Oct));
    }

    #[test]
    fn every_algorithm_is_either_asymmetric_or_symmetric() {
        let mut algs = [JwsAlg::ASYMMETRIC, JwsAlg::SYMMETRIC].concat();
        algs.sort();
        assert_eq!(algs, JwsAlg::ALL);
    }

    #[test]
    fn signatures_have_the_lengths_of_rfc_7518() {
        let lengths = [JwsAlg::Hs384, JwsAlg::Es256, JwsAlg::Es384, JwsAlg::Es512, JwsAlg::Ed25519]
            .map(JwsAlg::signature_len);

        assert_eq!(lengths, [Some(48), Some(64), Some(96), Some(132), Some(64)]);
        assert_eq!(JwsAlg::Rs256.signature_len(), None);
    }
}
