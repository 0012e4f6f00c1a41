//! The doors by which a key comes in, and what it may be wanted for: an attack is tried at all of them.

use std::fmt;

use josie::Curve;
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::PublicJwkSet;
use josie::Registry;
use josie::Report;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::documents::Document;

/// What a key is wanted for: one algorithm in one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Sign(JwsAlg),
    Verify(JwsAlg),
    Encrypt(JweAlg),
    Decrypt(JweAlg),
    /// With the key itself.
    EncryptDirectly(JweEnc),
    /// With the key itself.
    DecryptDirectly(JweEnc),
}

/// Every role of RSA keys, with one algorithm each.
pub(crate) const RSA_ROLES: [Wanted; 6] = [
    Wanted::Sign(JwsAlg::Rs256),
    Wanted::Sign(JwsAlg::Ps512),
    Wanted::Verify(JwsAlg::Rs256),
    Wanted::Verify(JwsAlg::Ps512),
    Wanted::Encrypt(JweAlg::RsaOaep),
    Wanted::Decrypt(JweAlg::RsaOaep256),
];

const ENC: JweEnc = JweEnc::A128Gcm;

impl Wanted {
    pub(crate) fn bind(self, key: &KeyMaterial, registry: &Registry) -> Result<(), KeyError> {
        match self {
            Self::Sign(alg) => SigningKey::new(key, alg, registry).map(drop),
            Self::Verify(alg) => VerifyingKey::new(key, alg, registry).map(drop),
            Self::Encrypt(alg) => EncryptionKey::new(key, alg, ENC, registry).map(drop),
            Self::Decrypt(alg) => DecryptionKey::new(key, alg, registry).map(drop),
            Self::EncryptDirectly(enc) => {
                EncryptionKey::new(key, JweAlg::Dir, enc, registry).map(drop)
            }
            Self::DecryptDirectly(enc) => DecryptionKey::direct(key, enc, registry).map(drop),
        }
    }

    /// By the constructor for JWKs, with the default registry.
    pub(crate) fn bind_jwk(self, key: &Document) -> Result<(), KeyError> {
        let jwk = key.parse()?;
        match self {
            Self::Sign(alg) => SigningKey::from_jwk(&jwk, alg).map(drop),
            Self::Verify(alg) => VerifyingKey::from_jwk(&jwk, alg).map(drop),
            Self::Encrypt(alg) => EncryptionKey::from_jwk(&jwk, alg, ENC).map(drop),
            Self::Decrypt(alg) => DecryptionKey::from_jwk(&jwk, alg).map(drop),
            Self::EncryptDirectly(enc) => EncryptionKey::from_jwk(&jwk, JweAlg::Dir, enc).map(drop),
            Self::DecryptDirectly(enc) => DecryptionKey::direct_from_jwk(&jwk, enc).map(drop),
        }
    }

    /// By the constructor for raw secrets, with the default registry.
    pub(crate) fn bind_secret(self, secret: &[u8]) -> Result<(), KeyError> {
        match self {
            Self::Sign(alg) => SigningKey::from_secret(secret, alg).map(drop),
            Self::Verify(alg) => VerifyingKey::from_secret(secret, alg).map(drop),
            Self::Encrypt(alg) => EncryptionKey::from_secret(secret, alg, ENC).map(drop),
            Self::Decrypt(alg) => DecryptionKey::from_secret(secret, alg).map(drop),
            Self::EncryptDirectly(enc) => {
                EncryptionKey::from_secret(secret, JweAlg::Dir, enc).map(drop)
            }
            Self::DecryptDirectly(enc) => DecryptionKey::direct_from_secret(secret, enc).map(drop),
        }
    }

    /// A good key for this.
    pub(crate) fn neighbour(self) -> Document {
        let kty = match self {
            Self::Sign(alg) | Self::Verify(alg) => alg.kty(),
            Self::Encrypt(alg) | Self::Decrypt(alg) => alg.kty(),
            Self::EncryptDirectly(_) | Self::DecryptDirectly(_) => KeyType::Oct,
        };
        let crv = match self {
            Self::Sign(alg) | Self::Verify(alg) => alg.crv(),
            _ => None,
        };
        let key = match (kty, self, crv) {
            (KeyType::Oct, Self::Encrypt(alg) | Self::Decrypt(alg), _) => {
                Document::secret(alg.kek_len().unwrap())
            }
            (KeyType::Oct, Self::EncryptDirectly(enc) | Self::DecryptDirectly(enc), _) => {
                Document::secret(enc.key_len())
            }
            (KeyType::Oct, ..) => Document::secret(64),
            (KeyType::Rsa, ..) => Document::private("rsa3072"),
            (KeyType::Okp, ..) => Document::private("ed25519"),
            (_, _, Some(Curve::P384)) => Document::private("p384"),
            (_, _, Some(Curve::P521)) => Document::private("p521"),
            (_, _, Some(Curve::Secp256k1)) => Document::private("secp256k1"),
            _ => Document::private("p256"),
        };
        self.half(&key).with("alg", self.name())
    }

