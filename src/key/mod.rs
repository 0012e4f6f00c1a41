//! Keys: material bound to exactly one algorithm in one role (RFC 8725 section 3.1).

mod bind;
mod set;
mod signing;
mod verifying;

pub use self::set::KeySet;
pub use self::set::Report;
pub use self::set::ReportEntry;
pub use self::signing::SigningKey;
pub use self::verifying::VerifyingKey;
