//! Keys that replace each other: one that is used, older and coming ones that are still or already accepted.

mod period;

use std::sync::Arc;

pub use self::period::KeyPeriod;
use self::sealed::Identified;
use crate::alg::JweEnc;
use crate::error::KeyError;
use crate::jwk::PublicJwk;
use crate::jwk::PublicJwkSet;
use crate::key::DecryptionKey;
use crate::key::EncryptionKey;
use crate::key::KeySet;
use crate::key::SigningKey;
use crate::key::VerifyingKey;
use crate::time::NumericDate;

/// A party's own keys of one kind: a primary key that signs (or that others encrypt to), and older and coming ones
/// whose tokens are accepted as well, each within its [`KeyPeriod`] and by a `kid` of its own.
///
/// A rotation in which no honest token is refused, whatever is cached in between:
///
/// 1. [`add`](Self::add) the next key, and wait until everybody can know it: for keys that sign, until all caches of
///    the set that you publish have it; for keys that decrypt, until each of your servers has the ring.
/// 2. [`promote`](Self::promote) it: from now on it makes the tokens.
/// 3. Let the period of the old key [end](Self::with_period) when the last token has expired that was made with it; for
///    keys that decrypt, senders go on making some for as long as they cache what is published.
/// 4. [`retire`](Self::retire) it after that.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{
///     Clock, Error, Header, Jws, JwsAlg, KeyPeriod, KeyRing, Policy, SigningKey, SystemClock,
/// };
///
/// let now = SystemClock.now()?;
/// let ring = KeyRing::new(SigningKey::generate(JwsAlg::Es256)?.with_kid("2025"))?;
/// let token = Jws::sign(b"any octets", &Header::new(), ring.primary_at(now)?)?;
///
/// // The next key is published before it is used, and the old one is accepted for an hour after that.
/// let ring = ring.add(SigningKey::generate(JwsAlg::Es256)?.with_kid("2026"))?;
/// let published = serde_json::to_string(&ring.public_jwk_set_at(now)?)?;
/// let in_an_hour = now.saturating_add(Duration::from_secs(3600));
/// let ring = ring.promote("2026")?.with_period("2025", KeyPeriod::ending(in_an_hour))?;
///
/// let policy = Policy::signed(&[JwsAlg::Es256]).build()?;
/// assert!(Jws::verify(&token, &ring.key_set_at(now), &policy).is_ok());
/// let error = Jws::verify(&token, &ring.key_set_at(in_an_hour), &policy).unwrap_err();
/// assert_eq!(error, Error::UnknownKey);
/// assert_eq!(ring.primary_at(now)?.kid(), Some("2026"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A ring is never changed: each step makes a new one, which shares the keys. It never asks for the time by itself.
#[derive(Clone, Debug)]
pub struct KeyRing<K> {
    primary: Member<K>,
    others: Vec<Member<K>>,
}

/// A key of a [`KeyRing`]: [`SigningKey`] or [`DecryptionKey`]. It cannot be implemented elsewhere.
pub trait RingKey: Identified + Clone {}

impl RingKey for SigningKey {}

impl RingKey for DecryptionKey {}

#[derive(Clone, Debug)]
struct Member<K> {
    kid: Arc<str>,
    key: K,
    period: KeyPeriod,
}

impl<K: RingKey> KeyRing<K> {
    /// A ring of one key, which is the primary.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyError, KeyRing, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// assert_eq!(KeyRing::new(key.clone()).unwrap_err(), KeyError::KidNeeded);
    ///
    /// let ring = KeyRing::new(key.with_thumbprint_kid()?)?;
    /// assert_eq!(ring.keys().count(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::KidNeeded`] if the key has no `kid`.
    pub fn new(primary: K) -> Result<Self, KeyError> {
        Ok(Self { primary: Member::new(primary)?, others: Vec::new() })
    }

