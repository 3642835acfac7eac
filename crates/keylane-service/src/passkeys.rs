//! A person looks at their passkeys and names them.

use keylane_model::{Actor, Change, Passkey, PasskeyId, PasskeyNickname, RequestContext};
use keylane_store::{CommitError, StoreError};

use crate::place::Current;
use crate::service::{InternalError, Service};

/// The passkey got no new name.
#[derive(Debug, thiserror::Error)]
pub enum RenamePasskeyError {
    /// There is no such passkey of this person.
    #[error("there is no such passkey")]
    NotFound,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// The person's passkeys, in order of creation.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    pub async fn list_passkeys(&self, current: &Current) -> Result<Vec<Passkey>, StoreError> {
        self.store.list_passkeys(current.user.id).await
    }

    /// Gives a passkey another name and answers with it as it is now.
    ///
    /// # Errors
    ///
    /// [`RenamePasskeyError::NotFound`] also for passkeys of other people.
    pub async fn rename_passkey(
        &self,
        current: &Current,
        passkey: PasskeyId,
        nickname: PasskeyNickname,
        request: RequestContext,
    ) -> Result<Passkey, RenamePasskeyError> {
        let change = Change::RenamePasskey { passkey, user: current.user.id, nickname };
        match self.commit(Actor::User(current.user.id), request, change).await {
            Ok(_) => {}
            Err(CommitError::PasskeyGone) => return Err(RenamePasskeyError::NotFound),
            Err(err) => return Err(InternalError::unexpected(err).into()),
        }
        let passkeys =
            self.store.list_passkeys(current.user.id).await.map_err(InternalError::from)?;
        let renamed = passkeys.into_iter().find(|it| it.id == passkey);
        renamed.ok_or(RenamePasskeyError::NotFound)
    }
}
