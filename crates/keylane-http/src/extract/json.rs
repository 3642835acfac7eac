//! The JSON of a request, read strictly.
//!
//! Unknown and repeated members are refused by the types themselves (`deny_unknown_fields`);
//! here are the limits of size, time and depth, and the sentence that names the member at fault.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use tokio::time::timeout;

use crate::app::App;
use crate::problem::{
    BODY_TIMEOUT, BODY_TOO_LARGE, INVALID_REQUEST, MALFORMED_JSON, Problem, UNSUPPORTED_MEDIA_TYPE,
};

/// Deepest nesting of objects and arrays. A WebAuthn answer has four levels, and room to grow.
const DEPTH_MAX: u32 = 16;
/// Longest explanation of what is wrong, in characters.
const DETAIL_CHARS_MAX: usize = 200;

/// A body that has arrived in time, is not too long, and says that it is JSON.
#[derive(Debug)]
pub(crate) struct JsonBody(Bytes);

impl JsonBody {
    /// Reads the body as `T`, which may borrow from it.
    pub(crate) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        read(&self.0)
    }
}

impl FromRequest<App> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let limits = app.config.requests;
        if says_nothing(&request) {
            return Ok(Self(Bytes::from_static(b"{}")));
        }
        if !is_json(request.headers()) {
            return Err(UNSUPPORTED_MEDIA_TYPE.into());
        }
        if declared_length(request.headers()).is_some_and(|it| it > limits.body_bytes_max) {
            return Err(BODY_TOO_LARGE.into());
        }
        let body = Limited::new(request.into_body(), limits.body_bytes_max);
        timeout(Duration::from_millis(limits.body_timeout_ms), collect(body))
            .await
            .unwrap_or_else(|_| Err(BODY_TIMEOUT.into()))
            .map(Self)
    }
}

/// A request without body and type, like that of `curl -X POST`, has nothing to add.
fn says_nothing(request: &Request) -> bool {
    !request.headers().contains_key(CONTENT_TYPE) && request.body().size_hint().exact() == Some(0)
}

async fn collect(body: Limited<Body>) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(err) if err.is::<http_body_util::LengthLimitError>() => Err(BODY_TOO_LARGE.into()),
        Err(_) => Err(Problem::with_detail(MALFORMED_JSON, "The body broke off.")),
    }
}

/// Whether the body says that it is JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// How long the body says it is.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    if !depth_is_sound(bytes) {
        return Err(Problem::with_detail(
            MALFORMED_JSON,
            format!("The JSON is more than {DEPTH_MAX} levels deep."),
        ));
    }
    match serde_json::from_slice(bytes) {
        Ok(_) if is_list(bytes) => {
            Err(Problem::with_detail(INVALID_REQUEST, "The JSON is a list, not an object."))
        }
        Ok(read) => Ok(read),
        Err(err) if err.is_data() => Err(name_the_member::<T>(bytes)),
        Err(err) => Err(Problem::with_detail(
            MALFORMED_JSON,
            format!("The JSON breaks at line {}, column {}.", err.line(), err.column()),
        )),
    }
}

/// A list of the right length is read in place of an object, by the order of its members.
fn is_list(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'[')
}

/// Reads once more, keeping track of where. Only refusals pay for that.
fn name_the_member<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let Err(err) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return INVALID_REQUEST.into();
    };
    let member = match err.path().to_string() {
        path if path == "." => String::new(),
        path => format!("`{path}`: "),
    };
    let said = err.inner().to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let detail: String = format!("{member}{said}.").chars().take(DETAIL_CHARS_MAX).collect();
    Problem::with_detail(INVALID_REQUEST, detail)
}

/// Whether brackets outside strings nest at most [`DEPTH_MAX`] deep. Looks at each byte once;
/// that the brackets match is the parser's business.
pub(crate) fn depth_is_sound(bytes: &[u8]) -> bool {
    let mut depth = 0u32;
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return false;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    true
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        handle: String,
        #[serde(default)]
        nested: Option<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u8,
    }

    #[test]
    fn body_of_the_right_shape_is_read() {
        check(br#"{"handle":"a","nested":{"count":1}}"#, Ok("a"));
    }

    #[test]
    fn broken_json_is_malformed() {
        for broken in [
            &b""[..],
            b"{",
            b"{\"handle\":\"a\"",
            b"nul",
            b"{\"handle\":\"\xff\"}",
            b"{\"handle\":\"a\"} {}",
        ] {
            check(broken, Err("malformed_json"));
        }
    }

    #[test]
    fn wrong_type_is_refused_with_the_member() {
        check(br#"{"handle":5}"#, Err("`handle`: invalid type"));
        check(br#"{"handle":"a","nested":{"count":300}}"#, Err("`nested.count`: invalid value"));
    }

    #[test]
    fn unknown_member_is_refused_by_name() {
        check(br#"{"handle":"a","role":"administrator"}"#, Err("unknown field `role`"));
    }

    #[test]
    fn missing_member_is_refused_by_name() {
        check(b"{}", Err("missing field `handle`"));
    }

    #[test]
    fn repeated_member_is_refused_by_name() {
        check(br#"{"handle":"a","handle":"b"}"#, Err("duplicate field `handle`"));
    }

    #[test]
    fn list_in_place_of_an_object_is_refused() {
        check(br#"[1]"#, Err("invalid_request"));
        check(br#" ["a"]"#, Err("invalid_request"));
        check(br#"["a",{"count":1}]"#, Err("invalid_request"));
    }

    #[test]
    fn body_of_a_thousand_levels_is_refused() {
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        check(deep.as_bytes(), Err("malformed_json"));
    }

    #[test]
    fn brackets_inside_strings_do_not_count_as_depth() {
        let text = format!(r#"{{"handle":"\"{}"}}"#, "[".repeat(40));
        assert!(read::<Example>(text.as_bytes()).is_ok());
    }

    #[test]
    fn explanation_stays_short() {
        let long = format!(r#"{{"{}":1}}"#, "a".repeat(10_000));
        let problem = read::<Example>(long.as_bytes()).unwrap_err();
        let body = format!("{problem:?}");
        assert!(body.len() < 1_500, "{}", body.len());
    }

    #[track_caller]
    fn check(body: &[u8], expected: Result<&str, &str>) {
        match (read::<Example>(body), expected) {
            (Ok(found), Ok(handle)) => assert_eq!(found.handle, handle),
            (Err(problem), Err(part)) => {
                let said = format!("{} {problem:?}", problem.kind.code);
                assert!(said.contains(part), "{said} should mention {part}");
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
}