    /// The same with one more key, which does not become the primary, and whose period is [`KeyPeriod::ALWAYS`].
    ///
    /// # Errors
    ///
    /// [`KeyError::KidNeeded`] if the key has no `kid`, [`KeyError::DuplicateKid`] if the ring has another key with
    /// its `kid`.
    pub fn add(&self, key: K) -> Result<Self, KeyError> {
        let added = Member::new(key)?;
        if self.member(&added.kid).is_ok() {
            return Err(KeyError::DuplicateKid);
        }
        let mut ring = self.clone();
        ring.others.push(added);
        Ok(ring)
    }

    /// The same with this key as the primary; what was the primary is still accepted. No period changes.
    ///
    /// # Errors
    ///
    /// [`KeyError::UnknownKid`] if the ring has no such key.
    pub fn promote(&self, kid: &str) -> Result<Self, KeyError> {
        let primary = self.member(kid)?.clone();
        let others = self.members().filter(|member| *member.kid != *kid).cloned().collect();
        Ok(Self { primary, others })
    }

    /// The same without this key. Its tokens are accepted no longer, and it is published no longer.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyError, KeyRing, SigningKey};
    ///
    /// let ring = KeyRing::new(SigningKey::generate(JwsAlg::Es256)?.with_kid("2025"))?;
    /// assert_eq!(ring.retire("2025").unwrap_err(), KeyError::PrimaryKey);
    ///
    /// let ring = ring.add(SigningKey::generate(JwsAlg::Es256)?.with_kid("2026"))?;
    /// assert_eq!(ring.promote("2026")?.retire("2025")?.keys().count(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::UnknownKid`] if the ring has no such key, [`KeyError::PrimaryKey`] if it is the primary.
    pub fn retire(&self, kid: &str) -> Result<Self, KeyError> {
        if *self.member(kid)?.kid == *self.primary.kid {
            return Err(KeyError::PrimaryKey);
        }
        let mut ring = self.clone();
        ring.others.retain(|member| *member.kid != *kid);
        Ok(ring)
    }

    /// The same with another period for this key.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeyError, KeyPeriod, KeyRing, NumericDate, SigningKey};
    ///
    /// let end = NumericDate::from_secs(1_800_000_000).unwrap();
    /// let ring = KeyRing::new(SigningKey::generate(JwsAlg::Es256)?.with_kid("2026"))?;
    /// let ring = ring.with_period("2026", KeyPeriod::ending(end))?;
    /// assert_eq!(ring.primary_at(end).unwrap_err(), KeyError::OutsidePeriod);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::UnknownKid`] if the ring has no such key.
    pub fn with_period(&self, kid: &str, period: KeyPeriod) -> Result<Self, KeyError> {
        let mut ring = self.clone();
        let mut members = core::iter::once(&mut ring.primary).chain(&mut ring.others);
        members.find(|member| *member.kid == *kid).ok_or(KeyError::UnknownKid)?.period = period;
        Ok(ring)
    }

    /// The key to use now. There is no way to have it whatever the time is: a token that is made outside of the key's
    /// period would be refused.
    ///
    /// # Errors
    ///
    /// [`KeyError::OutsidePeriod`] if its period has not begun, or is over.
    pub fn primary_at(&self, now: NumericDate) -> Result<&K, KeyError> {
        if self.primary.period.contains(now) {
            Ok(&self.primary.key)
        } else {
            Err(KeyError::OutsidePeriod)
        }
    }

    /// The `kid` of the primary key.
    #[must_use]
    pub fn primary_kid(&self) -> &str {
        &self.primary.kid
    }

    /// Every key, whatever its period is, the primary first: to be kept with the [periods](Self::period), and made into
    /// a ring again.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.members().map(|member| &member.key)
    }

    /// The period of this key; none if the ring has no such key.
    #[must_use]
    pub fn period(&self, kid: &str) -> Option<KeyPeriod> {
        self.member(kid).ok().map(|member| member.period)
    }

    fn member(&self, kid: &str) -> Result<&Member<K>, KeyError> {
        self.members().find(|member| *member.kid == *kid).ok_or(KeyError::UnknownKid)
    }

    /// The primary, then the others.
    fn members(&self) -> impl Iterator<Item = &Member<K>> {
        core::iter::once(&self.primary).chain(&self.others)
    }

    fn good_at(&self, now: NumericDate) -> impl Iterator<Item = &K> {
        self.members().filter(move |member| member.period.contains(now)).map(|member| &member.key)
    }
}

