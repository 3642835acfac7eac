//! `POST /v1/authentication/begin`: somebody wants to sign in.
//!
//! The answer is the same for known and unknown handles, and nothing is looked up for it.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use keylane_service::BeginAuthenticationError;
use keylane_webauthn::RequestOptions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::handle::handle_of;
use crate::app::App;
use crate::extract::{Beginning, JsonBody};
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "begin_authentication",
    post, path = "/v1/authentication/begin", tag = "sign-in", request_body = BeginAuthentication,
    responses(
        (status = 200, description = "Options for navigator.credentials.get(); the same for known and unknown handles", body = AuthenticationBegun),
        (status = 400, description = "`malformed_json`, `invalid_request`", body = ProblemBody),
        (status = 403, description = "`origin_refused`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    Beginning(at): Beginning,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let request: BeginAuthentication = body.read()?;
    let handle = request.handle.as_deref().map(handle_of).transpose()?;
    let begun = app.service.begin_authentication(handle.as_ref(), &at.place).await?;
    let answer =
        AuthenticationBegun { public_key: begun.options, expires_in_s: begun.expires_in_s };
    Ok((at.bind(), Json(answer)))
}

impl From<BeginAuthenticationError> for Problem {
    fn from(BeginAuthenticationError(err): BeginAuthenticationError) -> Self {
        err.into()
    }
}

/// Who wants to sign in, and how the browser asks them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginAuthentication {
    /// When the person typed one first; only this account can then sign in.
    #[schema(example = "ada@example.org")]
    handle: Option<String>,
    /// `conditional` when the browser offers passkeys by autofill. The options are the same.
    #[expect(dead_code, reason = "read for its form; nothing differs yet that the server decides")]
    mediation: Option<Mediation>,
}

/// How the browser asks.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mediation {
    /// By autofill.
    Conditional,
}

/// A sign-in may be answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuthenticationBegun {
    /// PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3, section 5.1.9).
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: RequestOptions,
    /// How long the person has.
    expires_in_s: u64,
}
