//! Writing attestation statements (WebAuthn Level 3, §8), one file for each format.
//!
//! A statement is made after the caller has changed the parts, so that it is sound for whatever
//! it speaks of. What is to be wrong with the statement itself goes through the edits of
//! [`CreateParts`]: each is made once, by the first statement that has such a part.

mod android_key;
mod apple;
mod certificates;
mod compound;
mod fido_u2f;
mod packed;
mod safetynet;
mod tpm;

pub use android_key::{Authorization, KeyDescription};
pub use safetynet::SafetyNetParts;
pub use tpm::{
    CertifyInfo, PublicArea, PublicParameters, TPM_ALG_SHA1, TPM_ALG_SHA256, TPM_ALG_SHA384,
    TpmParts,
};

use crate::{
    Attestation, Authenticator, AuthenticatorError, Cbor, CreateParts, TestKey, key::SigningKey,
};

/// What a statement speaks of.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) client_data_hash: &'a [u8; 32],
    /// The credential's key.
    pub(crate) key: &'a SigningKey,
    pub(crate) authenticator: &'a Authenticator,
}

impl Evidence<'_> {
    /// What most formats sign.
    fn signed_bytes(&self) -> Vec<u8> {
        [self.authenticator_data, self.client_data_hash].concat()
    }

    /// The attestation key of this model, of the algorithm that the configuration wants.
    fn attestation_key(&self, default: i64) -> Result<TestKey, AuthenticatorError> {
        let wanted = self.authenticator.config.attestation_algorithm;
        TestKey::shared("attestation", wanted.unwrap_or(default))
    }
}

/// The statement and the name of its format.
pub(crate) fn make(
    attestation: Attestation,
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<(&'static str, Cbor), AuthenticatorError> {
    Ok(match attestation {
        Attestation::None => ("none", Cbor::Map(Vec::new())),
        Attestation::PackedSelf => ("packed", packed::self_signed(evidence, parts)?),
        Attestation::PackedBasic => ("packed", packed::basic(evidence, parts)?),
        Attestation::PackedAttestationCa => ("packed", packed::attestation_ca(evidence, parts)?),
        Attestation::PackedEnterprise => ("packed", packed::enterprise(evidence, parts)?),
        Attestation::FidoU2f => ("fido-u2f", fido_u2f::make(evidence, parts)?),
        Attestation::Tpm => ("tpm", tpm::make(evidence, parts)?),
        Attestation::AndroidKey => ("android-key", android_key::make(evidence, parts)?),
        Attestation::AndroidSafetyNet => ("android-safetynet", safetynet::make(evidence, parts)?),
        Attestation::Compound => ("compound", compound::make(evidence, parts)?),
        Attestation::Apple => ("apple", apple::make(evidence, parts)?),
    })
}

/// Signs with the attestation key, between the edits of what is signed and of the signature.
fn sign(
    mut message: Vec<u8>,
    key: &TestKey,
    parts: &mut CreateParts,
) -> Result<Vec<u8>, AuthenticatorError> {
    parts.signed_bytes_edit.take_and_apply(&mut message);
    let mut signature = parts.statement_key.as_ref().unwrap_or(key).sign(&message)?;
    parts.signature_edit.take_and_apply(&mut signature);
    Ok(signature)
}

/// The same with the credential's own key.
fn sign_with_credential(
    mut message: Vec<u8>,
    key: &SigningKey,
    parts: &mut CreateParts,
) -> Result<Vec<u8>, AuthenticatorError> {
    parts.signed_bytes_edit.take_and_apply(&mut message);
    let mut signature = match &parts.statement_key {
        Some(other) => other.sign(&message)?,
        None => key.sign(&message)?,
    };
    parts.signature_edit.take_and_apply(&mut signature);
    Ok(signature)
}
