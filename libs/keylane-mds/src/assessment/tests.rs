use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{Authority, PKI};

const REFUSED: [(&str, &str); 5] = [
    ("REVOKED", "status_revoked"),
    ("USER_VERIFICATION_BYPASS", "status_user_verification_bypass"),
    ("ATTESTATION_KEY_COMPROMISE", "status_attestation_key_compromise"),
    ("USER_KEY_REMOTE_COMPROMISE", "status_user_key_remote_compromise"),
    ("USER_KEY_PHYSICAL_COMPROMISE", "status_user_key_physical_compromise"),
];

#[test]
fn authenticator_without_reports_is_acceptable() {
    check(json!([]), |_| {}, "status_acceptable");
}

#[test]
fn revoked_and_compromised_authenticators_are_refused() {
    for (status, code) in REFUSED {
        check(json!([report(status, "2025-01-01")]), |_| {}, code);
        check(json!([{ "status": status }]), |_| {}, code);
    }
}

#[test]
fn report_counts_from_its_effective_date_on() {
    for (status, code) in REFUSED {
        check(json!([report(status, "2026-01-01")]), |_| {}, code);
        check(json!([report(status, "2026-01-02")]), |_| {}, "status_acceptable");
    }
}

#[test]
fn nothing_that_comes_later_undoes_a_revocation() {
    for later in ["UPDATE_AVAILABLE", "FIDO_CERTIFIED_L3plus", "NOT_FIDO_CERTIFIED", "RETIRED"] {
        let mut update = report(later, "2025-06-01");
        update["authenticatorVersion"] = json!(9);
        let reports = json!([report("REVOKED", "2025-01-01"), update]);
        check(reports, |case| case.firmware = Some(9), "status_revoked");
    }
}

#[test]
fn certification_does_not_undo_a_compromise() {
    for (status, code) in REFUSED {
        let reports = [report(status, "2025-01-01"), report("FIDO_CERTIFIED_L2", "2025-06-01")];
        check(json!(reports), |_| {}, code);
    }
}

#[test]
fn order_of_listing_does_not_hide_a_compromise() {
    let newest_first = [
        report("FIDO_CERTIFIED_L2", "2025-06-01"),
        report("USER_KEY_REMOTE_COMPROMISE", "2025-03-01"),
        report("FIDO_CERTIFIED_L1", "2024-01-01"),
    ];
    check(json!(newest_first), |_| {}, "status_user_key_remote_compromise");
}

#[test]
fn update_that_is_known_to_run_cures_a_compromise_of_older_firmware() {
    let reports = |compromised: Json, update: Json| {
        let mut compromise = report("USER_VERIFICATION_BYPASS", "2025-01-01");
        compromise["authenticatorVersion"] = compromised;
        let mut cure = report("UPDATE_AVAILABLE", "2025-02-01");
        cure["authenticatorVersion"] = update;
        json!([compromise, cure])
    };
    let code = "status_user_verification_bypass";
    for (compromised, update, running, expected) in [
        (json!(4), json!(5), Some(5), "status_acceptable"),
        (json!(4), json!(5), Some(6), "status_acceptable"),
        (json!(null), json!(5), Some(5), "status_acceptable"),
        (json!(4), json!(5), Some(4), code),
        (json!(4), json!(5), None, code),
        (json!(5), json!(5), Some(9), code),
        (json!(6), json!(5), Some(9), code),
        (json!(4), json!(null), Some(9), code),
    ] {
        check(reports(compromised, update), |case| case.firmware = running, expected);
    }
}

#[test]
fn update_from_before_a_compromise_does_not_cure_it() {
    let mut update = report("UPDATE_AVAILABLE", "2024-12-31");
    update["authenticatorVersion"] = json!(5);
    let reports = [report("USER_KEY_REMOTE_COMPROMISE", "2025-01-01"), update.clone()];
    check(json!(reports), |case| case.firmware = Some(5), "status_user_key_remote_compromise");
    // Without dates, the order of listing says which came first.
    let compromise = json!({ "status": "USER_KEY_REMOTE_COMPROMISE" });
    let reports = json!([update, compromise]);
    check(reports, |case| case.firmware = Some(5), "status_user_key_remote_compromise");
    let reports = json!([compromise, update]);
    check(reports, |case| case.firmware = Some(5), "status_acceptable");
}

#[test]
fn update_that_is_not_in_force_yet_cures_nothing() {
    let mut update = report("UPDATE_AVAILABLE", "2026-01-02");
    update["authenticatorVersion"] = json!(5);
    let reports = json!([report("USER_VERIFICATION_BYPASS", "2025-01-01"), update]);
    check(reports, |case| case.firmware = Some(5), "status_user_verification_bypass");
}

