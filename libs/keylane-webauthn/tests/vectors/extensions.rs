//! Extensions in the ceremonies and outcomes of vectors.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_webauthn::{
    CreationExtensions, CreationOptions, CreationOutputs, CredentialProtection, PrfResults,
    RequestExtensions, RequestOptions, RequestOutputs, SecretBytes,
};
use serde_json::{Map, Value, json};

/// What a registration asks for, as it stands in options.
pub(crate) fn asked_of_creation(extensions: &Value) -> CreationExtensions {
    let options = json!({
        "rp": { "id": "example.org", "name": "" },
        "user": { "id": "AA", "name": "", "displayName": "" },
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "pubKeyCredParams": [],
        "extensions": extensions,
    });
    CreationOptions::from_json(&options.to_string()).unwrap().extensions
}

/// The same of an authentication.
pub(crate) fn asked_of_request(extensions: &Value) -> RequestExtensions {
    let options = json!({
        "rpId": "example.org",
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "extensions": extensions,
    });
    RequestOptions::from_json(&options.to_string()).unwrap().extensions
}

/// The outputs of a registration that are there. Results of `prf` are counted, since they are
/// never the same.
pub(crate) fn of_creation(outputs: &CreationOutputs) -> Value {
    let mut known = Members::default();
    known.add("cred_props_rk", outputs.discoverable);
    known.add("prf_enabled", outputs.prf.as_ref().and_then(|it| it.enabled));
    known.add("prf_results", count(outputs.prf.as_ref().and_then(|it| it.results.as_ref())));
    known.add("large_blob_supported", outputs.large_blob_supported);
    known.add("app_id_exclude", outputs.app_id_exclude);
    known.add("credential_protection", outputs.credential_protection.map(level));
    known.add("hmac_secret", outputs.hmac_secret);
    known.add("cred_blob_stored", outputs.cred_blob_stored);
    known.add("min_pin_length", outputs.min_pin_length);
    Value::Object(known.0)
}

/// The same of an authentication.
pub(crate) fn of_request(outputs: &RequestOutputs) -> Value {
    let mut known = Members::default();
    known.add("app_id", outputs.app_id);
    known.add("prf_results", count(outputs.prf.as_ref().and_then(|it| it.results.as_ref())));
    known.add("large_blob", outputs.large_blob.as_ref().map(base64url));
    known.add("large_blob_written", outputs.large_blob_written);
    known.add("hmac_secret", outputs.hmac_secret.as_ref().map(|_| "encrypted"));
    known.add("cred_blob", outputs.cred_blob.as_ref().map(base64url));
    Value::Object(known.0)
}

#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn add(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }
}

fn count(results: Option<&PrfResults>) -> Option<u8> {
    results.map(|it| if it.second.is_some() { 2 } else { 1 })
}

fn level(protection: CredentialProtection) -> u8 {
    match protection {
        CredentialProtection::UserVerificationOptional => 1,
        CredentialProtection::UserVerificationOptionalWithCredentialIdList => 2,
        CredentialProtection::UserVerificationRequired => 3,
    }
}

fn base64url(bytes: &SecretBytes) -> String {
    URL_SAFE_NO_PAD.encode(bytes.expose())
}
