//! What is measured: one type per subject.
//!
//! `prepare` does, outside the measured time, what belongs to the beginning of a ceremony;
//! `run` is the measured part and panics when a verification fails, since a figure for a refused
//! answer would be worth nothing.

pub(crate) mod attested;

use std::hint::black_box;

use anyhow::{Context, anyhow};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use keylane_webauthn::{
    AttestationPolicy, AuthenticationCeremony, AuthenticationPurpose, AuthenticationResponse,
    CoseAlgorithm, CreationExtensions, CredentialRecord, Framing, Mediation, Origin,
    PendingAuthentication, PendingRegistration, RegistrationCeremony, RegistrationResponse,
    RequestExtensions, RpId, UnixMillis, UserHandle, UserVerification, VerifiedRegistration,
};
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::AuthenticationState;
use webauthn_rs_proto::PublicKeyCredential;

use crate::material::{self, Algorithm, Assertion, Material, ORIGIN, RP_ID, Registration};

const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

/// One thing that is measured.
pub(crate) trait Subject {
    /// Makes ready for `count` operations; not measured.
    fn prepare(&mut self, _count: usize) {}

    /// Runs `count` operations.
    fn run(&mut self, count: usize);
}

/// The names of subjects, as reports and `--only` use them.
pub(crate) mod name {
    pub(crate) const BARE: &str = "bare verify, key parsed";
    pub(crate) const BARE_UNPARSED: &str = "bare verify, key unparsed";
    /// Every signature of a registration, up to the anchor.
    pub(crate) const BARE_SUM: &str = "bare verifications, keys parsed";
    /// The same, with the keys of certificates in the response parsed each time.
    pub(crate) const BARE_SUM_UNPARSED: &str = "bare verifications, keys unparsed";
    pub(crate) const KEYLANE: &str = "keylane, from JSON";
    pub(crate) const PEER: &str = "webauthn-rs 0.6, from JSON";
    pub(crate) const PARSE: &str = "keylane, parse JSON only";
    pub(crate) const REGISTER: &str = "keylane, parse and verify";
}

/// A subject and its name.
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) subject: Box<dyn Subject>,
}

impl Named {
    fn new(name: &'static str, subject: impl Subject + 'static) -> Self {
        Self { name, subject: Box::new(subject) }
    }
}

/// The subjects that verify sign-ins, the yardstick first.
pub(crate) fn authentication(material: &Material) -> anyhow::Result<Vec<Named>> {
    let algorithm = verification(material.algorithm);
    let mut subjects = vec![
        Named::new(name::BARE, Bare::new(algorithm, material)?),
        Named::new(name::BARE_UNPARSED, BareUnparsed::new(algorithm, material)),
        Named::new(name::KEYLANE, Keylane::new(material)?),
    ];
    if material.assertions.iter().all(|it| it.peer.is_some()) {
        subjects.push(Named::new(name::PEER, Peer::new(material)?));
    }
    Ok(subjects)
}

/// The subjects that verify registrations, the yardstick first.
pub(crate) fn registration(material: &Material) -> anyhow::Result<Vec<Named>> {
    Ok(vec![
        Named::new(name::PARSE, Parse { cases: registrations(material), at: 0 }),
        Named::new(
            name::REGISTER,
            Register::new(registrations(material), AttestationPolicy::none_requested())?,
        ),
    ])
}

fn verification(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::Es256 => &ECDSA_P256_SHA256_ASN1,
        Algorithm::Ed25519 => &ED25519,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
    }
}

/// The next position in a cycle, and the current one.
fn step(at: &mut usize, length: usize) -> usize {
    let current = *at;
    *at = if current + 1 == length { 0 } else { current + 1 };
    current
}

/// One `ParsedPublicKey::verify_sig` over bytes that lie ready. The floor.
struct Bare {
    cases: Vec<(ParsedPublicKey, Assertion)>,
    at: usize,
}

