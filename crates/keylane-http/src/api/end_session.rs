//! `DELETE /v1/me/sessions/{id}`: a person signs out somewhere else.

use axum::extract::State;
use http::StatusCode;
use keylane_model::SessionId;
use keylane_service::EndSessionError;

use crate::app::App;
use crate::extract::{Context, Id, SignedIn};
use crate::problem::{Problem, ProblemBody, SESSION_NOT_FOUND};

#[utoipa::path(
    operation_id = "end_session",
    delete, path = "/v1/me/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "The session's id")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 404, description = "`session_not_found`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Id(session): Id<SessionId>,
    Context(context): Context,
) -> Result<StatusCode, Problem> {
    let session = session.ok_or(SESSION_NOT_FOUND)?;
    app.service.end_session(&current, session, context).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<EndSessionError> for Problem {
    fn from(err: EndSessionError) -> Self {
        match err {
            EndSessionError::NotFound => SESSION_NOT_FOUND.into(),
            EndSessionError::Internal(err) => err.into(),
        }
    }
}
