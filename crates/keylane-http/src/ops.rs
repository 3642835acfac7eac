//! For machines that watch: `/livez`, `/readyz`, `/metrics`, on a listener of their own.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Request, StatusCode};
use tokio::time::timeout;
use tower::Service as _;

use crate::app::App;

/// How long the store may take to answer `/readyz`.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// The site for operators. Bind it where only they can reach it.
#[derive(Debug)]
pub struct OpsSite {
    router: Router,
}

impl OpsSite {
    /// The operators' site of this app.
    #[must_use]
    pub fn new(app: App) -> Self {
        let router = Router::new()
            .route("/livez", get(livez))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .with_state(app);
        Self { router }
    }

    /// Answers a request. There is always an answer.
    pub async fn answer<B>(&self, _peer: IpAddr, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        match self.router.clone().call(request.map(Body::new)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The process answers; it says nothing about the store, or a restart would be tried when the
/// disk is full.
async fn livez() -> impl IntoResponse {
    plain(StatusCode::OK, "alive\n")
}

/// The store answers, so requests can be sent here.
async fn readyz(State(app): State<App>) -> impl IntoResponse {
    match timeout(READY_TIMEOUT, app.service.store().ping()).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ready\n"),
        Ok(Err(err)) => {
            tracing::warn!(error = %err, "not ready: the store refused");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the store refused\n")
        }
        Err(_) => {
            tracing::warn!("not ready: the store did not answer in time");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the store did not answer in time\n")
        }
    }
}

async fn metrics(State(app): State<App>) -> Response {
    match app.metrics.encode() {
        Ok(text) => {
            let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn plain(status: StatusCode, text: &'static str) -> impl IntoResponse {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], text)
}
