//! What a browser refuses, by the name of the exception.

use crate::{ORIGIN, creation_options, registered, request_options};
use keylane_authenticator::{Authenticator, AuthenticatorConfig, ES256};
use serde_json::{Value, json};

#[test]
fn create_refuses_an_rp_id_that_is_not_a_suffix_of_the_host() {
    create(|case| case.options["rp"]["id"] = json!("example.com"), Err("SecurityError"));
    create(|case| case.origin = "https://badexample.org", Err("SecurityError"));
    create(|case| case.options["rp"]["id"] = json!("org"), Err("SecurityError"));
}

#[test]
fn create_accepts_a_subdomain_and_localhost() {
    create(|case| case.origin = "https://login.example.org", Ok(()));
    create(
        |case| {
            case.origin = "http://localhost:8080";
            case.options["rp"]["id"] = json!("localhost");
        },
        Ok(()),
    );
}

#[test]
fn create_takes_the_host_when_the_rp_has_no_id() {
    create(|case| case.options["rp"] = json!({ "name": "Example" }), Ok(()));
}

#[test]
fn create_refuses_an_insecure_origin() {
    create(|case| case.origin = "http://example.org", Err("SecurityError"));
}

#[test]
fn create_refuses_when_an_excluded_credential_is_held() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let mut options = creation_options();
    options["excludeCredentials"] =
        json!([{ "type": "public-key", "id": registration.json["id"] }]);
    let outcome = authenticator.create(&options.to_string(), ORIGIN);
    assert_eq!(outcome.map_err(|err| err.name()), Err("InvalidStateError"));
    assert_eq!(authenticator.credentials().count(), 1);
    // Of another RP ID it is another credential.
    options["rp"]["id"] = json!("localhost");
    assert!(authenticator.create(&options.to_string(), "http://localhost").is_ok());
}

#[test]
fn create_accepts_when_other_credentials_are_excluded() {
    create(
        |case| case.options["excludeCredentials"] = json!([{ "type": "public-key", "id": "AAAA" }]),
        Ok(()),
    );
}

#[test]
fn create_refuses_when_no_algorithm_is_shared() {
    let offer = |alg: i64, kind: &str| json!([{ "type": kind, "alg": alg }]);
    create(
        |case| case.options["pubKeyCredParams"] = offer(-35, "public-key"),
        Err("NotSupportedError"),
    );
    create(|case| case.options["pubKeyCredParams"] = offer(-7, "key"), Err("NotSupportedError"));
    create(|case| case.config.algorithms = vec![-65535], Err("NotSupportedError"));
    create(
        |case| {
            case.config.algorithms = vec![ES256];
            case.options["pubKeyCredParams"] = offer(-257, "public-key");
        },
        Err("NotSupportedError"),
    );
}

#[test]
fn create_takes_an_empty_list_of_algorithms_for_the_default_ones() {
    create(|case| case.options["pubKeyCredParams"] = json!([]), Ok(()));
    create(
        |case| {
            case.options["pubKeyCredParams"] = json!([]);
            case.config.algorithms = vec![-8];
        },
        Err("NotSupportedError"),
    );
}

#[test]
fn create_refuses_required_user_verification_that_is_unavailable() {
    create(|case| case.config.user_verification = false, Err("NotAllowedError"));
    create(
        |case| {
            case.config.user_verification = false;
            case.options["authenticatorSelection"]["userVerification"] = json!("preferred");
        },
        Ok(()),
    );
}

#[test]
fn create_refuses_a_required_discoverable_credential_without_room() {
    create(|case| case.config.resident = false, Err("NotAllowedError"));
    create(
        |case| {
            case.config.resident = false;
            case.options["authenticatorSelection"] = json!({ "requireResidentKey": true });
        },
        Err("NotAllowedError"),
    );
    create(
        |case| {
            case.config.resident = false;
            case.options["authenticatorSelection"]["residentKey"] = json!("preferred");
        },
        Ok(()),
    );
}

#[test]
fn create_refuses_another_attachment() {
    let attachment = |value: &'static str| {
        move |case: &mut Case| {
            case.options["authenticatorSelection"]["authenticatorAttachment"] = json!(value);
        }
    };
    create(attachment("platform"), Ok(()));
    create(attachment("cross-platform"), Err("NotAllowedError"));
}

