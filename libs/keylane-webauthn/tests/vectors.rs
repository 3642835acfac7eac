//! Replays `vectors/`, which an authenticator of other hands has made, through the public API.
//!
//! `vectors/README.md` describes the format. Every member of a file is read: one that this test
//! does not know is an error, so no file can ask for more than is checked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keylane_webauthn::{
    AttestationPolicy, AuthenticationCeremony, AuthenticationPurpose, AuthenticationResponse,
    CoseAlgorithm, CreationExtensions, CredentialId, CredentialRecord, Framing, Mediation, Origin,
    PendingAuthentication, PendingRegistration, PublicKey, RegistrationCeremony,
    RegistrationResponse, RequestExtensions, RpId, TrustAnchors, UnixMillis, UserHandle,
    UserVerification,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[test]
fn registration_vectors_have_their_expected_outcome() {
    let paths = paths("registration");
    assert!(paths.len() >= 50, "{} vectors", paths.len());
    for path in paths {
        let vector: Vector<RegistrationAsked> = read(&path);
        assert!(vector.credential.is_none(), "{}", path.display());
        let outcome = replay_registration(&vector);
        compare(&path, &vector, &outcome);
    }
}

#[test]
fn authentication_vectors_have_their_expected_outcome() {
    let paths = paths("authentication");
    assert!(paths.len() >= 40, "{} vectors", paths.len());
    for path in paths {
        let vector: Vector<AuthenticationAsked> = read(&path);
        let outcome = replay_authentication(&vector);
        compare(&path, &vector, &outcome);
    }
}

#[test]
fn vectors_folder_holds_nothing_that_is_not_replayed() {
    let mut names: Vec<_> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["README.md", "authentication", "registration"]);
}

