//! Extension outputs in authenticator data: one signed CBOR map.

use super::{CRED_BLOB_BYTES_MAX, CredentialProtection, ExtensionError, HmacSecretOutput};
use crate::cbor::Value;

/// The map of outputs; none when the authenticator wrote none.
#[derive(Clone, Copy)]
pub(super) struct AuthenticatorOutputs<'a, 'b>(pub(super) Option<&'b Value<'a>>);

impl<'a, 'b> AuthenticatorOutputs<'a, 'b> {
    /// The output under a name, as `read` sees it. One that `read` makes nothing of is refused if
    /// it was asked for.
    fn judge<T>(
        self,
        extension: &'static str,
        asked: bool,
        read: impl FnOnce(&'b Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, ExtensionError> {
        let Some(value) = self.0.and_then(|map| map.entry(extension)) else { return Ok(None) };
        match read(value) {
            None if asked => Err(ExtensionError::AuthenticatorOutputMalformed { extension }),
            output => Ok(output),
        }
    }

    pub(super) fn boolean(
        self,
        extension: &'static str,
        asked: bool,
    ) -> Result<Option<bool>, ExtensionError> {
        let read = |value: &Value<'_>| if let Value::Bool(it) = *value { Some(it) } else { None };
        self.judge(extension, asked, read)
    }

    pub(super) fn credential_protection(
        self,
        asked: bool,
    ) -> Result<Option<CredentialProtection>, ExtensionError> {
        self.judge("credProtect", asked, |value| match value {
            Value::Unsigned(1) => Some(CredentialProtection::UserVerificationOptional),
            Value::Unsigned(2) => {
                Some(CredentialProtection::UserVerificationOptionalWithCredentialIdList)
            }
            Value::Unsigned(3) => Some(CredentialProtection::UserVerificationRequired),
            _ => None,
        })
    }

    pub(super) fn hmac_secret(
        self,
        extension: &'static str,
        asked: bool,
    ) -> Result<Option<HmacSecretOutput>, ExtensionError> {
        self.judge(extension, asked, |value| HmacSecretOutput::parse(value.as_bytes()?).ok())
    }

    pub(super) fn cred_blob(self, asked: bool) -> Result<Option<&'a [u8]>, ExtensionError> {
        self.judge("credBlob", asked, |value| {
            value.as_bytes().filter(|bytes| bytes.len() <= CRED_BLOB_BYTES_MAX)
        })
    }

    pub(super) fn min_pin_length(self, asked: bool) -> Result<Option<u8>, ExtensionError> {
        self.judge("minPinLength", asked, |value| {
            // A PIN has 63 bytes at most (CTAP 2.2, §6.5.1).
            value.as_i64().and_then(|it| u8::try_from(it).ok()).filter(|it| *it <= 63)
        })
    }
}
