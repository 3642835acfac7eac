//! `clientExtensionResults`: what the client says about extensions, read with care and written
//! back.
//!
//! Reading judges nothing, because only the ceremony knows what was asked for: a member with a
//! known name that has not its form is noted as malformed. A member that comes twice spoils the
//! whole response, as it does everywhere.

use std::borrow::Cow;

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    ExtensionError, LARGE_BLOB_BYTES_MAX, PRF_RESULT_BYTES, PrfOutputs, PrfResults, SecretBytes,
};
use crate::base64url;

/// One member of the results.
#[derive(Debug, Clone, Default)]
pub(super) enum Member<T> {
    #[default]
    Absent,
    Malformed,
    Sound(T),
}

/// The members with known names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClientOutputs {
    #[serde(rename = "credProps")]
    pub(super) cred_props: Member<CredentialProperties>,
    pub(super) prf: Member<PrfJson>,
    #[serde(rename = "largeBlob")]
    pub(super) large_blob: Member<LargeBlobJson>,
    #[serde(rename = "appid")]
    pub(super) app_id: Member<bool>,
    #[serde(rename = "appidExclude")]
    pub(super) app_id_exclude: Member<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct CredentialProperties {
    pub(super) rk: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PrfJson {
    enabled: Option<bool>,
    results: Option<PrfValuesJson>,
}

#[derive(Debug, Clone, Deserialize)]
struct PrfValuesJson {
    #[serde(deserialize_with = "prf_result")]
    first: SecretBytes,
    #[serde(default, deserialize_with = "optional_prf_result")]
    second: Option<SecretBytes>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct LargeBlobJson {
    pub(super) supported: Option<bool>,
    #[serde(default, deserialize_with = "large_blob")]
    pub(super) blob: Option<SecretBytes>,
    pub(super) written: Option<bool>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form<T> {
            Sound(T),
            Malformed(IgnoredAny),
        }
        Ok(match Option::<Form<T>>::deserialize(deserializer)? {
            None => Self::Absent,
            Some(Form::Sound(value)) => Self::Sound(value),
            Some(Form::Malformed(_)) => Self::Malformed,
        })
    }
}

impl<T> Member<T> {
    pub(super) fn sound(&self) -> Option<&T> {
        if let Self::Sound(value) = self { Some(value) } else { None }
    }

    /// The value when there is a sound one. A malformed one is refused if it was asked for.
    pub(super) fn judge(
        &self,
        extension: &'static str,
        asked: bool,
    ) -> Result<Option<&T>, ExtensionError> {
        match self {
            Self::Malformed if asked => Err(ExtensionError::ClientOutputMalformed { extension }),
            _ => Ok(self.sound()),
        }
    }
}

impl PrfJson {
    pub(super) fn outputs(&self) -> PrfOutputs {
        let results = self.results.as_ref();
        PrfOutputs {
            enabled: self.enabled,
            results: results
                .map(|it| PrfResults { first: it.first.clone(), second: it.second.clone() }),
        }
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    Cow::<'de, str>::deserialize(deserializer)
}

fn secret<E: serde::de::Error>(text: &str) -> Result<SecretBytes, E> {
    base64url::decode(text).map(SecretBytes::new).ok_or_else(|| E::custom("not base64url"))
}

fn prf_result<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretBytes, D::Error> {
    let result: SecretBytes = secret(&text(deserializer)?)?;
    if result.expose().len() != PRF_RESULT_BYTES {
        return Err(D::Error::custom("a result has 32 bytes"));
    }
    Ok(result)
}

fn optional_prf_result<'de, D>(deserializer: D) -> Result<Option<SecretBytes>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    struct Result32(#[serde(deserialize_with = "prf_result")] SecretBytes);
    Ok(Option::<Result32>::deserialize(deserializer)?.map(|it| it.0))
}

fn large_blob<'de, D>(deserializer: D) -> Result<Option<SecretBytes>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else { return Ok(None) };
    let blob: SecretBytes = secret(&text)?;
    if blob.expose().len() > LARGE_BLOB_BYTES_MAX {
        return Err(D::Error::custom("the blob is too long"));
    }
    Ok(Some(blob))
}

/// Whether what is secret is written too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Secrets {
    /// The results of `prf` and the blob of `largeBlob` stay out.
    LeaveOut,
    /// They are written.
    Include,
}

/// The results as JSON: known members that are sound.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultsJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cred_props: Option<PropertiesOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prf: Option<PrfOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large_blob: Option<LargeBlobOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid_exclude: Option<bool>,
}

#[derive(Serialize)]
struct PropertiesOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    rk: Option<bool>,
}

#[derive(Serialize)]
struct PrfOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<PrfValuesOut<'a>>,
}

#[derive(Serialize)]
struct PrfValuesOut<'a> {
    first: &'a SecretBytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<&'a SecretBytes>,
}

#[derive(Serialize)]
struct LargeBlobOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<&'a SecretBytes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<bool>,
}

impl ClientOutputs {
    pub(crate) fn json(&self, secrets: Secrets) -> ResultsJson<'_> {
        let shown = secrets == Secrets::Include;
        ResultsJson {
            cred_props: self.cred_props.sound().map(|it| PropertiesOut { rk: it.rk }),
            prf: self.prf.sound().map(|it| PrfOut {
                enabled: it.enabled,
                results: it.results.as_ref().filter(|_| shown).map(|results| PrfValuesOut {
                    first: &results.first,
                    second: results.second.as_ref(),
                }),
            }),
            large_blob: self.large_blob.sound().map(|it| LargeBlobOut {
                supported: it.supported,
                blob: it.blob.as_ref().filter(|_| shown),
                written: it.written,
            }),
            appid: self.app_id.sound().copied(),
            appid_exclude: self.app_id_exclude.sound().copied(),
        }
    }
}
