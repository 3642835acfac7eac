//! A session, as answers carry it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderValue, SET_COOKIE};
use keylane_model::{Session, User};
use keylane_service::{Opened, Tokens};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// Who is signed in, and how. The token members are there when the caller is not one of
/// Keylane's own pages, which get a cookie instead.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    pub(crate) user: UserBody,
    pub(crate) session: SessionDetails,
    /// A JWT (ES256) for the application's back end; check it with /.well-known/jwks.json.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
    /// How long the access token is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_s: Option<u64>,
    /// Buys the next tokens at /v1/session/refresh; good once.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// A person's account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// A UUID.
    id: String,
    /// The verified e-mail address.
    #[schema(example = "ada@example.org")]
    handle: String,
    /// `member` or `administrator`.
    #[schema(pattern = "^(member|administrator)$")]
    role: &'static str,
}

/// How and until when somebody is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionDetails {
    /// A UUID.
    id: String,
    /// What was proved, in the words of RFC 8176: `pop`, `user`, `otp`.
    amr: Vec<&'static str>,
    /// `passkey`, or `code` after sign-up until there is a passkey.
    #[schema(pattern = "^(passkey|doubtful-passkey|code)$")]
    assurance: &'static str,
    /// When it was proved, in milliseconds since the epoch.
    authenticated_at_ms: u64,
    /// When the session ends by itself, in milliseconds since the epoch.
    expires_at_ms: u64,
}

impl SessionBody {
    /// Without tokens.
    pub(crate) fn of(user: &User, session: &Session) -> Self {
        Self {
            user: user.into(),
            session: session.into(),
            access_token: None,
            expires_in_s: None,
            refresh_token: None,
        }
    }
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self { id: user.id.to_string(), handle: user.email.to_string(), role: user.role.name() }
    }
}

impl From<&Session> for SessionDetails {
    fn from(session: &Session) -> Self {
        let proved = if session.passkey.is_some() { "pop" } else { "otp" };
        let verified = session.user_verified.then_some("user");
        Self {
            id: session.id.to_string(),
            amr: std::iter::once(proved).chain(verified).collect(),
            assurance: session.assurance.name(),
            authenticated_at_ms: session.authenticated_at.0,
            expires_at_ms: session.expires_at.0,
        }
    }
}

/// A session that was just opened or renewed: its body, and its cookie if it travels in one.
pub(crate) struct OpenedSession {
    pub(crate) body: SessionBody,
    pub(crate) cookie: Option<HeaderValue>,
}

impl OpenedSession {
    pub(crate) fn new(app: &App, opened: &Opened) -> Self {
        let mut body = SessionBody::of(&opened.user, &opened.session);
        let cookie = match &opened.tokens {
            Tokens::Cookie { value, max_age_s } => {
                Some(app.cookies.open_session(value, *max_age_s))
            }
            Tokens::Bearer { access_token, expires_in_s, refresh_token } => {
                body.access_token = Some(access_token.expose_secret().to_owned());
                body.expires_in_s = Some(*expires_in_s);
                body.refresh_token = Some(refresh_token.expose_secret().to_owned());
                None
            }
        };
        Self { body, cookie }
    }

    /// The same, and counted as a sign-in.
    pub(crate) fn counted(app: &App, opened: &Opened) -> Self {
        app.metrics.session_opened(opened.session.assurance);
        Self::new(app, opened)
    }
}

impl IntoResponse for OpenedSession {
    fn into_response(self) -> Response {
        with_cookie(StatusCode::OK, self.cookie, &self.body)
    }
}

/// An answer that also sets a cookie.
pub(crate) fn with_cookie(
    status: StatusCode,
    cookie: Option<HeaderValue>,
    body: &impl Serialize,
) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
