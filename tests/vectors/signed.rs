//! Signed tokens, whole, in every serialization.

use josie::Error;
use josie::Expect;
use josie::HashAlg;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsJson;
use josie::JwsSignature;
use josie::JwsSignatures;
use josie::KeySet;
use josie::Malformed;
use josie::Policy;
use josie::PolicyBuilder;
use josie::PublicJwk;
use josie::Refused;
use josie::SignedBy;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

use crate::exceptions::Unit;
use crate::model::Case;
use crate::model::Form;
use crate::model::Signer;
use crate::model::Strength;
use crate::model::Token;
use crate::model::text;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::signed_parts::Parts;
use crate::signed_parts::is_unencoded;
use crate::signed_parts::outcomes;
use crate::signed_parts::payload_of;
use crate::signed_parts::refusal;
use crate::vector::check_claims;
use crate::vector::is_deterministic;
use crate::vector::parse_jwk;
use crate::vector::protected;
use crate::vector::strength;

impl Runner<'_> {
    /// A token that verifies, of which no changed copy does, and that josie writes itself where it can be asked to.
    pub(crate) fn signed_token(&mut self, case: &Case, token: &Token) -> Outcome {
        let parts = Parts::of(case, token);
        assert_eq!(parts.write(token.form), token.value, "{}", case.id);
        let keys = self.verifying_keys(case)?;
        let verify = |document: &str, payload: &[u8], signers: SignedBy| {
            let policy = policy(case).signed_by(signers).build().unwrap();
            verify(token, document, payload, &keys, &policy)
        };
        let (document, payload) = (text(&token.value), payload_of(case));

        let signatures =
            verify(&document, &payload, SignedBy::Any).map_err(|error| error.code())?;

        for (signer, signature) in case.signers.iter().zip(&signatures) {
            self.judge_signature(case, signer, signature);
        }
        let outcomes = outcomes(case);
        let by_all = verify(&document, &payload, SignedBy::All);
        match outcomes.iter().all(Result::is_ok) {
            true => assert_eq!(count(&by_all.unwrap()), case.signers.len(), "{}", case.id),
            false => assert_eq!(by_all.unwrap_err(), refusal(outcomes.clone()), "{}", case.id),
        }
        let valid = count(&signatures);
        let by_several = verify(&document, &payload, SignedBy::AtLeast(valid)).unwrap();
        assert_eq!(count(&by_several), valid, "{}", case.id);
        let by_more = verify(&document, &payload, SignedBy::AtLeast(valid + 1));
        assert_eq!(by_more.unwrap_err(), Error::SignersMissing(outcomes.into()), "{}", case.id);
        for changed in parts.changes(case) {
            let document = text(&changed.parts.write(token.form));
            let error = verify(&document, &changed.payload, SignedBy::All).unwrap_err();
            assert_eq!(error, changed.error, "{}: {document}", case.id);
        }
        if token.form != Form::Compact {
            // What nobody signed is nothing that anybody is held to.
            let noted = text(&parts.with_note().write(token.form));
            let signatures = verify(&noted, &payload, SignedBy::AtLeast(valid)).unwrap();
            for signature in signatures.iter().flatten() {
                let note = signature.unprotected().param("note");
                assert_eq!(note, Some(&"by anybody".into()), "{}", case.id);
            }
        }
        check_other_policies(case, token, &keys);
        check_other_places(case, token, &keys);
        if let Some(jwt) = &case.jwt {
            let [key] = &case.signers[..] else { panic!("{}", case.id) };
            check_claims(&document, &keys, JwsAlg::from_name(&key.alg).unwrap(), &jwt.claims);
        }
        self.own_signed_token(case, token, &parts, &keys)?;
        let mut algs = case.signers.iter().map(|signer| JwsAlg::from_name(&signer.alg).unwrap());
        let is_made = case.signers.iter().all(|signer| signer.protected_b64u.is_some());
        Ok(match algs.all(is_deterministic) && is_made {
            true => Strength::Reproduced,
            false => Strength::Verified,
        })
    }

    /// The keys of the signatures, with the `kid` that the token names them by.
    fn verifying_keys(&self, case: &Case) -> Result<KeySet<VerifyingKey>, &'static str> {
        let mut keys = Vec::new();
        for signer in &case.signers {
            let (Some(alg), Some(index)) = (JwsAlg::from_name(&signer.alg), signer.key) else {
                continue;
            };
            match self.verifying_key(&case.keys[index].jwk, alg) {
                Ok(key) => keys.push(match kid_of(signer) {
                    Some(kid) => key.with_kid(kid),
                    None => key,
                }),
                // A signature that is not looked at needs no key.
                Err(_) if signer.protected_b64u.is_none() => {}
                Err(code) => return Err(code),
            }
        }
        Ok(keys.into_iter().collect())
    }

    /// One signature of a token that is verified: it says what the vector says, or is refused on purpose.
    fn judge_signature(
        &self,
        case: &Case,
        signer: &Signer,
        signature: &Result<JwsSignature, Error>,
    ) {
        let outcome = match signature {
            Ok(signature) => {
                let jwk = &case.keys[signer.key.unwrap()].jwk;
                assert_says(signature, signer, jwk);
                Ok(strength(signature.alg()))
            }
            Err(error) => Err(error.code()),
        };
        let form = "signature".to_owned();
        let unit = Unit { case: &case.id, kind: &case.kind, form, alg: &signer.alg };
        self.exceptions.judge(&unit, outcome);
    }
}

