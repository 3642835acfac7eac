//! base64url without padding, and SHA-256: the two encodings that every message goes through.

use crate::AuthenticatorError;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes `text`; `member` names it in the refusal.
pub(crate) fn from_base64url(
    member: &'static str,
    text: &str,
) -> Result<Vec<u8>, AuthenticatorError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| AuthenticatorError::Encoding { member })
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}
