//! The parts of a response before they are encoded and signed, open to change.
//!
//! Signatures are made over the changed parts, so a test can break one rule and leave the rest
//! of the response sound. What is to be wrong after signing goes through `edit_signature`.

use crate::{
    Attestation, Cbor, CertificateParts, ClientDataParts, TestKey,
    edit::Edit,
    statement::{KeyDescription, SafetyNetParts, TpmParts},
};
use serde_json::Value;

/// The parts of a registration, as [`Authenticator::create_with`](crate::Authenticator::create_with)
/// hands them out.
///
/// Statements are made from them afterwards. What only exists then is changed through the methods
/// `edit_…`: each change is made once, by the first statement that has such a thing.
#[derive(Debug)]
pub struct CreateParts {
    /// The contents of `clientDataJSON`.
    pub client_data: ClientDataParts,
    /// SHA-256 of the RP ID.
    pub rp_id_hash: [u8; 32],
    /// The flags byte, see [`flags`](crate::flags). The attested credential data is written
    /// exactly when AT is set here.
    pub flags: u8,
    /// The sign count.
    pub sign_count: u32,
    /// The AAGUID.
    pub aaguid: [u8; 16],
    /// The credential ID, in the attested credential data and, unless overridden, in `id` and
    /// `rawId`. The authenticator keeps the credential under this one.
    pub credential_id: Vec<u8>,
    /// What the length field before the credential ID says; its true length when `None`.
    pub credential_id_length: Option<u16>,
    /// The public key as encoded `COSE_Key`.
    pub cose_key: Vec<u8>,
    /// Encoded authenticator extension outputs, after the key. They need ED in `flags`.
    pub extensions: Vec<u8>,
    /// Bytes at the very end of the authenticator data.
    pub trailing: Vec<u8>,
    /// The statement that will be made, after the client's rules.
    pub attestation: Attestation,
    /// The statements inside of a compound one, in order.
    pub compound: Vec<Attestation>,
    /// `fmt`, when it is to differ from the statement's own.
    pub fmt: Option<String>,
    /// The encoded attestation statement, when it is to be another than the one of `attestation`.
    pub att_stmt: Option<Vec<u8>>,
    /// `alg` in the statement, when it is to differ from that of the key that signs it.
    pub statement_algorithm: Option<i64>,
    /// Signs the statement in place of the key that should.
    pub statement_key: Option<TestKey>,
    /// `id`, when it is to differ from the encoded credential ID.
    pub id: Option<String>,
    /// `rawId`, when it is to differ from the encoded credential ID.
    pub raw_id: Option<String>,
    /// `type`: `public-key`.
    pub kind: String,
    /// `response.transports`.
    pub transports: Vec<String>,
    /// `authenticatorAttachment`; the member is absent when `None`.
    pub authenticator_attachment: Option<String>,
    /// `clientExtensionResults`.
    pub client_extension_results: Value,
    pub(crate) authenticator_data_edit: Edit,
    pub(crate) signature_edit: Edit,
    pub(crate) attestation_object_edit: Edit,
    pub(crate) certificates_edit: Edit<Vec<CertificateParts>>,
    pub(crate) x5c_edit: Edit<Vec<Vec<u8>>>,
    pub(crate) signed_bytes_edit: Edit,
    pub(crate) statement_edit: Edit<Cbor>,
    pub(crate) tpm_edit: Edit<TpmParts>,
    pub(crate) safetynet_edit: Edit<SafetyNetParts>,
    pub(crate) key_description_edit: Edit<KeyDescription>,
}

impl CreateParts {
    /// Changes the encoded authenticator data before it is signed.
    pub fn edit_authenticator_data(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.authenticator_data_edit.set(edit);
    }

    /// Changes the signature of the statement after it was made.
    pub fn edit_signature(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.signature_edit.set(edit);
    }

    /// Changes the certificates of the statement before they are issued: the leaf first, without
    /// a root. Each is signed by its own `signer`.
    pub fn edit_certificates(&mut self, edit: impl FnOnce(&mut Vec<CertificateParts>) + 'static) {
        self.certificates_edit.set(edit);
    }

    /// Changes the list of issued certificates in DER.
    pub fn edit_x5c(&mut self, edit: impl FnOnce(&mut Vec<Vec<u8>>) + 'static) {
        self.x5c_edit.set(edit);
    }

    /// Changes what the statement signs before it is signed; where it holds a hash or a nonce of
    /// the authenticator data and the client data hash instead (`tpm`, `apple`), those two.
    pub fn edit_signed_bytes(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.signed_bytes_edit.set(edit);
    }

    /// Changes the parts of a TPM statement before they are encoded and signed.
    pub fn edit_tpm(&mut self, edit: impl FnOnce(&mut TpmParts) + 'static) {
        self.tpm_edit.set(edit);
    }

    /// Changes how an Android device describes the key, before its certificate is issued.
    pub fn edit_key_description(&mut self, edit: impl FnOnce(&mut KeyDescription) + 'static) {
        self.key_description_edit.set(edit);
    }

    /// Changes the parts of a SafetyNet statement before they are encoded and signed.
    pub fn edit_safetynet(&mut self, edit: impl FnOnce(&mut SafetyNetParts) + 'static) {
        self.safetynet_edit.set(edit);
    }

    /// Changes the finished statement before it is encoded.
    pub fn edit_statement(&mut self, edit: impl FnOnce(&mut Cbor) + 'static) {
        self.statement_edit.set(edit);
    }

    /// Changes the encoded attestation object, which nothing signs.
    pub fn edit_attestation_object(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.attestation_object_edit.set(edit);
    }
}

/// The parts of an assertion, as [`Authenticator::get_with`](crate::Authenticator::get_with)
/// hands them out.
#[derive(Debug)]
pub struct GetParts {
    /// The contents of `clientDataJSON`.
    pub client_data: ClientDataParts,
    /// SHA-256 of the RP ID.
    pub rp_id_hash: [u8; 32],
    /// The flags byte, see [`flags`](crate::flags). Nothing follows from a bit set here.
    pub flags: u8,
    /// The sign count.
    pub sign_count: u32,
    /// Encoded authenticator extension outputs. They need ED in `flags`.
    pub extensions: Vec<u8>,
    /// Bytes at the very end of the authenticator data.
    pub trailing: Vec<u8>,
    /// The credential ID for `id` and `rawId`. Which key signs does not follow from it.
    pub credential_id: Vec<u8>,
    /// `response.userHandle`; the member is absent when `None`.
    pub user_handle: Option<Vec<u8>>,
    /// `id`, when it is to differ from the encoded credential ID.
    pub id: Option<String>,
    /// `rawId`, when it is to differ from the encoded credential ID.
    pub raw_id: Option<String>,
    /// `type`: `public-key`.
    pub kind: String,
    /// `authenticatorAttachment`; the member is absent when `None`.
    pub authenticator_attachment: Option<String>,
    /// `clientExtensionResults`.
    pub client_extension_results: Value,
    pub(crate) authenticator_data_edit: Edit,
    pub(crate) signature_edit: Edit,
}

impl GetParts {
    /// Changes the encoded authenticator data before it is signed.
    pub fn edit_authenticator_data(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.authenticator_data_edit.set(edit);
    }

    /// Changes the signature after it was made.
    pub fn edit_signature(&mut self, edit: impl FnOnce(&mut Vec<u8>) + 'static) {
        self.signature_edit.set(edit);
    }
}
