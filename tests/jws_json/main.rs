//! JWS in every serialization (RFC 7515 section 7, RFC 7797): what is signed is what is verified, and who must have
//! signed is what the policy says.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod adding;
mod authors;
mod chunks;
#[path = "../common/mod.rs"]
mod common;
mod critical;
mod embedded;
mod forms;
mod headers;
mod limits;
mod properties;
mod signers;
mod structure;
mod unencoded;
mod writing;
