//! Refusals on the wire: RFC 9457 problems with a stable code.
//!
//! This is the one table of statuses. An endpoint chooses a [`Kind`]; the request's id, and in
//! development mode the fix, are added on the way out by [`Site`](crate::Site), which also counts
//! the code. So a handler needs to know neither.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderName, StatusCode};
use keylane_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::Mode;

/// What a problem says when the endpoint adds nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    /// What to do.
    pub(crate) detail: &'static str,
    /// For developers, shown in development mode only.
    pub(crate) fix: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:ident $code:literal $title:literal $detail:literal $fix:literal;)+) => {
        $(pub(crate) const $name: &Kind = &Kind {
            code: $code, status: StatusCode::$status, title: $title, detail: $detail, fix: $fix,
        };)+

        /// Every kind of problem, for the page that explains them.
        pub(crate) const ALL: &[&Kind] = &[$($name),+];
    };
}

kinds! {
    MALFORMED_JSON = BAD_REQUEST "malformed_json"
        "The request is not JSON."
        "Send a JSON object in UTF-8, at most 16 levels deep."
        "Check the body with a JSON validator; the detail says where reading stopped.";
    INVALID_REQUEST = BAD_REQUEST "invalid_request"
        "The request says something that this endpoint does not understand."
        "The request has a wrong, missing or unknown member."
        "Compare the request with openapi/keylane.json. Unknown and repeated members are refused.";
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE "body_too_large"
        "The request is too large."
        "Send at most 64 KiB."
        "No call of this API needs more. Look for something that was sent by mistake.";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type"
        "The request is not marked as JSON."
        "Send the header `Content-Type: application/json`."
        "With fetch: headers: { 'content-type': 'application/json' }.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "method_not_allowed"
        "This address does not take that method."
        "Use a method that the `Allow` header of this answer names."
        "See openapi/keylane.json for what each address takes.";
    NOT_FOUND = NOT_FOUND "not_found"
        "There is nothing at this address."
        "Check the address."
        "See openapi/keylane.json for every address. Paths have no trailing slash.";
    SESSION_REQUIRED = UNAUTHORIZED "session_required"
        "You are not signed in."
        "Sign in and try again."
        "Send the session cookie from Keylane's own pages, or `Authorization: Bearer <access_token>` from elsewhere. Access tokens live for minutes only: exchange the refresh token at /v1/session/refresh.";
    ORIGIN_REFUSED = FORBIDDEN "origin_refused"
        "This page may not use this server."
        "Open the application at its usual address."
        "Add the page's origin to the allowed origins in the configuration. Requests that carry Keylane's cookie are taken from Keylane's own pages only: use `credentials: 'omit'` elsewhere.";
    STEP_UP_REQUIRED = FORBIDDEN "step_up_required"
        "Please confirm that it is you."
        "Sign in with a passkey again, then repeat what you wanted to do."
        "Run /v1/authentication/begin and finish in the same session, then repeat the call.";
    TOO_MANY_REQUESTS = TOO_MANY_REQUESTS "too_many_requests"
        "Too many requests."
        "Wait a moment and try again."
        "Wait as many seconds as `Retry-After` says. Limits are set in the configuration; monitors and load tests can be exempt.";
    STORE_UNAVAILABLE = SERVICE_UNAVAILABLE "store_unavailable"
        "The server cannot reach its data right now."
        "Nothing was lost. Try again in a moment."
        "Run `keylane doctor`; it asks the store and says what is wrong.";
    OVERLOADED = SERVICE_UNAVAILABLE "overloaded"
        "The server is busy."
        "Try again in a moment."
        "More requests arrived at once than the configured limit.";
    TIMEOUT = SERVICE_UNAVAILABLE "timeout"
        "The answer took too long."
        "Try again in a moment."
        "Run `keylane doctor` and look at the store's latency in the metrics.";
    BODY_TIMEOUT = REQUEST_TIMEOUT "body_timeout"
        "The request took too long to arrive."
        "Check the connection and try again."
        "The whole body must arrive within the time that the configuration allows.";
    INTERNAL = INTERNAL_SERVER_ERROR "internal"
        "Something went wrong on the server."
        "Try again. If it happens again, tell the operator the request's id."
        "The log has an entry with this request's id.";
    CODE_REFUSED = UNAUTHORIZED "code_refused"
        "That code is not right, or no longer good."
        "Check the newest mail, or ask for a new code."
        "A code lives ten minutes and takes five tries; a newer code ends it. In development mode, read it at /dev/mailbox.";
    REGISTRATION_REFUSED = BAD_REQUEST "registration_refused"
        "The passkey could not be added."
        "Try again. If it happens again, try another browser or authenticator."
        "`reason` names the first check that refused the answer.";
    AUTHENTICATOR_REFUSED = FORBIDDEN "authenticator_refused"
        "This kind of passkey is not accepted here."
        "Use another device or security key."
        "`reason` names the rule of [authenticators] in the configuration that it breaks.";
    CREDENTIAL_EXISTS = CONFLICT "credential_exists"
        "This passkey is registered already."
        "Sign in with it, or use another authenticator."
        "The browser should have offered no authenticator from `excludeCredentials`; this one answered all the same.";
    TOO_MANY_PASSKEYS = CONFLICT "too_many_passkeys"
        "The account has as many passkeys as it may have."
        "Remove one that you no longer use."
        "Remove a passkey with DELETE /v1/me/credentials/{id}.";
    CEREMONY_EXPIRED = BAD_REQUEST "ceremony_expired"
        "That took longer than five minutes."
        "Start again."
        "Call begin and finish within `expires_in_s` seconds.";
    CEREMONY_SPENT = BAD_REQUEST "ceremony_spent"
        "This answer was used before."
        "Start again."
        "Every challenge is good for one answer, right or wrong. Call begin again.";
    AUTHENTICATION_REFUSED = UNAUTHORIZED "authentication_refused"
        "That did not work."
        "Try again."
        "The reason is in the audit log, not here: it would tell a stranger which accounts exist. Common: begin and finish from different origins, or without the cookie that begin set.";
    CREDENTIAL_UNKNOWN = UNAUTHORIZED "credential_unknown"
        "No account here has this passkey."
        "It may have been removed. Use another passkey, or sign up."
        "Call PublicKeyCredential.signalUnknownCredential() so that the browser stops offering it.";
    REFRESH_REFUSED = UNAUTHORIZED "refresh_refused"
        "The session has ended."
        "Sign in again."
        "A refresh token is good once. Using an old one ends the session, because one of its two holders may be a thief.";
    PASSKEY_NOT_FOUND = NOT_FOUND "passkey_not_found"
        "You have no such passkey."
        "Reload the list."
        "Ids are those of GET /v1/me/credentials.";
    LAST_PASSKEY = CONFLICT "last_passkey"
        "This is your only passkey."
        "Without it you can only get back in with a code sent to your address. Add another passkey first, or confirm that you want to remove it."
        "Repeat the call with ?last=confirm once the person has said yes.";
    SESSION_NOT_FOUND = NOT_FOUND "session_not_found"
        "You have no such session."
        "It may have ended. Reload the list."
        "Ids are those of GET /v1/me/sessions.";
    LINK_REFUSED = FORBIDDEN "link_refused"
        "This link is not good, or no longer."
        "Ask the operator for a new link."
        "`keylane serve` prints a new link at each start until there is an administrator. A link is good for a day.";
}

