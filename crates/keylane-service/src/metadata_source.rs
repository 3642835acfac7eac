//! Where metadata comes from, as use cases see it: something that can be asked for what is newer.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use keylane_model::MetadataHead;

/// Something that hands out metadata BLOBs: a server of the FIDO Alliance, or a file.
#[async_trait]
pub trait MetadataSource: Debug + Send + Sync {
    /// Asks for a BLOB that is not the one that is `known`. Nothing is verified yet.
    ///
    /// # Errors
    ///
    /// [`FetchMetadataError`]; trying again later makes sense with each of them.
    async fn fetch(
        &self,
        known: Option<&MetadataHead>,
    ) -> Result<FetchedMetadata, FetchMetadataError>;
}

/// What a source answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchedMetadata {
    /// The one that is known is the newest.
    NotModified,
    /// Another one, unverified.
    New(UnverifiedMetadata),
}

/// Bytes that call themselves metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct UnverifiedMetadata {
    /// At most [`METADATA_BYTES_MAX`](crate::METADATA_BYTES_MAX).
    pub blob: Arc<[u8]>,
    /// A URL, or the path of a file.
    pub source: String,
    /// What the source calls this version.
    pub etag: Option<String>,
    /// When the source says that it was changed.
    pub last_modified: Option<String>,
}

impl Debug for UnverifiedMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnverifiedMetadata")
            .field("blob_bytes", &self.blob.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Why a source has nothing to verify. The texts say what went wrong, not what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchMetadataError {
    /// It cannot be reached: no address, no connection, a broken one.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// Its certificate is not trusted, or there is no TLS with it.
    #[error("no TLS connection: {0}")]
    Tls(String),
    /// It took longer than it may.
    #[error("it took too long")]
    Timeout,
    /// It answered something else than a BLOB or "not modified".
    #[error("it answered {0}")]
    Status(u16),
    /// It sent us somewhere that we do not go: another scheme, or too often.
    #[error("it redirects to where we do not go: {0}")]
    Redirect(String),
    /// It sent more than a BLOB may have.
    #[error("it sent more than {max} bytes", max = crate::METADATA_BYTES_MAX)]
    TooLarge,
    /// A file that cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl FetchMetadataError {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "fetch_unreachable",
            Self::Tls(_) => "fetch_tls",
            Self::Timeout => "fetch_timeout",
            Self::Status(_) => "fetch_status",
            Self::Redirect(_) => "fetch_redirect",
            Self::TooLarge => "fetch_too_large",
            Self::Unreadable(_) => "fetch_unreadable",
        }
    }
}
