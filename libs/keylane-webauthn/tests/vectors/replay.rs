//! Runs a vector through the public API.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_webauthn::{
    AttestationPolicy, AuthenticationCeremony, AuthenticationPurpose, AuthenticationResponse,
    Framing, MissingRevocationList, Origin, PendingAuthentication, PendingRegistration,
    PolicySwitch, RegistrationCeremony, RegistrationResponse, RevocationList, RpId,
    SelfAttestation, TrustAnchor,
};
use serde_json::{Value, json};

use crate::extensions;
use crate::format::{AuthenticationAsked, RegistrationAsked, Vector};

/// What is to be compared with `outcome`, or the code of the refusal.
pub(crate) type Outcome = Result<Value, &'static str>;

pub(crate) fn replay_registration(vector: &Vector<RegistrationAsked>) -> Outcome {
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
        attestation: attestation(asked),
        extensions: asked
            .extensions
            .as_ref()
            .map(extensions::asked_of_creation)
            .unwrap_or_default(),
        deadline: asked.deadline_ms,
    });
    let response =
        RegistrationResponse::from_json(&text(&vector.response)).map_err(|err| err.code())?;
    let it = pending.verify(&response, asked.now_ms).map_err(|err| err.code())?;
    let verdict = it.attestation();
    let mut outcome = json!({
        "sign_count": it.sign_count(),
        "user_verified": it.user_verified(),
        "backup_eligible": it.backup_eligible(),
        "backed_up": it.backed_up(),
        "discoverable": it.discoverable(),
        "attestation_format": verdict.format.as_str(),
        "attestation_kind": verdict.kind.code(),
    });
    if asked.trust_anchors.is_some() {
        let switches: Vec<_> = verdict.switches.iter().map(|it| it.code()).collect();
        outcome["attestation_anchored"] = verdict.is_anchored().into();
        outcome["attestation_switches"] = switches.into();
    }
    if asked.extensions.is_some() {
        outcome["extensions"] = extensions::of_creation(it.extensions());
    }
    Ok(outcome)
}

pub(crate) fn replay_authentication(vector: &Vector<AuthenticationAsked>) -> Outcome {
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
        purpose: match &asked.payment {
            None => AuthenticationPurpose::SignIn,
            Some(payment) => AuthenticationPurpose::Payment(Box::new(payment.to_expectation())),
        },
        extensions: asked.extensions.as_ref().map(extensions::asked_of_request).unwrap_or_default(),
        deadline: asked.deadline_ms,
    });
    let response =
        AuthenticationResponse::from_json(&text(&vector.response)).map_err(|err| err.code())?;
    let record = vector.credential.as_ref().unwrap().to_record();
    let it = pending.verify(&response, &record, asked.now_ms).map_err(|err| err.code())?;
    let mut outcome = json!({
        "sign_count": it.sign_count(),
        "user_verified": it.user_verified(),
        "backup_eligible": it.backup_eligible(),
        "backed_up": it.backed_up(),
        "signals": it.signals().iter().map(keylane_webauthn::Signal::code).collect::<Vec<_>>(),
    });
    if asked.extensions.is_some() {
        outcome["extensions"] = extensions::of_request(it.extensions());
    }
    Ok(outcome)
}

/// A response stands in the file as JSON, or as text when JSON would not keep what is wrong.
pub(crate) fn text(response: &Value) -> Cow<'_, str> {
    response.as_str().map_or_else(|| response.to_string().into(), Cow::Borrowed)
}

fn framing(top_origins: Option<&[String]>) -> Framing {
    match top_origins {
        None => Framing::SameOriginOnly,
        Some(origins) => Framing::AllowedIn(origins.iter().map(|it| origin(it)).collect()),
    }
}

/// Without formats, what the statement proves is only recorded.
fn attestation(asked: &RegistrationAsked) -> AttestationPolicy {
    let anchors = asked.trust_anchors.iter().flatten();
    let anchors = anchors.map(|it| TrustAnchor::from_der(&bytes(it)).unwrap()).collect();
    let policy = match &asked.attestation_formats {
        None => AttestationPolicy::recorded(anchors),
        Some(names) => {
            let formats = names.iter().map(|it| it.parse().unwrap()).collect();
            AttestationPolicy::required(formats, anchors)
        }
    };
    let lists = asked.revocation_lists.iter();
    let lists: Vec<_> = lists.map(|it| RevocationList::from_der(&bytes(it)).unwrap()).collect();
    let missing = match asked.missing_revocation_list.as_deref() {
        None => MissingRevocationList::Accept,
        Some("refuse") => MissingRevocationList::Refuse,
        Some(other) => panic!("missing_revocation_list: {other}"),
    };
    let policy = policy.with_revocation(lists, missing);
    let policy = match asked.self_attestation.as_deref() {
        None => policy,
        Some("refuse") => policy.with_self_attestation(SelfAttestation::Refuse),
        Some(other) => panic!("self_attestation: {other}"),
    };
    match &asked.switches {
        None => policy,
        Some(codes) => {
            let switch = |code: &String| PolicySwitch::from_code(code).unwrap();
            policy.with_switches(codes.iter().map(switch).collect())
        }
    }
}

fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

pub(crate) fn rp_id(text: &str) -> RpId {
    text.parse().unwrap()
}

pub(crate) fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
