//! Room for what encryption appends, without a copy of the plaintext left behind.

use zeroize::Zeroize;

/// Makes room for `additional` more bytes. josie has left it; called with less, the plaintext moves to a larger
/// buffer here, and the old one is wiped, which [`Vec`] would not do.
pub(super) fn make_room(in_out: &mut Vec<u8>, additional: usize) {
    if in_out.capacity().saturating_sub(in_out.len()) >= additional {
        return;
    }
    let mut larger = Vec::with_capacity(in_out.len().saturating_add(additional));
    larger.extend_from_slice(in_out);
    in_out.zeroize();
    *in_out = larger;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_with_room_stays_where_it_is() {
        let mut in_out = Vec::with_capacity(32);
        in_out.extend_from_slice(&[7; 16]);
        let before = in_out.as_ptr();

        make_room(&mut in_out, 16);

        assert_eq!(in_out.as_ptr(), before);
        assert_eq!(in_out, [7; 16]);
    }

    #[test]
    fn a_buffer_without_room_gets_it_and_keeps_its_octets() {
        let mut in_out = vec![7; 16];

        make_room(&mut in_out, 17);

        assert!(in_out.capacity() >= 33);
        assert_eq!(in_out, [7; 16]);
    }
}
