//! `POST /v1/session/logout`: a person signs out here.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use http::StatusCode;
use http::header::SET_COOKIE;
use keylane_model::Delivery;
use keylane_service::Current;

use crate::app::App;
use crate::extract::{Context, SignedIn};
use crate::problem::{Problem, ProblemBody};

#[utoipa::path(
    operation_id = "sign_out",
    post, path = "/v1/session/logout", tag = "sessions",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "`session_required`", body = ProblemBody),
        (status = "default", description = "Any other problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(
    State(app): State<App>,
    SignedIn(current): SignedIn,
    Context(context): Context,
) -> Result<impl IntoResponse, Problem> {
    app.service.sign_out(&current, context).await?;
    Ok(signed_out(&app, &current))
}

/// The answer after which the browser keeps nothing.
pub(crate) fn signed_out(app: &App, current: &Current) -> impl IntoResponse + use<> {
    let by_cookie = current.session().delivery == Delivery::Cookie;
    let cookie = by_cookie.then(|| (SET_COOKIE, app.cookies.close_session()));
    (StatusCode::NO_CONTENT, AppendHeaders(cookie))
}
