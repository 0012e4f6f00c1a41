//! Interoperability: what josie writes is read by implementations that are not josie's, and what they write by josie,
//! over every algorithm that both have. The keys are made anew by each run, by josie and by the others.
//!
//! `peer.mjs` and `peer.py` do what they are asked to with the packages that `package.json` and `requirements.txt` name;
//! `.ci/run` installs them. Where they are not installed the tests say so and pass, unless `JOSIE_REQUIRE_INTEROP=1` is
//! set. What a package does not have is listed in `lacks.rs`, and tried all the same: the lists are exact.
//!
//! The registry is the default one, which has every algorithm; that the other one reads and writes the same is tested
//! elsewhere.
#![cfg(feature = "aws-lc-rs")]

mod edges;
mod extensions;
mod jwe;
mod jwk;
mod jws;
mod jwt;
mod keys;
mod lacks;
mod peer;
