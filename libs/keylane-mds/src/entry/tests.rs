use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{self, AAGUID, accepted};

#[test]
fn entry_is_read_with_its_statement_and_reports() {
    let entry = read(|json| json["biometricStatusReports"] = json!([{ "certLevel": 1 }]));
    assert_eq!(entry.aaguid, AAGUID.parse().ok());
    assert_eq!(entry.description(), Some("Example Key"));
    assert_eq!(entry.attestation_roots().len(), 1);
    assert_eq!(entry.status_reports.len(), 1);
    assert_eq!(entry.time_of_last_status_change.unwrap().to_string(), "2024-01-01");
    assert_eq!(entry.others.len(), 1);
    assert_eq!(&*entry.others[0].json, r#"[{"certLevel":1}]"#);
}

#[test]
fn entry_may_lack_its_statement_and_its_reports() {
    let entry = read(|json| *json = json!({ "aaguid": AAGUID }));
    assert_eq!(entry.description(), None);
    assert!(entry.attestation_roots().is_empty() && entry.status_reports.is_empty());
}

#[test]
fn entry_without_ids_has_those_of_its_statement() {
    let entry = read(|json| *json = json!({ "metadataStatement": sample::statement() }));
    assert_eq!(entry.aaguid, AAGUID.parse().ok());
    // The entry's own ids go first.
    let entry = read(|json| {
        json["aaid"] = json!("1234#5678");
        json.as_object_mut().unwrap().remove("aaguid");
    });
    assert_eq!((entry.aaguid, entry.aaid), (None, "1234#5678".parse().ok()));
}

#[test]
fn entry_of_a_statement_alone_reports_nothing() {
    let statement = sample::statement().to_string();
    let statement = MetadataStatement::from_json(statement.as_bytes(), Icons::Drop).unwrap();
    let entry = MetadataEntry::from(statement.clone());
    assert_eq!((entry.aaguid, entry.statement), (statement.aaguid, Some(statement)));
    assert!(entry.status_reports.is_empty());
}

#[test]
fn entry_that_is_no_object_is_put_aside() {
    for json in [json!(null), json!([]), json!("x"), json!(7)] {
        check(|entry| *entry = json, "entry_malformed");
    }
}

#[test]
fn entry_without_any_id_is_put_aside() {
    check(|entry| *entry = json!({ "statusReports": [] }), "entry_without_id");
    check(|entry| *entry = json!({ "aaguid": "not one" }), "entry_without_id");
}

#[test]
fn entry_whose_reports_cannot_be_read_is_put_aside() {
    let code = "entry_status_reports_malformed";
    check(|entry| entry["statusReports"] = json!({}), code);
    check(|entry| entry["statusReports"] = json!(null), code);
    check(|entry| entry["statusReports"] = json!([{ "status": 7 }]), code);
}

#[test]
fn entry_whose_statement_cannot_be_read_is_put_aside() {
    check(|entry| entry["metadataStatement"] = json!("later"), "entry_statement_malformed");
}

#[test]
fn entry_about_the_same_authenticator_is_put_aside() {
    check(|entry| *entry = sample::entry(), "entry_duplicate");
}

#[test]
fn entry_with_a_member_twice_is_put_aside() {
    let blob = accepted(|case| {
        let text = case.payload.to_string();
        let twice = r#"{"aaid":"1234#5678","statusReports":[],"statusReports":[]}"#;
        case.raw_payload =
            Some(text.replacen("\"entries\":[", &format!("\"entries\":[{twice},"), 1).into());
    });
    assert_eq!(blob.unreadable()[0].error.code(), "entry_malformed");
    assert_eq!(blob.metadata().len(), 1);
}

#[test]
fn entry_that_was_put_aside_says_which_authenticator_it_was_about() {
    let blob = accepted(|case| {
        let other = json!({ "aaguid": "00000000-0000-0000-0000-000000000001", "statusReports": 7 });
        case.payload["entries"] = json!([sample::entry(), other]);
    });
    let [aside] = blob.unreadable() else { panic!("one entry is put aside") };
    assert_eq!(aside.index, 1);
    assert_eq!(aside.aaguid, "00000000-0000-0000-0000-000000000001".parse().ok());
}

fn read(change: impl FnOnce(&mut Json)) -> MetadataEntry {
    let mut json = sample::entry();
    change(&mut json);
    MetadataEntry::parse(&json.to_string(), Icons::Drop).unwrap()
}

/// Puts a broken entry beside one that can be read, and compares why it was put aside.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Json), expected: &str) {
    let mut broken = json!({ "aaguid": "00000000-0000-0000-0000-000000000001" });
    break_one_thing(&mut broken);
    let blob = accepted(|case| case.payload["entries"] = json!([sample::entry(), broken]));
    let codes: Vec<_> = blob.unreadable().iter().map(|it| it.error.code()).collect();
    assert_eq!(codes, [expected]);
    assert_eq!(blob.metadata().len(), 1);
}
