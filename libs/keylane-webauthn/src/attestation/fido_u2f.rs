//! The `fido-u2f` format (§8.6): a U2F authenticator's signature over its own registration message,
//! put together here from the authenticator data, under one certificate.

use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, PolicySwitch, Proven,
    StatementFormat, certificates,
};
use crate::cbor::Value;
use crate::cose::{CoseAlgorithm, KeyMaterial};

pub(super) struct FidoU2f;

/// Which rule of §8.6 a `fido-u2f` statement breaks. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FidoU2fError {
    /// More than one certificate, where U2F authenticators have exactly one.
    #[error("there is not exactly one certificate")]
    CertificateCount,
    /// The key of the certificate is not one on P-256.
    #[error("the key of the certificate is not on P-256")]
    CertificateKey,
    /// The credential's key is not one of ES256, and U2F authenticators make no others.
    #[error("the key of the credential is not one of ES256")]
    CredentialKey,
    /// The AAGUID is not zero, and U2F authenticators have none.
    #[error("the AAGUID of a U2F authenticator is not zero")]
    Aaguid,
}

impl FidoU2fError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CertificateCount => "fido_u2f_certificate_count",
            Self::CertificateKey => "fido_u2f_certificate_key",
            Self::CredentialKey => "fido_u2f_credential_key",
            Self::Aaguid => "fido_u2f_aaguid_not_zero",
        }
    }
}

impl From<FidoU2fError> for AttestationError {
    fn from(err: FidoU2fError) -> Self {
        Self::FidoU2f(err)
    }
}

impl StatementFormat for FidoU2f {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::FidoU2f
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        // Step 1.
        let statement = evidence.statement;
        let signature = statement.entry("sig").and_then(Value::as_bytes);
        let (Some(signature), Some(2)) = (signature, statement.as_map().map(<[_]>::len)) else {
            return Err(AttestationError::StatementMalformed);
        };
        // Step 2.
        let path = certificates::read(statement)?;
        let [leaf] = path.as_slice() else {
            return Err(FidoU2fError::CertificateCount.into());
        };
        if !leaf.public_key.suits(CoseAlgorithm::Es256) {
            return Err(FidoU2fError::CertificateKey.into());
        }
        // Steps 3 to 5.
        let message = registration_message(evidence)?;
        // Step 6.
        leaf.public_key
            .verify_cose(CoseAlgorithm::Es256.id(), &message, signature)
            .map_err(|_| AttestationError::SignatureInvalid)?;
        // Steps 7 and 8: only metadata tells attestation by an authority apart.
        let mut proven = Proven::new(AttestationKind::Basic, path);
        check_aaguid(evidence, &mut proven.switches)?;
        Ok(proven)
    }
}

/// What a U2F authenticator signs when it registers (FIDO U2F Raw Message Formats, §4.3).
fn registration_message(evidence: &Evidence<'_, '_>) -> Result<Vec<u8>, AttestationError> {
    let data = evidence.authenticator_data;
    let material = match evidence.public_key.algorithm() {
        CoseAlgorithm::Es256 => evidence.public_key.material(),
        _ => None,
    };
    let (Some(key @ KeyMaterial::Ec2 { .. }), Some(attested)) = (material, &data.attested) else {
        return Err(FidoU2fError::CredentialKey.into());
    };
    let point = key.spki_bits();
    let id = attested.credential_id;
    Ok([&[0x00], &data.rp_id_hash[..], &evidence.client_data_hash[..], id, &point].concat())
}

/// §6.1.2: the client fills in zeros. The signature does not cover the AAGUID, so another one would
/// be nobody's word.
fn check_aaguid(
    evidence: &Evidence<'_, '_>,
    switches: &mut Vec<PolicySwitch>,
) -> Result<(), AttestationError> {
    if evidence.aaguid().is_some_and(|aaguid| aaguid.0 == [0; 16]) {
        return Ok(());
    }
    if !evidence.policy.permits(PolicySwitch::FidoU2fNonzeroAaguid) {
        return Err(FidoU2fError::Aaguid.into());
    }
    switches.push(PolicySwitch::FidoU2fNonzeroAaguid);
    Ok(())
}

#[cfg(test)]
mod tests;
