//! DEFLATE streams made by hand (RFC 1951), which no compressor would write.

/// Stored blocks that hold these octets, the last of them marked as such (RFC 1951 section 3.2.4).
pub(crate) fn stored(blocks: &[&[u8]]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let len = u16::try_from(block.len()).unwrap();
        stream.push(u8::from(index + 1 == blocks.len()));
        stream.extend_from_slice(&len.to_le_bytes());
        stream.extend_from_slice(&(!len).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream
}

/// A zero octet, and 258 more for each of `matches`, in two bits each: the most that DEFLATE can make of an octet
/// is 1032 (RFC 1951 section 3.2.7).
pub(crate) fn zeros(matches: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with codes of its own: 286 for literals and lengths, 1 for distances, 18 for their lengths.
    bits.number(1, 1);
    bits.number(2, 2);
    bits.number(286 - 257, 5);
    bits.number(0, 5);
    bits.number(18 - 4, 4);
    // In the order of RFC 1951: the lengths of the codes for 18 (a run of zeros), 2 and 1.
    for len in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.number(len, 3);
    }
    // The literal 0 has two bits, 1 to 255 none, the end of the block two, 257 to 284 none, and 285, which is a match
    // of 258 octets, has one; so has the distance of 1.
    bits.code("11");
    bits.zero_lengths(138);
    bits.zero_lengths(117);
    bits.code("11");
    bits.zero_lengths(28);
    bits.code("10");
    bits.code("10");
    // The literal, the matches, the end.
    bits.code("10");
    for _ in 0..matches {
        bits.code("00");
    }
    bits.code("11");
    bits.octets
}

/// Bits, packed from the lowest of each octet (RFC 1951 section 3.1.1).
#[derive(Default)]
struct Bits {
    octets: Vec<u8>,
    len: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.octets.push(0);
        }
        let last = self.octets.last_mut().unwrap();
        *last |= u8::from(bit) << (self.len % 8);
        self.len += 1;
    }

    /// A number, lowest bit first.
    fn number(&mut self, value: u32, len: u32) {
        (0..len).for_each(|bit| self.push(value >> bit & 1 == 1));
    }

    /// A Huffman code, highest bit first.
    fn code(&mut self, code: &str) {
        code.chars().for_each(|bit| self.push(bit == '1'));
    }

    /// A run of code lengths of zero: 11 to 138 of them.
    fn zero_lengths(&mut self, run: u32) {
        self.code("0");
        self.number(run - 11, 7);
    }
}
