//! What a BLOB has to chain to. The caller chooses; nothing that a BLOB brings gets in here.

use std::fmt;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor};

const GLOBALSIGN_ROOT_R3: &[u8] = include_bytes!("../roots/globalsign-root-r3.pem");
const GLOBALSIGN_ROOT_R46: &[u8] = include_bytes!("../roots/globalsign-root-r46.pem");
/// The signer has been `mds.fidoalliance.org` since 2021.
const FIDO_ALLIANCE: &str = "fidoalliance.org";

/// Most anchors.
pub const ANCHORS_MAX: usize = 100;

/// The certificates that a BLOB may chain to, and the domain of its signer.
///
/// An anchor is taken at its word: that it has expired is not looked at.
#[derive(Clone)]
pub struct Anchors {
    anchors: Vec<TrustAnchor<'static>>,
    signer_domain: Option<Box<str>>,
}

/// Why certificates are not anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// There is no certificate in it.
    #[error("there is no certificate")]
    Empty,
    /// More than [`ANCHORS_MAX`].
    #[error("there are too many certificates")]
    TooMany,
    /// Not PEM, or a certificate that cannot be read.
    #[error("a certificate is malformed")]
    Malformed,
}

impl AnchorError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "anchors_empty",
            Self::TooMany => "anchors_too_many",
            Self::Malformed => "anchor_malformed",
        }
    }
}

impl Anchors {
    /// The anchors of the FIDO Alliance's service: GlobalSign Root R3, under which BLOBs were
    /// signed until August 2026, and GlobalSign Root R46, under which they are signed since.
    ///
    /// Both roots vouch for servers all over the web, so the signer must be of the domain
    /// `fidoalliance.org` besides.
    #[must_use]
    pub fn global_sign() -> Self {
        // Both are constants that a test reads.
        let roots = [GLOBALSIGN_ROOT_R3, GLOBALSIGN_ROOT_R46];
        let anchors = roots.into_iter().filter_map(|root| Self::from_pem(root).ok());
        Self {
            anchors: anchors.flat_map(|it| it.anchors).collect(),
            signer_domain: Some(FIDO_ALLIANCE.into()),
        }
    }

    /// The certificates of a PEM file, whatever stands between them. Any signer that chains to
    /// one of them will do.
    ///
    /// # Errors
    ///
    /// [`AnchorError`]; one certificate that cannot be read is enough.
    pub fn from_pem(pem: &[u8]) -> Result<Self, AnchorError> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        Self::from_der(certificates.map_err(|_| AnchorError::Malformed)?)
    }

    /// DER certificates. Any signer that chains to one of them will do.
    ///
    /// # Errors
    ///
    /// [`AnchorError`]; one certificate that cannot be read is enough.
    pub fn from_der<T: AsRef<[u8]>>(
        certificates: impl IntoIterator<Item = T>,
    ) -> Result<Self, AnchorError> {
        let mut anchors = Vec::new();
        for certificate in certificates {
            if anchors.len() == ANCHORS_MAX {
                return Err(AnchorError::TooMany);
            }
            let certificate = CertificateDer::from(certificate.as_ref());
            let anchor = webpki::anchor_from_trusted_cert(&certificate);
            anchors.push(anchor.map_err(|_| AnchorError::Malformed)?.to_owned());
        }
        if anchors.is_empty() {
            return Err(AnchorError::Empty);
        }
        Ok(Self { anchors, signer_domain: None })
    }

    /// Demands a signer whose certificate is for `domain` or a host below it.
    #[must_use]
    pub fn with_signer_domain(self, domain: &str) -> Self {
        Self { signer_domain: Some(domain.to_ascii_lowercase().into()), ..self }
    }

    /// How many anchors there are; at least one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.anchors.len()
    }

    pub(crate) fn as_webpki(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    pub(crate) fn signer_domain(&self) -> Option<&str> {
        self.signer_domain.as_deref()
    }
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anchors")
            .field("count", &self.anchors.len())
            .field("signer_domain", &self.signer_domain)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
