//! Sets of keys and which of them a token is tried with.

use super::bind::check_fit;
use super::decryption::DecryptionKey;
use super::verifying::VerifyingKey;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::alg::KeyType;
use crate::error::Error;
use crate::error::KeyError;
use crate::jwk::Jwk;
use crate::jwk::JwkSet;
use crate::registry::Registry;

/// Keys, of which a token's `alg` and `kid` select one.
///
/// Candidates are the keys bound to the token's `alg` (for `dir`: to its `enc` as well) whose `kid` equals the
/// token's; if there is none, those without a `kid`; for a token without `kid`, all keys bound to its `alg`. Exactly
/// one must remain, unless [`try_up_to`](Self::try_up_to) says otherwise. A key with another `kid` is never tried.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JwsAlg, KeySet, SigningKey};
///
/// let old = SigningKey::generate(JwsAlg::Es256)?.with_kid("2025");
/// let new = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("2026");
/// let keys: KeySet<_> = [old.verifying_key(), new.verifying_key()].into_iter().collect();
/// assert_eq!(keys.len(), 2);
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
///
/// To rotate a key that decrypts, keep the old one in the set until the last token that was encrypted with it has
/// expired:
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{DecryptionKey, Header, Jwe, JweAlg, JweEnc, KeySet, Policy};
///
/// let old = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("2025");
/// let new = DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("2026");
/// let token = Jwe::encrypt(b"any octets", &Header::new(), &old.encryption_key(JweEnc::A256Gcm)?)?;
///
/// let keys: KeySet<_> = [old, new].into_iter().collect();
/// let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).build()?;
/// assert_eq!(Jwe::decrypt(&token, &keys, &policy)?.kid(), Some("2025"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeySet<K> {
    keys: Vec<K>,
    try_up_to: usize,
}

impl<K> KeySet<K> {
    /// The same set, of which up to `n` keys may be tried for one token. `n` counts as at least 1 and at most
    /// 8, so that a token cannot ask for much work.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, Jws, JwsAlg, KeySet, Policy, SigningKey};
    ///
    /// // A set without a `kid` in the middle of a rotation.
    /// let (old, new) = (SigningKey::generate(JwsAlg::Es256)?, SigningKey::generate(JwsAlg::Es256)?);
    /// let keys: KeySet<_> = [old.verifying_key(), new.verifying_key()].into_iter().collect();
    /// let token = Jws::sign(b"any octets", &Header::new(), &new)?;
    ///
    /// let policy = Policy::signed(&[JwsAlg::Es256]).build()?;
    /// assert_eq!(Jws::verify(&token, &keys, &policy).unwrap_err(), Error::AmbiguousKey);
    /// assert!(Jws::verify(&token, &keys.try_up_to(2), &policy).is_ok());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn try_up_to(mut self, n: usize) -> Self {
        self.try_up_to = n.clamp(1, MAX_TRIES);
        self
    }

    /// The keys in their order.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.keys.iter()
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key, so that every token is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl KeySet<VerifyingKey> {
    /// Binds the entries of a JWK set to the algorithms that you list, computed by `registry`, and reports what
    /// became of each. The rules are those of `from_jwk_set`, which uses the default registry.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwkSet, JwsAlg, KeySet, Registry};
    ///
    /// let set = JwkSet::parse(
    ///     r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    /// )?;
    /// let (keys, _) = KeySet::from_jwk_set_with(&set, &[JwsAlg::Ed25519], &Registry::default());
    /// assert_eq!(keys.len(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn from_jwk_set_with(set: &JwkSet, algs: &[JwsAlg], registry: &Registry) -> (Self, Report) {
        let mut keys = Vec::new();
        let mut entries = Vec::new();
        for (index, entry) in set.entries().enumerate() {
            let bound =
                entry.map_err(KeyError::clone).and_then(|jwk| bind_entry(jwk, algs, registry));
            entries.push(ReportEntry {
                index,
                kid: entry.ok().and_then(Jwk::kid).map(str::to_owned),
                outcome: bound.as_ref().map(VerifyingKey::alg).map_err(KeyError::clone),
            });
            keys.extend(bound.ok());
        }
        (keys.into_iter().collect(), Report { entries })
    }

    /// The keys to try for a JWS.
    pub(crate) fn select(
        &self,
        alg: JwsAlg,
        kid: Option<&str>,
    ) -> Result<Candidates<'_, VerifyingKey>, Error> {
        // RFC 8725 section 3.1: a key is tried with its own algorithm only.
        self.candidates(kid, VerifyingKey::kid, |key| key.alg() == alg)
    }
}

