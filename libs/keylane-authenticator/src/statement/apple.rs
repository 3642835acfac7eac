//! Format `apple` (WebAuthn Level 3, §8.8): a certificate for the credential's own key, with a
//! nonce that binds it to the ceremony. There is no signature besides the certificate's.

use super::{Evidence, certificates};
use crate::{
    AuthenticatorError, Cbor, CreateParts,
    encoding::sha256,
    x509::{Attribute, Extension, Name, der, extension},
};

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let authority = evidence.authenticator.authority()?;
    let mut nonce_to_hash = evidence.signed_bytes();
    parts.signed_bytes_edit.take_and_apply(&mut nonce_to_hash);
    let subject = Name::new(vec![
        Attribute::utf8(&Name::COMMON_NAME, "Keylane Test Credential"),
        Attribute::utf8(&Name::ORGANIZATIONAL_UNIT, "AAA Certification"),
        Attribute::utf8(&Name::ORGANIZATION, "Keylane"),
    ]);
    let mut leaf = authority.issued_by_intermediate(subject, evidence.key.to_spki()?);
    leaf.extensions = vec![
        Extension::end_entity(),
        Extension::key_usage(0x80),
        Extension::new(extension::APPLE_NONCE, nonce_value(&sha256(&nonce_to_hash))),
    ];
    let x5c = certificates::issue(vec![leaf, authority.intermediate_parts()?], parts)?;
    Ok(Cbor::Map(vec![certificates::member(x5c)]))
}

fn nonce_value(nonce: &[u8]) -> Vec<u8> {
    der::sequence(&[der::explicit(1, &der::octet_string(nonce))])
}
