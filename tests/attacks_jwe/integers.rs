//! The little arithmetic that attacks on encodings of integers need.

/// The sum of two integers of the same length, if it is not longer than they are.
pub(crate) fn sum(left: &[u8], right: &[u8]) -> Option<Vec<u8>> {
    let mut sum = left.to_vec();
    let mut carry = 0;
    for (digit, other) in sum.iter_mut().zip(right).rev() {
        let wide = u16::from(*digit) + u16::from(*other) + carry;
        *digit = wide.to_le_bytes()[0];
        carry = wide >> 8;
    }
    (carry == 0).then_some(sum)
}

#[test]
fn sums_carry_and_do_not_overflow() {
    assert_eq!(sum(&[0, 0xff], &[0, 1]), Some(vec![1, 0]));
    assert_eq!(sum(&[0x7f, 0xff], &[0x80, 0]), Some(vec![0xff, 0xff]));
    assert_eq!(sum(&[0xff, 0xff], &[0, 1]), None);
}
