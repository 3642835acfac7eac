//! The certificate of an attestation key (§8.3.1), with the name of a TPM in its alternative name
//! (TCG EK Credential Profile 2.1, 3.2.9).

use super::{TpmError, manufacturers};
use crate::attestation::{AttestationError, Evidence, PolicySwitch};
use crate::x509::der::{BadDer, Reader, Tag, single};
use crate::x509::name::{self, Attribute};
use crate::x509::{Certificate, oid};

/// `tcpaTpmManufacturer`, 2.23.133.2.1.
const TPM_MANUFACTURER: &[u8] = &[0x67, 0x81, 5, 2, 1];
/// `tcpaTpmModel`, 2.23.133.2.2.
const TPM_MODEL: &[u8] = &[0x67, 0x81, 5, 2, 2];
/// `tcpaTpmVersion`, 2.23.133.2.3.
const TPM_VERSION: &[u8] = &[0x67, 0x81, 5, 2, 3];
/// `tcg-kp-AIKCertificate`, 2.23.133.8.3.
const AIK_CERTIFICATE: &[u8] = &[0x67, 0x81, 5, 8, 3];

/// The empty `Name`.
const EMPTY_NAME: &[u8] = &[0x30, 0];

/// §8.3.1, and that the certificate is for this model.
pub(super) fn check(
    leaf: &Certificate<'_>,
    evidence: &Evidence<'_, '_>,
    switches: &mut Vec<PolicySwitch>,
) -> Result<(), AttestationError> {
    if leaf.version != 3 {
        return Err(TpmError::CertificateVersion.into());
    }
    if leaf.subject != EMPTY_NAME {
        return Err(TpmError::CertificateSubject.into());
    }
    let manufacturer = manufacturer(leaf).ok_or(TpmError::CertificateAltName)?;
    if !manufacturers::is_known(manufacturer) {
        if !evidence.policy.permits(PolicySwitch::TpmUnknownManufacturer) {
            return Err(TpmError::Manufacturer.into());
        }
        switches.push(PolicySwitch::TpmUnknownManufacturer);
    }
    let purposes = leaf.extended_key_usage().map_err(AttestationError::Certificate)?;
    if !purposes.is_some_and(|purposes| purposes.contains(&AIK_CERTIFICATE)) {
        return Err(TpmError::CertificateKeyUsage.into());
    }
    match leaf.basic_constraints().map_err(AttestationError::Certificate)? {
        Some(constraints) if !constraints.ca => {}
        None if evidence.policy.permits(PolicySwitch::BasicConstraintsAbsent) => {
            switches.push(PolicySwitch::BasicConstraintsAbsent);
        }
        _ => return Err(TpmError::CertificateBasicConstraints.into()),
    }
    let certified = leaf.fido_aaguid().map_err(AttestationError::Certificate)?;
    if certified.is_some_and(|aaguid| evidence.aaguid().is_none_or(|it| it.0 != aaguid)) {
        return Err(TpmError::CertificateAaguid.into());
    }
    Ok(())
}

/// Who made the TPM that the alternative name describes; `None` when it does not describe one.
fn manufacturer(leaf: &Certificate<'_>) -> Option<[u8; 4]> {
    let extension = leaf.extension(oid::SUBJECT_ALT_NAME)?;
    let attributes = directory_attributes(extension.value).ok()?;
    // Some have one set with three attributes, and some three sets with one.
    let text = |oid: &[u8]| {
        let mut found = attributes.iter().filter(|it| it.oid == oid);
        let attribute = found.next().filter(|it| !it.text.is_empty())?;
        found.next().is_none().then_some(attribute.text)
    };
    text(TPM_MODEL)?;
    text(TPM_VERSION)?;
    manufacturers::parse(text(TPM_MANUFACTURER)?)
}

/// The attributes of every `directoryName` in a `SubjectAltName`.
fn directory_attributes(extension: &[u8]) -> Result<Vec<Attribute<'_>>, BadDer> {
    let mut names = Reader::new(single(extension, Tag::SEQUENCE)?);
    let mut attributes = Vec::new();
    while !names.is_empty() {
        let general_name = names.any()?;
        if general_name.tag == Tag::context(4) {
            attributes.extend(name::attributes(general_name.value)?);
        }
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests;
