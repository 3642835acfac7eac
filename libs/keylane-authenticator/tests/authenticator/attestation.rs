//! Registrations with an attestation statement, and what is in their certificates.

use crate::{
    ORIGIN, creation_options,
    reading::{Registration, bytes_of, certificate},
};
use ciborium::Value as Cbor;
use keylane_authenticator::{Attestation, Authenticator, AuthenticatorConfig, CreateParts};
use serde_json::{Value, json};

/// The value of an extension.
pub(crate) fn extension_of(certificate_der: &[u8], oid: &[u64]) -> Option<Vec<u8>> {
    let oid = x509_parser::oid_registry::Oid::from(oid).unwrap();
    let parsed = certificate(certificate_der);
    let found = parsed.get_extension_unique(&oid).unwrap();
    found.map(|it| it.value.to_vec())
}

#[track_caller]
pub(crate) fn attested(
    attestation: Attestation,
    edit: impl FnOnce(&mut CreateParts),
) -> Registration {
    let config = AuthenticatorConfig { attestation, ..AuthenticatorConfig::default() };
    created(config, "direct", edit)
}

/// Registers with this conveyance and one change.
#[track_caller]
pub(crate) fn created(
    config: AuthenticatorConfig,
    conveyance: &str,
    edit: impl FnOnce(&mut CreateParts),
) -> Registration {
    let mut options = creation_options();
    options["attestation"] = json!(conveyance);
    let mut authenticator = Authenticator::new(config);
    Registration::read(&authenticator.create_with(&options.to_string(), ORIGIN, edit).unwrap())
}

/// The attestation object itself, for statements that are no map.
pub(crate) fn attestation_object(
    attestation: Attestation,
    edit: impl FnOnce(&mut CreateParts),
) -> Cbor {
    let config = AuthenticatorConfig { attestation, ..AuthenticatorConfig::default() };
    let mut options = creation_options();
    options["attestation"] = json!("direct");
    let mut authenticator = Authenticator::new(config);
    let json = authenticator.create_with(&options.to_string(), ORIGIN, edit).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    ciborium::from_reader(&bytes_of(&json["response"]["attestationObject"])[..]).unwrap()
}
