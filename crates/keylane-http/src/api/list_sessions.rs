//! `GET /v1/me/sessions`: where a person is signed in.

use axum::Json;
use axum::extract::State;
use keylane_model::{Passkey, Session};
use keylane_service::Current;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "list_sessions",
    get, path = "/v1/me/sessions", tag = "sessions",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "Newest first", body = SessionList),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
) -> Result<Json<SessionList>, Problem> {
    let passkeys = app.service.list_passkeys(&current).await?;
    let sessions = app.service.list_sessions(&current).await?;
    let sessions = sessions.iter().map(|it| SessionInfo::of(it, &passkeys, &current)).collect();
    Ok(Json(SessionList { sessions }))
}

/// Where a person is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    sessions: Vec<SessionInfo>,
}

/// A session, as its owner recognises it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionInfo {
    /// A UUID.
    id: String,
    /// In milliseconds since the epoch.
    created_at_ms: u64,
    /// When it was last renewed, in milliseconds since the epoch.
    last_seen_at_ms: u64,
    /// In milliseconds since the epoch.
    expires_at_ms: u64,
    /// `passkey` or `code`.
    #[schema(pattern = "^(passkey|doubtful-passkey|code)$")]
    assurance: &'static str,
    /// Browser and system.
    #[schema(example = "Chrome on Linux")]
    device: String,
    /// The name of the passkey that opened it.
    passkey_nickname: Option<String>,
    /// Whether it is the session that asks.
    current: bool,
}

impl SessionInfo {
    fn of(session: &Session, passkeys: &[Passkey], current: &Current) -> Self {
        let opened_by = passkeys.iter().find(|it| Some(it.id) == session.passkey);
        Self {
            id: session.id.to_string(),
            created_at_ms: session.authenticated_at.0,
            last_seen_at_ms: session.refreshed_at.0,
            expires_at_ms: session.expires_at.0,
            assurance: session.assurance.name(),
            device: session.device.clone(),
            passkey_nickname: opened_by.map(|it| it.nickname.to_string()),
            current: session.id == current.session().id,
        }
    }
}
