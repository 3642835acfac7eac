//! Who is signed in: from the bearer token of an application, or from the cookie of our pages.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;
use keylane_service::Current;

use crate::app::App;
use crate::cookies;
use crate::problem::{Problem, SESSION_REQUIRED};

/// Who is signed in. Without anybody a request is refused; take an `Option` where that is fine.
#[derive(Debug)]
pub(crate) struct SignedIn(pub(crate) Current);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let found = find(&parts.headers, app).await?;
        found.map(Self).ok_or_else(|| SESSION_REQUIRED.into())
    }
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        Ok(find(&parts.headers, app).await?.map(Self))
    }
}

/// That a cookie came from our own page was checked on arrival, for every method that changes
/// something; a bearer token is not sent by browsers on their own.
async fn find(headers: &HeaderMap, app: &App) -> Result<Option<Current>, Problem> {
    if let Some(token) = bearer(headers) {
        return Ok(app.service.resolve_access_token(token).await?);
    }
    match cookies::find(headers, app.cookies.session) {
        Some(value) => Ok(app.service.resolve_cookie(value).await?),
        None => Ok(None),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
