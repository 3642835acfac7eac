//! `/assertion/options` and `/assertion/result`.

use keylane_webauthn::{
    AuthenticationCeremony, AuthenticationResponse, PendingAuthentication, RequestOptions, Signal,
    UserVerification,
};
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::registration::{NAME_BYTES_MAX, extensions};
use super::{CHALLENGE_BYTES, ConformanceSite, members, strict_json};

/// An authentication that waits for its answer.
#[derive(Debug)]
pub(super) struct PendingAssertion {
    ceremony: AuthenticationCeremony,
}

impl ConformanceSite {
    /// The options for an assertion, and what its answer will be checked against. Without a name
    /// any discoverable credential may answer.
    pub(super) fn begin_authentication(
        &self,
        request: &Map<String, Value>,
    ) -> Result<(Map<String, Value>, PendingAssertion), Refusal> {
        let name = members::text(request, "username", NAME_BYTES_MAX)?;
        let user_verification =
            members::word(request, "userVerification")?.unwrap_or(UserVerification::Preferred);
        let extensions = extensions(request)?;
        let (user, registered) = match name {
            None => (None, Vec::new()),
            Some(name) => {
                let accounts = &self.state().accounts;
                let user = accounts.find(name).ok_or(Refusal::USER_UNKNOWN)?;
                (Some(user), accounts.credentials_of(name))
            }
        };
        let mut options = Map::new();
        let mut set = |name: &str, value: Value| options.insert(name.to_owned(), value);
        set("challenge", super::base64url(&self.random::<CHALLENGE_BYTES>()?).into());
        set("timeout", self.config.challenge_lifetime_ms.into());
        set("rpId", json!(self.config.rp_id));
        set("allowCredentials", json!(registered));
        set("userVerification", json!(user_verification));
        set("extensions", extensions.into());
        // The ceremony is read from the options themselves, so that both say the same.
        let sent = RequestOptions::from_json(&Value::Object(options.clone()).to_string())
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        let ceremony = sent.ceremony(self.config.origin.clone(), self.deadline());
        Ok((options, PendingAssertion { ceremony: AuthenticationCeremony { user, ..ceremony } }))
    }

    /// Verifies the assertion and stores what it changes.
    pub(super) fn finish_authentication(
        &self,
        pending: PendingAssertion,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let credential = super::credential_json(strict_json::object(body)?)?;
        let response = AuthenticationResponse::from_json(&credential)
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        let record = self.state().accounts.credential(response.credential_id()).cloned();
        let record = record.ok_or(Refusal::CREDENTIAL_UNKNOWN)?;
        let verified = PendingAuthentication::new(pending.ceremony)
            .verify(&response, &record, self.now())
            .map_err(|err| Refusal::verifier(err.code(), err))?;
        if let Some(signal) = verified.signals().first() {
            return Err(as_refusal(*signal));
        }
        self.state().accounts.record(&verified, record.sign_count)
    }
}

/// What the product only notes is refused here.
fn as_refusal(signal: Signal) -> Refusal {
    match signal {
        Signal::SignCountDidNotRise { .. } => Refusal::COUNTER_DID_NOT_RISE,
        Signal::BackupEligibilityChanged { .. } => Refusal::BACKUP_ELIGIBILITY,
        // A signal that is younger than this code.
        _ => Refusal::SIGNAL,
    }
}
