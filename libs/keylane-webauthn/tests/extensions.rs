//! Extensions from end to end: options of ours, an authenticator and client of other hands, and
//! what the verifier makes of their outputs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use keylane_authenticator::{Authenticator, AuthenticatorConfig, Cbor};
use keylane_webauthn::{
    Asked, AttestationPolicy, AuthenticationResponse, CreationExtensions, CreationOptions,
    CredentialDescriptor, CredentialProtection, CredentialProtectionRequest, CredentialRecord,
    Enforcement, LargeBlobRequest, LargeBlobSupport, Mediation, Origin, PendingAuthentication,
    PendingRegistration, PrfCreation, PrfInputs, PrfRequest, RegistrationResponse,
    RelyingPartyEntity, RequestExtensions, RequestOptions, SecretBytes, UnixMillis, UserEntity,
    UserHandle, VerifiedAssertion, VerifiedRegistration,
};

const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

#[test]
fn what_is_asked_for_comes_back_typed_at_both_ceremonies() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig {
        min_pin_length: Some(6),
        ..AuthenticatorConfig::default()
    });
    let verified = register(&mut authenticator, everything(), |_| {}).unwrap();
    let outputs = verified.extensions();
    assert_eq!(outputs.discoverable, Some(true));
    let required = CredentialProtection::UserVerificationRequired;
    assert_eq!(outputs.credential_protection, Some(required));
    assert_eq!(outputs.hmac_secret, Some(true));
    assert_eq!(outputs.cred_blob_stored, Some(true));
    assert_eq!(outputs.min_pin_length, Some(6));
    assert_eq!(outputs.large_blob_supported, Some(true));
    let prf = outputs.prf.as_ref().unwrap();
    assert_eq!(prf.enabled, Some(true));
    let at_creation = prf.results.as_ref().unwrap().first.expose().to_vec();

    let mut record = record(&verified);
    let written = RequestExtensions {
        large_blob: Some(LargeBlobRequest::Write(b"a certificate".to_vec().into())),
        ..RequestExtensions::default()
    };
    let verified = sign_in(&mut authenticator, &mut record, written, |_| {}).unwrap();
    assert_eq!(verified.extensions().large_blob_written, Some(true));

    let asked = RequestExtensions {
        prf: Some(PrfRequest {
            eval: Some(inputs(b"something else")),
            eval_by_credential: [(record.id.clone(), inputs(b"input"))].into(),
        }),
        large_blob: Some(LargeBlobRequest::Read),
        cred_blob: Asked::Yes,
        app_id: Some("https://example.org/app.json".parse().unwrap()),
    };
    let verified = sign_in(&mut authenticator, &mut record, asked, |_| {}).unwrap();
    let outputs = verified.extensions();
    assert_eq!(outputs.app_id, Some(false));
    assert_eq!(exposed(outputs.large_blob.as_ref()), b"a certificate");
    assert_eq!(exposed(outputs.cred_blob.as_ref()), b"a note");
    let results = outputs.prf.as_ref().unwrap().results.as_ref().unwrap();
    assert_eq!(results.first.expose(), at_creation, "the same input has the same result");
    let shown = format!("{verified:?}");
    assert!(!shown.contains(&format!("{at_creation:?}")) && !shown.contains("certificate"));
}

#[test]
fn protection_that_the_authenticator_lowers_is_refused_when_it_was_demanded() {
    let lower = |parts: &mut keylane_authenticator::CreateParts| {
        parts.extensions = Cbor::Map(vec![(Cbor::text("credProtect"), Cbor::Int(2))]).encode();
    };
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let refused = register(&mut authenticator, everything(), lower).unwrap_err();
    assert_eq!(refused, "credential_protection_too_weak");
    let mut asked = everything();
    asked.credential_protection = asked
        .credential_protection
        .map(|it| CredentialProtectionRequest { enforcement: Enforcement::BestEffort, ..it });
    assert!(register(&mut authenticator, asked, lower).is_ok());
}

