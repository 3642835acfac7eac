//! Base64url as WebAuthn's JSON forms use it: no padding, and one text for each byte string.
//!
//! Characters outside the alphabet, padding, and last characters with stray bits are refused, so
//! two texts are equal exactly when their bytes are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of `text`, or `None` when it is not canonical base64url.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// `bytes` as base64url, for `#[serde(serialize_with)]`.
pub(crate) fn serialize<S: serde::Serializer>(
    bytes: &[u8],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode(bytes))
}
