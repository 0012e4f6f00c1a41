//! Senders who know the content encryption key itself, and what they can do with it beyond sealing.

use josie::Error;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Registry;
use josie::SecretBytes;
use josie::SignInput;

use crate::common::registries;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::random;

/// The algorithms whose ciphertext is padded and authenticated by HMAC (RFC 7518 section 5.2).
pub(crate) const CBC: [JweEnc; 3] =
    [JweEnc::A128CbcHs256, JweEnc::A192CbcHs384, JweEnc::A256CbcHs512];

/// One sealer with `dir` for each of these algorithms of each registry that has it.
pub(crate) fn direct_sealers(encs: &[JweEnc]) -> Vec<Sealer> {
    let mut sealers = Vec::new();
    for (name, registry) in registries() {
        for enc in encs.iter().copied() {
            if registry.content_encryption(enc).is_some() {
                let material = KeyMaterial::oct(random(&registry, enc.key_len()));
                sealers.push(Sealer { name, registry, alg: JweAlg::Dir, enc, material });
            }
        }
    }
    sealers
}

/// The same senders with every algorithm for content that their registry has; `dir` fixes its own.
pub(crate) fn with_every_enc(sealers: Vec<Sealer>) -> Vec<Sealer> {
    let (direct, managed): (Vec<Sealer>, Vec<Sealer>) =
        sealers.into_iter().partition(|sealer| sealer.alg == JweAlg::Dir);
    let mut all = direct_sealers(JweEnc::ALL);
    assert!(all.len() >= direct.len());
    for sealer in managed {
        for enc in JweEnc::ALL.iter().copied() {
            if sealer.registry.content_encryption(enc).is_some() {
                all.push(Sealer { enc, ..sealer.clone() });
            }
        }
    }
    all
}

/// The recipient of a sealer, whose key is parsed once: for RSA that takes longer than all of the rest.
pub(crate) fn opener(sealer: &Sealer) -> impl Fn(&str) -> Result<Jwe, Error> {
    let (keys, policy) = (KeySet::from(sealer.key()), sealer.policy());
    move |token| Jwe::decrypt(token, &keys, &policy)
}

/// The HMAC of a message. The registry takes keys of any length, which the half of a content encryption key needs.
pub(crate) fn hmac(registry: &Registry, alg: JwsAlg, key: &[u8], message: &[u8]) -> Vec<u8> {
    let signer = registry.signature(alg).unwrap().signer(&KeyMaterial::oct(key.to_vec())).unwrap();
    signer.sign(&SignInput::new(message)).unwrap()
}

/// The whole HMAC of a token of AES-CBC, of which the authentication tag is the first half (RFC 7518 section
/// 5.2.2.1 steps 4 to 6).
pub(crate) fn full_mac(sealer: &Sealer, cek: &SecretBytes, token: &Token) -> Vec<u8> {
    let alg = match sealer.enc {
        JweEnc::A128CbcHs256 => JwsAlg::Hs256,
        JweEnc::A192CbcHs384 => JwsAlg::Hs384,
        JweEnc::A256CbcHs512 => JwsAlg::Hs512,
        other => panic!("{other} has no HMAC"),
    };
    let mac_key = &cek.expose()[..sealer.enc.key_len() / 2];
    let aad = token.header.as_bytes();
    let aad_bits = u64::try_from(aad.len() * 8).unwrap().to_be_bytes();
    let message = [aad, &token.iv, &token.ciphertext, &aad_bits].concat();
    hmac(&sealer.registry, alg, mac_key, &message)
}

/// The same token with the tag that belongs to it as it is now.
pub(crate) fn authenticated(sealer: &Sealer, cek: &SecretBytes, token: Token) -> Token {
    let mut tag = full_mac(sealer, cek, &token);
    tag.truncate(sealer.enc.tag_len());
    Token { tag, ..token }
}
