//! What the browser answers, as the JSON of `PublicKeyCredential.toJSON()` (§5.1), read and
//! written.
//!
//! Text in, the parts as bytes out. Nothing is verified here; whatever leaves these types before
//! a ceremony has verified them says `unverified` in its name. Base64url is strict, members that
//! are read come once, sizes have limits, `id` and `rawId` are the same. Members that are not
//! read are ignored, among them the copies of the public key and the authenticator data that
//! browsers add for convenience.

mod write;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use crate::base64url;
use crate::client_data::{ClientData, ClientDataError};
use crate::cose::ML_DSA_87_SIGNATURE_BYTES;
use crate::credential::{CredentialId, IdError, Transport, UserHandle};
use crate::extensions::ClientOutputs;
use crate::options::AuthenticatorAttachment;

pub use write::{AssertionJson, AttestationJson, ResponseJson};

/// Most bytes of the JSON of one response.
pub const RESPONSE_BYTES_MAX: usize = 128 * 1024;
/// Most bytes of the client data.
pub const CLIENT_DATA_BYTES_MAX: usize = 8 * 1024;
/// Most bytes of an attestation object. Chains of certificates are the bulk of it.
pub const ATTESTATION_OBJECT_BYTES_MAX: usize = 64 * 1024;
/// Most bytes of the authenticator data of a sign-in.
pub const AUTHENTICATOR_DATA_BYTES_MAX: usize = 16 * 1024;
/// Most bytes of a signature: ML-DSA-87. RSA with a modulus of 8192 bits has 1024.
pub const SIGNATURE_BYTES_MAX: usize = ML_DSA_87_SIGNATURE_BYTES;
/// Most transports of one credential.
pub const TRANSPORTS_MAX: usize = 16;

/// The answer to `navigator.credentials.create()`, not verified yet.
pub struct RegistrationResponse {
    pub(crate) credential_id: CredentialId,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) client_data: Result<ClientData, ClientDataError>,
    pub(crate) attestation_object: Vec<u8>,
    pub(crate) transports: Vec<Transport>,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

/// The answer to `navigator.credentials.get()`, not verified yet.
pub struct AuthenticationResponse {
    pub(crate) credential_id: CredentialId,
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) client_data: Result<ClientData, ClientDataError>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) user_handle: Option<UserHandle>,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

/// Why a text is not a response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The whole text, or the named part of it, has more bytes than the limit.
    #[error("{part} is too long")]
    TooLong {
        /// The JSON name of the part.
        part: &'static str,
    },
    /// Not JSON of the right shape: a member is missing, comes twice or has the wrong type.
    #[error("the response is not a credential in JSON form")]
    Json(#[source] serde_json::Error),
    /// `type` is not `public-key`.
    #[error("the response is not of type public-key")]
    Type,
    /// `id` and `rawId` differ.
    #[error("id and rawId differ")]
    IdMismatch,
    /// The named part is not base64url without padding.
    #[error("{part} is not base64url without padding")]
    Base64Url {
        /// The JSON name of the part.
        part: &'static str,
    },
    /// The credential id is empty or longer than 1023 bytes.
    #[error("the credential id is empty or too long")]
    CredentialIdLength,
    /// The user handle is longer than 64 bytes.
    #[error("the user handle is too long")]
    UserHandleLength,
    /// More than [`TRANSPORTS_MAX`] transports, or one that is not a short plain name.
    #[error("the transports are refused")]
    Transports,
}

impl ResponseError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "response_too_long",
            Self::Json(_) => "response_malformed",
            Self::Type => "response_type_mismatch",
            Self::IdMismatch => "response_id_mismatch",
            Self::Base64Url { .. } => "response_not_base64url",
            Self::CredentialIdLength => "response_credential_id_length",
            Self::UserHandleLength => "response_user_handle_length",
            Self::Transports => "response_transports_refused",
        }
    }
}

impl RegistrationResponse {
    /// Reads the JSON of a created credential.
    ///
    /// # Errors
    ///
    /// [`ResponseError`], for the first thing that is wrong with its form. Broken client data is
    /// not among them: [`PendingRegistration::verify`](crate::PendingRegistration::verify)
    /// refuses it, at its step.
    pub fn from_json(json: &str) -> Result<Self, ResponseError> {
        let parts: Credential<'_, Attestation<'_>> = parse(json)?;
        let credential_id = credential_id(&parts)?;
        let response = &parts.response;
        let client_data_json =
            bytes("clientDataJSON", &response.client_data_json, CLIENT_DATA_BYTES_MAX)?;
        let attestation_object =
            bytes("attestationObject", &response.attestation_object, ATTESTATION_OBJECT_BYTES_MAX)?;
        Ok(Self {
            credential_id,
            client_data: ClientData::parse(&client_data_json),
            client_data_json,
            attestation_object,
            transports: transports(response.transports.as_deref().unwrap_or_default())?,
            attachment: attachment(parts.authenticator_attachment.as_ref()),
            outputs: parts.client_extension_results.unwrap_or_default(),
        })
    }

    /// The challenge that the client says it answers, for finding the ceremony. `None` when the
    /// client data cannot be read or the challenge is not base64url.
    #[must_use]
    pub fn unverified_challenge(&self) -> Option<Vec<u8>> {
        challenge(&self.client_data)
    }

    /// The credential id that the client says it created.
    #[must_use]
    pub fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }
}

