//! `POST /v1/signup/verify`: a person answers with the code that was sent to them.

use axum::extract::State;
use keylane_model::CodeId;
use keylane_service::VerifySignUpError;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::session::{OpenedSession, SessionBody};
use crate::app::App;
use crate::extract::{At, JsonBody};
use crate::problem::{CODE_REFUSED, INVALID_REQUEST, Problem, ProblemBody};

#[utoipa::path(
    operation_id = "verify_sign_up",
    post, path = "/v1/signup/verify", tag = "sign-up", request_body = VerifySignUp,
    responses(
        (status = 200, description = "A session of assurance `code`, for making a passkey", body = SessionBody),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 401, description = "`code_refused`: wrong, expired, superseded, used or tried too often", body = ProblemBody),
        (status = 429, description = "`too_many_requests`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    at: At,
    body: JsonBody,
) -> Result<OpenedSession, Problem> {
    let request: VerifySignUp = body.read()?;
    let signup: CodeId = request.signup_id.parse().map_err(|_| {
        Problem::with_detail(INVALID_REQUEST, "`signup_id`: not an id of /v1/signup.")
    })?;
    let opened = app.service.verify_sign_up(signup, &request.code, at.place).await?;
    Ok(OpenedSession::counted(&app, &opened))
}

impl From<VerifySignUpError> for Problem {
    fn from(err: VerifySignUpError) -> Self {
        match err {
            VerifySignUpError::Refused => CODE_REFUSED.into(),
            VerifySignUpError::Internal(err) => err.into(),
        }
    }
}

/// The answer to a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifySignUp {
    /// From /v1/signup.
    signup_id: String,
    /// Six digits.
    #[schema(example = "123456")]
    code: String,
}
