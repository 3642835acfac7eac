//! An id in the path.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::app::App;

/// The id in the path; `None` when it is no id, and so nothing that could be found.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) Option<T>);

impl<T: FromStr> FromRequestParts<App> for Id<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Ok(params) = RawPathParams::from_request_parts(parts, app).await else {
            return Ok(Self(None));
        };
        let id = params.iter().find_map(|(name, value)| (name == "id").then_some(value));
        Ok(Self(id.and_then(|id| id.parse().ok())))
    }
}
