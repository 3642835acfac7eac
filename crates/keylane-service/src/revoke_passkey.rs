//! A person removes a passkey. The sessions that it opened end with it.

use keylane_model::{
    Actor, Assurance, Change, LastPasskey, PasskeyId, PasskeyState, RequestContext,
};
use keylane_store::CommitError;

use crate::mail::MAIL_LIFETIME_MS;
use crate::place::Current;
use crate::service::{InternalError, Service};

/// The passkey was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RevokePasskeyError {
    /// There is no such passkey of this person.
    #[error("there is no such passkey")]
    NotFound,
    /// It is the last one, and nobody has said yes to that.
    #[error("it is the account's last passkey")]
    LastPasskey,
    /// The session stands on a code only, and the account has a passkey to ask for: otherwise
    /// whoever once read a mail could clear the way for a passkey of their own.
    #[error("a sign-in with a passkey is needed")]
    StepUpRequired,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Removes a passkey of the person who is signed in, and tells them by mail.
    ///
    /// # Errors
    ///
    /// [`RevokePasskeyError::LastPasskey`] unless `last` says that it may go;
    /// [`RevokePasskeyError::StepUpRequired`] as its variant says.
    pub async fn revoke_passkey(
        &self,
        current: &Current,
        passkey: PasskeyId,
        last: LastPasskey,
        request: RequestContext,
    ) -> Result<(), RevokePasskeyError> {
        let user = current.user.id;
        let passkeys = self.store.list_passkeys(user).await.map_err(InternalError::from)?;
        let found = passkeys.iter().find(|it| it.id == passkey);
        let found = found.ok_or(RevokePasskeyError::NotFound)?;
        let by_code = current.session.assurance == Assurance::Code;
        if by_code && passkeys.iter().any(|it| it.state == PasskeyState::Active) {
            return Err(RevokePasskeyError::StepUpRequired);
        }
        let notice = self.passkey_removed_mail(&current.user.email, found.nickname.as_str());
        let expires_at = self.now().saturating_add_ms(MAIL_LIFETIME_MS);
        let mail = self.seal_mail(&notice, expires_at).map_err(InternalError::from)?;
        let change = Change::RevokePasskey { passkey, user, last, mail: Some(mail) };
        match self.commit(Actor::User(user), request, change).await {
            Ok(_) => {
                self.mail_waiting.notify_one();
                Ok(())
            }
            Err(CommitError::PasskeyGone) => Err(RevokePasskeyError::NotFound),
            Err(CommitError::LastPasskey) => Err(RevokePasskeyError::LastPasskey),
            Err(err) => Err(InternalError::unexpected(err).into()),
        }
    }
}
