//! Big integers and hashes for signatures that no primitive makes. Slow, variable in time, and only for tests.
//!
//! Octet strings are big-endian unless a name says otherwise.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::digest;
#[cfg(not(feature = "aws-lc-rs"))]
use ring::digest;

pub(crate) fn sha(bits: usize, message: &[u8]) -> Vec<u8> {
    let algorithm = match bits {
        1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        256 => &digest::SHA256,
        384 => &digest::SHA384,
        _ => &digest::SHA512,
    };
    digest::digest(algorithm, message).as_ref().to_vec()
}

pub(crate) fn from_hex(hex: &str) -> Vec<u8> {
    assert_eq!(hex.len() % 2, 0);
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// `a + b` in `len` octets, if it fits.
pub(crate) fn add(a: &[u8], b: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut sum = vec![0; len];
    let mut carry = 0_u16;
    for at in 0..len.max(a.len()).max(b.len()) {
        let octet =
            |number: &[u8]| number.iter().rev().nth(at).map_or(0, |octet| u16::from(*octet));
        carry += octet(a) + octet(b);
        let low = carry.to_le_bytes()[0];
        match sum.iter_mut().rev().nth(at) {
            Some(slot) => *slot = low,
            None if low == 0 => {}
            None => return None,
        }
        carry >>= 8;
    }
    (carry == 0).then_some(sum)
}

/// `a - b` for numbers of the same length with `a >= b`.
pub(crate) fn sub(a: &[u8], b: &[u8]) -> Vec<u8> {
    assert!(a.len() == b.len() && a >= b);
    let mut difference = a.to_vec();
    let mut borrow = 0_i16;
    for (octet, subtrahend) in difference.iter_mut().zip(b).rev() {
        let value = i16::from(*octet) - i16::from(*subtrahend) - borrow;
        borrow = i16::from(value < 0);
        *octet = value.to_le_bytes()[0];
    }
    difference
}

/// An odd modulus, for multiplication in Montgomery's form.
pub(crate) struct Modulus {
    /// Little-endian limbs.
    n: Vec<u64>,
    /// `-1 / n` modulo 2^64.
    inverse: u64,
    /// R^2 modulo n, where R is 2^64 to the number of limbs.
    square_of_r: Vec<u64>,
    octets: usize,
}

impl Modulus {
    pub(crate) fn new(n: &[u8]) -> Self {
        let octets = n.len();
        let n = limbs(n, octets.div_ceil(8));
        // Each step doubles the number of right bits.
        let inverse =
            (0..6).fold(1_u64, |x, _| x.wrapping_mul(2_u64.wrapping_sub(n[0].wrapping_mul(x))));
        let modulus =
            Self { square_of_r: limbs(&[1], n.len()), n, inverse: inverse.wrapping_neg(), octets };
        let square_of_r = (0..128 * modulus.n.len())
            .fold(modulus.one(), |value, _| modulus.double(&value, false));
        Self { square_of_r, ..modulus }
    }

    /// `base^exponent` modulo n.
    pub(crate) fn pow(&self, base: &[u8], exponent: &[u8]) -> Vec<u8> {
        let base = self.montgomery(&self.reduce(base), &self.square_of_r);
        let mut power = self.montgomery(&self.one(), &self.square_of_r);
        for octet in exponent {
            for bit in (0..8).rev() {
                power = self.montgomery(&power, &power);
                if octet >> bit & 1 == 1 {
                    power = self.montgomery(&power, &base);
                }
            }
        }
        self.octets(&self.montgomery(&power, &self.one()))
    }

    /// `a b` modulo n.
    pub(crate) fn mul(&self, a: &[u8], b: &[u8]) -> Vec<u8> {
        let a = self.montgomery(&self.reduce(a), &self.square_of_r);
        self.octets(&self.montgomery(&a, &self.reduce(b)))
    }

    /// `a + b` modulo n.
    pub(crate) fn add(&self, a: &[u8], b: &[u8]) -> Vec<u8> {
        let sum = add(a, b, self.octets + 1).unwrap();
        self.octets(&self.reduce(&sum))
    }

    /// `a - b` modulo n, for `b` below n.
    pub(crate) fn sub(&self, a: &[u8], b: &[u8]) -> Vec<u8> {
        self.add(a, &sub(&self.octets(&self.n), b))
    }

    fn one(&self) -> Vec<u64> {
        limbs(&[1], self.n.len())
    }

    fn octets(&self, value: &[u64]) -> Vec<u8> {
        let octets: Vec<u8> = value.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        octets[octets.len() - self.octets..].to_vec()
    }

    fn reduce(&self, number: &[u8]) -> Vec<u64> {
        let mut value = vec![0; self.n.len()];
        for octet in number {
            for bit in (0..8).rev() {
                value = self.double(&value, octet >> bit & 1 == 1);
            }
        }
        value
    }

    /// `2 value`, plus one if `plus_one`, modulo n.
    fn double(&self, value: &[u64], plus_one: bool) -> Vec<u64> {
        let mut carry = u64::from(plus_one);
        let doubled = value.iter().map(|limb| {
            let low = limb << 1 | carry;
            carry = limb >> 63;
            low
        });
        let doubled: Vec<u64> = doubled.collect();
        self.subtract_once(doubled, carry)
    }

    /// `value + 2^64 high` less n, if it is not below n.
    fn subtract_once(&self, value: Vec<u64>, high: u64) -> Vec<u64> {
        if high == 0 && value.iter().rev().lt(self.n.iter().rev()) {
            return value;
        }
        let mut borrow = false;
        let difference = value.iter().zip(&self.n).map(|(limb, n)| {
            let (partial, first) = limb.overflowing_sub(*n);
            let (difference, second) = partial.overflowing_sub(u64::from(borrow));
            borrow = first || second;
            difference
        });
        difference.collect()
    }

    /// `a b / R` modulo n.
    fn montgomery(&self, a: &[u64], b: &[u64]) -> Vec<u64> {
        let len = self.n.len();
        // Instead of dividing by 2^64, each step begins one limb further up.
        let mut sum = vec![0_u64; 2 * len + 2];
        for (at, factor) in b.iter().enumerate() {
            let sum = &mut sum[at..at + len + 2];
            add_product(sum, a, *factor);
            let quotient = sum[0].wrapping_mul(self.inverse);
            add_product(sum, &self.n, quotient);
        }
        self.subtract_once(sum[len..2 * len].to_vec(), sum[2 * len])
    }
}

/// Adds `a factor` to `sum`, which has two limbs more than `a`.
fn add_product(sum: &mut [u64], a: &[u64], factor: u64) {
    let factor = u128::from(factor);
    let mut carry = 0_u128;
    for (limb, a) in sum.iter_mut().zip(a) {
        carry += u128::from(*limb) + u128::from(*a) * factor;
        *limb = carry as u64;
        carry >>= 64;
    }
    for limb in &mut sum[a.len()..] {
        carry += u128::from(*limb);
        *limb = carry as u64;
        carry >>= 64;
    }
}

fn limbs(number: &[u8], len: usize) -> Vec<u64> {
    let mut padded = vec![0; 8 * len - number.len()];
    padded.extend_from_slice(number);
    padded.rchunks(8).map(|limb| u64::from_be_bytes(limb.try_into().unwrap())).collect()
}
