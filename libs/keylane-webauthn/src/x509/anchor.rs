//! Trust anchors: the certificates that the relying party itself believes.

use std::cell::LazyCell;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::certificate::{Certificate, CertificateError};
use super::kept_key::KeptKey;
use super::public_key::VerifyingKey;
use super::{name, oid};
use crate::origin::sha256;
use crate::unix_millis::UnixMillis;

/// Who vouches for authenticators in the eyes of the relying party: the name and the key of an
/// authority, or one authenticator certificate itself.
///
/// Two certificates for the same name and key are the same authority, as when it renews its root.
///
/// The relying party chose it, so little is asked of its certificate: it may be of version 1, lack
/// basic constraints or, when it names itself as its issuer, even deny to be an authority, which
/// roots in the FIDO Metadata Service do. It has to be valid, and vouches for no one but itself
/// when it is the certificate of an authenticator, when its key usage does not include signing
/// certificates, or when its name constraints would have to be applied.
///
/// Cloning is cheap.
#[derive(Clone)]
pub struct TrustAnchor(Arc<Authority>);

struct Authority {
    certificate: Box<[u8]>,
    /// Every registration below it is told, so it is not hashed anew each time.
    fingerprint: [u8; 32],
    encoded_subject: Box<[u8]>,
    /// As [`name::canonical`] writes it.
    subject: Vec<u8>,
    key: KeptKey,
    not_before: UnixMillis,
    not_after: UnixMillis,
    issues: Issues,
    signs_revocation_lists: bool,
}

/// What an anchor may issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Issues {
    Nothing,
    /// Certificates, with at most so many CAs below itself; `None` for any number.
    Certificates(Option<u32>),
}

impl TrustAnchor {
    /// The anchor of a certificate in DER.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when the bytes are not a certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate = Certificate::parse(der)?;
        let key_usage = certificate.key_usage().ok();
        let signs_revocation_lists =
            key_usage.is_some_and(|usage| usage.is_none_or(|usage| usage.signs_revocation_lists));
        Ok(Self(Arc::new(Authority {
            certificate: der.into(),
            fingerprint: sha256(der),
            encoded_subject: certificate.subject.into(),
            subject: name::canonical(certificate.subject),
            key: KeptKey::new(&certificate.public_key),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            issues: issues(&certificate),
            signs_revocation_lists,
        })))
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
        &self.0.certificate
    }

    /// SHA-256 of the certificate, the usual fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    /// Its name, as [`name::canonical`] writes it.
    pub(super) fn subject(&self) -> &[u8] {
        &self.0.subject
    }

    /// Whether it has this name, encoded and, where the encoding differs, as
    /// [`name::canonical`] writes it.
    pub(super) fn is_named<F: FnOnce() -> Vec<u8>>(
        &self,
        encoded: &[u8],
        canonical: &LazyCell<Vec<u8>, F>,
    ) -> bool {
        *self.0.encoded_subject == *encoded || self.0.subject == **canonical
    }

    pub(super) fn key(&self) -> &KeptKey {
        &self.0.key
    }

    /// Whether the anchor is this very certificate.
    pub(super) fn is_exactly(&self, certificate: &Certificate<'_>) -> bool {
        *self.0.certificate == *certificate.der
    }

    /// Whether the anchor has the name and the key of this certificate.
    pub(super) fn is_same_authority(&self, certificate: &Certificate<'_>) -> bool {
        self.0.key.der() == certificate.public_key.der
            && self.0.subject == name::canonical(certificate.subject)
    }

    /// Whether its own certificate is valid at this time.
    pub(super) fn is_valid_at(&self, now: UnixMillis) -> bool {
        self.0.not_before <= now && now <= self.0.not_after
    }

    /// Whether it may issue a certificate that has so many CAs below itself.
    pub(super) fn may_issue_above(&self, cas: u32) -> bool {
        match self.0.issues {
            Issues::Nothing => false,
            Issues::Certificates(most) => most.is_none_or(|most| cas <= most),
        }
    }

    pub(super) fn may_sign_revocation_lists(&self) -> bool {
        self.0.signs_revocation_lists
    }
}

fn issues(certificate: &Certificate<'_>) -> Issues {
    let (Ok(constraints), Ok(usage)) = (certificate.basic_constraints(), certificate.key_usage())
    else {
        return Issues::Nothing;
    };
    let is_authenticator = constraints.is_some_and(|it| !it.ca) && !certificate.is_self_issued();
    let signs = usage.is_none_or(|usage| usage.signs_certificates);
    if is_authenticator || !signs || certificate.extension(oid::NAME_CONSTRAINTS).is_some() {
        return Issues::Nothing;
    }
    Issues::Certificates(constraints.filter(|it| it.ca).and_then(|it| it.path_length_max))
}

impl PartialEq for TrustAnchor {
    fn eq(&self, other: &Self) -> bool {
        self.0.certificate == other.0.certificate
    }
}

impl Eq for TrustAnchor {}

impl fmt::Debug for TrustAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustAnchor")
            .field("certificate", &self.0.certificate)
            .finish_non_exhaustive()
    }
}
