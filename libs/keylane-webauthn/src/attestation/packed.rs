//! The `packed` format (§8.2): a signature over the authenticator data and the client data, by the
//! credential's own key or by one with a certificate.

mod countries;

use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, PolicySwitch, Proven,
    StatementFormat, certificates,
};
use crate::cbor::Value;
use crate::x509::der::{self, Tag};
use crate::x509::public_key::COSE_RS1;
use crate::x509::{Certificate, CertificateError, oid};

pub(super) struct Packed;

/// Which rule of §8.2 the certificate of a `packed` statement breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackedError {
    /// The statement is signed with SHA-1 (RS1), and the policy does not allow it.
    #[error("the statement is signed with SHA-1")]
    Sha1,
    /// The certificate is not of version 3.
    #[error("the certificate is not of version 3")]
    Version,
    /// The subject lacks organisation or a country that exists, or its unit is not
    /// `Authenticator Attestation`.
    #[error("the subject of the certificate is not one of an authenticator")]
    Subject,
    /// The certificate is one of an authority, or lacks basic constraints.
    #[error("the basic constraints of the certificate are refused")]
    BasicConstraints,
    /// The AAGUID in the certificate is not the credential's.
    #[error("the certificate is for another model of authenticator")]
    AaguidMismatch,
}

impl PackedError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sha1 => "packed_signed_with_sha1",
            Self::Version => "packed_certificate_version",
            Self::Subject => "packed_certificate_subject",
            Self::BasicConstraints => "packed_certificate_basic_constraints",
            Self::AaguidMismatch => "packed_certificate_aaguid_mismatch",
        }
    }
}

impl From<PackedError> for AttestationError {
    fn from(err: PackedError) -> Self {
        Self::Packed(err)
    }
}

impl StatementFormat for Packed {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::Packed
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        let statement = evidence.statement;
        let algorithm = statement.entry("alg").and_then(Value::as_i64);
        let signature = statement.entry("sig").and_then(Value::as_bytes);
        let (Some(algorithm), Some(signature)) = (algorithm, signature) else {
            return Err(AttestationError::StatementMalformed);
        };
        let members = statement.as_map().map_or(0, <[_]>::len);
        match (statement.entry("x5c"), members) {
            (Some(_), 3) => with_certificates(evidence, algorithm, signature),
            (None, 2) => self_attestation(evidence, algorithm, signature),
            // ecdaaKeyId was removed in Level 2; other members are unknown.
            _ => Err(AttestationError::StatementMalformed),
        }
    }
}

fn self_attestation<'a>(
    evidence: &Evidence<'_, 'a>,
    algorithm: i64,
    signature: &[u8],
) -> Result<Proven<'a>, AttestationError> {
    if algorithm != evidence.public_key.algorithm().id() {
        return Err(AttestationError::AlgorithmMismatch);
    }
    evidence
        .public_key
        .verify(&evidence.signed_bytes(), signature)
        .map_err(|_| AttestationError::SignatureInvalid)?;
    Ok(Proven::new(AttestationKind::SelfSigned, Vec::new()))
}

fn with_certificates<'a>(
    evidence: &Evidence<'_, 'a>,
    algorithm: i64,
    signature: &[u8],
) -> Result<Proven<'a>, AttestationError> {
    let sha1 = algorithm == COSE_RS1;
    if sha1 && !evidence.policy.permits(PolicySwitch::Sha1Certificates) {
        return Err(PackedError::Sha1.into());
    }
    let path = certificates::read(evidence.statement)?;
    let leaf = path.first().ok_or(AttestationError::StatementMalformed)?;
    leaf.public_key
        .verify_cose(algorithm, &evidence.signed_bytes(), signature)
        .map_err(|_| AttestationError::SignatureInvalid)?;
    let mut switches = Vec::new();
    if sha1 {
        switches.push(PolicySwitch::Sha1Certificates);
    }
    check_certificate(leaf, evidence, &mut switches)?;
    let serial_number = serial_number(leaf)?;
    Ok(Proven { switches, serial_number, ..Proven::new(AttestationKind::Basic, path) })
}

/// §8.2.1, and that the certificate is for this model.
fn check_certificate(
    leaf: &Certificate<'_>,
    evidence: &Evidence<'_, '_>,
    switches: &mut Vec<PolicySwitch>,
) -> Result<(), AttestationError> {
    if leaf.version != 3 {
        return Err(PackedError::Version.into());
    }
    check_subject(leaf)?;
    match leaf.basic_constraints().map_err(AttestationError::Certificate)? {
        Some(constraints) if !constraints.ca => {}
        None if evidence.policy.permits(PolicySwitch::BasicConstraintsAbsent) => {
            switches.push(PolicySwitch::BasicConstraintsAbsent);
        }
        _ => return Err(PackedError::BasicConstraints.into()),
    }
    let certified = leaf.fido_aaguid().map_err(AttestationError::Certificate)?;
    if certified.is_some_and(|aaguid| evidence.aaguid().is_none_or(|it| it.0 != aaguid)) {
        return Err(PackedError::AaguidMismatch.into());
    }
    Ok(())
}

fn check_subject(leaf: &Certificate<'_>) -> Result<(), AttestationError> {
    let attributes = leaf.subject_attributes().map_err(AttestationError::Certificate)?;
    let text = |oid: &[u8]| attributes.iter().find(|it| it.oid == oid).map(|it| it.text);
    let country = text(oid::COUNTRY).is_some_and(countries::is_code);
    let named = |oid: &[u8]| text(oid).is_some_and(|text| !text.is_empty());
    let unit = attributes
        .iter()
        .any(|it| it.oid == oid::ORGANIZATIONAL_UNIT && it.text == "Authenticator Attestation");
    if country && named(oid::ORGANIZATION) && named(oid::COMMON_NAME) && unit {
        Ok(())
    } else {
        Err(PackedError::Subject.into())
    }
}

/// `id-fido-gen-ce-sernum` (§8.2.2): an OCTET STRING, not critical.
fn serial_number(leaf: &Certificate<'_>) -> Result<Option<Box<[u8]>>, AttestationError> {
    let Some(extension) = leaf.extension(oid::FIDO_SERIAL_NUMBER) else { return Ok(None) };
    match der::single(extension.value, Tag::OCTET_STRING) {
        Ok(number) if !extension.critical => Ok(Some(number.into())),
        _ => Err(AttestationError::Certificate(CertificateError::ExtensionMalformed)),
    }
}

#[cfg(test)]
mod tests;
