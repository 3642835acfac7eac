//! Where a request comes from: the page's origin, the browser, the network.

use axum::extract::FromRequestParts;
use axum::response::{AppendHeaders, IntoResponseParts};
use http::header::{HeaderValue, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use keylane_model::entropy::random_bytes;
use keylane_model::{Delivery, RequestContext};
use keylane_service::{Binding, Place};

use crate::app::App;
use crate::device::device_of;
use crate::layer::arrival::{Arrival, Caller};
use crate::layer::client::network_of;
use crate::problem::{ORIGIN_REFUSED, Problem};

/// Longest part of the `User-Agent` that is looked at.
const USER_AGENT_BYTES_MAX: usize = 512;

/// Where a ceremony takes place.
#[derive(Debug)]
pub(crate) struct At {
    pub(crate) place: Place,
    /// The pre-session cookie to set, when the browser had none.
    new_binding: Option<HeaderValue>,
}

impl At {
    /// The header that ties the ceremony to this browser, for the answer of `begin`.
    pub(crate) fn bind(self) -> impl IntoResponseParts {
        AppendHeaders(self.new_binding.map(|cookie| (SET_COOKIE, cookie)))
    }
}

impl FromRequestParts<App> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        at(parts, app, context(parts))
    }
}

/// The same for `begin`, which writes nothing and so leaves no audit entry: without the context
/// of one, whose making costs more than the rest.
#[derive(Debug)]
pub(crate) struct Beginning(pub(crate) At);

impl FromRequestParts<App> for Beginning {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        at(parts, app, RequestContext::default()).map(Self)
    }
}

fn at(parts: &Parts, app: &App, request: RequestContext) -> Result<At, Problem> {
    let own_origin = || app.service.relying_party().own_origin.clone();
    let (origin, delivery) = match caller(parts) {
        Caller::Own => (own_origin(), Delivery::Cookie),
        Caller::NoPage => (own_origin(), Delivery::Tokens),
        Caller::Application(origin) => (origin.clone(), Delivery::Tokens),
        Caller::Foreign => return Err(ORIGIN_REFUSED.into()),
    };
    let (binding, new_binding) = match delivery {
        Delivery::Tokens => (None, None),
        Delivery::Cookie => bind(parts, app)?,
    };
    Ok(At { place: Place { origin, delivery, binding, request }, new_binding })
}

/// The browser's binding, or a new one. A new one fits no ceremony that has begun, which is what
/// `finish` without the cookie deserves.
fn bind(parts: &Parts, app: &App) -> Result<(Option<Binding>, Option<HeaderValue>), Problem> {
    if let Some(binding) = app.cookies.binding_in(&parts.headers) {
        return Ok((Some(binding), None));
    }
    let bytes = random_bytes(&*app.entropy).map_err(|_| Problem::internal("entropy_failed"))?;
    Ok((Some(Binding(bytes)), Some(app.cookies.bind(Binding(bytes)))))
}

/// For the audit entry of what is no ceremony.
#[derive(Debug)]
pub(crate) struct Context(pub(crate) RequestContext);

impl FromRequestParts<App> for Context {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Problem> {
        if matches!(caller(parts), Caller::Foreign) {
            return Err(ORIGIN_REFUSED.into());
        }
        Ok(Self(context(parts)))
    }
}

fn caller(parts: &Parts) -> &Caller {
    parts.extensions.get::<Arrival>().map_or(&Caller::Foreign, |arrival| &arrival.caller)
}

fn context(parts: &Parts) -> RequestContext {
    let user_agent = parts.headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
    let device =
        user_agent.and_then(|text| device_of(text.get(..USER_AGENT_BYTES_MAX).unwrap_or(text)));
    let arrival = parts.extensions.get::<Arrival>();
    RequestContext {
        request_id: arrival.map(|it| it.request_id.as_str().to_owned()),
        network: arrival.map(|it| network_of(it.client)),
        device,
    }
}
