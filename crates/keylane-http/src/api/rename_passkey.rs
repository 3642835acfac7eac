//! `PATCH /v1/me/credentials/{id}`: a passkey gets another name.

use axum::Json;
use axum::extract::State;
use keylane_model::PasskeyId;
use keylane_service::RenamePasskeyError;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::passkey::PasskeyBody;
use crate::app::App;
use crate::extract::{Context, Id, JsonBody, SignedIn};
use crate::problem::{INVALID_REQUEST, PASSKEY_NOT_FOUND, Problem, ProblemBody};

#[utoipa::path(
    operation_id = "rename_passkey",
    patch, path = "/v1/me/credentials/{id}", tag = "passkeys", request_body = RenamePasskey,
    params(("id" = String, Path, description = "The passkey's id")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "The passkey with its new name", body = PasskeyBody),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 404, description = "`passkey_not_found`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Id(passkey): Id<PasskeyId>,
    Context(context): Context,
    body: JsonBody,
) -> Result<Json<PasskeyBody>, Problem> {
    let request: RenamePasskey = body.read()?;
    let nickname = request
        .nickname
        .parse()
        .map_err(|err| Problem::with_detail(INVALID_REQUEST, format!("`nickname`: {err}.")))?;
    let passkey = passkey.ok_or(PASSKEY_NOT_FOUND)?;
    let renamed = app.service.rename_passkey(&current, passkey, nickname, context).await?;
    Ok(Json(PasskeyBody::seen_by(&renamed, &current, app.service.metadata())))
}

impl From<RenamePasskeyError> for Problem {
    fn from(err: RenamePasskeyError) -> Self {
        match err {
            RenamePasskeyError::NotFound => PASSKEY_NOT_FOUND.into(),
            RenamePasskeyError::Internal(err) => err.into(),
        }
    }
}

/// The new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenamePasskey {
    /// 1 to 64 characters.
    #[schema(max_length = 64)]
    nickname: String,
}
