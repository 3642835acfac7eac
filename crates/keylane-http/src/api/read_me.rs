//! `GET /v1/me`: who is signed in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::session::{SessionDetails, UserBody};
use crate::app::App;
use crate::config::Mode;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "read_me",
    get, path = "/v1/me", tag = "account",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "Who is signed in, and how", body = Me),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
) -> Result<Json<Me>, Problem> {
    let passkeys = app.service.list_passkeys(&current).await?.len();
    let sessions = app.service.list_sessions(&current).await?.len();
    Ok(Json(Me {
        user: current.user().into(),
        session: current.session().into(),
        passkeys,
        sessions,
        development: app.config.mode == Mode::Development,
    }))
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    user: UserBody,
    session: SessionDetails,
    /// How many passkeys the account has.
    passkeys: usize,
    /// How many sessions are alive.
    sessions: usize,
    /// Whether the server runs in development mode.
    development: bool,
}
