use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::extensions::{
    Asked, CredentialProtection, CredentialProtectionRequest, Enforcement, LargeBlobRequest,
    LargeBlobSupport, PrfCreation, PrfInputs, PrfRequest, SecretBytes,
};
use crate::sample;
use crate::{AttestationPolicy, AuthenticationPurpose, Framing, Mediation, UnixMillis};

#[test]
fn creation_options_have_the_json_form_of_level_3() {
    let options = CreationOptions {
        exclude_credentials: vec![descriptor(&["usb", "nfc"]), descriptor(&[])],
        hints: vec![Hint::SecurityKey, Hint::ClientDevice, Hint::Hybrid],
        ..creation()
    };
    let expected = json!({
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": "BQUFBQUFBQU", "name": "a@example.org", "displayName": "" },
        "challenge": "AQID",
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -257 },
        ],
        "timeout": 300_000,
        "excludeCredentials": [
            { "type": "public-key", "id": sample::credential_id(), "transports": ["usb", "nfc"] },
            { "type": "public-key", "id": sample::credential_id() },
        ],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "preferred",
            "authenticatorAttachment": "cross-platform",
        },
        "hints": ["security-key", "client-device", "hybrid"],
        "attestation": "none",
        "extensions": { "credProps": true },
    });
    assert_eq!(serde_json::to_value(options).unwrap(), expected);
}

#[test]
fn creation_options_leave_out_what_is_empty() {
    let mut options = creation();
    options.authenticator_selection.attachment = None;
    let json = serde_json::to_value(options).unwrap();
    for absent in ["excludeCredentials", "hints"] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    assert!(json["authenticatorSelection"].get("authenticatorAttachment").is_none());
}

#[test]
fn request_options_have_the_json_form_of_level_3() {
    let expected = json!({
        "challenge": "____",
        "rpId": "example.org",
        "timeout": 60_000,
        "allowCredentials": [{ "type": "public-key", "id": sample::credential_id() }],
        "userVerification": "required",
    });
    assert_eq!(serde_json::to_value(request()).unwrap(), expected);
}

#[test]
fn options_with_their_mediation_are_what_the_browser_takes() {
    let request = request();
    let modal = serde_json::to_value(request.mediated(Mediation::Modal)).unwrap();
    assert_eq!(modal, json!({ "publicKey": request }));
    let autofill = serde_json::to_value(request.mediated(Mediation::Conditional)).unwrap();
    assert_eq!(autofill, json!({ "mediation": "conditional", "publicKey": request }));
    let creation = creation();
    let upgrade = serde_json::to_value(creation.mediated(Mediation::Conditional)).unwrap();
    assert_eq!(upgrade, json!({ "mediation": "conditional", "publicKey": creation }));
}

#[test]
fn a_ceremony_remembers_what_was_sent() {
    let origin = sample::origin("https://example.org");
    let (creation, deadline) = (creation(), UnixMillis(7));
    let policy = AttestationPolicy::none_requested();
    let ceremony = creation.ceremony(origin.clone(), Mediation::Conditional, policy, deadline);
    assert_eq!(ceremony.challenge, creation.challenge);
    assert_eq!(ceremony.rp_id, creation.rp.id);
    assert_eq!(ceremony.algorithms, creation.pub_key_cred_params);
    assert_eq!(ceremony.user_verification, UserVerification::Preferred);
    assert_eq!(ceremony.mediation, Mediation::Conditional);
    assert_eq!(ceremony.extensions.cred_props, Asked::Yes);
    assert_eq!((ceremony.origin, ceremony.deadline), (origin.clone(), deadline));
    assert_eq!(ceremony.framing, Framing::SameOriginOnly);

    let mut request = request();
    request.extensions.cred_blob = Asked::Yes;
    let ceremony = request.ceremony(origin.clone(), deadline);
    assert_eq!(ceremony.challenge, request.challenge);
    assert_eq!(ceremony.rp_id, request.rp_id);
    assert_eq!(ceremony.allow_credentials, [sample::credential_id()]);
    assert_eq!(ceremony.user_verification, UserVerification::Required);
    assert_eq!(ceremony.extensions.cred_blob, Asked::Yes);
    assert_eq!((ceremony.origin, ceremony.deadline), (origin, deadline));
    assert!(ceremony.user.is_none() && matches!(ceremony.purpose, AuthenticationPurpose::SignIn));
}

