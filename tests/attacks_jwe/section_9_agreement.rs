//! Section IX: ephemeral keys of ECDH-ES that are no points of the recipient's curve, or points of which everybody knows
//! what they agree upon.

use josie::Curve;

use crate::agreeing::crv;
use crate::agreeing::draft_for;
use crate::agreeing::epk;
use crate::agreeing::from_b64u;
use crate::agreeing::from_hex;
use crate::agreeing::okp_epk;
use crate::agreeing::sealers_on_prime_curves;
use crate::agreeing::sealers_on_x25519;
use crate::agreeing::shared_secret;
use crate::agreeing::with_private_key_one;
use crate::integers::sum;
use crate::sealing::Sealer;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;

/// The `u` coordinates of X25519 of small order, and two of them not reduced (RFC 7748 section 6.1): the shared secret
/// is zero, whatever the private key.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Of the answers to points of other curves, which have small order there, a private key can be put together (RFC 7518
/// section 8.7, RFC 8725 section 3.4).
#[test]
fn a103_points_of_another_curve_are_refused() {
    for sealer in sealers_on_prime_curves() {
        let sealer = with_private_key_one(&sealer);
        let honest = sealer.draft().member("epk");
        let (x, y) = (from_b64u(&honest["x"]), from_b64u(&honest["y"]));
        let twin = draft_for(&sealer, epk(&sealer, &x, &y), &x);
        assert_decrypts(&sealer, &twin.compact());

        let (zero, ones) = (vec![0; x.len()], vec![0xff; x.len()]);
        let mut one = zero.clone();
        *one.last_mut().unwrap() = 1;
        let mut next = y.clone();
        *next.last_mut().unwrap() ^= 1;
        for (x, y, what) in [
            // A point of order two: `y` is 0 on no curve of RFC 7518.
            (&x, &zero, "(x, 0)"),
            (&x, &one, "(x, 1)"),
            (&x, &next, "the last bit of y"),
            (&y, &x, "x and y swapped"),
            (&zero, &zero, "(0, 0), which some take for infinity"),
            (&zero, &one, "(0, 1)"),
            (&one, &one, "(1, 1)"),
            (&ones, &ones, "all ones"),
        ] {
            let forged = draft_for(&sealer, epk(&sealer, x, y), x);
            assert_fails(&sealer, &forged.compact(), what);
        }
    }
}

/// A coordinate is below the prime (SEC 1 section 2.3.4): a larger one is no second spelling of the point.
#[test]
fn a103_coordinates_that_are_not_reduced_are_refused() {
    for sealer in sealers_on_prime_curves() {
        let (prime, y) = prime_and_y(&sealer);
        let zero = vec![0; prime.len()];
        let z = shared_secret(&sealer, &zero, &y);
        let twin = draft_for(&sealer, epk(&sealer, &zero, &y), &z);
        assert_decrypts(&sealer, &twin.compact());

        let forged = twin.clone().with("epk", epk(&sealer, &prime, &y));
        assert_fails(&sealer, &forged.compact(), "x is the prime");
        if let Some(y) = sum(&prime, &y) {
            let forged = twin.clone().with("epk", epk(&sealer, &zero, &y));
            assert_fails(&sealer, &forged.compact(), "y and the prime");
        }
    }
}

/// RFC 7748 section 6.1, RFC 8037 section 5: an all-zero shared secret is refused.
#[test]
fn a105_x25519_points_of_small_order_are_refused() {
    for sealer in sealers_on_x25519() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for point in SMALL_ORDER {
            let mut x = from_hex(point);
            // RFC 7748 section 5: the highest bit does not count.
            for highest_bit in [0, 0x80] {
                x[31] = x[31] & 0x7f | highest_bit;
                let epk = okp_epk(&x);
                let forged = draft_for(&sealer, epk, &[0; 32]);
                assert_fails(&sealer, &forged.compact(), format!("{x:02x?}"));
            }
        }
    }
}

/// The twin of [`a105_x25519_points_of_small_order_are_refused`] in arithmetic: the highest bit of an honest point does
/// not count either.
#[test]
fn a105_highest_bit_of_an_honest_x25519_point_does_not_count() {
    for sealer in sealers_on_x25519() {
        let draft = sealer.draft();
        let mut x = from_b64u(&draft.member("epk")["x"]);
        x[31] |= 0x80;

        let token = draft.with("epk", okp_epk(&x)).compact();

        assert_decrypts(&sealer, &token);
    }
}

/// The prime of the curve, and `y` of the point whose `x` is 0, which all three have.
fn prime_and_y(sealer: &Sealer) -> (Vec<u8>, Vec<u8>) {
    let (prime, y) = match crv(sealer) {
        Curve::P256 => (
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4",
        ),
        Curve::P384 => (
            concat!(
                "ffffffffffffffffffffffffffffffffffffffffffffffff",
                "fffffffffffffffeffffffff0000000000000000ffffffff",
            ),
            concat!(
                "c306610fb0ae5a159cf45c06069f22a6c5eb3641c602d42d",
                "ea2c4b4f75550793406d80d2b91ad54f9048bd487af1ade1",
            ),
        ),
        _ => (
            concat!(
                "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            ),
            concat!(
                "012df13601594a883ef2d935e44bb90bf4d6619b74e52af7552f97769011c0719e",
                "b439cfab2a88d40fe59a2bed1f43557169a2d0a2ccd280c607b92bbf51ffe0b078",
            ),
        ),
    };
    (from_hex(prime), from_hex(y))
}
