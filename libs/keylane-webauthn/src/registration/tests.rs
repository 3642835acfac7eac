use super::*;
use crate::AttestationFormat;
use crate::AttestationKind;
use crate::AttestationKind::{None as NoAttestation, SelfSigned, Unverified};
use crate::TrustAnchors;
use crate::extensions::{Asked, CredentialProtection, CredentialProtectionRequest, Enforcement};
use crate::sample::{self, AT, BE, BS, ClientDataParts, DataParts, ED, Signer, UP, UV};

const DEADLINE_MS: u64 = 1_000;

#[test]
fn verify_accepts_a_credential_without_attestation() {
    check(|_| {}, Ok(NoAttestation));
}

#[test]
fn verify_accepts_self_attestation_of_every_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let sign = |case: &mut Case| {
            case.signer = Signer::new(algorithm);
            case.data.cose = case.signer.cose();
            case.statement = Statement::PackedSelf;
        };
        check(sign, Ok(SelfSigned));
    }
}

/// The longest key, signature and credential id together stay within the limits of a response,
/// and within half of the 64 KiB that a server would read.
#[test]
fn verify_accepts_the_longest_of_everything() {
    let mut case = Case::new();
    case.signer = Signer::new(CoseAlgorithm::MlDsa87);
    case.data.cose = case.signer.cose();
    case.id = vec![0xc1; 1023];
    case.data.credential_id = case.id.clone();
    case.statement = Statement::PackedSelf;
    let object = case.object();
    let json = sample::registration_json(&case.id, &case.client_data.to_bytes(), &object);
    assert!(json.len() < 32 * 1024, "{} bytes", json.len());
    assert_eq!(case.verify().unwrap().attestation().kind, SelfSigned);
}

#[test]
fn verify_accepts_only_the_number_that_was_requested() {
    for (offered, answered) in [
        (CoseAlgorithm::Es256, CoseAlgorithm::Esp256),
        (CoseAlgorithm::Esp512, CoseAlgorithm::Es512),
        (CoseAlgorithm::EdDsa, CoseAlgorithm::Ed25519),
        (CoseAlgorithm::Rs256, CoseAlgorithm::Ps256),
        (CoseAlgorithm::MlDsa44, CoseAlgorithm::MlDsa65),
    ] {
        let other = |case: &mut Case| {
            case.ceremony.algorithms = vec![offered];
            case.signer = Signer::new(answered);
            case.data.cose = case.signer.cose();
        };
        check(other, Err("algorithm_not_requested"));
    }
}

#[test]
fn verify_accepts_an_answer_at_the_deadline() {
    check(|case| case.now.0 = DEADLINE_MS, Ok(NoAttestation));
}

#[test]
fn verify_rejects_an_answer_one_millisecond_late() {
    check(|case| case.now.0 = DEADLINE_MS + 1, Err("ceremony_expired"));
}

#[test]
fn verify_rejects_client_data_it_cannot_read() {
    check(|case| case.client_data.raw = Some(b"{".to_vec()), Err("client_data_malformed"));
}

#[test]
fn verify_rejects_client_data_of_an_authentication() {
    check(|case| case.client_data.kind = "webauthn.get", Err("client_data_type_mismatch"));
}

#[test]
fn verify_rejects_an_answer_to_another_challenge() {
    check(|case| case.ceremony.challenge[31] ^= 1, Err("challenge_mismatch"));
}

#[test]
fn verify_rejects_the_right_challenge_in_another_spelling() {
    check(|case| case.client_data.challenge.push('='), Err("challenge_mismatch"));
}

#[test]
fn verify_rejects_every_origin_but_the_one_that_began() {
    for origin in [
        "https://badexample.org",
        "https://sub.example.org",
        "http://example.org",
        "https://example.org:8443",
        "https://example.org:443",
        "https://example.org/",
        "https://user@example.org",
        "https://EXAMPLE.org",
    ] {
        check(|case| case.client_data.origin = origin.into(), Err("origin_mismatch"));
    }
}

#[test]
fn verify_rejects_a_framed_page_by_default() {
    check(|case| case.client_data.cross_origin = Some(true), Err("cross_origin_refused"));
}

