//! Reading JWK sets (RFC 7517 section 5): tolerant in the large, strict in the small.

use serde::Deserialize;

use super::Jwk;
use super::UnusableJwk;
use super::name_format;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::alg::JwsAlg;
use crate::error::JwkError;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::json;
use crate::json::JsonError;
use crate::limits::Limits;
use crate::secret::SecretText;

/// The entries of a set, of which `accept` makes what the set holds.
pub(super) fn read_set<K>(
    text: &str,
    limits: &Limits,
    accept: impl Fn(Jwk) -> Result<K, KeyError>,
) -> Result<Vec<Result<K, UnusableJwk>>, KeyError> {
    let texts =
        entry_texts(text, limits).map_err(|error| name_format(error, KeyFormat::JwkSet, text))?;
    // An entry stands within the set's object and its array.
    let within = limits.with_json_depth(limits.json_depth().saturating_sub(2));
    let read = |text: &str| {
        let jwk = Jwk::parse_with(text, &within)?;
        let has_known_alg = check_alg(&jwk);
        // That a secret was published is the worse news.
        let key = accept(jwk)?;
        has_known_alg.map(|()| key)
    };
    let unusable = |text: &str, reason| UnusableJwk {
        reason,
        kid: readable_kid(text, limits),
        text: SecretText::new(text.to_owned()),
    };
    let entries = texts.into_iter();
    Ok(entries.map(|text| read(text).map_err(|reason| unusable(text, reason))).collect())
}

// RFC 7517 section 5: keys that are not understood are ignored, and an algorithm is a part of a key.
fn check_alg(jwk: &Jwk) -> Result<(), KeyError> {
    let is_known = |alg: &str| {
        JwsAlg::from_name(alg).is_some()
            || JweAlg::from_name(alg).is_some()
            || JweEnc::from_name(alg).is_some()
    };
    if jwk.alg().is_none_or(is_known) { Ok(()) } else { Err(JwkError::UnknownAlg.into()) }
}

/// The `kid` of an entry that is otherwise unusable, to say which one it is.
fn readable_kid(text: &str, limits: &Limits) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        kid: String,
    }
    let Named { kid } = serde_json::from_str(text).ok()?;
    (kid.len() <= limits.kid_bytes()).then_some(kid)
}

/// Reads the set itself and leaves each entry as text, so that a broken entry breaks nothing else.
fn entry_texts<'t>(text: &'t str, limits: &Limits) -> Result<Vec<&'t str>, KeyError> {
    let members =
        json::raw_members(text).map_err(|error| not_read(error, JwkError::NotAnObject))?;
    let mut keys = None;
    for (name, value) in members {
        if name == "keys" {
            keys = Some(value);
        } else {
            // Members that josie does not know are ignored (RFC 7517 section 5), but are JSON like all the others.
            json::check(value, limits.json_depth().saturating_sub(1))
                .map_err(|error| not_read(error, JwkError::Json))?;
        }
    }
    let keys = keys.ok_or(JwkError::Missing("keys"))?;
    let texts = json::raw_elements(keys, limits.jwk_set_keys())
        .map_err(|error| not_read(error, JwkError::Member("keys")))?;
    Ok(texts.ok_or(JwkError::Limit)?)
}

/// `wrong_type`: what a wrong type is.
fn not_read(error: JsonError, wrong_type: JwkError) -> KeyError {
    KeyError::Jwk(match error {
        JsonError::Syntax => JwkError::Json,
        JsonError::Duplicate => JwkError::DuplicateMember,
        JsonError::Depth => JwkError::Depth,
        JsonError::Type { .. } => wrong_type,
    })
}
