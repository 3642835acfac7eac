//! Saving an authenticator, reading it back, and what `Debug` tells.

use crate::{ORIGIN, creation_options, reading::Assertion, registered, request_options};
use keylane_authenticator::{Authenticator, AuthenticatorConfig, Counter};
use serde_json::{Value, json};

#[test]
fn restored_authenticator_signs_with_the_same_key() {
    for algorithm in crate::ALGORITHMS {
        let config = AuthenticatorConfig {
            algorithms: vec![algorithm],
            counter: Counter::Rising,
            ..AuthenticatorConfig::default()
        };
        let (mut before, registration) = registered(config.clone());
        before.get(&request_options().to_string(), ORIGIN).unwrap();
        let mut after = Authenticator::from_json(&before.to_json()).unwrap();
        assert_eq!(*after.config(), config);
        let json = after.get(&request_options().to_string(), ORIGIN).unwrap();
        let assertion = Assertion::read(&json);
        assert!(assertion.verifies_with(&registration), "{algorithm}");
        assert_eq!(assertion.auth_data.sign_count, 3);
        assert_eq!(assertion.json["response"]["userHandle"], "dXNlci0x");
    }
}

#[test]
fn saving_and_restoring_changes_nothing() {
    let (mut authenticator, _) = registered(AuthenticatorConfig::default());
    let mut second = creation_options();
    second["user"]["id"] = json!("dXNlci0y");
    authenticator.create(&second.to_string(), ORIGIN).unwrap();
    let saved = authenticator.to_json();
    assert_eq!(Authenticator::from_json(&saved).unwrap().to_json(), saved);
}

#[test]
fn save_from_before_attestation_and_extensions_reads() {
    let (authenticator, _) = registered(AuthenticatorConfig::default());
    let mut saved: Value = serde_json::from_str(&authenticator.to_json()).unwrap();
    let config = saved["config"].as_object_mut().unwrap();
    for member in
        ["min_pin_length", "large_blob", "attestation_algorithm", "serial_number", "now_ms"]
    {
        assert!(config.remove(member).is_some(), "{member}");
    }
    let credential = saved["credentials"][0].as_object_mut().unwrap();
    assert!(credential.remove("cred_blob").is_some());
    assert!(credential.remove("large_blob").is_some());
    let restored = Authenticator::from_json(&saved.to_string()).unwrap();
    assert_eq!(restored.config().now_ms, AuthenticatorConfig::default().now_ms);
    assert_eq!(restored.credentials().count(), 1);
}

#[test]
fn authenticator_can_be_shared_between_threads() {
    fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Authenticator>();
}

#[test]
fn malformed_save_is_a_data_error() {
    check(|saved| *saved = json!([]));
    check(|saved| saved["version"] = json!(2));
    check(|saved| saved["credentials"][0]["private_key"] = json!("AAAA"));
    check(|saved| saved["credentials"][0]["private_key"] = json!("?"));
    check(|saved| saved["credentials"][0]["algorithm"] = json!(-35));
    check(|saved| saved["credentials"][0]["algorithm"] = json!(-8));
}

#[test]
fn debug_leaves_private_keys_out() {
    let (authenticator, _) = registered(AuthenticatorConfig::default());
    let saved: Value = serde_json::from_str(&authenticator.to_json()).unwrap();
    let private_key = crate::reading::bytes_of(&saved["credentials"][0]["private_key"]);
    let text = format!("{authenticator:?}");
    assert!(text.contains("redacted"));
    assert!(!text.contains(&format!("{:?}", &private_key[40..48]).replace(['[', ']'], "")));
    assert!(!text.contains(saved["credentials"][0]["private_key"].as_str().unwrap()));
}

#[track_caller]
fn check(spoil: impl FnOnce(&mut Value)) {
    let (authenticator, _) = registered(AuthenticatorConfig::default());
    let mut saved: Value = serde_json::from_str(&authenticator.to_json()).unwrap();
    spoil(&mut saved);
    let outcome = Authenticator::from_json(&saved.to_string());
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), Err("data_error"));
}
