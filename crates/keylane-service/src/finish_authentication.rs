//! The browser answers with an assertion: somebody signs in.

use keylane_model::change::CredentialUpdate;
use keylane_model::{
    Actor, Assurance, Change, Passkey, PasskeyId, PasskeyState, RequestContext, UserId,
};
use keylane_store::{CommitError, PasskeyWithUser};
use keylane_webauthn::{
    AuthenticationCeremony, AuthenticationError, AuthenticationPurpose, AuthenticationResponse,
    Framing, PendingAuthentication, RequestExtensions, Signal, VerifiedAssertion,
};

use crate::begin_authentication::handle_digest;
use crate::ceremony::{Ceremony, CeremonyError, Purpose};
use crate::metadata::RevokedModel;
use crate::open_session::{Opened, Proof};
use crate::place::{Current, Place};
use crate::policy::FallingCounter;
use crate::service::{InternalError, Service};

/// Nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum FinishAuthenticationError {
    /// The challenge does not lead to a ceremony that can be finished here and now.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// No account has this credential, or it was removed. The browser may be told, so that it
    /// stops offering it.
    #[error("no account has this credential")]
    UnknownCredential,
    /// The answer was judged, and refused. The code is for the audit log; strangers all get the
    /// same answer.
    #[error("the sign-in was refused: {code}")]
    Refused {
        /// Why, as a stable code.
        code: &'static str,
    },
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Judges the assertion and opens a session, which replaces `current` when that is the same
    /// person's.
    ///
    /// # Errors
    ///
    /// [`FinishAuthenticationError`]; whatever it is, the same ceremony cannot be tried again.
    ///
    /// # Specification
    ///
    /// WebAuthn Level 3, section 7.2, steps 5 to 25.
    pub async fn finish_authentication(
        &self,
        response: &AuthenticationResponse,
        current: Option<&Current>,
        place: Place,
    ) -> Result<Opened, FinishAuthenticationError> {
        let (ceremony, handle) = self.open_authentication(response, &place)?;
        let found = self.store.find_passkey(response.credential_id()).await;
        let found = found.map_err(InternalError::from)?;
        let Some(found) = found.filter(|it| it.passkey.state != PasskeyState::Revoked) else {
            self.burn(&ceremony);
            return Err(FinishAuthenticationError::UnknownCredential);
        };
        let verified = match self.judge_assertion(&ceremony, handle, response, &found) {
            Ok(verified) => verified,
            Err(code) => return self.refuse_sign_in(&ceremony, code, &found, place.request).await,
        };
        if self.must_hold(&found.passkey, &verified) {
            self.hold(&ceremony, &found.passkey, place.request.clone()).await?;
            return self.refuse_sign_in(&ceremony, "sign_count_fell", &found, place.request).await;
        }
        self.sign_in(&ceremony, &found, verified, current, place).await
    }

    fn open_authentication(
        &self,
        response: &AuthenticationResponse,
        place: &Place,
    ) -> Result<(Ceremony, Option<[u8; 16]>), CeremonyError> {
        let ceremony = self.open_ceremony(response.unverified_challenge(), place)?;
        match ceremony.purpose {
            Purpose::Authentication { handle } => Ok((ceremony, handle)),
            Purpose::Registration { .. } | Purpose::FirstAdministrator => {
                Err(CeremonyError::Foreign)
            }
        }
    }

    /// The verifier's rules first, then ours: so a code that names the state of an account is
    /// only ever reached by somebody who holds its passkey.
    fn judge_assertion(
        &self,
        ceremony: &Ceremony,
        handle: Option<[u8; 16]>,
        response: &AuthenticationResponse,
        found: &PasskeyWithUser,
    ) -> Result<VerifiedAssertion, &'static str> {
        let verified = PendingAuthentication::new(AuthenticationCeremony {
            challenge: response.unverified_challenge().unwrap_or_default(),
            rp_id: ceremony.rp_id.clone(),
            origin: ceremony.origin.clone(),
            user_verification: ceremony.user_verification,
            framing: Framing::SameOriginOnly,
            allow_credentials: Vec::new(),
            user: None,
            purpose: AuthenticationPurpose::SignIn,
            extensions: RequestExtensions::default(),
            deadline: ceremony.expires_at(),
        })
        .verify(response, &found.passkey.record, self.now())
        .map_err(|err: AuthenticationError| err.code())?;
        if handle.is_some_and(|named| named != handle_digest(&found.user.email)) {
            return Err("passkey_of_another_account");
        }
        if found.user.status != keylane_model::UserStatus::Active {
            return Err("user_locked");
        }
        if found.passkey.state != PasskeyState::Active {
            return Err("passkey_held");
        }
        Ok(verified)
    }

    /// How surely a sign-in with this passkey says who it is.
    pub(crate) fn assurance_of(&self, passkey: &Passkey) -> Assurance {
        let step_up = self.policy.metadata.on_revoked_model == RevokedModel::StepUp;
        if step_up && passkey.model_standing.is_affected() {
            Assurance::DoubtfulPasskey
        } else {
            Assurance::Passkey
        }
    }

    /// Only a device-bound credential whose counter really fell: synced ones share no counter.
    fn must_hold(&self, passkey: &Passkey, verified: &VerifiedAssertion) -> bool {
        let fell = verified.signals().iter().any(|signal| match signal {
            Signal::SignCountDidNotRise { stored, received } => received < stored,
            _ => false,
        });
        fell && !passkey.record.backup_eligible
            && self.policy.falling_counter == FallingCounter::Hold
    }

    async fn hold(
        &self,
        ceremony: &Ceremony,
        passkey: &Passkey,
        request: RequestContext,
    ) -> Result<(), FinishAuthenticationError> {
        let change = Change::HoldPasskey {
            passkey: passkey.id,
            user: passkey.user,
            code: "sign_count_fell",
            ceremony: Some(ceremony.spent()),
        };
        match self.commit(Actor::System, request, change).await {
            Ok(_) | Err(CommitError::PasskeyGone) => Ok(()),
            // An answer that came before the newer ones: its counter was right when it was given.
            Err(CommitError::CeremonySpent) => Err(CeremonyError::Spent.into()),
            Err(err) => Err(InternalError::unexpected(err).into()),
        }
    }

    /// The only way to a session of a passkey, and it uses the proof up.
    async fn sign_in(
        &self,
        ceremony: &Ceremony,
        found: &PasskeyWithUser,
        verified: VerifiedAssertion,
        current: Option<&Current>,
        place: Place,
    ) -> Result<Opened, FinishAuthenticationError> {
        let assurance = self.assurance_of(&found.passkey);
        if assurance == Assurance::DoubtfulPasskey && !verified.user_verified() {
            let code = "model_needs_user_verification";
            return self.refuse_sign_in(ceremony, code, found, place.request).await;
        }
        let (passkey, user_verified) = (found.passkey.id, verified.user_verified());
        let proof = Proof::Passkey { passkey, user_verified, assurance };
        let session =
            self.new_session(found.user.id, proof, &place).map_err(InternalError::from)?;
        let change = Change::RecordAuthentication {
            passkey: found.passkey.id,
            ceremony: ceremony.spent(),
            update: update(&found.passkey, &verified),
            session: session.clone(),
            replaces: current.filter(|it| it.user.id == found.user.id).map(|it| it.session.id),
            signals: signals(&found.passkey, &verified),
        };
        let request = place.request.clone();
        match self.commit(Actor::User(found.user.id), place.request, change).await {
            Ok(_) => {}
            Err(CommitError::CeremonySpent) => return Err(CeremonyError::Spent.into()),
            Err(CommitError::PasskeyGone) => {
                return self.refuse_sign_in(ceremony, "passkey_gone", found, request).await;
            }
            Err(CommitError::UserLocked) => {
                return self.refuse_sign_in(ceremony, "user_locked", found, request).await;
            }
            Err(other) => return Err(InternalError::unexpected(other).into()),
        }
        Ok(self.tokens(session, found.user.clone()).map_err(InternalError::from)?)
    }

    async fn refuse_sign_in(
        &self,
        ceremony: &Ceremony,
        code: &'static str,
        found: &PasskeyWithUser,
        request: RequestContext,
    ) -> Result<Opened, FinishAuthenticationError> {
        self.refuse(ceremony, code, found.user.id, Some(found.passkey.id), request).await?;
        Err(FinishAuthenticationError::Refused { code })
    }

    /// Opens the ceremony in a challenge and checks that it may be finished at `place`.
    pub(crate) fn open_ceremony(
        &self,
        challenge: Option<Vec<u8>>,
        place: &Place,
    ) -> Result<Ceremony, CeremonyError> {
        let challenge = challenge.ok_or(CeremonyError::Unreadable)?;
        let ceremony = Ceremony::open(&challenge, &self.keys)?;
        ceremony.check_place(place, self.now())?;
        if self.burnt.contains(ceremony.id, ceremony.expires_at()) {
            return Err(CeremonyError::Spent);
        }
        Ok(ceremony)
    }

    /// Nobody gets a second try with this ceremony on this node.
    pub(crate) fn burn(&self, ceremony: &Ceremony) {
        self.burnt.burn(ceremony.id, ceremony.expires_at(), self.now());
    }

    /// Burns the ceremony and puts the refusal on the record of the person concerned.
    pub(crate) async fn refuse(
        &self,
        ceremony: &Ceremony,
        code: &'static str,
        user: UserId,
        passkey: Option<PasskeyId>,
        request: RequestContext,
    ) -> Result<(), InternalError> {
        self.burn(ceremony);
        let change = Change::RefuseCeremony { code, user, passkey };
        self.commit(Actor::Anonymous, request, change)
            .await
            .map(|_| ())
            .map_err(InternalError::unexpected)
    }
}

/// What the record of the sign-in says beside that it was one.
fn signals(passkey: &Passkey, verified: &VerifiedAssertion) -> Vec<&'static str> {
    let standing = passkey.model_standing;
    let noticed = verified.signals().iter().map(Signal::code);
    noticed.chain(standing.is_affected().then_some(standing.name())).collect()
}

/// What differs from the record; most synced passkeys change nothing. Step 24 lets
/// `uv_initialized` rise only with another factor; a verified passkey that was registered without
/// verification stays as it was.
fn update(passkey: &Passkey, verified: &VerifiedAssertion) -> Option<CredentialUpdate> {
    let (record, changes) = (&passkey.record, verified.obligations());
    (!changes.is_empty()).then(|| CredentialUpdate {
        sign_count: changes.sign_count.unwrap_or(record.sign_count),
        backed_up: changes.backed_up.unwrap_or(record.backed_up),
        backup_eligible: changes.backup_eligible.unwrap_or(record.backup_eligible),
        uv_initialized: record.uv_initialized,
    })
}
