//! What the packages do not have or write in another way. Everything else is expected to work in every combination.

use josie::Header;
use josie::JweAlg;
use josie::JwsAlg;

use super::jws::Form;
use super::jws::Shape;
use super::keys;
use super::peer::Peer;

/// The package has no function for the algorithm.
pub(crate) fn lacks_jws_alg(peer: Peer, alg: JwsAlg) -> bool {
    peer == Peer::Jose && alg == JwsAlg::Es256K
}

/// The package has no function for the algorithm.
pub(crate) fn lacks_jwe_alg(peer: Peer, alg: JweAlg) -> bool {
    let newer = [JweAlg::RsaOaep384, JweAlg::RsaOaep512];
    peer != Peer::Jose && newer.contains(&alg)
}

/// The package makes no such JWS.
pub(crate) fn cannot_sign(peer: Peer, shape: Shape) -> bool {
    peer == Peer::Jose && shape == UNENCODED_COMPACT
}

/// The package reads no such JWS.
pub(crate) fn cannot_verify(peer: Peer, shape: Shape) -> bool {
    peer == Peer::Jwcrypto && shape == UNENCODED_COMPACT
}

/// The package takes at most 300 000 iterations, and josie makes no fewer than 600 000 and 310 000 with these.
pub(crate) fn refuses_iterations(peer: Peer, alg: JweAlg) -> bool {
    peer == Peer::Joserfc && alg.min_iterations().is_some_and(|iterations| iterations > 300_000)
}

/// The package writes an empty payload where a detached one is left out of JSON, as RFC 7515 appendix F has it. josie
/// takes it for a payload.
pub(crate) fn writes_empty_payload(peer: Peer, shape: Shape) -> bool {
    peer == Peer::Jwcrypto && shape.is_detached && shape.form != Form::Compact
}

/// The package writes an empty encrypted key into JSON, where it must be absent (RFC 7516 section 7.2.1). josie refuses
/// it.
pub(crate) fn writes_empty_encrypted_key(peer: Peer, alg: JweAlg, form: Form) -> bool {
    peer == Peer::Joserfc && keys::is_direct(alg) && form != Form::Compact
}

/// The package decrypts no plaintext that is empty.
pub(crate) fn cannot_decrypt_empty(peer: Peer, plaintext: &[u8]) -> bool {
    peer == Peer::Jwcrypto && plaintext.is_empty()
}

/// The package authenticates the protected header of a JSON JWE as it would write it itself, with escapes beyond ASCII.
pub(crate) fn writes_protected_header_anew(peer: Peer, header: &Header, form: Form) -> bool {
    let is_ascii = header.typ().is_none_or(str::is_ascii);
    peer == Peer::Joserfc && form != Form::Compact && !is_ascii
}

const UNENCODED_COMPACT: Shape =
    Shape { form: Form::Compact, is_detached: false, is_unencoded: true };
