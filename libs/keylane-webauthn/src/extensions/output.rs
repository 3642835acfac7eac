//! What came back, judged by what was asked for (§7.1, step 28; §7.2, step 23).

use super::authenticator::AuthenticatorOutputs;
use super::client::{ClientOutputs, PrfJson};
use super::{
    Asked, CreationExtensions, CredentialProtection, Enforcement, ExtensionError, HmacSecretOutput,
    LargeBlobSupport, PrfOutputs, RequestExtensions, SecretBytes,
};
use crate::cbor::Value;

/// The outputs of extensions at a registration. What the client says is under no signature.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CreationOutputs {
    /// The client: whether the credential is discoverable (`credProps.rk`).
    pub discoverable: Option<bool>,
    /// The client: what became of `prf`.
    pub prf: Option<PrfOutputs>,
    /// The client: whether the credential can have a large blob.
    pub large_blob_supported: Option<bool>,
    /// The client: whether it heeded `appidExclude`.
    pub app_id_exclude: Option<bool>,
    /// The authenticator: when the credential may be used.
    pub credential_protection: Option<CredentialProtection>,
    /// The authenticator: whether the credential has a secret for `prf`.
    pub hmac_secret: Option<bool>,
    /// The authenticator: results of `prf`, encrypted for the client (`hmac-secret-mc`).
    pub hmac_secret_results: Option<HmacSecretOutput>,
    /// The authenticator: whether it kept the `credBlob`.
    pub cred_blob_stored: Option<bool>,
    /// The authenticator: the least length of its PIN, in characters.
    pub min_pin_length: Option<u8>,
}

/// The outputs of extensions at an authentication. What the client says is under no signature.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RequestOutputs {
    /// The client: whether the assertion was made for the AppID that was asked for.
    pub app_id: Option<bool>,
    /// The client: the results of `prf`.
    pub prf: Option<PrfOutputs>,
    /// The client: the large blob.
    pub large_blob: Option<SecretBytes>,
    /// The client: whether the large blob was written.
    pub large_blob_written: Option<bool>,
    /// The authenticator: results of `prf`, encrypted for the client.
    pub hmac_secret: Option<HmacSecretOutput>,
    /// The authenticator: the `credBlob`; empty when it has none.
    pub cred_blob: Option<SecretBytes>,
}

impl CreationOutputs {
    /// §7.1, step 28.
    pub(crate) fn judge(
        asked: &CreationExtensions,
        client: &ClientOutputs,
        authenticator: Option<&Value<'_>>,
    ) -> Result<Self, ExtensionError> {
        let (props, prf) = (asked.cred_props == Asked::Yes, asked.prf.is_some());
        let protection = asked.credential_protection;
        let exclude = asked.app_id_exclude.is_some();
        let blob = client.large_blob.judge("largeBlob", asked.large_blob.is_some())?;
        let signed = AuthenticatorOutputs(authenticator);
        let outputs = Self {
            discoverable: client.cred_props.judge("credProps", props)?.and_then(|it| it.rk),
            prf: client.prf.judge("prf", prf)?.map(PrfJson::outputs),
            large_blob_supported: blob.and_then(|it| it.supported),
            app_id_exclude: client.app_id_exclude.judge("appidExclude", exclude)?.copied(),
            credential_protection: signed.credential_protection(protection.is_some())?,
            hmac_secret: signed.boolean("hmac-secret", prf)?,
            hmac_secret_results: signed.hmac_secret("hmac-secret-mc", prf)?,
            cred_blob_stored: signed.boolean("credBlob", asked.cred_blob.is_some())?,
            min_pin_length: signed.min_pin_length(asked.min_pin_length == Asked::Yes)?,
        };
        outputs.check_demands(asked)?;
        Ok(outputs)
    }

    fn check_demands(&self, asked: &CreationExtensions) -> Result<(), ExtensionError> {
        if let Some(demand) = asked.credential_protection
            && demand.enforcement == Enforcement::Enforced
        {
            // An authenticator that does not know the extension protects as little as possible.
            let least = CredentialProtection::UserVerificationOptional;
            if self.credential_protection.unwrap_or(least) < demand.policy {
                return Err(ExtensionError::CredentialProtectionTooWeak);
            }
        }
        let demanded = asked.large_blob == Some(LargeBlobSupport::Required);
        if demanded && self.large_blob_supported != Some(true) {
            return Err(ExtensionError::LargeBlobUnsupported);
        }
        Ok(())
    }
}

impl RequestOutputs {
    /// §7.2, step 23.
    pub(crate) fn judge(
        asked: &RequestExtensions,
        client: &ClientOutputs,
        authenticator: Option<&Value<'_>>,
    ) -> Result<Self, ExtensionError> {
        let (app_id, prf) = (asked.app_id.is_some(), asked.prf.is_some());
        let blob = client.large_blob.judge("largeBlob", asked.large_blob.is_some())?;
        let signed = AuthenticatorOutputs(authenticator);
        let cred_blob = signed.cred_blob(asked.cred_blob == Asked::Yes)?;
        Ok(Self {
            app_id: client.app_id.judge("appid", app_id)?.copied(),
            prf: client.prf.judge("prf", prf)?.map(PrfJson::outputs),
            large_blob: blob.and_then(|it| it.blob.clone()),
            large_blob_written: blob.and_then(|it| it.written),
            hmac_secret: signed.hmac_secret("hmac-secret", prf)?,
            cred_blob: cred_blob.map(|bytes| SecretBytes::new(bytes.to_vec())),
        })
    }
}

impl ClientOutputs {
    /// Whether the client says that it used the AppID (§10.1.1).
    pub(crate) fn used_app_id(&self) -> bool {
        self.app_id.sound() == Some(&true)
    }
}
