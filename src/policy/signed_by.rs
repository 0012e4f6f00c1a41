//! Who must have signed a token.

use std::collections::HashSet;

use crate::error::PolicyError;
use crate::hash::HashAlg;
use crate::key::VerifyingKey;

/// Who must have signed a JWS, which can have several signatures in the general JSON serialization (RFC 7515 section
/// 7.2.1). Those that are not valid under the policy and one of the caller's keys never count.
///
/// Two signatures of one key count once, whatever they call themselves: what is counted are keys, told apart by what
/// they are made of.
///
/// **Anybody can take a signature out of a document**, and the rest stays valid: whoever must have signed has to be
/// asked for, with [`AtLeast`](Self::AtLeast) or [`Kids`](Self::Kids).
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{Error, Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SignedBy, SigningKey};
///
/// let alice = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("alice");
/// let bob = SigningKey::generate(JwsAlg::Es256)?.with_kid("bob");
/// let document = JwsBuilder::new()
///     .signature(&Header::new(), &alice)
///     .signature(&Header::new(), &bob)
///     .general(b"a contract")?;
///
/// // Whoever knows only one of them cannot tell that both have signed.
/// let keys = KeySet::from(alice.verifying_key());
/// let policy = Policy::signed(JwsAlg::MODERN).build()?;
/// let error = JwsJson::verify(&document, &keys, &policy).unwrap_err();
/// assert_eq!(error, Error::SignersMissing([Ok(()), Err(Error::UnknownKey)].into()));
///
/// let policy = Policy::signed(JwsAlg::MODERN).signed_by(SignedBy::kids(["alice"])).build()?;
/// assert_eq!(JwsJson::verify(&document, &keys, &policy)?.payload(), b"a contract");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedBy {
    /// Every signature that is there must be valid, and there must be one. The default.
    #[default]
    All,
    /// One valid signature is enough, of whichever of the caller's keys.
    Any,
    /// So many different keys of the caller must have signed.
    AtLeast(usize),
    /// For each of these `kid`, a key of the caller that has it must have signed. What the token calls its signatures
    /// does not count. One key that the caller has under two of these names is enough for both.
    Kids(Vec<String>),
}

impl SignedBy {
    /// The keys that have these `kid` must have signed, each of them.
    pub fn kids<K: Into<String>>(kids: impl IntoIterator<Item = K>) -> Self {
        Self::Kids(kids.into_iter().map(Into::into).collect())
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        match self {
            Self::AtLeast(0) => Err(PolicyError::NoSigner),
            Self::Kids(kids) if kids.is_empty() => Err(PolicyError::NoSigner),
            Self::All | Self::Any | Self::AtLeast(_) | Self::Kids(_) => Ok(()),
        }
    }

    /// Whether the keys of the valid signatures are enough. `total` counts the other signatures as well.
    pub(super) fn is_met<'k>(
        &self,
        mut signers: impl Iterator<Item = &'k VerifyingKey>,
        total: usize,
    ) -> bool {
        match self {
            // Of no signatures, all are valid.
            Self::All => total > 0 && signers.count() == total,
            Self::Any => signers.next().is_some(),
            Self::AtLeast(n) => count_distinct(signers) >= *n,
            Self::Kids(kids) => {
                let signers: Vec<_> = signers.collect();
                kids.iter().all(|kid| signers.iter().any(|key| key.kid() == Some(kid)))
            }
        }
    }
}

fn count_distinct<'k>(keys: impl Iterator<Item = &'k VerifyingKey>) -> usize {
    // A thumbprint is a hash of all that makes the key (RFC 7638), so that no secret is compared. Every key that can be
    // made has one; one that had none would not count.
    let prints = keys.filter_map(|key| key.material().thumbprint(HashAlg::Sha256).ok());
    prints.collect::<HashSet<_>>().len()
}
