//! Options out of their JSON: for servers that keep what they sent as text, and for clients.
//!
//! As lenient as a browser where the specification wants that (unknown members and unknown values
//! of enumerations are passed over, §2.1.1), and strict about the rest: base64url has one form,
//! lists have limits, nothing comes twice. Where a browser would put in something of its own, an
//! RP ID after the page's domain, the options are refused.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::{
    AuthenticatorAttachment, AuthenticatorSelection, CreationOptions, CredentialDescriptor, Hint,
    RelyingPartyEntity, RequestOptions, ResidentKey, UserEntity,
};
use crate::base64url;
use crate::cose::CoseAlgorithm;
use crate::credential::{CredentialId, Transport, UserHandle};
use crate::extensions::{BadInput, CreationInputsJson, RequestInputsJson};
use crate::origin::RpId;
use crate::policy::{AttestationConveyance, UserVerification};

/// Most bytes of the JSON of options.
pub const OPTIONS_BYTES_MAX: usize = 256 * 1024;
/// Most entries of one list in options.
pub const OPTIONS_ENTRIES_MAX: usize = 256;
/// How long a browser may wait when options do not say, in milliseconds (§15.1).
pub const TIMEOUT_MS_DEFAULT: u64 = 300_000;

/// Why a text is not options.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// More than [`OPTIONS_BYTES_MAX`] bytes.
    #[error("options have at most {OPTIONS_BYTES_MAX} bytes")]
    TooLong,
    /// Not JSON of the right shape: a member is missing, comes twice or has the wrong form.
    #[error("the options are not in their JSON form")]
    Json(#[source] serde_json::Error),
    /// The RP ID is left to the browser.
    #[error("the options name no RP ID")]
    RpIdMissing,
    /// No algorithm that this build knows is asked for.
    #[error("the options ask for no algorithm that is known here")]
    AlgorithmsUnknown,
    /// A list has more than [`OPTIONS_ENTRIES_MAX`] entries.
    #[error("{part} has too many entries")]
    TooManyEntries {
        /// The JSON name of the list.
        part: &'static str,
    },
    /// An extension's input contradicts itself, has an unknown value where there is no default,
    /// or belongs to the other ceremony.
    #[error("the input of {extension} is refused")]
    Extension {
        /// The JSON name of the extension.
        extension: &'static str,
    },
}

impl OptionsError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "options_too_long",
            Self::Json(_) => "options_malformed",
            Self::RpIdMissing => "options_rp_id_missing",
            Self::AlgorithmsUnknown => "options_algorithms_unknown",
            Self::TooManyEntries { .. } => "options_too_many_entries",
            Self::Extension { .. } => "options_extension_refused",
        }
    }
}

impl CreationOptions {
    /// Reads a `PublicKeyCredentialCreationOptionsJSON` (§5.1.8).
    ///
    /// Algorithms that this build does not know are passed over, as a browser does with those that
    /// it does not know; an empty list stands for ES256 and RS256 (§5.1.3).
    ///
    /// # Errors
    ///
    /// [`OptionsError`], for the first thing that is wrong.
    pub fn from_json(json: &str) -> Result<Self, OptionsError> {
        let parts: CreationJson<'_> = parse(json)?;
        let selection = parts.authenticator_selection.unwrap_or_default();
        let formats = bounded("attestationFormats", parts.attestation_formats)?;
        Ok(Self {
            rp: RelyingPartyEntity {
                id: parts.rp.id.ok_or(OptionsError::RpIdMissing)?,
                name: parts.rp.name.unwrap_or_default(),
            },
            user: UserEntity {
                id: parts.user.id,
                name: parts.user.name,
                display_name: parts.user.display_name,
            },
            challenge: parts.challenge.0,
            pub_key_cred_params: algorithms(parts.pub_key_cred_params)?,
            timeout_ms: parts.timeout.unwrap_or(TIMEOUT_MS_DEFAULT),
            exclude_credentials: descriptors("excludeCredentials", parts.exclude_credentials)?,
            authenticator_selection: selection.read(),
            hints: hints(parts.hints)?,
            attestation: conveyance(parts.attestation.as_ref()),
            attestation_formats: formats.iter().filter_map(|name| name.0.parse().ok()).collect(),
            extensions: parts.extensions.unwrap_or_default().read().map_err(bad_input)?,
        })
    }
}

