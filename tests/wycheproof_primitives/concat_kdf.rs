//! The Concat KDF of ECDH-ES, written a second time, so that it is not the backend that confirms itself.

use sha2::Digest;
use sha2::Sha256;

/// The key of `key_len` bytes that `z` derives for `algorithm_id`, where no party is named (RFC 7518 section 4.6.2,
/// NIST SP 800-56A section 5.8.1).
pub(crate) fn derive(z: &[u8], algorithm_id: &str, key_len: usize) -> Vec<u8> {
    let rounds = u32::try_from(key_len.div_ceil(32)).unwrap();
    let mut derived = Vec::new();
    for round in 1..=rounds {
        let mut hash = Sha256::new();
        hash.update(round.to_be_bytes());
        hash.update(z);
        hash.update(u32::try_from(algorithm_id.len()).unwrap().to_be_bytes());
        hash.update(algorithm_id);
        // PartyUInfo and PartyVInfo: the length of nothing.
        hash.update([0; 8]);
        hash.update(u32::try_from(key_len * 8).unwrap().to_be_bytes());
        derived.extend_from_slice(&hash.finalize());
    }
    derived.truncate(key_len);
    derived
}