#[test]
fn outputs_that_nobody_asked_for_are_typed_all_the_same() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let unsolicited = |parts: &mut keylane_authenticator::CreateParts| {
        let outputs = vec![
            (Cbor::text("credProtect"), Cbor::Int(3)),
            (Cbor::text("of-the-maker"), Cbor::Bytes(vec![1])),
        ];
        parts.flags |= keylane_authenticator::flags::ED;
        parts.extensions = Cbor::Map(outputs).encode();
    };
    let nothing = CreationExtensions::default();
    let verified = register(&mut authenticator, nothing, unsolicited).unwrap();
    let required = CredentialProtection::UserVerificationRequired;
    assert_eq!(verified.extensions().credential_protection, Some(required));
    let mut record = record(&verified);
    let odd = |parts: &mut keylane_authenticator::GetParts| {
        parts.flags |= keylane_authenticator::flags::ED;
        parts.extensions = Cbor::Map(vec![(Cbor::text("credBlob"), Cbor::Bool(true))]).encode();
    };
    let nothing = RequestExtensions::default();
    let verified = sign_in(&mut authenticator, &mut record, nothing, odd).unwrap();
    assert!(verified.extensions().cred_blob.is_none());
    let asked = RequestExtensions { cred_blob: Asked::Yes, ..RequestExtensions::default() };
    let refused = sign_in(&mut authenticator, &mut record, asked, odd).unwrap_err();
    assert_eq!(refused, "authenticator_extension_output_malformed");
}

fn everything() -> CreationExtensions {
    CreationExtensions {
        cred_props: Asked::Yes,
        credential_protection: Some(CredentialProtectionRequest {
            policy: CredentialProtection::UserVerificationRequired,
            enforcement: Enforcement::Enforced,
        }),
        prf: Some(PrfCreation { eval: Some(inputs(b"input")) }),
        large_blob: Some(LargeBlobSupport::Required),
        cred_blob: Some(b"a note".to_vec().into()),
        min_pin_length: Asked::Yes,
        app_id_exclude: Some("https://example.org/app.json".parse().unwrap()),
        payment: Asked::No,
    }
}

fn inputs(first: &[u8]) -> PrfInputs {
    PrfInputs { first: first.to_vec().into(), second: Some(b"second".to_vec().into()) }
}

fn exposed(secret: Option<&SecretBytes>) -> &[u8] {
    secret.unwrap().expose()
}

fn origin() -> Origin {
    "https://example.org".parse().unwrap()
}

fn user() -> UserHandle {
    UserHandle::try_from(vec![7; 16]).unwrap()
}

fn record(verified: &VerifiedRegistration) -> CredentialRecord {
    verified.obligations(user()).store_if_id_is_unique
}

fn register(
    authenticator: &mut Authenticator,
    extensions: CreationExtensions,
    edit: impl FnOnce(&mut keylane_authenticator::CreateParts),
) -> Result<VerifiedRegistration, &'static str> {
    let rp = RelyingPartyEntity { id: "example.org".parse().unwrap(), name: "Example".into() };
    let user = UserEntity { id: user(), name: "ada".into(), display_name: "Ada".into() };
    let mut options = CreationOptions::passkey(rp, user, vec![1; 32]);
    options.extensions = extensions;
    options.check().unwrap();
    let json = serde_json::to_string(&options).unwrap();
    let answer = authenticator.create_with(&json, origin().as_str(), edit).unwrap();
    let policy = AttestationPolicy::none_requested();
    let ceremony = options.ceremony(origin(), Mediation::Modal, policy, NOW);
    let response = RegistrationResponse::from_json(&answer).map_err(|err| err.code())?;
    PendingRegistration::new(ceremony).verify(&response, NOW).map_err(|err| err.code())
}

fn sign_in(
    authenticator: &mut Authenticator,
    record: &mut CredentialRecord,
    extensions: RequestExtensions,
    edit: impl FnOnce(&mut keylane_authenticator::GetParts),
) -> Result<VerifiedAssertion, &'static str> {
    let mut options = RequestOptions::passkey(record.rp_id.clone(), vec![2; 32]);
    options.allow_credentials =
        vec![CredentialDescriptor { id: record.id.clone(), transports: Vec::new() }];
    options.extensions = extensions;
    options.check().unwrap();
    let json = serde_json::to_string(&options).unwrap();
    let answer = authenticator.get_with(&json, origin().as_str(), edit).unwrap();
    let response = AuthenticationResponse::from_json(&answer).map_err(|err| err.code())?;
    let pending = PendingAuthentication::new(options.ceremony(origin(), NOW));
    let verified = pending.verify(&response, record, NOW).map_err(|err| err.code())?;
    verified.obligations().apply(record);
    Ok(verified)
}
