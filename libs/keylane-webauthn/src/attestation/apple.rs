//! The `apple` format (§8.8): a certificate for the credential's own key, made for this one
//! registration, and no signature besides.

use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, Proven, StatementFormat,
    certificates,
};
use crate::cbor::Value;
use crate::origin::sha256;
use crate::x509::der::{BadDer, Reader, Tag};
use crate::x509::{Certificate, CertificateError, oid};

pub(super) struct Apple;

/// Which rule of §8.8 an `apple` statement breaks. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppleError {
    /// The certificate has no nonce.
    #[error("the certificate has no nonce")]
    NonceMissing,
    /// The nonce in the certificate is not the one of this registration.
    #[error("the certificate was made for another registration")]
    NonceMismatch,
    /// The certificate is for another key than the credential's.
    #[error("the certificate is for another key than the credential's")]
    KeyMismatch,
}

impl AppleError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NonceMissing => "apple_nonce_missing",
            Self::NonceMismatch => "apple_nonce_mismatch",
            Self::KeyMismatch => "apple_key_mismatch",
        }
    }
}

impl From<AppleError> for AttestationError {
    fn from(err: AppleError) -> Self {
        Self::Apple(err)
    }
}

impl StatementFormat for Apple {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::Apple
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        // Step 1.
        check_members(evidence)?;
        let path = certificates::read(evidence.statement)?;
        let leaf = path.first().ok_or(AttestationError::StatementMalformed)?;
        // Steps 2 to 4.
        if nonce(leaf)? != sha256(&evidence.signed_bytes()) {
            return Err(AppleError::NonceMismatch.into());
        }
        // Step 5.
        if !leaf.public_key.is(evidence.public_key) {
            return Err(AppleError::KeyMismatch.into());
        }
        Ok(Proven::new(AttestationKind::AnonCa, path))
    }
}

/// Only `x5c` is left in the specification. Devices of 2020 sent the algorithm as well, as drafts
/// of it had it.
fn check_members(evidence: &Evidence<'_, '_>) -> Result<(), AttestationError> {
    let members = evidence.statement.as_map().map_or(0, <[_]>::len);
    match (evidence.statement.entry("alg").map(Value::as_i64), members) {
        (None, 1) => Ok(()),
        (Some(Some(algorithm)), 2) if algorithm == evidence.public_key.algorithm().id() => Ok(()),
        (Some(Some(_)), 2) => Err(AttestationError::AlgorithmMismatch),
        _ => Err(AttestationError::StatementMalformed),
    }
}

/// The nonce in the certificate: `SEQUENCE { [1] EXPLICIT OCTET STRING }`.
fn nonce<'a>(leaf: &Certificate<'a>) -> Result<&'a [u8], AttestationError> {
    let extension = leaf.extension(oid::APPLE_NONCE).ok_or(AppleError::NonceMissing)?;
    let nonce = || {
        let mut outer = Reader::new(extension.value);
        let mut fields = outer.sequence()?;
        outer.end()?;
        let mut tagged = fields.nested(Tag::context(1))?;
        fields.end()?;
        let nonce = tagged.expect(Tag::OCTET_STRING)?.value;
        tagged.end()?;
        Ok(nonce)
    };
    nonce().map_err(|BadDer| AttestationError::Certificate(CertificateError::ExtensionMalformed))
}

#[cfg(test)]
mod tests;
