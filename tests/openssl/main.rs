//! Keys that the `openssl` command makes and reads, made anew by each run.
//!
//! Where there is no such command the tests say so and pass, unless `JOSIE_REQUIRE_OPENSSL=1` is set.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod exported;
mod imported;
mod tool;
mod used;
