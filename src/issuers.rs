//! Several issuers, each with its own keys and its own policy.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error::PolicyError;
use crate::jws::UnverifiedJws;
use crate::jwt::Jwt;
use crate::jwt::decrypt_outer;
use crate::jwt::inner_jws;
use crate::key::DecryptionKey;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::limits::Limits;
use crate::policy::JwtPolicy;
use crate::policy::JwtPolicyBuilder;
use crate::policy::Policy;

/// Who may issue tokens, each issuer with keys and a policy of its own.
///
/// A token's `iss` chooses one entry, and nothing but that: the token is then verified with the keys and the policy
/// of this entry alone, and `iss` is compared again once the signature is valid. So the key of one issuer never
/// verifies a token in the name of another, also where two of them use the same `kid`.
///
/// Names of issuers are compared octet by octet: `https://id.example` and `https://id.example/` are two.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use std::time::Duration;
///
/// use josie::{
///     Claims, Error, Header, Issuers, Jwt, JwsAlg, JwtPolicy, KeySet, NoClaims, Refused, SigningKey,
/// };
///
/// let staff = SigningKey::generate(JwsAlg::Es256)?.with_kid("1");
/// let partner = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("1");
///
/// // Made once; `iss` of each policy is set by the name.
/// let issuers = Issuers::new()
///     .with(
///         "https://id.example",
///         KeySet::from(staff.verifying_key()),
///         JwtPolicy::signed(&[JwsAlg::Es256]).aud("https://api.example"),
///     )?
///     .with(
///         "https://partner.example",
///         KeySet::from(partner.verifying_key()),
///         JwtPolicy::signed(JwsAlg::MODERN).aud("https://api.example"),
///     )?;
///
/// let claims = Claims::new(NoClaims {})
///     .issuer("https://id.example")
///     .audience("https://api.example")
///     .expires_in(Duration::from_secs(300));
/// let token = Jwt::sign(&claims, &Header::jwt(), &staff)?;
/// let jwt: Jwt = issuers.verify(&token)?;
/// assert_eq!(jwt.claims().iss.as_deref(), Some("https://id.example"));
///
/// // The partner has a key with this `kid`, and it is good for the partner's own tokens only.
/// let forged = Jwt::sign(&claims, &Header::jwt(), &partner)?;
/// let error = issuers.verify::<NoClaims>(&forged).unwrap_err();
/// assert_eq!(error, Error::Refused(Refused::Algorithm));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A value is never changed: [`with_keys`](Self::with_keys) and [`without`](Self::without) make a new one, which
/// shares the other entries. Whoever still holds the old one goes on with it.
#[derive(Clone, Default)]
pub struct Issuers {
    entries: Arc<BTreeMap<Arc<str>, Arc<Entry>>>,
    /// What any of the entries allows; the token is held to this until its entry is known.
    limits: Limits,
}

/// What belongs to one issuer.
struct Entry {
    keys: KeySet<VerifyingKey>,
    policy: JwtPolicy,
}

impl Issuers {
    /// No issuer, so that every token is refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These and one more issuer, with its keys and its policy. Where the policy says nothing of `iss`, it is made to
    /// expect this one and no other.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Issuers, JwsAlg, JwtPolicy, KeySet, PolicyError, SigningKey};
    ///
    /// let keys = KeySet::from(SigningKey::generate(JwsAlg::Es256)?.verifying_key());
    /// let policy = JwtPolicy::signed(JwsAlg::MODERN).iss("https://other.example");
    /// let error = Issuers::new().with("https://id.example", keys, policy).unwrap_err();
    /// assert_eq!(error, PolicyError::OtherIssuer);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::DuplicateIssuer`] if there is an entry of this name, [`PolicyError::OtherIssuer`] if the policy
    /// expects any other `iss`, and those of [`JwtPolicyBuilder::build`].
    pub fn with(
        self,
        issuer: &str,
        keys: KeySet<VerifyingKey>,
        policy: JwtPolicyBuilder,
    ) -> Result<Self, PolicyError> {
        if self.entries.contains_key(issuer) {
            return Err(PolicyError::DuplicateIssuer);
        }
        let policy = policy.for_issuer(issuer)?.build()?;
        let limits = *policy.limits();
        let limits = if self.is_empty() { limits } else { self.limits.or(limits) };
        Ok(Self { limits, ..self.having(issuer, Entry { keys, policy }) })
    }

