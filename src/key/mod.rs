//! Keys: material bound to exactly one algorithm in one role (RFC 8725 section 3.1).

mod bind;
mod cipher;
mod decryption;
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod default_registry;
#[cfg(feature = "encrypted-pkcs8")]
mod encrypted_pkcs8;
mod encryption;
mod export;
mod from_jwk;
mod from_set;
mod password;
mod set;
mod signing;
#[cfg(test)]
mod tests;
mod verifying;

pub use self::decryption::DecryptionKey;
pub use self::encryption::EncryptionKey;
pub use self::from_set::Report;
pub use self::from_set::ReportEntry;
pub use self::password::Password;
pub(crate) use self::set::Candidates;
pub use self::set::KeySet;
pub use self::signing::SigningKey;
pub use self::verifying::VerifyingKey;
