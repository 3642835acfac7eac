//! The JSON of an assertion, through the whole verification.

#![no_main]

use std::sync::LazyLock;

use keylane_webauthn::{
    AuthenticationCeremony, AuthenticationPurpose, AuthenticationResponse, CredentialRecord,
    Framing, PendingAuthentication, PublicKey, RequestExtensions, UnixMillis, UserHandle, UserVerification,
};

/// The public key of RFC 8032's first test: valid, and nobody signs with it here.
static KEY: LazyLock<PublicKey> = LazyLock::new(|| {
    let mut cose = vec![0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
    cose.extend([
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
        0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07,
        0x51, 0x1a,
    ]);
    PublicKey::from_cose(&cose).expect("a valid key")
});

libfuzzer_sys::fuzz_target!(|json: &str| {
    let Ok(response) = AuthenticationResponse::from_json(json) else { return };
    let record = CredentialRecord {
        id: response.credential_id().clone(),
        user_handle: UserHandle::try_from(vec![5; 8]).expect("a user handle"),
        public_key: KEY.clone(),
        sign_count: 7,
        backup_eligible: true,
        backed_up: false,
        uv_initialized: false,
        rp_id: "example.org".parse().expect("an RP ID"),
    };
    let ceremony = PendingAuthentication::new(AuthenticationCeremony {
        // Takes the answer's word for the challenge, to get beyond that check.
        challenge: response.unverified_challenge().unwrap_or_default(),
        rp_id: record.rp_id.clone(),
        origin: "https://example.org".parse().expect("an origin"),
        user_verification: UserVerification::Preferred,
        framing: Framing::SameOriginOnly,
        allow_credentials: Vec::new(),
        user: Some(record.user_handle.clone()),
        purpose: AuthenticationPurpose::SignIn,
        extensions: RequestExtensions::default(),
        deadline: UnixMillis(0),
    });
    // Nobody signed: an answer that passes is a forgery.
    assert!(ceremony.verify(&response, &record, UnixMillis(0)).is_err(), "a forged assertion");
});
