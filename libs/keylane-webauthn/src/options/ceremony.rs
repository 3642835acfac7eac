//! The usual options for passkeys, and the ceremony that holds the answer to them.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{
    AuthenticatorAttachment, AuthenticatorSelection, CreationOptions, OptionsError,
    RelyingPartyEntity, RequestOptions, ResidentKey, TIMEOUT_MS_DEFAULT, UserEntity,
};
use crate::attestation::AttestationPolicy;
use crate::authentication::{AuthenticationCeremony, AuthenticationPurpose};
use crate::cose::CoseAlgorithm;
use crate::extensions::{Asked, CreationExtensions, LargeBlobRequest, RequestExtensions};
use crate::origin::{Origin, RpId};
use crate::policy::{AttestationConveyance, Framing, Mediation, UserVerification};
use crate::registration::RegistrationCeremony;
use crate::unix_millis::UnixMillis;

impl CreationOptions {
    /// Options for a passkey: discoverable, with user verification if there is any, by ES256,
    /// Ed25519 or RS256, without attestation. Change what you want otherwise, and add the
    /// credentials that the account has already to
    /// [`exclude_credentials`](Self::exclude_credentials).
    ///
    /// `challenge` is at least 16 random bytes that are used once.
    #[must_use]
    pub fn passkey(rp: RelyingPartyEntity, user: UserEntity, challenge: Vec<u8>) -> Self {
        Self {
            rp,
            user,
            challenge,
            pub_key_cred_params: vec![
                CoseAlgorithm::Es256,
                CoseAlgorithm::EdDsa,
                CoseAlgorithm::Rs256,
            ],
            timeout_ms: TIMEOUT_MS_DEFAULT,
            exclude_credentials: Vec::new(),
            authenticator_selection: AuthenticatorSelection {
                resident_key: ResidentKey::Required,
                user_verification: UserVerification::Preferred,
                attachment: None,
            },
            hints: Vec::new(),
            attestation: AttestationConveyance::None,
            attestation_formats: Vec::new(),
            extensions: CreationExtensions::default(),
        }
    }

    /// Whether a browser would take the extensions together with the rest, or throw: `payment`
    /// wants a platform authenticator, user verification and no server-side credential (Secure
    /// Payment Confirmation, §5).
    ///
    /// # Errors
    ///
    /// [`OptionsError::Extension`].
    pub fn check(&self) -> Result<(), OptionsError> {
        let selection = &self.authenticator_selection;
        let fit_for_payment = selection.attachment == Some(AuthenticatorAttachment::Platform)
            && selection.resident_key != ResidentKey::Discouraged
            && selection.user_verification == UserVerification::Required;
        if self.extensions.payment == Asked::Yes && !fit_for_payment {
            return Err(OptionsError::Extension { extension: "payment" });
        }
        Ok(())
    }

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
    /// Options for a sign-in with any passkey of the RP ID, with user verification if there is
    /// any.
    ///
    /// `challenge` is at least 16 random bytes that are used once.
    #[must_use]
    pub fn passkey(rp_id: RpId, challenge: Vec<u8>) -> Self {
        Self {
            challenge,
            rp_id,
            timeout_ms: TIMEOUT_MS_DEFAULT,
            allow_credentials: Vec::new(),
            user_verification: UserVerification::Preferred,
            hints: Vec::new(),
            extensions: RequestExtensions::default(),
        }
    }

    /// Whether a browser would take the extensions together with the rest, or throw: inputs of
    /// `prf` for single credentials want those in `allowCredentials` (§10.1.4), and writing a large
    /// blob wants exactly one there (§10.1.5).
    ///
    /// # Errors
    ///
    /// [`OptionsError::Extension`].
    pub fn check(&self) -> Result<(), OptionsError> {
        let allowed = &self.allow_credentials;
        if let Some(prf) = &self.extensions.prf
            && !prf.eval_by_credential.keys().all(|id| allowed.iter().any(|it| it.id == *id))
        {
            return Err(OptionsError::Extension { extension: "prf" });
        }
        let writes = matches!(self.extensions.large_blob, Some(LargeBlobRequest::Write(_)));
        if writes && allowed.len() != 1 {
            return Err(OptionsError::Extension { extension: "largeBlob" });
        }
        Ok(())
    }

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
