//! `test-vectors/exceptions.json`: what is refused on purpose, and why.

use std::cell::Cell;

use serde::Deserialize;

use crate::model::Strength;
use crate::model::read_json;

/// One thing that a case asks for: a token in one form, one signature, one key.
#[derive(Debug)]
pub(crate) struct Unit<'c> {
    pub(crate) case: &'c str,
    pub(crate) kind: &'c str,
    /// A token's form; `signature` for one that stands in it, `passed over` for a recipient of it that does not decrypt;
    /// `signer`, `content` and `recipient` for parts by themselves; else the case's kind.
    pub(crate) form: String,
    /// Of content by itself, its `enc`. Of a key by itself, its curve.
    pub(crate) alg: &'c str,
}

pub(crate) struct Exceptions<'r> {
    registry: &'r str,
    entries: Vec<(Exception, Cell<bool>)>,
}

impl<'r> Exceptions<'r> {
    /// The entries that count for this registry.
    pub(crate) fn read(registry: &'r str) -> Self {
        let entries: Vec<Exception> = read_json("exceptions.json");
        for entry in &entries {
            assert!(entry.is_well_formed(), "{entry:?}");
        }
        Self {
            registry,
            entries: entries
                .into_iter()
                .filter(|entry| entry.registry == "*" || entry.registry == registry)
                .filter(|entry| entry.without.is_none() || !cfg!(feature = "deflate"))
                .map(|entry| (entry, Cell::new(false)))
                .collect(),
        }
    }

    /// The strength that stands for the outcome: refused, with the error that the entry for this unit states; without
    /// an entry it must be a success.
    pub(crate) fn judge(&self, unit: &Unit<'_>, outcome: Result<Strength, &str>) -> Strength {
        let registry = self.registry;
        let mut matching = self.entries.iter().filter(|(entry, _)| entry.covers(unit));
        let Some((entry, is_used)) = matching.next() else {
            return outcome.unwrap_or_else(|code| panic!("{unit:?} on {registry}: {code}"));
        };
        if let Some((second, _)) = matching.next() {
            panic!("{unit:?} on {registry} has two exceptions: {entry:?} and {second:?}");
        }
        is_used.set(true);
        match outcome {
            Ok(strength) => panic!("{unit:?} on {registry} is {strength:?}, despite {entry:?}"),
            Err(code) => assert_eq!(code, entry.error, "{unit:?} on {registry}"),
        }
        Strength::Refused
    }

    /// The reasons of the entries that covered nothing.
    pub(crate) fn unused(self) -> Vec<String> {
        self.entries
            .into_iter()
            .filter(|(_, is_used)| !is_used.get())
            .map(|(entry, _)| entry.reason)
            .collect()
    }
}

/// A member that is not there covers everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    cases: Option<Vec<String>>,
    kind: Option<String>,
    forms: Option<Vec<String>>,
    alg: Option<String>,
    registry: String,
    /// `deflate`: it counts only if that feature is off.
    without: Option<String>,
    /// The code of the error that josie gives.
    error: String,
    reason: String,
}

impl Exception {
    fn is_well_formed(&self) -> bool {
        let is_known_registry = ["*", "aws-lc-rs", "ring"].contains(&self.registry.as_str());
        let is_specific = self.cases.is_some() || self.kind.is_some();
        let is_known_feature = self.without.as_ref().is_none_or(|feature| feature == "deflate");
        is_known_registry && is_known_feature && is_specific && !self.reason.is_empty()
    }

    fn covers(&self, unit: &Unit<'_>) -> bool {
        let is_case =
            self.cases.as_ref().is_none_or(|cases| cases.iter().any(|case| case == unit.case));
        is_case
            && self.kind.as_deref().is_none_or(|kind| kind == unit.kind)
            && self.forms.as_ref().is_none_or(|forms| forms.contains(&unit.form))
            && self.alg.as_deref().is_none_or(|alg| alg == unit.alg)
    }
}
