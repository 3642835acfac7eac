//! The `x5c` of attestation statements.

use super::error::AttestationError;
use crate::cbor::Value;
use crate::x509::Certificate;
use crate::x509::chain::PATH_MAX;

/// Reads `x5c`: one certificate at least, the authenticator's first.
pub(super) fn read<'a>(statement: &Value<'a>) -> Result<Vec<Certificate<'a>>, AttestationError> {
    let Some(Value::Array(items)) = statement.entry("x5c") else {
        return Err(AttestationError::StatementMalformed);
    };
    if items.is_empty() || items.len() > PATH_MAX {
        return Err(AttestationError::StatementMalformed);
    }
    let certificate = |item: &Value<'a>| {
        let der = item.as_bytes().ok_or(AttestationError::StatementMalformed)?;
        Certificate::parse(der).map_err(AttestationError::Certificate)
    };
    items.iter().map(certificate).collect()
}
