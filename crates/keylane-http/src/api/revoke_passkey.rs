//! `DELETE /v1/me/credentials/{id}`: a passkey is removed, and the sessions it opened end, even
//! the one that asks.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use keylane_model::{LastPasskey, PasskeyId};
use keylane_service::RevokePasskeyError;

use crate::api::sign_out::signed_out;
use crate::app::App;
use crate::extract::{Context, Id, SignedIn};
use crate::problem::{
    INVALID_REQUEST, LAST_PASSKEY, PASSKEY_NOT_FOUND, Problem, ProblemBody, STEP_UP_REQUIRED,
};

#[utoipa::path(
    operation_id = "revoke_passkey",
    delete, path = "/v1/me/credentials/{id}", tag = "passkeys",
    params(
        ("id" = String, Path, description = "The passkey's id"),
        ("last" = Option<String>, Query, description = "`confirm`: remove it even if it is the only one"),
    ),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "The passkey is gone and every session it opened has ended, even the one that asked"),
        (status = 400, description = "`invalid_request`", body = ProblemBody),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 403, description = "`step_up_required`: the session stands on a code, and the account has a passkey", body = ProblemBody),
        (status = 404, description = "`passkey_not_found`", body = ProblemBody),
        (status = 409, description = "`last_passkey`: it is the only one; `detail` says what happens", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Id(passkey): Id<PasskeyId>,
    Context(context): Context,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let last = match query.as_deref() {
        None | Some("") => LastPasskey::Keep,
        Some("last=confirm") => LastPasskey::Remove,
        Some(_) => {
            let detail = "The query takes `last=confirm` and nothing else.";
            return Err(Problem::with_detail(INVALID_REQUEST, detail));
        }
    };
    let passkey = passkey.ok_or(PASSKEY_NOT_FOUND)?;
    app.service.revoke_passkey(&current, passkey, last, context).await?;
    if current.session().passkey == Some(passkey) {
        return Ok(signed_out(&app, &current).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl From<RevokePasskeyError> for Problem {
    fn from(err: RevokePasskeyError) -> Self {
        match err {
            RevokePasskeyError::NotFound => PASSKEY_NOT_FOUND.into(),
            RevokePasskeyError::LastPasskey => LAST_PASSKEY.into(),
            RevokePasskeyError::StepUpRequired => STEP_UP_REQUIRED.into(),
            RevokePasskeyError::Internal(err) => err.into(),
        }
    }
}
