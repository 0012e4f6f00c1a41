//! What *ring* does in its own way with RSA keys: it has limits of its own for private keys, and makes none.

use ring::rsa::PublicKeyComponents;
use ring::signature::RsaParameters;

use crate::backend::verifier::BackendKey;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::RsaParams;
use crate::material::RsaPrivate;
use crate::registry::InvalidSignature;
use crate::registry::RsaBits;

/// The longest modulus of a private key that *ring* takes, in bits.
const MAX_PRIVATE_BITS: usize = 4096;

/// A public key, which *ring* parses for each signature again.
pub(super) struct RsaPublicKey {
    components: PublicKeyComponents<Vec<u8>>,
    verification: &'static RsaParameters,
}

impl BackendKey for RsaPublicKey {
    fn check_signature(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.components.verify(self.verification, message, signature).map_err(|_| InvalidSignature)
    }
}

/// Cannot fail: *ring* looks at the key only when it verifies.
pub(super) fn public_key(
    rsa: &RsaParams,
    verification: &'static RsaParameters,
) -> Result<RsaPublicKey, KeyError> {
    Ok(RsaPublicKey {
        components: PublicKeyComponents { n: rsa.n().to_vec(), e: rsa.e().to_vec() },
        verification,
    })
}

/// Refuses the private keys that *ring* cannot hold, so that they are not taken for inconsistent ones.
pub(super) fn check_private_key(
    alg: &'static str,
    rsa: &RsaParams,
    private: &RsaPrivate,
) -> Result<(), KeyError> {
    let bits = rsa.bits();
    if bits > MAX_PRIVATE_BITS {
        return Err(unsupported(alg, "signing with RSA keys over 4096 bits"));
    }
    // Both primes must fill half the modulus, rounded up, and that in whole 512-bit words.
    let prime_bits = bits.div_ceil(2);
    let fits = |prime: &[u8]| {
        prime.len() * 8 == prime_bits && prime.first().is_some_and(|first| *first >= 0x80)
    };
    if !prime_bits.is_multiple_of(512) || !fits(private.p.expose()) || !fits(private.q.expose()) {
        return Err(unsupported(
            alg,
            "signing with RSA keys whose primes are not equally long multiples of 512 bits",
        ));
    }
    Ok(())
}

pub(super) fn generate(alg: &'static str, _bits: RsaBits) -> Result<KeyMaterial, KeyError> {
    Err(unsupported(alg, "key generation"))
}

fn unsupported(alg: &'static str, what: &'static str) -> KeyError {
    KeyError::Unsupported { alg, what }
}
