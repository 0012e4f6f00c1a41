//! What ECDH-ES is made of: agreements, their keys, and keys as josie holds them.

use aws_lc_rs::agreement;
use aws_lc_rs::agreement::ParsedPublicKey;
use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::agreement::UnparsedPublicKey;
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::encoding::Curve25519SeedBin;
use aws_lc_rs::encoding::EcPrivateKeyBin;
use aws_lc_rs::error::Unspecified;

use super::concat_kdf::Context;

use crate::alg::Curve;
use crate::backend::params;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::secret::SecretBytes;

/// The key that both sides derive from their shared secret.
pub(super) fn agree(
    crv: Curve,
    private: &PrivateKey,
    peer: ParsedPublicKey,
    context: &Context<'_>,
) -> Result<SecretBytes, Unspecified> {
    agreement::agree(private, peer, Unspecified, |z| {
        // RFC 7748 section 6.1: of a point of small order, whatever the backend does. Looks at all octets alike.
        // The NIST curves have no such points; on them zero is a coordinate like any other.
        if crv == Curve::X25519 && z.iter().fold(0, |all, octet| all | octet) == 0 {
            return Err(Unspecified);
        }
        context.derive(z)
    })
}

/// A public key, if it is a point of the curve.
pub(super) fn parse(
    agreement: &'static agreement::Algorithm,
    point: &[u8],
) -> Option<ParsedPublicKey> {
    ParsedPublicKey::try_from(UnparsedPublicKey::new(agreement, point)).ok()
}

/// The public half as the backend takes it: an uncompressed point, or `x` of X25519.
pub(super) fn public_octets(key: &KeyMaterial) -> Option<Vec<u8>> {
    match key.params() {
        KeyParams::Ec(ec) => ec.uncompressed_point(),
        KeyParams::Okp(okp) => okp.x().map(<[u8]>::to_vec),
        KeyParams::Oct(_) | KeyParams::Rsa(_) => None,
    }
}

pub(super) fn private_value(key: &KeyMaterial) -> Option<&SecretBytes> {
    match key.params() {
        KeyParams::Ec(ec) => ec.d(),
        KeyParams::Okp(okp) => okp.d(),
        KeyParams::Oct(_) | KeyParams::Rsa(_) => None,
    }
}

pub(super) fn generate(
    crv: Curve,
    agreement: &'static agreement::Algorithm,
) -> Result<KeyMaterial, Unspecified> {
    let private = PrivateKey::generate(agreement)?;
    // Both are wiped when they are dropped.
    let d = if crv == Curve::X25519 {
        let seed: Curve25519SeedBin<'static> = private.as_be_bytes()?;
        SecretBytes::new(seed.as_ref().to_vec())
    } else {
        let d: EcPrivateKeyBin<'static> = private.as_be_bytes()?;
        SecretBytes::new(d.as_ref().to_vec())
    };
    material(crv, &private, Some(d))
}

/// The public half of `private`, and `d` beside it.
pub(super) fn material(
    crv: Curve,
    private: &PrivateKey,
    d: Option<SecretBytes>,
) -> Result<KeyMaterial, Unspecified> {
    let public = private.compute_public_key()?;
    let material = if crv == Curve::X25519 {
        KeyMaterial::okp(crv, Some(public.as_ref().to_vec()), d)
    } else {
        params::ec_material(crv, public.as_ref(), d)
    };
    material.map_err(|_| Unspecified)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alg::JweAlg;
    use crate::alg::JweEnc;
    use crate::base64url;

    fn context() -> Context<'static> {
        Context { alg: JweAlg::EcdhEsA128Kw, enc: JweEnc::A128Gcm, apu: None, apv: None }
    }

    fn x25519(d: &str) -> PrivateKey {
        let d = base64url::decode(d).unwrap();
        PrivateKey::from_private_key(&agreement::X25519, &d).unwrap()
    }

    #[test]
    fn the_shared_secret_of_rfc_8037_appendix_a_6_is_agreed_upon() {
        let ephemeral = x25519("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo");
        let bob = base64url::decode("3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08").unwrap();
        let z = base64url::decode("Sl2dW6TOLeFyjjv0gDUPJeB-IclH0Z4zdvCbPB4WF0I").unwrap();

        let peer = parse(&agreement::X25519, &bob).unwrap();
        let agreed = agree(Curve::X25519, &ephemeral, peer, &context()).unwrap();

        assert_eq!(agreed.expose(), context().derive(&z).unwrap().expose());
    }

    #[test]
    fn points_of_small_order_of_x25519_agree_upon_nothing() {
        let private = x25519("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo");
        let order_8 = [
            0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f,
            0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16,
            0x5f, 0x49, 0xb8, 0x00,
        ];
        let mut one = [0; 32];
        one[0] = 1;

        for point in [[0; 32], one, order_8] {
            let agreed = parse(&agreement::X25519, &point)
                .map(|peer| agree(Curve::X25519, &private, peer, &context()).map(|_| ()));
            assert!(matches!(agreed, None | Some(Err(Unspecified))));
        }
    }
}
