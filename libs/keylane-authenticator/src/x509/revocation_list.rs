//! Writing certificate revocation lists (RFC 5280, §5).

use super::{Extension, Name, TestKey, certificate::sign, der, time};
use crate::{AuthenticatorError, edit::Edit};

/// A revocation list of version 2 before it is signed, open to change.
#[derive(Debug)]
pub struct RevocationListParts {
    /// Who claims to have issued it.
    pub issuer: Name,
    /// When it was issued, in seconds since the Unix epoch.
    pub this_update_s: u64,
    /// When the next one is due, in seconds since the Unix epoch; the field is absent when
    /// `None`.
    pub next_update_s: Option<u64>,
    /// Serial numbers of the revoked certificates, big-endian. They were revoked when the list
    /// was issued.
    pub revoked_serials: Vec<Vec<u8>>,
    /// Extensions of the list.
    pub extensions: Vec<Extension>,
    /// Who really signs it.
    pub signer: TestKey,
    pub(super) signature_edit: Edit,
}

impl RevocationListParts {
    /// Changes the signature after it was made.
    pub fn edit_signature(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.signature_edit.set(edit);
    }

    /// Signs the parts: the list in DER.
    ///
    /// # Errors
    ///
    /// As [`CertificateParts::issue`](super::CertificateParts::issue).
    pub fn issue(self) -> Result<Vec<u8>, AuthenticatorError> {
        let revoked = |serial: &Vec<u8>| {
            der::sequence(&[der::unsigned(serial), time::encode(self.this_update_s)])
        };
        let revoked: Vec<_> = self.revoked_serials.iter().map(revoked).collect();
        let extensions: Vec<_> = self.extensions.iter().map(Extension::to_der).collect();
        let unless_empty = |empty: bool, encoded: Vec<u8>| if empty { Vec::new() } else { encoded };
        let to_be_signed = der::sequence(&[
            der::integer(1),
            self.signer.signature_algorithm()?,
            self.issuer.to_der(),
            time::encode(self.this_update_s),
            self.next_update_s.map(time::encode).unwrap_or_default(),
            unless_empty(revoked.is_empty(), der::sequence(&revoked)),
            unless_empty(extensions.is_empty(), der::explicit(0, &der::sequence(&extensions))),
        ]);
        sign(to_be_signed, &self.signer, self.signature_edit)
    }
}
