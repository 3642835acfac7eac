//! One request and its answer, on a connection of their own.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{ACCEPT, CONNECTION, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use keylane_model::MetadataHead;
use keylane_service::{FetchMetadataError, METADATA_BYTES_MAX};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::url::MetadataUrl;

/// Most bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) url: &'a MetadataUrl,
    /// What need not be sent again.
    pub(super) known: Option<&'a MetadataHead>,
    pub(super) tls: &'a Arc<ClientConfig>,
    /// Counts the bytes of the body as they come.
    pub(super) received: &'a AtomicU64,
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Empty unless the status is 200.
    pub(super) body: Vec<u8>,
}

impl Question<'_> {
    pub(super) async fn ask(&self) -> Result<Answer, FetchMetadataError> {
        let host = self.url.host();
        let stream = TcpStream::connect((host.as_str(), self.url.port()));
        let stream = stream.await.map_err(|err| unreachable(&err))?;
        if !self.url.is_https() {
            return self.ask_on(stream).await;
        }
        let tls = |err: &dyn std::fmt::Display| FetchMetadataError::Tls(err.to_string());
        let name = ServerName::try_from(host).map_err(|err| tls(&err))?;
        let connector = TlsConnector::from(self.tls.clone());
        let stream = connector.connect(name, stream).await.map_err(|err| tls(&err))?;
        self.ask_on(stream).await
    }

    async fn ask_on(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
    ) -> Result<Answer, FetchMetadataError> {
        let io = TokioIo::new(stream);
        let handshake = Builder::new().max_buf_size(HEAD_BYTES_MAX).handshake(io).await;
        let (sender, connection) = handshake.map_err(|err| unreachable(&err))?;
        let (mut exchange, mut connection) = (pin!(self.exchange(sender)), pin!(connection));
        tokio::select! {
            answer = &mut exchange => return answer,
            // The rest of the answer has arrived, or never will; the exchange knows.
            _ = &mut connection => {}
        }
        exchange.await
    }

    async fn exchange(
        &self,
        mut sender: SendRequest<Empty<Bytes>>,
    ) -> Result<Answer, FetchMetadataError> {
        let response = sender.send_request(self.request()?).await;
        let (head, body) = response.map_err(|err| unreachable(&err)).map(Response::into_parts)?;
        let body = match head.status {
            StatusCode::OK => self.read(body).await?,
            _ => Vec::new(),
        };
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, FetchMetadataError> {
        let mut request = Request::get(self.url.target())
            .header(HOST, self.url.authority())
            .header(USER_AGENT, concat!("keylane/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/jwt, */*;q=0.5")
            .header(CONNECTION, "close");
        if let Some(etag) = self.known.and_then(|it| it.etag.as_deref()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(time) = self.known.and_then(|it| it.last_modified.as_deref()) {
            request = request.header(IF_MODIFIED_SINCE, time);
        }
        request.body(Empty::new()).map_err(|err| unreachable(&err))
    }

    async fn read(&self, mut body: Incoming) -> Result<Vec<u8>, FetchMetadataError> {
        let max = u64::try_from(METADATA_BYTES_MAX).unwrap_or(u64::MAX);
        if body.size_hint().lower() > max {
            return Err(FetchMetadataError::TooLarge);
        }
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|err| unreachable(&err))?;
            let Some(data) = frame.data_ref() else { continue };
            if bytes.len() + data.len() > METADATA_BYTES_MAX {
                return Err(FetchMetadataError::TooLarge);
            }
            bytes.extend_from_slice(data);
            let received = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            self.received.store(received, Ordering::Relaxed);
        }
        Ok(bytes)
    }
}

/// The innermost reason, which is the one that helps.
fn unreachable(err: &dyn std::error::Error) -> FetchMetadataError {
    let mut reason = err;
    while let Some(source) = reason.source() {
        reason = source;
    }
    FetchMetadataError::Unreachable(reason.to_string())
}
