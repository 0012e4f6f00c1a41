//! Every case of every file in `test-vectors/`, on every registry that is built in.
//!
//! A case reaches exactly one strength, stated in `test-vectors/expectations.json`:
//!
//! - *reproduced*: the inputs fix the output, and josie's is the vector's own: every signature, encrypted key and
//!   ciphertext of the case, or a thumbprint. For encryption the random octets are scripted, which takes a registry
//!   made for it.
//! - *verified*: josie cannot be asked for one of these signatures or encrypted keys. The token verifies or decrypts,
//!   no changed copy of it does, and a fresh one by the vector's keys does too, where the document gives their private
//!   halves. A key is read, bound and written again with the members of the document.
//! - *refused*: the case must not be accepted, and is not, with the error that
//!   `test-vectors/exceptions.json` states.
//!
//! Every token of a case is run, and all reach the strength of the case.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod encrypted_own;
mod encrypted_parts;
mod encryption;
mod exceptions;
mod keys;
mod model;
mod pieces;
mod runner;
mod scripted;
mod signed;
mod signed_own;
mod signed_parts;
mod vector;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;

use crate::common::registries;
use crate::model::Counts;
use crate::model::Expectations;
use crate::model::Totals;
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
        for (name, stated) in &expectations().files {
            let reached = &run.strengths[name];
            let stated: BTreeMap<_, _> = stated
                .iter()
                .map(|(id, strength)| (id.clone(), strength.on(run.registry)))
                .collect();
            assert_eq!(*reached, stated, "{name} on {}", run.registry);
        }
        print_table(run);
    }
}

#[test]
fn every_token_of_every_case_is_run_and_counted_on_every_registry() {
    let mut listed = BTreeSet::new();
    for name in expectations().files.keys() {
        let file: Value = model::read_json(name);
        for case in file["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            let tokens = case.get("tokens").map_or(&[][..], |tokens| tokens.as_array().unwrap());
            let is_token = ["jws", "jwe"].contains(&case["kind"].as_str().unwrap());
            assert_eq!(!tokens.is_empty(), is_token, "{id}");
            for token in tokens {
                let detached = if token["detached"] == true { "detached " } else { "" };
                let form = format!("{detached}{}", token["form"].as_str().unwrap());
                assert!(listed.insert((id.to_owned(), form)), "{id} has two in one form");
            }
        }
    }

    for run in runs() {
        let found: BTreeSet<_> = run.tokens.keys().cloned().collect();
        assert_eq!(found, listed, "on {}", run.registry);
        let cases = Counts::of(run.strengths.values().flat_map(BTreeMap::values));
        let tokens = Counts::of(run.tokens.values());
        let totals = Totals { cases, tokens };
        assert_eq!(totals, expectations().totals_on(run.registry), "on {}", run.registry);
    }
}

#[test]
fn tokens_with_headers_where_and_as_josie_writes_them_are_reproduced_whole() {
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

/// Seen with `cargo test --test vectors -- --nocapture`.
fn print_table(run: &Run) {
    println!("\n{:<22} {:>10} {:>10} {:>10}", run.registry, "reproduced", "verified", "refused");
    for (name, strengths) in &run.strengths {
        print_row(name, Counts::of(strengths.values()));
    }
    print_row("cases", Counts::of(run.strengths.values().flat_map(BTreeMap::values)));
    print_row("tokens", Counts::of(run.tokens.values()));
    println!("{:<22} {:>10}", "whole tokens", run.whole_tokens.len());
}

fn print_row(name: &str, Counts { reproduced, verified, refused }: Counts) {
    println!("{name:<22} {reproduced:>10} {verified:>10} {refused:>10}");
}
