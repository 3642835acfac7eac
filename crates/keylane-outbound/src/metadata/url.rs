//! Where metadata may be fetched from.

use std::fmt;
use std::str::FromStr;

use keylane_service::FetchMetadataError;
use url::{Host, Url};

/// The URL of a metadata BLOB: `https`, or `http` on the same machine; without user or password.
#[derive(Clone, PartialEq, Eq)]
pub struct MetadataUrl(Url);

/// A text cannot be the URL of a metadata BLOB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an https URL without user and password")]
pub struct MetadataUrlError;

impl MetadataUrl {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as it is looked up and as its certificate names it.
    pub(super) fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Host and port as the header `Host` has them.
    pub(super) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Path and query, as a request has them.
    pub(super) fn target(&self) -> &str {
        let from = url::Position::BeforePath;
        &self.0[from..url::Position::AfterQuery]
    }

    /// Where `location`, an answer from `asked`, leads to, when that is the same server.
    pub(super) fn redirected(
        &self,
        asked: &Self,
        location: Option<&str>,
    ) -> Result<Self, FetchMetadataError> {
        let nowhere = || FetchMetadataError::Redirect("nowhere".to_owned());
        let next = asked.0.join(location.ok_or_else(nowhere)?).map_err(|_| nowhere())?;
        if next.origin() != self.0.origin() {
            return Err(FetchMetadataError::Redirect("another server".to_owned()));
        }
        Ok(Self(next))
    }
}

impl FromStr for MetadataUrl {
    type Err = MetadataUrlError;

    fn from_str(text: &str) -> Result<Self, MetadataUrlError> {
        let url = Url::parse(text).map_err(|_| MetadataUrlError)?;
        let own_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(MetadataUrlError),
        };
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && own_machine);
        let anonymous = url.username().is_empty() && url.password().is_none();
        if scheme && anonymous { Ok(Self(url)) } else { Err(MetadataUrlError) }
    }
}

impl fmt::Display for MetadataUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for MetadataUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
