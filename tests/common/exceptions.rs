//! Project Wycheproof's cases against what josie does with them.
//!
//! A case passes when its outcome is what the vectors expect. Every other outcome must be listed in
//! `tests/data/wycheproof-exceptions.json`, and every listed one must still happen: a case that fails and is
//! not listed, a listed case that passes, and an entry that no case belongs to all fail the test.
//!
//! An entry of the list has:
//!
//! - the cases that it is for: `suite` (a final `*` stands for any ending), `registry` (or `*`), `expected` (or
//!   `any`), and one of `tcId` (a list), `flag`, `kind` and `all`; cases with one of the flags `without` are not
//!   meant;
//! - `actual`, what happens to each of them;
//! - the `reason`.

use serde::Deserialize;

const LIST: &str = include_str!("../data/wycheproof-exceptions.json");

/// What the vectors say of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    /// It must be accepted.
    Valid,
    /// It must be refused.
    Invalid,
    /// It is legitimate, and so is refusing it. josie's choice is always listed.
    Acceptable,
}

impl Expected {
    /// Converts the result type of a vectors crate, which is named by its `Debug` output.
    pub(crate) fn of(result: impl core::fmt::Debug) -> Self {
        match format!("{result:?}").as_str() {
            "Valid" => Self::Valid,
            "Invalid" => Self::Invalid,
            "Acceptable" => Self::Acceptable,
            other => panic!("unknown result {other}"),
        }
    }
}

/// What josie did with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Accepted,
    Refused,
    /// josie or this registry does not have the algorithm or the format.
    Unsupported,
}

/// One case and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    pub(crate) tc_id: usize,
    /// The case's flags, by their names in the vectors crate.
    pub(crate) flags: Vec<String>,
    /// The kind of object, such as `signature`, `jws` or `jwe`.
    pub(crate) kind: &'static str,
    pub(crate) expected: Expected,
    pub(crate) outcome: Outcome,
    pub(crate) comment: String,
}

impl Observation {
    fn passes(&self) -> bool {
        matches!(
            (self.expected, self.outcome),
            (Expected::Valid, Outcome::Accepted) | (Expected::Invalid, Outcome::Refused)
        )
    }
}

/// The names of the vectors' flags.
pub(crate) fn flag_names<F: core::fmt::Debug>(flags: &[F]) -> Vec<String> {
    flags.iter().map(|flag| format!("{flag:?}")).collect()
}

/// Compares the cases of one suite, as one registry did them, with the vectors and the list.
///
/// Panics with all differences if there is one, and if fewer than `min_cases` ran.
pub(crate) fn check(suite: &str, registry: &str, min_cases: usize, cases: &[Observation]) {
    let exceptions: Vec<Exception> =
        load().into_iter().filter(|entry| entry.is_for(suite, registry)).collect();
    let mut failures: Vec<String> =
        cases.iter().filter_map(|case| failure(case, &exceptions)).collect();
    for entry in &exceptions {
        failures.extend(entry.stale(cases));
    }

    assert!(
        failures.is_empty(),
        "{suite} on {registry}: {} of {} cases differ\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    assert!(
        cases.len() >= min_cases,
        "{suite} on {registry}: only {} cases ran, not {min_cases}",
        cases.len()
    );
}

/// The entries of the list that belong to none of these suites, so that nothing ever looks at them.
pub(crate) fn entries_without_suite(suites: &[&str]) -> Vec<String> {
    load()
        .into_iter()
        .filter(|entry| !suites.iter().any(|suite| entry.names_suite(suite)))
        .map(|entry| entry.suite)
        .collect()
}

fn load() -> Vec<Exception> {
    serde_json::from_str(LIST).expect("the list of exceptions is well-formed")
}

fn failure(case: &Observation, exceptions: &[Exception]) -> Option<String> {
    let listed: Vec<&Exception> = exceptions.iter().filter(|entry| entry.selects(case)).collect();
    let problem = match listed.as_slice() {
        [] if case.passes() => return None,
        [] => "is not listed".to_owned(),
        [entry] if case.passes() => format!("passes, but is listed: {}", entry.reason),
        [entry] if entry.actual == case.outcome => return None,
        [entry] => format!("is listed as {:?}", entry.actual),
        _ => "is listed twice".to_owned(),
    };
    let Observation { tc_id, flags, expected, outcome, comment, .. } = case;
    Some(format!(
        "  case {tc_id} ({comment:?}, flags {flags:?}): expected {expected:?}, was {outcome:?}; it {problem}"
    ))
}

/// An entry of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    suite: String,
    registry: String,
    #[serde(default, rename = "tcId")]
    tc_ids: Option<Vec<usize>>,
    #[serde(default)]
    flag: Option<String>,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    all: bool,
    expected: ExpectedOrAny,
    actual: Outcome,
    reason: String,
}

impl Exception {
    fn is_for(&self, suite: &str, registry: &str) -> bool {
        self.names_suite(suite) && (self.registry == "*" || self.registry == registry)
    }

    fn names_suite(&self, suite: &str) -> bool {
        match self.suite.strip_suffix('*') {
            Some(prefix) => suite.starts_with(prefix),
            None => suite == self.suite,
        }
    }

    fn selects(&self, case: &Observation) -> bool {
        let expected = match self.expected {
            ExpectedOrAny::Any => true,
            ExpectedOrAny::Valid => case.expected == Expected::Valid,
            ExpectedOrAny::Invalid => case.expected == Expected::Invalid,
            ExpectedOrAny::Acceptable => case.expected == Expected::Acceptable,
        };
        let excluded = self.without.iter().any(|flag| case.flags.contains(flag));
        expected && !excluded && self.names(case)
    }

    fn names(&self, case: &Observation) -> bool {
        match (&self.tc_ids, &self.flag, &self.kind, self.all) {
            (Some(ids), None, None, false) => ids.contains(&case.tc_id),
            (None, Some(flag), None, false) => case.flags.contains(flag),
            (None, None, Some(kind), false) => case.kind == kind,
            (None, None, None, true) => true,
            _ => panic!("not exactly one of tcId, flag, kind and all: {self:?}"),
        }
    }

    /// Says so if no case, or one of the listed numbers, is not there.
    fn stale(&self, cases: &[Observation]) -> Option<String> {
        let missing: Vec<usize> = match &self.tc_ids {
            Some(ids) => ids
                .iter()
                .copied()
                .filter(|id| !cases.iter().any(|case| case.tc_id == *id && self.selects(case)))
                .collect(),
            None => Vec::new(),
        };
        let unused = !cases.iter().any(|case| self.selects(case));
        (unused || !missing.is_empty())
            .then(|| format!("  an entry of the list has no case ({missing:?}): {self:?}"))
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExpectedOrAny {
    Valid,
    Invalid,
    Acceptable,
    Any,
}
