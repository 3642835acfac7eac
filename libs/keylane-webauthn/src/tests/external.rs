//! Public test data from outside, read in place when it is there. It is not part of the
//! repository: `../shared/data` beside the project, or the folder in `KEYLANE_EXTERNAL_VECTORS`.
//!
//! What each set holds us to: the vectors of the specification (§16), registrations and
//! assertions out of the test suites of other libraries, requests those libraries refuse, and
//! tables of decisions.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::{
    AttestationPolicy, AttestationVerdict, AuthenticationCeremony, AuthenticationPurpose,
    AuthenticationResponse, CoseAlgorithm, CreationExtensions, CredentialId, CredentialRecord,
    Framing, Mediation, Origin, PendingAuthentication, PendingRegistration, PublicKey,
    RegistrationCeremony, RegistrationResponse, RequestExtensions, RpId, UnixMillis, UserHandle,
    UserVerification, base64url,
};

mod attestation;
mod ceremonies;
mod chains;
mod revocation;
mod tables;

/// The folder with the data, or `None` after saying so.
#[expect(clippy::disallowed_methods, reason = "a test may look for its data; the crate may not")]
fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var("KEYLANE_EXTERNAL_VECTORS").map_or_else(|_| beside(), PathBuf::from);
    if folder.join("index.json").exists() {
        return Some(folder);
    }
    println!("external vectors absent: skipped");
    None
}

fn read(path: &Path) -> Json {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every JSON file of a folder, in order.
fn read_all(folder: &Path) -> Vec<Json> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn bytes(text: &Json) -> Vec<u8> {
    base64url::decode(text.as_str().unwrap()).unwrap()
}

/// What a fixture says about its ceremony.
struct Setting {
    challenge: Vec<u8>,
    rp_id: RpId,
    origin: Origin,
    framing: Framing,
    mediation: Mediation,
    user_verification: UserVerification,
    now: UnixMillis,
}

impl Setting {
    /// `None` when the RP ID is not one: U2F migrations with an AppID, native apps without one.
    fn of(fixture: &Json, client_data: &Json, challenge: &Json) -> Option<Self> {
        Some(Self {
            challenge: bytes(challenge),
            rp_id: fixture["rpId"].as_str()?.parse().ok()?,
            origin: fixture["origin"].as_str()?.parse().unwrap(),
            framing: framing(client_data),
            mediation: Mediation::Modal,
            user_verification: UserVerification::Preferred,
            now: UnixMillis(0),
        })
    }

    fn verify_registration(
        self,
        json: &str,
        attestation: AttestationPolicy,
    ) -> Result<AttestationVerdict, String> {
        let response =
            RegistrationResponse::from_json(json).map_err(|err| err.code().to_owned())?;
        let ceremony = RegistrationCeremony {
            challenge: self.challenge,
            rp_id: self.rp_id,
            origin: self.origin,
            algorithms: CoseAlgorithm::ALL.to_vec(),
            user_verification: self.user_verification,
            mediation: self.mediation,
            framing: self.framing,
            attestation,
            extensions: CreationExtensions::default(),
            deadline: self.now,
        };
        let outcome = PendingRegistration::new(ceremony).verify(&response, self.now);
        outcome.map(|it| it.attestation().clone()).map_err(|err| err.code().to_owned())
    }

    fn verify_assertion(self, json: &str, cose: &[u8], stored: u32) -> Result<Vec<String>, String> {
        let response =
            AuthenticationResponse::from_json(json).map_err(|err| err.code().to_owned())?;
        let user_handle = UserHandle::try_from(vec![1]).unwrap();
        let record = CredentialRecord {
            id: response.credential_id().clone(),
            user_handle: response.unverified_user_handle().cloned().unwrap_or(user_handle),
            public_key: PublicKey::from_cose(cose).map_err(|err| err.code().to_owned())?,
            sign_count: stored,
            backup_eligible: false,
            backed_up: false,
            uv_initialized: false,
            rp_id: self.rp_id.clone(),
        };
        let ceremony = AuthenticationCeremony {
            challenge: self.challenge,
            rp_id: self.rp_id,
            origin: self.origin,
            user_verification: self.user_verification,
            framing: self.framing,
            allow_credentials: Vec::<CredentialId>::new(),
            user: Some(record.user_handle.clone()),
            purpose: AuthenticationPurpose::SignIn,
            extensions: RequestExtensions::default(),
            deadline: UnixMillis(0),
        };
        let outcome =
            PendingAuthentication::new(ceremony).verify(&response, &record, UnixMillis(0));
        let codes = |it: crate::VerifiedAssertion| {
            it.signals().iter().map(|signal| signal.code().to_owned()).collect()
        };
        outcome.map(codes).map_err(|err| err.code().to_owned())
    }
}

/// The narrowest policy under which this client data is right.
fn framing(client_data: &Json) -> Framing {
    match (client_data["crossOrigin"].as_bool(), client_data["topOrigin"].as_str()) {
        (Some(true), Some(top)) => Framing::AllowedIn(vec![top.parse().unwrap()]),
        // Clients of Level 2 do not name the page around the frame.
        (Some(true), None) => Framing::DangerAnywhere,
        _ => Framing::SameOriginOnly,
    }
}

fn client_data(encoded: &Json) -> Json {
    let text = String::from_utf8(bytes(encoded)).unwrap();
    serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
}
