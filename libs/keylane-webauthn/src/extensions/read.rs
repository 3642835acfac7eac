//! Extensions out of the JSON of options.
//!
//! Members that are not known are ignored, as a browser does; a known one that has not its form
//! spoils the options.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{
    Asked, CRED_BLOB_BYTES_MAX, CreationExtensions, CredentialProtection,
    CredentialProtectionRequest, Enforcement, LARGE_BLOB_BYTES_MAX, LargeBlobRequest,
    LargeBlobSupport, PRF_CREDENTIALS_MAX, PRF_INPUT_BYTES_MAX, PrfCreation, PrfInputs, PrfRequest,
    RequestExtensions, SecretBytes,
};
use crate::base64url;
use crate::credential::CredentialId;
use crate::origin::AppId;

/// `extensions` of a registration, as they come in.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CreationInputsJson<'a> {
    cred_props: Option<bool>,
    #[serde(borrow)]
    credential_protection_policy: Option<Cow<'a, str>>,
    enforce_credential_protection_policy: Option<bool>,
    prf: Option<PrfJson>,
    #[serde(borrow)]
    large_blob: Option<LargeBlobJson<'a>>,
    cred_blob: Option<Bytes<CRED_BLOB_BYTES_MAX>>,
    min_pin_length: Option<bool>,
    appid_exclude: Option<AppId>,
    payment: Option<PaymentJson>,
}

/// `extensions` of an authentication, as they come in.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RequestInputsJson<'a> {
    appid: Option<AppId>,
    prf: Option<PrfJson>,
    #[serde(borrow)]
    large_blob: Option<LargeBlobJson<'a>>,
    get_cred_blob: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrfJson {
    eval: Option<PrfInputsJson>,
    eval_by_credential: Option<ByCredential>,
}

/// Inputs by credential, none of which comes twice.
#[derive(Default)]
struct ByCredential(BTreeMap<CredentialId, PrfInputs>);

impl<'de> Deserialize<'de> for ByCredential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByCredentialVisitor)
    }
}

struct ByCredentialVisitor;

impl<'de> Visitor<'de> for ByCredentialVisitor {
    type Value = ByCredential;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inputs by credential id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByCredential, A::Error> {
        let mut inputs = BTreeMap::new();
        while let Some((id, input)) = map.next_entry::<CredentialId, PrfInputsJson>()? {
            if inputs.insert(id, input.into()).is_some() {
                return Err(A::Error::custom("a credential comes twice"));
            }
        }
        Ok(ByCredential(inputs))
    }
}

#[derive(Deserialize)]
struct PrfInputsJson {
    first: Bytes<PRF_INPUT_BYTES_MAX>,
    second: Option<Bytes<PRF_INPUT_BYTES_MAX>>,
}

#[derive(Deserialize)]
struct LargeBlobJson<'a> {
    #[serde(borrow)]
    support: Option<Cow<'a, str>>,
    read: Option<bool>,
    write: Option<Bytes<LARGE_BLOB_BYTES_MAX>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaymentJson {
    is_payment: Option<bool>,
    /// Read past: keys of the browser are not verified here.
    #[serde(rename = "browserBoundPubKeyCredParams")]
    _browser_bound: Option<IgnoredAny>,
}

/// Base64url of at most `MAX` bytes.
struct Bytes<const MAX: usize>(SecretBytes);

impl<'de, const MAX: usize> Deserialize<'de> for Bytes<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if text.len() > MAX.saturating_mul(4) / 3 + 2 {
            return Err(D::Error::custom("too many bytes"));
        }
        let bytes = base64url::decode(&text).ok_or_else(|| D::Error::custom("not base64url"))?;
        if bytes.len() > MAX {
            return Err(D::Error::custom("too many bytes"));
        }
        Ok(Self(SecretBytes::new(bytes)))
    }
}

/// The extension whose input contradicts itself or does not belong here.
pub(crate) type BadInput = &'static str;

impl CreationInputsJson<'_> {
    pub(crate) fn read(self) -> Result<CreationExtensions, BadInput> {
        let protection = self.credential_protection_policy.as_deref().map(|name| {
            let known = CredentialProtection::NAMES.into_iter().find(|(_, it)| *it == name);
            known.map(|(policy, _)| policy).ok_or("credentialProtectionPolicy")
        });
        let enforcement = match self.enforce_credential_protection_policy {
            Some(true) => Enforcement::Enforced,
            _ => Enforcement::BestEffort,
        };
        let request = |policy| CredentialProtectionRequest { policy, enforcement };
        let prf = match self.prf {
            Some(PrfJson { eval_by_credential: Some(_), .. }) => return Err("prf"),
            Some(PrfJson { eval, .. }) => Some(PrfCreation { eval: eval.map(PrfInputs::from) }),
            None => None,
        };
        Ok(CreationExtensions {
            cred_props: asked(self.cred_props),
            credential_protection: protection.transpose()?.map(request),
            prf,
            large_blob: self.large_blob.map(|it| it.support()).transpose()?,
            cred_blob: self.cred_blob.map(|it| it.0),
            min_pin_length: asked(self.min_pin_length),
            app_id_exclude: self.appid_exclude,
            payment: asked(self.payment.and_then(|it| it.is_payment)),
        })
    }
}

impl RequestInputsJson<'_> {
    pub(crate) fn read(self) -> Result<RequestExtensions, BadInput> {
        let prf = self.prf.map(|it| {
            let by_credential = it.eval_by_credential.unwrap_or_default().0;
            if by_credential.len() > PRF_CREDENTIALS_MAX {
                return Err("prf");
            }
            Ok(PrfRequest { eval: it.eval.map(PrfInputs::from), eval_by_credential: by_credential })
        });
        Ok(RequestExtensions {
            app_id: self.appid,
            prf: prf.transpose()?,
            large_blob: self.large_blob.map(LargeBlobJson::request).transpose()?.flatten(),
            cred_blob: asked(self.get_cred_blob),
        })
    }
}

impl LargeBlobJson<'_> {
    fn support(&self) -> Result<LargeBlobSupport, BadInput> {
        match (self.support.as_deref(), self.read, &self.write) {
            (Some("required"), None, None) => Ok(LargeBlobSupport::Required),
            // An unknown value counts as the default (§2.1.1).
            (_, None, None) => Ok(LargeBlobSupport::Preferred),
            _ => Err("largeBlob"),
        }
    }

    fn request(self) -> Result<Option<LargeBlobRequest>, BadInput> {
        match (self.support, self.read, self.write) {
            (None, None, Some(blob)) => Ok(Some(LargeBlobRequest::Write(blob.0))),
            (None, Some(true), None) => Ok(Some(LargeBlobRequest::Read)),
            (None, Some(false) | None, None) => Ok(None),
            _ => Err("largeBlob"),
        }
    }
}

impl From<PrfInputsJson> for PrfInputs {
    fn from(json: PrfInputsJson) -> Self {
        Self { first: json.first.0, second: json.second.map(|it| it.0) }
    }
}

fn asked(member: Option<bool>) -> Asked {
    if member == Some(true) { Asked::Yes } else { Asked::No }
}
