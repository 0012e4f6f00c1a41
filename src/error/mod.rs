//! Three error types, one for each moment: [`KeyError`] when a key is read, made, kept or written, [`PolicyError`] when
//! a policy is built, [`Error`] when a token is processed.
//!
//! None of them carries text of the token, a claim's value or key material.

mod key;
mod key_document;
mod policy;
mod reasons;
mod token;

pub use key::KeyError;
pub use key_document::{JwkError, KeyFormat};
pub use policy::PolicyError;
pub use reasons::{ClaimReason, Limit, Malformed, Part, Refused, Unwritable};
pub use token::Error;

#[cfg(test)]
mod tests;
