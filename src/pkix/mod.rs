//! Keys in PEM and DER: the structures of PKCS#8, SPKI and their relatives, and what is read of them.

mod der;
mod format;
mod import;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::der::ec_private_key_without_public_half;
pub(crate) use self::format::detect;
