//! From JWK sets to keys: which entry is bound to which algorithm, and why another is not.

use core::fmt;

use super::DecryptionKey;
use super::EncryptionKey;
use super::KeySet;
use super::SigningKey;
use super::VerifyingKey;
use super::bind::fits_key_management;
use super::bind::fits_signature;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::KeyError;
use crate::jwk::Jwk;
use crate::jwk::JwkSet;
use crate::jwk::PublicJwk;
use crate::jwk::PublicJwkSet;
use crate::jwk::UnusableJwk;
use crate::material::KeyMaterial;
use crate::registry::Registry;

impl KeySet<VerifyingKey> {
    /// Binds the entries of a published JWK set to the algorithms that you list, computed by `registry`, and reports
    /// what became of each.
    ///
    /// An entry is bound to its own `alg` if that is listed, and one without `alg` to the one listed algorithm that
    /// fits its type and curve. Everything else stays unused, for the reason that the report gives: symmetric and
    /// private entries above all, since a set that is published has none.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwsAlg, KeySet, PublicJwkSet, Registry};
    ///
    /// let set = PublicJwkSet::parse(
    ///     r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    /// )?;
    /// let (keys, _) = KeySet::from_jwk_set_with(&set, &[JwsAlg::Ed25519], &Registry::default());
    /// assert_eq!(keys.len(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn from_jwk_set_with(
        set: &PublicJwkSet,
        algs: &[JwsAlg],
        registry: &Registry,
    ) -> (Self, Report) {
        let (keys, report) = bind_entries(
            set.entries().map(|entry| entry.map(PublicJwk::as_jwk)),
            |jwk| choose(jwk, algs, "sig", fits_signature, |alg, own| alg.name() == own),
            |material, alg| VerifyingKey::new(material, alg, registry),
        );
        (keys.into_iter().collect(), report)
    }
}

impl SigningKey {
    /// Binds the entries of a JWK set of one's own to the algorithms that you list, computed by `registry`, and
    /// reports what became of each. The rules are those of [`KeySet::from_jwk_set_with`], but the keys are private or
    /// symmetric ones.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JwkSet, JwsAlg, Registry, SigningKey};
    ///
    /// let text = r#"{"keys":[{"kty":"oct","kid":"a","alg":"HS256",
    ///     "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}]}"#;
    /// let set = JwkSet::parse(text)?;
    /// let (keys, report) =
    ///     SigningKey::all_from_jwk_set_with(&set, &[JwsAlg::Hs256], &Registry::default());
    /// assert_eq!(keys[0].kid(), Some("a"));
    /// assert_eq!(report.refused().count(), 0);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn all_from_jwk_set_with(
        set: &JwkSet,
        algs: &[JwsAlg],
        registry: &Registry,
    ) -> (Vec<Self>, Report) {
        bind_entries(
            set.entries(),
            |jwk| choose(jwk, algs, "sig", fits_signature, |alg, own| alg.name() == own),
            |material, alg| Self::new(material, alg, registry),
        )
    }
}

impl KeySet<DecryptionKey> {
    /// Binds the entries of a JWK set of one's own to the algorithms that you list, computed by `registry`, and reports
    /// what became of each. The rules are those of [`KeySet::from_jwk_set_with`], but the keys are private or symmetric
    /// ones. A key for `dir` has the name of its content encryption algorithm as its `alg` (RFC 7520 section 5.6.1).
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{JweAlg, JwkSet, KeySet, Registry};
    ///
    /// let set = JwkSet::parse(
    ///     r#"{"keys":[{"kty":"oct","kid":"a","alg":"A128GCM","k":"XctOhJAkA-pD9Lh7ZgW_2A"}]}"#,
    /// )?;
    /// let (keys, _) =
    ///     KeySet::from_private_jwk_set_with(&set, &[JweAlg::Dir], &Registry::default());
    /// assert_eq!(keys.len(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn from_private_jwk_set_with(
        set: &JwkSet,
        algs: &[JweAlg],
        registry: &Registry,
    ) -> (Self, Report<JweAlg>) {
        let bind = |material: &KeyMaterial, alg| match alg {
            JweAlg::Dir => {
                let own = material.restrictions.alg.as_deref().and_then(JweEnc::from_name);
                DecryptionKey::direct(material, own.ok_or(KeyError::DirectNeedsEnc)?, registry)
            }
            _ => DecryptionKey::new(material, alg, registry),
        };
        let (keys, report) = bind_entries(
            set.entries(),
            |jwk| choose(jwk, algs, "enc", fits_key_management, is_for),
            bind,
        );
        (keys.into_iter().collect(), report)
    }
}

