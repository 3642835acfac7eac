//! Why attestation objects and statements are refused.

use super::android_key::AndroidKeyError;
use super::android_safetynet::AndroidSafetyNetError;
use super::apple::AppleError;
use super::compound::CompoundError;
use super::fido_u2f::FidoU2fError;
use super::packed::PackedError;
use super::tpm::TpmError;
use crate::authenticator_data::AuthenticatorDataError;
use crate::cbor::CborError;
use crate::x509::{CertificateError, ChainError};

/// Why an attestation object cannot be read (§7.1, step 13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationObjectError {
    /// Not the CBOR that we accept.
    #[error("the attestation object is not acceptable CBOR")]
    Cbor(#[source] CborError),
    /// Not a map with `fmt`, `attStmt` and `authData` of the right types.
    #[error("the attestation object lacks a member or has one of the wrong type")]
    Malformed,
    /// The name of the format is empty, too long or not printable.
    #[error("the name of the attestation format is malformed")]
    FormatName,
    /// The authenticator data inside is refused.
    #[error("the authenticator data is malformed")]
    AuthenticatorData(#[source] AuthenticatorDataError),
}

impl AttestationObjectError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cbor(err) => err.code(),
            Self::Malformed => "attestation_object_malformed",
            Self::FormatName => "attestation_format_malformed",
            Self::AuthenticatorData(err) => err.code(),
        }
    }
}

/// Why an attestation statement is refused (§7.1, steps 21 and 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// Step 21: the policy does not list the format.
    #[error("the attestation format is not accepted")]
    FormatRefused,
    /// Step 21: this build does not know the format, and the policy wants it verified.
    #[error("this build cannot verify the attestation statement")]
    Unsupported,
    /// Step 22: a member is missing, has the wrong type, or does not belong there.
    #[error("the attestation statement is malformed")]
    StatementMalformed,
    /// Step 22: the statement names another algorithm than the credential's key (§8.2).
    #[error("the attestation statement names another algorithm than the public key")]
    AlgorithmMismatch,
    /// Step 22: the signature of the statement does not verify.
    #[error("the signature of the attestation statement does not verify")]
    SignatureInvalid,
    /// Step 22: a certificate of the statement cannot be read.
    #[error("a certificate of the attestation statement is refused")]
    Certificate(#[source] CertificateError),
    /// Step 22: the statement or its certificate breaks a rule of `packed` (§8.2).
    #[error("the packed attestation statement is refused")]
    Packed(#[source] PackedError),
    /// Step 22: the statement or its certificate breaks a rule of `tpm` (§8.3).
    #[error("the TPM attestation statement is refused")]
    Tpm(#[source] TpmError),
    /// Step 22: the statement or its certificate breaks a rule of `android-key` (§8.4).
    #[error("the Android key attestation statement is refused")]
    AndroidKey(#[source] AndroidKeyError),
    /// Step 22: the statement breaks a rule of `android-safetynet` (§8.5).
    #[error("the android-safetynet attestation statement is refused")]
    AndroidSafetyNet(#[source] AndroidSafetyNetError),
    /// Step 22: the statement breaks a rule of `fido-u2f` (§8.6).
    #[error("the fido-u2f attestation statement is refused")]
    FidoU2f(#[source] FidoU2fError),
    /// Step 22: the statement breaks a rule of `apple` (§8.8).
    #[error("the apple attestation statement is refused")]
    Apple(#[source] AppleError),
    /// Step 22: the statement breaks a rule of `compound` (§8.9).
    #[error("the compound attestation statement is refused")]
    Compound(#[source] CompoundError),
    /// Step 24: the credential's own key signed the statement, and the policy wants more.
    #[error("self attestation is not accepted")]
    SelfAttestationRefused,
    /// Step 24: the certificates do not lead to a trust anchor.
    #[error("the certificates of the attestation statement are not trusted")]
    Chain(#[source] ChainError),
}

impl AttestationError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FormatRefused => "attestation_format_refused",
            Self::Unsupported => "attestation_unsupported",
            Self::StatementMalformed => "attestation_statement_malformed",
            Self::AlgorithmMismatch => "attestation_algorithm_mismatch",
            Self::SignatureInvalid => "attestation_signature_invalid",
            Self::Certificate(err) => err.code(),
            Self::Packed(err) => err.code(),
            Self::Tpm(err) => err.code(),
            Self::AndroidKey(err) => err.code(),
            Self::AndroidSafetyNet(err) => err.code(),
            Self::FidoU2f(err) => err.code(),
            Self::Apple(err) => err.code(),
            Self::Compound(err) => err.code(),
            Self::SelfAttestationRefused => "self_attestation_refused",
            Self::Chain(err) => err.code(),
        }
    }
}
