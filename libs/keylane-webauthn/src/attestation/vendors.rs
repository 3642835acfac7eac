//! The authorities of vendors whose authenticators most people use, for relying parties that want
//! attestation without the FIDO Metadata Service.
//!
//! `roots/` says beside each certificate where it was taken from.

use super::AttestationFormat;
use super::policy::TrustAnchors;
use crate::x509::{CertificateError, TrustAnchor};

/// The certificates of one vendor, and the formats for which they vouch.
const VENDORS: &[(&str, &[AttestationFormat])] = &[
    (include_str!("../../roots/apple-webauthn-root-ca.pem"), &[AttestationFormat::Apple]),
    (include_str!("../../roots/google-hardware-attestation.pem"), &[AttestationFormat::AndroidKey]),
    (include_str!("../../roots/microsoft-tpm-root-2014.pem"), &[AttestationFormat::Tpm]),
    (
        include_str!("../../roots/yubico-u2f-root-ca-457200631.pem"),
        &[AttestationFormat::Packed, AttestationFormat::FidoU2f],
    ),
];

impl TrustAnchors {
    /// Apple, Google's hardware attestation, Microsoft's TPMs and Yubico, each for its own formats.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] never occurs: a test reads them all.
    pub fn vendors() -> Result<Self, CertificateError> {
        let mut anchors = Self::new();
        for (pem, formats) in VENDORS {
            for anchor in TrustAnchor::all_from_pem(pem)? {
                for format in *formats {
                    anchors.push_for(format.clone(), anchor.clone());
                }
            }
        }
        Ok(anchors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fingerprint stands beside each certificate.
    #[test]
    fn every_certificate_is_the_one_that_its_file_names() {
        let mut count = 0;
        for (pem, _) in VENDORS {
            let named: Vec<_> =
                pem.lines().filter_map(|it| it.strip_prefix("# SHA-256 ")).collect();
            let anchors = TrustAnchor::all_from_pem(pem).unwrap();
            assert_eq!(anchors.len(), named.len());
            for (anchor, line) in anchors.iter().zip(named) {
                let hex: String =
                    anchor.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(line.starts_with(&hex), "{line}");
                count += 1;
            }
        }
        assert_eq!(count, 8);
    }

    #[test]
    fn a_vendor_vouches_for_its_own_formats_only() {
        let anchors = TrustAnchors::vendors().unwrap();
        let count = |format| anchors.for_format(&format).len();
        assert_eq!(count(AttestationFormat::Apple), 1);
        assert_eq!(count(AttestationFormat::AndroidKey), 5);
        assert_eq!(count(AttestationFormat::Tpm), 1);
        assert_eq!(count(AttestationFormat::Packed), 1);
        assert_eq!(count(AttestationFormat::AndroidSafetyNet), 0);
    }
}
