//! josie's own signed tokens over the payloads and headers of the vectors.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::KeySet;
use josie::SigningKey;
use josie::UnprotectedHeader;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

use crate::model::Case;
use crate::model::Form;
use crate::model::Signer;
use crate::model::Token;
use crate::runner::Runner;
use crate::signed::count;
use crate::signed::kid_of;
use crate::signed::policy;
use crate::signed::verify;
use crate::signed_parts::Parts;
use crate::signed_parts::is_unencoded;
use crate::signed_parts::payload_of;
use crate::vector::is_deterministic;
use crate::vector::is_in_josies_form;
use crate::vector::is_private;
use crate::vector::protected;

impl Runner<'_> {
    /// josie's token over the vector's payload and headers, by all signers whose `alg` is protected.
    pub(crate) fn own_signed_token(
        &mut self,
        case: &Case,
        token: &Token,
        parts: &Parts,
        keys: &KeySet<VerifyingKey>,
    ) -> Result<(), &'static str> {
        let mut requested = Vec::new();
        let signers = || case.signers.iter().filter(|signer| signer.protected_b64u.is_some());
        for signer in signers() {
            let jwk = &case.keys[signer.key.unwrap()].jwk;
            if !is_private(jwk) {
                return Ok(());
            }
            requested.push((header(signer), unprotected(signer), self.own_key(signer, jwk)?));
        }
        let mut builder = JwsBuilder::new();
        for (header, unprotected, key) in &requested {
            builder = match unprotected {
                Some(unprotected) => builder.signature_with(header, unprotected, key),
                None => builder.signature(header, key),
            };
        }
        if is_unencoded(case) {
            builder = builder.unencoded();
        }
        if token.detached {
            builder = builder.detached();
        }
        let payload = payload_of(case);

        let own = write(&builder, token.form, &payload).unwrap();

        let policy = policy(case).build().unwrap();
        let signatures = verify(token, &own, &payload, keys, &policy).unwrap();
        assert_eq!(count(&signatures), requested.len(), "{}", case.id);
        let is_compact = token.form == Form::Compact;
        let value = if is_compact { own.into() } else { serde_json::from_str(&own).unwrap() };
        let is_fixed = |signer: &Signer| {
            let alg = JwsAlg::from_name(&signer.alg).unwrap();
            let form = ["alg", "kid", "typ"];
            let protected = signer.protected_b64u.as_ref();
            is_deterministic(alg) && protected.is_some_and(|text| is_in_josies_form(text, &form))
        };
        let is_whole = case.signers.iter().all(is_fixed);
        if is_whole {
            assert_eq!(value, token.value, "{}", case.id);
            self.whole_tokens.insert(format!("{} {}", case.id, token.name()));
        }
        if !is_compact {
            parts.assert_own_signatures(&value, token.form, |index| is_fixed(&case.signers[index]));
        }
        check_other_writers(&builder, case, token, is_whole, &requested);
        Ok(())
    }

    fn own_key(
        &self,
        signer: &Signer,
        jwk: &Map<String, Value>,
    ) -> Result<SigningKey, &'static str> {
        let mut jwk = jwk.clone();
        jwk.remove("kid");
        let key = self.signing_key(&jwk, JwsAlg::from_name(&signer.alg).unwrap())?;
        Ok(match kid_of(signer) {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }
}

fn write(builder: &JwsBuilder<'_>, form: Form, payload: &[u8]) -> Result<String, Error> {
    match form {
        Form::Compact => builder.compact(payload),
        Form::Flattened => builder.flattened(payload),
        Form::General => builder.general(payload),
    }
}

/// What fixes every octet is written the same by every function that writes it.
fn check_other_writers(
    builder: &JwsBuilder<'_>,
    case: &Case,
    token: &Token,
    is_whole: bool,
    requested: &[(Header, Option<UnprotectedHeader>, SigningKey)],
) {
    if !is_whole {
        return;
    }
    let payload = payload_of(case);
    let own = write(builder, token.form, &payload).unwrap();
    if token.detached {
        let from = match token.form {
            Form::Compact => builder.compact_from(&payload[..]),
            Form::Flattened => builder.flattened_from(&payload[..]),
            Form::General => builder.general_from(&payload[..]),
        };
        assert_eq!(from.unwrap(), own, "{}", case.id);
    } else if token.form == Form::Compact {
        let [(header, _, key)] = requested else { panic!("{}", case.id) };
        assert_eq!(Jws::sign(&payload, header, key).unwrap(), own, "{}", case.id);
    }
}

fn header(signer: &Signer) -> Header {
    let protected = protected(signer);
    let mut header = match protected.get("typ") {
        Some(typ) => Header::typed(typ.as_str().unwrap()),
        None => Header::new(),
    };
    for (name, value) in &protected {
        if !["alg", "kid", "typ", "b64", "crit"].contains(&name.as_str()) {
            header = header.with_param(name, value.clone());
        }
    }
    header
}

fn unprotected(signer: &Signer) -> Option<UnprotectedHeader> {
    let header = signer.header.as_ref()?;
    Some(header.iter().fold(UnprotectedHeader::new(), |unprotected, (name, value)| {
        match name.as_str() {
            "kid" => unprotected.with_kid_of_key(),
            _ => unprotected.with_param(name, value.clone()),
        }
    }))
}
