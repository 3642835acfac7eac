use serde_json::json;

use super::*;
use crate::cbor::{self, Form};
use crate::origin::sha256;
use crate::sample::{array, bytes, int, map, text};

#[test]
fn inputs_of_a_registration_have_the_json_form_of_level_3() {
    let extensions = CreationExtensions {
        cred_props: Asked::Yes,
        credential_protection: Some(CredentialProtectionRequest {
            policy: CredentialProtection::UserVerificationRequired,
            enforcement: Enforcement::Enforced,
        }),
        prf: Some(PrfCreation { eval: Some(inputs(&[1, 2, 3, 4], None)) }),
        large_blob: Some(LargeBlobSupport::Required),
        cred_blob: Some(vec![0xff].into()),
        min_pin_length: Asked::Yes,
        app_id_exclude: Some("https://example.org/appid.json".parse().unwrap()),
        payment: Asked::Yes,
    };
    let expected = json!({
        "credProps": true,
        "credentialProtectionPolicy": "userVerificationRequired",
        "enforceCredentialProtectionPolicy": true,
        "prf": { "eval": { "first": "AQIDBA" } },
        "largeBlob": { "support": "required" },
        "credBlob": "_w",
        "minPinLength": true,
        "appidExclude": "https://example.org/appid.json",
        "payment": { "isPayment": true },
    });
    assert_eq!(serde_json::to_value(&extensions).unwrap(), expected);
    assert!(!extensions.is_empty());
    assert_eq!(serde_json::to_value(CreationExtensions::default()).unwrap(), json!({}));
    assert!(CreationExtensions::default().is_empty());
}

#[test]
fn inputs_of_an_authentication_have_the_json_form_of_level_3() {
    let id: CredentialId = "e02eZ9lPp0UdkF4vGRO4-NxlhWBkL1FCmsmb1tTfRyE".parse().unwrap();
    let extensions = RequestExtensions {
        app_id: Some("https://example.org".parse().unwrap()),
        prf: Some(PrfRequest {
            eval: Some(inputs(&[1, 2, 3, 4], Some(&[5, 6, 7, 8]))),
            eval_by_credential: [(id, inputs(&[9, 10, 11, 12], None))].into(),
        }),
        large_blob: Some(LargeBlobRequest::Write(vec![1].into())),
        cred_blob: Asked::Yes,
    };
    let expected = json!({
        "appid": "https://example.org",
        "prf": {
            "eval": { "first": "AQIDBA", "second": "BQYHCA" },
            "evalByCredential": {
                "e02eZ9lPp0UdkF4vGRO4-NxlhWBkL1FCmsmb1tTfRyE": { "first": "CQoLDA" },
            },
        },
        "largeBlob": { "write": "AQ" },
        "getCredBlob": true,
    });
    assert_eq!(serde_json::to_value(&extensions).unwrap(), expected);
    let read = RequestExtensions { large_blob: Some(LargeBlobRequest::Read), ..Default::default() };
    assert_eq!(serde_json::to_value(read).unwrap(), json!({ "largeBlob": { "read": true } }));
    assert!(RequestExtensions::default().is_empty());
}

#[test]
fn outputs_of_a_registration_come_from_both_sides() {
    let client = r#"{
        "credProps": { "rk": true }, "prf": { "enabled": true }, "appidExclude": true,
        "largeBlob": { "supported": true }, "unknown": [1, 2]
    }"#;
    let signed = map(&[
        (text("credBlob"), vec![0xf5]),
        (text("credProtect"), int(3)),
        (text("hmac-secret"), vec![0xf5]),
        (text("minPinLength"), int(6)),
    ]);
    let outputs = created(&everything(), client, &signed).unwrap();
    assert_eq!(outputs.discoverable, Some(true));
    assert_eq!(outputs.prf.unwrap().enabled, Some(true));
    assert_eq!(outputs.large_blob_supported, Some(true));
    assert_eq!(outputs.app_id_exclude, Some(true));
    assert_eq!(outputs.credential_protection, Some(CredentialProtection::UserVerificationRequired));
    assert_eq!(outputs.hmac_secret, Some(true));
    assert_eq!(outputs.cred_blob_stored, Some(true));
    assert_eq!(outputs.min_pin_length, Some(6));
}

