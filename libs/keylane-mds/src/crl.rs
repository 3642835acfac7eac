//! Certificate revocation lists, fetched by the caller: DER or PEM in, a list out.

use std::fmt;

use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject as _;
use webpki::{CertRevocationList, OwnedCertRevocationList};

/// Most bytes of a revocation list.
pub const CRL_BYTES_MAX: usize = 16 << 20;

const PEM: &[u8] = b"-----BEGIN";

/// A revocation list that has been read. Its signature is verified along with a chain.
///
/// Of several lists of one issuer the first counts, so the newest goes first.
pub struct Crl(CertRevocationList<'static>);

/// Why bytes are not a revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrlError {
    /// More than [`CRL_BYTES_MAX`].
    #[error("the revocation list is too large")]
    TooLarge,
    /// Neither DER nor PEM of a revocation list of RFC 5280 with its next update, or a list of a
    /// kind that says only half (delta, indirect).
    #[error("the revocation list is malformed")]
    Malformed,
}

impl CrlError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "crl_too_large",
            Self::Malformed => "crl_malformed",
        }
    }
}

impl Crl {
    /// Reads a list, DER or PEM.
    ///
    /// # Errors
    ///
    /// [`CrlError`]. A server's error page is [`CrlError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CrlError> {
        if bytes.len() > CRL_BYTES_MAX {
            return Err(CrlError::TooLarge);
        }
        let list = if bytes.trim_ascii_start().starts_with(PEM) {
            let der = CertificateRevocationListDer::from_pem_slice(bytes);
            OwnedCertRevocationList::from_der(&der.map_err(|_| CrlError::Malformed)?)
        } else {
            OwnedCertRevocationList::from_der(bytes)
        };
        list.map(|list| Self(list.into())).map_err(|_| CrlError::Malformed)
    }

    pub(crate) fn as_webpki(&self) -> &CertRevocationList<'static> {
        &self.0
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