#[test]
fn no_firmware_cures_the_compromise_of_an_attestation_key() {
    let mut update = report("UPDATE_AVAILABLE", "2025-02-01");
    update["authenticatorVersion"] = json!(5);
    let reports = json!([report("ATTESTATION_KEY_COMPROMISE", "2025-01-01"), update]);
    check(reports, |case| case.firmware = Some(5), "status_attestation_key_compromise");
}

#[test]
fn compromise_of_a_batch_is_about_that_batch() {
    let other = Authority::root("Somebody Else");
    let mut compromise = report("ATTESTATION_KEY_COMPROMISE", "2025-01-01");
    compromise["batchCertificate"] = json!(STANDARD.encode(&PKI.signer));
    let code = "status_attestation_key_compromise";
    let reports = json!([compromise]);
    let path = |certificates: Vec<Vec<u8>>| move |case: &mut Case| case.path = Some(certificates);
    check(reports.clone(), path(vec![PKI.signer.clone()]), code);
    check(reports.clone(), path(vec![other.certificate.clone()]), "status_acceptable");
    check(reports, |_| {}, code);
    // Without a certificate that can be read, it is about all of them.
    compromise["batchCertificate"] = json!("*");
    check(json!([compromise]), path(vec![other.certificate.clone()]), code);
}

#[test]
fn compromises_can_be_tolerated_one_by_one() {
    let reports = json!([
        report("USER_KEY_PHYSICAL_COMPROMISE", "2025-01-01"),
        report("USER_VERIFICATION_BYPASS", "2025-01-01"),
    ]);
    let tolerate = |kinds: &[Compromise]| {
        let kinds = kinds.to_vec();
        move |case: &mut Case| case.policy.tolerated = kinds
    };
    let physical = Compromise::UserKeyPhysical;
    check(reports.clone(), tolerate(&[physical]), "status_user_verification_bypass");
    let both = [physical, Compromise::UserVerificationBypass];
    check(reports.clone(), tolerate(&both), "status_acceptable");
    check(json!([report("REVOKED", "2025-01-01")]), tolerate(&both), "status_revoked");
    // What is tolerated is still told.
    let mut case = Case::new(reports);
    tolerate(&both)(&mut case);
    let entry = case.entry();
    let assessment = case.policy.assess(&entry, case.date, &KnownAuthenticator::default());
    assert_eq!(assessment.incidents.len(), 2);
}

#[test]
fn retired_authenticators_are_refused_when_asked() {
    let reports = json!([report("RETIRED", "2025-01-01")]);
    check(reports.clone(), |_| {}, "status_acceptable");
    check(reports, |case| case.policy.retired = Tolerance::Refuse, "status_retired");
}

#[test]
fn unknown_statuses_are_refused_when_asked() {
    let reports = json!([report("FROBNICATED", "2025-01-01")]);
    check(reports.clone(), |_| {}, "status_acceptable");
    check(reports, |case| case.policy.unknown_status = Tolerance::Refuse, "status_unknown");
    let later = json!([report("FROBNICATED", "2027-01-01")]);
    check(later, |case| case.policy.unknown_status = Tolerance::Refuse, "status_acceptable");
}

#[test]
fn lowest_certification_is_demanded_when_asked() {
    let at_least = |level| move |case: &mut Case| case.policy.certification_min = Some(level);
    let low = "status_certification_too_low";
    let l2 = json!([report("FIDO_CERTIFIED_L2", "2025-01-01")]);
    check(l2.clone(), at_least(CertificationLevel::L2), "status_acceptable");
    check(l2.clone(), at_least(CertificationLevel::Certified), "status_acceptable");
    check(l2, at_least(CertificationLevel::L2Plus), low);
    check(json!([]), at_least(CertificationLevel::Certified), low);
    check(
        json!([report("SELF_ASSERTION_SUBMITTED", "2025-01-01")]),
        at_least(CertificationLevel::Certified),
        low,
    );
}

