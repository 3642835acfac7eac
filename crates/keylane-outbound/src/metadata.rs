//! Metadata of authenticators by HTTP (FIDO Metadata Service, section 3.1.7): one `GET`, a BLOB.
//!
//! It is asked for once a day at most, so each question has a connection of its own, without pool,
//! cookies, compression or proxies. Only the configured server is asked: a redirect is followed to
//! another path of it, to nowhere else. TLS certificates are checked against the platform's roots;
//! that protects who asks, not what is answered, which has a signature of its own.

mod exchange;
mod url;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http::header::{ETAG, LAST_MODIFIED, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use keylane_model::MetadataHead;
use keylane_service::{FetchMetadataError, FetchedMetadata, MetadataSource, UnverifiedMetadata};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_platform_verifier::BuilderVerifierExt as _;

use self::exchange::{Answer, Question};
pub use self::url::{MetadataUrl, MetadataUrlError};

/// Longest time for asking and for the whole answer.
pub const METADATA_TIMEOUT_MS: u64 = 120_000;

/// Redirects that are followed for one question.
const REDIRECTS_MAX: usize = 3;
/// Longest value of a header that is kept.
const VALIDATOR_BYTES_MAX: usize = 256;

/// Asks a server for metadata.
pub struct HttpMetadataSource {
    url: MetadataUrl,
    tls: Arc<ClientConfig>,
    timeout: Duration,
    received: Arc<AtomicU64>,
}

impl std::fmt::Debug for HttpMetadataSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpMetadataSource").field("url", &self.url).finish_non_exhaustive()
    }
}

impl HttpMetadataSource {
    /// A source at `url`. A whole question takes `timeout_ms` at most, redirects included.
    ///
    /// # Errors
    ///
    /// [`FetchMetadataError::Tls`] when the platform's roots cannot be read. The server is not
    /// asked yet.
    pub fn new(url: MetadataUrl, timeout_ms: u64) -> Result<Self, FetchMetadataError> {
        let tls = |err: rustls::Error| FetchMetadataError::Tls(err.to_string());
        let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(tls)?
            .with_platform_verifier()
            .map_err(tls)?
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let timeout = Duration::from_millis(timeout_ms);
        Ok(Self { url, tls: Arc::new(config), timeout, received: Arc::default() })
    }

    /// Bytes of the body that have been received for the question that is being asked, for whoever
    /// shows progress.
    #[must_use]
    pub fn received(&self) -> Arc<AtomicU64> {
        self.received.clone()
    }

    async fn ask(
        &self,
        known: Option<&MetadataHead>,
    ) -> Result<FetchedMetadata, FetchMetadataError> {
        // What another server says of its versions means nothing to this one.
        let known = known.filter(|it| it.source == self.url.as_str());
        let mut url = self.url.clone();
        for _ in 0..=REDIRECTS_MAX {
            self.received.store(0, Ordering::Relaxed);
            let question = Question { url: &url, known, tls: &self.tls, received: &self.received };
            let Answer { status, headers, body } = question.ask().await?;
            url = match status {
                StatusCode::OK => return Ok(FetchedMetadata::New(self.metadata(&headers, body))),
                StatusCode::NOT_MODIFIED if known.is_some() => {
                    return Ok(FetchedMetadata::NotModified);
                }
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    self.url.redirected(&url, text(&headers, LOCATION))?
                }
                other => return Err(FetchMetadataError::Status(other.as_u16())),
            };
        }
        Err(FetchMetadataError::Redirect(format!("more than {REDIRECTS_MAX} times")))
    }

    fn metadata(&self, headers: &HeaderMap, body: Vec<u8>) -> UnverifiedMetadata {
        let validator = |name| {
            text(headers, name).filter(|it| it.len() <= VALIDATOR_BYTES_MAX).map(str::to_owned)
        };
        UnverifiedMetadata {
            blob: body.into(),
            source: self.url.as_str().to_owned(),
            etag: validator(ETAG),
            last_modified: validator(LAST_MODIFIED),
        }
    }
}

#[async_trait]
impl MetadataSource for HttpMetadataSource {
    async fn fetch(
        &self,
        known: Option<&MetadataHead>,
    ) -> Result<FetchedMetadata, FetchMetadataError> {
        let asked = tokio::time::timeout(self.timeout, self.ask(known)).await;
        asked.unwrap_or(Err(FetchMetadataError::Timeout))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
