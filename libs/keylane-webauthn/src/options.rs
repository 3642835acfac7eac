//! What we ask the browser, in the JSON forms that `parseCreationOptionsFromJSON()` and
//! `parseRequestOptionsFromJSON()` read (§5.1, §5.4, §5.5).
//!
//! Written for the browser, and read again. Bytes become base64url, names become camelCase, and what is empty is left out. Whoever sends
//! options keeps a ceremony with the same values: the answer is checked against the ceremony,
//! never against what the browser says it was asked.

mod ceremony;
mod read;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::attestation::AttestationFormat;
use crate::base64url;
use crate::cose::CoseAlgorithm;
use crate::credential::{CredentialId, Transport, UserHandle};
use crate::extensions::{CreationExtensions, RequestExtensions};
use crate::origin::RpId;
use crate::policy::{AttestationConveyance, UserVerification};

pub use ceremony::Mediated;
pub use read::{OPTIONS_BYTES_MAX, OPTIONS_ENTRIES_MAX, OptionsError, TIMEOUT_MS_DEFAULT};

/// The options of `navigator.credentials.create()` (§5.4).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// Who asks.
    pub rp: RelyingPartyEntity,
    /// For whom.
    pub user: UserEntity,
    /// The challenge.
    #[serde(serialize_with = "as_base64url")]
    pub challenge: Vec<u8>,
    /// Algorithms, the preferred one first.
    #[serde(serialize_with = "as_parameters")]
    pub pub_key_cred_params: Vec<CoseAlgorithm>,
    /// How long the browser may wait, in milliseconds.
    #[serde(rename = "timeout")]
    pub timeout_ms: u64,
    /// Credentials that the account has already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude_credentials: Vec<CredentialDescriptor>,
    /// What kind of authenticator is wanted.
    pub authenticator_selection: AuthenticatorSelection,
    /// What the browser should offer first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
    /// Which attestation is wanted.
    pub attestation: AttestationConveyance,
    /// Which formats of attestation are wanted, the preferred one first; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_names")]
    pub attestation_formats: Vec<AttestationFormat>,
    /// Extensions.
    #[serde(skip_serializing_if = "CreationExtensions::is_empty")]
    pub extensions: CreationExtensions,
}

/// The options of `navigator.credentials.get()` (§5.5).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// The challenge.
    #[serde(serialize_with = "as_base64url")]
    pub challenge: Vec<u8>,
    /// For which RP ID.
    pub rp_id: RpId,
    /// How long the browser may wait, in milliseconds.
    #[serde(rename = "timeout")]
    pub timeout_ms: u64,
    /// Credentials that may answer; empty for any discoverable one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_credentials: Vec<CredentialDescriptor>,
    /// Whether the user must be verified.
    pub user_verification: UserVerification,
    /// What the browser should offer first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
    /// Extensions.
    #[serde(skip_serializing_if = "RequestExtensions::is_empty")]
    pub extensions: RequestExtensions,
}

/// The relying party (§5.4.2).
#[derive(Debug, Clone, Serialize)]
pub struct RelyingPartyEntity {
    /// The RP ID.
    pub id: RpId,
    /// A name for people.
    pub name: String,
}

/// The account (§5.4.3).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserEntity {
    /// The user handle.
    pub id: UserHandle,
    /// What tells the account from others, such as an e-mail address.
    pub name: String,
    /// The name of the person; may be empty.
    pub display_name: String,
}

/// A credential by its id (§5.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialDescriptor {
    /// The credential id.
    pub id: CredentialId,
    /// How it can be reached, as reported at registration.
    pub transports: Vec<Transport>,
}

impl Serialize for CredentialDescriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = 2 + usize::from(!self.transports.is_empty());
        let mut descriptor = serializer.serialize_struct("CredentialDescriptor", members)?;
        descriptor.serialize_field("type", "public-key")?;
        descriptor.serialize_field("id", &self.id)?;
        if !self.transports.is_empty() {
            descriptor.serialize_field("transports", &self.transports)?;
        }
        descriptor.end()
    }
}

/// Which authenticators may create the credential (§5.4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthenticatorSelection {
    /// Whether the credential is to be discoverable.
    pub resident_key: ResidentKey,
    /// Whether the user must be verified.
    pub user_verification: UserVerification,
    /// Where the authenticator is; `None` for anywhere.
    pub attachment: Option<AuthenticatorAttachment>,
}

impl Serialize for AuthenticatorSelection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = 3 + usize::from(self.attachment.is_some());
        let mut selection = serializer.serialize_struct("AuthenticatorSelection", members)?;
        selection.serialize_field("residentKey", &self.resident_key)?;
        // For clients of Level 1, which do not know residentKey.
        let required = self.resident_key == ResidentKey::Required;
        selection.serialize_field("requireResidentKey", &required)?;
        selection.serialize_field("userVerification", &self.user_verification)?;
        if let Some(attachment) = self.attachment {
            selection.serialize_field("authenticatorAttachment", &attachment)?;
        }
        selection.end()
    }
}

/// Whether a credential is to be discoverable (§5.4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResidentKey {
    /// Rather not.
    Discouraged,
    /// If possible.
    Preferred,
    /// Or no credential at all.
    Required,
}

/// Where an authenticator is (§5.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthenticatorAttachment {
    /// Built into the device.
    Platform,
    /// Apart from it.
    CrossPlatform,
}

/// What the browser should offer first (§5.8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hint {
    /// A security key.
    SecurityKey,
    /// The device itself.
    ClientDevice,
    /// A phone nearby.
    Hybrid,
}

/// One entry of `pubKeyCredParams` (§5.3).
#[derive(Serialize)]
struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: CoseAlgorithm,
}

fn as_parameters<S: Serializer>(
    algorithms: &[CoseAlgorithm],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let parameter = |alg: &CoseAlgorithm| Parameter { kind: "public-key", alg: *alg };
    serializer.collect_seq(algorithms.iter().map(parameter))
}

fn as_names<S: Serializer>(
    formats: &[AttestationFormat],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(formats.iter().map(AttestationFormat::as_str))
}

fn as_base64url<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    base64url::serialize(bytes, serializer)
}

#[cfg(test)]
mod tests;
