//! Format `tpm` (WebAuthn Level 3, §8.3): a TPM certifies a key that it holds.
//!
//! The structures of the TPM 2.0 Library (Part 2) are written here field by field, so that a
//! caller can change each of them before they are signed.

mod certify_info;
mod public_area;

pub use certify_info::CertifyInfo;
pub use public_area::{PublicArea, PublicParameters, TPM_ALG_SHA1, TPM_ALG_SHA256, TPM_ALG_SHA384};

use super::{Evidence, certificates, sign};
use crate::{
    AuthenticatorError, Cbor, CertificateParts, CreateParts, ES256, ES384, ES512, PS384, PS512,
    RS1, RS384, RS512,
    edit::Edit,
    x509::{Extension, Name, TpmNameLayout, extension},
};
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

/// Intel, in the registry of vendors of the Trusted Computing Group.
const VENDOR: &str = "id:494E5443";

/// What a TPM statement consists of, open to change before it is signed.
#[derive(Debug)]
pub struct TpmParts {
    /// The member `ver`: `2.0`.
    pub version: String,
    /// The member `pubArea`.
    pub public_area: PublicArea,
    /// The member `certInfo`, without the two fields below.
    pub certify_info: CertifyInfo,
    /// `extraData` in `certInfo`, when it is not to be the hash of what the statement is about.
    pub extra_data: Option<Vec<u8>>,
    /// The name of the certified key in `certInfo`, when it is not to be that of `pubArea`.
    pub name: Option<Vec<u8>>,
    public_area_edit: Edit,
    certify_info_edit: Edit,
}

impl TpmParts {
    /// Changes the encoded `pubArea`. The name in `certInfo` follows.
    pub fn edit_public_area(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.public_area_edit.set(edit);
    }

    /// Changes the encoded `certInfo` before it is signed.
    pub fn edit_certify_info(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.certify_info_edit.set(edit);
    }
}

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let key = evidence.attestation_key(ES256)?;
    let mut tpm = TpmParts {
        version: "2.0".to_owned(),
        public_area: PublicArea::of(evidence.key)?,
        certify_info: CertifyInfo::default(),
        extra_data: None,
        name: None,
        public_area_edit: Edit::default(),
        certify_info_edit: Edit::default(),
    };
    parts.tpm_edit.take_and_apply(&mut tpm);

    let mut public_area = tpm.public_area.encode();
    tpm.public_area_edit.apply(&mut public_area);
    let mut to_be_signed = evidence.signed_bytes();
    parts.signed_bytes_edit.take_and_apply(&mut to_be_signed);
    let algorithm = parts.statement_algorithm.unwrap_or(key.algorithm());
    let extra_data = tpm
        .extra_data
        .unwrap_or_else(|| digest(hash_of(algorithm), &to_be_signed).as_ref().to_vec());
    let name = tpm.name.unwrap_or_else(|| tpm.public_area.name_of(&public_area));
    let mut certify_info = tpm.certify_info.encode(&extra_data, &name);
    tpm.certify_info_edit.apply(&mut certify_info);

    let path = vec![leaf(evidence, &key.to_spki()?)?, intermediate(evidence)?];
    let x5c = certificates::issue(path, parts)?;
    let signature = sign(certify_info.clone(), &key, parts)?;
    Ok(Cbor::Map(vec![
        (Cbor::text("alg"), Cbor::Int(algorithm)),
        (Cbor::text("sig"), Cbor::Bytes(signature)),
        (Cbor::text("ver"), Cbor::Text(tpm.version)),
        certificates::member(x5c),
        (Cbor::text("pubArea"), Cbor::Bytes(public_area)),
        (Cbor::text("certInfo"), Cbor::Bytes(certify_info)),
    ]))
}

/// The certificate of the attestation identity key, as §8.3.1 demands.
fn leaf(evidence: &Evidence<'_>, spki: &[u8]) -> Result<CertificateParts, AuthenticatorError> {
    let authority = evidence.authenticator.authority()?;
    let mut leaf = authority.issued_by_intermediate(Name::default(), spki.to_vec());
    leaf.extensions = vec![
        Extension::end_entity(),
        Extension::purpose(extension::TCG_AIK_PURPOSE),
        Extension::tpm_device(VENDOR, "Keylane Test TPM", "id:13", TpmNameLayout::OneSet),
    ];
    Ok(leaf)
}

fn intermediate(evidence: &Evidence<'_>) -> Result<CertificateParts, AuthenticatorError> {
    evidence.authenticator.authority()?.intermediate_parts()
}

/// The hash of a COSE algorithm.
fn hash_of(algorithm: i64) -> &'static Algorithm {
    match algorithm {
        RS1 => &SHA1_FOR_LEGACY_USE_ONLY,
        ES384 | RS384 | PS384 => &SHA384,
        ES512 | RS512 | PS512 => &SHA512,
        _ => &SHA256,
    }
}
