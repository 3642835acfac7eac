use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{self, AAGUID, PKI};

#[test]
fn statement_is_read_with_all_that_decides() {
    let statement = read(|_| {});
    assert_eq!(statement.aaguid, AAGUID.parse().ok());
    assert_eq!(statement.description.as_deref(), Some("Example Key"));
    assert_eq!(statement.authenticator_version, Some(5));
    assert_eq!(statement.protocol_family, Some(ProtocolFamily::Fido2));
    assert_eq!(statement.attestation_types, [AttestationType::BasicFull]);
    assert_eq!(statement.attestation_roots, [PKI.root.certificate.clone().into_boxed_slice()]);
    let protection = [KeyProtection::Hardware, KeyProtection::SecureElement];
    assert_eq!(statement.key_protection, protection);
    assert_eq!(statement.matcher_protection, [MatcherProtection::OnChip]);
    assert_eq!(statement.attachment_hints, [AttachmentHint::External, AttachmentHint::Nfc]);
    assert_eq!(statement.legal_header.as_deref(), Some("For tests only."));
    let methods: Vec<Vec<_>> = statement
        .user_verification
        .iter()
        .map(|combination| combination.iter().map(|it| it.method.as_str()).collect())
        .collect();
    assert_eq!(methods, [["passcode_external"], ["none"]]);
    let ca = &statement.user_verification[0][0].others;
    assert_eq!((&*ca[0].name, &*ca[0].json), ("caDesc", r#"{"base":10,"minLength":4}"#));
}

#[test]
fn statement_keeps_what_it_does_not_model() {
    let statement = read(|json| json["cxpConfigURL"] = json!("https://example.org/cxp"));
    let names: Vec<_> = statement.others.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["authenticatorGetInfo", "cxpConfigURL", "schema"]);
    assert_eq!(&*statement.others[0].json, r#"{"versions":["FIDO_2_0"]}"#);
}

#[test]
fn statement_keeps_words_that_are_younger_than_the_code() {
    let statement = read(|json| {
        json["keyProtection"] = json!(["quantum_vault"]);
        json["protocolFamily"] = json!("fido3");
        json["attestationTypes"] = json!(["basic_full", "pure_magic"]);
        json["userVerificationDetails"] = json!([[{ "userVerificationMethod": "gait_internal" }]]);
    });
    assert_eq!(statement.key_protection, [KeyProtection::Other("quantum_vault".into())]);
    assert_eq!(statement.protocol_family, Some(ProtocolFamily::Other("fido3".into())));
    assert_eq!(statement.attestation_types[1].as_str(), "pure_magic");
    assert_eq!(statement.user_verification[0][0].method.as_str(), "gait_internal");
}

#[test]
fn statement_keeps_members_of_another_type_as_text() {
    let statement = read(|json| {
        json["authenticatorVersion"] = json!("5");
        json["keyProtection"] = json!("hardware");
        json["description"] = json!(["Example"]);
        json["userVerificationDetails"] = json!([[7]]);
        json["isKeyRestricted"] = json!("yes");
    });
    assert_eq!(statement.authenticator_version, None);
    assert!(statement.key_protection.is_empty() && statement.user_verification.is_empty());
    let kept = |name: &str| statement.others.iter().find(|it| &*it.name == name).unwrap();
    assert_eq!(&*kept("authenticatorVersion").json, r#""5""#);
    assert_eq!(&*kept("keyProtection").json, r#""hardware""#);
    assert_eq!(&*kept("description").json, r#"["Example"]"#);
    assert_eq!(&*kept("isKeyRestricted").json, r#""yes""#);
}

#[test]
fn statement_reads_roots_with_white_space_or_without_padding() {
    let root = &PKI.root.certificate;
    let text = STANDARD.encode(root);
    let broken: Vec<_> =
        text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
    for text in [
        broken.join("\n"),
        broken.join("\r\n\t "),
        format!(" {text}\n"),
        text.trim_end_matches('=').to_owned(),
    ] {
        let statement = read(|json| json["attestationRootCertificates"] = json!([text]));
        assert_eq!(&*statement.attestation_roots[0], root.as_slice());
        assert_eq!(statement.unreadable_roots, 0);
    }
}

#[test]
fn statement_counts_roots_that_are_unreadable() {
    let statement = read(|json| {
        json["attestationRootCertificates"] = json!(["*", "", 7, "MAA=", "-_-_"]);
    });
    assert_eq!(statement.attestation_roots, [vec![0x30, 0].into_boxed_slice()]);
    assert_eq!(statement.unreadable_roots, 4);
}

#[test]
fn statement_keeps_key_identifiers_that_it_cannot_read() {
    let identifier = "923881fe2f214ee465484371aeb72e97f5a58e0a";
    let read = |list: Json| read(|json| json["attestationCertificateKeyIdentifiers"] = list);
    let odd = read(json!([identifier, "x", 7]));
    assert_eq!(odd.key_identifiers, [identifier.parse().unwrap()]);
    assert!(odd.others.iter().any(|it| it.json.contains(r#""x",7"#)));
    let plain = read(json!([identifier]));
    assert!(plain.others.iter().all(|it| !it.json.contains(identifier)));
}

#[test]
fn statement_reads_the_older_name_of_a_method() {
    let statement = read(|json| {
        json["userVerificationDetails"] = json!([[{ "userVerification": "none" }]]);
    });
    assert_eq!(statement.user_verification[0][0].method, UserVerificationMethod::None);
}

#[test]
fn statement_drops_pictures_unless_they_are_asked_for() {
    let add = |json: &mut Json| json["iconDark"] = json!("data:image/png;base64,BBBB");
    let dropped = read(add);
    assert_eq!(dropped.icon, None);
    assert!(dropped.others.iter().all(|it| !it.json.contains("image/png")));
    let mut json = sample::statement();
    add(&mut json);
    let kept = MetadataStatement::from_json(json.to_string().as_bytes(), Icons::Keep).unwrap();
    assert_eq!(kept.icon.as_deref(), Some("data:image/png;base64,AAAA"));
    assert!(kept.others.iter().any(|it| it.json.contains("BBBB")));
}

#[test]
fn statement_may_be_about_any_kind_of_authenticator() {
    let by = |id: Json| {
        move |json: &mut Json| {
            json.as_object_mut().unwrap().remove("aaguid");
            json.as_object_mut().unwrap().extend(id.as_object().unwrap().clone());
        }
    };
    let identifier = "923881fe2f214ee465484371aeb72e97f5a58e0a";
    check(by(json!({ "aaid": "1234#5678" })), Ok(()));
    check(by(json!({ "attestationCertificateKeyIdentifiers": [identifier, "x", 7] })), Ok(()));
    for id in [
        json!({}),
        json!({ "aaguid": "not one" }),
        json!({ "aaid": 7 }),
        json!({ "attestationCertificateKeyIdentifiers": ["x"] }),
    ] {
        check(by(id), Err("statement_without_id"));
    }
}

#[test]
fn statement_that_is_no_object_is_refused() {
    for json in ["", "[]", "null", "{", "<html>", "{} {}", "\u{feff}\u{feff}{}"] {
        check_bytes(json.as_bytes(), Err("statement_malformed"));
    }
    check_bytes(b"{\"aaguid\":\"\xff\"}", Err("statement_malformed"));
    let marked = format!("\u{feff}{}", sample::statement());
    check_bytes(marked.as_bytes(), Ok(()));
}

#[test]
fn statement_with_a_member_twice_is_refused() {
    let json = r#"{"aaid":"1234#5678","keyProtection":["tee"],"keyProtection":["software"]}"#;
    check_bytes(json.as_bytes(), Err("statement_duplicate_member"));
}

#[test]
fn statement_is_bounded() {
    let members = |json: &mut Json| {
        json.as_object_mut().unwrap().extend((0..300).map(|at| (format!("x{at}"), json!(0))));
    };
    check(members, Err("statement_too_many_members"));
    let long = "x".repeat(STATEMENT_BYTES_MAX);
    check(|json| json["description"] = json!(long), Err("statement_too_large"));
    let roots = read(|json| {
        json["attestationRootCertificates"] = json!(vec!["MAA="; ATTESTATION_ROOTS_MAX + 1]);
    });
    assert!(roots.attestation_roots.is_empty(), "a list that is too long counts as unreadable");
}

proptest! {
    #[test]
    fn statement_of_any_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = MetadataStatement::from_json(&bytes, Icons::Keep);
    }

    #[test]
    fn statement_with_any_member_spoiled_is_read(
        at in any::<prop::sample::Index>(),
        value in r#"(null|7|"x"|\[\]|\[7\]|\[\[\{\}\]\]|\{\}|-1|1e400|true)"#,
    ) {
        let json = sample::statement();
        let members = json.as_object().unwrap();
        let spoiled = members.keys().nth(at.index(members.len())).unwrap();
        let text: Vec<_> = members
            .iter()
            .map(|(name, json)| format!("\"{name}\":{}", if name == spoiled { value.clone() } else { json.to_string() }))
            .collect();
        let text = format!("{{{}}}", text.join(","));
        let outcome = MetadataStatement::from_json(text.as_bytes(), Icons::Keep);
        prop_assert!(outcome.is_ok() || spoiled == "aaguid");
    }
}

fn read(change: impl FnOnce(&mut Json)) -> MetadataStatement {
    let mut json = sample::statement();
    change(&mut json);
    MetadataStatement::from_json(json.to_string().as_bytes(), Icons::Drop).unwrap()
}

#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Json), expected: Result<(), &str>) {
    let mut json = sample::statement();
    break_one_thing(&mut json);
    check_bytes(json.to_string().as_bytes(), expected);
}

#[track_caller]
fn check_bytes(json: &[u8], expected: Result<(), &str>) {
    let outcome = MetadataStatement::from_json(json, Icons::Drop);
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), expected);
}
