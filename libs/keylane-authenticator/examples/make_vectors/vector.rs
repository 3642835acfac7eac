//! The form of a vector file, and what both ceremonies have in common.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keylane_authenticator as key;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) const RP_ID: &str = "example.org";
pub(crate) const ORIGIN: &str = "https://example.org";
/// 2026-01-01T00:00:00Z.
pub(crate) const NOW_MS: u64 = 1_767_225_600_000;
pub(crate) const DEADLINE_MS: u64 = NOW_MS + 300_000;
pub(crate) const CHALLENGE: [u8; 32] = *b"a challenge of thirty-two bytes!";

/// Algorithms besides ES256, Ed25519 and RS256, with what their files are called.
pub(crate) const FURTHER_ALGORITHMS: [(&str, i64); 16] = [
    ("es384", key::ES384),
    ("es512", key::ES512),
    ("es256k", key::ES256K),
    ("rs384", key::RS384),
    ("rs512", key::RS512),
    ("ps256", key::PS256),
    ("ps384", key::PS384),
    ("ps512", key::PS512),
    ("esp256", key::ESP256),
    ("esp384", key::ESP384),
    ("esp512", key::ESP512),
    ("ed25519-fully-specified", key::ED25519),
    ("ed448", key::ED448),
    ("ml-dsa-44", key::ML_DSA_44),
    ("ml-dsa-65", key::ML_DSA_65),
    ("ml-dsa-87", key::ML_DSA_87),
];

/// `pubKeyCredParams` of these algorithms.
pub(crate) fn parameters(algorithms: &[i64]) -> Value {
    algorithms.iter().map(|alg| json!({ "type": "public-key", "alg": alg })).collect()
}

/// One file. Members stand in the order in which a reader wants them.
#[derive(Serialize)]
pub(crate) struct Vector {
    #[serde(skip)]
    pub(crate) path: String,
    pub(crate) comment: String,
    pub(crate) spec: String,
    pub(crate) expect: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Value>,
    pub(crate) ceremony: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credential: Option<Value>,
    pub(crate) response: Value,
}

/// A title: file name without the extension, what is special, the place in the specification.
pub(crate) struct Title<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

impl Vector {
    /// `expect` is `accept`, or the code of the refusal; only accepted ones have an outcome.
    pub(crate) fn new(folder: &str, title: &Title<'_>, expect: &str, outcome: Value) -> Self {
        Self {
            path: format!("{folder}/{}.json", title.0),
            comment: title.1.to_owned(),
            spec: format!("webauthn-3 {}", title.2),
            expect: expect.to_owned(),
            outcome: (expect == "accept").then_some(outcome),
            ceremony: Value::Null,
            credential: None,
            response: Value::Null,
        }
    }
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The text of the response with the first member written twice.
pub(crate) fn with_doubled_member(response: &Value) -> Value {
    let text = response.to_string();
    Value::String(text.replacen('{', "{\"type\":\"public-key\",", 1))
}

/// Spoils a signature or a hash.
#[allow(clippy::ptr_arg, reason = "edits get the vector")]
pub(crate) fn flip_last_bit(bytes: &mut Vec<u8>) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

/// The response with one of its byte strings changed, after everything was signed.
pub(crate) fn with_bytes_changed(
    response: &Value,
    member: &str,
    change: fn(&mut Vec<u8>),
) -> Value {
    let mut response = response.clone();
    let member = &mut response["response"][member];
    let mut bytes = URL_SAFE_NO_PAD.decode(member.as_str().unwrap_or_default()).unwrap_or_default();
    change(&mut bytes);
    *member = Value::String(base64url(&bytes));
    response
}
