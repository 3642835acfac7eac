//! What a relying party sees of the authenticator, read by other hands than its own: `ciborium`
//! for CBOR, `serde_json` for JSON, aws-lc-rs with the SPKI for signatures.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod client_rules;
mod messages;
mod reading;
mod saving;
mod signing_in;
mod spoiling;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};

const ORIGIN: &str = "https://example.org";

fn creation_options() -> Value {
    json!({
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": "dXNlci0x", "name": "ada@example.org", "displayName": "Ada" },
        "challenge": "Y3JlYXRlLWNoYWxsZW5nZQ",
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -257 },
        ],
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
        "extensions": { "credProps": true },
    })
}

fn request_options() -> Value {
    json!({
        "challenge": "Z2V0LWNoYWxsZW5nZQ",
        "rpId": "example.org",
        "userVerification": "required",
    })
}

/// An authenticator that holds one credential, and the registration of it.
fn registered(config: AuthenticatorConfig) -> (Authenticator, reading::Registration) {
    let mut authenticator = Authenticator::new(config);
    let json = authenticator.create(&creation_options().to_string(), ORIGIN).unwrap();
    let registration = reading::Registration::read(&json);
    (authenticator, registration)
}
