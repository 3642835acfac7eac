//! `POST /v1/signup`: a person gives an address and gets a six-digit code there.
//!
//! The answer is the same whether or not the address has an account.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use keylane_service::{BeginSignUpError, CodeSent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::handle::handle_of;
use crate::app::App;
use crate::extract::{Context, JsonBody};
use crate::problem::{Problem, ProblemBody, TOO_MANY_REQUESTS};

#[utoipa::path(
    operation_id = "begin_sign_up",
    post, path = "/v1/signup", tag = "sign-up", request_body = BeginSignUp,
    responses(
        (status = 202, description = "A mail is on its way. The same for known and unknown addresses.", body = SignUpBegun),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 429, description = "`too_many_requests`, for the caller's address or the handle", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    Context(context): Context,
    body: JsonBody,
) -> Result<(StatusCode, Json<SignUpBegun>), Problem> {
    let request: BeginSignUp = body.read()?;
    let sent = app.service.begin_sign_up(&handle_of(&request.handle)?, context).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}

impl From<BeginSignUpError> for Problem {
    fn from(err: BeginSignUpError) -> Self {
        use BeginSignUpError as Error;
        match err {
            Error::TooMany(wait) => Self::from(TOO_MANY_REQUESTS)
                .retry_after(wait.retry_after_s)
                .because("handle_limit"),
            Error::Internal(err) => err.into(),
        }
    }
}

/// Who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginSignUp {
    /// An e-mail address.
    #[schema(example = "ada@example.org", max_length = 254)]
    handle: String,
}

/// A code was sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignUpBegun {
    /// Goes into /v1/signup/verify with the code.
    signup_id: String,
    /// How long the code is good.
    expires_in_s: u64,
    /// When to offer another.
    resend_after_s: u64,
}

impl From<CodeSent> for SignUpBegun {
    fn from(sent: CodeSent) -> Self {
        Self {
            signup_id: sent.signup.to_string(),
            expires_in_s: sent.expires_in_s,
            resend_after_s: sent.resend_after_s,
        }
    }
}