impl RequestOptions {
    /// Reads a `PublicKeyCredentialRequestOptionsJSON` (§5.1.9).
    ///
    /// # Errors
    ///
    /// [`OptionsError`], for the first thing that is wrong.
    pub fn from_json(json: &str) -> Result<Self, OptionsError> {
        let parts: RequestJson<'_> = parse(json)?;
        Ok(Self {
            challenge: parts.challenge.0,
            rp_id: parts.rp_id.ok_or(OptionsError::RpIdMissing)?,
            timeout_ms: parts.timeout.unwrap_or(TIMEOUT_MS_DEFAULT),
            allow_credentials: descriptors("allowCredentials", parts.allow_credentials)?,
            user_verification: user_verification(parts.user_verification.as_ref()),
            hints: hints(parts.hints)?,
            extensions: parts.extensions.unwrap_or_default().read().map_err(bad_input)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreationJson<'a> {
    rp: PartyJson,
    user: UserJson,
    challenge: Bytes,
    #[serde(borrow)]
    pub_key_cred_params: Vec<ParameterJson<'a>>,
    timeout: Option<u64>,
    #[serde(borrow)]
    exclude_credentials: Option<Vec<DescriptorJson<'a>>>,
    #[serde(borrow)]
    authenticator_selection: Option<SelectionJson<'a>>,
    #[serde(borrow)]
    hints: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    attestation: Option<Text<'a>>,
    #[serde(borrow)]
    attestation_formats: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    extensions: Option<CreationInputsJson<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestJson<'a> {
    challenge: Bytes,
    timeout: Option<u64>,
    rp_id: Option<RpId>,
    #[serde(borrow)]
    allow_credentials: Option<Vec<DescriptorJson<'a>>>,
    #[serde(borrow)]
    user_verification: Option<Text<'a>>,
    #[serde(borrow)]
    hints: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    extensions: Option<RequestInputsJson<'a>>,
}

#[derive(Deserialize)]
struct PartyJson {
    id: Option<RpId>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserJson {
    id: UserHandle,
    name: String,
    display_name: String,
}

#[derive(Deserialize)]
struct ParameterJson<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    alg: i64,
}

#[derive(Deserialize)]
struct DescriptorJson<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    id: CredentialId,
    transports: Option<Vec<Transport>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SelectionJson<'a> {
    #[serde(borrow)]
    authenticator_attachment: Option<Text<'a>>,
    #[serde(borrow)]
    resident_key: Option<Text<'a>>,
    require_resident_key: Option<bool>,
    #[serde(borrow)]
    user_verification: Option<Text<'a>>,
}

/// A JSON string that borrows from the input unless it has escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = base64url::decode(&text);
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("not base64url without padding"))
    }
}

impl SelectionJson<'_> {
    fn read(&self) -> AuthenticatorSelection {
        let resident_key = match self.resident_key.as_ref().map(|it| &*it.0) {
            Some("required") => ResidentKey::Required,
            Some("preferred") => ResidentKey::Preferred,
            Some("discouraged") => ResidentKey::Discouraged,
            // §5.4.4: then the member of Level 1 counts.
            _ if self.require_resident_key == Some(true) => ResidentKey::Required,
            _ => ResidentKey::Discouraged,
        };
        let attachment = match self.authenticator_attachment.as_ref().map(|it| &*it.0) {
            Some("platform") => Some(AuthenticatorAttachment::Platform),
            Some("cross-platform") => Some(AuthenticatorAttachment::CrossPlatform),
            _ => None,
        };
        let user_verification = user_verification(self.user_verification.as_ref());
        AuthenticatorSelection { resident_key, user_verification, attachment }
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, OptionsError> {
    if json.len() > OPTIONS_BYTES_MAX {
        return Err(OptionsError::TooLong);
    }
    serde_json::from_str(json).map_err(OptionsError::Json)
}

fn bounded<T>(part: &'static str, list: Option<Vec<T>>) -> Result<Vec<T>, OptionsError> {
    let list = list.unwrap_or_default();
    if list.len() > OPTIONS_ENTRIES_MAX {
        return Err(OptionsError::TooManyEntries { part });
    }
    Ok(list)
}

fn algorithms(parameters: Vec<ParameterJson<'_>>) -> Result<Vec<CoseAlgorithm>, OptionsError> {
    let parameters = bounded("pubKeyCredParams", Some(parameters))?;
    if parameters.is_empty() {
        return Ok(vec![CoseAlgorithm::Es256, CoseAlgorithm::Rs256]);
    }
    let known = parameters
        .iter()
        .filter(|it| it.kind.0 == "public-key")
        .filter_map(|it| CoseAlgorithm::from_id(it.alg));
    let known: Vec<_> = known.collect();
    if known.is_empty() { Err(OptionsError::AlgorithmsUnknown) } else { Ok(known) }
}

fn descriptors(
    part: &'static str,
    list: Option<Vec<DescriptorJson<'_>>>,
) -> Result<Vec<CredentialDescriptor>, OptionsError> {
    let known = bounded(part, list)?.into_iter().filter(|it| it.kind.0 == "public-key");
    let descriptor = |it: DescriptorJson<'_>| CredentialDescriptor {
        id: it.id,
        transports: it.transports.unwrap_or_default(),
    };
    Ok(known.map(descriptor).collect())
}

fn hints(names: Option<Vec<Text<'_>>>) -> Result<Vec<Hint>, OptionsError> {
    let hint = |name: &Text<'_>| match &*name.0 {
        "security-key" => Some(Hint::SecurityKey),
        "client-device" => Some(Hint::ClientDevice),
        "hybrid" => Some(Hint::Hybrid),
        _ => None,
    };
    Ok(bounded("hints", names)?.iter().filter_map(hint).collect())
}

fn conveyance(name: Option<&Text<'_>>) -> AttestationConveyance {
    match name.map(|it| &*it.0) {
        Some("indirect") => AttestationConveyance::Indirect,
        Some("direct") => AttestationConveyance::Direct,
        Some("enterprise") => AttestationConveyance::Enterprise,
        _ => AttestationConveyance::None,
    }
}

fn user_verification(name: Option<&Text<'_>>) -> UserVerification {
    match name.map(|it| &*it.0) {
        Some("required") => UserVerification::Required,
        Some("discouraged") => UserVerification::Discouraged,
        _ => UserVerification::Preferred,
    }
}

fn bad_input(extension: BadInput) -> OptionsError {
    OptionsError::Extension { extension }
}
