//! Every case of every file in `test-vectors/`, on every registry that is built in.
//!
//! A case reaches exactly one strength, stated in `test-vectors/expectations.json`:
//!
//! - *reproduced*: the inputs fix the output, and josie's is the vector's own: a signature, an encrypted key, a
//!   ciphertext, a thumbprint. For encryption the random octets are scripted, which takes a registry made for it.
//! - *verified*: josie cannot be asked for this very signature or encrypted key. It verifies or decrypts, no changed
//!   copy of it does, and a fresh one by the vector's key does too, where the document gives its private half. A key
//!   is read, bound and written again with the members of the document.
//! - *refused*: the case must not be accepted, and is not, with the error that
//!   `test-vectors/exceptions.json` states.
//!
//! What josie cannot do yet is *not there yet*, in the same file and with the error that it gives today, so
//! that the day it works is noticed.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod encryption;
mod exceptions;
mod keys;
mod model;
mod pieces;
mod runner;
mod scripted;
mod signed;
mod signed_parts;
mod vector;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::common::registries;
use crate::model::Expectations;
use crate::model::Strength;
use crate::model::VectorFile;
use crate::runner::Run;

#[test]
fn vector_files_are_exactly_those_that_are_listed() {
    let found = model::json_files();

    let listed: BTreeSet<String> = expectations()
        .files
        .keys()
        .cloned()
        .chain(["exceptions.json", "expectations.json"].map(str::to_owned))
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn every_case_has_a_stated_strength_and_an_id_of_its_own() {
    let mut seen = BTreeSet::new();

    for (name, stated) in &expectations().files {
        let ids: BTreeSet<String> =
            VectorFile::read(name).cases.into_iter().map(|case| case.id).collect();
        assert_eq!(ids, stated.keys().cloned().collect(), "{name}");
        for id in ids {
            assert!(seen.insert(id.clone()), "{id} stands twice");
        }
    }
}

#[test]
fn every_case_reaches_its_stated_strength_on_every_registry() {
    for run in runs() {
        let mut table = Vec::new();
        for (name, stated) in &expectations().files {
            let reached = &run.strengths[name];
            let stated: BTreeMap<_, _> = stated
                .iter()
                .map(|(id, strength)| (id.clone(), strength.on(run.registry)))
                .collect();
            assert_eq!(*reached, stated, "{name} on {}", run.registry);
            table.push((name.as_str(), count(reached.values())));
        }
        print_table(run.registry, &table);
    }
}

#[test]
fn tokens_with_a_header_in_the_form_that_josie_writes_are_reproduced_whole() {
    for run in runs() {
        let expected = expectations().whole_tokens_on(run.registry);
        assert_eq!(run.whole_tokens, expected, "on {}", run.registry);
    }
}

#[test]
fn every_exception_matches_a_case() {
    for run in runs() {
        assert_eq!(run.unused_exceptions, Vec::<String>::new(), "on {}", run.registry);
    }
}

fn runs() -> &'static [Run] {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let files: BTreeMap<String, VectorFile> = expectations()
            .files
            .keys()
            .map(|name| (name.clone(), VectorFile::read(name)))
            .collect();
        registries().into_iter().map(|(name, registry)| Run::new(name, registry, &files)).collect()
    })
}

fn expectations() -> &'static Expectations {
    static EXPECTATIONS: OnceLock<Expectations> = OnceLock::new();
    EXPECTATIONS.get_or_init(|| model::read_json("expectations.json"))
}

const COLUMNS: [Strength; 4] =
    [Strength::Reproduced, Strength::Verified, Strength::Refused, Strength::NotThereYet];

fn count<'a>(strengths: impl Iterator<Item = &'a Strength> + Clone) -> [usize; 4] {
    COLUMNS.map(|column| strengths.clone().filter(|strength| **strength == column).count())
}

/// Seen with `cargo test --test vectors -- --nocapture`.
fn print_table(registry: &str, rows: &[(&str, [usize; 4])]) {
    println!(
        "\n{registry:<22} {:>10} {:>10} {:>10} {:>14}",
        "reproduced", "verified", "refused", "not there yet"
    );
    let mut total = [0; 4];
    for (name, counts) in rows {
        print_row(name, *counts);
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    print_row("total", total);
}

fn print_row(name: &str, [reproduced, verified, refused, not_there_yet]: [usize; 4]) {
    println!("{name:<22} {reproduced:>10} {verified:>10} {refused:>10} {not_there_yet:>14}");
}
