//! The cookie that carries a session's id.
//!
//! It is not `Secure`: the listener speaks plain HTTP, whatever origin the ceremonies are for, and
//! the cookie jar of a test suite would keep a `Secure` cookie to itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};

use super::session::{ID_BYTES, SessionId};
use crate::cookies;

const NAME: &str = "keylane-conformance";

/// The session that the client says it has, if it can be one of ours.
pub(super) fn find(headers: &HeaderMap) -> Option<SessionId> {
    let value = cookies::find(headers, NAME)?;
    let bytes: [u8; ID_BYTES] = URL_SAFE_NO_PAD.decode(value).ok()?.try_into().ok()?;
    Some(SessionId::from(bytes))
}

/// Gives the client its session.
pub(super) fn set(headers: &mut HeaderMap, id: &SessionId) {
    let value = URL_SAFE_NO_PAD.encode(id.as_bytes());
    let cookie = format!("{NAME}={value}; HttpOnly; SameSite=Lax; Path=/");
    // The name and base64url are plain ASCII.
    if let Ok(mut value) = HeaderValue::try_from(cookie) {
        value.set_sensitive(true);
        headers.insert(SET_COOKIE, value);
    }
}
