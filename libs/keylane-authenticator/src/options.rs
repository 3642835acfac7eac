//! The options as a page hands them to the client: `PublicKeyCredentialCreationOptionsJSON` and
//! `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, §5.1.8 and §5.1.9).
//!
//! Members that this client has no use for are passed over. Enumerations are plain strings
//! there: an unknown value counts as the default, as §2.1.1 asks for.

use crate::AuthenticatorError;
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreationOptions {
    pub(crate) rp: RelyingParty,
    pub(crate) user: User,
    pub(crate) challenge: String,
    pub(crate) pub_key_cred_params: Vec<CredentialParameters>,
    #[serde(default)]
    pub(crate) exclude_credentials: Vec<Descriptor>,
    #[serde(default)]
    pub(crate) authenticator_selection: Selection,
    #[serde(default)]
    pub(crate) attestation: Option<String>,
    #[serde(default)]
    pub(crate) extensions: CreationExtensions,
}

#[derive(Deserialize)]
pub(crate) struct RelyingParty {
    pub(crate) id: Option<String>,
    /// Required by WebIDL, shown by nobody.
    #[serde(rename = "name")]
    pub(crate) _name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
}

#[derive(Deserialize)]
pub(crate) struct CredentialParameters {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) alg: i64,
}

#[derive(Deserialize)]
pub(crate) struct Descriptor {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) id: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    #[serde(default)]
    pub(crate) authenticator_attachment: Option<String>,
    #[serde(default)]
    resident_key: Option<String>,
    #[serde(default)]
    require_resident_key: bool,
    #[serde(default)]
    user_verification: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CreationExtensions {
    pub(crate) cred_props: bool,
    pub(crate) appid_exclude: Option<String>,
    pub(crate) cred_blob: Option<String>,
    pub(crate) credential_protection_policy: Option<String>,
    pub(crate) hmac_create_secret: bool,
    pub(crate) prf: Option<PrfInputs>,
    pub(crate) min_pin_length: bool,
    pub(crate) large_blob: Option<LargeBlob>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RequestExtensions {
    pub(crate) appid: Option<String>,
    pub(crate) get_cred_blob: bool,
    pub(crate) prf: Option<PrfInputs>,
    pub(crate) large_blob: Option<LargeBlob>,
}

/// Inputs by credential ID in base64url.
pub(crate) type Evaluations = BTreeMap<String, Evaluate>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrfInputs {
    pub(crate) eval: Option<Evaluate>,
    pub(crate) eval_by_credential: Option<Evaluations>,
}

/// One input or two, in base64url.
#[derive(Deserialize)]
pub(crate) struct Evaluate {
    pub(crate) first: String,
    pub(crate) second: Option<String>,
}

/// The members of both ceremonies (§10.1.5).
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct LargeBlob {
    pub(crate) support: Option<String>,
    pub(crate) read: bool,
    pub(crate) write: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestOptions {
    pub(crate) challenge: String,
    #[serde(default)]
    pub(crate) rp_id: Option<String>,
    #[serde(default)]
    pub(crate) allow_credentials: Vec<Descriptor>,
    #[serde(default)]
    user_verification: Option<String>,
    #[serde(default)]
    pub(crate) extensions: RequestExtensions,
}

/// How much the relying party wants something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requirement {
    Required,
    Preferred,
    Discouraged,
}

impl Requirement {
    fn parse(text: Option<&str>) -> Option<Self> {
        match text? {
            "required" => Some(Self::Required),
            "preferred" => Some(Self::Preferred),
            "discouraged" => Some(Self::Discouraged),
            _ => None,
        }
    }
}

impl Selection {
    pub(crate) fn user_verification(&self) -> Requirement {
        Requirement::parse(self.user_verification.as_deref()).unwrap_or(Requirement::Preferred)
    }

    /// Without `residentKey`, the older `requireResidentKey` decides (§5.4.4).
    pub(crate) fn resident_key(&self) -> Requirement {
        Requirement::parse(self.resident_key.as_deref()).unwrap_or(if self.require_resident_key {
            Requirement::Required
        } else {
            Requirement::Discouraged
        })
    }
}

impl RequestOptions {
    pub(crate) fn user_verification(&self) -> Requirement {
        Requirement::parse(self.user_verification.as_deref()).unwrap_or(Requirement::Preferred)
    }
}

pub(crate) fn parse<T: DeserializeOwned>(json: &str) -> Result<T, AuthenticatorError> {
    serde_json::from_str(json).map_err(|err| AuthenticatorError::Type(err.to_string()))
}