/// One file. `C` is what was asked in its ceremony.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector<C> {
    comment: String,
    spec: String,
    expect: String,
    #[serde(default)]
    outcome: Option<Value>,
    ceremony: C,
    #[serde(default)]
    credential: Option<Credential>,
    response: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistrationAsked {
    kind: String,
    challenge: String,
    rp_id: String,
    origin: String,
    #[serde(default)]
    top_origins: Option<Vec<String>>,
    algorithms: Vec<CoseAlgorithm>,
    user_verification: UserVerification,
    mediation: Mediation,
    #[serde(default)]
    attestation_formats: Option<Vec<String>>,
    now_ms: UnixMillis,
    deadline_ms: UnixMillis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthenticationAsked {
    kind: String,
    challenge: String,
    rp_id: String,
    origin: String,
    #[serde(default)]
    top_origins: Option<Vec<String>>,
    user_verification: UserVerification,
    #[serde(default)]
    allow_credentials: Vec<CredentialId>,
    #[serde(default)]
    user: Option<UserHandle>,
    now_ms: UnixMillis,
    deadline_ms: UnixMillis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credential {
    id: CredentialId,
    rp_id: String,
    user_handle: UserHandle,
    public_key: String,
    sign_count: u32,
    backup_eligible: bool,
    backed_up: bool,
    uv_initialized: bool,
}

impl Credential {
    fn to_record(&self) -> CredentialRecord {
        CredentialRecord {
            id: self.id.clone(),
            user_handle: self.user_handle.clone(),
            public_key: PublicKey::from_cose(&bytes(&self.public_key)).unwrap(),
            sign_count: self.sign_count,
            backup_eligible: self.backup_eligible,
            backed_up: self.backed_up,
            uv_initialized: self.uv_initialized,
            rp_id: rp_id(&self.rp_id),
        }
    }
}

/// What is to be compared with `outcome`, or the code of the refusal.
type Outcome = Result<Value, &'static str>;

fn replay_registration(vector: &Vector<RegistrationAsked>) -> Outcome {
    let asked = &vector.ceremony;
    assert_eq!(asked.kind, "registration");
    let pending = PendingRegistration::new(RegistrationCeremony {
        challenge: bytes(&asked.challenge),
        rp_id: rp_id(&asked.rp_id),
        origin: origin(&asked.origin),
        algorithms: asked.algorithms.clone(),
        user_verification: asked.user_verification,
        mediation: asked.mediation,
        framing: framing(asked.top_origins.as_deref()),
        attestation: attestation(asked.attestation_formats.as_deref()),
        extensions: CreationExtensions::default(),
        deadline: asked.deadline_ms,
    });
    let response =
        RegistrationResponse::from_json(&text(&vector.response)).map_err(|err| err.code())?;
    let it = pending.verify(&response, asked.now_ms).map_err(|err| err.code())?;
    Ok(json!({
        "sign_count": it.sign_count(),
        "user_verified": it.user_verified(),
        "backup_eligible": it.backup_eligible(),
        "backed_up": it.backed_up(),
        "discoverable": it.discoverable(),
        "attestation_format": it.attestation().format.as_str(),
        "attestation_kind": it.attestation().kind.code(),
    }))
}

fn replay_authentication(vector: &Vector<AuthenticationAsked>) -> Outcome {
    let asked = &vector.ceremony;
    assert_eq!(asked.kind, "authentication");
    let pending = PendingAuthentication::new(AuthenticationCeremony {
        challenge: bytes(&asked.challenge),
        rp_id: rp_id(&asked.rp_id),
        origin: origin(&asked.origin),
        user_verification: asked.user_verification,
        framing: framing(asked.top_origins.as_deref()),
        allow_credentials: asked.allow_credentials.clone(),
        user: asked.user.clone(),
        purpose: AuthenticationPurpose::SignIn,
        extensions: RequestExtensions::default(),
        deadline: asked.deadline_ms,
    });
    let response =
        AuthenticationResponse::from_json(&text(&vector.response)).map_err(|err| err.code())?;
    let record = vector.credential.as_ref().unwrap().to_record();
    let it = pending.verify(&response, &record, asked.now_ms).map_err(|err| err.code())?;
    Ok(json!({
        "sign_count": it.sign_count(),
        "user_verified": it.user_verified(),
        "backup_eligible": it.backup_eligible(),
        "backed_up": it.backed_up(),
        "signals": it.signals().iter().map(keylane_webauthn::Signal::code).collect::<Vec<_>>(),
    }))
}

fn compare<C>(path: &Path, vector: &Vector<C>, outcome: &Outcome) {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let shown = path.display();
    let prefix = if vector.expect == "accept" { "accept-" } else { "reject-" };
    assert!(name.starts_with(prefix), "{shown} is named against what it expects");
    assert!(!vector.comment.is_empty() && vector.spec.starts_with("webauthn-3 §"), "{shown}");
    match outcome {
        Ok(outcome) => {
            assert_eq!(vector.expect, "accept", "{shown}");
            assert_eq!(vector.outcome.as_ref(), Some(outcome), "{shown}");
        }
        Err(code) => {
            assert_eq!(vector.expect, *code, "{shown}");
            assert!(vector.outcome.is_none(), "{shown} has an outcome but no acceptance");
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// Every file below a folder of `vectors/`, however deep.
fn paths(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let list = if path.is_dir() { &mut folders } else { &mut files };
            list.push(path);
        }
    }
    files.sort();
    files
}

fn read<C: for<'de> Deserialize<'de>>(path: &Path) -> Vector<C> {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

/// A response stands in the file as JSON, or as text when JSON would not keep what is wrong.
fn text(response: &Value) -> String {
    response.as_str().map_or_else(|| response.to_string(), str::to_owned)
}

fn framing(top_origins: Option<&[String]>) -> Framing {
    match top_origins {
        None => Framing::SameOriginOnly,
        Some(origins) => Framing::AllowedIn(origins.iter().map(|it| origin(it)).collect()),
    }
}

fn attestation(formats: Option<&[String]>) -> AttestationPolicy {
    match formats {
        None => AttestationPolicy::none_requested(),
        Some(names) => {
            let formats = names.iter().map(|it| it.parse().unwrap()).collect();
            AttestationPolicy::required(formats, TrustAnchors::new())
        }
    }
}

fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

fn rp_id(text: &str) -> RpId {
    text.parse().unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
