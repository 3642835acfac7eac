//! `RegistrationResponseJSON` and `AuthenticationResponseJSON` (WebAuthn Level 3, §5.1): what
//! `PublicKeyCredential.toJSON()` answers.

use crate::AuthenticatorError;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential<R> {
    pub(crate) id: String,
    pub(crate) raw_id: String,
    pub(crate) response: R,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authenticator_attachment: Option<String>,
    pub(crate) client_extension_results: Value,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

/// `AuthenticatorAttestationResponseJSON`, every byte string in base64url.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    pub(crate) client_data_json: String,
    pub(crate) authenticator_data: String,
    pub(crate) transports: Vec<String>,
    pub(crate) public_key: String,
    pub(crate) public_key_algorithm: i64,
    pub(crate) attestation_object: String,
}

/// `AuthenticatorAssertionResponseJSON`, every byte string in base64url.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    pub(crate) client_data_json: String,
    pub(crate) authenticator_data: String,
    pub(crate) signature: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_handle: Option<String>,
}

impl<R: Serialize> Credential<R> {
    pub(crate) fn to_json(&self) -> Result<String, AuthenticatorError> {
        serde_json::to_string(self).map_err(|_| AuthenticatorError::Operation("serialisation"))
    }
}
