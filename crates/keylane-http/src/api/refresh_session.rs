//! `POST /v1/session/refresh`: an application exchanges its refresh token for new tokens.

use axum::extract::State;
use keylane_service::RefreshError;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::session::{OpenedSession, SessionBody};
use crate::app::App;
use crate::extract::{Context, JsonBody};
use crate::problem::{Problem, ProblemBody, REFRESH_REFUSED};

#[utoipa::path(
    operation_id = "refresh_session",
    post, path = "/v1/session/refresh", tag = "sessions", request_body = RefreshSession,
    responses(
        (status = 200, description = "The session with new tokens; the old refresh token is dead", body = SessionBody),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 401, description = "`refresh_refused`: not ours, ended, or used before, which ends the session", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    Context(context): Context,
    body: JsonBody,
) -> Result<OpenedSession, Problem> {
    let request: RefreshSession = body.read()?;
    let opened = app.service.refresh(&request.refresh_token, context).await?;
    Ok(OpenedSession::new(&app, &opened))
}

impl From<RefreshError> for Problem {
    fn from(err: RefreshError) -> Self {
        match err {
            RefreshError::Refused => REFRESH_REFUSED.into(),
            RefreshError::Internal(err) => err.into(),
        }
    }
}

/// What is exchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshSession {
    /// From the last answer that carried one.
    refresh_token: String,
}
