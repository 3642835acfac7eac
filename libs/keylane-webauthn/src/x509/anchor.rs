//! Trust anchors: the certificates that the relying party itself believes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificate::{Certificate, CertificateError};
use super::public_key::SubjectPublicKeyInfo;
use crate::origin::sha256;
use crate::unix_millis::UnixMillis;

/// Who vouches for authenticators in the eyes of the relying party: the name and the key of an
/// authority, or one authenticator certificate itself.
///
/// Two certificates for the same name and key are the same anchor, as when an authority renews
/// its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    certificate: Box<[u8]>,
    subject: Box<[u8]>,
    public_key: Box<[u8]>,
    not_before: UnixMillis,
    not_after: UnixMillis,
}

impl TrustAnchor {
    /// The anchor of a certificate in DER.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when the bytes are not a certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate = Certificate::parse(der)?;
        Ok(Self {
            certificate: der.into(),
            subject: certificate.subject.into(),
            public_key: certificate.public_key.der.into(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        })
    }

    /// The anchors of all certificates in a PEM text, in order. What stands between them is
    /// ignored.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] for the first block that is not a certificate.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
        let anchor = |block: &str| {
            let (body, _) =
                block.split_once("-----END CERTIFICATE-----").ok_or(CertificateError::Malformed)?;
            let body: String = body.split_ascii_whitespace().collect();
            let der = STANDARD.decode(body).map_err(|_| CertificateError::Malformed)?;
            Self::from_der(&der)
        };
        blocks.map(anchor).collect()
    }

    /// The certificate it was made from, in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.certificate
    }

    /// SHA-256 of the certificate, the usual fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.certificate)
    }

    /// The encoded name.
    pub(crate) fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The key; `None` cannot happen, since it was read before.
    pub(crate) fn public_key(&self) -> Option<SubjectPublicKeyInfo<'_>> {
        SubjectPublicKeyInfo::parse(&self.public_key).ok()
    }

    /// Whether the anchor is this very certificate.
    pub(crate) fn is_exactly(&self, certificate: &Certificate<'_>) -> bool {
        *self.certificate == *certificate.der
    }

    /// Whether the anchor has the name and the key of this certificate.
    pub(crate) fn is_same_authority(&self, certificate: &Certificate<'_>) -> bool {
        *self.subject == *certificate.subject && *self.public_key == *certificate.public_key.der
    }

    /// Whether its own certificate is valid at this time.
    pub(crate) fn is_valid_at(&self, now: UnixMillis) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// How many CAs may stand below it; `None` for any number.
    pub(crate) fn path_length_max(&self) -> Option<u32> {
        Certificate::parse(&self.certificate).ok()?.basic_constraints().ok()??.path_length_max
    }
}
