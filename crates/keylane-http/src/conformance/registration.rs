//! `/attestation/options` and `/attestation/result`.

use keylane_webauthn::{
    AttestationConveyance, AttestationKind, AuthenticatorAttachment, CoseAlgorithm,
    CreationOptions, Hint, Mediation, PendingRegistration, RegistrationCeremony,
    RegistrationResponse, ResidentKey, UserHandle, UserVerification,
};
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::{CHALLENGE_BYTES, ConformanceSite, members, strict_json};

/// Longest name of a user, in bytes.
pub(super) const NAME_BYTES_MAX: usize = 1024;
/// Longest `extensions`, in bytes of JSON.
const EXTENSIONS_BYTES_MAX: usize = 16 * 1024;
/// Most entries of `pubKeyCredParams`, `hints` and `attestationFormats` that are looked at.
const ENTRIES_MAX: usize = 64;
/// Bytes of a user handle.
const HANDLE_BYTES: usize = 32;

/// Numbers that mean what others mean too; Level 3, §5.4, advises against offering both.
const FULLY_SPECIFIED: [CoseAlgorithm; 4] =
    [CoseAlgorithm::Esp256, CoseAlgorithm::Esp384, CoseAlgorithm::Esp512, CoseAlgorithm::Ed25519];

/// A registration that waits for its answer.
#[derive(Debug)]
pub(super) struct PendingAttestation {
    user_name: String,
    user_handle: UserHandle,
    conveyance: AttestationConveyance,
    ceremony: RegistrationCeremony,
}

/// What a client asks for, read once.
struct Asked<'r> {
    user_name: &'r str,
    display_name: &'r str,
    conveyance: AttestationConveyance,
    mediation: Mediation,
    algorithms: Vec<CoseAlgorithm>,
    /// Members that the options repeat as they came.
    echo: Map<String, Value>,
}

impl ConformanceSite {
    /// The options for a new credential, and what its answer will be checked against.
    pub(super) fn begin_registration(
        &self,
        request: &Map<String, Value>,
    ) -> Result<(Map<String, Value>, PendingAttestation), Refusal> {
        let asked = read(request)?;
        let fresh = UserHandle::try_from(self.random::<HANDLE_BYTES>()?.as_slice());
        let fresh = fresh.map_err(|err| Refusal::verifier(err.code(), err))?;
        let (user_handle, registered) = {
            let accounts = &mut self.state().accounts;
            let handle = accounts.find_or_open(asked.user_name, fresh);
            (handle, accounts.credentials_of(asked.user_name))
        };
        let mut options = asked.echo;
        let mut set = |name: &str, value: Value| options.insert(name.to_owned(), value);
        set("rp", json!({ "id": self.config.rp_id, "name": "Keylane conformance" }));
        set(
            "user",
            json!({
                "id": user_handle, "name": asked.user_name, "displayName": asked.display_name,
            }),
        );
        set("challenge", super::base64url(&self.random::<CHALLENGE_BYTES>()?).into());
        let parameter = |alg: &CoseAlgorithm| json!({ "type": "public-key", "alg": alg });
        set("pubKeyCredParams", asked.algorithms.iter().map(parameter).collect());
        set("timeout", self.config.challenge_lifetime_ms.into());
        set("excludeCredentials", json!(registered));
        set("attestation", json!(asked.conveyance));
        // The ceremony is read from the options themselves, so that both say the same.
        let sent = CreationOptions::from_json(&Value::Object(options.clone()).to_string())
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        let pending = PendingAttestation {
            user_name: asked.user_name.to_owned(),
            user_handle,
            conveyance: asked.conveyance,
            ceremony: sent.ceremony(
                self.config.origin.clone(),
                asked.mediation,
                self.trust.for_nobody(),
                self.deadline(),
            ),
        };
        Ok((options, pending))
    }

    /// Verifies the new credential and stores it.
    pub(super) fn finish_registration(
        &self,
        pending: PendingAttestation,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let credential = super::credential_json(strict_json::object(body)?)?;
        let response = RegistrationResponse::from_json(&credential)
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        let now = self.now();
        let claim = response.unverified_attestation();
        let attestation = self.trust.policy(claim.as_ref(), pending.conveyance, now)?;
        let ceremony = RegistrationCeremony { attestation, ..pending.ceremony };
        let verified = PendingRegistration::new(ceremony)
            .verify(&response, now)
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        // Step 21: where the policy would let a format pass that nobody can verify, a suite that
        // asks for the specification's own rule gets it.
        if verified.attestation().kind == AttestationKind::Unverified {
            return Err(Refusal::FORMAT_UNKNOWN);
        }
        let transports = verified.transports().to_vec();
        let record = verified.obligations(pending.user_handle).store_if_id_is_unique;
        self.state().accounts.add(&pending.user_name, record, transports)
    }
}