impl KeyRing<SigningKey> {
    /// The keys to verify with now: all whose period `now` is in.
    #[must_use]
    pub fn key_set_at(&self, now: NumericDate) -> KeySet<VerifyingKey> {
        self.good_at(now).map(SigningKey::verifying_key).collect()
    }

    /// The public keys to publish now: all whose period is not over, also those whose period has not begun, so that
    /// whoever verifies has a key before it is used.
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] if one of them is for HMAC: nothing of it can be published.
    pub fn public_jwk_set_at(&self, now: NumericDate) -> Result<PublicJwkSet, KeyError> {
        self.members()
            .filter(|member| !member.period.is_over_at(now))
            .map(|member| member.key.public_jwk())
            .collect()
    }
}

impl KeyRing<DecryptionKey> {
    /// The keys to decrypt with now: all whose period `now` is in.
    #[must_use]
    pub fn key_set_at(&self, now: NumericDate) -> KeySet<DecryptionKey> {
        self.good_at(now).cloned().collect()
    }

    /// The public key to publish now, that of the primary and no other. A sender takes any key that it finds: one that
    /// is to come would have it encrypt too early, and an old one would never fall out of use.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{Clock, DecryptionKey, JweAlg, KeyRing, SystemClock};
    ///
    /// let now = SystemClock.now()?;
    /// let ring = KeyRing::new(DecryptionKey::generate(JweAlg::EcdhEs)?.with_kid("2025"))?
    ///     .add(DecryptionKey::generate(JweAlg::EcdhEs)?.with_kid("2026"))?
    ///     .promote("2026")?;
    /// assert_eq!(ring.public_jwk_set_at(now)?.keys().count(), 1);
    /// assert_eq!(ring.key_set_at(now).len(), 2);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::OutsidePeriod`] if the period of the primary has not begun, or is over.
    /// [`KeyError::SymmetricKey`] if it is a shared key: nothing of it can be published.
    pub fn public_jwk_set_at(&self, now: NumericDate) -> Result<PublicJwkSet, KeyError> {
        let published: PublicJwk = self.primary_at(now)?.public_jwk()?;
        Ok([published].into_iter().collect())
    }

    /// The key to encrypt with now what this ring decrypts: for shared keys, and for tokens to oneself.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Clock, DecryptionKey, JweAlg, JweEnc, KeyRing, SystemClock};
    ///
    /// let ring = KeyRing::new(DecryptionKey::generate(JweAlg::A256Kw)?.with_kid("2026"))?;
    /// let key = ring.encryption_key_at(SystemClock.now()?, JweEnc::A256Gcm)?;
    /// assert_eq!(key.kid(), Some("2026"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::OutsidePeriod`] as for [`primary_at`](Self::primary_at), and those of
    /// [`DecryptionKey::encryption_key`].
    pub fn encryption_key_at(
        &self,
        now: NumericDate,
        enc: JweEnc,
    ) -> Result<EncryptionKey, KeyError> {
        self.primary_at(now)?.encryption_key(enc)
    }
}

impl<K: RingKey> Member<K> {
    fn new(key: K) -> Result<Self, KeyError> {
        let kid = key.own_kid().ok_or(KeyError::KidNeeded)?;
        Ok(Self { kid: Arc::from(kid), key, period: KeyPeriod::ALWAYS })
    }
}

mod sealed {
    use crate::key::DecryptionKey;
    use crate::key::SigningKey;

    /// What a ring has to know of its keys.
    pub trait Identified {
        /// The key's `kid`.
        fn own_kid(&self) -> Option<&str>;
    }

    impl Identified for SigningKey {
        fn own_kid(&self) -> Option<&str> {
            self.kid()
        }
    }

    impl Identified for DecryptionKey {
        fn own_kid(&self) -> Option<&str> {
            self.kid()
        }
    }
}
