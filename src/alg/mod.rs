//! The algorithm tables: one row of facts for each algorithm.

mod enc;
mod jwe;
mod jws;
mod key;

pub use self::enc::JweEnc;
pub use self::jwe::JweAlg;
pub use self::jwe::KeyManagementMode;
pub use self::jws::JwsAlg;
pub use self::key::Curve;
pub use self::key::KeyType;
