//! Public keys of credentials, and checking signatures with them.
//!
//! A COSE key (RFC 9052, §7) in, a [`PublicKey`] out whose algorithm, type and curve belong
//! together (WebAuthn Level 3, §5.8.5), whose point lies on the curve, whose modulus has a sane
//! size. A key that is not fit to verify a sign-in is refused when it is registered, not when
//! its owner comes back.
//!
//! The parsed form of the key is kept, so that a sign-in does not pay for parsing.

mod edwards25519;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cbor::{self, CborError, Form, Value};

/// Fewest bits of an RSA modulus.
pub const RSA_MODULUS_BITS_MIN: usize = 2048;
/// Most bits of an RSA modulus; beyond it a verification costs more than a sign-in is worth.
pub const RSA_MODULUS_BITS_MAX: usize = 8192;
/// Most bytes of an RSA exponent. All known authenticators use 65537.
pub const RSA_EXPONENT_BYTES_MAX: usize = 4;

/// A signature algorithm of the IANA COSE registry that this build verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CoseAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// EdDSA; in WebAuthn always Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl CoseAlgorithm {
    /// Every algorithm of this build, in the order in which we would ask for them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The number in the COSE registry.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm with this number; `None` when this build does not verify it.
    #[must_use]
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.id() == id)
    }
}

impl Serialize for CoseAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.id())
    }
}

impl<'de> Deserialize<'de> for CoseAlgorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = i64::deserialize(deserializer)?;
        Self::from_id(id).ok_or_else(|| serde::de::Error::custom("not an algorithm of this build"))
    }
}

/// A validated public key. Cloning is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Key>);

struct Key {
    cose: Box<[u8]>,
    algorithm: CoseAlgorithm,
    parsed: ParsedPublicKey,
}

impl PublicKey {
    /// Decodes and validates a COSE key.
    ///
    /// # Errors
    ///
    /// [`KeyError`], for the first thing that is wrong with it.
    ///
    /// # Specification
    ///
    /// [WebAuthn Level 3 §6.5.1.1](https://www.w3.org/TR/webauthn-3/#sctn-encoded-credPubKey-examples)
    /// and §5.8.5.
    pub fn from_cose(cose: &[u8]) -> Result<Self, KeyError> {
        let value = cbor::decode(cose, Form::Canonical).map_err(KeyError::Cbor)?;
        Self::from_value(&value, cose)
    }

    /// The same for a key that is decoded already; `cose` is what `value` was decoded from.
    pub(crate) fn from_value(value: &Value<'_>, cose: &[u8]) -> Result<Self, KeyError> {
        let parameters = Parameters(value.as_map().ok_or(KeyError::Malformed)?);
        let id = parameters.integer(label::ALGORITHM)?;
        let algorithm =
            CoseAlgorithm::from_id(id).ok_or(KeyError::UnsupportedAlgorithm { algorithm: id })?;
        let parsed = match algorithm {
            CoseAlgorithm::Es256 => es256(&parameters)?,
            CoseAlgorithm::EdDsa => ed25519(&parameters)?,
            CoseAlgorithm::Rs256 => rs256(&parameters)?,
        };
        Ok(Self(Arc::new(Key { cose: cose.into(), algorithm, parsed })))
    }

    /// The COSE key as the authenticator encoded it; what a store keeps.
    #[must_use]
    pub fn as_cose_bytes(&self) -> &[u8] {
        &self.0.cose
    }

    /// The algorithm this key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> CoseAlgorithm {
        self.0.algorithm
    }

    /// Checks a signature over `message`. ECDSA signatures are strict DER with either `s`.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.parsed.verify_sig(message, signature).map_err(|_| BadSignature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.0.algorithm).finish_non_exhaustive()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.cose == other.0.cose
    }
}

impl Eq for PublicKey {}

/// The signature does not verify; there is nothing more to know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSignature;

/// Why a COSE key is refused. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key is not canonical CBOR.
    #[error("the public key is not canonical CBOR")]
    Cbor(#[source] CborError),
    /// Not a map, or a parameter is missing, has the wrong type, or does not belong there.
    #[error("the public key lacks a parameter or has one of the wrong type")]
    Malformed,
    /// An algorithm that this build does not verify.
    #[error("algorithm {algorithm} is not supported")]
    UnsupportedAlgorithm {
        /// The number in the COSE registry.
        algorithm: i64,
    },
    /// The key type is not the one of the algorithm.
    #[error("the key type does not belong to the algorithm")]
    TypeMismatch,
    /// The curve is not the one of the algorithm (§5.8.5).
    #[error("the curve does not belong to the algorithm")]
    CurveMismatch,
    /// A coordinate is compressed, has the wrong length or is not reduced.
    #[error("the point of the public key is malformed")]
    PointMalformed,
    /// The point does not lie on the curve.
    #[error("the point of the public key is not on the curve")]
    PointNotOnCurve,
    /// An Ed25519 point of small order, for which anybody can make signatures.
    #[error("the point of the public key has a small order")]
    SmallOrder,
    /// An RSA modulus that is even, padded, or of a size that we refuse.
    #[error("the RSA modulus is refused")]
    RsaModulus,
    /// An RSA exponent that is even, 1, padded, or too long.
    #[error("the RSA exponent is refused")]
    RsaExponent,
}

