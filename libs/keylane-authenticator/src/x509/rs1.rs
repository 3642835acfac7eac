//! RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017, §8.2.1), as the attestation keys of TPMs in the field
//! sign. The crypto library verifies such signatures and makes none any more, so the arithmetic
//! stands here: plain Montgomery multiplication, in a time that depends on the key. It is for keys
//! of test authorities, whose secrecy protects nothing.

use crate::key::der_value;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// `DigestInfo` of SHA-1 up to the hash (RFC 8017, §9.2, note 1).
const DIGEST_INFO: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// Signs with an RSA key in PKCS#8; `None` if it is no such key.
pub(super) fn sign(pkcs8: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let (info, _) = der_value(0x30, pkcs8)?;
    let (_, rest) = der_value(0x02, info)?;
    let (_, rest) = der_value(0x30, rest)?;
    let (key, _) = der_value(0x04, rest)?;
    let (key, _) = der_value(0x30, key)?;
    let (_, rest) = der_value(0x02, key)?;
    let (modulus, rest) = der_value(0x02, rest)?;
    let (_, rest) = der_value(0x02, rest)?;
    let (exponent, _) = der_value(0x02, rest)?;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);

    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, message);
    let suffix = [&[0], &DIGEST_INFO[..], hash.as_ref()].concat();
    let padding = modulus.len().checked_sub(suffix.len() + 2)?;
    let encoded = [&[0, 1], &vec![0xff; padding][..], &suffix].concat();
    Some(Modulus::new(modulus)?.power(&encoded, exponent))
}

/// An odd modulus, in 32-bit digits with the lowest first.
struct Modulus {
    digits: Vec<u32>,
    /// What the lowest digit times this is -1 modulo 2^32.
    negative_inverse: u32,
}

impl Modulus {
    fn new(big_endian: &[u8]) -> Option<Self> {
        let digits = from_bytes(big_endian);
        let lowest = *digits.first().filter(|digit| *digit & 1 == 1)?;
        // Newton's iteration doubles the right bits each time, from the three that are right.
        let mut inverse = lowest;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(lowest.wrapping_mul(inverse)));
        }
        Some(Self { digits, negative_inverse: inverse.wrapping_neg() })
    }

    /// `base` to the power of `exponent`, both big-endian; the base is below the modulus.
    fn power(&self, base: &[u8], exponent: &[u8]) -> Vec<u8> {
        let mut one = vec![0; self.digits.len()];
        if let Some(lowest) = one.first_mut() {
            *lowest = 1;
        }
        // R^2, where R is 2^32 to the number of digits: 1, doubled for each of its bits.
        let mut square = one.clone();
        for _ in 0..64 * self.digits.len() {
            square = self.double(&square);
        }
        let base = self.multiply(&from_bytes(base), &square);
        let mut result = self.multiply(&one, &square);
        for bit in exponent.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)) {
            result = self.multiply(&result, &result);
            if bit == 1 {
                result = self.multiply(&result, &base);
            }
        }
        let result = self.multiply(&result, &one);
        result.iter().rev().flat_map(|digit| digit.to_be_bytes()).collect()
    }

    /// a * b / R.
    fn multiply(&self, a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut sum = vec![0_u32; self.digits.len() + 1];
        for &digit in b {
            let carry = add_product(&mut sum, a, digit);
            let lowest = sum.first().copied().unwrap_or_default();
            let factor = lowest.wrapping_mul(self.negative_inverse);
            let carry = carry + add_product(&mut sum, &self.digits, factor);
            // The lowest digit is zero now: this divides by 2^32.
            sum.rotate_left(1);
            if let Some(highest) = sum.last_mut() {
                *highest = carry;
            }
        }
        self.reduce(sum)
    }

    fn double(&self, a: &[u32]) -> Vec<u32> {
        let mut sum = vec![0; a.len() + 1];
        add_product(&mut sum, a, 2);
        self.reduce(sum)
    }

    /// Subtracts the modulus from a number with one digit more, unless it is smaller.
    fn reduce(&self, number: Vec<u32>) -> Vec<u32> {
        let mut borrow = false;
        let mut difference = Vec::with_capacity(number.len());
        for (index, &digit) in number.iter().enumerate() {
            let other = self.digits.get(index).copied().unwrap_or_default();
            let (step, first) = digit.overflowing_sub(other);
            let (step, second) = step.overflowing_sub(u32::from(borrow));
            borrow = first || second;
            difference.push(step);
        }
        let mut result = if borrow { number } else { difference };
        result.truncate(self.digits.len());
        result
    }
}

/// Adds `a * factor` to `sum`, which is one digit longer; answers what does not fit.
fn add_product(sum: &mut [u32], a: &[u32], factor: u32) -> u32 {
    let mut carry = 0_u64;
    let zeros = std::iter::repeat(&0);
    for (digit, &other) in sum.iter_mut().zip(a.iter().chain(zeros)) {
        let step = u64::from(*digit) + u64::from(other) * u64::from(factor) + carry;
        *digit = low(step);
        carry = step >> 32;
    }
    low(carry)
}

fn low(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or_default()
}

fn from_bytes(big_endian: &[u8]) -> Vec<u32> {
    let digit = |bytes: &[u8]| bytes.iter().fold(0_u32, |sum, &byte| sum << 8 | u32::from(byte));
    big_endian.rchunks(4).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::Modulus;

    #[test]
    fn powers_are_those_of_arithmetic() {
        check(0x0001_0001, 3, 0x1_0000, 1);
        check(1_000_000_007, 2, 10, 1024);
        check(0xffff_ffff_ffff_ffc5, 5, 0, 1);
        check(0xffff_ffff_ffff_ffc5, 5, 27, 7_450_580_596_923_828_125);
        check(0xffff_ffff_ffff_ffc5, 5, 28, 359_414_837_200_037_511);
    }

    #[test]
    fn even_modulus_is_refused() {
        assert!(Modulus::new(&[1, 0]).is_none());
    }

    #[track_caller]
    fn check(modulus: u64, base: u64, exponent: u64, expected: u64) {
        let modulus = Modulus::new(&modulus.to_be_bytes()).unwrap();
        let power = modulus.power(&base.to_be_bytes(), &exponent.to_be_bytes());
        assert_eq!(power, expected.to_be_bytes());
    }
}
