//! The `tpm` format (§8.3): a TPM certifies with a key of its own that it holds the credential's
//! key.
//!
//! Two structures of the TPM 2.0 library specification are in the statement: the public area of
//! the credential's key ([`PubArea`]) and what the TPM says about it ([`CertInfo`]). The latter
//! names the former by its hash, and the signature is over the latter only.

mod aik;
mod cert_info;
pub(crate) mod manufacturers;
mod pub_area;
mod reader;

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

pub(crate) use self::cert_info::CertInfo;
pub(crate) use self::pub_area::PubArea;
use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, KeyStorage, PolicySwitch,
    Proven, StatementFormat, certificates,
};
use crate::cbor::Value;
use crate::cose::CoseAlgorithm;
use crate::x509::public_key::COSE_RS1;

pub(super) struct Tpm;

/// Which rule of §8.3 a `tpm` statement breaks. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TpmError {
    /// The statement is not of version 2.0.
    #[error("the statement is of another version than TPM 2.0")]
    Version,
    /// The algorithm is none that TPMs sign with.
    #[error("the algorithm of the signature is refused")]
    Algorithm,
    /// The statement is signed with SHA-1, and the policy does not permit that
    /// ([`PolicySwitch::TpmRs1`](crate::PolicySwitch::TpmRs1)).
    #[error("signatures with SHA-1 are not accepted")]
    Rs1,
    /// `pubArea` is not the public area of an RSA or ECC key.
    #[error("the public area is malformed")]
    PubArea,
    /// `pubArea` describes another key than the credential's.
    #[error("the public area is of another key than the credential's")]
    KeyMismatch,
    /// `certInfo` is not a `TPMS_ATTEST` with certify information.
    #[error("the certify information is malformed")]
    CertInfo,
    /// The magic number is not the one of structures that were made inside a TPM.
    #[error("the certify information was not made inside a TPM")]
    Magic,
    /// `certInfo` is not about a certified object.
    #[error("the attestation is not of the type that certifies an object")]
    Kind,
    /// `extraData` is not the hash of the authenticator data and the client data.
    #[error("the certify information is for another registration")]
    ExtraData,
    /// The certified name is not the one of `pubArea`.
    #[error("the certified name is not the one of the public area")]
    Name,
    /// The certificate is not of version 3.
    #[error("the certificate is not of version 3")]
    CertificateVersion,
    /// The subject of the certificate is not empty.
    #[error("the subject of the certificate is not empty")]
    CertificateSubject,
    /// The alternative name does not describe one TPM.
    #[error("the alternative name of the certificate does not describe a TPM")]
    CertificateAltName,
    /// The manufacturer is not in the registry of the Trusted Computing Group, and the policy
    /// wants one that is.
    #[error("the manufacturer of the TPM is unknown")]
    Manufacturer,
    /// The certificate is not for the attestation keys of TPMs.
    #[error("the certificate is not for attestation keys")]
    CertificateKeyUsage,
    /// The certificate is one of an authority, or lacks basic constraints.
    #[error("the basic constraints of the certificate are refused")]
    CertificateBasicConstraints,
    /// The AAGUID in the certificate is not the credential's.
    #[error("the certificate is for another model of authenticator")]
    CertificateAaguid,
}

impl TpmError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version => "tpm_version",
            Self::Algorithm => "tpm_algorithm_refused",
            Self::Rs1 => "tpm_rs1_refused",
            Self::PubArea => "tpm_pub_area_malformed",
            Self::KeyMismatch => "tpm_key_mismatch",
            Self::CertInfo => "tpm_cert_info_malformed",
            Self::Magic => "tpm_magic",
            Self::Kind => "tpm_attestation_type",
            Self::ExtraData => "tpm_extra_data_mismatch",
            Self::Name => "tpm_name_mismatch",
            Self::CertificateVersion => "tpm_certificate_version",
            Self::CertificateSubject => "tpm_certificate_subject",
            Self::CertificateAltName => "tpm_certificate_alternative_name",
            Self::Manufacturer => "tpm_manufacturer_unknown",
            Self::CertificateKeyUsage => "tpm_certificate_key_usage",
            Self::CertificateBasicConstraints => "tpm_certificate_basic_constraints",
            Self::CertificateAaguid => "tpm_certificate_aaguid_mismatch",
        }
    }
}

