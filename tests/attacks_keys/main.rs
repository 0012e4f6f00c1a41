//! The catalogue of attacks on keys, one test for each: what must be refused, by whatever door it comes in and whatever
//! it is wanted for, beside the honest key that differs in the attacked property alone.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod careless;
mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod der;
mod documents;
mod doors;
mod halves;
mod points;
mod post_quantum;
mod published;
mod purposes;
mod roles;
mod rsa_private;
mod rsa_public;
mod secrets;
mod selection;
mod set_limits;
mod sets;
mod tokens;
