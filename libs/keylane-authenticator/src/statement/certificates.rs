//! The `x5c` of statements: certificates issued after their edits, the leaf first.

use crate::{AuthenticatorError, Cbor, CertificateParts, CreateParts};

/// Issues the certificates, whoever their signers are by now.
pub(super) fn issue(
    certificates: Vec<CertificateParts>,
    parts: &mut CreateParts,
) -> Result<Vec<Vec<u8>>, AuthenticatorError> {
    issue_up_to(certificates, None, parts)
}

/// The same with a root that was issued before at their end.
pub(super) fn issue_up_to(
    mut certificates: Vec<CertificateParts>,
    root: Option<&[u8]>,
    parts: &mut CreateParts,
) -> Result<Vec<Vec<u8>>, AuthenticatorError> {
    parts.certificates_edit.take_and_apply(&mut certificates);
    let mut x5c =
        certificates.into_iter().map(CertificateParts::issue).collect::<Result<Vec<_>, _>>()?;
    x5c.extend(root.map(<[u8]>::to_vec));
    parts.x5c_edit.take_and_apply(&mut x5c);
    Ok(x5c)
}

/// The member `x5c` of a statement.
pub(super) fn member(x5c: Vec<Vec<u8>>) -> (Cbor, Cbor) {
    (Cbor::text("x5c"), Cbor::Array(x5c.into_iter().map(Cbor::Bytes).collect()))
}