#[test]
fn verify_rejects_a_page_framed_by_an_unexpected_origin() {
    let frame = |case: &mut Case| {
        case.client_data.cross_origin = Some(true);
        case.client_data.top_origin = Some("https://elsewhere.example".into());
        case.ceremony.framing = Framing::AllowedIn(vec![sample::origin("https://top.example")]);
    };
    check(frame, Err("top_origin_refused"));
}

#[test]
fn verify_rejects_an_attestation_object_that_is_not_cbor() {
    check(|case| case.object = Some(vec![0xff]), Err("cbor_unsupported_type"));
}

#[test]
fn verify_rejects_an_attestation_object_without_members() {
    check(|case| case.object = Some(vec![0xa0]), Err("attestation_object_malformed"));
}

#[test]
fn verify_rejects_broken_authenticator_data() {
    let cut =
        |case: &mut Case| case.object = Some(sample::attestation_object("none", &[0xa0], &[]));
    check(cut, Err("authenticator_data_truncated"));
}

#[test]
fn verify_rejects_bytes_after_the_attestation_object() {
    let append = |case: &mut Case| {
        let data = case.data.to_bytes();
        let mut object = sample::attestation_object("none", &[0xa0], &data);
        object.push(0);
        case.object = Some(object);
    };
    check(append, Err("cbor_trailing_bytes"));
}

#[test]
fn verify_rejects_a_credential_for_another_rp_id() {
    check(|case| case.data.rp_id = "example.com", Err("rp_id_hash_mismatch"));
}

#[test]
fn verify_rejects_an_absent_user() {
    check(|case| case.data.flags &= !UP, Err("user_not_present"));
}

#[test]
fn verify_accepts_an_absent_user_when_creation_was_conditional() {
    let conditional = |case: &mut Case| {
        case.data.flags &= !UP;
        case.ceremony.mediation = Mediation::Conditional;
    };
    check(conditional, Ok(NoAttestation));
}

#[test]
fn verify_rejects_an_unverified_user_when_verification_was_required() {
    let required = |case: &mut Case| {
        case.data.flags &= !UV;
        case.ceremony.user_verification = UserVerification::Required;
    };
    check(required, Err("user_not_verified"));
}

#[test]
fn verify_accepts_an_unverified_user_when_verification_was_preferred() {
    check(|case| case.data.flags &= !UV, Ok(NoAttestation));
}

#[test]
fn verify_rejects_a_backup_without_eligibility() {
    check(|case| case.data.flags = UP | BS | AT, Err("backed_up_without_eligibility"));
}

#[test]
fn verify_ignores_reserved_flags() {
    check(|case| case.data.flags |= 0x22, Ok(NoAttestation));
}

#[test]
fn verify_rejects_authenticator_data_without_a_credential() {
    check(|case| case.data.flags &= !AT, Err("attested_credential_missing"));
}

#[test]
fn verify_rejects_a_key_that_is_off_the_curve() {
    let move_point = |case: &mut Case| *case.data.cose.last_mut().unwrap() ^= 1;
    check(move_point, Err("public_key_not_on_curve"));
}

#[test]
fn verify_rejects_an_algorithm_that_was_not_requested() {
    let only_rs256 = |case: &mut Case| case.ceremony.algorithms = vec![CoseAlgorithm::Rs256];
    check(only_rs256, Err("algorithm_not_requested"));
}

#[test]
fn verify_rejects_a_format_that_the_policy_does_not_list() {
    let only_packed = |case: &mut Case| {
        case.ceremony.attestation =
            AttestationPolicy::required(vec![AttestationFormat::Packed], TrustAnchors::new());
    };
    check(only_packed, Err("attestation_format_refused"));
}

#[test]
fn verify_rejects_a_statement_signed_by_another_key() {
    let sign = |case: &mut Case| {
        case.statement = Statement::PackedSelf;
        case.signer = Signer::new(CoseAlgorithm::Es256);
    };
    check(sign, Err("attestation_signature_invalid"));
}

#[test]
fn verify_takes_an_unknown_format_as_unattested_when_nothing_was_asked_for() {
    check(|case| case.format = "made-up", Ok(Unverified));
}

#[test]
fn verify_rejects_a_client_that_names_another_credential() {
    check(|case| case.id[0] ^= 1, Err("credential_id_mismatch"));
}