    /// What becomes of each of these entries of a set, which is one's own where the key is.
    pub(crate) fn outcomes(
        self,
        entries: &[Value],
        registry: &Registry,
    ) -> Vec<Result<(), KeyError>> {
        fn all<A>(report: &Report<A>) -> Vec<Result<(), KeyError>> {
            let outcomes = report.entries().iter().map(|entry| entry.outcome.as_ref());
            outcomes.map(|outcome| outcome.map(drop).map_err(KeyError::clone)).collect()
        }
        let text = json!({ "keys": entries }).to_string();
        let public = || PublicJwkSet::parse(&text).unwrap();
        let own = || JwkSet::parse(&text).unwrap();
        match self {
            Self::Sign(alg) => all(&SigningKey::all_from_jwk_set_with(&own(), &[alg], registry).1),
            Self::Verify(alg) => all(&KeySet::from_jwk_set_with(&public(), &[alg], registry).1),
            Self::Encrypt(alg) => {
                all(&EncryptionKey::all_from_jwk_set_with(&public(), &[alg], ENC, registry).1)
            }
            Self::EncryptDirectly(enc) => {
                let algs = [JweAlg::Dir];
                all(&EncryptionKey::all_from_jwk_set_with(&public(), &algs, enc, registry).1)
            }
            Self::Decrypt(alg) => {
                all(&KeySet::from_private_jwk_set_with(&own(), &[alg], registry).1)
            }
            Self::DecryptDirectly(_) => {
                all(&KeySet::from_private_jwk_set_with(&own(), &[JweAlg::Dir], registry).1)
            }
        }
    }

    /// Whether the registry has the algorithm.
    pub(crate) fn is_in(self, registry: &Registry) -> bool {
        match self {
            Self::Sign(alg) | Self::Verify(alg) => registry.signature(alg).is_some(),
            Self::Encrypt(alg) | Self::Decrypt(alg) => registry.key_management(alg).is_some(),
            Self::EncryptDirectly(enc) | Self::DecryptDirectly(enc) => {
                registry.content_encryption(enc).is_some()
            }
        }
    }

    /// Whether the role takes the private half of a key pair.
    pub(crate) fn is_private(self) -> bool {
        matches!(self, Self::Sign(_) | Self::Decrypt(_) | Self::DecryptDirectly(_))
    }

    /// The algorithm's name, as it stands in the `alg` of a JWK.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sign(alg) | Self::Verify(alg) => alg.name(),
            Self::Encrypt(alg) | Self::Decrypt(alg) => alg.name(),
            Self::EncryptDirectly(enc) | Self::DecryptDirectly(enc) => enc.name(),
        }
    }

    /// The half of the key that the role takes.
    pub(crate) fn half(self, private: &Document) -> Document {
        if self.is_private() || private.kty() == "oct" {
            private.clone()
        } else {
            private.clone().public_half()
        }
    }

    /// The registries that have the algorithm, each with what failures are said of.
    pub(crate) fn registries(self) -> Vec<(String, Registry)> {
        registries()
            .into_iter()
            .filter(|(_, registry)| self.is_in(registry))
            .map(|(name, registry)| (format!("{self} on {name}"), registry))
            .collect()
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The key is refused, or taken, by every door alike: as a JWK, in a set, in DER and PEM, and by its values.
#[track_caller]
pub(crate) fn assert_everywhere(key: &Document, wanted: Wanted, expected: &Result<(), KeyError>) {
    assert_as_jwk(key, wanted, expected);
    for (context, registry) in wanted.registries() {
        let raw = key.raw().and_then(|material| wanted.bind(&material, &registry));
        assert_eq!(raw, *expected, "{context} by its values: {key}");
        if let Some(der) = key.der() {
            let outcome =
                KeyMaterial::from_der(&der).and_then(|material| wanted.bind(&material, &registry));
            assert_eq!(outcome, *expected, "{context} in DER: {key}");
        }
        if let Some(pem) = key.pem() {
            let outcome =
                KeyMaterial::from_pem(&pem).and_then(|material| wanted.bind(&material, &registry));
            assert_eq!(outcome, *expected, "{context} in PEM: {key}");
        }
    }
}

/// The key is refused, or taken, as a JWK and in a set of JWKs.
#[track_caller]
pub(crate) fn assert_as_jwk(key: &Document, wanted: Wanted, expected: &Result<(), KeyError>) {
    assert_by_itself(key, wanted, expected);
    assert_in_set(key, wanted, expected);
}

/// The key is refused, or taken, as a JWK.
#[track_caller]
pub(crate) fn assert_by_itself(key: &Document, wanted: Wanted, expected: &Result<(), KeyError>) {
    for (context, registry) in wanted.registries() {
        let outcome = key.parse().and_then(|jwk| wanted.bind(jwk.material(), &registry));
        assert_eq!(outcome, *expected, "{context} as a JWK: {key}");
    }
    if wanted.is_in(&Registry::default()) {
        assert_eq!(wanted.bind_jwk(key), *expected, "{wanted} with the default: {key}");
    }
}

/// The key is refused, or taken, in a set of JWKs, where the one beside it is taken.
#[track_caller]
pub(crate) fn assert_in_set(key: &Document, wanted: Wanted, expected: &Result<(), KeyError>) {
    // A published set has no symmetric keys.
    if key.kty() == "oct" && !wanted.is_private() {
        return;
    }
    for (context, registry) in wanted.registries() {
        let outcomes = wanted.outcomes(&[key.0.clone(), wanted.neighbour().0], &registry);
        assert_eq!(outcomes, [expected.clone(), Ok(())], "{context} in a set: {key}");
    }
}

/// Cut off where a value is very long.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().get(..2000).unwrap_or(&self.text()))
    }
}
