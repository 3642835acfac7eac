//! Extensions as they stand in the options for the browser.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use super::{
    Asked, CreationExtensions, CredentialProtection, Enforcement, LargeBlobRequest,
    LargeBlobSupport, PrfCreation, PrfRequest, RequestExtensions,
};

impl CreationExtensions {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                cred_props: Asked::No,
                credential_protection: None,
                prf: None,
                large_blob: None,
                cred_blob: None,
                min_pin_length: Asked::No,
                app_id_exclude: None,
                payment: Asked::No,
            }
        )
    }
}

impl RequestExtensions {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self { app_id: None, prf: None, large_blob: None, cred_blob: Asked::No })
    }
}

impl CredentialProtection {
    pub(super) const NAMES: [(Self, &'static str); 3] = [
        (Self::UserVerificationOptional, "userVerificationOptional"),
        (
            Self::UserVerificationOptionalWithCredentialIdList,
            "userVerificationOptionalWithCredentialIDList",
        ),
        (Self::UserVerificationRequired, "userVerificationRequired"),
    ];

    /// The name in options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let [(_, optional), (_, with_list), (_, required)] = Self::NAMES;
        match self {
            Self::UserVerificationOptional => optional,
            Self::UserVerificationOptionalWithCredentialIdList => with_list,
            Self::UserVerificationRequired => required,
        }
    }
}

impl Serialize for CreationExtensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if self.cred_props == Asked::Yes {
            members.serialize_entry("credProps", &true)?;
        }
        if let Some(protection) = self.credential_protection {
            members.serialize_entry("credentialProtectionPolicy", protection.policy.as_str())?;
            let enforced = protection.enforcement == Enforcement::Enforced;
            members.serialize_entry("enforceCredentialProtectionPolicy", &enforced)?;
        }
        if let Some(prf) = &self.prf {
            members.serialize_entry("prf", prf)?;
        }
        if let Some(support) = self.large_blob {
            members.serialize_entry("largeBlob", &Member("support", support.as_str()))?;
        }
        if let Some(blob) = &self.cred_blob {
            members.serialize_entry("credBlob", blob)?;
        }
        if self.min_pin_length == Asked::Yes {
            members.serialize_entry("minPinLength", &true)?;
        }
        if let Some(app_id) = &self.app_id_exclude {
            members.serialize_entry("appidExclude", app_id)?;
        }
        if self.payment == Asked::Yes {
            members.serialize_entry("payment", &Member("isPayment", true))?;
        }
        members.end()
    }
}

impl Serialize for RequestExtensions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(app_id) = &self.app_id {
            members.serialize_entry("appid", app_id)?;
        }
        if let Some(prf) = &self.prf {
            members.serialize_entry("prf", prf)?;
        }
        match &self.large_blob {
            Some(LargeBlobRequest::Read) => {
                members.serialize_entry("largeBlob", &Member("read", true))?;
            }
            Some(LargeBlobRequest::Write(blob)) => {
                members.serialize_entry("largeBlob", &Member("write", blob))?;
            }
            None => {}
        }
        if self.cred_blob == Asked::Yes {
            members.serialize_entry("getCredBlob", &true)?;
        }
        members.end()
    }
}

impl LargeBlobSupport {
    fn as_str(self) -> &'static str {
        match self {
            Self::Preferred => "preferred",
            Self::Required => "required",
        }
    }
}

impl Serialize for PrfCreation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(inputs) = &self.eval {
            members.serialize_entry("eval", inputs)?;
        }
        members.end()
    }
}

impl Serialize for PrfRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(inputs) = &self.eval {
            members.serialize_entry("eval", inputs)?;
        }
        if !self.eval_by_credential.is_empty() {
            members.serialize_entry("evalByCredential", &self.eval_by_credential)?;
        }
        members.end()
    }
}

/// An object with one member.
struct Member<V>(&'static str, V);

impl<V: Serialize> Serialize for Member<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Member", 1)?;
        object.serialize_field(self.0, &self.1)?;
        object.end()
    }
}
