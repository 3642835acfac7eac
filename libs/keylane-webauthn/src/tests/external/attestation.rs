//! Attestation statements from outside, each under the strictest policy that it can pass.

use super::ceremonies::{assertion_json, hex, known, registration_json};
use super::*;
use crate::attestation::{Evidence, judge};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::{AttestationFormat, AttestationKind, PolicySwitch, TrustAnchor, TrustAnchors};

/// Formats that other suites have registrations of.
const FORMATS: &[AttestationFormat] = &[
    AttestationFormat::None,
    AttestationFormat::Packed,
    AttestationFormat::Tpm,
    AttestationFormat::AndroidKey,
    AttestationFormat::AndroidSafetyNet,
    AttestationFormat::FidoU2f,
    AttestationFormat::Apple,
];

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
        let alone = fixture["response"]["clientDataJSON"].is_null();
        if expected == "parse-only" || alone || !built(&fixture) {
            continue;
        }
        let conditional = expected.contains("conditional");
        let anchor = anchor_of(&fixture, &folder);
        let policy = policy_of(&fixture, anchor.as_ref());
        let Some(outcome) = outcome_of(&fixture, conditional, policy) else {
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
            let modal = outcome_of(&fixture, false, policy_of(&fixture, None));
            assert_eq!(modal.unwrap().err().as_deref(), Some("user_not_present"), "{id}");
        }
    }
    println!("{anchored} accepted with a trusted path, {recorded} without one, {refused} refused");
    assert!(anchored >= 15 && recorded >= 20 && refused >= 5);
}

/// Other libraries accept some of these, or did.
#[test]
fn registrations_of_other_suites_are_refused_for_the_right_reason() {
    let Some(folder) = data() else { return };
    let reasons = [
        (
            "swa-should-fail-if-id-fido-gen-ce-aaguid-extension-is-present-an-tpm",
            "tpm_certificate_aaguid_mismatch",
        ),
        ("yubi-java-valid-es256-tpm", "tpm_certificate_basic_constraints"),
        ("yubi-java-valid-es384-tpm", "tpm_certificate_basic_constraints"),
        ("yubi-java-valid-es512-tpm", "tpm_certificate_basic_constraints"),
        // The modulus in the credential has a sign byte in front.
        ("yubi-java-valid-rs256-tpm", "public_key_rsa_modulus_refused"),
        ("yubi-java-valid-rs384-tpm", "public_key_rsa_modulus_refused"),
    ];
    for fixture in read_all(&folder.join("fixtures/registration")) {
        let id = fixture["id"].as_str().unwrap();
        let Some((_, code)) = reasons.iter().find(|(name, _)| *name == id) else {
            continue;
        };
        let policy = AttestationPolicy::none_requested()
            .with_switches(vec![PolicySwitch::TpmUnknownManufacturer]);
        let outcome = outcome_of(&fixture, false, policy).unwrap();
        assert_eq!(outcome.unwrap_err(), *code, "{id}");
    }
}

/// Security levels were INTEGERs in it, and the schema says ENUMERATED.
#[test]
fn the_vector_that_the_specification_has_corrected_is_refused() {
    let Some(folder) = data() else { return };
    let case = read(&folder.join("w3c-l3/13b-android-key-es256-before-2026-02.json"));
    let outcome = registration_of_specification(&case, AttestationPolicy::none_requested());
    assert_eq!(outcome.unwrap_err(), "android_key_description_malformed");
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

/// Statements that were published without a ceremony, on their own authenticator data.
#[test]
fn statements_without_a_ceremony_are_judged_as_their_suites_do() {
    let Some(folder) = data() else { return };
    let mut count = 0;
    for fixture in read_all(&folder.join("fixtures/attstmt")) {
        if !built(&fixture) {
            continue;
        }
        let id = fixture["id"].as_str().unwrap();
        let outcome = judge_statement(&fixture);
        if id == "pyf2-tpm-windows-hello-attestation-10" {
            // Published without the `ver` that §8.3 demands.
            assert_eq!(outcome, Err("attestation_statement_malformed"));
            continue;
        }
        assert_eq!(outcome.is_ok(), fixture["expected"] == "accept", "{id}: {outcome:?}");
        count += 1;
    }
    println!("{count} statements without a ceremony");
    assert!(count >= 6);
}

fn judge_statement(fixture: &Json) -> Result<AttestationVerdict, &'static str> {
    let (statement, data) = (hex(&fixture["attStmtCbor"]), hex(&fixture["authData"]));
    // Statements that sign nothing have none.
    let hash = hex(&fixture["clientDataHash"]).try_into().unwrap_or([0; 32]);
    let authenticator_data = AuthenticatorData::parse(&data).unwrap();
    let cose = authenticator_data.attested.as_ref().unwrap().public_key;
    let evidence = Evidence {
        statement: &cbor::decode(&statement, Form::Envelope).unwrap(),
        authenticator_data: &authenticator_data,
        authenticator_data_bytes: &data,
        public_key: &PublicKey::from_cose(cose).unwrap(),
        client_data_hash: &hash,
        policy: &AttestationPolicy::recorded(TrustAnchors::new()).verifying_safetynet(),
        // When the one statement that has a time in it was made.
        now: UnixMillis(1_543_482_568_858),
    };
    let format = fixture["fmt"].as_str().unwrap().parse().unwrap();
    judge(&format, &evidence).map_err(|err| err.code())
}

/// What is wrong with these has a name, and is not met by chance.
#[test]
fn safetynet_responses_of_other_suites_are_refused_for_the_right_reason() {
    let Some(folder) = data() else { return };
    for (id, code) in [
        ("swa-should-enforce-cts-check-by-default", "safetynet_cts_profile_mismatch"),
        ("yubi-java-wrong-hostname", "safetynet_hostname_mismatch"),
    ] {
        let path = folder.join(format!("fixtures/registration/{id}-android-safetynet.json"));
        let fixture = read(&path);
        let policy = policy_of(&fixture, anchor_of(&fixture, &folder).as_ref());
        let outcome = outcome_of(&fixture, false, policy).unwrap();
        assert_eq!(outcome.err().as_deref(), Some(code), "{id}");
    }
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
fn policy_of(fixture: &Json, anchor: Option<&TrustAnchor>) -> AttestationPolicy {
    let anchors = anchor.cloned().into_iter().collect();
    let policy = match anchor {
        Some(_) => AttestationPolicy::required(FORMATS.to_vec(), anchors),
        None => AttestationPolicy::recorded(anchors).verifying_safetynet(),
    };
    let mut switches = vec![
        PolicySwitch::TpmRs1,
        PolicySwitch::AnchorExpired,
        // One made-up authenticator of Yubico's tests needs it; `fido_u2f` tests that it is heeded.
        PolicySwitch::FidoU2fNonzeroAaguid,
    ];
    // The tools of the FIDO Alliance play a manufacturer of their own.
    if fixture["origin_of_data"].as_str().is_some_and(|it| it.starts_with("FIDO conformance")) {
        switches.push(PolicySwitch::TpmUnknownManufacturer);
    }
    policy.with_switches(switches)
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
