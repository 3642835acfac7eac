//! Whether 32 bytes are a point of edwards25519 (RFC 8032, §5.1.3), without computing the point.
//!
//! The curve is -x² + y² = 1 + dx²y² with d = -121665/121666, so
//! x² = (y² - 1) · 121666 / (121666 - 121665 y²). There is an x exactly when that is a square, and
//! a quotient is a square exactly when the product of its halves is one.
//!
//! Numbers are four limbs of 64 bits, lowest first, modulo p = 2^255 - 19. All of this is about
//! public keys; nothing needs to take constant time.

type Number = [u64; 4];

const P: Number = [0xffff_ffff_ffff_ffed, u64::MAX, u64::MAX, 0x7fff_ffff_ffff_ffff];

/// Whether the curve has a point with this y. The sign of x in the top bit is ignored.
pub(super) fn has_x(point: &[u8; 32]) -> bool {
    let mut y = from_le_bytes(point);
    y[3] &= P[3];
    let y2 = mul(&y, &y);
    let numerator = mul(&add(&y2, &negate(&[1, 0, 0, 0])), &[121_666, 0, 0, 0]);
    let denominator = add(&[121_666, 0, 0, 0], &negate(&mul(&y2, &[121_665, 0, 0, 0])));
    is_square(&mul(&numerator, &denominator))
}

/// Euler's criterion: a^((p - 1) / 2) is 1 for squares, and 0 for 0.
fn is_square(a: &Number) -> bool {
    let mut power = [1, 0, 0, 0];
    // (p - 1) / 2 = 2^254 - 10: 250 ones, then 0110.
    for bit in (0..254).rev() {
        power = mul(&power, &power);
        if bit >= 4 || bit == 2 || bit == 1 {
            power = mul(&power, a);
        }
    }
    matches!(reduce(power), [0 | 1, 0, 0, 0])
}

fn from_le_bytes(bytes: &[u8; 32]) -> Number {
    let mut number = [0; 4];
    for (limb, chunk) in number.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    number
}

fn mul(a: &Number, b: &Number) -> Number {
    let mut wide = [0; 8];
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, b) in b.iter().enumerate() {
            let sum = u128::from(*a) * u128::from(*b) + u128::from(wide[i + j]) + carry;
            (wide[i + j], carry) = (low(sum), sum >> 64);
        }
        wide[i + 4] = low(carry);
    }
    // 2^256 is 38 modulo p.
    let mut number = [0; 4];
    let mut carry = 0;
    for i in 0..4 {
        let sum = u128::from(wide[i]) + 38 * u128::from(wide[i + 4]) + carry;
        (number[i], carry) = (low(sum), sum >> 64);
    }
    fold(number, low(carry))
}

fn add(a: &Number, b: &Number) -> Number {
    let mut number = [0; 4];
    let mut carry = 0;
    for i in 0..4 {
        let sum = u128::from(a[i]) + u128::from(b[i]) + carry;
        (number[i], carry) = (low(sum), sum >> 64);
    }
    fold(number, low(carry))
}

/// Adds what went beyond 2^256 back in, as 38 times itself.
fn fold(mut number: Number, mut beyond: u64) -> Number {
    while beyond != 0 {
        let mut carry = u128::from(beyond) * 38;
        for limb in &mut number {
            let sum = u128::from(*limb) + carry;
            (*limb, carry) = (low(sum), sum >> 64);
        }
        beyond = low(carry);
    }
    number
}

fn negate(a: &Number) -> Number {
    subtract(&P, &reduce(*a))
}

/// The one representative below p. Any number here is below 2p + 38.
fn reduce(mut a: Number) -> Number {
    while a.iter().rev().ge(P.iter().rev()) {
        a = subtract(&a, &P);
    }
    a
}

/// `a - b`, for b up to a.
fn subtract(a: &Number, b: &Number) -> Number {
    let mut number = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let (difference, first) = a[i].overflowing_sub(b[i]);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (number[i], borrow) = (difference, first || second);
    }
    number
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half goes into the carry")]
fn low(n: u128) -> u64 {
    n as u64
}