impl Bare {
    fn new(
        algorithm: &'static dyn VerificationAlgorithm,
        material: &Material,
    ) -> anyhow::Result<Self> {
        let parse = |it: &Assertion| {
            let key = ParsedPublicKey::new(algorithm, &it.public_key)
                .map_err(|_| anyhow!("the public key is refused"))?;
            Ok((key, it.clone()))
        };
        Ok(Self {
            cases: material.assertions.iter().map(parse).collect::<anyhow::Result<_>>()?,
            at: 0,
        })
    }
}

impl Subject for Bare {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let (key, it) = &self.cases[step(&mut self.at, self.cases.len())];
            let outcome = key.verify_sig(black_box(&it.signed), black_box(&it.signature));
            assert!(outcome.is_ok(), "the signature does not verify");
        }
    }
}

/// The same with the key parsed each time.
struct BareUnparsed {
    algorithm: &'static dyn VerificationAlgorithm,
    cases: Vec<Assertion>,
    at: usize,
}

impl BareUnparsed {
    fn new(algorithm: &'static dyn VerificationAlgorithm, material: &Material) -> Self {
        Self { algorithm, cases: material.assertions.clone(), at: 0 }
    }
}

impl Subject for BareUnparsed {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let it = &self.cases[step(&mut self.at, self.cases.len())];
            let key = UnparsedPublicKey::new(self.algorithm, black_box(&it.public_key));
            let outcome = key.verify(black_box(&it.signed), black_box(&it.signature));
            assert!(outcome.is_ok(), "the signature does not verify");
        }
    }
}

/// `AuthenticationResponse::from_json` and `PendingAuthentication::verify`.
struct Keylane {
    cases: Vec<(String, Vec<u8>, CredentialRecord)>,
    rp_id: RpId,
    origin: Origin,
    pending: Vec<PendingAuthentication>,
    at: usize,
}

impl Keylane {
    fn new(material: &Material) -> anyhow::Result<Self> {
        let case =
            |it: &Assertion| Ok((it.json.clone(), it.challenge.clone(), record(&it.registration)?));
        Ok(Self {
            cases: material.assertions.iter().map(case).collect::<anyhow::Result<_>>()?,
            rp_id: RP_ID.parse()?,
            origin: ORIGIN.parse()?,
            pending: Vec::new(),
            at: 0,
        })
    }

    fn begin(&self, challenge: &[u8]) -> PendingAuthentication {
        PendingAuthentication::new(AuthenticationCeremony {
            challenge: challenge.to_vec(),
            rp_id: self.rp_id.clone(),
            origin: self.origin.clone(),
            user_verification: UserVerification::Required,
            framing: Framing::SameOriginOnly,
            allow_credentials: Vec::new(),
            user: None,
            purpose: AuthenticationPurpose::SignIn,
            extensions: RequestExtensions::default(),
            deadline: NOW.saturating_add_ms(300_000),
        })
    }
}

impl Subject for Keylane {
    fn prepare(&mut self, count: usize) {
        let mut at = self.at;
        let challenges = (0..count).map(|_| step(&mut at, self.cases.len()));
        let mut pending: Vec<_> = challenges.map(|it| self.begin(&self.cases[it].1)).collect();
        pending.reverse();
        self.pending = pending;
    }

    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let (json, _, record) = &self.cases[step(&mut self.at, self.cases.len())];
            let pending = self.pending.pop();
            let verified = pending.and_then(|pending| {
                let response = AuthenticationResponse::from_json(black_box(json)).ok()?;
                pending.verify(&response, record, NOW).ok()
            });
            assert!(verified.is_some_and(|it| it.signals().is_empty()), "refused");
        }
    }
}

/// `serde_json::from_str` and `WebauthnCore::authenticate_credential`.
struct Peer {
    core: WebauthnCore,
    cases: Vec<(String, AuthenticationState)>,
    at: usize,
}

impl Peer {
    fn new(material: &Material) -> anyhow::Result<Self> {
        let case = |it: &Assertion| {
            Ok((it.json.clone(), it.peer.clone().context("the peer lacks the algorithm")?))
        };
        Ok(Self {
            core: material::peer()?,
            cases: material.assertions.iter().map(case).collect::<anyhow::Result<_>>()?,
            at: 0,
        })
    }
}

