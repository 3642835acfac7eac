//! Every change made through `create_with` and `get_with` arrives, and whatever is signed stays
//! soundly signed.

use crate::{
    ORIGIN, creation_options,
    reading::{Assertion, Registration, bytes_of, sha256},
    registered, request_options,
};
use ciborium::Value as Item;
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, Cbor, CreateParts, GetParts, flags,
};
use serde_json::json;

#[test]
fn client_data_of_a_registration_changes_under_the_signature() {
    let it = created(|parts| parts.client_data.kind = "webauthn.get".into());
    assert!(text(&it.client_data).starts_with(r#"{"type":"webauthn.get","#));
    let it = created(|parts| parts.client_data.origin = "https://evil.example".into());
    assert!(text(&it.client_data).contains(r#""origin":"https://evil.example""#));
    let it = created(|parts| parts.client_data.challenge.push('='));
    assert!(text(&it.client_data).contains(r#""challenge":"Y3JlYXRlLWNoYWxsZW5nZQ=""#));
    let it = created(|parts| parts.client_data.raw = Some(b"{}".to_vec()));
    assert_eq!(it.client_data, b"{}");
    assert!(it.statement_verifies());
}

#[test]
fn authenticator_data_of_a_registration_changes_under_the_signature() {
    assert_eq!(created(|parts| parts.rp_id_hash = [7; 32]).auth_data.rp_id_hash, [7; 32]);
    assert_eq!(created(|parts| parts.flags = flags::AT).auth_data.flags, flags::AT);
    assert_eq!(created(|parts| parts.sign_count = 9).auth_data.sign_count, 9);
    assert_eq!(created(|parts| parts.aaguid = [3; 16]).attested().aaguid, [3; 16]);
    assert_eq!(created(|parts| parts.trailing = vec![1, 2]).attested().trailing, [1, 2]);
    let it = created(|parts| {
        parts.flags |= flags::ED;
        parts.extensions = vec![0xa0];
        parts.trailing = vec![9];
    });
    assert_eq!(it.attested().trailing, [0xa0, 9]);
    let key = Cbor::Map(vec![(Cbor::Int(1), Cbor::Int(2)), (Cbor::Int(1), Cbor::Int(2))]);
    let it = created(move |parts| parts.cose_key = key.encode());
    assert_eq!(it.attested().cose_key.len(), 2);
    let it = created(|parts| parts.edit_authenticator_data(|bytes| bytes.truncate(40)));
    assert_eq!(it.auth_data.bytes.len(), 40);
    assert!(it.statement_verifies());
}

#[test]
fn attested_credential_is_written_only_with_its_flag() {
    assert!(created(|parts| parts.flags &= !flags::AT).auth_data.rest.is_empty());
}

#[test]
fn credential_id_changes_everywhere_and_is_kept() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let json = authenticator
        .create_with(&creation_options().to_string(), ORIGIN, |parts| {
            parts.credential_id = vec![5; 1024];
        })
        .unwrap();
    let registration = Registration::read(&json);
    assert_eq!(registration.attested().credential_id, [5; 1024]);
    assert_eq!(bytes_of(&registration.json["rawId"]), [5; 1024]);
    let signed = authenticator.get(&request_options().to_string(), ORIGIN).unwrap();
    assert_eq!(Assertion::read(&signed).json["id"], registration.json["id"]);
}

#[test]
fn credential_id_length_can_lie() {
    let it = created(|parts| parts.credential_id_length = Some(0xffff));
    assert_eq!(it.auth_data.rest[16..18], [0xff, 0xff]);
}

#[test]
fn attestation_statement_changes() {
    let it = created(|parts| parts.attestation = Attestation::None);
    assert_eq!(it.fmt, "none");
    let it = created(|parts| parts.fmt = Some("Packed".into()));
    assert_eq!(it.fmt, "Packed");
    let it = created(|parts| parts.statement_algorithm = Some(-257));
    assert_eq!(it.att_stmt[0].1, Item::from(-257));
    let statement = Cbor::Map(vec![(Cbor::text("ver"), Cbor::Int(1))]).encode();
    let it = created(move |parts| parts.att_stmt = Some(statement));
    assert_eq!(it.att_stmt, [(Item::from("ver"), Item::from(1))]);
    let it = created(|parts| parts.edit_signature(|signature| flip_last_bit(signature)));
    assert!(!it.statement_verifies());
    let it = created(|parts| parts.edit_attestation_object(|object| object.push(0)));
    assert_eq!(it.trailing, 1);
}

#[test]
fn members_of_a_registration_response_change() {
    let it = created(|parts| {
        parts.id = Some("aWQ".into());
        parts.raw_id = Some("cmF3".into());
        parts.kind = "password".into();
        parts.transports = vec!["smoke-signal".into()];
        parts.authenticator_attachment = None;
        parts.client_extension_results = json!({ "prf": {} });
    });
    assert_eq!((&it.json["id"], &it.json["rawId"]), (&json!("aWQ"), &json!("cmF3")));
    assert_eq!(it.json["type"], "password");
    assert_eq!(it.json["response"]["transports"], json!(["smoke-signal"]));
    assert_eq!(it.json.get("authenticatorAttachment"), None);
    assert_eq!(it.json["clientExtensionResults"], json!({ "prf": {} }));
}

#[test]
fn client_data_of_an_assertion_changes_under_the_signature() {
    let it = signed(|parts| {
        parts.client_data.cross_origin = Some(true);
        parts.client_data.top_origin = Some("https://top.example".into());
    });
    assert!(
        text(&it.client_data).ends_with(r#""crossOrigin":true,"topOrigin":"https://top.example"}"#)
    );
    let it = signed(|parts| {
        parts.client_data.extra = vec![("challenge".into(), "\"AAAA\"".into())];
    });
    assert_eq!(text(&it.client_data).matches("challenge\":").count(), 2);
    let it = signed(|parts| {
        let with_mark = ["\u{feff}".as_bytes(), &parts.client_data.to_bytes()].concat();
        parts.client_data.raw = Some(with_mark);
    });
    assert!(it.client_data.starts_with(&[0xef, 0xbb, 0xbf, b'{']));
}

#[test]
fn authenticator_data_of_an_assertion_changes_under_the_signature() {
    assert_eq!(signed(|parts| parts.rp_id_hash = [7; 32]).auth_data.rp_id_hash, [7; 32]);
    assert_eq!(signed(|parts| parts.flags = flags::UP | flags::BS).auth_data.flags, 0x11);
    assert_eq!(signed(|parts| parts.flags |= flags::AT).auth_data.flags & flags::AT, flags::AT);
    assert_eq!(signed(|parts| parts.sign_count = 4).auth_data.sign_count, 4);
    assert_eq!(signed(|parts| parts.extensions = vec![0xa0]).auth_data.rest, [0xa0]);
    assert_eq!(signed(|parts| parts.trailing = vec![0]).auth_data.rest, [0]);
    let it = signed(|parts| parts.edit_authenticator_data(|bytes| bytes.truncate(37)));
    assert_eq!(it.auth_data.bytes.len(), 37);
}

#[test]
fn signature_of_an_assertion_changes_after_signing() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let json = authenticator
        .get_with(&request_options().to_string(), ORIGIN, |parts| {
            parts.edit_signature(|signature| flip_last_bit(signature));
        })
        .unwrap();
    assert!(!Assertion::read(&json).verifies_with(&registration));
}

#[test]
fn members_of_an_assertion_response_change() {
    let it = signed(|parts| {
        parts.credential_id = vec![1, 2, 3];
        parts.raw_id = Some("cmF3".into());
        parts.user_handle = None;
        parts.kind = "password".into();
        parts.authenticator_attachment = None;
        parts.client_extension_results = json!({ "appid": true });
    });
    assert_eq!((&it.json["id"], &it.json["rawId"]), (&json!("AQID"), &json!("cmF3")));
    assert_eq!(it.json["response"].get("userHandle"), None);
    assert_eq!(it.json["type"], "password");
    assert_eq!(it.json.get("authenticatorAttachment"), None);
    assert_eq!(it.json["clientExtensionResults"], json!({ "appid": true }));
    let it = signed(|parts| {
        parts.id = Some("aWQ".into());
        parts.user_handle = Some(vec![0]);
    });
    assert_eq!((&it.json["id"], &it.json["response"]["userHandle"]), (&json!("aWQ"), &json!("AA")));
}

#[test]
fn hooks_see_the_parts_as_they_would_be_sent() {
    let it = created(|parts| {
        assert_eq!(parts.rp_id_hash[..], sha256(b"example.org"));
        assert_eq!(parts.client_data.origin, ORIGIN);
        assert_eq!(parts.flags, flags::UP | flags::UV | flags::BE | flags::BS | flags::AT);
        assert_eq!(parts.attestation, Attestation::PackedSelf);
    });
    assert!(it.statement_verifies());
}

/// Registers with packed self attestation and one change.
#[track_caller]
fn created(edit: impl FnOnce(&mut CreateParts)) -> Registration {
    let mut authenticator = Authenticator::new(AuthenticatorConfig {
        attestation: Attestation::PackedSelf,
        ..AuthenticatorConfig::default()
    });
    let mut options = creation_options();
    options["attestation"] = json!("direct");
    let json = authenticator.create_with(&options.to_string(), ORIGIN, edit).unwrap();
    Registration::read(&json)
}

/// Signs in with one change, and checks that the signature is still sound.
#[track_caller]
fn signed(edit: impl FnOnce(&mut GetParts)) -> Assertion {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let json = authenticator.get_with(&request_options().to_string(), ORIGIN, edit).unwrap();
    let assertion = Assertion::read(&json);
    assert!(assertion.verifies_with(&registration), "the signature covers the change");
    assertion
}

fn flip_last_bit(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
