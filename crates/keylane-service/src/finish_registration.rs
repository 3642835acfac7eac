//! The browser answers with a new passkey.

use keylane_mds::KeyIdentifier;
use keylane_model::{
    Actor, Assurance, Change, ModelProof, ModelStanding, Passkey, PasskeyId, PasskeyNickname,
    PasskeyState, RequestContext, Session,
};
use keylane_store::CommitError;
use keylane_webauthn::{
    AttestationVerdict, Framing, PendingRegistration, RegistrationCeremony, RegistrationError,
    RegistrationResponse, VerifiedRegistration,
};

use crate::authenticator_rules::AuthenticatorRefusal;
use crate::begin_registration::extensions;
use crate::ceremony::{Ceremony, CeremonyError, Purpose};
use crate::mail::MAIL_LIFETIME_MS;
use crate::metadata::VerifiedMetadata;
use crate::open_session::{Opened, Proof};
use crate::place::{Current, Place};
use crate::provider::provider_name;
use crate::service::{InternalError, Service};

/// A passkey was added.
#[derive(Debug)]
pub struct Registered {
    /// The passkey.
    pub passkey: Passkey,
    /// The session that takes the place of the one that asked, when that one stood on a code.
    pub opened: Option<Opened>,
}

/// No passkey was added.
#[derive(Debug, thiserror::Error)]
pub enum FinishRegistrationError {
    /// The challenge does not lead to a ceremony that this person can finish here and now.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The answer was judged, and refused.
    #[error(transparent)]
    Refused(RegistrationError),
    /// The answer is right, and the authenticator is none of those that may be used here.
    #[error(transparent)]
    Authenticator(AuthenticatorRefusal),
    /// The credential is registered already, for this account or another.
    #[error("the credential is registered already")]
    CredentialExists,
    /// The account has as many passkeys as it may have.
    #[error("the account has as many passkeys as it may have")]
    TooManyPasskeys,
    /// The session stands on a code, and the account got a passkey while the dialog was open.
    #[error("a fresh sign-in with a passkey is needed")]
    StepUpRequired,
    /// The session ended while the dialog was open.
    #[error("the session has ended")]
    SessionGone,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Judges the answer and adds the passkey.
    ///
    /// # Errors
    ///
    /// [`FinishRegistrationError`]; whatever it is, the same ceremony cannot be tried again.
    ///
    /// # Specification
    ///
    /// WebAuthn Level 3, section 7.1, steps 3 to 29.
    pub async fn finish_registration(
        &self,
        current: &Current,
        response: &RegistrationResponse,
        nickname: Option<PasskeyNickname>,
        place: Place,
    ) -> Result<Registered, FinishRegistrationError> {
        let ceremony = self.open_registration(current, response.unverified_challenge(), &place)?;
        let metadata = self.metadata.current();
        let verified = match self.judge(&ceremony, response, metadata.as_deref()) {
            Ok(verified) => verified,
            Err(err) => {
                self.refuse(&ceremony, err.code(), current.user.id, None, place.request).await?;
                return Err(FinishRegistrationError::Refused(err));
            }
        };
        let admission = self.admit_authenticator(&verified, metadata.as_deref());
        if let Err(refusal) = admission
            && self.judges_at_once(&ceremony)
        {
            self.refuse(&ceremony, refusal.code(), current.user.id, None, place.request).await?;
            return Err(FinishRegistrationError::Authenticator(refusal));
        }
        let mut passkey = self.new_passkey(current, verified, nickname, &place)?;
        if admission.is_err() && passkey.model_standing == ModelStanding::Clear {
            passkey.model_standing = ModelStanding::NotAccepted;
        }
        let registered = self.add(current, ceremony, passkey, place).await?;
        // The passkey is added, and so it is answered: its standing is on record either way.
        if let Err(err) = self.judge_added(&registered.passkey).await {
            tracing::error!(%err, "a passkey that breaks a rule could not be judged");
        }
        Ok(registered)
    }

    fn open_registration(
        &self,
        current: &Current,
        challenge: Option<Vec<u8>>,
        place: &Place,
    ) -> Result<Ceremony, CeremonyError> {
        let ceremony = self.open_ceremony(challenge, place)?;
        let ours = Purpose::Registration { user: current.user.id, session: current.session.id };
        if ceremony.purpose != ours {
            return Err(CeremonyError::Foreign);
        }
        Ok(ceremony)
    }

    fn judge(
        &self,
        ceremony: &Ceremony,
        response: &RegistrationResponse,
        metadata: Option<&VerifiedMetadata>,
    ) -> Result<VerifiedRegistration, RegistrationError> {
        PendingRegistration::new(RegistrationCeremony {
            challenge: response.unverified_challenge().unwrap_or_default(),
            rp_id: ceremony.rp_id.clone(),
            origin: ceremony.origin.clone(),
            algorithms: ceremony.algorithms.clone(),
            user_verification: ceremony.user_verification,
            mediation: ceremony.mediation,
            framing: Framing::SameOriginOnly,
            attestation: self.attestation_policy(ceremony, response, metadata),
            extensions: extensions(),
            deadline: ceremony.expires_at(),
        })
        .verify(response, self.now())
    }

