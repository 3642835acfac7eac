//! Format `packed` (WebAuthn Level 3, §8.2).

use super::{Evidence, certificates, sign, sign_with_credential};
use crate::{
    AuthenticatorError, Cbor, CertificateParts, CreateParts, ES256, TestKey,
    x509::{Attribute, Extension, Name, der, extension},
};

/// Signed with the credential's own key.
pub(super) fn self_signed(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let signature = sign_with_credential(evidence.signed_bytes(), evidence.key, parts)?;
    Ok(Cbor::Map(vec![
        (Cbor::text("alg"), algorithm(evidence.key.algorithm(), parts)),
        (Cbor::text("sig"), Cbor::Bytes(signature)),
    ]))
}

/// A certificate of the model, right below the root.
pub(super) fn basic(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let key = evidence.attestation_key(ES256)?;
    let leaf = evidence.authenticator.authority()?.issued_by_root(subject(), key.to_spki()?);
    certified(evidence, parts, &key, vec![with_extensions(leaf, parts)])
}

/// A certificate below an intermediate.
pub(super) fn attestation_ca(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let key = evidence.attestation_key(ES256)?;
    let leaf =
        evidence.authenticator.authority()?.issued_by_intermediate(subject(), key.to_spki()?);
    let path = vec![
        with_extensions(leaf, parts),
        evidence.authenticator.authority()?.intermediate_parts()?,
    ];
    certified(evidence, parts, &key, path)
}

/// A certificate of the single device, with its serial number.
pub(super) fn enterprise(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let key = evidence.attestation_key(ES256)?;
    let leaf = evidence.authenticator.authority()?.issued_by_root(subject(), key.to_spki()?);
    let mut leaf = with_extensions(leaf, parts);
    let serial_number = der::octet_string(&evidence.authenticator.config.serial_number);
    leaf.set_extension(Extension::new(extension::FIDO_SERIAL_NUMBER, serial_number));
    certified(evidence, parts, &key, vec![leaf])
}

fn certified(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
    key: &TestKey,
    path: Vec<CertificateParts>,
) -> Result<Cbor, AuthenticatorError> {
    let x5c = certificates::issue(path, parts)?;
    let signature = sign(evidence.signed_bytes(), key, parts)?;
    Ok(Cbor::Map(vec![
        (Cbor::text("alg"), algorithm(key.algorithm(), parts)),
        (Cbor::text("sig"), Cbor::Bytes(signature)),
        certificates::member(x5c),
    ]))
}

fn algorithm(of_key: i64, parts: &CreateParts) -> Cbor {
    Cbor::Int(parts.statement_algorithm.unwrap_or(of_key))
}

/// What §8.2.1 demands of the subject.
fn subject() -> Name {
    Name::new(vec![
        Attribute::printable(&Name::COUNTRY, "AT"),
        Attribute::utf8(&Name::ORGANIZATION, "Keylane"),
        Attribute::utf8(&Name::ORGANIZATIONAL_UNIT, "Authenticator Attestation"),
        Attribute::utf8(&Name::COMMON_NAME, "Keylane Test Authenticator"),
    ])
}

fn with_extensions(mut leaf: CertificateParts, parts: &CreateParts) -> CertificateParts {
    leaf.extensions = vec![Extension::end_entity(), Extension::fido_aaguid(&parts.aaguid)];
    leaf
}
