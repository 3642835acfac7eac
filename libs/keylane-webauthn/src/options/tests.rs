use super::*;
use crate::sample;

#[test]
fn creation_options_have_the_json_form_of_level_3() {
    let options = CreationOptions {
        exclude_credentials: vec![descriptor(&["usb", "nfc"]), descriptor(&[])],
        hints: vec![Hint::SecurityKey, Hint::ClientDevice, Hint::Hybrid],
        ..creation()
    };
    let expected = serde_json::json!({
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
    let options = RequestOptions {
        challenge: vec![0xff; 3],
        rp_id: sample::rp_id(),
        timeout_ms: 60_000,
        allow_credentials: vec![descriptor(&[])],
        user_verification: UserVerification::Required,
        hints: Vec::new(),
    };
    let expected = serde_json::json!({
        "challenge": "____",
        "rpId": "example.org",
        "timeout": 60_000,
        "allowCredentials": [{ "type": "public-key", "id": sample::credential_id() }],
        "userVerification": "required",
    });
    assert_eq!(serde_json::to_value(options).unwrap(), expected);
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
        extensions: CreationExtensions,
    }
}

fn descriptor(transports: &[&str]) -> CredentialDescriptor {
    let transports = transports.iter().map(|name| name.parse().unwrap()).collect();
    CredentialDescriptor { id: sample::credential_id(), transports }
}
