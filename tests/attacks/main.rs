//! The catalogue of attacks on tokens, one test for each: what must be refused, with the error that says so,
//! beside the honest token that differs in the attacked property alone.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod numbers;
mod section_1a;
mod section_1b;
mod section_1c;
mod section_1d;
mod section_1e;
mod section_2a;
mod section_2b;
mod section_3a;
mod section_3b;
mod section_3c;
mod section_3d;
mod support;
