//! What README.md says of the registries is what the registries say.

#![cfg(all(feature = "aws-lc-rs", feature = "ring"))]

use josie::Curve;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyType;
use josie::Registry;

const README: &str = include_str!("../README.md");

#[test]
fn tables_of_algorithms_are_those_of_the_registries() {
    let signatures: Vec<String> = JwsAlg::ALL.iter().map(|alg| signature_row(*alg)).collect();
    let management: Vec<String> = JweAlg::ALL.iter().map(|alg| management_row(*alg)).collect();
    let content: Vec<String> = JweEnc::ALL.iter().map(|enc| content_row(*enc)).collect();

    assert_eq!(table("| `alg` | key |"), signatures);
    assert_eq!(table("| encryption `alg` | key |"), management);
    assert_eq!(table("| `enc` | key |"), content);
}

#[test]
fn version_in_the_manifest_is_the_one_to_depend_on() {
    let minor = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap().0;

    assert!(README.contains(&format!("josie = {{ version = \"{minor}\"")));
    assert!(README.contains(env!("CARGO_PKG_RUST_VERSION")));
}

/// The rows of the table that begins like this.
fn table(heading: &str) -> Vec<&'static str> {
    README
        .lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect()
}

fn signature_row(alg: JwsAlg) -> String {
    let key = match alg.crv() {
        Some(crv) => format!("{} {crv}", alg.kty()),
        None => alg.kty().to_string(),
    };
    row(alg.name(), &key, |registry| registry.signature(alg).is_some())
}

fn management_row(alg: JweAlg) -> String {
    let key = match alg.kty() {
        KeyType::Ec => format!("{}, {} {}", KeyType::Ec, KeyType::Okp, Curve::X25519),
        _ if alg.min_iterations().is_some() => "password".to_owned(),
        kty => kty.to_string(),
    };
    // `dir` takes nothing but a content encryption algorithm.
    row(alg.name(), &key, |registry| alg == JweAlg::Dir || registry.key_management(alg).is_some())
}

fn content_row(enc: JweEnc) -> String {
    let key = format!("{} bytes", enc.key_len());
    row(enc.name(), &key, |registry| registry.content_encryption(enc).is_some())
}

fn row(name: &str, key: &str, has: impl Fn(Registry) -> bool) -> String {
    let offers = |registry| if has(registry) { "yes" } else { "no" };
    let (aws_lc_rs, ring) = (offers(Registry::aws_lc_rs()), offers(Registry::ring()));
    format!("| {name} | {key} | {aws_lc_rs} | {ring} |")
}
