//! From a token to the person who is signed in.

use keylane_model::SessionId;
use keylane_store::StoreError;

use crate::place::Current;
use crate::service::Service;
use crate::session_token;

impl Service {
    /// Who is signed in with this cookie; `None` when nobody is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    pub async fn resolve_cookie(&self, value: &str) -> Result<Option<Current>, StoreError> {
        match session_token::open_cookie(&self.keys, value) {
            Some(session) => self.current(session).await,
            None => Ok(None),
        }
    }

    /// Who is signed in with this access token; `None` when nobody is. Unlike an application,
    /// which trusts the token until it expires, this also asks whether the session is alive.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    pub async fn resolve_access_token(&self, token: &str) -> Result<Option<Current>, StoreError> {
        match self.access_tokens.session(&self.keys, token, self.now()) {
            Some(session) => self.current(session).await,
            None => Ok(None),
        }
    }

    async fn current(&self, session: SessionId) -> Result<Option<Current>, StoreError> {
        let found = self.store.find_session(session, self.now()).await?;
        Ok(found.map(|it| Current { session: it.session, user: it.user }))
    }
}
