//! The authorities of vendors whose authenticators most people use, for relying parties that want
//! attestation without the FIDO Metadata Service.
//!
//! `roots/` says beside each certificate where it was taken from.

use super::AttestationFormat;
use super::policy::TrustAnchors;
use crate::credential::Aaguid;
use crate::x509::{CertificateError, TrustAnchor};

/// The authorities of one vendor.
struct Vendor {
    pem: &'static str,
    formats: &'static [AttestationFormat],
    /// The models for which it vouches; empty for every one, which is right where the authenticator
    /// itself signs its AAGUID.
    models: &'static [Aaguid],
}

const VENDORS: &[Vendor] = &[
    Vendor {
        pem: include_str!("../../roots/apple-webauthn-root-ca.pem"),
        formats: &[AttestationFormat::Apple],
        // The devices of the first years had none.
        models: &[Aaguid([0; 16]), aaguid(0xf24a8e70_d0d3_f82c_2937_32523cc4de5a)],
    },
    Vendor {
        pem: include_str!("../../roots/google-hardware-attestation.pem"),
        formats: &[AttestationFormat::AndroidKey],
        models: &[aaguid(0xb93fd961_f2e6_462f_b122_82002247de78)],
    },
    Vendor {
        pem: include_str!("../../roots/microsoft-tpm-root-2014.pem"),
        formats: &[AttestationFormat::Tpm],
        // Windows Hello in hardware, and behind virtualisation.
        models: &[
            aaguid(0x08987058_cadc_4b81_b6e1_30de50dcbe96),
            aaguid(0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9),
        ],
    },
    Vendor {
        pem: include_str!("../../roots/yubico-u2f-root-ca-457200631.pem"),
        formats: &[AttestationFormat::Packed, AttestationFormat::FidoU2f],
        models: &[],
    },
];

/// An AAGUID as it is written, but for the hyphens.
const fn aaguid(number: u128) -> Aaguid {
    Aaguid(number.to_be_bytes())
}

impl TrustAnchors {
    /// Apple, Google's hardware attestation, Microsoft's TPMs and Yubico, each for its own formats
    /// and models ([`Self::push_for_models`]).
    ///
    /// # Errors
    ///
    /// [`CertificateError`] never occurs: a test reads them all.
    pub fn vendors() -> Result<Self, CertificateError> {
        let mut anchors = Self::new();
        for vendor in VENDORS {
            for anchor in TrustAnchor::all_from_pem(vendor.pem)? {
                for format in vendor.formats.iter().cloned() {
                    if vendor.models.is_empty() {
                        anchors.push_for(format, anchor.clone());
                    } else {
                        anchors.push_for_models(format, vendor.models, anchor.clone());
                    }
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
        for Vendor { pem, .. } in VENDORS {
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
    fn a_vendor_vouches_for_its_own_formats_and_models_only() {
        let anchors = TrustAnchors::vendors().unwrap();
        let count = |format, model| anchors.vouching_for(&format, model).len();
        let android = aaguid(0xb93fd961_f2e6_462f_b122_82002247de78);
        let windows = aaguid(0x08987058_cadc_4b81_b6e1_30de50dcbe96);
        assert_eq!(count(AttestationFormat::Apple, Aaguid::default()), 1);
        assert_eq!(count(AttestationFormat::AndroidKey, android), 5);
        assert_eq!(count(AttestationFormat::Tpm, windows), 1);
        assert_eq!(count(AttestationFormat::Packed, aaguid(7)), 1);
        assert_eq!(count(AttestationFormat::AndroidSafetyNet, android), 0);
        // An app on a phone signs whatever AAGUID it likes.
        assert_eq!(count(AttestationFormat::AndroidKey, windows), 0);
        assert_eq!(count(AttestationFormat::AndroidKey, aaguid(7)), 0);
        assert_eq!(count(AttestationFormat::Tpm, aaguid(7)), 0);
        assert_eq!(count(AttestationFormat::Apple, aaguid(7)), 0);
    }
}
