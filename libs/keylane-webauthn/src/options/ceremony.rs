//! From options to the ceremony that holds the answer to them.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{CreationOptions, RequestOptions};
use crate::attestation::AttestationPolicy;
use crate::authentication::{AuthenticationCeremony, AuthenticationPurpose};
use crate::origin::Origin;
use crate::policy::{Framing, Mediation};
use crate::registration::RegistrationCeremony;
use crate::unix_millis::UnixMillis;

impl CreationOptions {
    /// The ceremony that begins when a page of `origin` is sent these options, so that nothing
    /// that was sent is forgotten when the answer comes. The page may not be framed, unless the
    /// caller changes that.
    #[must_use]
    pub fn ceremony(
        &self,
        origin: Origin,
        mediation: Mediation,
        attestation: AttestationPolicy,
        deadline: UnixMillis,
    ) -> RegistrationCeremony {
        RegistrationCeremony {
            challenge: self.challenge.clone(),
            rp_id: self.rp.id.clone(),
            origin,
            algorithms: self.pub_key_cred_params.clone(),
            user_verification: self.authenticator_selection.user_verification,
            mediation,
            framing: Framing::SameOriginOnly,
            attestation,
            extensions: self.extensions.clone(),
            deadline,
        }
    }

    /// What `navigator.credentials.create()` takes: these options under `publicKey`, and the
    /// mediation. [`Mediation::Conditional`] creates a passkey without a dialogue, after a sign-in
    /// with a password that the browser filled in (§5.1.3).
    #[must_use]
    pub fn mediated(&self, mediation: Mediation) -> Mediated<'_, Self> {
        Mediated { mediation, options: self }
    }
}

impl RequestOptions {
    /// The ceremony that begins when a page of `origin` is sent these options: a sign-in of
    /// whoever answers, of a page that may not be framed. The caller sets
    /// [`AuthenticationCeremony::user`] when the account is known.
    #[must_use]
    pub fn ceremony(&self, origin: Origin, deadline: UnixMillis) -> AuthenticationCeremony {
        AuthenticationCeremony {
            challenge: self.challenge.clone(),
            rp_id: self.rp_id.clone(),
            origin,
            user_verification: self.user_verification,
            framing: Framing::SameOriginOnly,
            allow_credentials: self.allow_credentials.iter().map(|it| it.id.clone()).collect(),
            user: None,
            purpose: AuthenticationPurpose::SignIn,
            extensions: self.extensions.clone(),
            deadline,
        }
    }

    /// What `navigator.credentials.get()` takes: these options under `publicKey`, and the
    /// mediation. [`Mediation::Conditional`] offers passkeys in the autofill of a field with
    /// `autocomplete="username webauthn"` (§5.1.4); name no credentials then.
    #[must_use]
    pub fn mediated(&self, mediation: Mediation) -> Mediated<'_, Self> {
        Mediated { mediation, options: self }
    }
}

/// Options with their mediation, as `CredentialCreationOptions` and `CredentialRequestOptions` of
/// Credential Management have it. `publicKey` is in its JSON form: the page has it read by
/// `parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`.
#[derive(Debug, Clone, Copy)]
pub struct Mediated<'a, O> {
    mediation: Mediation,
    options: &'a O,
}

impl<O: Serialize> Serialize for Mediated<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let conditional = self.mediation == Mediation::Conditional;
        let mut members = serializer.serialize_struct("Mediated", 1 + usize::from(conditional))?;
        if conditional {
            members.serialize_field("mediation", "conditional")?;
        }
        members.serialize_field("publicKey", self.options)?;
        members.end()
    }
}
