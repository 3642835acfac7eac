//! `GET /v1/me/credentials`: a person's passkeys.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::passkey::PasskeyBody;
use crate::app::App;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "list_passkeys",
    get, path = "/v1/me/credentials", tag = "passkeys",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "In order of creation", body = PasskeyList),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
) -> Result<Json<PasskeyList>, Problem> {
    let passkeys = app.service.list_passkeys(&current).await?;
    let accepted = Accepted {
        rp_id: app.service.relying_party().id.as_str().to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(current.user().user_handle.as_bytes()),
        credential_ids: passkeys.iter().map(|it| it.record.id.to_string()).collect(),
    };
    let metadata = app.service.metadata();
    let seen = |it| PasskeyBody::seen_by(it, &current, metadata);
    let passkeys = passkeys.iter().map(seen).collect();
    Ok(Json(PasskeyList { passkeys, accepted }))
}

/// A person's passkeys.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyList {
    passkeys: Vec<PasskeyBody>,
    accepted: Accepted,
}

/// What `PublicKeyCredential.signalAllAcceptedCredentials()` takes, so that browsers stop offering
/// passkeys that were removed here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// The RP ID.
    rp_id: String,
    /// The WebAuthn user handle, base64url.
    user_id: String,
    /// Credential ids, base64url.
    credential_ids: Vec<String>,
}