impl From<TpmError> for AttestationError {
    fn from(err: TpmError) -> Self {
        Self::Tpm(err)
    }
}

/// The members of a statement. There is no other one: `ecdaaKeyId` was removed in Level 2.
struct Statement<'a> {
    version: &'a str,
    algorithm: i64,
    signature: &'a [u8],
    cert_info: &'a [u8],
    pub_area: &'a [u8],
}

impl<'a> Statement<'a> {
    fn read(value: &Value<'a>) -> Option<Self> {
        // These five and `x5c`.
        if value.as_map()?.len() != 6 || value.entry("x5c").is_none() {
            return None;
        }
        Some(Self {
            version: value.entry("ver")?.as_text()?,
            algorithm: value.entry("alg")?.as_i64()?,
            signature: value.entry("sig")?.as_bytes()?,
            cert_info: value.entry("certInfo")?.as_bytes()?,
            pub_area: value.entry("pubArea")?.as_bytes()?,
        })
    }
}

impl StatementFormat for Tpm {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::Tpm
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        let statement =
            Statement::read(evidence.statement).ok_or(AttestationError::StatementMalformed)?;
        if statement.version != "2.0" {
            return Err(TpmError::Version.into());
        }
        let mut switches = Vec::new();
        let hash = hash_of(statement.algorithm).ok_or(TpmError::Algorithm)?;
        if statement.algorithm == COSE_RS1 {
            if !evidence.policy.permits(PolicySwitch::TpmRs1) {
                return Err(TpmError::Rs1.into());
            }
            switches.push(PolicySwitch::TpmRs1);
        }
        let key_storage = check_structures(&statement, evidence, hash)?;
        let path = certificates::read(evidence.statement)?;
        let leaf = path.first().ok_or(AttestationError::StatementMalformed)?;
        leaf.public_key
            .verify_cose(statement.algorithm, statement.cert_info, statement.signature)
            .map_err(|_| AttestationError::SignatureInvalid)?;
        aik::check(leaf, evidence, &mut switches)?;
        let proven = Proven::new(AttestationKind::AttCa, path);
        Ok(Proven { switches, key_storage: Some(key_storage), ..proven })
    }
}

/// That the public area is of the credential's key, and the certify information of both this
/// public area and this registration. Who is the signer, and how the clock and the firmware of the
/// TPM stand, is of no concern to §8.3. Where the key lives, then.
fn check_structures(
    statement: &Statement<'_>,
    evidence: &Evidence<'_, '_>,
    hash: &'static digest::Algorithm,
) -> Result<KeyStorage, TpmError> {
    let pub_area = PubArea::parse(statement.pub_area).ok_or(TpmError::PubArea)?;
    if !pub_area.is(evidence.public_key) {
        return Err(TpmError::KeyMismatch);
    }
    let cert_info = CertInfo::parse(statement.cert_info)?;
    if cert_info.extra_data != digest(hash, &evidence.signed_bytes()).as_ref() {
        return Err(TpmError::ExtraData);
    }
    // A hash that we do not know cannot prove anything.
    let name = pub_area.name().ok_or(TpmError::Name)?;
    if cert_info.name != name {
        return Err(TpmError::Name);
    }
    Ok(if pub_area.never_leaves() { KeyStorage::Tpm } else { KeyStorage::Software })
}

/// The hash that an algorithm signs with, which is also the one of `extraData`; `None` for
/// algorithms without a hash of their own, in which no TPM signs.
fn hash_of(cose_algorithm: i64) -> Option<&'static digest::Algorithm> {
    use CoseAlgorithm as A;
    if cose_algorithm == COSE_RS1 {
        return Some(&SHA1_FOR_LEGACY_USE_ONLY);
    }
    Some(match CoseAlgorithm::from_id(cose_algorithm)? {
        A::Es256 | A::Esp256 | A::Es256K | A::Rs256 | A::Ps256 => &SHA256,
        A::Es384 | A::Esp384 | A::Rs384 | A::Ps384 => &SHA384,
        A::Es512 | A::Esp512 | A::Rs512 | A::Ps512 => &SHA512,
        A::EdDsa | A::Ed25519 | A::Ed448 | A::MlDsa44 | A::MlDsa65 | A::MlDsa87 => return None,
    })
}

#[cfg(test)]
mod tests;
