//! The `none` format (§8.7): an empty statement that proves nothing.

use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, Proven, StatementFormat,
};

pub(super) struct NoAttestation;

impl StatementFormat for NoAttestation {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::None
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        match evidence.statement.as_map() {
            Some([]) => Ok(Proven::new(AttestationKind::None, Vec::new())),
            _ => Err(AttestationError::StatementMalformed),
        }
    }
}