/// The outcomes of the signatures; of every function that verifies such a token the same.
pub(crate) fn verify(
    token: &Token,
    document: &str,
    payload: &[u8],
    keys: &KeySet<VerifyingKey>,
    policy: &Policy,
) -> Result<Vec<Result<JwsSignature, Error>>, Error> {
    match (token.form, token.detached) {
        (Form::Compact, true) => {
            let signature = Jws::verify_detached(document, payload, keys, policy);
            let in_chunks = Jws::verify_detached_from(document, payload, keys, policy);
            assert_eq!(in_chunks.map(|_| ()), signature.as_ref().map(|_| ()).map_err(Error::clone));
            Ok(vec![Ok(signature?)])
        }
        (_, true) => {
            let signatures = JwsJson::verify_detached(document, payload, keys, policy);
            let in_chunks = JwsJson::verify_detached_from(document, payload, keys, policy);
            assert_eq!(
                in_chunks.map(|signatures| count(&each(&signatures))),
                signatures.as_ref().map(|found| count(&each(found))).map_err(Error::clone)
            );
            Ok(each(&signatures?))
        }
        (form, false) => {
            let jws = JwsJson::verify_any_form(document, keys, policy);
            let of_any_form = jws.as_ref().map(JwsJson::payload).map_err(Error::clone);
            let of_this_form = match form {
                Form::Compact => Jws::verify(document, keys, policy).map(Jws::into_payload),
                _ => JwsJson::verify(document, keys, policy).map(JwsJson::into_payload),
            };
            assert_eq!(of_this_form.as_deref().map_err(Error::clone), of_any_form);
            let jws = jws?;
            assert_eq!(jws.payload(), payload);
            Ok(each(jws.signatures()))
        }
    }
}

fn each(signatures: &JwsSignatures) -> Vec<Result<JwsSignature, Error>> {
    let outcomes = signatures.outcomes().iter();
    outcomes.map(|outcome| outcome.signature().cloned().map_err(Error::clone)).collect()
}

pub(crate) fn count(signatures: &[Result<JwsSignature, Error>]) -> usize {
    signatures.iter().flatten().count()
}

/// What the vector needs beyond the least is refused without it.
fn check_other_policies(case: &Case, token: &Token, keys: &KeySet<VerifyingKey>) {
    if !is_unencoded(case) {
        return;
    }
    let strict = Policy::signed(&algs(case)).typ(Expect::Any).build().unwrap();
    let document = text(&token.value);
    let error = verify(token, &document, &payload_of(case), keys, &strict).unwrap_err();
    assert_eq!(error, Error::Refused(Refused::UnencodedPayload), "{}", case.id);
}

