//! The `x5c` of statements: certificates issued after their edits, the leaf first.

use crate::{AuthenticatorError, Cbor, CertificateParts, CreateParts};

/// Issues the certificates, whoever their signers are by now.
pub(super) fn issue(
    mut certificates: Vec<CertificateParts>,
    parts: &mut CreateParts,
) -> Result<Vec<Vec<u8>>, AuthenticatorError> {
    parts.certificates_edit.take_and_apply(&mut certificates);
    let mut x5c =
        certificates.into_iter().map(CertificateParts::issue).collect::<Result<Vec<_>, _>>()?;
    parts.x5c_edit.take_and_apply(&mut x5c);
    Ok(x5c)
}

/// The member `x5c` of a statement.
pub(super) fn member(x5c: Vec<Vec<u8>>) -> (Cbor, Cbor) {
    (Cbor::text("x5c"), Cbor::Array(x5c.into_iter().map(Cbor::Bytes).collect()))
}
