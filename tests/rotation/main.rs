//! Rings of keys, and rotations in which no honest token is refused, by a scripted clock.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod decryption;
mod periods;
mod properties;
mod publishing;
mod ring;
mod script;
mod signing;
