//! The core of verifying: header policy, key and signature, for one signature or several over one payload.

use std::borrow::Cow;
use std::io::Read;

use super::document::Entry;
use super::message::Encoding;
use super::message::write_message;
use crate::alg::JwsAlg;
use crate::error::Error;
use crate::header::Header;
use crate::header::ParsedHeader;
use crate::header::UnprotectedHeader;
use crate::key::Candidates;
use crate::key::KeySet;
use crate::key::VerifyingKey;
use crate::policy::Policy;
use crate::registry::VerifyingContext;

/// A valid signature: which key made it, under which headers.
///
/// It comes from [`Jws::verify_detached`](crate::Jws::verify_detached) and from [`JwsSignatures`].
#[derive(Clone, Debug)]
pub struct JwsSignature {
    parsed: ParsedHeader,
    unprotected: UnprotectedHeader,
    key: VerifyingKey,
}

impl JwsSignature {
    /// The algorithm under which the signature is valid.
    #[must_use]
    pub fn alg(&self) -> JwsAlg {
        self.parsed.alg
    }

    /// The caller's key that it is valid under. Its `kid` is the caller's own name for the signer, and the one to go
    /// by; the token's may have been changed by anybody where it is not protected.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The token's `kid`, from the protected or the unprotected header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.parsed.kid.as_deref()
    }

    /// The protected header, beside `alg` and `kid`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.parsed.header
    }

    /// The unprotected header, which the signature does not cover.
    #[must_use]
    pub fn unprotected(&self) -> &UnprotectedHeader {
        &self.unprotected
    }
}

/// What became of one signature of a token.
#[derive(Clone, Debug)]
pub struct SignatureOutcome {
    alg: Option<JwsAlg>,
    outcome: Result<JwsSignature, Error>,
}

impl SignatureOutcome {
    /// The algorithm that the protected header names; `None` if josie does not know it.
    #[must_use]
    pub fn alg(&self) -> Option<JwsAlg> {
        self.alg
    }

    /// The signature, if it is valid.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for a header that the policy does not allow or that josie does not understand,
    /// [`Error::UnknownKey`], [`Error::AmbiguousKey`], [`Error::InvalidSignature`], and [`Error::Unsupported`] if the
    /// payload came in chunks and the algorithm takes none.
    pub fn signature(&self) -> Result<&JwsSignature, &Error> {
        self.outcome.as_ref()
    }
}

/// The signatures of a token, of which enough are valid for the policy
/// ([`SignedBy`](crate::SignedBy)).
#[derive(Clone, Debug)]
pub struct JwsSignatures {
    outcomes: Vec<SignatureOutcome>,
}

impl JwsSignatures {
    /// What became of each signature, in the order of the token.
    #[must_use]
    pub fn outcomes(&self) -> &[SignatureOutcome] {
        &self.outcomes
    }

    /// The valid signatures, in the order of the token: at least one. One and the same can stand there several times, so
    /// that their number is not that of the signers; [`SignedBy::AtLeast`](crate::SignedBy::AtLeast) counts those.
    pub fn valid(&self) -> impl Iterator<Item = &JwsSignature> {
        self.outcomes.iter().filter_map(|outcome| outcome.signature().ok())
    }

    /// The first valid one.
    pub(super) fn into_first(self) -> Result<JwsSignature, Error> {
        let valid = self.outcomes.into_iter().find_map(|outcome| outcome.outcome.ok());
        valid.ok_or(Error::InvalidSignature)
    }
}

/// The keys to try for a signature with this header, if `policy` allows it. Nothing is computed before, so that a
/// refused header costs nothing.
pub(super) fn select<'k>(
    parsed: &ParsedHeader,
    keys: &'k KeySet<VerifyingKey>,
    policy: &Policy,
) -> Result<Candidates<'k, VerifyingKey>, Error> {
    policy.check_jws(parsed)?;
    keys.select(parsed.alg, parsed.kid.as_deref())
}

/// The key under which the signature is valid.
pub(super) fn verify<'k>(
    candidates: &Candidates<'k, VerifyingKey>,
    message: &[u8],
    signature: &[u8],
) -> Result<&'k VerifyingKey, Error> {
    let mut candidates = candidates.iter();
    let key = candidates.find(|key| key.verify(message, signature).is_ok());
    match key {
        Some(key) => Ok(key),
        None => Err(Error::InvalidSignature),
    }
}

