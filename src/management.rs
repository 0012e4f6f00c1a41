//! The header parameters of key management algorithms (RFC 7518 sections 4.6.1, 4.7.1 and 4.8.1).

use crate::material::KeyMaterial;

/// The header parameters that a key management algorithm writes and reads. What it does not use is `None`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KeyManagementHeader {
    /// The ephemeral public key of ECDH-ES. Of a token: `None` as well if it is none, has a private half, or is
    /// not well-formed; whether its point is on the curve is for the backend to find.
    pub epk: Option<KeyMaterial>,
    /// Agreement PartyUInfo of ECDH-ES, decoded.
    pub apu: Option<Vec<u8>>,
    /// Agreement PartyVInfo of ECDH-ES, decoded.
    pub apv: Option<Vec<u8>>,
    /// The initialization vector of an AES-GCM key wrap, decoded. Of a token: of any length.
    pub iv: Option<Vec<u8>>,
    /// The authentication tag of an AES-GCM key wrap, decoded. Of a token: of any length.
    pub tag: Option<Vec<u8>>,
    /// The salt input of PBES2, decoded: at least 8 bytes.
    pub p2s: Option<Vec<u8>>,
    /// The number of PBKDF2 iterations of PBES2, within the limits.
    pub p2c: Option<u32>,
}
