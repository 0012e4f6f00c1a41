//! The cryptographic backends behind the built-in registries, and what they have in common.
//!
//! *ring* and AWS-LC share most of their API: what reads the same for both stands once, in `shared/`, and
//! each backend compiles it against its own primitives. A backend's own files hold what it does differently.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod key_wrap;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod params;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod registries;
#[cfg(feature = "ring")]
mod ring;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod room;
#[cfg(all(test, any(feature = "aws-lc-rs", feature = "ring")))]
mod tests;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod verifier;
