//! josie
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::incompatible_msrv
    )
)]

mod alg;
mod error;
mod material;
mod registry;
mod secret;
mod time;

pub use alg::{Curve, JwsAlg, KeyType};
pub use error::{
    ClaimReason, Error, JwkError, KeyError, KeyFormat, Limit, Malformed, Part, PolicyError, Refused,
};
pub use material::{EcParams, KeyMaterial, KeyParams, OctParams, OkpParams, RsaParams, RsaPrivate};
pub use registry::{
    GenerateInput, InvalidSignature, Registry, RsaBits, SignInput, SignatureAlgorithm, Signer,
    SigningFailed, Verifier, VerifyInput,
};
pub use secret::SecretBytes;
pub use time::{Clock, ClockError, NumericDate, SystemClock};
