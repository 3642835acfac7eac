//! Writing certificates (RFC 5280, §4.1).

use super::{Extension, Name, TestKey, der, time};
use crate::{AuthenticatorError, edit::Edit};

/// A certificate before it is signed, open to change.
#[derive(Debug)]
pub struct CertificateParts {
    /// 1, 2 or 3; the field is absent for 1, as DER wants. Extensions belong to 3, but are
    /// written under any.
    pub version: u8,
    /// The serial number, big-endian.
    pub serial: Vec<u8>,
    /// Who claims to have issued it.
    pub issuer: Name,
    /// Start of its validity, in seconds since the Unix epoch.
    pub not_before_s: u64,
    /// The last second of its validity, since the Unix epoch.
    pub not_after_s: u64,
    /// Whose certificate it is.
    pub subject: Name,
    /// The certified key as `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
    /// The extensions in their order; the field is absent without any.
    pub extensions: Vec<Extension>,
    /// Who really signs it.
    pub signer: TestKey,
    tbs_edit: Edit,
    signature_edit: Edit,
}

impl CertificateParts {
    /// A certificate of version 3 without extensions.
    #[must_use]
    pub fn new(
        subject: Name,
        public_key: Vec<u8>,
        issuer: Name,
        signer: TestKey,
        validity_s: std::ops::RangeInclusive<u64>,
    ) -> Self {
        Self {
            version: 3,
            // Any will do that is positive and not zero.
            serial: vec![0x4b, 0x65, 0x79, 0x01],
            issuer,
            not_before_s: *validity_s.start(),
            not_after_s: *validity_s.end(),
            subject,
            public_key,
            extensions: Vec::new(),
            signer,
            tbs_edit: Edit::default(),
            signature_edit: Edit::default(),
        }
    }

    /// Removes the extension with this object identifier.
    pub fn remove_extension(&mut self, oid: &[u64]) {
        self.extensions.retain(|extension| extension.oid != oid);
    }

    /// Puts an extension in the place of the one with the same object identifier, or at the end.
    pub fn set_extension(&mut self, extension: Extension) {
        match self.extensions.iter_mut().find(|it| it.oid == extension.oid) {
            Some(found) => *found = extension,
            None => self.extensions.push(extension),
        }
    }

    /// Changes the encoded `TBSCertificate` before it is signed.
    pub fn edit_to_be_signed(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.tbs_edit.set(edit);
    }

    /// Changes the signature after it was made.
    pub fn edit_signature(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.signature_edit.set(edit);
    }

    /// Signs the parts: the certificate in DER.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::NotSupported`] if the signer's algorithm has no form in
    /// certificates, [`AuthenticatorError::Operation`] if the crypto library fails.
    pub fn issue(self) -> Result<Vec<u8>, AuthenticatorError> {
        let mut to_be_signed = self.to_be_signed()?;
        self.tbs_edit.apply(&mut to_be_signed);
        sign(to_be_signed, &self.signer, self.signature_edit)
    }

    fn to_be_signed(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let version = match self.version {
            1 => Vec::new(),
            version => der::explicit(0, &der::integer(u64::from(version).saturating_sub(1))),
        };
        let extensions: Vec<_> = self.extensions.iter().map(Extension::to_der).collect();
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            der::explicit(3, &der::sequence(&extensions))
        };
        Ok(der::sequence(&[
            version,
            der::unsigned(&self.serial),
            self.signer.signature_algorithm()?,
            self.issuer.to_der(),
            der::sequence(&[time::encode(self.not_before_s), time::encode(self.not_after_s)]),
            self.subject.to_der(),
            self.public_key.clone(),
            extensions,
        ]))
    }
}

/// The three fields that certificates and revocation lists consist of.
pub(super) fn sign(
    to_be_signed: Vec<u8>,
    signer: &TestKey,
    edit: Edit,
) -> Result<Vec<u8>, AuthenticatorError> {
    let mut signature = signer.sign(&to_be_signed)?;
    edit.apply(&mut signature);
    let algorithm = signer.signature_algorithm()?;
    Ok(der::sequence(&[to_be_signed, algorithm, der::bit_string(&signature)]))
}
