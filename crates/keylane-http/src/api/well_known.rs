//! `/.well-known/…`: where programs look without being told.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use keylane_webauthn::{Origin, PublicSuffixes, RelatedOrigins};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::{NOT_FOUND, Problem, ProblemBody};

/// How long others may keep the keys. A new key is announced well before it signs.
const JWKS_CACHE: &str = "public, max-age=3600";

#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "server",
    responses(
        (status = 200, description = "The keys that check access tokens (RFC 7517)", body = Object),
        (status = "default", description = "Any problem", body = ProblemBody),
    )
)]
pub(crate) async fn jwks(State(app): State<App>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, JWKS_CACHE)];
    (headers, app.service.jwks_json())
}

#[utoipa::path(
    get, path = "/.well-known/webauthn", tag = "server",
    responses(
        (status = 200, description = "The other sites that may use passkeys of this RP ID (WebAuthn Level 3, section 5.11)", body = Object),
        (status = 404, description = "`not_found`: there are none", body = ProblemBody),
        (status = "default", description = "Any problem", body = ProblemBody),
    )
)]
pub(crate) async fn webauthn(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let related = app.service.relying_party().related_origins().map(Origin::as_str);
    // Without a list of public suffixes, sites count by their last two labels at most. `keylane
    // doctor` tells the operator about a document that browsers would not read to its end.
    let document = RelatedOrigins::new(related, &PublicSuffixes::from_list(""));
    let document = document.map_err(|err| Problem::from(NOT_FOUND).because(err.code()))?;
    Ok(([(CACHE_CONTROL, "public, max-age=3600")], Json(document)))
}

#[utoipa::path(
    get, path = "/.well-known/passkey-endpoints", tag = "server",
    responses(
        (status = 200, description = "Where a person adds and manages passkeys", body = PasskeyEndpoints),
        (status = "default", description = "Any problem", body = ProblemBody),
    )
)]
pub(crate) async fn passkey_endpoints(State(app): State<App>) -> impl IntoResponse {
    let account = format!("{}/account", app.service.relying_party().own_origin.as_str());
    let body = PasskeyEndpoints { enroll: account.clone(), manage: account };
    ([(CACHE_CONTROL, "public, max-age=3600")], Json(body))
}

#[utoipa::path(
    get, path = "/.well-known/change-password", tag = "server",
    responses(
        (status = 302, description = "To the account page: there are no passwords, but there are passkeys"),
        (status = "default", description = "Any problem", body = ProblemBody),
    )
)]
pub(crate) async fn change_password() -> impl IntoResponse {
    (http::StatusCode::FOUND, [(http::header::LOCATION, "/account")])
}

/// A Well-Known URL for Relying Party Passkey Endpoints.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyEndpoints {
    /// Where a person adds a passkey.
    enroll: String,
    /// Where a person manages passkeys.
    manage: String,
}
