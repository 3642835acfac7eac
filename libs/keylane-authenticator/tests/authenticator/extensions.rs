//! What the authenticator and the client answer to extensions.

use crate::{
    ORIGIN, creation_options,
    reading::{Assertion, Registration, bytes_of},
    request_options,
};
use ciborium::Value as Cbor;
use keylane_authenticator::{Authenticator, AuthenticatorConfig, flags};
use serde_json::{Value, json};

#[test]
fn credential_protection_is_a_number_in_the_authenticator_data() {
    for (policy, level) in [
        ("userVerificationOptional", 1),
        ("userVerificationOptionalWithCredentialIDList", 2),
        ("userVerificationRequired", 3),
    ] {
        let it = created(&json!({ "credentialProtectionPolicy": policy }));
        assert_eq!(authenticator_outputs(&it), [(Cbor::from("credProtect"), Cbor::from(level))]);
    }
    let refused = refusal(&json!({ "credentialProtectionPolicy": "none" }));
    assert_eq!(refused, "type_error");
}

#[test]
fn outputs_stand_in_canonical_order_behind_their_flag() {
    let it = created(&json!({
        "credBlob": "AQI",
        "credentialProtectionPolicy": "userVerificationRequired",
        "hmacCreateSecret": true,
        "minPinLength": true,
    }));
    assert_eq!(it.auth_data.flags & flags::ED, flags::ED);
    let names: Vec<_> = authenticator_outputs(&it).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["credBlob", "credProtect", "hmac-secret", "minPinLength"].map(Cbor::from));
    assert_eq!(client_outputs(&it)["hmacCreateSecret"], true);
    assert_eq!(created(&json!({})).auth_data.flags & flags::ED, 0);
}

#[test]
fn authenticator_without_a_pin_does_not_tell_its_length() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let it = created_by(&mut authenticator, &json!({ "minPinLength": true }));
    assert_eq!(it.auth_data.flags & flags::ED, 0);
}

#[test]
fn prf_gives_the_same_result_for_the_same_input_in_both_ceremonies() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let inputs = json!({ "first": "AQID", "second": "BAUG" });
    let it = created_by(&mut authenticator, &json!({ "prf": { "eval": inputs } }));
    let at_creation = client_outputs(&it)["prf"].clone();
    assert_eq!(at_creation["enabled"], true);
    assert_eq!(bytes_of(&at_creation["results"]["first"]).len(), 32);
    assert_ne!(at_creation["results"]["first"], at_creation["results"]["second"]);

    let signed = signed_by(&mut authenticator, &json!({ "prf": { "eval": { "first": "BAUG" } } }));
    let results = &signed.json["clientExtensionResults"]["prf"]["results"];
    assert_eq!(results, &json!({ "first": at_creation["results"]["second"] }));

    let saved = Authenticator::from_json(&authenticator.to_json()).unwrap();
    let again = signed_by(&mut { saved }, &json!({ "prf": { "eval": { "first": "BAUG" } } }));
    assert_eq!(again.json["clientExtensionResults"], signed.json["clientExtensionResults"]);
}

#[test]
fn prf_without_inputs_says_that_it_is_there() {
    let it = created(&json!({ "prf": {} }));
    assert_eq!(client_outputs(&it)["prf"], json!({ "enabled": true }));
}

#[test]
fn prf_takes_the_inputs_of_the_credential() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let it = created_by(&mut authenticator, &json!({ "prf": { "eval": { "first": "AQID" } } }));
    let expected = client_outputs(&it)["prf"]["results"]["first"].clone();
    let id = it.json["id"].as_str().unwrap().to_owned();
    let mut options = request_options();
    options["allowCredentials"] = json!([{ "type": "public-key", "id": id }]);
    options["extensions"] = json!({ "prf": {
        "eval": { "first": "BAUG" }, "evalByCredential": { id: { "first": "AQID" } },
    } });
    let signed = authenticator.get(&options.to_string(), ORIGIN).unwrap();
    let results = &Assertion::read(&signed).json["clientExtensionResults"]["prf"]["results"];
    assert_eq!(results["first"], expected);
}

#[test]
fn prf_inputs_by_credential_need_that_credential() {
    let by_credential = json!({ "evalByCredential": { "AAAA": { "first": "AQID" } } });
    assert_eq!(refusal(&json!({ "prf": by_credential })), "not_supported_error");
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let it = created_by(&mut authenticator, &json!({}));
    let mut options = request_options();
    options["extensions"] = json!({ "prf": by_credential });
    let refused = authenticator.get(&options.to_string(), ORIGIN);
    assert_eq!(refused.map_err(|err| err.code()), Err("not_supported_error"));
    options["allowCredentials"] = json!([{ "type": "public-key", "id": it.json["id"] }]);
    let refused = authenticator.get(&options.to_string(), ORIGIN);
    assert_eq!(refused.map_err(|err| err.code()), Err("syntax_error"));
}