/// Refuses a token that is not signed by whom the policy asks for. `outcomes` has the key of each valid signature.
pub(super) fn check_signers(
    policy: &Policy,
    outcomes: &[Result<&VerifyingKey, Error>],
) -> Result<(), Error> {
    let signers = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().copied());
    if policy.accepts_signers(signers, outcomes.len()) {
        return Ok(());
    }
    match outcomes {
        // As of a compact token, which has no other.
        [Err(error)] => Err(error.clone()),
        _ => {
            let outcome =
                |outcome: &Result<_, Error>| outcome.as_ref().map(|_| ()).map_err(Error::clone);
            Err(Error::SignersMissing(outcomes.iter().map(outcome).collect()))
        }
    }
}

/// Verifies all signatures over what `payload` makes, which stands as in the signing input.
pub(super) fn verify_all<'k, 'p>(
    entries: Vec<Entry<'_>>,
    payload: impl FnOnce() -> Cow<'p, [u8]>,
    keys: &'k KeySet<VerifyingKey>,
    policy: &Policy,
) -> Result<JwsSignatures, Error> {
    let selected: Vec<_> = entries.iter().map(|entry| entry.select(keys, policy)).collect();
    // Where nothing can be verified, nothing is encoded.
    let payload = if selected.iter().any(Result::is_ok) { payload() } else { Cow::default() };
    let mut message = Vec::new();
    let verify_entry = |(entry, candidates): (&Entry<'_>, Result<Candidates<'k, _>, Error>)| {
        let candidates = candidates?;
        write_message(&entry.protected, &payload, &mut message);
        verify(&candidates, &message, &entry.signature)
    };
    let outcomes = entries.iter().zip(selected).map(verify_entry).collect();
    finish(entries, outcomes, policy)
}

/// Verifies all signatures over what `payload` reads, which is read once and not kept.
pub(super) fn verify_all_from(
    entries: Vec<Entry<'_>>,
    payload: impl Read,
    encoding: Encoding,
    keys: &KeySet<VerifyingKey>,
    policy: &Policy,
) -> Result<JwsSignatures, Error> {
    let mut running: Vec<_> =
        entries.iter().map(|entry| Running::begin(entry, keys, policy)).collect();
    // Where nothing can be verified, nothing is read.
    if running.iter().any(Result::is_ok) {
        encoding.encode_chunks(payload, |chunk| {
            running.iter_mut().flatten().for_each(|running| running.update(chunk));
        })?;
    }
    let outcomes = running
        .into_iter()
        .zip(&entries)
        .map(|(running, entry)| running?.finish(&entry.signature))
        .collect();
    finish(entries, outcomes, policy)
}

fn finish(
    entries: Vec<Entry<'_>>,
    outcomes: Vec<Result<&VerifyingKey, Error>>,
    policy: &Policy,
) -> Result<JwsSignatures, Error> {
    check_signers(policy, &outcomes)?;
    let outcome = |(entry, outcome): (Entry<'_>, Result<&VerifyingKey, Error>)| SignatureOutcome {
        alg: entry.headers.protected.as_ref().ok().map(|parsed| parsed.alg),
        outcome: outcome.and_then(|key| {
            Ok(JwsSignature {
                parsed: entry.headers.protected.map_err(Error::Refused)?,
                unprotected: entry.headers.unprotected,
                key: key.clone(),
            })
        }),
    };
    Ok(JwsSignatures { outcomes: entries.into_iter().zip(outcomes).map(outcome).collect() })
}

impl Entry<'_> {
    fn select<'k>(
        &self,
        keys: &'k KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Candidates<'k, VerifyingKey>, Error> {
        select(self.parsed()?, keys, policy)
    }
}

/// One signature, while the payload passes by: the keys to try, each as far as it has seen the message.
struct Running<'k> {
    tries: Vec<(&'k VerifyingKey, Box<dyn VerifyingContext + 'k>)>,
}

impl<'k> Running<'k> {
    fn begin(
        entry: &Entry<'_>,
        keys: &'k KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let candidates = entry.select(keys, policy)?;
        let tries = candidates.iter().map(|key| Ok((key, key.begin()?))).collect::<Result<_, _>>();
        let mut running = Self { tries: tries? };
        running.update(entry.protected.as_bytes());
        running.update(b".");
        Ok(running)
    }

    fn update(&mut self, chunk: &[u8]) {
        self.tries.iter_mut().for_each(|(_, context)| context.update(chunk));
    }

    fn finish(self, signature: &[u8]) -> Result<&'k VerifyingKey, Error> {
        let mut tries = self.tries.into_iter();
        let valid =
            tries.find_map(|(key, context)| context.finish(signature).is_ok().then_some(key));
        valid.ok_or(Error::InvalidSignature)
    }
}
