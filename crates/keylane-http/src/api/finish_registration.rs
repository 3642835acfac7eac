//! `POST /v1/registration/finish`: the browser has made a passkey.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use keylane_service::{AuthenticatorRefusal, CeremonyError, FinishRegistrationError};
use keylane_webauthn::{RegistrationResponse, ResponseError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::begin_registration::nickname_of;
use crate::api::passkey::PasskeyBody;
use crate::api::session::{OpenedSession, SessionBody, with_cookie};
use crate::app::App;
use crate::extract::{At, JsonBody, SignedIn};
use crate::problem::{
    AUTHENTICATOR_REFUSED, CEREMONY_EXPIRED, CEREMONY_SPENT, CREDENTIAL_EXISTS, INVALID_REQUEST,
    Problem, ProblemBody, REGISTRATION_REFUSED, SESSION_REQUIRED, STEP_UP_REQUIRED,
    TOO_MANY_PASSKEYS,
};

#[utoipa::path(
    operation_id = "finish_registration",
    post, path = "/v1/registration/finish", tag = "passkeys", request_body = FinishRegistration,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 201, description = "The passkey; and a new session when the one that asked stood on a code", body = RegisteredBody),
        (status = 400, description = "`malformed_json`, `invalid_request`, `registration_refused` (`reason` says which check), `ceremony_expired`, `ceremony_spent`", body = ProblemBody),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = 403, description = "`origin_refused`; `authenticator_refused`: the authenticator is none of those that may be used here (`reason` says which rule); `step_up_required`: the session stands on a code, and the account got a passkey meanwhile", body = ProblemBody),
        (status = 409, description = "`credential_exists`, `too_many_passkeys`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    at: At,
    body: JsonBody,
) -> Result<Response, Problem> {
    let request: FinishRegistration<'_> = body.read()?;
    let nickname = nickname_of(request.nickname.as_deref())?;
    let response = RegistrationResponse::from_json(request.credential.get())?;
    let registered =
        app.service.finish_registration(&current, &response, nickname, at.place).await?;

    let opened = registered.opened.as_ref().map(|opened| OpenedSession::counted(&app, opened));
    let (session, cookie) = opened.map_or((None, None), |it| (Some(it.body), it.cookie));
    let opened_by = match &registered.opened {
        Some(opened) => opened.session.passkey,
        None => current.session().passkey,
    };
    let answer =
        RegisteredBody { passkey: PasskeyBody::of(&registered.passkey, opened_by), session };
    Ok(with_cookie(StatusCode::CREATED, cookie, &answer))
}

impl From<FinishRegistrationError> for Problem {
    fn from(err: FinishRegistrationError) -> Self {
        use FinishRegistrationError as Error;
        match err {
            Error::Ceremony(CeremonyError::Expired) => CEREMONY_EXPIRED.into(),
            Error::Ceremony(CeremonyError::Spent) => CEREMONY_SPENT.into(),
            Error::Ceremony(err) => Self::from(REGISTRATION_REFUSED).reason(err.code()),
            Error::Refused(err) => Self::from(REGISTRATION_REFUSED).reason(err.code()),
            Error::Authenticator(refusal) => {
                Self::with_detail(AUTHENTICATOR_REFUSED, sentence(refusal)).reason(refusal.code())
            }
            Error::CredentialExists => CREDENTIAL_EXISTS.into(),
            Error::TooManyPasskeys => TOO_MANY_PASSKEYS.into(),
            Error::StepUpRequired => STEP_UP_REQUIRED.into(),
            Error::SessionGone => SESSION_REQUIRED.into(),
            Error::Internal(err) => err.into(),
        }
    }
}

/// Why the authenticator is not accepted and what to use instead, for the person in front of it.
fn sentence(refusal: AuthenticatorRefusal) -> &'static str {
    use AuthenticatorRefusal as Refusal;
    match refusal {
        Refusal::Synced => {
            "Passkeys that are copied between your devices are not accepted here. Use a security \
             key, or a passkey that stays on one device."
        }
        Refusal::DeviceBound => {
            "Passkeys that stay on one device are not accepted here. Use the password manager of \
             your phone or browser, which keeps a copy."
        }
        Refusal::Revoked => {
            "This model has a known security problem, so it is not accepted. Use another security \
             key or device, and ask its maker for a replacement."
        }
        Refusal::Unproven => {
            "Only certain models are accepted here, and yours did not prove what it is. If the \
             browser asks whether to share the make and model, allow it; otherwise use a security \
             key."
        }
        Refusal::KeyProtection => {
            "Only passkeys that hardware protects are accepted here. Use a security key, or a \
             device with a secure chip."
        }
        Refusal::SerialNumber => {
            "Only security keys that were handed out to you are accepted here. Use that one."
        }
        Refusal::Denied | Refusal::NotListed | Refusal::Unknown | Refusal::Certification => {
            "This model is not one of those that are accepted here. Use another security key or \
             device; whoever runs this site can say which."
        }
        // The enum may grow; the code says which rule it was.
        _ => "This kind of passkey is not accepted here. Use another security key or device.",
    }
}

/// The member is not a credential at all; nothing was verified and no ceremony was used.
impl From<ResponseError> for Problem {
    fn from(err: ResponseError) -> Self {
        Self::with_detail(INVALID_REQUEST, format!("`credential`: {err}.")).reason(err.code())
    }
}

/// What the browser made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishRegistration<'a> {
    /// RegistrationResponseJSON: `PublicKeyCredential.toJSON()`.
    #[serde(borrow)]
    #[schema(value_type = Object)]
    credential: &'a RawValue,
    /// The person's name for it; otherwise its provider's.
    #[schema(max_length = 64)]
    nickname: Option<String>,
}

/// A passkey was added.
#[derive(Serialize, ToSchema)]
#[schema(as = Registered)]
pub(crate) struct RegisteredBody {
    passkey: PasskeyBody,
    /// The session that takes the place of one that stood on a code.
    session: Option<SessionBody>,
}
