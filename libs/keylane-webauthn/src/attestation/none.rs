//! The `none` format (§8.7): an empty statement that proves nothing.

use super::{AttestationError, AttestationFormat, AttestationKind, Evidence, StatementFormat};

pub(super) struct NoAttestation;

impl StatementFormat for NoAttestation {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::None
    }

    fn verify(&self, evidence: &Evidence<'_>) -> Result<AttestationKind, AttestationError> {
        match evidence.statement.as_map() {
            Some([]) => Ok(AttestationKind::None),
            _ => Err(AttestationError::StatementMalformed),
        }
    }
}
