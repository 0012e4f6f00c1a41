//! Which Ed25519 public keys are refused before any backend sees them.

/// Whether an Ed25519 public key is of small order or not reduced (`y >= p`).
///
/// With a small-order key A, the signature (R, S) = (small order, 0) verifies for about every message; RFC 8032
/// section 5.1.3 step 1 refuses `y >= p`. Both are refused here, so that no backend decides it.
pub(super) fn is_weak_point(encoded: &[u8]) -> bool {
    // The y coordinates of the eight points of small order: 1, -1, 0 and the two of order 8.
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let Some((last, low)) = encoded.split_last() else {
        return true;
    };
    // The top bit is the sign of x, not a part of y.
    let top = last & 0x7f;
    let Some((first, middle)) = low.split_first() else {
        return true;
    };
    let zero_or_one = *first <= 1 && top == 0 && middle.iter().all(|byte| *byte == 0);
    // p - 1 = ec ff .. ff 7f, and every y from p = ed ff .. ff 7f upwards is not reduced.
    let minus_one_or_more =
        *first >= 0xec && top == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    let order_8 = ORDER_8.iter().any(|y| y.split_last() == Some((&top, low)));
    zero_or_one || minus_one_or_more || order_8
}