impl Subject for Peer {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let (json, state) = &self.cases[step(&mut self.at, self.cases.len())];
            let response: Option<PublicKeyCredential> = serde_json::from_str(black_box(json)).ok();
            let outcome =
                response.and_then(|it| self.core.authenticate_credential(&it, state).ok());
            assert!(outcome.is_some(), "the peer refuses");
        }
    }
}

/// `RegistrationResponse::from_json` alone.
struct Parse {
    cases: Vec<Registration>,
    at: usize,
}

impl Subject for Parse {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let it = &self.cases[step(&mut self.at, self.cases.len())];
            let response = RegistrationResponse::from_json(black_box(&it.json));
            assert!(black_box(&response).is_ok(), "refused");
        }
    }
}

/// `RegistrationResponse::from_json` and `PendingRegistration::verify`.
struct Register {
    cases: Vec<Registration>,
    policy: AttestationPolicy,
    rp_id: RpId,
    origin: Origin,
    pending: Vec<PendingRegistration>,
    at: usize,
}

impl Register {
    fn new(cases: Vec<Registration>, policy: AttestationPolicy) -> anyhow::Result<Self> {
        Ok(Self {
            cases,
            policy,
            rp_id: RP_ID.parse()?,
            origin: ORIGIN.parse()?,
            pending: Vec::new(),
            at: 0,
        })
    }
}

impl Subject for Register {
    fn prepare(&mut self, count: usize) {
        let mut at = self.at;
        let challenges = (0..count).map(|_| step(&mut at, self.cases.len()));
        let begin = |it: usize| {
            begin_registration(&self.cases[it], &self.rp_id, &self.origin, self.policy.clone())
        };
        let mut pending: Vec<_> = challenges.map(begin).collect();
        pending.reverse();
        self.pending = pending;
    }

    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let it = &self.cases[step(&mut self.at, self.cases.len())];
            let pending = self.pending.pop();
            let verified = pending.and_then(|pending| {
                let response = RegistrationResponse::from_json(black_box(&it.json)).ok()?;
                pending.verify(&response, NOW).ok()
            });
            assert!(black_box(&verified).is_some(), "refused");
        }
    }
}

fn begin_registration(
    it: &Registration,
    rp_id: &RpId,
    origin: &Origin,
    attestation: AttestationPolicy,
) -> PendingRegistration {
    PendingRegistration::new(RegistrationCeremony {
        challenge: it.challenge.clone(),
        rp_id: rp_id.clone(),
        origin: origin.clone(),
        algorithms: CoseAlgorithm::ALL.to_vec(),
        user_verification: UserVerification::Required,
        mediation: Mediation::Modal,
        framing: Framing::SameOriginOnly,
        attestation,
        extensions: CreationExtensions::default(),
        deadline: NOW.saturating_add_ms(300_000),
    })
}

fn registrations(material: &Material) -> Vec<Registration> {
    let mut registrations: Vec<Registration> = Vec::new();
    for it in &material.assertions {
        if registrations.last().is_none_or(|last| last.json != it.registration.json) {
            registrations.push(it.registration.clone());
        }
    }
    registrations
}

/// Verifies a registration, outside the measured time.
pub(crate) fn verify_registration(
    it: &Registration,
    policy: AttestationPolicy,
) -> anyhow::Result<VerifiedRegistration> {
    let response = RegistrationResponse::from_json(&it.json)?;
    let pending = begin_registration(it, &RP_ID.parse()?, &ORIGIN.parse()?, policy);
    Ok(pending.verify(&response, NOW)?)
}

/// What a server keeps of a registration.
fn record(it: &Registration) -> anyhow::Result<CredentialRecord> {
    let verified = verify_registration(it, AttestationPolicy::none_requested())?;
    Ok(CredentialRecord {
        id: verified.credential_id().clone(),
        user_handle: UserHandle::try_from(material::USER_HANDLE.as_slice())?,
        public_key: verified.public_key().clone(),
        sign_count: verified.sign_count(),
        backup_eligible: verified.backup_eligible(),
        backed_up: verified.backed_up(),
        uv_initialized: verified.user_verified(),
        rp_id: RP_ID.parse()?,
    })
}
