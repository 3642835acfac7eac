//! `POST /v1/authentication/finish`: the browser answers a challenge.

use axum::extract::State;
use keylane_service::{CeremonyError, FinishAuthenticationError};
use keylane_webauthn::AuthenticationResponse;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::session::{OpenedSession, SessionBody};
use crate::app::App;
use crate::extract::{At, JsonBody, SignedIn};
use crate::problem::{
    AUTHENTICATION_REFUSED, CEREMONY_EXPIRED, CEREMONY_SPENT, CREDENTIAL_UNKNOWN, Problem,
    ProblemBody,
};

#[utoipa::path(
    operation_id = "finish_authentication",
    post, path = "/v1/authentication/finish", tag = "sign-in", request_body = FinishAuthentication,
    responses(
        (status = 200, description = "A session of assurance `passkey`; a cookie for Keylane's own pages, tokens for others", body = SessionBody),
        (status = 400, description = "`malformed_json`, `invalid_request`, `ceremony_expired`, `ceremony_spent`", body = ProblemBody),
        (status = 401, description = "`authentication_refused`, without the reason; `credential_unknown`: no account has it, or it was removed", body = ProblemBody),
        (status = 403, description = "`origin_refused`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    current: Option<SignedIn>,
    at: At,
    body: JsonBody,
) -> Result<OpenedSession, Problem> {
    let request: FinishAuthentication<'_> = body.read()?;
    let response = AuthenticationResponse::from_json(request.credential.get())?;
    let current = current.as_ref().map(|SignedIn(current)| current);
    let opened = app.service.finish_authentication(&response, current, at.place).await?;
    Ok(OpenedSession::counted(&app, &opened))
}

/// Whatever the reason, a stranger hears the same, or the endpoint would tell which accounts
/// exist. Metrics and the audit log have the code.
impl From<FinishAuthenticationError> for Problem {
    fn from(err: FinishAuthenticationError) -> Self {
        use FinishAuthenticationError as Error;
        match err {
            Error::Ceremony(CeremonyError::Expired) => CEREMONY_EXPIRED.into(),
            Error::Ceremony(CeremonyError::Spent) => CEREMONY_SPENT.into(),
            Error::Ceremony(err) => Self::from(AUTHENTICATION_REFUSED).because(err.code()),
            Error::UnknownCredential => CREDENTIAL_UNKNOWN.into(),
            Error::Refused { code } => Self::from(AUTHENTICATION_REFUSED).because(code),
            Error::Internal(err) => err.into(),
        }
    }
}

/// The browser's answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishAuthentication<'a> {
    /// AuthenticationResponseJSON: `PublicKeyCredential.toJSON()`.
    #[serde(borrow)]
    #[schema(value_type = Object)]
    credential: &'a RawValue,
}
