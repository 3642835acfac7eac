use keylane_authenticator::{Attestation, AuthenticatorConfig};
use keylane_mds::{AuthenticatorStatus, Icons, MetadataStatement, StatusReport};

use super::*;

const MODEL: Aaguid = Aaguid([7; 16]);
const OTHER: Aaguid = Aaguid([8; 16]);

#[test]
fn every_authenticator_is_taken_by_default() {
    check(|case| case.vouched = Vouched::Nothing, Ok(()));
}

#[test]
fn a_list_of_models_does_not_believe_an_unproven_aaguid() {
    let listed = |case: &mut Case| case.rules.allowed_models = vec![MODEL];
    check(listed, Ok(()));
    let unproven = |case: &mut Case| {
        listed(case);
        case.vouched = Vouched::Nothing;
    };
    check(unproven, Err("authenticator_unproven"));
}

#[test]
fn an_anchor_of_the_key_proves_the_model_only_when_metadata_has_it_for_the_model() {
    let rules: [fn(&mut AuthenticatorRules); 3] = [
        |rules| rules.allowed_models = vec![MODEL],
        |rules| rules.certification_min = Some(CertificationLevel::L1),
        |rules| rules.unknown_models = Admission::Refuse,
    ];
    for demand in rules {
        let key_only = |case: &mut Case| {
            case.vouched = Vouched::Key;
            case.statuses = vec![AuthenticatorStatus::FidoCertifiedL1];
            demand(&mut case.rules);
        };
        check(key_only, Err("authenticator_unproven"));
        let rooted = |case: &mut Case| {
            key_only(case);
            case.rooted = true;
        };
        check(rooted, Ok(()));
    }
}

#[test]
fn what_metadata_says_of_a_model_that_is_only_claimed_proves_no_hardware() {
    let claimed = |case: &mut Case| {
        case.rules.key_protection = DemandedProtection::Hardware;
        case.vouched = Vouched::Key;
        case.key_protection = r#"["hardware","secure_element"]"#;
    };
    check(claimed, Err("authenticator_not_in_hardware"));
    let stated = |case: &mut Case| {
        claimed(case);
        case.key_storage = Some(KeyStorage::Tpm);
    };
    check(stated, Ok(()));
}

#[test]
fn a_model_that_is_not_listed_is_refused() {
    check(|case| case.rules.allowed_models = vec![OTHER], Err("authenticator_not_listed"));
}

#[test]
fn a_denied_model_is_refused_proven_or_not() {
    check(|case| case.rules.denied_models = vec![MODEL], Err("authenticator_denied"));
    let unproven = |case: &mut Case| {
        case.rules.denied_models = vec![MODEL];
        case.vouched = Vouched::Nothing;
    };
    check(unproven, Err("authenticator_denied"));
}

#[test]
fn synced_and_device_bound_passkeys_can_be_refused() {
    let synced = |case: &mut Case| {
        case.backup_eligible = true;
        case.rules.synced = Admission::Refuse;
    };
    check(synced, Err("authenticator_synced"));
    check(|case| case.rules.device_bound = Admission::Refuse, Err("authenticator_device_bound"));
    check(|case| case.rules.synced = Admission::Refuse, Ok(()));
}

#[test]
fn a_revoked_or_compromised_model_is_refused() {
    for status in [
        AuthenticatorStatus::Revoked,
        AuthenticatorStatus::UserKeyRemoteCompromise,
        AuthenticatorStatus::AttestationKeyCompromise,
    ] {
        check(|case| case.statuses = vec![status], Err("authenticator_revoked"));
    }
}

#[test]
fn a_certification_has_to_be_high_enough() {
    let demand = |case: &mut Case| case.rules.certification_min = Some(CertificationLevel::L2);
    check(demand, Err("authenticator_certification_too_low"));
    let certified = |case: &mut Case, status| {
        demand(case);
        case.statuses = vec![status];
    };
    let low = AuthenticatorStatus::FidoCertifiedL1;
    check(|case| certified(case, low), Err("authenticator_certification_too_low"));
    check(|case| certified(case, AuthenticatorStatus::FidoCertifiedL2), Ok(()));
    check(|case| certified(case, AuthenticatorStatus::FidoCertifiedL3), Ok(()));
}

