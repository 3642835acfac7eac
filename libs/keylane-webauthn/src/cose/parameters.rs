//! The parameters of a COSE key, looked up by label.

use super::KeyError;
use crate::cbor::Value;

/// Labels of COSE key parameters (RFC 9053, §7; RFC 8230, §4; the registration of ML-DSA
/// for AKP).
pub(super) mod label {
    pub(in crate::cose) const KEY_TYPE: i64 = 1;
    pub(in crate::cose) const ALGORITHM: i64 = 3;
    pub(in crate::cose) const CURVE: i64 = -1;
    pub(in crate::cose) const X: i64 = -2;
    pub(in crate::cose) const Y: i64 = -3;
    pub(in crate::cose) const RSA_N: i64 = -1;
    pub(in crate::cose) const RSA_E: i64 = -2;
    pub(in crate::cose) const AKP_PUB: i64 = -1;
}

pub(super) const KEY_TYPE_OKP: i64 = 1;
pub(super) const KEY_TYPE_EC2: i64 = 2;
pub(super) const KEY_TYPE_RSA: i64 = 3;
pub(super) const KEY_TYPE_AKP: i64 = 7;

/// Whether a key must name its curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CurveLabel {
    /// The algorithm leaves the curve to the key, and §5.8.5 says which one it has to be.
    Required,
    /// The algorithm already says which curve it is: ES256K and the fully specified numbers.
    ///
    /// RFC 9053 (§7.1, §7.2) has every EC2 and OKP key name its curve. §5.8.5 repeats that for
    /// ES256, ES384, ES512 and `EdDSA` alone, whose numbers leave it open, and other verifiers take
    /// keys of these numbers without it. Nothing is lost by that: the curve is known, the point is
    /// checked to lie on it, and a key that names another one is refused.
    MayBeLeftOut,
}

pub(super) struct Parameters<'a, 'b>(pub(super) &'b [(Value<'a>, Value<'a>)]);

impl<'a, 'b> Parameters<'a, 'b> {
    pub(super) fn find(&self, label: i64) -> Result<&'b Value<'a>, KeyError> {
        self.get(label).ok_or(KeyError::Malformed)
    }

    pub(super) fn integer(&self, label: i64) -> Result<i64, KeyError> {
        self.find(label)?.as_i64().ok_or(KeyError::Malformed)
    }

    pub(super) fn bytes(&self, label: i64) -> Result<&'a [u8], KeyError> {
        self.find(label)?.as_bytes().ok_or(KeyError::Malformed)
    }

    /// Checks the key type, and that besides it and the algorithm there is nothing but `labels`:
    /// §6.5.1.1 allows what the key type requires, and nothing else.
    pub(super) fn expect_type(&self, key_type: i64, labels: &[i64]) -> Result<(), KeyError> {
        if self.integer(label::KEY_TYPE)? != key_type {
            return Err(KeyError::TypeMismatch);
        }
        let belongs = |key: &Value<'_>| {
            let key = key.as_i64();
            key.is_some_and(|key| {
                matches!(key, label::KEY_TYPE | label::ALGORITHM) || labels.contains(&key)
            })
        };
        if self.0.iter().all(|(key, _)| belongs(key)) { Ok(()) } else { Err(KeyError::Malformed) }
    }

    pub(super) fn expect_curve(&self, curve: i64, label: CurveLabel) -> Result<(), KeyError> {
        if label == CurveLabel::MayBeLeftOut && self.get(label::CURVE).is_none() {
            return Ok(());
        }
        if self.integer(label::CURVE)? == curve { Ok(()) } else { Err(KeyError::CurveMismatch) }
    }

    fn get(&self, label: i64) -> Option<&'b Value<'a>> {
        self.0.iter().find(|(key, _)| key.as_i64() == Some(label)).map(|(_, value)| value)
    }
}