#[test]
fn verify_accepts_extension_outputs_that_nobody_asked_for() {
    check(|case| case.data.flags |= ED, Ok(NoAttestation));
}

#[test]
fn verify_accepts_the_longest_credential_id_and_no_longer_one() {
    let resize = |length: usize| {
        move |case: &mut Case| {
            case.data.credential_id = vec![1; length];
            case.id = vec![1; length.clamp(1, 1023)];
        }
    };
    check(resize(1023), Ok(NoAttestation));
    check(resize(1024), Err("credential_id_length"));
    check(resize(0), Err("credential_id_length"));
}

#[test]
fn a_verified_registration_tells_what_the_authenticator_said() {
    let case = Case::new();
    let verified = case.verify().unwrap();
    assert_eq!(verified.credential_id(), &sample::credential_id());
    assert_eq!(verified.public_key().as_cose_bytes(), case.data.cose);
    assert_eq!(verified.sign_count(), 8);
    assert_eq!(verified.aaguid().to_string(), "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
    assert_eq!(
        verified.transports().iter().map(Transport::as_str).collect::<Vec<_>>(),
        ["internal", "hybrid"]
    );
    assert!(verified.user_verified() && verified.backup_eligible() && verified.backed_up());
    assert_eq!(verified.discoverable(), Some(true));
    assert_eq!(verified.attestation().format, AttestationFormat::None);
}

#[test]
fn verify_reports_the_outputs_of_extensions() {
    let mut case = Case::new();
    case.data.flags |= ED;
    let verified = case.verify().unwrap();
    let two = CredentialProtection::UserVerificationOptionalWithCredentialIdList;
    assert_eq!(verified.extensions().credential_protection, Some(two));
    assert_eq!(verified.extensions().discoverable, Some(true));
}

#[test]
fn verify_rejects_a_credential_that_is_protected_less_than_was_demanded() {
    let demand = |enforcement| {
        move |case: &mut Case| {
            case.data.flags |= ED;
            case.ceremony.extensions.credential_protection = Some(CredentialProtectionRequest {
                policy: CredentialProtection::UserVerificationRequired,
                enforcement,
            });
        }
    };
    check(demand(Enforcement::Enforced), Err("credential_protection_too_weak"));
    check(demand(Enforcement::BestEffort), Ok(NoAttestation));
}

#[test]
fn verify_rejects_malformed_outputs_that_were_asked_for() {
    let case = Case::new();
    let json = sample::registration_json(&case.id, &case.client_data.to_bytes(), &case.object())
        .replace(r#"{"rk":true}"#, r#"{"rk":"yes"}"#);
    assert!(case.verify_json(&json).is_ok(), "nobody asked");
    let mut asking = case;
    asking.ceremony.extensions.cred_props = Asked::Yes;
    let outcome = asking.verify_json(&json).map(|_| ()).map_err(|err| err.code());
    assert_eq!(outcome, Err("client_extension_output_malformed"));
    let malformed = |case: &mut Case| {
        case.data.flags |= ED;
        case.data.extensions = sample::map(&[(sample::text("minPinLength"), vec![0xf5])]);
        case.ceremony.extensions.min_pin_length = Asked::Yes;
    };
    check(malformed, Err("authenticator_extension_output_malformed"));
}

#[test]
fn the_obligations_of_a_registration_are_a_record_with_a_fresh_id() {
    let case = Case::new();
    let verified = case.verify().unwrap();
    let record = verified.obligations(sample::user_handle()).store_if_id_is_unique;
    assert_eq!(record.id, *verified.credential_id());
    assert_eq!(record.user_handle, sample::user_handle());
    assert_eq!(record.public_key.as_cose_bytes(), case.data.cose);
    assert_eq!((record.sign_count, record.rp_id), (8, sample::rp_id()));
    assert!(record.backup_eligible && record.backed_up && record.uv_initialized);
}

#[test]
fn verify_refuses_a_valid_answer_cut_at_any_byte() {
    let case = Case::new();
    let (client_data, object) = (case.client_data.to_bytes(), case.object());
    for length in 0..client_data.len() {
        let json = sample::registration_json(&case.id, &client_data[..length], &object);
        assert!(Case::new().verify_json(&json).is_err(), "client data of {length} bytes");
    }
    for length in 0..object.len() {
        let json = sample::registration_json(&case.id, &client_data, &object[..length]);
        assert!(Case::new().verify_json(&json).is_err(), "attestation object of {length} bytes");
    }
    let data = case.data.to_bytes();
    for length in 0..data.len() {
        let object = sample::attestation_object("none", &[0xa0], &data[..length]);
        let json = sample::registration_json(&case.id, &client_data, &object);
        assert!(Case::new().verify_json(&json).is_err(), "authenticator data of {length} bytes");
    }
    let json = sample::registration_json(&case.id, &client_data, &object);
    for length in 0..json.len() {
        assert!(
            RegistrationResponse::from_json(&json[..length]).is_err(),
            "{length} bytes of JSON"
        );
    }
}

struct Case {
    now: UnixMillis,
    ceremony: RegistrationCeremony,
    signer: Signer,
    client_data: ClientDataParts,
    data: DataParts,
    id: Vec<u8>,
    format: &'static str,
    statement: Statement,
    /// Instead of what the parts above make.
    object: Option<Vec<u8>>,
}

enum Statement {
    Empty,
    PackedSelf,
}

impl Case {
    fn new() -> Self {
        let signer = Signer::new(CoseAlgorithm::Es256);
        Self {
            now: UnixMillis(0),
            ceremony: RegistrationCeremony {
                challenge: sample::CHALLENGE.to_vec(),
                rp_id: sample::rp_id(),
                origin: sample::origin("https://example.org"),
                algorithms: CoseAlgorithm::ALL.to_vec(),
                user_verification: UserVerification::Preferred,
                mediation: Mediation::Modal,
                framing: Framing::SameOriginOnly,
                attestation: AttestationPolicy::none_requested(),
                extensions: CreationExtensions::default(),
                deadline: UnixMillis(DEADLINE_MS),
            },
            client_data: ClientDataParts::new("webauthn.create"),
            data: DataParts::new(UP | UV | BE | BS | AT, signer.cose()),
            id: sample::CREDENTIAL_ID.to_vec(),
            format: "none",
            statement: Statement::Empty,
            object: None,
            signer,
        }
    }

    fn object(&self) -> Vec<u8> {
        let data = self.data.to_bytes();
        match self.statement {
            Statement::Empty => sample::attestation_object(self.format, &[0xa0], &data),
            Statement::PackedSelf => {
                let hash = sha256(&self.client_data.to_bytes());
                let signature = self.signer.sign(&[data.as_slice(), &hash].concat());
                let algorithm = PublicKey::from_cose(&self.data.cose).unwrap().algorithm().id();
                let statement = sample::map(&[
                    (sample::text("alg"), sample::int(algorithm)),
                    (sample::text("sig"), sample::bytes(&signature)),
                ]);
                sample::attestation_object("packed", &statement, &data)
            }
        }
    }

    fn verify(&self) -> Result<VerifiedRegistration, RegistrationError> {
        let object = self.object.clone().unwrap_or_else(|| self.object());
        let json = sample::registration_json(&self.id, &self.client_data.to_bytes(), &object);
        self.verify_json(&json)
    }

    fn verify_json(&self, json: &str) -> Result<VerifiedRegistration, RegistrationError> {
        let response = RegistrationResponse::from_json(json).unwrap();
        let ceremony = RegistrationCeremony {
            challenge: self.ceremony.challenge.clone(),
            rp_id: self.ceremony.rp_id.clone(),
            origin: self.ceremony.origin.clone(),
            algorithms: self.ceremony.algorithms.clone(),
            framing: self.ceremony.framing.clone(),
            attestation: self.ceremony.attestation.clone(),
            extensions: self.ceremony.extensions.clone(),
            ..self.ceremony
        };
        PendingRegistration::new(ceremony).verify(&response, self.now)
    }
}

/// Starts from an answer that passes, breaks one thing, and compares the outcome: what the
/// attestation proves, or the error's code.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<AttestationKind, &str>) {
    let mut case = Case::new();
    break_one_thing(&mut case);
    let outcome = case.verify().map(|it| it.attestation().kind).map_err(|err| err.code());
    assert_eq!(outcome, expected);
}
