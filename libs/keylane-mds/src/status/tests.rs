use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{Authority, PKI};

#[test]
fn report_is_read_with_all_its_members() {
    let report = read(&json!({
        "status": "FIDO_CERTIFIED_L1plus",
        "effectiveDate": "2024-02-29",
        "authenticatorVersion": u64::MAX,
        "certificate": STANDARD.encode(&PKI.root.certificate),
        "batchCertificate": STANDARD.encode(&PKI.signer),
        "url": "https://example.org",
        "certificationDescriptor": "Example",
        "certificateNumber": "U2F100020180228005",
        "certificationPolicyVersion": "1.3",
        "certificationRequirementsVersion": "1.2",
        "sunsetDate": "2030-01-01",
    }));
    assert_eq!(report.status, AuthenticatorStatus::FidoCertifiedL1Plus);
    assert_eq!(report.effective_date.unwrap().to_string(), "2024-02-29");
    assert_eq!(report.authenticator_version, Some(u64::MAX));
    let certificates: Vec<_> = report.certificates().collect();
    assert_eq!(certificates, [&PKI.root.certificate, &PKI.signer]);
    assert_eq!(report.url.as_deref(), Some("https://example.org"));
    assert_eq!(report.certification_descriptor.as_deref(), Some("Example"));
    assert_eq!(report.certificate_number.as_deref(), Some("U2F100020180228005"));
    assert_eq!(report.certification_policy_version.as_deref(), Some("1.3"));
    assert_eq!(report.certification_requirements_version.as_deref(), Some("1.2"));
    assert_eq!(others(&report), [("sunsetDate", r#""2030-01-01""#)]);
}

#[test]
fn report_of_an_unknown_status_keeps_its_text() {
    let report = read(&json!({ "status": "FROBNICATED" }));
    assert_eq!(report.status, AuthenticatorStatus::Other("FROBNICATED".into()));
    assert_eq!(report.status.as_str(), "FROBNICATED");
    assert_eq!(report.status.to_string(), "FROBNICATED");
}

#[test]
fn report_without_a_date_is_in_force() {
    let epoch = Date::new(1970, 1, 1).unwrap();
    assert!(read(&json!({ "status": "REVOKED" })).in_force(epoch));
}

#[test]
fn report_with_a_date_that_is_none_is_in_force_and_keeps_it() {
    let report = read(&json!({ "status": "REVOKED", "effectiveDate": "soon" }));
    assert!(report.in_force(Date::new(1970, 1, 1).unwrap()));
    assert_eq!(others(&report), [("effectiveDate", r#""soon""#)]);
}

#[test]
fn report_is_in_force_from_its_day_on() {
    let report = read(&json!({ "status": "REVOKED", "effectiveDate": "2026-01-02" }));
    for (day, expected) in [(1, false), (2, true), (3, true)] {
        assert_eq!(report.in_force(Date::new(2026, 1, day).unwrap()), expected);
    }
}

#[test]
fn report_with_an_empty_certificate_has_none() {
    let report = read(&json!({ "status": "FIDO_CERTIFIED", "certificate": " \n" }));
    assert_eq!(report.certificates().count(), 0);
}

#[test]
fn report_concerns_whom_its_certificate_names() {
    let other = Authority::root("Somebody Else");
    let renewed = PKI.intermediate.certify(&PKI.signer_key, |params| {
        params.serial_number = Some(77u64.into());
    });
    let path = |certificates: &[&[u8]], certificate: &[u8]| {
        let report = json!({
            "status": "ATTESTATION_KEY_COMPROMISE",
            "batchCertificate": STANDARD.encode(certificate),
        });
        read(&report).concerns(certificates)
    };
    assert!(path(&[&PKI.signer, &PKI.intermediate.certificate], &PKI.signer));
    assert!(path(&[&PKI.signer, &PKI.intermediate.certificate], &PKI.intermediate.certificate));
    assert!(path(&[&PKI.signer], &renewed), "another certificate of the same key");
    assert!(!path(&[&PKI.signer], &other.certificate));
    assert!(!path(&[], &PKI.signer));
    // What is no certificate has no key that could be the same.
    assert!(!path(&[b"junk"], b"other junk"));
    let all = read(&json!({ "status": "ATTESTATION_KEY_COMPROMISE" }));
    assert!(all.concerns(&[]) && all.concerns(&[&PKI.signer]));
}

#[test]
fn reports_that_cannot_be_read_are_refused() {
    for json in [
        json!(null),
        json!({}),
        json!([[]]),
        json!(["REVOKED"]),
        json!([{}]),
        json!([{ "status": null }]),
        json!([{ "status": "REVOKED" }, { "status": 4 }]),
    ] {
        assert_eq!(parse_reports(&json.to_string()), Err(JsonError::Malformed), "{json}");
    }
    let twice = r#"[{"status":"REVOKED","status":"FIDO_CERTIFIED"}]"#;
    assert_eq!(parse_reports(twice), Err(JsonError::DuplicateMember));
}

#[test]
fn reports_are_bounded() {
    let reports = |count| json!(vec![json!({ "status": "FIDO_CERTIFIED" }); count]).to_string();
    assert_eq!(parse_reports(&reports(STATUS_REPORTS_MAX)).unwrap().len(), STATUS_REPORTS_MAX);
    assert_eq!(parse_reports(&reports(STATUS_REPORTS_MAX + 1)), Err(JsonError::TooMany));
}

fn read(report: &Json) -> StatusReport {
    StatusReport::parse(&report.to_string()).unwrap()
}

fn others(report: &StatusReport) -> Vec<(&str, &str)> {
    report.others.iter().map(|it| (&*it.name, &*it.json)).collect()
}