#[test]
fn credential_keeps_its_blobs() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let it = created_by(
        &mut authenticator,
        &json!({ "credBlob": "AQI", "largeBlob": { "support": "required" } }),
    );
    assert_eq!(authenticator_outputs(&it), [(Cbor::from("credBlob"), Cbor::from(true))]);
    assert_eq!(client_outputs(&it)["largeBlob"], json!({ "supported": true }));
    let read = json!({ "getCredBlob": true, "largeBlob": { "read": true } });
    let empty = signed_by(&mut authenticator, &read);
    assert_eq!(empty.json["clientExtensionResults"]["largeBlob"], json!({}));
    let written = signed_by(&mut authenticator, &json!({ "largeBlob": { "write": "BwgJ" } }));
    assert_eq!(written.json["clientExtensionResults"]["largeBlob"], json!({ "written": true }));
    let mut saved = Authenticator::from_json(&authenticator.to_json()).unwrap();
    assert!(format!("{saved:?}").contains("Blob(3 bytes, redacted)"));
    let it = signed_by(&mut saved, &read);
    assert_eq!(it.json["clientExtensionResults"]["largeBlob"], json!({ "blob": "BwgJ" }));
    let outputs: Cbor = ciborium::from_reader(&it.auth_data.rest[..]).unwrap();
    let blob = (Cbor::from("credBlob"), Cbor::Bytes(vec![1, 2]));
    assert_eq!(outputs, Cbor::Map(vec![blob]));
}

#[test]
fn blobs_that_do_not_fit_are_not_kept() {
    let long = "A".repeat(44);
    let it = created(&json!({ "credBlob": long }));
    assert_eq!(authenticator_outputs(&it), [(Cbor::from("credBlob"), Cbor::from(false))]);
    let config = AuthenticatorConfig { large_blob: false, ..AuthenticatorConfig::default() };
    let it = created_by(
        &mut Authenticator::new(config.clone()),
        &json!({ "largeBlob": { "support": "preferred" } }),
    );
    assert_eq!(client_outputs(&it)["largeBlob"], json!({ "supported": false }));
    let mut options = creation_options();
    options["extensions"] = json!({ "largeBlob": { "support": "required" } });
    let refused = Authenticator::new(config).create(&options.to_string(), ORIGIN);
    assert_eq!(refused.map_err(|err| err.code()), Err("not_allowed_error"));
}

#[test]
fn app_ids_of_u2f_are_looked_at_and_not_used() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let app_id = "https://example.org/u2f.json";
    let it = created_by(&mut authenticator, &json!({ "appidExclude": app_id }));
    assert_eq!(client_outputs(&it), &json!({ "appidExclude": true }));
    let signed = signed_by(&mut authenticator, &json!({ "appid": app_id }));
    assert_eq!(signed.json["clientExtensionResults"], json!({ "appid": false }));
}

fn authenticator_outputs(registration: &Registration) -> Vec<(Cbor, Cbor)> {
    let encoded = registration.attested().trailing;
    let outputs: Cbor = ciborium::from_reader(&encoded[..]).unwrap();
    outputs.into_map().unwrap()
}

fn client_outputs(registration: &Registration) -> &Value {
    &registration.json["clientExtensionResults"]
}

/// Registers a security key with these extensions.
#[track_caller]
fn created(extensions: &Value) -> Registration {
    created_by(&mut Authenticator::new(AuthenticatorConfig::security_key()), extensions)
}

#[track_caller]
fn created_by(authenticator: &mut Authenticator, extensions: &Value) -> Registration {
    let mut options = creation_options();
    options["extensions"] = extensions.clone();
    Registration::read(&authenticator.create(&options.to_string(), ORIGIN).unwrap())
}

/// The code with which a registration is refused.
#[track_caller]
fn refusal(extensions: &Value) -> &'static str {
    let mut options = creation_options();
    options["extensions"] = extensions.clone();
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    authenticator.create(&options.to_string(), ORIGIN).unwrap_err().code()
}

#[track_caller]
fn signed_by(authenticator: &mut Authenticator, extensions: &Value) -> Assertion {
    let mut options = request_options();
    options["extensions"] = extensions.clone();
    Assertion::read(&authenticator.get(&options.to_string(), ORIGIN).unwrap())
}
