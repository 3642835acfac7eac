//! The public site: from an HTTP request to its answer, in process.
//!
//! One pass over every request, in the order of the code: room, rate, origin, route, headers,
//! count, log. It is one function rather than a tower of middleware, so that the order can be read
//! and nothing is boxed on the way but what the router boxes.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::Service as _;
use tracing::Instrument as _;

use crate::app::App;
use crate::layer::arrival::{Arrival, Caller, is_forged};
use crate::layer::guard::guard;
use crate::layer::rate_limit::AddressLimits;
use crate::layer::request_id::{RequestIds, X_REQUEST_ID, trace_id};
use crate::layer::{cors, security_headers};
use crate::problem::{ORIGIN_REFUSED, OVERLOADED, Problem, TOO_MANY_REQUESTS};
use crate::router::{self, Audience, RouteInfo};

/// The public site. Share it by reference or in an `Arc`.
#[derive(Debug)]
pub struct Site {
    app: App,
    router: Router,
    infos: Vec<RouteInfo>,
    ids: RequestIds,
    limits: AddressLimits,
    room: Semaphore,
    https: bool,
}

impl Site {
    /// The site of this app.
    #[must_use]
    pub fn new(app: App) -> Self {
        let config = &app.config;
        Self {
            router: router::router(app.clone()),
            infos: router::infos(),
            ids: RequestIds::new(&*app.entropy),
            limits: AddressLimits::new(config.rates.clone(), &app.clock),
            room: Semaphore::new(config.requests.concurrent_max.min(Semaphore::MAX_PERMITS)),
            https: app.service.relying_party().own_origin.as_str().starts_with("https://"),
            app,
        }
    }

    /// The app.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Answers a request that came from `peer`. There is always an answer.
    pub async fn answer<B>(&self, peer: IpAddr, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let started = Instant::now();
        let mut request = request.map(Body::new);
        let index = router::find(&self.infos, request.uri().path());
        let Some(info) = self.infos.get(index) else {
            return Problem::internal("route_lost").into_response();
        };
        let arrival = Arrival::of(&self.app, &self.ids, peer, request.headers());
        let span = tracing::debug_span!(
            "request",
            id = %arrival.request_id,
            trace = trace_id(request.headers()),
            route = info.path,
        );
        let answered = match self.room.try_acquire() {
            Err(_) => Problem::from(OVERLOADED).retry_after(1).into_response(),
            Ok(_place) => match self.admit(info, &arrival, &request) {
                Err(problem) => problem.into_response(),
                Ok(()) if self.is_preflight(info, &request) => cors::preflight(),
                Ok(()) => {
                    request.extensions_mut().insert(arrival.clone());
                    self.route(request).instrument(span).await
                }
            },
        };
        self.leave(index, info, &arrival, answered, started.elapsed())
    }

    /// Turns away what need not be looked at.
    fn admit(
        &self,
        info: &RouteInfo,
        arrival: &Arrival,
        request: &Request<Body>,
    ) -> Result<(), Problem> {
        if let Err(seconds) = self.limits.check(arrival.client, info.cost) {
            self.app.metrics.rate_limited(info.path);
            return Err(Problem::from(TOO_MANY_REQUESTS).retry_after(seconds));
        }
        let (method, headers) = (request.method(), request.headers());
        let foreign = info.audience == Audience::Api
            && arrival.caller == Caller::Foreign
            && *method != Method::GET;
        if foreign || is_forged(&self.app, arrival, method, headers) {
            return Err(ORIGIN_REFUSED.into());
        }
        Ok(())
    }

    fn is_preflight(&self, info: &RouteInfo, request: &Request<Body>) -> bool {
        matches!(info.audience, Audience::Api | Audience::Everybody)
            && cors::is_preflight(request.method(), request.headers())
    }

    async fn route(&self, request: Request<Body>) -> Response {
        let limit = Duration::from_millis(self.app.config.requests.request_timeout_ms);
        let mut router = self.router.clone();
        let handler = async move {
            match router.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        };
        guard(limit, handler).await
    }

    /// Writes the problem, sets headers, counts and logs.
    fn leave(
        &self,
        index: usize,
        info: &RouteInfo,
        arrival: &Arrival,
        mut response: Response,
        took: Duration,
    ) -> Response {
        let problem = response.extensions_mut().remove::<Problem>();
        if let Some(problem) = &problem {
            *response.body_mut() =
                problem.render(arrival.request_id.as_str(), self.app.config.mode);
            // The router has counted the empty body that stood here.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        let headers = response.headers_mut();
        security_headers::set(headers, info.audience, self.https);
        cors::allow(headers, info.audience, arrival);
        headers.insert(X_REQUEST_ID, arrival.request_id.header());

        let code = problem.as_ref().map(Problem::metric_code);
        let status = response.status();
        self.app.metrics.answered(index, info.path, status, code, took);
        if status.is_server_error() {
            tracing::warn!(
                request_id = %arrival.request_id, route = info.path, status = status.as_u16(),
                code, took_us = took.as_micros(), "request failed"
            );
        } else {
            tracing::debug!(
                request_id = %arrival.request_id, route = info.path, status = status.as_u16(),
                code, took_us = took.as_micros(), "request answered"
            );
        }
        response
    }
}
