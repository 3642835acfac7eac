//! Sessions end, by the person whose they are.

use keylane_model::{Actor, Change, RequestContext, Session, SessionEnd, SessionId};
use keylane_store::{CommitError, StoreError};

use crate::place::Current;
use crate::service::{InternalError, Service};

/// The session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// There is no such living session of this person.
    #[error("there is no such session")]
    NotFound,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// The person's living sessions, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    pub async fn list_sessions(&self, current: &Current) -> Result<Vec<Session>, StoreError> {
        self.store.list_sessions(current.user.id, self.now()).await
    }

    /// Signs out of this session. One that has ended meanwhile is as good.
    ///
    /// # Errors
    ///
    /// [`InternalError`] when the store cannot answer.
    pub async fn sign_out(
        &self,
        current: &Current,
        request: RequestContext,
    ) -> Result<(), InternalError> {
        match self.end(current, current.session.id, SessionEnd::SignedOut, request).await {
            Ok(()) | Err(EndSessionError::NotFound) => Ok(()),
            Err(EndSessionError::Internal(err)) => Err(err),
        }
    }

    /// Ends another session of the same person.
    ///
    /// # Errors
    ///
    /// [`EndSessionError::NotFound`] also for sessions of other people.
    pub async fn end_session(
        &self,
        current: &Current,
        session: SessionId,
        request: RequestContext,
    ) -> Result<(), EndSessionError> {
        self.end(current, session, SessionEnd::EndedByUser, request).await
    }

    /// Ends all sessions of the person, this one included.
    ///
    /// # Errors
    ///
    /// [`InternalError`] when the store cannot answer.
    pub async fn end_all_sessions(
        &self,
        current: &Current,
        request: RequestContext,
    ) -> Result<(), InternalError> {
        let change = Change::EndSessions { user: current.user.id };
        self.commit(Actor::User(current.user.id), request, change)
            .await
            .map(|_| ())
            .map_err(InternalError::unexpected)
    }

    async fn end(
        &self,
        current: &Current,
        session: SessionId,
        why: SessionEnd,
        request: RequestContext,
    ) -> Result<(), EndSessionError> {
        let change = Change::EndSession { session, user: current.user.id, why };
        match self.commit(Actor::User(current.user.id), request, change).await {
            Ok(_) => Ok(()),
            Err(CommitError::SessionGone) => Err(EndSessionError::NotFound),
            Err(err) => Err(InternalError::unexpected(err).into()),
        }
    }
}
