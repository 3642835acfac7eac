//! Keys of ECDSA: COSE key type EC2 (RFC 9053, §7.1.1), in uncompressed form only (§5.8.5).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use super::KeyError;
use super::parameters::{CurveLabel, KEY_TYPE_EC2, Parameters, label};
use crate::cbor::Value;

/// A curve with the hash that WebAuthn lets it be used with.
pub(super) struct Curve {
    /// The number in the COSE registry of curves.
    id: i64,
    coordinate_bytes: usize,
    verification: &'static EcdsaVerificationAlgorithm,
}

pub(super) const P256: Curve =
    Curve { id: 1, coordinate_bytes: 32, verification: &ECDSA_P256_SHA256_ASN1 };
pub(super) const P384: Curve =
    Curve { id: 2, coordinate_bytes: 48, verification: &ECDSA_P384_SHA384_ASN1 };
pub(super) const P521: Curve =
    Curve { id: 3, coordinate_bytes: 66, verification: &ECDSA_P521_SHA512_ASN1 };
pub(super) const SECP256K1: Curve =
    Curve { id: 8, coordinate_bytes: 32, verification: &ECDSA_P256K1_SHA256_ASN1 };

pub(super) fn parse(
    parameters: &Parameters<'_, '_>,
    curve: &Curve,
    curve_label: CurveLabel,
) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_EC2, &[label::CURVE, label::X, label::Y])?;
    parameters.expect_curve(curve.id, curve_label)?;
    // A compressed point has a boolean for y.
    if let Value::Bool(_) = parameters.find(label::Y)? {
        return Err(KeyError::PointMalformed);
    }
    let (x, y) = (parameters.bytes(label::X)?, parameters.bytes(label::Y)?);
    if x.len() != curve.coordinate_bytes || y.len() != curve.coordinate_bytes {
        return Err(KeyError::PointMalformed);
    }
    // SEC 1, 2.3.3: an uncompressed point.
    let point = [&[0x04], x, y].concat();
    ParsedPublicKey::new(curve.verification, point).map_err(|_| KeyError::PointNotOnCurve)
}
