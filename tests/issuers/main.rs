//! Several issuers: a token is verified with the keys and the policy of the issuer that it names, and with no others.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod building;
#[path = "../common/mod.rs"]
mod common;
mod confusion;
mod counted;
mod limits;
mod names;
mod nested;
mod parties;
mod refresh;
mod structure;