impl KeyError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cbor(err) => err.code(),
            Self::Malformed => "public_key_malformed",
            Self::UnsupportedAlgorithm { .. } => "public_key_algorithm_unsupported",
            Self::TypeMismatch => "public_key_type_mismatch",
            Self::CurveMismatch => "public_key_curve_mismatch",
            Self::PointMalformed => "public_key_point_malformed",
            Self::PointNotOnCurve => "public_key_not_on_curve",
            Self::SmallOrder => "public_key_small_order",
            Self::RsaModulus => "public_key_rsa_modulus_refused",
            Self::RsaExponent => "public_key_rsa_exponent_refused",
        }
    }
}

/// Labels of COSE key parameters (RFC 9053, §7; RFC 8230, §4).
mod label {
    pub(super) const KEY_TYPE: i64 = 1;
    pub(super) const ALGORITHM: i64 = 3;
    pub(super) const CURVE: i64 = -1;
    pub(super) const X: i64 = -2;
    pub(super) const Y: i64 = -3;
    pub(super) const RSA_N: i64 = -1;
    pub(super) const RSA_E: i64 = -2;
}

const KEY_TYPE_OKP: i64 = 1;
const KEY_TYPE_EC2: i64 = 2;
const KEY_TYPE_RSA: i64 = 3;
const CURVE_P256: i64 = 1;
const CURVE_ED25519: i64 = 6;

struct Parameters<'a, 'b>(&'b [(Value<'a>, Value<'a>)]);

impl<'a, 'b> Parameters<'a, 'b> {
    fn find(&self, label: i64) -> Result<&'b Value<'a>, KeyError> {
        let entry = self.0.iter().find(|(key, _)| key.as_i64() == Some(label));
        entry.map(|(_, value)| value).ok_or(KeyError::Malformed)
    }

    fn integer(&self, label: i64) -> Result<i64, KeyError> {
        self.find(label)?.as_i64().ok_or(KeyError::Malformed)
    }

    fn bytes(&self, label: i64) -> Result<&'a [u8], KeyError> {
        self.find(label)?.as_bytes().ok_or(KeyError::Malformed)
    }

    /// Checks the key type, and that the key has exactly `count` parameters: §6.5.1.1 allows the
    /// algorithm and what its key type requires, and nothing else.
    fn expect_type(&self, key_type: i64, count: usize) -> Result<(), KeyError> {
        if self.integer(label::KEY_TYPE)? != key_type {
            return Err(KeyError::TypeMismatch);
        }
        if self.0.len() > count { Err(KeyError::Malformed) } else { Ok(()) }
    }

    fn expect_curve(&self, curve: i64) -> Result<(), KeyError> {
        if self.integer(label::CURVE)? == curve { Ok(()) } else { Err(KeyError::CurveMismatch) }
    }
}

fn es256(parameters: &Parameters<'_, '_>) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_EC2, 5)?;
    parameters.expect_curve(CURVE_P256)?;
    // A compressed point has a boolean for y, which §5.8.5 does not allow.
    if let Value::Bool(_) = parameters.find(label::Y)? {
        return Err(KeyError::PointMalformed);
    }
    let (x, y) = (parameters.bytes(label::X)?, parameters.bytes(label::Y)?);
    let mut point = [0x04; 65];
    if x.len() != 32 || y.len() != 32 {
        return Err(KeyError::PointMalformed);
    }
    point[1..33].copy_from_slice(x);
    point[33..].copy_from_slice(y);
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).map_err(|_| KeyError::PointNotOnCurve)
}

fn ed25519(parameters: &Parameters<'_, '_>) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_OKP, 4)?;
    parameters.expect_curve(CURVE_ED25519)?;
    let x = parameters.bytes(label::X)?;
    let x: &[u8; 32] = x.try_into().map_err(|_| KeyError::PointMalformed)?;
    if !ed25519_is_reduced(x) {
        return Err(KeyError::PointMalformed);
    }
    if ed25519_has_small_order(x) {
        return Err(KeyError::SmallOrder);
    }
    // aws-lc looks at the point only when it verifies, which is a sign-in too late.
    if !edwards25519::has_x(x) {
        return Err(KeyError::PointNotOnCurve);
    }
    ParsedPublicKey::new(&ED25519, x).map_err(|_| KeyError::PointNotOnCurve)
}

/// Whether the coordinate is below p = 2^255 - 19. The top bit is the sign of the other one.
fn ed25519_is_reduced(x: &[u8; 32]) -> bool {
    let top_is_full = x[31] & 0x7f == 0x7f && x[1..31].iter().all(|byte| *byte == 0xff);
    !(top_is_full && x[0] >= 0xed)
}

/// Whether the point is one of the eight whose order divides 8, by their five y coordinates.
fn ed25519_has_small_order(x: &[u8; 32]) -> bool {
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

fn rs256(parameters: &Parameters<'_, '_>) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_RSA, 4)?;
    let (n, e) = (parameters.bytes(label::RSA_N)?, parameters.bytes(label::RSA_E)?);
    // RFC 8230, §4: the shortest form, so no leading zeros.
    let bits = match n.first() {
        None | Some(0) => return Err(KeyError::RsaModulus),
        Some(first) => n.len() * 8 - first.leading_zeros() as usize,
    };
    let odd = n.last().is_some_and(|last| last & 1 == 1);
    if !odd || !(RSA_MODULUS_BITS_MIN..=RSA_MODULUS_BITS_MAX).contains(&bits) {
        return Err(KeyError::RsaModulus);
    }
    let padded = matches!(e.first(), None | Some(0));
    let odd = e.last().is_some_and(|last| last & 1 == 1);
    if padded || !odd || e == [1] || e.len() > RSA_EXPONENT_BYTES_MAX {
        return Err(KeyError::RsaExponent);
    }
    let components = RsaPublicKeyComponents { n, e };
    components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| KeyError::RsaModulus)
}

#[cfg(test)]
mod tests;
