//! What a relying party sees of the authenticator, read by other hands than its own: `ciborium`
//! for CBOR, `x509-parser` for certificates, `serde_json` for JSON, aws-lc-rs with the SPKI for signatures.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod attestation;
mod certificates;
mod client_rules;
mod extensions;
mod messages;
mod reading;
mod saving;
mod signing_in;
mod spoiling;
mod statements;

use keylane_authenticator::{
    Authenticator, AuthenticatorConfig, ED448, ED25519, EDDSA, ES256, ES256K, ES384, ES512, ESP256,
    ESP384, ESP512, ML_DSA_44, ML_DSA_65, ML_DSA_87, PS256, PS384, PS512, RS256, RS384, RS512,
};
use serde_json::{Value, json};

const ORIGIN: &str = "https://example.org";

fn creation_options() -> Value {
    json!({
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": "dXNlci0x", "name": "ada@example.org", "displayName": "Ada" },
        "challenge": "Y3JlYXRlLWNoYWxsZW5nZQ",
        "pubKeyCredParams":
            ALGORITHMS.map(|algorithm| json!({ "type": "public-key", "alg": algorithm })),
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

/// Every algorithm that there are keys for.
const ALGORITHMS: [i64; 19] = [
    ES256, EDDSA, RS256, ES384, ES512, ES256K, RS384, RS512, PS256, PS384, PS512, ESP256, ESP384,
    ESP512, ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87,
];

/// An authenticator that holds one credential, and the registration of it.
fn registered(config: AuthenticatorConfig) -> (Authenticator, reading::Registration) {
    let mut authenticator = Authenticator::new(config);
    let json = authenticator.create(&creation_options().to_string(), ORIGIN).unwrap();
    let registration = reading::Registration::read(&json);
    (authenticator, registration)
}
