//! The Concat KDF of ECDH-ES (RFC 7518 section 4.6.2, NIST SP 800-56A section 5.8.1).

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::SskdfDigestAlgorithmId::Sha256;
use aws_lc_rs::kdf::get_sskdf_digest_algorithm;
use aws_lc_rs::kdf::sskdf_digest;

use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::secret::SecretBytes;

/// What the key is derived for, beside the shared secret.
pub(super) struct Context<'a> {
    /// An algorithm of the ECDH-ES family.
    pub(super) alg: JweAlg,
    pub(super) enc: JweEnc,
    pub(super) apu: Option<&'a [u8]>,
    pub(super) apv: Option<&'a [u8]>,
}

impl Context<'_> {
    /// The key that `z`, the shared secret, derives: a content encryption key, or one that wraps it.
    pub(super) fn derive(&self, z: &[u8]) -> Result<SecretBytes, Unspecified> {
        let sha256 = get_sskdf_digest_algorithm(Sha256).ok_or(Unspecified)?;
        // RFC 7518 section 4.6.2: Direct Key Agreement derives for "enc", the others for "alg".
        let (algorithm_id, len) = match self.alg.kek_len() {
            Some(kek_len) => (self.alg.name(), kek_len),
            None => (self.enc.name(), self.enc.key_len()),
        };
        let other_info = self.other_info(algorithm_id, len)?;
        let mut derived = SecretBytes::new(vec![0; len]);
        sskdf_digest(sha256, z, &other_info, derived.expose_mut())?;
        Ok(derived)
    }

    /// RFC 7518 section 4.6.2: AlgorithmID, PartyUInfo, PartyVInfo, each after its length in 32 bits, and the
    /// length of the key in bits as SuppPubInfo. Of a party that is not named the length is zero.
    fn other_info(&self, algorithm_id: &str, len: usize) -> Result<Vec<u8>, Unspecified> {
        let key_bits = len_u32(len.saturating_mul(8))?;
        let mut other_info = Vec::new();
        for field in
            [algorithm_id.as_bytes(), self.apu.unwrap_or_default(), self.apv.unwrap_or_default()]
        {
            other_info.extend_from_slice(&len_u32(field.len())?.to_be_bytes());
            other_info.extend_from_slice(field);
        }
        other_info.extend_from_slice(&key_bits.to_be_bytes());
        Ok(other_info)
    }
}

fn len_u32(len: usize) -> Result<u32, Unspecified> {
    u32::try_from(len).map_err(|_| Unspecified)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    #[test]
    fn the_example_of_rfc_7518_appendix_c_is_derived() {
        let z = base64url::decode("nlbZHYFxNdNyg0KDv4QmnPsxbqPagGpI9tqneYz-kMQ").unwrap();
        let context = Context {
            alg: JweAlg::EcdhEs,
            enc: JweEnc::A128Gcm,
            apu: Some(b"Alice"),
            apv: Some(b"Bob"),
        };

        let other_info = context.other_info("A128GCM", 16).unwrap();
        let derived = context.derive(&z).unwrap();

        let expected = "AAAAB0ExMjhHQ00AAAAFQWxpY2UAAAADQm9iAAAAgA";
        assert_eq!(base64url::encode(&other_info), expected);
        assert_eq!(base64url::encode(derived.expose()), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn a_party_without_a_name_is_one_with_an_empty_name() {
        let named =
            Context { alg: JweAlg::EcdhEs, enc: JweEnc::A128Gcm, apu: Some(b""), apv: Some(b"") };
        let unnamed = Context { apu: None, apv: None, ..named };

        assert_eq!(named.other_info("A128GCM", 16), unnamed.other_info("A128GCM", 16));
    }

    #[test]
    fn key_wrapping_derives_for_alg_and_is_as_long_as_the_wrapping_key() {
        let context = |enc| Context { alg: JweAlg::EcdhEsA192Kw, enc, apu: None, apv: None };

        let one = context(JweEnc::A128Gcm).derive(&[1; 32]).unwrap();
        let other = context(JweEnc::A256CbcHs512).derive(&[1; 32]).unwrap();

        assert_eq!(one.len(), 24);
        assert_eq!(one.expose(), other.expose());
    }
}
