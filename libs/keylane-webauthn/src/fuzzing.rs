//! The inner parsers for `fuzz/`, and whole ceremonies that are changed piece by piece. Not part of
//! the API.
//!
//! What a parser returns goes through `black_box`: an optimiser removes a pure function whose result
//! nobody looks at, and the target would run nothing.

mod authentications;
mod registrations;
mod tree;

use std::hint::black_box;

pub use self::authentications::Authentications;
pub use self::registrations::Registrations;
use crate::attestation::{CertInfo, KeyDescription, PubArea};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::client_data::ClientData;
use crate::unix_millis::UnixMillis;
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};
use crate::x509::revocation::Revocation;
use crate::x509::{Certificate, MissingRevocationList, RevocationList, TrustAnchor};

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
    let _ = black_box(ClientData::parse(bytes));
}

/// Parses authenticator data.
pub fn authenticator_data(bytes: &[u8]) {
    let _ = black_box(AuthenticatorData::parse(bytes));
}

/// Parses the public area of a TPM's key and what a TPM says about it.
pub fn tpm(bytes: &[u8]) {
    black_box(PubArea::parse(bytes));
    let _ = black_box(CertInfo::parse(bytes));
}

/// Parses the description of a key by Android's keystore.
pub fn key_description(bytes: &[u8]) {
    let _ = black_box(KeyDescription::parse(bytes));
}

/// Reads a certificate and everything in it, and walks from it to itself.
pub fn certificate(bytes: &[u8]) {
    let Ok(certificate) = Certificate::parse(bytes) else { return };
    let _ = black_box(certificate.basic_constraints());
    let _ = black_box(certificate.key_usage());
    let _ = black_box(certificate.extended_key_usage());
    let _ = black_box(certificate.fido_aaguid());
    let _ = black_box(certificate.subject_attributes());
    let anchor = TrustAnchor::from_der(bytes).ok();
    let anchors: Vec<_> = anchor.iter().collect();
    let rules = Rules {
        anchors: &anchors,
        now: UnixMillis(1_767_225_600_000),
        anchor_expiry: AnchorExpiry::Ignored,
        sha1: Sha1Signatures::Accepted,
        revocation: &Revocation::default(),
    };
    let outcome = chain::verify(std::slice::from_ref(&certificate), &rules);
    assert!(outcome.is_ok_and(|it| Some(it.anchor) == anchor.as_ref()), "not its own anchor");
    // As an issuer of itself it may be refused, but has to be judged.
    let _ = black_box(chain::verify(
        &[certificate.clone(), certificate],
        &Rules { anchors: &[], ..rules },
    ));
}

/// Reads a revocation list and looks a certificate up in it.
pub fn revocation_list(bytes: &[u8]) {
    let Ok(list) = RevocationList::from_der(bytes) else { return };
    assert_eq!(list.as_der(), bytes, "something else was kept");
    let _ = Revocation::new([list].into(), MissingRevocationList::Refuse);
}

#[cfg(test)]
mod tests;
