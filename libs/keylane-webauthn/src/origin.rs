//! Origins, RP IDs and AppIDs: who asked, and for whom the credential is.
//!
//! Both are checked when they are made and compared as strings afterwards. Nothing here, or in
//! the verifier, parses an origin that a browser reported: a reported origin is right when it is
//! equal to the one that the ceremony was started for, byte by byte.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most bytes of an origin; a host has at most 253.
pub const ORIGIN_BYTES_MAX: usize = 512;
/// Most bytes of an RP ID.
pub const RP_ID_BYTES_MAX: usize = 253;
/// Most bytes of an AppID.
pub const APP_ID_BYTES_MAX: usize = 512;
/// Most bytes of one label of a domain.
const LABEL_BYTES_MAX: usize = 63;

/// Prefixes of origins that name an application instead of a host.
const APP_PREFIXES: [&str; 2] = ["android:apk-key-hash:", "ios:bundle-id:"];

/// An origin in the form in which clients report it: `https://example.org`,
/// `http://localhost:8080`, `android:apk-key-hash:…`, `ios:bundle-id:…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Box<str>);

impl Origin {
    /// The origin as clients report it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, without the port; `None` for the origin of an application.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let (_, authority) = self.0.split_once("://")?;
        Some(authority.split_once(':').map_or(authority, |(host, _)| host))
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Accepts the serialised form only: lower case, no user, no path, no default port.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.len() > ORIGIN_BYTES_MAX {
            return Err(OriginError::TooLong);
        }
        if let Some(name) = APP_PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(OriginError::Malformed);
            }
            return Ok(Self(text.into()));
        }
        let (scheme, authority) = text.split_once("://").ok_or(OriginError::Malformed)?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_is_sound =
            host_is_sound(host) && !host.bytes().any(|byte| byte.is_ascii_uppercase());
        if !host_is_sound || !port.is_none_or(port_is_sound) {
            return Err(OriginError::Malformed);
        }
        match (scheme, port) {
            ("https", Some("443")) | ("http", Some("80")) => Err(OriginError::DefaultPort),
            ("https", _) => Ok(Self(text.into())),
            ("http", _) if is_localhost(host) => Ok(Self(text.into())),
            ("http", _) => Err(OriginError::NotSecure),
            _ => Err(OriginError::Malformed),
        }
    }
}

/// Why a text is not an [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// More than [`ORIGIN_BYTES_MAX`] bytes.
    #[error("an origin has at most {ORIGIN_BYTES_MAX} bytes")]
    TooLong,
    /// Not `https://host`, `https://host:port` or the origin of an application, in lower case.
    #[error("an origin is a scheme and a host in lower case, perhaps a port, and nothing else")]
    Malformed,
    /// `:443` after `https` or `:80` after `http`; clients never report it.
    #[error("an origin does not name the default port of its scheme")]
    DefaultPort,
    /// Plain `http` on another host than `localhost`: browsers refuse passkeys there.
    #[error("passkeys need https, or http on localhost")]
    NotSecure,
}

impl OriginError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "origin_too_long",
            Self::Malformed => "origin_malformed",
            Self::DefaultPort => "origin_default_port",
            Self::NotSecure => "origin_not_secure",
        }
    }
}

/// A relying party identifier: a domain, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RpId(Box<str>);

impl RpId {
    /// The domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What authenticators put at the head of their data (§6.1, `rpIdHash`).
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// Whether a page of this origin may ask for this RP ID without a related-origins document:
    /// its host is the RP ID or ends in a dot and the RP ID. An application's origin is not
    /// covered; which applications belong to an RP ID is for the caller to know.
    #[must_use]
    pub fn covers(&self, origin: &Origin) -> bool {
        let Some(host) = origin.host() else { return false };
        match host.strip_suffix(self.as_str()) {
            Some(head) => head.is_empty() || head.ends_with('.'),
            None => false,
        }
    }
}

impl FromStr for RpId {
    type Err = RpIdError;

    /// Upper case ASCII is turned into lower case, as clients do; everything else must be right.
    fn from_str(text: &str) -> Result<Self, RpIdError> {
        if text.len() > RP_ID_BYTES_MAX {
            return Err(RpIdError::TooLong);
        }
        if !host_is_sound(text) {
            return Err(RpIdError::Malformed);
        }
        let lower = text.to_ascii_lowercase();
        let last = lower.rsplit('.').next().unwrap_or_default();
        // Browsers read such a host as an IPv4 address, and an address has no RP ID.
        let hex =
            last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
        if hex || last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RpIdError::IpAddress);
        }
        if !lower.contains('.') && lower != "localhost" {
            return Err(RpIdError::SingleLabel);
        }
        Ok(Self(lower.into()))
    }
}

/// Why a text is not an [`RpId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RpIdError {
    /// More than [`RP_ID_BYTES_MAX`] bytes.
    #[error("an RP ID has at most {RP_ID_BYTES_MAX} bytes")]
    TooLong,
    /// Not a domain: a scheme, port, path, empty label or forbidden character, or not ASCII.
    #[error("an RP ID is a domain such as example.org, without scheme, port, path or final dot")]
    Malformed,
    /// An IP address, or a domain whose last label is a number.
    #[error("an RP ID is a domain, not an IP address")]
    IpAddress,
    /// One label only, and it is not `localhost`.
    #[error("an RP ID has at least two labels, or is localhost")]
    SingleLabel,
}

impl RpIdError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "rp_id_too_long",
            Self::Malformed => "rp_id_malformed",
            Self::IpAddress => "rp_id_is_ip_address",
            Self::SingleLabel => "rp_id_single_label",
        }
    }
}

/// A FIDO AppID: the https URL for which U2F credentials were made before there were RP IDs
/// (§10.1.1, §10.1.2). It is hashed as it was written then, so nothing about it is normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(Box<str>);

impl AppId {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands at the head of authenticator data instead of the RP ID's hash.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

impl FromStr for AppId {
    type Err = AppIdError;

    fn from_str(text: &str) -> Result<Self, AppIdError> {
        if text.len() > APP_ID_BYTES_MAX {
            return Err(AppIdError::TooLong);
        }
        let rest = text.strip_prefix("https://").ok_or(AppIdError::Malformed)?;
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if rest.is_empty() || rest.starts_with('/') || !printable {
            return Err(AppIdError::Malformed);
        }
        Ok(Self(text.into()))
    }
}

/// Why a text is not an [`AppId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppIdError {
    /// More than [`APP_ID_BYTES_MAX`] bytes.
    #[error("an AppID has at most {APP_ID_BYTES_MAX} bytes")]
    TooLong,
    /// Not an https URL in printable ASCII.
    #[error("an AppID is an https URL in ASCII")]
    Malformed,
}

impl AppIdError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "app_id_too_long",
            Self::Malformed => "app_id_malformed",
        }
    }
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// Labels of letters, digits, hyphens and underscores, none empty, none with a hyphen outside.
pub(crate) fn host_is_sound(host: &str) -> bool {
    host.len() <= RP_ID_BYTES_MAX && host.split('.').all(label_is_sound)
}

fn label_is_sound(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=LABEL_BYTES_MAX).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A port without leading zeros; `:0` is no port to connect to.
fn port_is_sound(port: &str) -> bool {
    let shortest = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    shortest && port.parse::<u16>().is_ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// `Display` and serde as the plain text, for types that are made with `FromStr`.
macro_rules! text_form {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
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

text_form!(Origin);
text_form!(RpId);
text_form!(AppId);

#[cfg(test)]
mod tests;
