//! The inner parsers for `fuzz/`, and whole ceremonies that are changed piece by piece. Not part of
//! the API.

mod authentications;
mod registrations;
mod tree;

pub use self::authentications::Authentications;
pub use self::registrations::Registrations;
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::client_data::ClientData;

/// What became of a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It passed, and everything that is signed in it is as somebody signed it.
    Accepted,
    /// It cannot be read, or did not pass.
    Refused,
}

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

#[cfg(test)]
mod tests;