#[test]
fn from_json_fills_in_the_defaults_of_level_3() {
    let options = CreationOptions::from_json(
        r#"{
            "rp": { "id": "example.org" },
            "user": { "id": "BQ", "name": "a", "displayName": "" },
            "challenge": "AQID",
            "pubKeyCredParams": []
        }"#,
    )
    .unwrap();
    assert_eq!(options.pub_key_cred_params, [CoseAlgorithm::Es256, CoseAlgorithm::Rs256]);
    assert_eq!(options.timeout_ms, TIMEOUT_MS_DEFAULT);
    assert_eq!(options.attestation, AttestationConveyance::None);
    let selection = AuthenticatorSelection {
        resident_key: ResidentKey::Discouraged,
        user_verification: UserVerification::Preferred,
        attachment: None,
    };
    assert_eq!(options.authenticator_selection, selection);
    assert!(options.extensions.is_empty() && options.hints.is_empty());

    let json = r#"{ "challenge": "AQID", "rpId": "example.org" }"#;
    let options = RequestOptions::from_json(json).unwrap();
    assert_eq!(options.user_verification, UserVerification::Preferred);
    assert_eq!(options.timeout_ms, TIMEOUT_MS_DEFAULT);
    assert!(options.extensions.is_empty() && options.allow_credentials.is_empty());
}

#[test]
fn from_json_passes_over_what_it_does_not_know() {
    let strange = |json: &mut Json| {
        json["unknown"] = json!({ "a": [1] });
        json["hints"] = json!(["telepathy", "hybrid"]);
        json["attestation"] = json!("notarised");
        json["attestationFormats"] = json!(["tpm", "", "packed"]);
        json["authenticatorSelection"] =
            json!({ "residentKey": "?", "requireResidentKey": true, "userVerification": "?" });
        json["pubKeyCredParams"] = json!([
            { "type": "public-key", "alg": -1_000_000 },
            { "type": "other", "alg": -8 },
            { "type": "public-key", "alg": -7 },
        ]);
        json["excludeCredentials"] = json!([{ "type": "other", "id": "AQ" }]);
        json["extensions"]["unknown"] = json!(7);
    };
    let mut json = serde_json::to_value(creation()).unwrap();
    strange(&mut json);
    let options = CreationOptions::from_json(&json.to_string()).unwrap();
    assert_eq!(options.hints, [Hint::Hybrid]);
    assert_eq!(options.attestation, AttestationConveyance::None);
    let formats: Vec<_> =
        options.attestation_formats.iter().map(AttestationFormat::as_str).collect();
    assert_eq!(formats, ["tpm", "packed"]);
    assert_eq!(options.authenticator_selection.resident_key, ResidentKey::Required);
    assert_eq!(options.pub_key_cred_params, [CoseAlgorithm::Es256]);
    assert!(options.exclude_credentials.is_empty());
    assert_eq!(options.extensions.cred_props, Asked::Yes);
}