#[test]
fn highest_certification_in_force_counts() {
    use CertificationLevel as Level;
    let rows = [
        (json!([]), None),
        (json!([report("FIDO_CERTIFIED", "2020-01-01")]), Some(Level::Certified)),
        (
            json!([
                report("FIDO_CERTIFIED_L1plus", "2020-01-01"),
                report("FIDO_CERTIFIED", "2021-01-01")
            ]),
            Some(Level::L1Plus),
        ),
        (
            json!([
                report("FIDO_CERTIFIED_L3plus", "2026-01-02"),
                report("FIDO_CERTIFIED_L1", "2021-01-01")
            ]),
            Some(Level::L1),
        ),
        (
            json!([report("FIDO_CERTIFIED_L3", "2020-01-01"), report("REVOKED", "2021-01-01")]),
            Some(Level::L3),
        ),
        (json!([{ "status": "FIDO_CERTIFIED_L3plus" }]), Some(Level::L3Plus)),
        (json!([report("FIPS140_CERTIFIED_L3", "2020-01-01")]), None),
    ];
    for (reports, expected) in rows {
        check_certification(reports, None, expected);
    }
}

#[test]
fn certification_ends_when_it_is_withdrawn() {
    use CertificationLevel as Level;
    let withdrawn =
        [report("FIDO_CERTIFIED_L2", "2020-01-01"), report("NOT_FIDO_CERTIFIED", "2021-01-01")];
    check_certification(json!(withdrawn), None, None);
    let newest_first =
        [report("NOT_FIDO_CERTIFIED", "2021-01-01"), report("FIDO_CERTIFIED_L2", "2020-01-01")];
    check_certification(json!(newest_first), None, None);
    let regained =
        [report("NOT_FIDO_CERTIFIED", "2019-01-01"), report("FIDO_CERTIFIED_L2", "2020-01-01")];
    check_certification(json!(regained), None, Some(Level::L2));
    let future =
        [report("FIDO_CERTIFIED_L2", "2020-01-01"), report("NOT_FIDO_CERTIFIED", "2027-01-01")];
    check_certification(json!(future), None, Some(Level::L2));
}

#[test]
fn certification_of_newer_firmware_does_not_count() {
    use CertificationLevel as Level;
    let mut l2 = report("FIDO_CERTIFIED_L2", "2020-01-01");
    l2["authenticatorVersion"] = json!(5);
    let reports = json!([report("FIDO_CERTIFIED", "2019-01-01"), l2]);
    for (running, expected) in
        [(Some(4), Level::Certified), (Some(5), Level::L2), (Some(6), Level::L2), (None, Level::L2)]
    {
        check_certification(reports.clone(), running, Some(expected));
    }
}

#[test]
fn newest_update_is_told() {
    let update =
        |version: u64| json!({ "status": "UPDATE_AVAILABLE", "authenticatorVersion": version });
    let case = Case::new(json!([update(5), update(7), update(6)]));
    let entry = case.entry();
    let assessment = case.policy.assess(&entry, case.date, &KnownAuthenticator::default());
    assert_eq!(assessment.update.unwrap().authenticator_version, Some(7));
}

struct Case {
    reports: Json,
    date: Date,
    firmware: Option<u64>,
    path: Option<Vec<Vec<u8>>>,
    policy: StatusPolicy,
}

impl Case {
    fn new(reports: Json) -> Self {
        let date = Date::new(2026, 1, 1).unwrap();
        Self { reports, date, firmware: None, path: None, policy: StatusPolicy::default() }
    }

    fn entry(&self) -> MetadataEntry {
        let json = json!({ "aaid": "1234#5678", "statusReports": self.reports }).to_string();
        MetadataEntry::parse(&json, crate::Icons::Drop).unwrap()
    }
}

/// Judges an authenticator with these reports on 2026-01-01 and compares the verdict's code.
#[track_caller]
fn check(reports: Json, change_one_thing: impl FnOnce(&mut Case), expected: &str) {
    let mut case = Case::new(reports);
    change_one_thing(&mut case);
    let path: Option<Vec<&[u8]>> =
        case.path.as_ref().map(|path| path.iter().map(Vec::as_slice).collect());
    let known = KnownAuthenticator { firmware_version: case.firmware, trust_path: path.as_deref() };
    let entry = case.entry();
    let assessment = case.policy.assess(&entry, case.date, &known);
    assert_eq!(assessment.verdict.code(), expected, "{}", case.reports);
}

#[track_caller]
fn check_certification(
    reports: Json,
    firmware_version: Option<u64>,
    expected: Option<CertificationLevel>,
) {
    let case = Case::new(reports);
    let known = KnownAuthenticator { firmware_version, trust_path: None };
    let entry = case.entry();
    let assessment = case.policy.assess(&entry, case.date, &known);
    assert_eq!(assessment.certification, expected, "{}", case.reports);
}

fn report(status: &str, from: &str) -> Json {
    json!({ "status": status, "effectiveDate": from })
}
