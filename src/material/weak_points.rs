//! Which Ed25519 and X25519 public keys are refused before any backend sees them.
//!
//! Both are 255 bits of a field element, little-endian, below a top bit of another meaning. The field has
//! p = 2^255 - 19 elements.

use crate::alg::Curve;

/// Whether the public key of an octet key pair gives no protection.
pub(super) fn is_weak_point(crv: Curve, encoded: &[u8]) -> bool {
    let Ok(mut value) = <[u8; 32]>::try_from(encoded) else {
        return true;
    };
    // The top bit is the sign of x for Ed25519 (RFC 8032 section 5.1.2); X25519 masks it (RFC 7748 section 5).
    let [.., last] = &mut value;
    *last &= 0x7f;
    match crv {
        Curve::Ed25519 => is_weak_ed25519(&value),
        Curve::X25519 => X25519_SMALL_ORDER.contains(&value),
        // No octet key pairs: backends check their points.
        Curve::P256 | Curve::P384 | Curve::P521 | Curve::Secp256k1 => false,
    }
}

// With a small-order key A, the signature (R, S) = (small order, 0) verifies for about every message; RFC 8032
// section 5.1.3 step 1 refuses `y >= p`. Both are refused here, so that no backend decides it.
fn is_weak_ed25519(y: &[u8; 32]) -> bool {
    let is_reduced = y.iter().rev().lt(P.iter().rev());
    !is_reduced || ED25519_SMALL_ORDER.contains(y)
}

const P: [u8; 32] = large(0xed);

/// The y coordinates of the eight points of small order: 0, 1, -1 and the two of order 8.
const ED25519_SMALL_ORDER: [[u8; 32]; 5] = [
    small(0),
    small(1),
    large(0xec),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// The u coordinates of the points of small order, on the curve and on its twist: 0, 1, -1 and the two of
/// order 8, and again 0 and 1 not reduced, as p and p + 1.
///
/// With each of them every private key agrees upon zero (RFC 7748 section 6.1), which everybody knows. All
/// others that are not reduced are accepted (RFC 7748 section 5).
const X25519_SMALL_ORDER: [[u8; 32]; 7] = [
    small(0),
    small(1),
    large(0xec),
    P,
    large(0xee),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
];

/// The number `value`.
const fn small(value: u8) -> [u8; 32] {
    let mut number = [0; 32];
    let [first, ..] = &mut number;
    *first = value;
    number
}

/// The number `2^255 - 256 + low`, of which p has 0xed as `low`.
const fn large(low: u8) -> [u8; 32] {
    let mut number = [0xff; 32];
    let [first, .., last] = &mut number;
    *first = low;
    *last = 0x7f;
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::KeyError;
    use crate::material::KeyMaterial;

    fn okp(crv: Curve, x: [u8; 32]) -> Result<(), KeyError> {
        KeyMaterial::okp(crv, Some(x.to_vec()), None).map(drop)
    }

    fn with_top_bit(mut x: [u8; 32]) -> [u8; 32] {
        x[31] |= 0x80;
        x
    }

    fn hex(text: &str) -> [u8; 32] {
        let octet = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap();
        core::array::from_fn(octet)
    }

    #[track_caller]
    fn assert_refused(crv: Curve, x: [u8; 32]) {
        for x in [x, with_top_bit(x)] {
            assert_eq!(okp(crv, x), Err(KeyError::InvalidPoint(crv)), "{x:02x?}");
        }
    }

    #[track_caller]
    fn assert_accepted(crv: Curve, x: [u8; 32]) {
        for x in [x, with_top_bit(x)] {
            assert_eq!(okp(crv, x), Ok(()), "{x:02x?}");
        }
    }

    #[test]
    fn ed25519_points_of_small_order_are_refused() {
        for y in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ] {
            assert_refused(Curve::Ed25519, hex(y));
        }
        assert_accepted(Curve::Ed25519, small(2));
        assert_accepted(Curve::Ed25519, large(0xeb));
    }

    #[test]
    fn ed25519_points_that_are_not_reduced_are_refused() {
        for low in 0xed..=0xff {
            assert_refused(Curve::Ed25519, large(low));
        }
    }

    #[test]
    fn ed25519_points_that_only_end_as_large_ones_are_accepted() {
        let mut y = large(0xff);
        y[16] = 0xfe;

        assert_accepted(Curve::Ed25519, y);
    }

    #[test]
    fn x25519_points_of_small_order_are_refused() {
        for u in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] {
            assert_refused(Curve::X25519, hex(u));
        }
    }

    #[test]
    fn x25519_points_of_large_order_are_accepted() {
        for u in [
            // The base point (RFC 7748 section 4.1).
            "0900000000000000000000000000000000000000000000000000000000000000",
            // The static and the ephemeral key of RFC 8037 appendix A.6.
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        ] {
            assert_accepted(Curve::X25519, hex(u));
        }
        assert_accepted(Curve::X25519, small(2));
        assert_accepted(Curve::X25519, large(0xeb));
    }

    // RFC 7748 section 5: implementations must accept values that are not reduced.
    #[test]
    fn x25519_points_that_are_not_reduced_are_accepted() {
        for low in 0xef..=0xff {
            assert_accepted(Curve::X25519, large(low));
        }
    }

    #[test]
    fn points_of_small_order_on_the_one_curve_are_accepted_on_the_other() {
        assert_accepted(Curve::X25519, ED25519_SMALL_ORDER[3]);
        assert_accepted(Curve::X25519, ED25519_SMALL_ORDER[4]);
        assert_accepted(Curve::Ed25519, X25519_SMALL_ORDER[5]);
        assert_accepted(Curve::Ed25519, X25519_SMALL_ORDER[6]);
    }
}
