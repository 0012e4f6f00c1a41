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
mod backend;
mod base64url;
mod claims;
mod error;
mod header;
mod json;
mod jwk;
mod jws;
mod jwt;
mod key;
mod limits;
mod material;
mod policy;
mod registry;
mod secret;
mod time;

pub use alg::{Curve, JwsAlg, KeyType};
pub use claims::{Audience, Claims, NoClaims};
pub use error::{
    ClaimReason, Error, JwkError, KeyError, KeyFormat, Limit, Malformed, Part, PolicyError, Refused,
};
pub use header::Header;
pub use jwk::{Jwk, JwkSet, PublicJwk};
pub use jws::{Jws, UnverifiedClaims, UnverifiedJws};
pub use jwt::Jwt;
pub use key::{KeySet, Report, ReportEntry, SigningKey, VerifyingKey};
pub use limits::Limits;
pub use material::{EcParams, KeyMaterial, KeyParams, OctParams, OkpParams, RsaParams, RsaPrivate};
pub use policy::{Expect, JwtPolicy, JwtPolicyBuilder, Policy, PolicyBuilder};
pub use registry::{
    GenerateInput, InvalidSignature, Registry, RsaBits, SignInput, SignatureAlgorithm, Signer,
    SigningFailed, Verifier, VerifyInput,
};
pub use secret::SecretBytes;
pub use time::{Clock, ClockError, NumericDate, SystemClock};
