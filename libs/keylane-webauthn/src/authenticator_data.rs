//! Authenticator data: what the authenticator signed about itself (§6.1).
//!
//! Bytes in, an [`AuthenticatorData`] that borrows from them out. Every byte belongs to
//! something: bytes that no flag announces are refused, and so is an announced part that is not
//! there. Flags that are reserved for future use are ignored (§6.1).

use crate::cbor::{self, CborError, Form, Value};
use crate::credential::{Aaguid, CREDENTIAL_ID_BYTES_MAX};

const FLAG_USER_PRESENT: u8 = 1 << 0;
const FLAG_USER_VERIFIED: u8 = 1 << 2;
const FLAG_BACKUP_ELIGIBLE: u8 = 1 << 3;
const FLAG_BACKED_UP: u8 = 1 << 4;
const FLAG_ATTESTED: u8 = 1 << 6;
const FLAG_EXTENSIONS: u8 = 1 << 7;

/// The flags byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) fn user_present(self) -> bool {
        self.0 & FLAG_USER_PRESENT != 0
    }

    pub(crate) fn user_verified(self) -> bool {
        self.0 & FLAG_USER_VERIFIED != 0
    }

    pub(crate) fn backup_eligible(self) -> bool {
        self.0 & FLAG_BACKUP_ELIGIBLE != 0
    }

    pub(crate) fn backed_up(self) -> bool {
        self.0 & FLAG_BACKED_UP != 0
    }

    /// Whether BS is set without BE, which §6.1.3 forbids.
    pub(crate) fn backed_up_without_eligibility(self) -> bool {
        self.backed_up() && !self.backup_eligible()
    }
}

/// Decoded authenticator data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthenticatorData<'a> {
    pub(crate) rp_id_hash: &'a [u8; 32],
    pub(crate) flags: Flags,
    pub(crate) sign_count: u32,
    pub(crate) attested: Option<AttestedCredential<'a>>,
    /// Outputs of extensions, as one map of canonical CBOR with text keys.
    pub(crate) extensions: Option<Value<'a>>,
}

/// Attested credential data (§6.5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttestedCredential<'a> {
    pub(crate) aaguid: Aaguid,
    /// 1 to 1023 bytes.
    pub(crate) credential_id: &'a [u8],
    /// The COSE key, encoded.
    pub(crate) public_key: &'a [u8],
    /// The same, decoded as CBOR; not validated as a key yet.
    pub(crate) public_key_value: Value<'a>,
}

/// Why authenticator data is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticatorDataError {
    /// The data ends before a part that must be there.
    #[error("authenticator data ends too early")]
    Truncated,
    /// The credential id is empty or longer than 1023 bytes (§7.1, step 25).
    #[error("the credential id is empty or longer than {CREDENTIAL_ID_BYTES_MAX} bytes")]
    CredentialIdLength,
    /// The public key is not canonical CBOR.
    #[error("the public key is not canonical CBOR")]
    PublicKey(#[source] CborError),
    /// The extension outputs are not canonical CBOR.
    #[error("the extension outputs are not canonical CBOR")]
    Extensions(#[source] CborError),
    /// The extension outputs are not a map with text keys.
    #[error("the extension outputs are not a map from names")]
    ExtensionsNotAMap,
    /// Bytes follow that no flag announces.
    #[error("bytes follow the authenticator data")]
    TrailingBytes,
}

impl AuthenticatorDataError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "authenticator_data_truncated",
            Self::CredentialIdLength => "credential_id_length",
            Self::PublicKey(err) | Self::Extensions(err) => err.code(),
            Self::ExtensionsNotAMap => "extensions_not_a_map",
            Self::TrailingBytes => "authenticator_data_trailing_bytes",
        }
    }
}

impl<'a> AuthenticatorData<'a> {
    /// Decodes authenticator data that takes up all of `bytes`.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, AuthenticatorDataError> {
        let (rp_id_hash, rest) = chunk::<32>(bytes)?;
        let ([flags], rest) = chunk::<1>(rest)?;
        let (sign_count, rest) = chunk::<4>(rest)?;
        let (attested, rest) = if flags & FLAG_ATTESTED == 0 {
            (None, rest)
        } else {
            let (attested, rest) = AttestedCredential::parse(rest)?;
            (Some(attested), rest)
        };
        let (extensions, rest) = if flags & FLAG_EXTENSIONS == 0 {
            (None, rest)
        } else {
            let (extensions, rest) = parse_extensions(rest)?;
            (Some(extensions), rest)
        };
        if !rest.is_empty() {
            return Err(AuthenticatorDataError::TrailingBytes);
        }
        Ok(Self {
            rp_id_hash,
            flags: Flags(*flags),
            sign_count: u32::from_be_bytes(*sign_count),
            attested,
            extensions,
        })
    }
}

impl<'a> AttestedCredential<'a> {
    fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), AuthenticatorDataError> {
        let (aaguid, rest) = chunk::<16>(bytes)?;
        let (length, rest) = chunk::<2>(rest)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if !(1..=CREDENTIAL_ID_BYTES_MAX).contains(&length) {
            return Err(AuthenticatorDataError::CredentialIdLength);
        }
        let (credential_id, rest) =
            rest.split_at_checked(length).ok_or(AuthenticatorDataError::Truncated)?;
        let (public_key_value, length) = cbor::decode_prefix(rest, Form::Canonical)
            .map_err(AuthenticatorDataError::PublicKey)?;
        let (public_key, rest) = rest.split_at(length);
        let attested =
            Self { aaguid: Aaguid(*aaguid), credential_id, public_key, public_key_value };
        Ok((attested, rest))
    }
}

fn parse_extensions(bytes: &[u8]) -> Result<(Value<'_>, &[u8]), AuthenticatorDataError> {
    let (value, length) =
        cbor::decode_prefix(bytes, Form::Canonical).map_err(AuthenticatorDataError::Extensions)?;
    let named = |(name, _): &(Value<'_>, Value<'_>)| name.as_text().is_some();
    if !value.as_map().is_some_and(|entries| entries.iter().all(named)) {
        return Err(AuthenticatorDataError::ExtensionsNotAMap);
    }
    Ok((value, &bytes[length..]))
}

fn chunk<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), AuthenticatorDataError> {
    bytes.split_first_chunk().ok_or(AuthenticatorDataError::Truncated)
}

#[cfg(test)]
mod tests;
