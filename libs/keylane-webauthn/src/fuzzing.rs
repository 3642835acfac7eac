//! The inner parsers for `fuzz/`. Not part of the API.

use crate::attestation::{CertInfo, KeyDescription, PubArea};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::client_data::ClientData;

/// Decodes CBOR in both forms; what is canonical must be acceptable as an envelope too.
pub fn cbor(bytes: &[u8]) {
    let canonical = cbor::decode(bytes, Form::Canonical);
    let envelope = cbor::decode(bytes, Form::Envelope);
    assert!(canonical.is_err() || canonical == envelope, "the forms disagree");
}

/// Parses client data.
pub fn client_data(bytes: &[u8]) {
    let _ = ClientData::parse(bytes);
}

/// Parses authenticator data.
pub fn authenticator_data(bytes: &[u8]) {
    let _ = AuthenticatorData::parse(bytes);
}

/// Parses the public area of a TPM's key and what a TPM says about it.
pub fn tpm(bytes: &[u8]) {
    let _ = PubArea::parse(bytes);
    let _ = CertInfo::parse(bytes);
}

/// Parses the description of a key by Android's keystore.
pub fn key_description(bytes: &[u8]) {
    let _ = KeyDescription::parse(bytes);
}