#[test]
fn outputs_of_an_authentication_come_from_both_sides() {
    let first = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let client = format!(
        r#"{{"appid":true,"prf":{{"results":{{"first":"{first}"}}}},"largeBlob":{{"blob":"AQID"}}}}"#
    );
    let signed = map(&[(text("credBlob"), bytes(&[7])), (text("hmac-secret"), bytes(&[9; 80]))]);
    let outputs = requested(&everything_again(), &client, &signed).unwrap();
    assert_eq!(outputs.app_id, Some(true));
    assert_eq!(outputs.prf.unwrap().results.unwrap().first.expose(), [0; 32]);
    assert_eq!(outputs.large_blob.unwrap().expose(), [1, 2, 3]);
    assert_eq!(outputs.cred_blob.unwrap().expose(), [7]);
    let hmac = outputs.hmac_secret.unwrap();
    assert_eq!((hmac.protocol(), hmac.count()), (PinUvAuthProtocol::Two, SaltCount::Two));
    assert_eq!(hmac.as_bytes(), [9; 80]);
}

#[test]
fn what_was_asked_for_may_be_missing() {
    let mut asked = everything();
    asked.credential_protection = None;
    asked.large_blob = Some(LargeBlobSupport::Preferred);
    check_created(&asked, "{}", &map(&[]), Ok(()));
    assert!(CreationOutputs::judge(&asked, &client("{}"), None).is_ok());
    assert!(RequestOutputs::judge(&everything_again(), &client("{}"), None).is_ok());
}

/// Each row: what the client said, which a ceremony that did not ask passes over.
const MALFORMED_BY_THE_CLIENT: [&str; 9] = [
    r#"{"credProps":true}"#,
    r#"{"credProps":{"rk":1}}"#,
    r#"{"prf":{"enabled":"yes"}}"#,
    r#"{"prf":{"results":{}}}"#,
    r#"{"prf":{"results":{"first":"AAAA"}}}"#,
    r#"{"prf":{"results":{"first":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}}"#,
    r#"{"prf":{"enabled":true,"enabled":true}}"#,
    r#"{"largeBlob":{"supported":1}}"#,
    r#"{"appidExclude":"true"}"#,
];

#[test]
fn malformed_outputs_of_the_client_are_refused_only_when_asked_for() {
    for json in MALFORMED_BY_THE_CLIENT {
        let expected = Err("client_extension_output_malformed");
        check_created(&everything(), json, &enforced(), expected);
        check_created(&CreationExtensions::default(), json, &map(&[]), Ok(()));
    }
    let signed = map(&[]);
    for json in [r#"{"appid":1}"#, r#"{"largeBlob":{"blob":"!"}}"#, r#"{"prf":[]}"#] {
        let outcome = requested(&everything_again(), json, &signed).map(|_| ());
        assert_eq!(outcome, Err("client_extension_output_malformed"), "{json}");
        assert!(requested(&RequestExtensions::default(), json, &signed).is_ok(), "{json}");
    }
}

#[test]
fn malformed_outputs_of_the_authenticator_are_refused_only_when_asked_for() {
    for (name, value) in [
        ("credBlob", int(1)),
        ("credProtect", int(0)),
        ("credProtect", int(4)),
        ("credProtect", text("userVerificationRequired")),
        ("hmac-secret", bytes(&[])),
        ("hmac-secret-mc", bytes(&[0; 33])),
        ("minPinLength", int(64)),
        ("minPinLength", int(-1)),
    ] {
        let signed = map(&[(text(name), value)]);
        let expected = Err("authenticator_extension_output_malformed");
        check_created(&everything(), "{}", &signed, expected);
        check_created(&CreationExtensions::default(), "{}", &signed, Ok(()));
    }
    for (name, value) in [
        ("hmac-secret", vec![0xf5]),
        ("hmac-secret", bytes(&[0; 31])),
        ("credBlob", bytes(&[0; CRED_BLOB_BYTES_MAX + 1])),
    ] {
        let signed = map(&[(text(name), value)]);
        let outcome = requested(&everything_again(), "{}", &signed).map(|_| ());
        assert_eq!(outcome, Err("authenticator_extension_output_malformed"), "{name}");
        assert!(requested(&RequestExtensions::default(), "{}", &signed).is_ok(), "{name}");
    }
}

#[test]
fn extensions_with_other_names_are_passed_over_whatever_they_say() {
    let signed = map(&[(text("x"), array(&[int(1), map(&[(int(1), text("y"))])]))]);
    let client = r#"{"x":{"y":[null]},"x-2":7}"#;
    check_created(&CreationExtensions::default(), client, &signed, Ok(()));
}

