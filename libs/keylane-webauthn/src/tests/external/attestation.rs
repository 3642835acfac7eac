//! Attestation statements from outside, each under the strictest policy that it can pass.

use super::ceremonies::{assertion_json, hex, known, registration_json};
use super::*;
use crate::{AttestationFormat, AttestationKind, PolicySwitch, TrustAnchor, TrustAnchors};

/// Formats that other suites have registrations of.
const FORMATS: &[AttestationFormat] = &[AttestationFormat::None, AttestationFormat::Packed];

/// Which switches a vector of the specification needs (§16), and no other one.
fn switches_of_specification(id: &str) -> Vec<PolicySwitch> {
    match id {
        _ if id.contains("tpm") => vec![PolicySwitch::TpmUnknownManufacturer],
        _ if id.contains("android-key") => vec![PolicySwitch::AndroidKeyEmptyAuthorizations],
        _ if id.contains("u2f") => vec![PolicySwitch::FidoU2fNonzeroAaguid],
        _ => Vec::new(),
    }
}

#[test]
fn the_vectors_of_the_specification_are_accepted_with_the_switches_they_need() {
    let Some(folder) = data() else { return };
    let root = fs::read(folder.join("w3c-l3/attestation-root.der")).unwrap();
    let mut count = 0;
    for case in read_all(&folder.join("w3c-l3")) {
        let id = case["id"].as_str().unwrap_or_default();
        // 13b is a vector that the specification has corrected since.
        if case["registration"].is_null() || !known(&case) || !built(&case) || id.contains("13b") {
            continue;
        }
        let anchors = || TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
        let needed = switches_of_specification(id);
        let policy = AttestationPolicy::required(FORMATS.to_vec(), anchors());
        let verdict =
            registration_of_specification(&case, policy.clone().with_switches(needed.clone()));
        let verdict = verdict.unwrap_or_else(|code| panic!("{id}: {code}"));
        assert_eq!(verdict.switches, needed, "{id}");
        for missing in &needed {
            let fewer = needed.iter().filter(|it| *it != missing).copied().collect();
            let outcome = registration_of_specification(&case, policy.clone().with_switches(fewer));
            assert!(outcome.is_err(), "{id} does not need {missing:?}");
        }
        if !case["authentication"].is_null() {
            assertion_of_specification(&case);
        }
        count += 1;
    }
    println!("{count} cases of the specification");
    assert!(count >= 10);
}

fn registration_of_specification(
    case: &Json,
    policy: AttestationPolicy,
) -> Result<AttestationVerdict, String> {
    let registration = &case["registration"];
    let client = client_data(&registration["clientDataJSON"]);
    let mut setting = Setting::of(case, &client, &registration["challenge"]).unwrap();
    // 2026-01-01, inside the validity of all their certificates.
    setting.now = UnixMillis(1_767_225_600_000);
    let json = registration_json(&registration["credentialId"], registration);
    setting.verify_registration(&json, policy)
}

fn assertion_of_specification(case: &Json) {
    let (registration, assertion) = (&case["registration"], &case["authentication"]);
    let cose = hex(&registration["expect"]["credentialPublicKeyCose"]);
    let client = client_data(&assertion["clientDataJSON"]);
    let setting = Setting::of(case, &client, &assertion["challenge"]).unwrap();
    let json = assertion_json(&registration["credentialId"], assertion);
    assert!(setting.verify_assertion(&json, &cose, 0).is_ok(), "{}", case["id"]);
}

