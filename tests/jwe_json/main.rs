//! JWE in the JSON serializations (RFC 7516 section 7.2): what is written is read, by every algorithm of every
//! registry, and what breaks a rule is refused with the error that says so.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod by_hand;
#[path = "../common/mod.rs"]
mod common;
mod documents;
mod entries;
mod octets;
mod properties;
mod reading;
mod recipients;
#[path = "../attacks_jwe/sealing.rs"]
#[allow(dead_code)]
mod sealing;
mod unwritable;
mod writing;
