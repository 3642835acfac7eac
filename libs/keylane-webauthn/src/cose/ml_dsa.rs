//! Keys of ML-DSA (FIPS 204): COSE key type AKP, whose one parameter is the encoded key.
//!
//! Every string of the right length is an encoding of some key (FIPS 204, algorithm 23), so the
//! length is all there is to check.

use aws_lc_rs::signature::{
    ML_DSA_44, ML_DSA_65, ML_DSA_87, ParsedPublicKey, PqdsaVerificationAlgorithm,
};

use super::KeyError;
use super::parameters::{KEY_TYPE_AKP, Parameters, label};

/// Bytes of a signature of ML-DSA-87, the longest of all algorithms here.
pub(crate) const ML_DSA_87_SIGNATURE_BYTES: usize = 4627;

/// One of the three sizes (FIPS 204, table 2).
pub(super) struct ParameterSet {
    key_bytes: usize,
    verification: &'static PqdsaVerificationAlgorithm,
}

pub(super) const LEVEL_2: ParameterSet = ParameterSet { key_bytes: 1312, verification: &ML_DSA_44 };
pub(super) const LEVEL_3: ParameterSet = ParameterSet { key_bytes: 1952, verification: &ML_DSA_65 };
pub(super) const LEVEL_5: ParameterSet = ParameterSet { key_bytes: 2592, verification: &ML_DSA_87 };

pub(super) fn parse(
    parameters: &Parameters<'_, '_>,
    set: &ParameterSet,
) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_AKP, &[label::AKP_PUB])?;
    let key = parameters.bytes(label::AKP_PUB)?;
    // aws-lc would also take a SubjectPublicKeyInfo.
    if key.len() != set.key_bytes {
        return Err(KeyError::Length);
    }
    ParsedPublicKey::new(set.verification, key).map_err(|_| KeyError::Length)
}