#[test]
fn demanded_protection_is_at_least_what_was_demanded() {
    use CredentialProtection as Level;
    let levels = [
        Level::UserVerificationOptional,
        Level::UserVerificationOptionalWithCredentialIdList,
        Level::UserVerificationRequired,
    ];
    for (demanded, policy) in (1..).zip(levels) {
        for received in 0..=3 {
            let signed = match received {
                0 => map(&[]),
                level => map(&[(text("credProtect"), int(level))]),
            };
            let ask = |enforcement| CreationExtensions {
                credential_protection: Some(CredentialProtectionRequest { policy, enforcement }),
                ..CreationExtensions::default()
            };
            let enough = received.max(1) >= demanded;
            let expected = if enough { Ok(()) } else { Err("credential_protection_too_weak") };
            check_created(&ask(Enforcement::Enforced), "{}", &signed, expected);
            check_created(&ask(Enforcement::BestEffort), "{}", &signed, Ok(()));
        }
    }
}

#[test]
fn a_demanded_large_blob_must_be_confirmed() {
    let asked = CreationExtensions {
        large_blob: Some(LargeBlobSupport::Required),
        ..CreationExtensions::default()
    };
    let signed = map(&[]);
    check_created(&asked, r#"{"largeBlob":{"supported":true}}"#, &signed, Ok(()));
    for json in [r#"{"largeBlob":{"supported":false}}"#, r#"{"largeBlob":{}}"#, "{}"] {
        check_created(&asked, json, &signed, Err("large_blob_unsupported"));
    }
}

#[test]
fn debug_output_has_no_secrets() {
    let first = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IDEyMzQ";
    let json = format!(
        r#"{{"prf":{{"results":{{"first":"{first}","second":"{first}"}}}},"largeBlob":{{"blob":"{first}"}}}}"#
    );
    let secret = b"secret secret secret secret 1234";
    let results = client(&json);
    let signed = map(&[(text("credBlob"), bytes(secret))]);
    let outputs = requested(&everything_again(), &json, &signed).unwrap();
    assert_eq!(outputs.prf.as_ref().unwrap().results.as_ref().unwrap().first.expose(), secret);
    assert_eq!(outputs.cred_blob.as_ref().unwrap().expose(), secret);
    let asked = CreationExtensions {
        cred_blob: Some(secret.to_vec().into()),
        prf: Some(PrfCreation { eval: Some(inputs(secret, Some(secret))) }),
        ..CreationExtensions::default()
    };
    let request = RequestExtensions {
        large_blob: Some(LargeBlobRequest::Write(secret.to_vec().into())),
        ..RequestExtensions::default()
    };
    for shown in [
        format!("{results:?}"),
        format!("{outputs:?}"),
        format!("{asked:?}"),
        format!("{request:?}"),
        format!("{:?}", inputs(secret, None).salts()),
    ] {
        assert!(shown.contains("SecretBytes(..)"), "{shown}");
        for part in ["secret secret", first, "115, 101, 99", "5365"] {
            assert!(!shown.contains(part), "{part} in {shown}");
        }
    }
}

#[test]
fn a_salt_is_the_hash_of_the_prefix_and_the_input() {
    assert_eq!(prf_salt(b""), sha256(b"WebAuthn PRF\0"));
    let (first, second) = inputs(b"a", Some(b"b")).salts();
    assert_eq!(first.expose(), sha256(b"WebAuthn PRF\0a"));
    assert_eq!(second.unwrap().expose(), sha256(b"WebAuthn PRF\0b"));
}

#[test]
fn an_output_of_hmac_secret_tells_its_protocol_by_its_length() {
    use {PinUvAuthProtocol as Protocol, SaltCount as Count};
    for (length, expected) in [
        (32, Ok((Protocol::One, Count::One))),
        (64, Ok((Protocol::One, Count::Two))),
        (48, Ok((Protocol::Two, Count::One))),
        (80, Ok((Protocol::Two, Count::Two))),
        (0, Err("hmac_secret_length")),
        (96, Err("hmac_secret_length")),
    ] {
        let outcome = HmacSecretOutput::parse(&vec![1; length]);
        let outcome = outcome.map(|it| (it.protocol(), it.count())).map_err(|err| err.code());
        assert_eq!(outcome, expected, "{length} bytes");
    }
}

#[test]
fn an_input_of_hmac_secret_is_the_map_of_ctap() {
    let key = map(&[(int(1), int(2)), (int(3), int(-25)), (int(-1), int(1))]);
    for (protocol, salts, auth) in [
        (PinUvAuthProtocol::One, 32, 16),
        (PinUvAuthProtocol::One, 64, 16),
        (PinUvAuthProtocol::Two, 48, 32),
        (PinUvAuthProtocol::Two, 80, 32),
    ] {
        let input = HmacSecretInput {
            key_agreement: key.clone(),
            salt_enc: vec![1; salts],
            salt_auth: vec![2; auth],
            protocol,
        };
        let mut entries = vec![
            (int(1), key.clone()),
            (int(2), bytes(&vec![1; salts])),
            (int(3), bytes(&vec![2; auth])),
        ];
        if protocol == PinUvAuthProtocol::Two {
            entries.push((int(4), int(2)));
        }
        assert_eq!(input.to_cbor(), map(&entries));
        assert_eq!(HmacSecretInput::from_cbor(&input.to_cbor()), Ok(input));
    }
}

#[test]
fn an_input_of_hmac_secret_is_refused_when_it_is_not_that_map() {
    let key = || map(&[(int(1), int(2))]);
    let entry = |label: i64, value: Vec<u8>| (int(label), value);
    let (salts, auth) = (bytes(&[1; 48]), bytes(&[2; 32]));
    let check = |entries: &[(Vec<u8>, Vec<u8>)], expected: &str| {
        let outcome = HmacSecretInput::from_cbor(&map(entries));
        assert_eq!(outcome.map_err(|err| err.code()), Err(expected));
    };
    let right = [entry(1, key()), entry(2, salts.clone()), entry(3, auth), entry(4, int(2))];
    assert!(HmacSecretInput::from_cbor(&map(&right)).is_ok());
    check(&right[1..], "hmac_secret_malformed");
    check(&right[..2], "hmac_secret_malformed");
    check(&right[..3], "hmac_secret_length");
    let [a, b, _, d] = right.clone();
    check(&[a.clone(), b.clone(), entry(3, bytes(&[2; 16])), d.clone()], "hmac_secret_length");
    check(&[entry(1, int(1)), b, entry(3, bytes(&[2; 32])), d], "hmac_secret_malformed");
    check(
        &[a, entry(2, salts), entry(3, bytes(&[2; 32])), entry(4, int(3))],
        "hmac_secret_malformed",
    );
    let outcome = HmacSecretInput::from_cbor(&[0xa1]).map_err(|err| err.code());
    assert_eq!(outcome, Err("cbor_truncated"));
}

fn inputs(first: &[u8], second: Option<&[u8]>) -> PrfInputs {
    PrfInputs { first: first.to_vec().into(), second: second.map(|bytes| bytes.to_vec().into()) }
}

/// Asks for all of it, and demands what can be demanded.
fn everything() -> CreationExtensions {
    CreationExtensions {
        cred_props: Asked::Yes,
        credential_protection: Some(CredentialProtectionRequest {
            policy: CredentialProtection::UserVerificationRequired,
            enforcement: Enforcement::Enforced,
        }),
        prf: Some(PrfCreation::default()),
        large_blob: Some(LargeBlobSupport::Required),
        cred_blob: Some(vec![1].into()),
        min_pin_length: Asked::Yes,
        app_id_exclude: Some("https://example.org".parse().unwrap()),
        payment: Asked::Yes,
    }
}

fn everything_again() -> RequestExtensions {
    RequestExtensions {
        app_id: Some("https://example.org".parse().unwrap()),
        prf: Some(PrfRequest::default()),
        large_blob: Some(LargeBlobRequest::Read),
        cred_blob: Asked::Yes,
    }
}

/// The signed outputs that `everything` demands.
fn enforced() -> Vec<u8> {
    map(&[(text("credProtect"), int(3))])
}

fn client(json: &str) -> ClientOutputs {
    serde_json::from_str(json).unwrap()
}

fn created(
    asked: &CreationExtensions,
    json: &str,
    signed: &[u8],
) -> Result<CreationOutputs, &'static str> {
    let signed = cbor::decode(signed, Form::Canonical).unwrap();
    CreationOutputs::judge(asked, &client(json), Some(&signed)).map_err(|err| err.code())
}

fn requested(
    asked: &RequestExtensions,
    json: &str,
    signed: &[u8],
) -> Result<RequestOutputs, &'static str> {
    let signed = cbor::decode(signed, Form::Canonical).unwrap();
    RequestOutputs::judge(asked, &client(json), Some(&signed)).map_err(|err| err.code())
}

#[track_caller]
fn check_created(
    asked: &CreationExtensions,
    json: &str,
    signed: &[u8],
    expected: Result<(), &str>,
) {
    let outcome = created(asked, json, signed);
    assert_eq!(outcome.map(|_| ()), expected, "{json}");
}
