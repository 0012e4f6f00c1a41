//! Encryption through the public API: which keys go with which algorithms, which tokens come back, and which key a
//! token is tried with.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod confusion;
mod generate;
mod keys;
mod kinds;
mod lies;
mod pairs;
mod passwords;
mod restrictions;
mod sealed;
mod secrets;
mod selection;
