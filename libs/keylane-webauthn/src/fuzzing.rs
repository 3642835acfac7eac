//! The inner parsers for `fuzz/`. Not part of the API.

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
