//! Every seed of every fuzz target, in a plain test.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

// In `fuzz/` it is a library, whose functions are public.
#[allow(unreachable_pub)]
#[path = "../fuzz/replay.rs"]
mod replay;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn replayed() -> BTreeSet<String> {
    replay::TARGETS.map(|(name, _)| name.to_owned()).into_iter().collect()
}

fn names_in(directory: &str) -> BTreeSet<String> {
    fs::read_dir(fuzz().join(directory))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_seed_of_every_target_is_replayed() {
    for (name, target) in replay::TARGETS {
        let mut seeds = 0;

        for entry in fs::read_dir(fuzz().join("corpus").join(name)).unwrap() {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
            seeds += 1;
        }

        assert!(seeds > 0, "{name} has no seeds");
    }
}

#[test]
fn targets_of_the_manifest_are_those_that_are_replayed() {
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();

    let declared: BTreeSet<String> = manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|bin| bin.split('"').nth(1))
        .map(str::to_owned)
        .collect();

    assert_eq!(declared, replayed());
    assert_eq!(names_in("corpus"), replayed());
    let files = replayed().iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names_in("fuzz_targets"), files);
}

#[test]
fn targets_call_the_function_of_their_name() {
    for name in replayed() {
        let file = fuzz().join("fuzz_targets").join(format!("{name}.rs"));
        let text = fs::read_to_string(file).unwrap();

        assert!(text.contains(&format!("josie_fuzz::{name}(")), "{name}");
        assert!(text.lines().count() <= 15, "{name}");
    }
}