#[test]
fn registrations_of_other_suites_are_judged_as_a_strict_verifier_must() {
    let Some(folder) = data() else { return };
    let (mut anchored, mut recorded, mut refused) = (0, 0, 0);
    for fixture in read_all(&folder.join("fixtures/registration")) {
        let id = fixture["id"].as_str().unwrap();
        let expected = fixture["strictExpected"].as_str().unwrap();
        // Bytes without a ceremony around them, and RP IDs that are none.
        if expected == "parse-only" || !built(&fixture) {
            continue;
        }
        let conditional = expected.contains("conditional");
        let anchor = anchor_of(&fixture, &folder);
        let Some(outcome) = outcome_of(&fixture, conditional, policy_of(anchor.as_ref())) else {
            println!("{id}: has no RP ID");
            continue;
        };
        if expected == "accept" && !known(&fixture) {
            println!("{id}: {} is no algorithm of this build", fixture["coseAlg"]);
            assert!(outcome.is_err(), "{id}");
        } else if expected == "accept" || conditional {
            let verdict = outcome.unwrap_or_else(|code| panic!("{id}: {code}"));
            assert_eq!(verdict.kind == AttestationKind::None, fixture["fmt"] == "none", "{id}");
            assert_eq!(verdict.is_anchored(), anchor.is_some(), "{id}");
            let count = if anchor.is_some() { &mut anchored } else { &mut recorded };
            *count += 1;
        } else {
            assert!(outcome.is_err(), "{id} is accepted against {}", fixture["strictReason"]);
            refused += 1;
        }
        if conditional {
            let modal = outcome_of(&fixture, false, policy_of(None));
            assert_eq!(modal.unwrap().err().as_deref(), Some("user_not_present"), "{id}");
        }
    }
    println!("{anchored} accepted with a trusted path, {recorded} without one, {refused} refused");
    assert!(anchored >= 15 && recorded >= 20 && refused >= 5);
}

/// Nobody asked for attestation: real responses pass, whatever their statement is.
#[test]
fn registrations_of_other_suites_are_accepted_when_no_attestation_was_asked_for() {
    let Some(folder) = data() else { return };
    let mut accepted = 0;
    for fixture in read_all(&folder.join("fixtures/registration")) {
        if !known(&fixture) || fixture["strictExpected"] != "accept" {
            continue;
        }
        let policy = AttestationPolicy::none_requested();
        if let Some(outcome) = outcome_of(&fixture, false, policy) {
            assert!(outcome.is_ok(), "{}: {outcome:?}", fixture["id"]);
            accepted += 1;
        }
    }
    println!("{accepted} registrations accepted without a policy");
    assert!(accepted >= 70);
}

/// Whether this build verifies the format.
fn built(fixture: &Json) -> bool {
    fixture["fmt"].as_str().is_some_and(|name| FORMATS.contains(&name.parse().unwrap()))
}

/// The root that the certificates of a fixture lead to, when it was collected.
fn anchor_of(fixture: &Json, folder: &Path) -> Option<TrustAnchor> {
    let path = folder.join(fixture["trustAnchorFile"].as_str()?);
    let pem = fs::read_to_string(path).ok()?;
    TrustAnchor::all_from_pem(&pem).unwrap().pop()
}

/// The strictest policy for a fixture: trusted certificates if their root is known.
fn policy_of(anchor: Option<&TrustAnchor>) -> AttestationPolicy {
    let anchors = anchor.cloned().into_iter().collect();
    let policy = match anchor {
        Some(_) => AttestationPolicy::required(FORMATS.to_vec(), anchors),
        None => AttestationPolicy::recorded(anchors),
    };
    policy.with_switches(vec![PolicySwitch::TpmRs1, PolicySwitch::AnchorExpired])
}

fn outcome_of(
    fixture: &Json,
    conditional: bool,
    policy: AttestationPolicy,
) -> Option<Result<AttestationVerdict, String>> {
    let response = &fixture["response"];
    let client = client_data(&response["clientDataJSON"]);
    let mut setting = Setting::of(fixture, &client, &fixture["challenge"])?;
    if conditional {
        setting.mediation = Mediation::Conditional;
    }
    setting.now = fixture["verificationTime"].as_str().map_or(UnixMillis(0), instant);
    let json = registration_json(&fixture["credentialId"], response);
    Some(setting.verify_registration(&json, policy))
}

/// `2026-11-22T02:00:00Z`, read as the time in a certificate.
pub(super) fn instant(text: &str) -> UnixMillis {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let der = [&[0x18, 15], digits.as_bytes(), b"Z"].concat();
    let element = crate::x509::der::Reader::new(&der).any().unwrap();
    crate::x509::time::parse(&element).unwrap()
}