    /// The same with other keys for one issuer: those of its JWK set as it is now. Its policy stays, and so do the
    /// other entries, which the two values share.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Issuers, JwsAlg, JwtPolicy, KeySet, SigningKey};
    ///
    /// let (old, new) = (SigningKey::generate(JwsAlg::Es256)?, SigningKey::generate(JwsAlg::Es256)?);
    /// let policy = JwtPolicy::signed(&[JwsAlg::Es256]);
    /// let issuers = Issuers::new().with("https://id.example", KeySet::from(old.verifying_key()), policy)?;
    ///
    /// let refreshed = issuers.with_keys("https://id.example", KeySet::from(new.verifying_key()))?;
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::UnknownIssuer`] if there is no entry of this name.
    pub fn with_keys(&self, issuer: &str, keys: KeySet<VerifyingKey>) -> Result<Self, PolicyError> {
        let policy = self.policy(issuer).ok_or(PolicyError::UnknownIssuer)?.clone();
        Ok(self.clone().having(issuer, Entry { keys, policy }))
    }

    /// The same without one issuer, whose tokens are then those of an unknown one.
    #[must_use]
    pub fn without(&self, issuer: &str) -> Self {
        let mut entries = (*self.entries).clone();
        entries.remove(issuer);
        let limits = entries.values().map(|entry| *entry.policy.limits()).reduce(Limits::or);
        Self { limits: limits.unwrap_or_default(), entries: Arc::new(entries) }
    }

    /// Verifies a compact JWT and its claims with the keys and the policy of the issuer that it names. `token` is
    /// attacker-controlled.
    ///
    /// ```
    /// use josie::{Error, Issuers, NoClaims};
    ///
    /// // RFC 7515 appendix A.1, whose `iss` is joe
    /// let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// assert_eq!(Issuers::new().verify::<NoClaims>(token).unwrap_err(), Error::UnknownIssuer);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] and [`Error::Malformed`] for size and structure, that of the payload included, within what
    /// any of the entries allows; [`Error::UnknownIssuer`] if `iss` is missing, not a string, or the name of no
    /// entry; then those of [`Jwt::verify`].
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Result<Jwt<T>, Error> {
        let unverified = UnverifiedJws::parse(token, &self.limits)?;
        let entry = self.entry_for(&unverified)?;
        Jwt::from_unverified(unverified, &entry.keys, &entry.policy)
    }

    /// Decrypts a compact JWE, and verifies the signed JWT in it as [`verify`](Self::verify) does. `token` is
    /// attacker-controlled. `policy` is about the JWE, which names no issuer that could be believed; what the policies
    /// of the issuers say of encryption is not looked at.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use std::time::Duration;
    ///
    /// use josie::{
    ///     Claims, DecryptionKey, Header, Issuers, Jwt, JweAlg, JweEnc, JwsAlg, JwtPolicy, KeySet, NoClaims,
    ///     Policy, SigningKey,
    /// };
    ///
    /// let key = SigningKey::generate(JwsAlg::Es256)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let issuers =
    ///     Issuers::new().with("https://id.example", keys, JwtPolicy::signed(&[JwsAlg::Es256]))?;
    ///
    /// let service = DecryptionKey::generate(JweAlg::A256Kw)?;
    /// let claims = Claims::new(NoClaims {})
    ///     .issuer("https://id.example")
    ///     .expires_in(Duration::from_secs(300));
    /// let recipient = service.encryption_key(JweEnc::A256Gcm)?;
    /// let token = Jwt::sign_and_encrypt(&claims, &Header::jwt(), &key, &recipient)?;
    ///
    /// let policy = Policy::encrypted(&[JweAlg::A256Kw], JweEnc::GCM).build()?;
    /// let jwt: Jwt = issuers.decrypt_and_verify(&token, &KeySet::from(service), &policy)?;
    /// assert_eq!(jwt.claims().iss.as_deref(), Some("https://id.example"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Jwt::decrypt_and_verify`] for the JWE, then those of [`verify`](Self::verify) for what it holds.
    pub fn decrypt_and_verify<T: DeserializeOwned>(
        &self,
        token: &str,
        keys: &KeySet<DecryptionKey>,
        policy: &Policy,
    ) -> Result<Jwt<T>, Error> {
        let jwe = decrypt_outer(token, keys, policy)?;
        let unverified = inner_jws(&jwe, &self.limits)?;
        let entry = self.entry_for(&unverified)?;
        Jwt::from_nested(&jwe, unverified, &entry.keys, &entry.policy)
    }

    /// The keys of one issuer.
    #[must_use]
    pub fn keys(&self, issuer: &str) -> Option<&KeySet<VerifyingKey>> {
        self.entries.get(issuer).map(|entry| &entry.keys)
    }

    /// The policy of one issuer, which tells by [`JwtPolicy::check_keys`] whether any key can ever match.
    #[must_use]
    pub fn policy(&self, issuer: &str) -> Option<&JwtPolicy> {
        self.entries.get(issuer).map(|entry| &entry.policy)
    }

    /// The names of the issuers, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(|name| &**name)
    }

    /// The number of issuers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no issuer, so that every token is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    // RFC 8725 section 3.8: the keys are those of the issuer, so that is what they are chosen by.
    fn entry_for(&self, unverified: &UnverifiedJws<'_>) -> Result<&Entry, Error> {
        let issuer = unverified.unverified_iss()?.ok_or(Error::UnknownIssuer)?;
        self.entries.get(issuer.as_str()).map(|entry| &**entry).ok_or(Error::UnknownIssuer)
    }

    fn having(mut self, issuer: &str, entry: Entry) -> Self {
        Arc::make_mut(&mut self.entries).insert(Arc::from(issuer), Arc::new(entry));
        self
    }
}

/// Shows the names and how many keys each of them has.
impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.entries.iter().map(|(name, entry)| (name, entry.keys.len()));
        f.write_str("Issuers ")?;
        f.debug_map().entries(keys).finish()
    }
}
