//! `POST /v1/registration/begin`: a signed-in person wants a passkey.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use keylane_model::PasskeyNickname;
use keylane_service::BeginRegistrationError;
use keylane_webauthn::CreationOptions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::extract::{Beginning, JsonBody, SignedIn};
use crate::problem::{INVALID_REQUEST, Problem, ProblemBody, STEP_UP_REQUIRED};

#[utoipa::path(
    operation_id = "begin_registration",
    post, path = "/v1/registration/begin", tag = "passkeys", request_body = BeginRegistration,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "Options for navigator.credentials.create()", body = RegistrationBegun),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 403, description = "`step_up_required`: the last proof is older than 15 minutes, or was a code although the account has passkeys; `origin_refused`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Beginning(at): Beginning,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let request: BeginRegistration = body.read()?;
    nickname_of(request.nickname.as_deref())?;
    let begun = app.service.begin_registration(&current, &at.place).await?;
    let answer = RegistrationBegun { public_key: begun.options, expires_in_s: begun.expires_in_s };
    Ok((at.bind(), Json(answer)))
}

impl From<BeginRegistrationError> for Problem {
    fn from(err: BeginRegistrationError) -> Self {
        match err {
            BeginRegistrationError::StepUpRequired => STEP_UP_REQUIRED.into(),
            BeginRegistrationError::Internal(err) => err.into(),
        }
    }
}

/// Reads a nickname, or says which member is at fault.
pub(crate) fn nickname_of(text: Option<&str>) -> Result<Option<PasskeyNickname>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|err| Problem::with_detail(INVALID_REQUEST, format!("`nickname`: {err}.")))
}

/// What the passkey shall be called. Checked now, so that nobody touches a key for nothing; the
/// name that counts is the one in `finish`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginRegistration {
    #[schema(max_length = 64)]
    nickname: Option<String>,
}

/// A registration may be answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegistrationBegun {
    /// PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3, section 5.1.8).
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: CreationOptions,
    /// How long the person has.
    expires_in_s: u64,
}
