//! A signed-in person is about to make a passkey: the browser gets its options.

use keylane_model::{Assurance, Passkey, PasskeyState};
use keylane_webauthn::{
    Asked, AuthenticatorSelection, CoseAlgorithm, CreationExtensions, CreationOptions,
    CredentialDescriptor, Mediation, RelyingPartyEntity, ResidentKey, UserEntity,
};

use crate::ceremony::{CEREMONY_LIFETIME_MS, Ceremony, Purpose, digest, fresh_id};
use crate::place::{Current, Place};
use crate::service::{InternalError, Service};

/// What is offered, best first. All three are in every browser; together they are every
/// authenticator in the field.
const ALGORITHMS: [CoseAlgorithm; 3] =
    [CoseAlgorithm::Es256, CoseAlgorithm::EdDsa, CoseAlgorithm::Rs256];

/// A registration ceremony has begun. Nothing is stored of it.
#[derive(Debug)]
pub struct BegunRegistration {
    /// For `navigator.credentials.create()`.
    pub options: CreationOptions,
    /// How long the person has, in seconds.
    pub expires_in_s: u64,
}

/// The ceremony did not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginRegistrationError {
    /// The last proof is too old, or too weak for an account that has passkeys. A passkey outlives
    /// whatever session added it, so adding one asks for a fresh proof.
    #[error("a fresh sign-in with a passkey is needed")]
    StepUpRequired,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Options for a new passkey of the person who is signed in.
    ///
    /// # Errors
    ///
    /// [`BeginRegistrationError::StepUpRequired`] as its variant says.
    ///
    /// # Specification
    ///
    /// WebAuthn Level 3, section 7.1, step 1.
    pub async fn begin_registration(
        &self,
        current: &Current,
        place: &Place,
    ) -> Result<BegunRegistration, BeginRegistrationError> {
        let passkeys =
            self.store.list_passkeys(current.user.id).await.map_err(InternalError::from)?;
        if self.needs_step_up(current, &passkeys) {
            return Err(BeginRegistrationError::StepUpRequired);
        }
        let ceremony = Ceremony {
            id: fresh_id(&*self.entropy).map_err(InternalError::from)?,
            purpose: Purpose::Registration { user: current.user.id, session: current.session.id },
            issued_at: self.now(),
            user_verification: self.policy.user_verification,
            mediation: Mediation::Modal,
            algorithms: ALGORITHMS.to_vec(),
            rp_id: self.relying_party.id.clone(),
            origin: place.origin.clone(),
            binding: place.binding.map(digest),
        };
        let challenge = ceremony.seal(&self.keys, &*self.entropy).map_err(InternalError::from)?;
        let options = self.creation_options(challenge, current, &passkeys);
        Ok(BegunRegistration { options, expires_in_s: CEREMONY_LIFETIME_MS / 1000 })
    }

    /// A code is enough for the first passkey only.
    fn needs_step_up(&self, current: &Current, passkeys: &[Passkey]) -> bool {
        match current.session.assurance {
            Assurance::Code => passkeys.iter().any(|it| it.state == PasskeyState::Active),
            // Whoever has a doubtful passkey is to get a better one.
            Assurance::Passkey | Assurance::DoubtfulPasskey => {
                let age_ms = self.now().millis_since(current.session.authenticated_at);
                age_ms > self.policy.step_up_after_ms
            }
        }
    }

    fn creation_options(
        &self,
        challenge: Vec<u8>,
        current: &Current,
        passkeys: &[Passkey],
    ) -> CreationOptions {
        let email = current.user.email.to_string();
        CreationOptions {
            rp: RelyingPartyEntity {
                id: self.relying_party.id.clone(),
                name: self.relying_party.name.clone(),
            },
            user: UserEntity {
                id: current.user.user_handle.clone(),
                name: email.clone(),
                display_name: email,
            },
            challenge,
            pub_key_cred_params: ALGORITHMS.to_vec(),
            timeout_ms: CEREMONY_LIFETIME_MS,
            exclude_credentials: passkeys
                .iter()
                .map(|it| CredentialDescriptor {
                    id: it.record.id.clone(),
                    transports: it.transports.clone(),
                })
                .collect(),
            // `required`, since sign-in never names credentials: one that cannot be discovered
            // could be registered but never used.
            authenticator_selection: AuthenticatorSelection {
                resident_key: ResidentKey::Required,
                user_verification: self.policy.user_verification,
                attachment: None,
            },
            hints: Vec::new(),
            attestation: self.authenticators.conveyance,
            attestation_formats: Vec::new(),
            extensions: extensions(),
        }
    }
}

/// What a registration asks of extensions, and holds the answer to.
pub(crate) fn extensions() -> CreationExtensions {
    CreationExtensions { cred_props: Asked::Yes, ..CreationExtensions::default() }
}
