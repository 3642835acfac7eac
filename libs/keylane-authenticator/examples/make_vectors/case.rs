//! Registrations that are accepted until something in them is changed.

use crate::vector::{
    CHALLENGE, DEADLINE_MS, NOW_MS, ORIGIN, RP_ID, Title, Vector, base64url, parameters,
};
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, AuthenticatorError, CreateParts, EDDSA, ES256,
    RS256, TestAuthority,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) type Result<T> = std::result::Result<T, AuthenticatorError>;

/// The instant of the ceremonies in seconds, around which certificates are valid.
pub(crate) const NOW_S: u64 = NOW_MS / 1000;

/// One scenario.
pub(crate) struct Case {
    pub(crate) config: AuthenticatorConfig,
    /// Who certifies the attestation keys, unless it is the authority of all vectors.
    pub(crate) authority: Option<Arc<TestAuthority>>,
    /// `attestation` of the options.
    pub(crate) conveyance: &'static str,
    pub(crate) ceremony: Value,
    pub(crate) outcome: Value,
    edit: Box<dyn FnOnce(&mut CreateParts)>,
    pub(crate) rewrite: fn(&Value) -> Value,
}

impl Case {
    fn new(folder: &Folder) -> Result<Self> {
        let config = AuthenticatorConfig {
            attestation: folder.attestation,
            ..AuthenticatorConfig::default()
        };
        let mut case = Self {
            config,
            authority: None,
            conveyance: "direct",
            ceremony: json!({
                "kind": "registration",
                "challenge": base64url(&CHALLENGE),
                "rp_id": RP_ID,
                "origin": ORIGIN,
                "algorithms": [ES256, EDDSA, RS256],
                "user_verification": "required",
                "mediation": "modal",
                "now_ms": NOW_MS,
                "deadline_ms": DEADLINE_MS,
            }),
            outcome: json!({
                "sign_count": 0,
                "user_verified": true,
                "backup_eligible": true,
                "backed_up": true,
                "discoverable": true,
                "attestation_format": folder.format,
                "attestation_kind": folder.kind,
            }),
            edit: Box::new(|_| {}),
            rewrite: Value::clone,
        };
        if !matches!(folder.attestation, Attestation::None | Attestation::PackedSelf) {
            case.trust(&[TestAuthority::shared(NOW_S)?.root()]);
            case.ceremony["attestation_formats"] = json!(folder.formats);
            case.outcome["attestation_anchored"] = json!(true);
            case.outcome["attestation_switches"] = json!([]);
        }
        Ok(case)
    }

    /// Takes these certificates as the trust anchors.
    pub(crate) fn trust(&mut self, anchors: &[&[u8]]) {
        self.ceremony["trust_anchors"] = anchors.iter().map(|der| base64url(der)).collect();
    }

    /// Allows these liberties, and has the outcome name the ones that were needed.
    pub(crate) fn switch(&mut self, allowed: &[&str], needed: &[&str]) {
        self.ceremony["switches"] = json!(allowed);
        self.outcome["attestation_switches"] = json!(needed);
    }

    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut CreateParts) + 'static) {
        self.edit = Box::new(edit);
    }

    fn respond(&mut self) -> Result<Value> {
        let options = json!({
            "rp": { "id": RP_ID, "name": "Example" },
            "user": { "id": "dXNlci0x", "name": "ada@example.org", "displayName": "Ada" },
            "challenge": base64url(&CHALLENGE),
            "pubKeyCredParams": parameters(&self.config.algorithms),
            "authenticatorSelection": { "residentKey": "required" },
            "attestation": self.conveyance,
            "extensions": { "credProps": true },
        });
        let edit = std::mem::replace(&mut self.edit, Box::new(|_| {}));
        let mut authenticator = Authenticator::new(self.config.clone());
        if let Some(authority) = &self.authority {
            authenticator.set_authority(Arc::clone(authority));
        }
        let response = authenticator.create_with(&options.to_string(), ORIGIN, edit)?;
        let response: Value = serde_json::from_str(&response)
            .map_err(|err| AuthenticatorError::Data(err.to_string()))?;
        Ok((self.rewrite)(&response))
    }
}

/// The scenarios of one format.
pub(crate) struct Folder {
    name: &'static str,
    attestation: Attestation,
    format: &'static str,
    /// `attestation_kind` of what is accepted.
    kind: &'static str,
    /// `attestation_formats`: its own, unless changed.
    pub(crate) formats: Vec<&'static str>,
    pub(crate) vectors: Vec<Vector>,
}

/// A change that needs nothing from around it.
pub(crate) type Change<T> = fn(&mut T);

/// A refusal because of the parts of the response alone: file name, what is special, the place in
/// the specification, the code, the change.
pub(crate) type Refusal =
    (&'static str, &'static str, &'static str, &'static str, Change<CreateParts>);

impl Folder {
    pub(crate) fn new(
        name: &'static str,
        attestation: Attestation,
        format: &'static str,
        kind: &'static str,
    ) -> Self {
        Self { name, attestation, format, kind, formats: vec![format], vectors: Vec::new() }
    }

    pub(crate) fn add(
        &mut self,
        title: &Title<'_>,
        expect: &str,
        change: impl FnOnce(&mut Case),
    ) -> Result<()> {
        let mut case = Case::new(self)?;
        change(&mut case);
        let response = case.respond()?;
        let mut vector = Vector::new(self.name, title, expect, case.outcome);
        vector.ceremony = case.ceremony;
        vector.response = response;
        self.vectors.push(vector);
        Ok(())
    }

    pub(crate) fn accept(
        &mut self,
        title: &Title<'_>,
        change: impl FnOnce(&mut Case),
    ) -> Result<()> {
        self.add(title, "accept", change)
    }

    /// Refused because of the parts of the response alone.
    pub(crate) fn reject(
        &mut self,
        title: &Title<'_>,
        code: &str,
        edit: impl FnOnce(&mut CreateParts) + 'static,
    ) -> Result<()> {
        self.add(title, code, |case| case.edit(edit))
    }

    pub(crate) fn reject_all(&mut self, refusals: &[Refusal]) -> Result<()> {
        for &(name, comment, spec, code, edit) in refusals {
            self.reject(&Title(name, comment, spec), code, edit)?;
        }
        Ok(())
    }
}
