//! Public keys of credentials, and checking signatures with them.
//!
//! A COSE key (RFC 9052, §7) in, a [`PublicKey`] out whose algorithm, type and curve belong
//! together (WebAuthn Level 3, §5.8.5), whose point lies on the curve, whose modulus has a sane
//! size. A key that is not fit to verify a sign-in is refused when it is registered, not when
//! its owner comes back.
//!
//! The parsed form of the key is kept, so that a sign-in does not pay for parsing.

mod algorithm;
mod ecdsa;
mod ed25519;
mod ed448;
mod material;
mod ml_dsa;
mod parameters;
mod rsa;
mod verifier;

use std::fmt;
use std::sync::Arc;

pub use self::algorithm::CoseAlgorithm;
pub(crate) use self::material::KeyMaterial;
pub(crate) use self::ml_dsa::ML_DSA_87_SIGNATURE_BYTES;
use self::parameters::{Parameters, label};
pub use self::rsa::{RSA_EXPONENT_BYTES_MAX, RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN};
pub(crate) use self::verifier::Verifier;
use crate::cbor::{self, CborError, Form, Value};

/// A validated public key. Cloning is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Key>);

struct Key {
    cose: Box<[u8]>,
    algorithm: CoseAlgorithm,
    parsed: Verifier,
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
        let parsed = algorithm.parse_key(&parameters)?;
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
        self.0.parsed.verify(message, signature)
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
    /// An Ed25519 or Ed448 point of small order, for which anybody can make signatures.
    #[error("the point of the public key has a small order")]
    SmallOrder,
    /// An RSA modulus that is even, padded, or of a size that we refuse.
    #[error("the RSA modulus is refused")]
    RsaModulus,
    /// An RSA exponent that is even, 1, padded, or too long.
    #[error("the RSA exponent is refused")]
    RsaExponent,
    /// An ML-DSA key that is longer or shorter than its algorithm's.
    #[error("the public key has the wrong length")]
    Length,
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
            Self::Length => "public_key_length",
        }
    }
}

#[cfg(test)]
mod tests;
