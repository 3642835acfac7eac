//! Responses as JSON again: `RegistrationResponseJSON` and `AuthenticationResponseJSON` (§5.1).
//!
//! What was read is written: known members, in their one form. `publicKey`, a copy of the key in
//! another encoding, is left out, which the specification allows.

use serde::{Serialize, Serializer};

use super::{AuthenticationResponse, RegistrationResponse};
use crate::attestation::AttestationObject;
use crate::base64url;
use crate::credential::{CredentialId, Transport, UserHandle};
use crate::extensions::{ResultsJson, Secrets};
use crate::options::AuthenticatorAttachment;

/// A response in its JSON form, for serde to write.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseJson<'a, R> {
    id: &'a CredentialId,
    raw_id: &'a CredentialId,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<AuthenticatorAttachment>,
    client_extension_results: ResultsJson<'a>,
    response: R,
}

/// The part of a registration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationJson<'a> {
    #[serde(rename = "clientDataJSON")]
    client_data_json: Bytes<'a>,
    attestation_object: Bytes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator_data: Option<Bytes<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key_algorithm: Option<i64>,
    transports: &'a [Transport],
}

/// The part of an authentication.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionJson<'a> {
    #[serde(rename = "clientDataJSON")]
    client_data_json: Bytes<'a>,
    authenticator_data: Bytes<'a>,
    signature: Bytes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_handle: Option<&'a UserHandle>,
}

/// Bytes as base64url.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64url::serialize(self.0, serializer)
    }
}

impl RegistrationResponse {
    /// The response as a `RegistrationResponseJSON`. Outputs of extensions that are not known or
    /// malformed stay out, and so do secret ones unless they are asked for.
    ///
    /// `authenticatorData` and `publicKeyAlgorithm` are copies out of the attestation object, and
    /// missing when that cannot be read.
    #[must_use]
    pub fn as_json(&self, secrets: Secrets) -> ResponseJson<'_, AttestationJson<'_>> {
        let object = AttestationObject::parse(&self.attestation_object).ok();
        let algorithm = object.as_ref().and_then(|object| {
            let key = object.authenticator_data.attested.as_ref()?.public_key_value.as_map()?;
            key.iter().find(|(label, _)| label.as_i64() == Some(3))?.1.as_i64()
        });
        ResponseJson {
            id: &self.credential_id,
            raw_id: &self.credential_id,
            kind: "public-key",
            authenticator_attachment: self.attachment,
            client_extension_results: self.outputs.json(secrets),
            response: AttestationJson {
                client_data_json: Bytes(&self.client_data_json),
                attestation_object: Bytes(&self.attestation_object),
                authenticator_data: object.map(|it| Bytes(it.authenticator_data_bytes)),
                public_key_algorithm: algorithm,
                transports: &self.transports,
            },
        }
    }

    /// Where the authenticator is, as the client says.
    #[must_use]
    pub fn attachment(&self) -> Option<AuthenticatorAttachment> {
        self.attachment
    }
}

impl AuthenticationResponse {
    /// The response as an `AuthenticationResponseJSON`. Outputs of extensions that are not known
    /// or malformed stay out, and so do secret ones unless they are asked for.
    #[must_use]
    pub fn as_json(&self, secrets: Secrets) -> ResponseJson<'_, AssertionJson<'_>> {
        ResponseJson {
            id: &self.credential_id,
            raw_id: &self.credential_id,
            kind: "public-key",
            authenticator_attachment: self.attachment,
            client_extension_results: self.outputs.json(secrets),
            response: AssertionJson {
                client_data_json: Bytes(&self.client_data_json),
                authenticator_data: Bytes(&self.authenticator_data),
                signature: Bytes(&self.signature),
                user_handle: self.user_handle.as_ref(),
            },
        }
    }

    /// Where the authenticator is, as the client says.
    #[must_use]
    pub fn attachment(&self) -> Option<AuthenticatorAttachment> {
        self.attachment
    }
}

impl<R> std::fmt::Debug for ResponseJson<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseJson").field("id", self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AttestationJson<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttestationJson").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AssertionJson<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssertionJson").finish_non_exhaustive()
    }
}
