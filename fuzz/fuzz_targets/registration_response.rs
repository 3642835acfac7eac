//! The JSON of a registration, through the whole verification.

#![no_main]

use keylane_webauthn::{
    AttestationPolicy, CoseAlgorithm, CreationExtensions, Framing, Mediation, PendingRegistration,
    RegistrationCeremony, RegistrationResponse, UnixMillis, UserVerification,
};

libfuzzer_sys::fuzz_target!(|json: &str| {
    let Ok(response) = RegistrationResponse::from_json(json) else { return };
    let ceremony = PendingRegistration::new(RegistrationCeremony {
        // Takes the answer's word for the challenge, to get beyond that check.
        challenge: response.unverified_challenge().unwrap_or_default(),
        rp_id: "example.org".parse().expect("an RP ID"),
        origin: "https://example.org".parse().expect("an origin"),
        algorithms: CoseAlgorithm::ALL.to_vec(),
        user_verification: UserVerification::Preferred,
        mediation: Mediation::Conditional,
        framing: Framing::SameOriginOnly,
        attestation: AttestationPolicy::none_requested(),
        extensions: CreationExtensions::default(),
        deadline: UnixMillis(0),
    });
    if let Ok(verified) = ceremony.verify(&response, UnixMillis(0)) {
        assert_eq!(verified.credential_id(), response.credential_id());
        assert!(verified.backup_eligible() || !verified.backed_up());
    }
});
