//! `DELETE /v1/me/sessions`: a person signs out everywhere, here included.

use axum::extract::State;
use axum::response::IntoResponse;

use crate::api::sign_out::signed_out;
use crate::app::App;
use crate::extract::{Context, SignedIn};
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "end_sessions",
    delete, path = "/v1/me/sessions", tag = "sessions",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Every session has ended, the one that asked included"),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Context(context): Context,
) -> Result<impl IntoResponse, Problem> {
    app.service.end_all_sessions(&current, context).await?;
    Ok(signed_out(&app, &current))
}
