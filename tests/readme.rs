//! What README.md says of the registries is what the registries say.

#![cfg(all(feature = "aws-lc-rs", feature = "ring"))]

use josie::JwsAlg;
use josie::Registry;

const README: &str = include_str!("../README.md");

#[test]
fn table_of_algorithms_is_that_of_the_registries() {
    let expected: Vec<String> = JwsAlg::ALL.iter().map(|alg| row(*alg)).collect();

    let found: Vec<&str> = README
        .lines()
        .skip_while(|line| !line.starts_with("| `alg` |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();

    assert_eq!(found, expected);
}

#[test]
fn version_in_the_manifest_is_the_one_to_depend_on() {
    let minor = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap().0;

    assert!(README.contains(&format!("josie = {{ version = \"{minor}\"")));
    assert!(README.contains(env!("CARGO_PKG_RUST_VERSION")));
}

fn row(alg: JwsAlg) -> String {
    let offers = |registry: Registry| match registry.signature(alg) {
        Some(entry) => {
            assert_eq!(entry.alg(), alg);
            "yes"
        }
        None => "no",
    };
    let key = match alg.crv() {
        Some(crv) => format!("{} {crv}", alg.kty()),
        None => alg.kty().to_string(),
    };
    let (aws_lc_rs, ring) = (offers(Registry::aws_lc_rs()), offers(Registry::ring()));
    format!("| {alg} | {key} | {aws_lc_rs} | {ring} |")
}