/// A payload that is elsewhere is not taken for one that is inside, nor the other way round.
fn check_other_places(case: &Case, token: &Token, keys: &KeySet<VerifyingKey>) {
    let (document, payload) = (text(&token.value), payload_of(case));
    let policy = policy(case).signed_by(SignedBy::Any).build().unwrap();
    let error = match (token.form, token.detached) {
        (Form::Compact, true) => Jws::verify(&document, keys, &policy).unwrap_err(),
        (Form::Compact, false) => {
            Jws::verify_detached(&document, &payload, keys, &policy).unwrap_err()
        }
        (_, true) => JwsJson::verify(&document, keys, &policy).unwrap_err(),
        (_, false) => JwsJson::verify_detached(&document, &payload, keys, &policy).unwrap_err(),
    };
    let expected = match (token.form, token.detached) {
        // It says that its payload is empty, which was not signed.
        (Form::Compact, true) => Error::InvalidSignature,
        (_, true) => Error::Malformed(Malformed::MissingMember("payload")),
        (_, false) => Error::Malformed(Malformed::AttachedPayload),
    };
    assert_eq!(error, expected, "{}", case.id);
}

/// A policy that allows what the vector has and nothing else.
pub(crate) fn policy(case: &Case) -> PolicyBuilder {
    let builder = Policy::signed(&algs(case)).typ(Expect::Any);
    if is_unencoded(case) { builder.allow_unencoded() } else { builder }
}

/// All where josie has none of them: then it is not for the policy that the token is refused.
fn algs(case: &Case) -> Vec<JwsAlg> {
    let algs = case.signers.iter().filter_map(|signer| JwsAlg::from_name(&signer.alg));
    match algs.collect::<Vec<_>>() {
        none if none.is_empty() => JwsAlg::ALL.to_vec(),
        algs => algs,
    }
}

/// The signature is by the vector's key, and shows the headers that the vector has.
fn assert_says(signature: &JwsSignature, signer: &Signer, jwk: &Map<String, Value>) {
    assert_eq!(signature.alg(), JwsAlg::from_name(&signer.alg).unwrap());
    assert_eq!(signature.key().alg(), signature.alg());
    assert_eq!(signature.kid(), kid_of(signer).as_deref());
    // Without a name of the token's, the key has its own.
    let own_kid = jwk.get("kid").and_then(Value::as_str);
    assert_eq!(signature.key().kid(), kid_of(signer).as_deref().or(own_kid));
    for (name, value) in &protected(signer) {
        match name.as_str() {
            "alg" => assert_eq!(value, signature.alg().name()),
            "kid" => assert_eq!(signature.unprotected().kid(), None),
            "typ" => assert_eq!(signature.header().typ(), value.as_str()),
            "b64" => assert_eq!(*value, false),
            "crit" => assert_eq!(signature.header().critical().count(), 0),
            _ => assert_eq!(signature.header().param(name), Some(value)),
        }
    }
    for (name, value) in signer.header.iter().flatten() {
        match name.as_str() {
            "kid" => assert_eq!(signature.unprotected().kid(), value.as_str()),
            _ => assert_eq!(signature.unprotected().param(name), Some(value)),
        }
    }
    if let Some(embedded) = signature.header().param("jwk") {
        let embedded: PublicJwk = serde_json::from_value(embedded.clone()).unwrap();
        let own = parse_jwk(jwk).unwrap().thumbprint(HashAlg::Sha256);
        assert_eq!(embedded.thumbprint(HashAlg::Sha256), own);
    }
}

/// The name of the key, wherever it stands.
pub(crate) fn kid_of(signer: &Signer) -> Option<String> {
    let of_either = |name: &str| {
        let protected = protected(signer).get(name).cloned();
        protected.or_else(|| signer.header.as_ref()?.get(name).cloned())
    };
    of_either("kid").map(|kid| kid.as_str().unwrap().to_owned())
}