#[test]
fn create_refuses_malformed_options() {
    create(|case| case.options = json!([]), Err("TypeError"));
    create(|case| case.options["challenge"] = json!(7), Err("TypeError"));
    create(|case| case.options["user"] = json!({ "id": "dXNlcg" }), Err("TypeError"));
    create(|case| case.options["user"]["id"] = json!(""), Err("TypeError"));
    create(|case| case.options["user"]["id"] = json!("A".repeat(88)), Err("TypeError"));
    create(|case| case.options["challenge"] = json!("a+b/"), Err("EncodingError"));
    create(|case| case.options["user"]["id"] = json!("dXNlcg=="), Err("EncodingError"));
}

#[test]
fn refused_create_keeps_no_credential() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let mut options = creation_options();
    options["challenge"] = json!("a+b/");
    assert!(authenticator.create(&options.to_string(), ORIGIN).is_err());
    assert_eq!(authenticator.credentials().count(), 0);
}

#[test]
fn get_refuses_an_rp_id_that_is_not_a_suffix_of_the_host() {
    get(|case| case.origin = "https://badexample.org", Err("SecurityError"));
    get(|case| case.origin = "http://example.org", Err("SecurityError"));
}

#[test]
fn get_takes_the_host_when_there_is_no_rp_id() {
    get(|case| case.options = json!({ "challenge": "AAAA" }), Ok(()));
}

#[test]
fn get_refuses_when_no_credential_matches() {
    let named = |id: &str, kind: &str| json!([{ "type": kind, "id": id }]);
    get(
        |case| case.options["allowCredentials"] = named("AAAA", "public-key"),
        Err("NotAllowedError"),
    );
    // A list of unknown types is not the empty list, which would mean any credential.
    get(|case| case.options["allowCredentials"] = named("AAAA", "key"), Err("NotAllowedError"));
    get(
        |case| {
            case.origin = "http://localhost";
            case.options["rpId"] = json!("localhost");
        },
        Err("NotAllowedError"),
    );
}

#[test]
fn get_refuses_required_user_verification_that_is_unavailable() {
    get(|case| case.config.user_verification = false, Err("NotAllowedError"));
    get(
        |case| {
            case.config.user_verification = false;
            case.options["userVerification"] = json!("discouraged");
        },
        Ok(()),
    );
}

#[test]
fn get_refuses_malformed_options() {
    get(|case| case.options = json!({}), Err("TypeError"));
    get(|case| case.options["challenge"] = json!("AA=="), Err("EncodingError"));
    get(
        |case| case.options["allowCredentials"] = json!([{ "type": "public-key", "id": "?" }]),
        Err("EncodingError"),
    );
}

#[test]
fn get_finds_a_credential_that_is_not_discoverable_only_by_name() {
    let mut options = creation_options();
    options["authenticatorSelection"] = json!({ "residentKey": "discouraged" });
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let json = authenticator.create(&options.to_string(), ORIGIN).unwrap();
    let created: Value = serde_json::from_str(&json).unwrap();

    let outcome = authenticator.get(&request_options().to_string(), ORIGIN);
    assert_eq!(outcome.map_err(|err| err.name()), Err("NotAllowedError"));
    let mut options = request_options();
    options["allowCredentials"] = json!([{ "type": "public-key", "id": created["id"] }]);
    let json = authenticator.get(&options.to_string(), ORIGIN).unwrap();
    let signed: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(signed["response"].get("userHandle"), None);
}

#[test]
fn code_is_the_exception_name_in_snake_case() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let refusal = authenticator.get(&request_options().to_string(), ORIGIN).unwrap_err();
    assert_eq!((refusal.name(), refusal.code()), ("NotAllowedError", "not_allowed_error"));
    assert_eq!(refusal.to_string(), "no credential matches");
}

struct Case {
    config: AuthenticatorConfig,
    options: Value,
    origin: &'static str,
}

/// Starts from a `create` that succeeds and changes one thing.
#[track_caller]
fn create(change: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let mut case = Case {
        config: AuthenticatorConfig::default(),
        options: creation_options(),
        origin: ORIGIN,
    };
    change(&mut case);
    let outcome = Authenticator::new(case.config).create(&case.options.to_string(), case.origin);
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.name()), expected);
}

/// Starts from a `get` that succeeds and changes one thing, after the registration.
#[track_caller]
fn get(change: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let (mut authenticator, _) = registered(AuthenticatorConfig::default());
    let mut case =
        Case { config: AuthenticatorConfig::default(), options: request_options(), origin: ORIGIN };
    change(&mut case);
    *authenticator.config_mut() = case.config;
    let outcome = authenticator.get(&case.options.to_string(), case.origin);
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.name()), expected);
}
