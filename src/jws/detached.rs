//! Compact JWS whose payload is elsewhere (RFC 7515 appendix F).

use std::io::Read;

use super::Jws;
use super::document::Document;
use super::signature;
use super::signature::JwsSignature;
use crate::error::Error;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::policy::Policy;

impl Jws {
    /// Verifies a compact JWS over a payload that is not in it. `token` is attacker-controlled.
    ///
    /// ```
    /// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
    /// use josie::{Error, Header, Jws, JwsAlg, JwsBuilder, KeySet, Malformed, Policy, SigningKey};
    ///
    /// let key = SigningKey::generate(JwsAlg::Ed25519)?;
    /// let keys = KeySet::from(key.verifying_key());
    /// let policy = Policy::signed(JwsAlg::MODERN).build()?;
    /// let token = JwsBuilder::new().signature(&Header::new(), &key).detached().compact(b"a body")?;
    ///
    /// assert_eq!(Jws::verify_detached(&token, b"a body", &keys, &policy)?.alg(), JwsAlg::Ed25519);
    /// let error = Jws::verify_detached(&token, b"another", &keys, &policy).unwrap_err();
    /// assert_eq!(error, Error::InvalidSignature);
    ///
    /// // A token with a payload of its own says nothing about the one at hand.
    /// let attached = Jws::sign(b"a body", &Header::new(), &key)?;
    /// let error = Jws::verify_detached(&attached, b"a body", &keys, &policy).unwrap_err();
    /// assert_eq!(error, Error::Malformed(Malformed::AttachedPayload));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify), with [`Malformed::AttachedPayload`](crate::Malformed::AttachedPayload) if the
    /// token has a payload.
    pub fn verify_detached(
        token: &str,
        payload: &[u8],
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignature, Error> {
        let Document { entries, encoding, .. } =
            Document::parse_compact_detached(token, policy.limits())?;
        let payload = || encoding.encode(payload);
        signature::verify_all(entries, payload, keys, policy)?.into_first()
    }

    /// Verifies a compact JWS over a payload that is not in it and that `payload` reads to its end, in chunks. It is
    /// not kept: what was read is trusted only once this returns. `token` is attacker-controlled.
    ///
    /// [`JwsBuilder::compact_from`](crate::JwsBuilder::compact_from) has an example, and says which algorithms take
    /// chunks.
    ///
    /// # Errors
    ///
    /// Those of [`verify_detached`](Self::verify_detached), [`Error::Unsupported`] if the algorithm or the key's
    /// registry takes no chunks, and [`Error::Read`] if the payload could not be read. Of the payload nothing is read
    /// if the token is refused without it.
    pub fn verify_detached_from(
        token: &str,
        payload: impl Read,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignature, Error> {
        let Document { entries, encoding, .. } =
            Document::parse_compact_detached(token, policy.limits())?;
        signature::verify_all_from(entries, payload, encoding, keys, policy)?.into_first()
    }
}