impl KeySet<DecryptionKey> {
    /// The keys to try for a JWE.
    pub(crate) fn select(
        &self,
        alg: JweAlg,
        enc: JweEnc,
        kid: Option<&str>,
    ) -> Result<Candidates<'_, DecryptionKey>, Error> {
        // RFC 8725 section 3.1: a key is tried with its own algorithm only.
        self.candidates(kid, DecryptionKey::kid, |key| key.fits(alg, enc))
    }
}

impl<K> KeySet<K> {
    /// The keys that fit a token with this `kid`, at most [`MAX_TRIES`].
    fn candidates(
        &self,
        kid: Option<&str>,
        kid_of: impl Fn(&K) -> Option<&str>,
        fits: impl Fn(&K) -> bool,
    ) -> Result<Candidates<'_, K>, Error> {
        let fitting = || self.keys.iter().filter(|key| fits(key));
        let Some(kid) = kid else {
            return self.capped(fitting());
        };
        if fitting().any(|key| kid_of(key) == Some(kid)) {
            self.capped(fitting().filter(|key| kid_of(key) == Some(kid)))
        } else {
            self.capped(fitting().filter(|key| kid_of(key).is_none()))
        }
    }

    fn capped<'a>(&self, keys: impl Iterator<Item = &'a K>) -> Result<Candidates<'a, K>, Error> {
        let mut candidates = Candidates { keys: [None; MAX_TRIES], len: 0 };
        for key in keys {
            if candidates.len == self.try_up_to {
                return Err(Error::AmbiguousKey);
            }
            if let Some(slot) = candidates.keys.get_mut(candidates.len) {
                *slot = Some(key);
            }
            candidates.len += 1;
        }
        if candidates.len == 0 { Err(Error::UnknownKey) } else { Ok(candidates) }
    }
}

impl<K> From<K> for KeySet<K> {
    fn from(key: K) -> Self {
        [key].into_iter().collect()
    }
}

impl<K> FromIterator<K> for KeySet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect(), try_up_to: 1 }
    }
}

/// The keys that one token may be tried with: at least one.
pub(crate) struct Candidates<'a, K> {
    keys: [Option<&'a K>; MAX_TRIES],
    len: usize,
}

impl<'a, K> Candidates<'a, K> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a K> {
        self.keys.iter().take(self.len).copied().flatten()
    }
}

const MAX_TRIES: usize = 8;

/// What became of each entry of a JWK set.
#[derive(Clone, Debug)]
pub struct Report {
    entries: Vec<ReportEntry>,
}

impl Report {
    /// Every entry, in the order of the set.
    #[must_use]
    pub fn entries(&self) -> &[ReportEntry] {
        &self.entries
    }

    /// The entries that are not used, each with its reason.
    pub fn refused(&self) -> impl Iterator<Item = (&ReportEntry, &KeyError)> {
        self.entries
            .iter()
            .filter_map(|entry| entry.outcome.as_ref().err().map(|reason| (entry, reason)))
    }
}

/// What became of one entry of a JWK set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportEntry {
    /// The place in the set, from 0.
    pub index: usize,
    /// The entry's `kid`, where it could be read.
    pub kid: Option<String>,
    /// The algorithm that the entry was bound to, or why it is not used.
    pub outcome: Result<JwsAlg, KeyError>,
}

fn bind_entry(jwk: &Jwk, algs: &[JwsAlg], registry: &Registry) -> Result<VerifyingKey, KeyError> {
    let material = jwk.checked_material()?;
    // Whoever can read a published set could sign with such a key.
    if material.kty() == KeyType::Oct {
        return Err(KeyError::SymmetricKey);
    }
    if material.is_private() {
        return Err(KeyError::PublicKeyNeeded);
    }
    let own = material.restrictions.alg.as_deref();
    let mut fitting = algs.iter().copied().filter(|alg| match own {
        Some(own) => alg.name() == own,
        None => check_fit(material, *alg).is_ok(),
    });
    let alg = fitting.next().ok_or(KeyError::NotListed)?;
    if fitting.any(|other| other != alg) {
        return Err(KeyError::AmbiguousAlg);
    }
    VerifyingKey::new(material, alg, registry)
}
