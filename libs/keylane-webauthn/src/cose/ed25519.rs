//! Keys of Ed25519: COSE key type OKP, curve 6 (RFC 9053, §7.2).
//!
//! aws-lc looks at the point only when it verifies a signature, so everything that can be wrong
//! with it is looked for here.

mod edwards25519;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};

use super::KeyError;
use super::parameters::{CurveLabel, KEY_TYPE_OKP, Parameters, label};

const CURVE_ED25519: i64 = 6;

pub(super) fn parse(
    parameters: &Parameters<'_, '_>,
    curve_label: CurveLabel,
) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_OKP, &[label::CURVE, label::X])?;
    parameters.expect_curve(CURVE_ED25519, curve_label)?;
    let x = parameters.bytes(label::X)?;
    let x: &[u8; 32] = x.try_into().map_err(|_| KeyError::PointMalformed)?;
    if !is_reduced(x) {
        return Err(KeyError::PointMalformed);
    }
    if has_small_order(x) {
        return Err(KeyError::SmallOrder);
    }
    if !edwards25519::has_x(x) {
        return Err(KeyError::PointNotOnCurve);
    }
    ParsedPublicKey::new(&ED25519, x).map_err(|_| KeyError::PointNotOnCurve)
}

/// Whether the coordinate is below p = 2^255 - 19. The top bit is the sign of the other one.
fn is_reduced(x: &[u8; 32]) -> bool {
    let top_is_full = x[31] & 0x7f == 0x7f && x[1..31].iter().all(|byte| *byte == 0xff);
    !(top_is_full && x[0] >= 0xed)
}

/// Whether the point is one of the eight whose order divides 8, by their five y coordinates.
fn has_small_order(x: &[u8; 32]) -> bool {
    #[rustfmt::skip]
    const ORDER_8: [[u8; 32]; 2] = [
        [0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
         0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05],
        [0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
         0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a],
    ];
    let mut y = *x;
    y[31] &= 0x7f;
    let zero_or_one = y[0] <= 1 && y[1..].iter().all(|byte| *byte == 0);
    let minus_one = y[0] == 0xec && y[1..31].iter().all(|byte| *byte == 0xff) && y[31] == 0x7f;
    zero_or_one || minus_one || ORDER_8.contains(&y)
}