#[test]
fn from_json_refuses_what_is_not_options() {
    check(|json| *json = json!([]), Err("options_malformed"));
    check(|json| json["challenge"] = json!("AQ=="), Err("options_malformed"));
    check(|json| json["user"]["id"] = json!(""), Err("options_malformed"));
    check(|json| json["rp"]["id"] = json!("https://example.org"), Err("options_malformed"));
    check(|json| json["rp"]["id"] = Json::Null, Err("options_rp_id_missing"));
    check(|json| json["timeout"] = json!("soon"), Err("options_malformed"));
    let unknown = json!([{ "type": "public-key", "alg": -1_000_000 }]);
    check(|json| json["pubKeyCredParams"] = unknown, Err("options_algorithms_unknown"));
    let long = " ".repeat(OPTIONS_BYTES_MAX);
    check(|json| json["user"]["name"] = json!(long), Err("options_too_long"));
    let hints = vec!["hybrid"; OPTIONS_ENTRIES_MAX + 1];
    check(|json| json["hints"] = json!(hints), Err("options_too_many_entries"));
    let twice = r#"{"challenge":"AQ","challenge":"AQ","rpId":"example.org"}"#;
    let outcome = RequestOptions::from_json(twice).map_err(|err| err.code());
    assert_eq!(outcome.map(|_| ()), Err("options_malformed"));
    let twice = twice.replacen(
        r#""challenge":"AQ""#,
        r#""extensions":{"prf":{"evalByCredential":{"AQ":{"first":"AQ"},"AQ":{"first":"AQ"}}}}"#,
        1,
    );
    let outcome = RequestOptions::from_json(&twice).map_err(|err| err.code());
    assert_eq!(outcome.map(|_| ()), Err("options_malformed"));
    let outcome = RequestOptions::from_json(r#"{"challenge":"AQ"}"#).map_err(|err| err.code());
    assert_eq!(outcome.map(|_| ()), Err("options_rp_id_missing"));
}

#[test]
fn from_json_refuses_extensions_that_contradict_themselves() {
    let refused = Err("options_extension_refused");
    for extensions in [
        json!({ "credentialProtectionPolicy": "none" }),
        json!({ "largeBlob": { "read": true } }),
        json!({ "largeBlob": { "support": "required", "write": "AQ" } }),
        json!({ "prf": { "evalByCredential": {} } }),
    ] {
        check(|json| json["extensions"] = extensions, refused);
    }
    for extensions in [
        json!({ "prf": { "eval": {} } }),
        json!({ "prf": { "eval": { "first": "AQ==" } } }),
        json!({ "credBlob": "!" }),
        json!({ "credBlob": "A".repeat(4096) }),
        json!({ "appidExclude": "http://example.org" }),
    ] {
        check(|json| json["extensions"] = extensions, Err("options_malformed"));
    }
    let many: serde_json::Map<_, _> =
        (0..257).map(|at| (format!("AAAA{at:04}"), json!({ "first": "AQ" }))).collect();
    for (extensions, expected) in [
        (json!({ "largeBlob": { "read": true, "write": "AQ" } }), refused),
        (json!({ "largeBlob": { "support": "preferred" } }), refused),
        (json!({ "prf": { "evalByCredential": many } }), refused),
        (
            json!({ "prf": { "evalByCredential": { "": { "first": "AQ" } } } }),
            Err("options_malformed"),
        ),
        (json!({ "largeBlob": { "read": false } }), Ok(())),
    ] {
        let json = json!({ "challenge": "AQ", "rpId": "example.org", "extensions": extensions });
        let outcome = RequestOptions::from_json(&json.to_string()).map_err(|err| err.code());
        assert_eq!(outcome.map(|_| ()), expected, "{json}");
    }
}

proptest! {
    #[test]
    fn creation_options_are_read_as_they_were_written(options in any_creation()) {
        let json = serde_json::to_string(&options).unwrap();
        let again = CreationOptions::from_json(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }

    #[test]
    fn request_options_are_read_as_they_were_written(options in any_request()) {
        let json = serde_json::to_string(&options).unwrap();
        let again = RequestOptions::from_json(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }

    #[test]
    fn from_json_never_panics(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        for json in [serde_json::to_string(&creation()), serde_json::to_string(&request())] {
            let mut json = json.unwrap().into_bytes();
            let at = at.index(json.len());
            json[at] = byte;
            let json = String::from_utf8(json).unwrap();
            let _ = CreationOptions::from_json(&json);
            let _ = RequestOptions::from_json(&json);
        }
    }
}

fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..40)
}

fn asked() -> impl Strategy<Value = Asked> {
    prop::sample::select(vec![Asked::No, Asked::Yes])
}

fn prf_inputs() -> impl Strategy<Value = PrfInputs> {
    (some_bytes(), prop::option::of(some_bytes())).prop_map(|(first, second)| PrfInputs {
        first: first.into(),
        second: second.map(SecretBytes::from),
    })
}

fn protection() -> impl Strategy<Value = CredentialProtectionRequest> {
    let levels = vec![
        CredentialProtection::UserVerificationOptional,
        CredentialProtection::UserVerificationOptionalWithCredentialIdList,
        CredentialProtection::UserVerificationRequired,
    ];
    let enforcements = vec![Enforcement::BestEffort, Enforcement::Enforced];
    (prop::sample::select(levels), prop::sample::select(enforcements))
        .prop_map(|(policy, enforcement)| CredentialProtectionRequest { policy, enforcement })
}

fn creation_extensions() -> impl Strategy<Value = CreationExtensions> {
    let app_id = || Just("https://example.org/a".parse::<crate::AppId>().unwrap());
    let support = vec![LargeBlobSupport::Preferred, LargeBlobSupport::Required];
    (
        (asked(), asked(), asked()),
        prop::option::of(protection()),
        prop::option::of(prop::option::of(prf_inputs())),
        prop::option::of(prop::sample::select(support)),
        prop::option::of(some_bytes()),
        prop::option::of(app_id()),
    )
        .prop_map(|(asked, credential_protection, prf, large_blob, blob, app_id_exclude)| {
            CreationExtensions {
                cred_props: asked.0,
                credential_protection,
                prf: prf.map(|eval| PrfCreation { eval }),
                large_blob,
                cred_blob: blob.map(SecretBytes::from),
                min_pin_length: asked.1,
                app_id_exclude,
                payment: asked.2,
            }
        })
}

fn descriptors() -> impl Strategy<Value = Vec<CredentialDescriptor>> {
    let transports = prop::sample::subsequence(vec!["usb", "nfc", "x-new"], 0..=3);
    let one = (some_bytes(), transports).prop_map(|(id, names)| CredentialDescriptor {
        id: id.try_into().unwrap(),
        transports: names.iter().map(|name| name.parse().unwrap()).collect(),
    });
    proptest::collection::vec(one, 0..4)
}

fn any_hints() -> impl Strategy<Value = Vec<Hint>> {
    prop::sample::subsequence(vec![Hint::Hybrid, Hint::ClientDevice, Hint::SecurityKey], 0..=3)
}

fn any_creation() -> impl Strategy<Value = CreationOptions> {
    let algorithms = prop::sample::subsequence(CoseAlgorithm::ALL.to_vec(), 1..=18);
    let formats = prop::sample::subsequence(vec!["packed", "tpm", "new"], 0..=3);
    (
        algorithms,
        descriptors(),
        any_hints(),
        formats,
        creation_extensions(),
        ".{0,20}",
        some_bytes(),
    )
        .prop_map(|(algorithms, exclude, hints, formats, extensions, name, challenge)| {
            CreationOptions {
                challenge,
                pub_key_cred_params: algorithms,
                exclude_credentials: exclude,
                hints,
                attestation_formats: formats.iter().map(|name| name.parse().unwrap()).collect(),
                extensions,
                user: UserEntity {
                    id: sample::user_handle(),
                    name: name.clone(),
                    display_name: name,
                },
                ..creation()
            }
        })
}

fn any_request() -> impl Strategy<Value = RequestOptions> {
    let blob = prop_oneof![
        Just(LargeBlobRequest::Read),
        some_bytes().prop_map(|bytes| LargeBlobRequest::Write(bytes.into())),
    ];
    let by_credential = proptest::collection::btree_map(
        some_bytes().prop_map(|id| CredentialId::try_from(id).unwrap()),
        prf_inputs(),
        0..3,
    );
    let prf = (prop::option::of(prf_inputs()), by_credential)
        .prop_map(|(eval, eval_by_credential)| PrfRequest { eval, eval_by_credential });
    (descriptors(), any_hints(), prop::option::of(blob), prop::option::of(prf), asked()).prop_map(
        |(allow_credentials, hints, large_blob, prf, cred_blob)| RequestOptions {
            allow_credentials,
            hints,
            extensions: RequestExtensions { app_id: None, prf, large_blob, cred_blob },
            ..request()
        },
    )
}

fn request() -> RequestOptions {
    RequestOptions {
        challenge: vec![0xff; 3],
        rp_id: sample::rp_id(),
        timeout_ms: 60_000,
        allow_credentials: vec![descriptor(&[])],
        user_verification: UserVerification::Required,
        hints: Vec::new(),
        extensions: RequestExtensions::default(),
    }
}

/// Starts from options that are read, breaks one thing, and compares the outcome.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Json), expected: Result<(), &str>) {
    let mut json = serde_json::to_value(creation()).unwrap();
    break_one_thing(&mut json);
    let outcome = CreationOptions::from_json(&json.to_string());
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), expected);
}

fn creation() -> CreationOptions {
    CreationOptions {
        rp: RelyingPartyEntity { id: sample::rp_id(), name: "Example".into() },
        user: UserEntity {
            id: sample::user_handle(),
            name: "a@example.org".into(),
            display_name: String::new(),
        },
        challenge: vec![1, 2, 3],
        pub_key_cred_params: vec![CoseAlgorithm::Es256, CoseAlgorithm::EdDsa, CoseAlgorithm::Rs256],
        timeout_ms: 300_000,
        exclude_credentials: Vec::new(),
        authenticator_selection: AuthenticatorSelection {
            resident_key: ResidentKey::Required,
            user_verification: UserVerification::Preferred,
            attachment: Some(AuthenticatorAttachment::CrossPlatform),
        },
        hints: Vec::new(),
        attestation: AttestationConveyance::None,
        attestation_formats: Vec::new(),
        extensions: CreationExtensions { cred_props: Asked::Yes, ..CreationExtensions::default() },
    }
}

fn descriptor(transports: &[&str]) -> CredentialDescriptor {
    let transports = transports.iter().map(|name| name.parse().unwrap()).collect();
    CredentialDescriptor { id: sample::credential_id(), transports }
}
