//! Sets of keys and which of them a token is tried with.

use super::decryption::DecryptionKey;
use super::verifying::VerifyingKey;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::Error;

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
/// A party's own keys that replace each other are a [`KeyRing`](crate::KeyRing), which makes such sets. Without one,
/// keep the old key in the set until the last token that was encrypted with it has expired:
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