impl AuthenticationResponse {
    /// Reads the JSON of an assertion.
    ///
    /// An empty `userHandle` counts as absent: some clients send one for credentials that store
    /// none.
    ///
    /// # Errors
    ///
    /// [`ResponseError`], for the first thing that is wrong with its form. Broken client data is
    /// not among them: [`PendingAuthentication::verify`](crate::PendingAuthentication::verify)
    /// refuses it, at its step.
    pub fn from_json(json: &str) -> Result<Self, ResponseError> {
        let parts: Credential<'_, Assertion<'_>> = parse(json)?;
        let credential_id = credential_id(&parts)?;
        let response = &parts.response;
        let client_data_json =
            bytes("clientDataJSON", &response.client_data_json, CLIENT_DATA_BYTES_MAX)?;
        let authenticator_data =
            bytes("authenticatorData", &response.authenticator_data, AUTHENTICATOR_DATA_BYTES_MAX)?;
        Ok(Self {
            credential_id,
            client_data: ClientData::parse(&client_data_json),
            client_data_json,
            authenticator_data,
            signature: bytes("signature", &response.signature, SIGNATURE_BYTES_MAX)?,
            user_handle: user_handle(response.user_handle.as_ref().map_or("", |text| &text.0))?,
            attachment: attachment(parts.authenticator_attachment.as_ref()),
            outputs: parts.client_extension_results.unwrap_or_default(),
        })
    }

    /// The challenge that the client says it answers, for finding the ceremony. `None` when the
    /// client data cannot be read or the challenge is not base64url.
    #[must_use]
    pub fn unverified_challenge(&self) -> Option<Vec<u8>> {
        challenge(&self.client_data)
    }

    /// The credential that the client says it used, for finding its record.
    #[must_use]
    pub fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }

    /// The account that the authenticator says it knows. Anybody can write anything here.
    #[must_use]
    pub fn unverified_user_handle(&self) -> Option<&UserHandle> {
        self.user_handle.as_ref()
    }
}

impl fmt::Debug for RegistrationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationResponse")
            .field("credential_id", &self.credential_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthenticationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationResponse")
            .field("credential_id", &self.credential_id)
            .finish_non_exhaustive()
    }
}

/// A JSON string that borrows from the input unless it has escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<'a, R> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    raw_id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    authenticator_attachment: Option<Text<'a>>,
    response: R,
    client_extension_results: Option<ClientOutputs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation<'a> {
    #[serde(borrow, rename = "clientDataJSON")]
    client_data_json: Cow<'a, str>,
    #[serde(borrow)]
    attestation_object: Cow<'a, str>,
    #[serde(borrow)]
    transports: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assertion<'a> {
    #[serde(borrow, rename = "clientDataJSON")]
    client_data_json: Cow<'a, str>,
    #[serde(borrow)]
    authenticator_data: Cow<'a, str>,
    #[serde(borrow)]
    signature: Cow<'a, str>,
    #[serde(borrow)]
    user_handle: Option<Text<'a>>,
}

fn parse<'a, R: Deserialize<'a>>(json: &'a str) -> Result<Credential<'a, R>, ResponseError> {
    if json.len() > RESPONSE_BYTES_MAX {
        return Err(ResponseError::TooLong { part: "response" });
    }
    let parts: Credential<'a, R> = serde_json::from_str(json).map_err(ResponseError::Json)?;
    if parts.kind != "public-key" {
        return Err(ResponseError::Type);
    }
    Ok(parts)
}

/// `id` is `rawId` in base64url, and in JSON `rawId` is base64url too: equal texts.
fn credential_id<R>(parts: &Credential<'_, R>) -> Result<CredentialId, ResponseError> {
    if parts.id != parts.raw_id {
        return Err(ResponseError::IdMismatch);
    }
    parts.raw_id.parse().map_err(|err| match err {
        IdError::Length => ResponseError::CredentialIdLength,
        _ => ResponseError::Base64Url { part: "rawId" },
    })
}

/// An unknown place counts as none (§2.1.1).
fn attachment(name: Option<&Text<'_>>) -> Option<AuthenticatorAttachment> {
    match &*name?.0 {
        "platform" => Some(AuthenticatorAttachment::Platform),
        "cross-platform" => Some(AuthenticatorAttachment::CrossPlatform),
        _ => None,
    }
}

fn user_handle(text: &str) -> Result<Option<UserHandle>, ResponseError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|err| match err {
        IdError::Length => ResponseError::UserHandleLength,
        _ => ResponseError::Base64Url { part: "userHandle" },
    })
}

fn bytes(part: &'static str, text: &str, bytes_max: usize) -> Result<Vec<u8>, ResponseError> {
    if text.len() > bytes_max * 4 / 3 + 1 {
        return Err(ResponseError::TooLong { part });
    }
    base64url::decode(text).ok_or(ResponseError::Base64Url { part })
}

fn transports(names: &[Text<'_>]) -> Result<Vec<Transport>, ResponseError> {
    if names.len() > TRANSPORTS_MAX {
        return Err(ResponseError::Transports);
    }
    names.iter().map(|name| name.0.parse().map_err(|_| ResponseError::Transports)).collect()
}

fn challenge(client_data: &Result<ClientData, ClientDataError>) -> Option<Vec<u8>> {
    base64url::decode(client_data.as_ref().ok()?.challenge())
}

#[cfg(test)]
mod tests;
