//! Cross-origin access: for pages of allowed applications, without cookies.

use axum::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, VARY,
};
use http::{Method, Response, StatusCode};

use crate::layer::arrival::{Arrival, Caller};
use crate::router::Audience;

/// Whether the browser asks if it may ask.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a browser that asks if it may ask.
pub(crate) fn preflight() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE");
    set(
        ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, traceparent, tracestate, x-request-id",
    );
    set(ACCESS_CONTROL_MAX_AGE, "600");
    response
}

/// Lets the page that asked read the answer, if it may.
pub(crate) fn allow(headers: &mut HeaderMap, audience: Audience, arrival: &Arrival) {
    match audience {
        Audience::Everybody => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        Audience::Api => {
            headers.append(VARY, HeaderValue::from_static("origin"));
            let Caller::Application(origin) = &arrival.caller else { return };
            let Ok(origin) = HeaderValue::from_str(origin.as_str()) else { return };
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("retry-after, x-request-id"),
            );
        }
        Audience::Page | Audience::OwnPages => {}
    }
}
