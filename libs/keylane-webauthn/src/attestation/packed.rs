//! The `packed` format (§8.2): a signature over the authenticator data and the client data.
//!
//! Self attestation, where the credential's own key signs, is verified. A statement with
//! certificates is answered with [`AttestationError::Unsupported`].

use super::{AttestationError, AttestationFormat, AttestationKind, Evidence, StatementFormat};
use crate::cbor::Value;

pub(super) struct Packed;

impl StatementFormat for Packed {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::Packed
    }

    fn verify(&self, evidence: &Evidence<'_>) -> Result<AttestationKind, AttestationError> {
        let statement = evidence.statement;
        if statement.entry("x5c").is_some() || statement.entry("ecdaaKeyId").is_some() {
            return Err(AttestationError::Unsupported);
        }
        let algorithm = statement.entry("alg").and_then(Value::as_i64);
        let signature = statement.entry("sig").and_then(Value::as_bytes);
        let (Some(algorithm), Some(signature)) = (algorithm, signature) else {
            return Err(AttestationError::StatementMalformed);
        };
        if statement.as_map().is_some_and(|members| members.len() != 2) {
            return Err(AttestationError::StatementMalformed);
        }
        if algorithm != evidence.public_key.algorithm().id() {
            return Err(AttestationError::AlgorithmMismatch);
        }
        let signed = [evidence.authenticator_data, evidence.client_data_hash].concat();
        evidence
            .public_key
            .verify(&signed, signature)
            .map_err(|_| AttestationError::SignatureInvalid)?;
        Ok(AttestationKind::SelfSigned)
    }
}
