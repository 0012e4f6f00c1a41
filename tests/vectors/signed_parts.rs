//! What a signed token is made of, to be put together in any serialization, as it is or with something changed.

use josie::Error;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::model::Case;
use crate::model::Form;
use crate::model::Signer;
use crate::model::Token;
use crate::model::decode;
use crate::model::encode;
use crate::vector::flipped;

/// The parts of a JWS, as they are written.
#[derive(Clone)]
pub(crate) struct Parts {
    /// None if it is detached.
    payload: Option<String>,
    signatures: Vec<SignatureParts>,
}

#[derive(Clone)]
struct SignatureParts {
    protected: Option<String>,
    header: Option<Map<String, Value>>,
    signature: String,
}

/// A token that is not the vector's any more.
pub(crate) struct Change {
    pub(crate) parts: Parts,
    /// For a token that has it elsewhere.
    pub(crate) payload: Vec<u8>,
    pub(crate) error: Error,
}

impl Parts {
    pub(crate) fn of(case: &Case, token: &Token) -> Self {
        let attached = (!token.detached).then(|| payload_text(case, &payload_of(case)));
        let signature = |signer: &Signer| SignatureParts {
            protected: signer.protected_b64u.clone(),
            header: signer.header.clone(),
            signature: signer.signature_b64u.clone(),
        };
        Self { payload: attached, signatures: case.signers.iter().map(signature).collect() }
    }

    /// RFC 7515 section 7.
    pub(crate) fn write(&self, form: Form) -> Value {
        let entries = self.signatures.iter().map(|parts| {
            let mut entry = Map::new();
            entry.extend(parts.protected.clone().map(|text| ("protected".to_owned(), text.into())));
            entry.extend(parts.header.clone().map(|header| ("header".to_owned(), header.into())));
            entry.insert("signature".to_owned(), parts.signature.clone().into());
            entry
        });
        let mut entries: Vec<_> = entries.collect();
        let mut document = match form {
            Form::Compact => return self.write_compact().into(),
            Form::Flattened => entries.remove(0),
            Form::General => Map::from_iter([("signatures".to_owned(), json!(entries))]),
        };
        document.extend(self.payload.clone().map(|text| ("payload".to_owned(), text.into())));
        document.into()
    }

    fn write_compact(&self) -> String {
        let [SignatureParts { protected: Some(protected), header: None, signature }] =
            &self.signatures[..]
        else {
            panic!("not to be had in the compact form");
        };
        format!("{protected}.{}.{signature}", self.payload.as_deref().unwrap_or_default())
    }

    /// With a member in every unprotected header that nobody signed, which the compact form does not have.
    pub(crate) fn with_note(&self) -> Self {
        let mut noted = self.clone();
        for parts in &mut noted.signatures {
            let header = parts.header.get_or_insert_default();
            header.insert("note".to_owned(), "by anybody".into());
        }
        noted
    }

    /// A changed octet in each part, and what it is refused with where every signature must be valid.
    pub(crate) fn changes(&self, case: &Case) -> Vec<Change> {
        let payload = payload_of(case);
        let mut changes = Vec::new();
        for changed in flipped(&payload) {
            let invalid = |outcome: Result<(), Error>| outcome.and(Err(Error::InvalidSignature));
            let outcomes = outcomes(case).into_iter().map(invalid).collect();
            let mut parts = self.clone();
            parts.payload = parts.payload.map(|_| payload_text(case, &changed));
            changes.push(Change { parts, payload: changed, error: refusal(outcomes) });
        }
        for index in 0..self.signatures.len() {
            self.change_signature(case, index, &mut |parts, error| {
                changes.push(Change { parts, payload: payload.clone(), error });
            });
        }
        changes
    }

    fn change_signature(&self, case: &Case, index: usize, take: &mut dyn FnMut(Self, Error)) {
        let own = &self.signatures[index];
        let outcomes = |error: Error| {
            let mut outcomes = outcomes(case);
            // Of a signature that is not looked at, nothing changes.
            outcomes[index] = outcomes[index].clone().and(Err(error));
            refusal(outcomes)
        };
        let mut with = |error: Error, change: &dyn Fn(&mut SignatureParts)| {
            let mut parts = self.clone();
            change(&mut parts.signatures[index]);
            take(parts, error);
        };
        for changed in flipped(&decode(&own.signature)) {
            let error = outcomes(Error::InvalidSignature);
            with(error, &|parts| parts.signature = encode(&changed));
        }
        if let Some(protected) = &own.protected {
            let protected = decode(protected);
            // It says the same.
            let more = encode(&[&protected[..], b" "].concat());
            let error = outcomes(Error::InvalidSignature);
            with(error, &|parts| parts.protected = Some(more.clone()));
            // Without its braces it says nothing, whoever else has signed.
            let all = flipped(&protected);
            for broken in [all.first(), all.last()] {
                let error = Error::Malformed(Malformed::Json(Part::Header));
                with(error, &|parts| parts.protected = broken.map(|octets| encode(octets)));
            }
        }
        if own.header.as_ref().is_some_and(|header| header.contains_key("kid")) {
            let error = outcomes(Error::UnknownKey);
            with(error, &|parts| {
                let header = parts.header.as_mut().unwrap();
                header.insert("kid".to_owned(), "another".into());
            });
        }
    }

    /// The signatures of josie's own document are the vector's where `is_fixed` says so. josie's has none without a
    /// protected header.
    pub(crate) fn assert_own_signatures(
        &self,
        own: &Value,
        form: Form,
        is_fixed: impl Fn(usize) -> bool,
    ) {
        let made =
            (0..self.signatures.len()).filter(|index| self.signatures[*index].protected.is_some());
        for (own_index, index) in made.enumerate() {
            let Self { payload, signatures } = self;
            let only =
                Self { payload: payload.clone(), signatures: vec![signatures[index].clone()] };
            let entry = |token: &Value, index: usize| match form {
                Form::General => token["signatures"][index].clone(),
                Form::Compact | Form::Flattened => token.clone(),
            };
            if is_fixed(index) {
                assert_eq!(entry(own, own_index), entry(&only.write(form), 0));
            }
        }
    }
}

/// What becomes of each signature of the vector's own token.
pub(crate) fn outcomes(case: &Case) -> Vec<Result<(), Error>> {
    let unprotected = Error::Refused(Refused::UnprotectedAlgorithm);
    let outcome = |protected: &Option<String>| protected.as_ref().map(|_| ()).ok_or(&unprotected);
    let outcomes = case.signers.iter().map(|signer| outcome(&signer.protected_b64u));
    outcomes.map(|outcome| outcome.map_err(Error::clone)).collect()
}

/// What a token is refused with whose signatures come to this.
pub(crate) fn refusal(outcomes: Vec<Result<(), Error>>) -> Error {
    match &outcomes[..] {
        [Err(error)] => error.clone(),
        _ => Error::SignersMissing(outcomes.into()),
    }
}

pub(crate) fn payload_of(case: &Case) -> Vec<u8> {
    decode(case.payload_b64u.as_ref().unwrap())
}

pub(crate) fn is_unencoded(case: &Case) -> bool {
    case.b64 == Some(false)
}

/// The payload as it stands in a token.
fn payload_text(case: &Case, payload: &[u8]) -> String {
    if is_unencoded(case) { String::from_utf8(payload.to_vec()).unwrap() } else { encode(payload) }
}
