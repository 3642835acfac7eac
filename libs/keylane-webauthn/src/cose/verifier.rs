//! The parsed form of a key, whichever library verifies with it.

use aws_lc_rs::signature::ParsedPublicKey;
use ed448_goldilocks::VerifyingKey;

use super::{BadSignature, ed448};

/// A key that is ready to verify.
#[derive(Debug, Clone)]
pub(crate) enum Verifier {
    AwsLc(ParsedPublicKey),
    Ed448(Box<VerifyingKey>),
}

impl Verifier {
    /// The key of an encoded Ed448 point.
    pub(crate) fn ed448(point: &[u8]) -> Result<Self, BadSignature> {
        ed448::from_point(point).map(Self::from).map_err(|_| BadSignature)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::AwsLc(key) => key.verify_sig(message, signature).map_err(|_| BadSignature),
            Self::Ed448(key) => ed448::verify(key, message, signature),
        }
    }
}

impl From<ParsedPublicKey> for Verifier {
    fn from(key: ParsedPublicKey) -> Self {
        Self::AwsLc(key)
    }
}

impl From<VerifyingKey> for Verifier {
    fn from(key: VerifyingKey) -> Self {
        Self::Ed448(Box::new(key))
    }
}
