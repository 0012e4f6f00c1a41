//! The catalogue of attacks on encrypted tokens, one test for each: what must be refused, with the error that says
//! so, beside the honest token that differs in the attacked property alone.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod sealing;
