//! The JSON of the responses: the shapes of `RegistrationResponseJSON` and
//! `AuthenticationResponseJSON`.

use crate::{
    ORIGIN, creation_options,
    reading::{Assertion, Registration, bytes_of},
    registered, request_options,
};
use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};

#[test]
fn registration_has_the_members_of_the_specification() {
    let (_, registration) = registered(AuthenticatorConfig::default());
    let json = &registration.json;
    let top =
        ["authenticatorAttachment", "clientExtensionResults", "id", "rawId", "response", "type"];
    assert_eq!(names(json), top);
    let response = [
        "attestationObject",
        "authenticatorData",
        "clientDataJSON",
        "publicKey",
        "publicKeyAlgorithm",
        "transports",
    ];
    assert_eq!(names(&json["response"]), response);
    assert_eq!(json["type"], "public-key");
    assert_eq!(json["id"], json["rawId"]);
    assert_eq!(bytes_of(&json["rawId"]), registration.attested().credential_id);
    assert_eq!(bytes_of(&json["response"]["authenticatorData"]), registration.auth_data.bytes);
    assert_eq!(json["response"]["transports"], json!(["hybrid", "internal"]));
    assert_eq!(json["authenticatorAttachment"], "platform");
}

#[test]
fn assertion_has_the_members_of_the_specification() {
    let (mut authenticator, _) = registered(AuthenticatorConfig::default());
    let json = authenticator.get(&request_options().to_string(), ORIGIN).unwrap();
    let json = Assertion::read(&json).json;
    let top =
        ["authenticatorAttachment", "clientExtensionResults", "id", "rawId", "response", "type"];
    assert_eq!(names(&json), top);
    let response = ["authenticatorData", "clientDataJSON", "signature", "userHandle"];
    assert_eq!(names(&json["response"]), response);
    assert_eq!(json["response"]["userHandle"], "dXNlci0x");
    assert_eq!(json["clientExtensionResults"], json!({}));
}

#[test]
fn client_data_is_serialised_byte_for_byte() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let created = r#"{"type":"webauthn.create","challenge":"Y3JlYXRlLWNoYWxsZW5nZQ","origin":"https://example.org","crossOrigin":false}"#;
    assert_eq!(registration.client_data, created.as_bytes());
    let json = authenticator.get(&request_options().to_string(), ORIGIN).unwrap();
    let signed = r#"{"type":"webauthn.get","challenge":"Z2V0LWNoYWxsZW5nZQ","origin":"https://example.org","crossOrigin":false}"#;
    assert_eq!(Assertion::read(&json).client_data, signed.as_bytes());
}

#[test]
fn cred_props_tells_whether_the_credential_is_discoverable() {
    let results = |selection: &str, cred_props: bool| {
        let mut options = creation_options();
        options["authenticatorSelection"]["residentKey"] = json!(selection);
        options["extensions"]["credProps"] = json!(cred_props);
        let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
        let json = authenticator.create(&options.to_string(), ORIGIN).unwrap();
        Registration::read(&json).json["clientExtensionResults"].clone()
    };
    assert_eq!(results("required", true), json!({ "credProps": { "rk": true } }));
    assert_eq!(results("preferred", true), json!({ "credProps": { "rk": true } }));
    assert_eq!(results("discouraged", true), json!({ "credProps": { "rk": false } }));
    assert_eq!(results("required", false), json!({}));
}

#[test]
fn transports_and_attachment_are_those_of_the_authenticator() {
    let config =
        AuthenticatorConfig { transports: vec!["usb".into()], ..AuthenticatorConfig::default() };
    let (_, registration) = registered(config);
    assert_eq!(registration.json["response"]["transports"], json!(["usb"]));
    assert_eq!(registration.json["authenticatorAttachment"], "cross-platform");
}

#[test]
fn unknown_members_and_enumeration_values_of_options_are_passed_over() {
    let mut options = creation_options();
    options["hints"] = json!(["client-device"]);
    options["timeout"] = json!(60_000);
    options["attestationFormats"] = json!(["packed"]);
    options["authenticatorSelection"]["userVerification"] = json!("by-all-means");
    options["authenticatorSelection"]["authenticatorAttachment"] = json!("implanted");
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    assert!(authenticator.create(&options.to_string(), ORIGIN).is_ok());
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