/// A refusal. Becomes an answer with [`IntoResponse`]; [`Site`](crate::Site) writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) kind: &'static Kind,
    detail: Option<String>,
    reason: Option<&'static str>,
    /// Why, for metrics and logs only.
    pub(crate) because: Option<&'static str>,
    retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem that says more than its kind does.
    pub(crate) fn with_detail(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::from(kind) }
    }

    /// Tells the client which check refused.
    #[must_use]
    pub(crate) fn reason(self, code: &'static str) -> Self {
        Self { reason: Some(code), because: Some(code), ..self }
    }

    /// Tells metrics and logs, but not the client, which check refused.
    #[must_use]
    pub(crate) fn because(self, code: &'static str) -> Self {
        Self { because: Some(code), ..self }
    }

    /// Tells the client when to come back.
    #[must_use]
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// A failure of the server's own making, with a code for the log.
    pub(crate) fn internal(code: &'static str) -> Self {
        Self::from(INTERNAL).because(code)
    }

    /// What metrics count it under.
    pub(crate) fn metric_code(&self) -> &'static str {
        self.because.unwrap_or(self.kind.code)
    }

    /// Writes the body.
    pub(crate) fn render(&self, request_id: &str, mode: Mode) -> Body {
        let body = ProblemBody {
            type_: format!("/problems#{}", self.kind.code),
            title: self.kind.title.to_owned(),
            status: self.kind.status.as_u16(),
            code: self.kind.code.to_owned(),
            detail: self.detail.clone().unwrap_or_else(|| self.kind.detail.to_owned()),
            fix: (mode == Mode::Development).then(|| self.kind.fix.to_owned()),
            request_id: request_id.to_owned(),
            reason: self.reason.map(str::to_owned),
            retry_after_s: self.retry_after_s,
        };
        // A struct of strings and numbers always serialises.
        Body::from(serde_json::to_vec(&body).unwrap_or_default())
    }
}

impl From<&'static Kind> for Problem {
    fn from(kind: &'static Kind) -> Self {
        Self { kind, detail: None, reason: None, because: None, retry_after_s: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.status;
        let mut set = |name: HeaderName, value| response.headers_mut().insert(name, value);
        set(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            set(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(err: StoreError) -> Self {
        tracing::warn!(error = %err, "the store did not answer");
        Self::from(STORE_UNAVAILABLE).because(err.code()).retry_after(1)
    }
}

/// RFC 9457: why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Where the code is explained, relative to this server.
    #[serde(rename = "type")]
    type_: String,
    /// A plain sentence.
    title: String,
    /// The HTTP status.
    status: u16,
    /// A stable name; the only member that programs should look at.
    code: String,
    /// A plain sentence with what to do.
    detail: String,
    /// For developers, in development mode only.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// The request's id, as in the server's log.
    request_id: String,
    /// The check that refused, where that tells a stranger nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When to come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_in_development_says_how_to_fix_it() {
        assert!(check(Mode::Development).contains("\"fix\":\"Wait as many seconds"));
    }

    #[test]
    fn problem_in_production_keeps_the_fix_to_itself() {
        assert!(!check(Mode::Production).contains("fix"));
    }

    #[test]
    fn codes_are_snake_case_and_say_what_to_do() {
        for kind in ALL {
            assert!(kind.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            assert!(kind.title.ends_with('.') && kind.detail.ends_with('.'), "{}", kind.code);
        }
    }

    #[test]
    fn every_code_names_one_kind() {
        let codes: std::collections::HashSet<_> = ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), ALL.len());
    }

    #[track_caller]
    fn check(mode: Mode) -> String {
        let problem = Problem::from(TOO_MANY_REQUESTS).retry_after(7).because("secret");
        let body = problem.render("r1", mode);
        let bytes = futures_body(body);
        assert!(!bytes.contains("secret"));
        assert!(bytes.contains("\"retry_after_s\":7") && bytes.contains("\"request_id\":\"r1\""));
        bytes
    }

    fn futures_body(body: Body) -> String {
        use http_body_util::BodyExt as _;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(body.collect()).unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}