#[test]
fn a_model_outside_of_metadata_can_be_refused() {
    let unknown = |case: &mut Case| {
        case.rules.unknown_models = Admission::Refuse;
        case.aaguid = OTHER;
    };
    check(unknown, Err("authenticator_unknown"));
    check(|case| case.rules.unknown_models = Admission::Refuse, Ok(()));
}

#[test]
fn hardware_is_proved_by_the_statement_or_by_metadata() {
    let demand = |case: &mut Case| case.rules.key_protection = DemandedProtection::Hardware;
    check(demand, Err("authenticator_not_in_hardware"));
    let stored = |case: &mut Case, storage| {
        demand(case);
        case.key_storage = Some(storage);
    };
    check(|case| stored(case, KeyStorage::Tpm), Ok(()));
    check(|case| stored(case, KeyStorage::StrongBox), Ok(()));
    check(|case| stored(case, KeyStorage::TrustedEnvironment), Ok(()));
    check(|case| stored(case, KeyStorage::Software), Err("authenticator_not_in_hardware"));
    let described = |case: &mut Case| {
        demand(case);
        case.key_protection = r#"["hardware","secure_element"]"#;
    };
    check(described, Ok(()));
    let software = |case: &mut Case| {
        demand(case);
        case.key_protection = r#"["software"]"#;
    };
    check(software, Err("authenticator_not_in_hardware"));
}

#[test]
fn only_authenticators_that_were_handed_out_pass_a_list_of_serial_numbers() {
    let handed_out = |case: &mut Case| case.rules.serial_numbers = vec![vec![1, 2], vec![3, 4]];
    check(handed_out, Err("authenticator_serial_not_listed"));
    let with = |case: &mut Case, number: &'static [u8]| {
        handed_out(case);
        case.serial_number = Some(number);
    };
    check(|case| with(case, &[3, 4]), Ok(()));
    check(|case| with(case, &[3, 5]), Err("authenticator_serial_not_listed"));
}

struct Case {
    rules: AuthenticatorRules,
    aaguid: Aaguid,
    backup_eligible: bool,
    vouched: Vouched,
    key_storage: Option<KeyStorage>,
    serial_number: Option<&'static [u8]>,
    statuses: Vec<AuthenticatorStatus>,
    key_protection: &'static str,
    /// Whether metadata has a root for the model.
    rooted: bool,
}

/// Starts from an anchored device-bound authenticator whose model metadata knows.
#[track_caller]
fn check(arrange: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let mut case = Case {
        rules: AuthenticatorRules::default(),
        aaguid: MODEL,
        backup_eligible: false,
        vouched: Vouched::Model,
        key_storage: None,
        serial_number: None,
        statuses: Vec::new(),
        key_protection: "[]",
        rooted: false,
    };
    arrange(&mut case);
    let json = format!(
        r#"{{"aaguid":"{MODEL}","description":"Model","keyProtection":{}}}"#,
        case.key_protection
    );
    let statement = MetadataStatement::from_json(json.as_bytes(), Icons::Drop).unwrap();
    let mut entry = MetadataEntry::from(statement);
    if case.rooted {
        let key = keylane_authenticator::Authenticator::new(AuthenticatorConfig {
            attestation: Attestation::Tpm,
            ..AuthenticatorConfig::security_key()
        });
        let root = key.authority().unwrap().root().to_vec();
        entry.statement.as_mut().unwrap().attestation_roots = vec![root.into()];
    }
    entry.status_reports = case.statuses.into_iter().map(StatusReport::new).collect();
    let mut metadata = Metadata::default();
    metadata.insert(entry);
    let authenticator = Authenticator {
        aaguid: case.aaguid,
        backup_eligible: case.backup_eligible,
        vouched: case.vouched,
        key_storage: case.key_storage,
        serial_number: case.serial_number,
        trust_path: &[],
    };
    let date = "2026-01-01".parse().unwrap();
    let outcome = case.rules.judge(&authenticator, Some(&metadata), date);
    assert_eq!(outcome.map_err(|err| err.code()), expected);
}
