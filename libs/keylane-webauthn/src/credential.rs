//! Credentials as the relying party knows them (WebAuthn Level 3, §4, "credential record").

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::authenticator_data::AuthenticatorData;
use crate::base64url;
use crate::cose::PublicKey;
use crate::origin::RpId;

/// Most bytes of a credential id (§7.1, step 25).
pub const CREDENTIAL_ID_BYTES_MAX: usize = 1023;
/// Most bytes of a user handle (§5.4.3).
pub const USER_HANDLE_BYTES_MAX: usize = 64;
/// Most bytes of the name of a transport.
pub const TRANSPORT_BYTES_MAX: usize = 32;

/// A credential id: 1 to 1023 bytes that the authenticator chose. Cloning is cheap.
///
/// `Display` and serde use base64url without padding, as WebAuthn's JSON does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Arc<[u8]>);

/// A user handle: 1 to 64 opaque bytes that the relying party chose. Cloning is cheap.
///
/// It names a person to whoever has the user table, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserHandle(Arc<[u8]>);

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialId({self})")
    }
}

impl fmt::Debug for UserHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserHandle(..)")
    }
}

/// Bytes of bounded length whose text form is base64url.
macro_rules! bounded_bytes {
    ($type:ident, $max:expr) => {
        impl $type {
            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $type {
            type Error = IdError;

            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                if (1..=$max).contains(&bytes.len()) {
                    Ok(Self(bytes.into()))
                } else {
                    Err(IdError::Length)
                }
            }
        }

        impl TryFrom<Vec<u8>> for $type {
            type Error = IdError;

            fn try_from(bytes: Vec<u8>) -> Result<Self, IdError> {
                bytes.as_slice().try_into()
            }
        }

        impl FromStr for $type {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                // Spares decoding what is too long anyway.
                if text.len() > $max * 4 / 3 + 1 {
                    return Err(IdError::Length);
                }
                base64url::decode(text).ok_or(IdError::NotBase64Url)?.try_into()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url::encode(&self.0))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                base64url::serialize(&self.0, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

bounded_bytes!(CredentialId, CREDENTIAL_ID_BYTES_MAX);
bounded_bytes!(UserHandle, USER_HANDLE_BYTES_MAX);

/// Why bytes or a text are not a [`CredentialId`], a [`UserHandle`] or a [`Transport`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Not base64url without padding.
    #[error("not base64url without padding")]
    NotBase64Url,
    /// Empty, or longer than the specification allows.
    #[error("empty or too long")]
    Length,
    /// A character that the name of a transport does not have.
    #[error("not a plain name")]
    NotAName,
}

impl IdError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotBase64Url => "not_base64url",
            Self::Length => "length_out_of_range",
            Self::NotAName => "not_a_name",
        }
    }
}

/// The model of an authenticator: 16 bytes, all zero when it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Aaguid(pub [u8; 16]);

impl Aaguid {
    /// Whether the authenticator kept its model to itself.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 16]
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// A way to reach an authenticator: `usb`, `nfc`, `ble`, `smart-card`, `hybrid`, `internal`, or a
/// name that is younger than this code and is kept as it came (§5.8.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transport(Box<str>);

impl Transport {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Transport {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if !(1..=TRANSPORT_BYTES_MAX).contains(&text.len()) {
            return Err(IdError::Length);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(IdError::NotAName);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Transport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Transport {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What the relying party stored about a credential, as far as a sign-in needs it (§4).
#[derive(Debug, Clone)]
pub struct CredentialRecord {
    /// The credential id.
    pub id: CredentialId,
    /// The user handle of the account that owns the credential.
    pub user_handle: UserHandle,
    /// The public key.
    pub public_key: PublicKey,
    /// The highest signature counter seen.
    pub sign_count: u32,
    /// The BE flag at registration: the credential may be copied to other devices.
    pub backup_eligible: bool,
    /// The BS flag when last seen: the credential has been copied.
    pub backed_up: bool,
    /// Whether any ceremony of this credential has verified the user.
    pub uv_initialized: bool,
    /// The RP ID that the credential was made for.
    pub rp_id: RpId,
}

/// What an assertion changes in a [`CredentialRecord`] (§7.2, step 24): `None` is "as it was".
///
/// The step may be put off until the caller's own checks have passed, and must not be left out
/// after that: a counter that is not stored finds no copied key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use = "a record that is not updated misses the next copy of the key"]
pub struct RecordUpdate {
    /// The counter has risen to this. One that fell is a
    /// [`Signal`](crate::Signal::SignCountDidNotRise) and never stored.
    pub sign_count: Option<u32>,
    /// The BS flag is this now.
    pub backed_up: Option<bool>,
    /// The BE flag is this now, which is a
    /// [`Signal`](crate::Signal::BackupEligibilityChanged) too.
    pub backup_eligible: Option<bool>,
    /// The user was verified for the first time with this credential. To be stored only when
    /// another factor, as good as user verification, vouches for the same person now: otherwise
    /// somebody who took the authenticator and set its PIN would be let in as "verified" for good.
    pub uv_initialized: UvInitialized,
}

/// What becomes of [`CredentialRecord::uv_initialized`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UvInitialized {
    /// It stays as it was.
    #[default]
    Unchanged,
    /// It may become true, if another factor authorises that.
    MayBeSet,
}

impl RecordUpdate {
    pub(crate) fn between(record: &CredentialRecord, data: &AuthenticatorData<'_>) -> Self {
        let changed = |before, after| (before != after).then_some(after);
        let first = data.flags.user_verified() && !record.uv_initialized;
        Self {
            sign_count: (data.sign_count > record.sign_count).then_some(data.sign_count),
            backed_up: changed(record.backed_up, data.flags.backed_up()),
            backup_eligible: changed(record.backup_eligible, data.flags.backup_eligible()),
            uv_initialized: if first { UvInitialized::MayBeSet } else { UvInitialized::Unchanged },
        }
    }

    /// Whether the record stays as it is, unless another factor lets `uv_initialized` rise.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self { sign_count: None, backed_up: None, backup_eligible: None, .. })
    }

    /// Makes the changes, all but the one to `uv_initialized`, which needs another factor.
    pub fn apply(&self, record: &mut CredentialRecord) {
        record.sign_count = self.sign_count.unwrap_or(record.sign_count);
        record.backed_up = self.backed_up.unwrap_or(record.backed_up);
        record.backup_eligible = self.backup_eligible.unwrap_or(record.backup_eligible);
    }
}

#[cfg(test)]
mod tests;
