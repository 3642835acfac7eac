//! Extensions of certificates: their object identifiers, and the ones that need no more than a
//! line.

use super::{Attribute, Name, der};

/// `id-ce-subjectAltName`.
pub const SUBJECT_ALT_NAME: &[u64] = &[2, 5, 29, 17];
/// `id-ce-keyUsage`.
pub const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
/// `id-ce-basicConstraints`.
pub const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
/// `id-ce-extKeyUsage`.
pub const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
/// `id-fido-gen-ce-aaguid` (WebAuthn Level 3, §8.2.1).
pub const FIDO_AAGUID: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];
/// `id-fido-gen-ce-sernum` (WebAuthn Level 3, §8.2.2).
pub const FIDO_SERIAL_NUMBER: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 2];
/// Transports of a U2F authenticator (FIDO U2F Authenticator Transports Extension).
pub const FIDO_U2F_TRANSPORTS: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 2, 1, 1];
/// Key attestation of Android (WebAuthn Level 3, §8.4.1).
pub const ANDROID_KEY_DESCRIPTION: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];
/// The nonce of Apple's anonymous attestation (WebAuthn Level 3, §8.8).
pub const APPLE_NONCE: &[u64] = &[1, 2, 840, 113_635, 100, 8, 2];
/// `tcg-kp-AIKCertificate`, the purpose in the extended key usage of TPM attestation keys.
pub const TCG_AIK_PURPOSE: &[u64] = &[2, 23, 133, 8, 3];

/// `tcg-at-tpmManufacturer`.
const TPM_MANUFACTURER: [u64; 5] = [2, 23, 133, 2, 1];
/// `tcg-at-tpmModel`.
const TPM_MODEL: [u64; 5] = [2, 23, 133, 2, 2];
/// `tcg-at-tpmVersion`.
const TPM_VERSION: [u64; 5] = [2, 23, 133, 2, 3];

/// One extension of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The arcs of its object identifier.
    pub oid: Vec<u64>,
    /// How a reader that does not know it has to take it.
    pub criticality: Criticality,
    /// The encoded value, which goes into an OCTET STRING.
    pub value: Vec<u8>,
}

/// Whether a reader may pass over an extension that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criticality {
    /// It must refuse the certificate.
    Critical,
    /// It may pass over the extension.
    NonCritical,
}

/// How the three attributes of a TPM stand in its name; both are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TpmNameLayout {
    /// In one relative distinguished name.
    OneSet,
    /// In one each.
    ThreeSets,
}

impl Extension {
    /// An extension that may be passed over.
    #[must_use]
    pub fn new(oid: &[u64], value: Vec<u8>) -> Self {
        Self { oid: oid.to_vec(), criticality: Criticality::NonCritical, value }
    }

    /// An extension that must be understood.
    #[must_use]
    pub fn critical(oid: &[u64], value: Vec<u8>) -> Self {
        Self { criticality: Criticality::Critical, ..Self::new(oid, value) }
    }

    /// Basic constraints of an authority with at most so many authorities below it.
    #[must_use]
    pub fn authority(path_length_max: Option<u64>) -> Self {
        let mut fields = der::true_value();
        fields.extend(path_length_max.map(der::integer).unwrap_or_default());
        Self::critical(BASIC_CONSTRAINTS, der::sequence(&[fields]))
    }

    /// Basic constraints of a certificate that is no authority.
    #[must_use]
    pub fn end_entity() -> Self {
        Self::critical(BASIC_CONSTRAINTS, der::sequence::<Vec<u8>>(&[]))
    }

    /// Key usage, from the bytes of its bits, the first bit highest: `0x80` is
    /// `digitalSignature`, `0x04` `keyCertSign`, `0x02` `cRLSign`.
    #[must_use]
    pub fn key_usage(bits: u8) -> Self {
        // DER counts out the trailing zero bits of a named bit list.
        let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap_or_default();
        Self::critical(KEY_USAGE, der::value(0x03, &[unused, bits]))
    }

    /// Extended key usage with one purpose.
    #[must_use]
    pub fn purpose(oid: &[u64]) -> Self {
        Self::new(EXTENDED_KEY_USAGE, der::sequence(&[der::oid(oid)]))
    }

    /// The AAGUID of the authenticator (§8.2.1): an OCTET STRING inside the other.
    #[must_use]
    pub fn fido_aaguid(aaguid: &[u8]) -> Self {
        Self::new(FIDO_AAGUID, der::octet_string(aaguid))
    }

    /// A subject alternative name that is a distinguished name.
    #[must_use]
    pub fn directory_name(name: &Name) -> Self {
        Self::new(SUBJECT_ALT_NAME, der::sequence(&[der::explicit(4, &name.to_der())]))
    }

    /// A subject alternative name that is a host name.
    #[must_use]
    pub fn dns_name(host: &str) -> Self {
        Self::new(SUBJECT_ALT_NAME, der::sequence(&[der::value(0x82, host.as_bytes())]))
    }

    /// The critical subject alternative name of a TPM's attestation key (TPM 2.0 EK Credential
    /// Profile, 3.2.9). A manufacturer is `id:` and eight hexadecimal digits.
    #[must_use]
    pub fn tpm_device(
        manufacturer: &str,
        model: &str,
        version: &str,
        layout: TpmNameLayout,
    ) -> Self {
        let attributes = vec![
            Attribute::utf8(&TPM_MANUFACTURER, manufacturer),
            Attribute::utf8(&TPM_MODEL, model),
            Attribute::utf8(&TPM_VERSION, version),
        ];
        let name = match layout {
            TpmNameLayout::OneSet => Name(vec![attributes]),
            TpmNameLayout::ThreeSets => Name::new(attributes),
        };
        Self { criticality: Criticality::Critical, ..Self::directory_name(&name) }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let critical = match self.criticality {
            Criticality::Critical => der::true_value(),
            Criticality::NonCritical => Vec::new(),
        };
        der::sequence(&[der::oid(&self.oid), critical, der::octet_string(&self.value)])
    }
}
