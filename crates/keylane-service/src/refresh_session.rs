//! An application exchanges its refresh token for the next one.
//!
//! A refresh token is good once. One that comes back after its successor was used means that two
//! hold it, and one of them is a thief: the session ends for both. An application that asks twice
//! at the same moment (two tabs, a retried request) is no thief: within a few seconds, the token
//! just exchanged is answered with the same successor again.

use keylane_model::{Actor, Assurance, Change, Delivery, RequestContext, SessionEnd};
use keylane_store::{CommitError, SessionWithUser};

use crate::open_session::Opened;
use crate::service::{InternalError, Service};
use crate::session_token;

/// How long the token just exchanged is answered again.
const GRACE_MS: u64 = 10_000;

/// No new tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Not ours, expired, used before, or the session has ended.
    #[error("the refresh token is not good any more")]
    Refused,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// New tokens for the session of this refresh token.
    ///
    /// # Errors
    ///
    /// [`RefreshError::Refused`] whatever the reason; the audit log knows more.
    pub async fn refresh(
        &self,
        token: &str,
        request: RequestContext,
    ) -> Result<Opened, RefreshError> {
        let (session, presented) =
            session_token::open_refresh(&self.keys, token).ok_or(RefreshError::Refused)?;
        let now = self.now();
        let found = self.store.find_session(session, now).await.map_err(InternalError::from)?;
        let SessionWithUser { mut session, user } = found.ok_or(RefreshError::Refused)?;
        if session.delivery != Delivery::Tokens {
            return Err(RefreshError::Refused);
        }

        if presented.checked_add(1) == Some(session.refresh_generation)
            && now.millis_since(session.refreshed_at) <= GRACE_MS
        {
            return Ok(self.tokens(session, user).map_err(InternalError::from)?);
        }
        if presented != session.refresh_generation {
            let change = Change::EndSession {
                session: session.id,
                user: user.id,
                why: SessionEnd::RefreshReused,
            };
            match self.commit(Actor::System, request, change).await {
                Ok(_) | Err(CommitError::SessionGone) => return Err(RefreshError::Refused),
                Err(err) => return Err(InternalError::unexpected(err).into()),
            }
        }

        let expires_at = match session.assurance {
            // It was opened to make a passkey with, and lives no longer for being refreshed.
            Assurance::Code => session.expires_at,
            Assurance::Passkey | Assurance::DoubtfulPasskey => {
                now.saturating_add_ms(self.policy.session_lifetime_ms)
            }
        };
        let change = Change::RefreshSession {
            session: session.id,
            user: user.id,
            from: presented,
            expires_at,
        };
        match self.commit(Actor::User(user.id), request, change).await {
            Ok(_) => {}
            // Another request exchanged it between our read and our commit: within the grace.
            Err(CommitError::RefreshRaced) => {}
            Err(CommitError::Store(err)) => return Err(InternalError::from(err).into()),
            Err(_) => return Err(RefreshError::Refused),
        }
        session.refresh_generation = presented.saturating_add(1);
        session.refreshed_at = now;
        session.expires_at = expires_at;
        Ok(self.tokens(session, user).map_err(InternalError::from)?)
    }
}
