//! Keys of Ed448: COSE key type OKP, curve 7 (RFC 9053, §7.2), under the fully specified number
//! only: with `EdDSA` WebAuthn always means Ed25519 (§5.8.5).
//!
//! aws-lc does not have this curve, so another library verifies. All it ever sees is public. What
//! it does not look at in a key is looked for here.

use ed448_goldilocks::{Signature, VerifyingKey};

use super::parameters::{CurveLabel, KEY_TYPE_OKP, Parameters, label};
use super::{BadSignature, KeyError};

const CURVE_ED448: i64 = 7;

/// Bytes of a point: those of y, and one for the sign of x.
const POINT_BYTES: usize = 57;

pub(super) fn parse(
    parameters: &Parameters<'_, '_>,
    curve_label: CurveLabel,
) -> Result<VerifyingKey, KeyError> {
    parameters.expect_type(KEY_TYPE_OKP, &[label::CURVE, label::X])?;
    parameters.expect_curve(CURVE_ED448, curve_label)?;
    from_point(parameters.bytes(label::X)?)
}

/// The key of an encoded point (RFC 8032, §5.2.2).
pub(super) fn from_point(point: &[u8]) -> Result<VerifyingKey, KeyError> {
    let point: &[u8; POINT_BYTES] = point.try_into().map_err(|_| KeyError::PointMalformed)?;
    let [y @ .., sign] = point;
    if sign & 0x7f != 0 || !is_reduced(y) {
        return Err(KeyError::PointMalformed);
    }
    if has_small_order(y) {
        return Err(KeyError::SmallOrder);
    }
    VerifyingKey::from_bytes(point).map_err(|_| KeyError::PointNotOnCurve)
}

pub(super) fn verify(
    key: &VerifyingKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
    key.verify_raw(&signature, message).map_err(|_| BadSignature)
}

/// Whether the coordinate is below p = 2^448 - 2^224 - 1, whose bytes are all 0xff but for a 0xfe
/// in the middle.
fn is_reduced(y: &[u8; POINT_BYTES - 1]) -> bool {
    let full = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0xff);
    let (low, high) = y.split_at(28);
    match high {
        [0xff, rest @ ..] => !full(rest),
        [0xfe, rest @ ..] => !(full(rest) && full(low)),
        _ => true,
    }
}

/// Whether the point is one of the four whose order divides 4: y is 1, -1 or 0.
fn has_small_order(y: &[u8; POINT_BYTES - 1]) -> bool {
    let zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    let full = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0xff);
    let (low, high) = y.split_at(28);
    match (low, high) {
        ([0 | 1, low @ ..], high) if zero(low) && zero(high) => true,
        ([0xfe, low @ ..], [0xfe, high @ ..]) => full(low) && full(high),
        _ => false,
    }
}
