use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::extensions::Secrets;
use crate::sample::{self, CHALLENGE, ClientDataParts};

#[test]
fn from_json_reads_a_registration() {
    let response = RegistrationResponse::from_json(&registration()).unwrap();
    assert_eq!(response.unverified_challenge().unwrap(), CHALLENGE);
    assert_eq!(response.credential_id(), &sample::credential_id());
    assert_eq!(response.transports.len(), 2);
}

#[test]
fn from_json_reads_an_assertion() {
    let response = AuthenticationResponse::from_json(&assertion()).unwrap();
    assert_eq!(response.unverified_challenge().unwrap(), CHALLENGE);
    assert_eq!(response.credential_id(), &sample::credential_id());
    assert_eq!(response.unverified_user_handle(), Some(&sample::user_handle()));
}

#[test]
fn from_json_ignores_members_it_does_not_read() {
    let extra = r#"{"unknown":{"a":1,"a":2},"authenticatorAttachment":null,"#;
    check(|json| json.replacen('{', extra, 1), Ok(()));
    check(|json| json.replace(r#""clientExtensionResults":{},"#, ""), Ok(()));
    check(
        |json| json.replace(r#"Results":{}"#, r#"Results":{"prf":{"results":{"first":"AA"}}}"#),
        Ok(()),
    );
}

#[test]
fn from_json_refuses_what_is_not_a_credential() {
    for json in ["", "null", "[]", "{}", "{\"id\":1}"] {
        check(|_| json.to_owned(), Err("response_malformed"));
    }
    check(|json| format!("{json}x"), Err("response_malformed"));
    check(|json| json.replace("\"signature\"", "\"sig\""), Err("response_malformed"));
}

#[test]
fn from_json_refuses_a_member_that_comes_twice() {
    check(|json| json.replacen('{', r#"{"id":"AA","#, 1), Err("response_malformed"));
    let twice = |json: &str| json.replace(r#""signature""#, r#""signature":"AA","signature""#);
    check(twice, Err("response_malformed"));
}

#[test]
fn from_json_refuses_another_type() {
    check(|json| json.replace("public-key", "password"), Err("response_type_mismatch"));
}

#[test]
fn from_json_refuses_two_ids() {
    check(|json| json.replacen("\"id\":\"w", "\"id\":\"x", 1), Err("response_id_mismatch"));
}

#[test]
fn from_json_refuses_base64url_with_padding_stray_bits_or_another_alphabet() {
    let id = sample::credential_id().to_string();
    for other in [format!("{id}=="), id.replace("wcHBwQ", "wcHBwR"), id.replace('w', "+")] {
        check(|json| json.replace(&id, &other), Err("response_not_base64url"));
    }
    check(|json| json.replace(":\"BQUFBQUFBQU\"", ":\"BQU=\""), Err("response_not_base64url"));
    check(
        |json| json.replace("\"signature\":\"", "\"signature\":\"!"),
        Err("response_not_base64url"),
    );
}

#[test]
fn from_json_refuses_a_credential_id_that_is_empty_or_too_long() {
    let id = sample::credential_id().to_string();
    check(|json| json.replace(&id, ""), Err("response_credential_id_length"));
    check(|json| json.replace(&id, &"A".repeat(1366)), Err("response_credential_id_length"));
}

#[test]
fn from_json_refuses_a_user_handle_that_is_too_long() {
    let long = "A".repeat(87);
    check(|json| json.replace("BQUFBQUFBQU", &long), Err("response_user_handle_length"));
}

#[test]
fn from_json_takes_an_empty_user_handle_as_none() {
    let json = assertion().replace("BQUFBQUFBQU", "");
    assert!(AuthenticationResponse::from_json(&json).unwrap().unverified_user_handle().is_none());
}

#[test]
fn from_json_refuses_parts_that_are_too_long() {
    check(|json| format!("{json}{}", " ".repeat(RESPONSE_BYTES_MAX)), Err("response_too_long"));
    let long = "A".repeat(SIGNATURE_BYTES_MAX * 4 / 3 + 4);
    check(
        |json| json.replace("\"signature\":\"", &format!("\"signature\":\"{long}")),
        Err("response_too_long"),
    );
}

#[test]
fn from_json_refuses_too_many_or_odd_transports() {
    let with = |transports: &str| {
        let json = registration().replace(r#"["internal","hybrid"]"#, transports);
        RegistrationResponse::from_json(&json).map(|_| ()).map_err(|err| err.code())
    };
    let many = |count| format!("[{}]", vec!["\"usb\""; count].join(","));
    assert_eq!(with("[]"), Ok(()));
    assert_eq!(with("null"), Ok(()));
    assert_eq!(with(&many(TRANSPORTS_MAX)), Ok(()));
    assert_eq!(with(&many(TRANSPORTS_MAX + 1)), Err("response_transports_refused"));
    assert_eq!(with(r#"[""]"#), Err("response_transports_refused"));
    assert_eq!(with("[1]"), Err("response_malformed"));
}

#[test]
fn as_json_writes_a_registration_with_what_can_be_told_from_its_object() {
    let key = sample::ed25519_cose(&[1; 32]);
    let data = sample::DataParts::new(0x45, key).to_bytes();
    let object = sample::attestation_object("none", &[0xa0], &data);
    let client_data = ClientDataParts::new("webauthn.create").to_bytes();
    let json = sample::registration_json(&sample::CREDENTIAL_ID, &client_data, &object);
    let response = RegistrationResponse::from_json(&json).unwrap();
    let expected = json!({
        "id": sample::credential_id(),
        "rawId": sample::credential_id(),
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": { "credProps": { "rk": true } },
        "response": {
            "clientDataJSON": base64url::encode(&client_data),
            "attestationObject": base64url::encode(&object),
            "authenticatorData": base64url::encode(&data),
            "publicKeyAlgorithm": -8,
            "transports": ["internal", "hybrid"],
        },
    });
    assert_eq!(serde_json::to_value(response.as_json(Secrets::LeaveOut)).unwrap(), expected);
    assert_eq!(response.attachment(), Some(AuthenticatorAttachment::Platform));
}

#[test]
fn as_json_writes_secrets_only_when_asked() {
    let secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IDEyMzQ";
    let results = format!(
        r#"Results":{{"appid":true,"largeBlob":{{"blob":"{secret}"}},"prf":{{"results":{{"first":"{secret}"}}}},"unknown":1}}"#
    );
    let json = assertion().replace(r#"Results":{}"#, &results);
    let response = AuthenticationResponse::from_json(&json).unwrap();
    let without = serde_json::to_value(response.as_json(Secrets::LeaveOut)).unwrap();
    let expected = json!({ "appid": true, "largeBlob": {}, "prf": {} });
    assert_eq!(without["clientExtensionResults"], expected);
    let with = serde_json::to_value(response.as_json(Secrets::Include)).unwrap();
    let expected = json!({
        "appid": true,
        "largeBlob": { "blob": secret },
        "prf": { "results": { "first": secret } },
    });
    assert_eq!(with["clientExtensionResults"], expected);
    let shown = format!("{:?} {response:?}", response.as_json(Secrets::Include));
    assert!(!shown.contains(secret) && !shown.contains("115, 101"));
}

#[test]
fn as_json_leaves_malformed_outputs_out() {
    let json = assertion().replace(r#"Results":{}"#, r#"Results":{"appid":"yes","credProps":{}}"#);
    let response = AuthenticationResponse::from_json(&json).unwrap();
    let json = serde_json::to_value(response.as_json(Secrets::Include)).unwrap();
    assert_eq!(json["clientExtensionResults"], json!({ "credProps": {} }));
}

#[test]
fn from_json_takes_an_unknown_attachment_as_none() {
    for name in ["\"elsewhere\"", "null"] {
        let json = registration().replace("\"platform\"", name);
        assert_eq!(RegistrationResponse::from_json(&json).unwrap().attachment(), None);
    }
    let json = registration().replace("platform", "cross-platform");
    let there = Some(AuthenticatorAttachment::CrossPlatform);
    assert_eq!(RegistrationResponse::from_json(&json).unwrap().attachment(), there);
}

#[test]
fn from_json_refuses_the_output_of_an_extension_that_comes_twice() {
    let twice = r#"Results":{"appid":true,"appid":true}"#;
    check(|json| json.replace(r#"Results":{}"#, twice), Err("response_malformed"));
}

#[test]
fn a_challenge_that_cannot_be_read_is_none() {
    let with = |client_data: &[u8]| {
        let json = sample::authentication_json(&[1], client_data, &[], &[], None);
        AuthenticationResponse::from_json(&json).unwrap().unverified_challenge()
    };
    assert_eq!(with(b"{"), None);
    assert_eq!(with(br#"{"type":"","challenge":"=","origin":""}"#), None);
}

#[test]
fn debug_output_has_the_credential_id_and_nothing_else() {
    let id = sample::credential_id();
    let registration = RegistrationResponse::from_json(&registration()).unwrap();
    let assertion = AuthenticationResponse::from_json(&assertion()).unwrap();
    assert_eq!(
        format!("{registration:?}"),
        format!("RegistrationResponse {{ credential_id: CredentialId({id}), .. }}")
    );
    assert_eq!(
        format!("{assertion:?}"),
        format!("AuthenticationResponse {{ credential_id: CredentialId({id}), .. }}")
    );
}

fn results() -> impl Strategy<Value = Json> {
    let member = |name: &'static str, values: Vec<Json>| {
        prop::option::of(prop::sample::select(values)).prop_map(move |it| (name, it))
    };
    let result = base64url::encode(&[7; 32]);
    (
        member("credProps", vec![json!({}), json!({ "rk": false })]),
        member(
            "prf",
            vec![
                json!({ "enabled": true }),
                json!({ "results": { "first": result, "second": result } }),
            ],
        ),
        member("largeBlob", vec![json!({ "supported": true }), json!({ "blob": "AQ" })]),
        member("appid", vec![json!(true), json!(false)]),
        member("appidExclude", vec![json!(true)]),
    )
        .prop_map(|(a, b, c, d, e)| {
            let members = [a, b, c, d, e].into_iter();
            members.filter_map(|(name, it)| Some((name.to_owned(), it?))).collect()
        })
}

proptest! {
    #[test]
    fn responses_are_read_as_they_were_written(
        results in results(),
        bytes in proptest::collection::vec(any::<u8>(), 1..99),
    ) {
        let results = format!("\"clientExtensionResults\":{results}");
        let json = sample::registration_json(&bytes, &bytes, &bytes)
            .replace(r#""clientExtensionResults":{"credProps":{"rk":true}}"#, &results);
        let response = RegistrationResponse::from_json(&json).unwrap();
        let written = serde_json::to_value(response.as_json(Secrets::Include)).unwrap();
        prop_assert_eq!(&written, &serde_json::from_str::<Json>(&json).unwrap());

        let json = sample::authentication_json(&bytes, &bytes, &bytes, &bytes, Some(&[1]))
            .replace(r#""clientExtensionResults":{}"#, &results);
        let response = AuthenticationResponse::from_json(&json).unwrap();
        let written = serde_json::to_value(response.as_json(Secrets::Include)).unwrap();
        prop_assert_eq!(&written, &serde_json::from_str::<Json>(&json).unwrap());
    }

    #[test]
    fn from_json_never_panics(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        for json in [registration(), assertion()] {
            let mut json = json.into_bytes();
            let at = at.index(json.len());
            json[at] = byte;
            let json = String::from_utf8(json).unwrap();
            let _ = RegistrationResponse::from_json(&json);
            let _ = AuthenticationResponse::from_json(&json);
        }
    }
}

fn registration() -> String {
    let client_data = ClientDataParts::new("webauthn.create").to_bytes();
    sample::registration_json(&sample::CREDENTIAL_ID, &client_data, &[0xa0])
}

fn assertion() -> String {
    let client_data = ClientDataParts::new("webauthn.get").to_bytes();
    let handle = Some(sample::USER_HANDLE.as_slice());
    sample::authentication_json(&sample::CREDENTIAL_ID, &client_data, &[0; 37], &[0x30], handle)
}

/// Starts from an assertion in good form, breaks one thing, and compares the outcome.
#[track_caller]
fn check(edit: impl FnOnce(&str) -> String, expected: Result<(), &str>) {
    let outcome = AuthenticationResponse::from_json(&edit(&assertion()));
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), expected);
}
