//! The two shapes of an answer, and the table of refusals that are not the verifier's.

use std::borrow::Cow;
use std::error::Error;

use axum::body::Body;
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, StatusCode};
use serde_json::{Map, Value};

/// Longest message, in characters.
const MESSAGE_CHARS_MAX: usize = 200;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    pub(super) code: &'static str,
    sentence: Cow<'static, str>,
}

macro_rules! refusals {
    ($($name:ident = $status:ident $code:literal $sentence:literal;)+) => {
        impl Refusal {
            $(pub(super) const $name: Self = Self {
                status: StatusCode::$status, code: $code, sentence: Cow::Borrowed($sentence),
            };)+
        }
    };
}

refusals! {
    UNKNOWN_ADDRESS = NOT_FOUND "unknown_address" "There is nothing at this address";
    METHOD = METHOD_NOT_ALLOWED "method_not_allowed" "Send a POST";
    MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "Send the body as application/json";
    HEADERS_TOO_LARGE = REQUEST_HEADER_FIELDS_TOO_LARGE "headers_too_large" "The headers are too many or too long";
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE "body_too_large" "The body is too long";
    BODY_TIMEOUT = REQUEST_TIMEOUT "body_timeout" "The body did not arrive in time";
    BODY_BROKEN = BAD_REQUEST "body_broken" "The body broke off or is not framed correctly";
    INVALID_UTF8 = BAD_REQUEST "invalid_utf8" "The body is not UTF-8";
    INVALID_JSON = BAD_REQUEST "invalid_json" "The body is not JSON";
    TOO_DEEP = BAD_REQUEST "json_too_deep" "The JSON is nested too deeply";
    DUPLICATE_MEMBER = BAD_REQUEST "duplicate_member" "The JSON has a member twice";
    NOT_AN_OBJECT = BAD_REQUEST "not_an_object" "The JSON is not an object";
    NO_CEREMONY = BAD_REQUEST "no_ceremony" "No ceremony waits for this answer";
    USER_UNKNOWN = BAD_REQUEST "user_unknown" "This user has no credentials";
    USER_GONE = BAD_REQUEST "user_gone" "The user was forgotten meanwhile";
    CREDENTIAL_UNKNOWN = BAD_REQUEST "credential_unknown" "There is no such credential";
    CREDENTIAL_EXISTS = BAD_REQUEST "credential_exists" "The credential id is taken";
    COUNTER_DID_NOT_RISE = BAD_REQUEST "sign_count_did_not_rise" "The signature counter did not rise";
    BACKUP_ELIGIBILITY = BAD_REQUEST "backup_eligibility_changed" "The BE flag changed";
    SIGNAL = BAD_REQUEST "assertion_suspicious" "Something is odd about the assertion";
    FORMAT_UNKNOWN = BAD_REQUEST "attestation_format_unknown" "The attestation format is not known";
    NO_RANDOMNESS = INTERNAL_SERVER_ERROR "no_randomness" "The source of randomness has failed";
    PANIC = INTERNAL_SERVER_ERROR "internal" "The server made a mistake";
}

impl Refusal {
    /// A refusal of the verifier, with its reasons down to the first.
    pub(super) fn verifier(code: &'static str, error: &dyn Error) -> Self {
        let mut sentence = error.to_string();
        let mut reason = error.source();
        while let Some(error) = reason {
            sentence = format!("{sentence}: {error}");
            reason = error.source();
        }
        Self::because(code, sentence)
    }

    /// A report of the metadata that speaks against the authenticator.
    pub(super) fn status(code: &'static str) -> Self {
        Self::because(code, "Metadata speaks against this authenticator")
    }

    /// A member of the request that says nothing sound.
    pub(super) fn member(name: &str, expected: &str) -> Self {
        Self::because("member_invalid", format!("`{name}` is not {expected}"))
    }

    /// A member that the request lacks.
    pub(super) fn missing(name: &str) -> Self {
        Self::because("member_missing", format!("`{name}` is missing"))
    }

    fn because(code: &'static str, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, sentence: sentence.into() }
    }

    fn message(&self) -> String {
        let sentence: String = self.sentence.chars().take(MESSAGE_CHARS_MAX).collect();
        format!("{sentence} ({})", self.code)
    }
}

/// What was asked for.
pub(super) fn ok(members: Map<String, Value>) -> Response {
    answer(StatusCode::OK, "ok", String::new(), members)
}

/// A refusal.
pub(super) fn failed(refusal: &Refusal) -> Response {
    let mut response = answer(refusal.status, "failed", refusal.message(), Map::new());
    if refusal.status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// A mistake of ours; the panic hook has logged where and why.
pub(super) fn failed_by_panic() -> Response {
    failed(&Refusal::PANIC)
}

fn answer(
    status: StatusCode,
    word: &str,
    message: String,
    mut members: Map<String, Value>,
) -> Response {
    members.insert("status".to_owned(), word.into());
    members.insert("errorMessage".to_owned(), message.into());
    let mut response = Response::new(Body::from(Value::Object(members).to_string()));
    *response.status_mut() = status;
    let mut set = |name: HeaderName, value| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_TYPE, "application/json");
    set(CACHE_CONTROL, "no-store");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}
