//! `POST /v1/first-administrator`: the visitor of the link becomes the first administrator.

use axum::Json;
use axum::extract::State;
use keylane_service::ClaimAdministratorError;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::session::SessionBody;
use crate::app::App;
use crate::extract::{Context, JsonBody, SignedIn};
use crate::problem::{LINK_REFUSED, Problem, ProblemBody, STEP_UP_REQUIRED};

#[utoipa::path(
    operation_id = "claim_administrator",
    post, path = "/v1/first-administrator", tag = "account", request_body = ClaimAdministrator,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "The account is an administrator's now", body = SessionBody),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 403, description = "`link_refused`; `step_up_required`: an administrator has a passkey", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Context(context): Context,
    body: JsonBody,
) -> Result<Json<SessionBody>, Problem> {
    let request: ClaimAdministrator = body.read()?;
    let user = app.service.claim_administrator(&current, &request.token, context).await?;
    Ok(Json(SessionBody::of(&user, current.session())))
}

impl From<ClaimAdministratorError> for Problem {
    fn from(err: ClaimAdministratorError) -> Self {
        match err {
            ClaimAdministratorError::Refused => LINK_REFUSED.into(),
            ClaimAdministratorError::PasskeyRequired => STEP_UP_REQUIRED.into(),
            ClaimAdministratorError::Internal(err) => err.into(),
        }
    }
}

/// The link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimAdministrator {
    /// What stands behind the `#` of the link.
    token: String,
}