impl EncryptionKey {
    /// Binds the entries of a recipient's published JWK set to the algorithms that you list and to `enc`, computed by
    /// `registry`, and reports what became of each: the keys to choose from. The rules are those of
    /// [`KeySet::from_jwk_set_with`].
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc-rs")] {
    /// use josie::{EncryptionKey, JweAlg, JweEnc, PublicJwkSet, Registry};
    ///
    /// let set = PublicJwkSet::parse(
    ///     r#"{"keys":[
    ///         {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig"},
    ///         {"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08","use":"enc"}
    ///     ]}"#,
    /// )?;
    /// let (keys, report) = EncryptionKey::all_from_jwk_set_with(
    ///     &set,
    ///     &[JweAlg::EcdhEs],
    ///     JweEnc::A256Gcm,
    ///     &Registry::default(),
    /// );
    /// assert_eq!(keys.len(), 1);
    /// assert_eq!(report.refused().count(), 1);
    /// # }
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    #[must_use]
    pub fn all_from_jwk_set_with(
        set: &PublicJwkSet,
        algs: &[JweAlg],
        enc: JweEnc,
        registry: &Registry,
    ) -> (Vec<Self>, Report<JweAlg>) {
        bind_entries(
            set.entries().map(|entry| entry.map(PublicJwk::as_jwk)),
            |jwk| choose(jwk, algs, "enc", fits_key_management, is_for),
            |material, alg| Self::new(material, alg, enc, registry),
        )
    }
}

/// What became of each entry of a JWK set. `A` is the kind of algorithm that entries are bound to.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{JwsAlg, KeySet, PublicJwkSet};
///
/// let set = PublicJwkSet::parse(
///     r#"{"keys":[
///         {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///         {"kty":"XYZ","kid":"b"}
///     ]}"#,
/// )?;
/// let (_, report) = KeySet::from_jwk_set(&set, &[JwsAlg::Ed25519]);
/// assert_eq!(
///     report.to_string(),
///     "key 0 \"a\" is for Ed25519\n\
///      key 1 \"b\" is not used: malformed JWK: kty is not known\n",
/// );
/// # }
/// # Ok::<(), josie::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Report<A = JwsAlg> {
    entries: Vec<ReportEntry<A>>,
}

impl<A> Report<A> {
    /// Every entry, in the order of the set.
    #[must_use]
    pub fn entries(&self) -> &[ReportEntry<A>] {
        &self.entries
    }

    /// The entries that are not used, each with its reason.
    pub fn refused(&self) -> impl Iterator<Item = (&ReportEntry<A>, &KeyError)> {
        self.entries
            .iter()
            .filter_map(|entry| entry.outcome.as_ref().err().map(|reason| (entry, reason)))
    }
}

/// A line for each entry, fit for a log: what comes from the set is escaped.
impl<A: fmt::Display> fmt::Display for Report<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            write!(f, "key {}", entry.index)?;
            if let Some(kid) = &entry.kid {
                write!(f, " \"{}\"", kid.escape_debug())?;
            }
            match &entry.outcome {
                Ok(alg) => writeln!(f, " is for {alg}")?,
                Err(reason) => writeln!(f, " is not used: {reason}")?,
            }
        }
        Ok(())
    }
}

/// What became of one entry of a JWK set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReportEntry<A = JwsAlg> {
    /// The place in the set, from 0.
    pub index: usize,
    /// The entry's `kid`, where it could be read.
    pub kid: Option<String>,
    /// The algorithm that the entry was bound to, or why it is not used.
    pub outcome: Result<A, KeyError>,
}

/// The keys that entries become, and what became of each entry.
fn bind_entries<'s, K, A: Copy>(
    entries: impl Iterator<Item = Result<&'s Jwk, &'s UnusableJwk>>,
    choose: impl Fn(&Jwk) -> Result<A, KeyError>,
    bind: impl Fn(&KeyMaterial, A) -> Result<K, KeyError>,
) -> (Vec<K>, Report<A>) {
    let mut keys = Vec::new();
    let mut report = Vec::new();
    for (index, entry) in entries.enumerate() {
        let bound = entry.map_err(|unusable| unusable.reason().clone()).and_then(|jwk| {
            let alg = choose(jwk)?;
            bind(jwk.checked_material()?, alg).map(|key| (key, alg))
        });
        let kid = entry.map_or_else(UnusableJwk::kid, Jwk::kid).map(str::to_owned);
        let outcome = bound.as_ref().map(|(_, alg)| *alg).map_err(KeyError::clone);
        report.push(ReportEntry { index, kid, outcome });
        keys.extend(bound.ok().map(|(key, _)| key));
    }
    (keys, Report { entries: report })
}

/// The one listed algorithm that an entry is for: its own, or the only one that its key fits.
fn choose<A: Copy + PartialEq>(
    jwk: &Jwk,
    algs: &[A],
    public_use: &str,
    fits: impl Fn(&KeyMaterial, A) -> bool,
    is_for: impl Fn(A, &str) -> bool,
) -> Result<A, KeyError> {
    // Before the algorithms: a key for encryption does not become ambiguous by how many sign.
    if jwk.public_use().is_some_and(|own| own != public_use) {
        return Err(KeyError::UseMismatch);
    }
    let mut fitting = algs.iter().copied().filter(|alg| match jwk.alg() {
        Some(own) => is_for(*alg, own),
        None => fits(jwk.material(), *alg),
    });
    let alg = fitting.next().ok_or(KeyError::NotListed)?;
    if fitting.any(|other| other != alg) {
        return Err(KeyError::AmbiguousAlg);
    }
    Ok(alg)
}

// RFC 7520 section 5.6.1: the `alg` of a key for `dir` may be that of the content.
fn is_for(alg: JweAlg, own: &str) -> bool {
    alg.name() == own || (alg == JweAlg::Dir && JweEnc::from_name(own).is_some())
}
