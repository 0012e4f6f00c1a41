//! Keys in PEM and DER: the structures of PKCS#8, SPKI and their relatives, and how they are read and written.

mod der;
#[cfg(feature = "encrypted-pkcs8")]
mod encrypted;
mod export;
mod format;
mod import;
mod pem;
mod read;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::der::ec_private_key_without_public_half;
#[cfg(feature = "encrypted-pkcs8")]
pub(crate) use self::encrypted::open_der;
#[cfg(feature = "encrypted-pkcs8")]
pub(crate) use self::encrypted::open_pem;
pub(crate) use self::format::detect;