fn read(request: &Map<String, Value>) -> Result<Asked<'_>, Refusal> {
    let user_name = members::text(request, "username", NAME_BYTES_MAX)?;
    let user_name = user_name.ok_or_else(|| Refusal::missing("username"))?;
    let display_name = match members::member(request, "displayName") {
        Some(Value::String(name)) if name.is_empty() => "",
        _ => members::text(request, "displayName", NAME_BYTES_MAX)?.unwrap_or(user_name),
    };
    let mut echo = Map::new();
    echo.insert("authenticatorSelection".to_owned(), read_selection(request)?.into());
    echo.insert("extensions".to_owned(), extensions(request)?.into());
    let hints = members::words::<Hint>(request, "hints", ENTRIES_MAX)?;
    if let Some(hints) = hints {
        echo.insert("hints".to_owned(), hints);
    }
    if let Some(formats) = members::words::<String>(request, "attestationFormats", ENTRIES_MAX)? {
        echo.insert("attestationFormats".to_owned(), formats);
    }
    // The answer lists what the server knows; a list that the client sends need only be one.
    members::list(request, "excludeCredentials")?;
    Ok(Asked {
        user_name,
        display_name,
        conveyance: members::word(request, "attestation")?.unwrap_or_default(),
        mediation: match members::text(request, "mediation", 32)? {
            Some("conditional") => Mediation::Conditional,
            _ => Mediation::Modal,
        },
        algorithms: read_algorithms(request)?,
        echo,
    })
}

/// The members of `authenticatorSelection` that are known, as they came.
fn read_selection(request: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let Some(asked) = members::object(request, "authenticatorSelection")? else {
        return Ok(Map::new());
    };
    members::word::<AuthenticatorAttachment>(asked, "authenticatorAttachment")?;
    members::word::<ResidentKey>(asked, "residentKey")?;
    members::flag(asked, "requireResidentKey")?;
    members::word::<UserVerification>(asked, "userVerification")?;
    let known =
        ["authenticatorAttachment", "residentKey", "requireResidentKey", "userVerification"];
    let members = known.into_iter().filter_map(|name| {
        members::member(asked, name).map(|value| (name.to_owned(), value.clone()))
    });
    Ok(members.collect())
}

/// The algorithms that the client asked for and this build has; all that are worth an offer when
/// it asked for none.
fn read_algorithms(request: &Map<String, Value>) -> Result<Vec<CoseAlgorithm>, Refusal> {
    const NAME: &str = "pubKeyCredParams";
    let Some(list) = members::list(request, NAME)?.filter(|it| !it.is_empty()) else {
        let offered = CoseAlgorithm::ALL.into_iter();
        return Ok(offered.filter(|it| !FULLY_SPECIFIED.contains(it)).collect());
    };
    let mut algorithms = Vec::new();
    for parameter in list.iter().take(ENTRIES_MAX) {
        let id = parameter.get("alg").and_then(Value::as_i64);
        let kind = parameter.get("type").and_then(Value::as_str);
        let (Some(id), Some(kind)) = (id, kind) else {
            return Err(Refusal::member(NAME, "a list of types and algorithms"));
        };
        let known = CoseAlgorithm::from_id(id).filter(|_| kind == "public-key");
        algorithms.extend(known.filter(|it| !algorithms.contains(it)));
    }
    if algorithms.is_empty() {
        return Err(Refusal::member(NAME, "a list with an algorithm that is known here"));
    }
    Ok(algorithms)
}

/// `extensions`, as it came.
pub(super) fn extensions(request: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    const NAME: &str = "extensions";
    let Some(extensions) = members::object(request, NAME)? else { return Ok(Map::new()) };
    let bytes = Value::Object(extensions.clone()).to_string().len();
    if bytes > EXTENSIONS_BYTES_MAX {
        return Err(Refusal::member(NAME, &format!("at most {EXTENSIONS_BYTES_MAX} bytes long")));
    }
    Ok(extensions.clone())
}