    /// The only way to a passkey, and it uses the proof up.
    #[expect(clippy::needless_pass_by_value, reason = "a proof makes one passkey, not two")]
    fn new_passkey(
        &self,
        current: &Current,
        verified: VerifiedRegistration,
        nickname: Option<PasskeyNickname>,
        place: &Place,
    ) -> Result<Passkey, InternalError> {
        let now = self.now();
        let model_proof = model_proof(verified.attestation());
        Ok(Passkey {
            id: PasskeyId::new(now, &*self.entropy)?,
            user: current.user.id,
            aaguid: verified.aaguid(),
            model_proof,
            model_standing: self.metadata.standing(verified.aaguid(), model_proof),
            transports: verified.transports().to_vec(),
            discoverable: verified.discoverable(),
            attestation_format: verified.attestation().format.as_str().to_owned(),
            nickname: nickname.unwrap_or_else(|| default_nickname(&verified)),
            created_in: place.request.device.clone(),
            created_at: now,
            last_used_at: None,
            state: PasskeyState::Active,
            record: verified.obligations(current.user.user_handle.clone()).store_if_id_is_unique,
        })
    }

    async fn add(
        &self,
        current: &Current,
        ceremony: Ceremony,
        passkey: Passkey,
        place: Place,
    ) -> Result<Registered, FinishRegistrationError> {
        let raised = self.raised_session(current, &passkey, &place)?;
        let notice = self.passkey_added_mail(&current.user.email, passkey.nickname.as_str());
        let expires_at = self.now().saturating_add_ms(MAIL_LIFETIME_MS);
        let change = Change::RegisterCredential {
            passkey: Box::new(passkey.clone()),
            asked_by: current.session.id,
            ceremony: ceremony.spent(),
            raised: raised.clone(),
            mail: self.seal_mail(&notice, expires_at).map_err(InternalError::from)?,
        };
        let request = place.request.clone();
        if let Err(err) = self.commit(Actor::User(current.user.id), place.request, change).await {
            return self.refuse_to_add(current, &ceremony, err, request).await;
        }
        self.mail_waiting.notify_one();
        let opened = raised
            .map(|session| self.tokens(session, current.user.clone()))
            .transpose()
            .map_err(InternalError::from)?;
        Ok(Registered { passkey, opened })
    }

    /// What the commit ruled out. Nobody gets a second try with the same answer.
    async fn refuse_to_add(
        &self,
        current: &Current,
        ceremony: &Ceremony,
        err: CommitError,
        request: RequestContext,
    ) -> Result<Registered, FinishRegistrationError> {
        let code = err.code();
        let refusal = match err {
            CommitError::CeremonySpent => return Err(CeremonyError::Spent.into()),
            CommitError::CredentialExists => FinishRegistrationError::CredentialExists,
            CommitError::TooManyPasskeys => FinishRegistrationError::TooManyPasskeys,
            CommitError::PasskeyExists => FinishRegistrationError::StepUpRequired,
            CommitError::SessionGone | CommitError::UserLocked | CommitError::UserGone => {
                FinishRegistrationError::SessionGone
            }
            other => return Err(InternalError::unexpected(other).into()),
        };
        self.refuse(ceremony, code, current.user.id, None, request).await?;
        Err(refusal)
    }

    fn raised_session(
        &self,
        current: &Current,
        passkey: &Passkey,
        place: &Place,
    ) -> Result<Option<Session>, InternalError> {
        if current.session.assurance != Assurance::Code {
            return Ok(None);
        }
        let proof = Proof::Passkey {
            passkey: passkey.id,
            user_verified: passkey.record.uv_initialized,
            assurance: self.assurance_of(passkey),
        };
        Ok(Some(self.new_session(current.user.id, proof, place)?))
    }
}

/// Whether somebody whom we trust vouches for the model, and the key by which metadata knows it.
fn model_proof(attestation: &AttestationVerdict) -> ModelProof {
    if !attestation.is_anchored() {
        return ModelProof::Claimed;
    }
    let certificate = attestation.trust_path.first();
    let key = certificate.and_then(|it| KeyIdentifier::of_certificate(it));
    ModelProof::Attested { key: key.map(|it| it.0) }
}

/// The provider's name, or what kind of thing it is. What is built into a device is no key that
/// one carries, even when its passkeys stay there.
fn default_nickname(verified: &VerifiedRegistration) -> PasskeyNickname {
    let built_in = verified.transports().iter().any(|it| it.as_str() == "internal");
    let name = match provider_name(verified.aaguid()) {
        Some(provider) => provider,
        None if verified.backup_eligible() || built_in => return PasskeyNickname::default(),
        None => "Security key",
    };
    name.parse().unwrap_or_default()
}
