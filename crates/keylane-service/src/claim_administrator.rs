//! The first administrator: whoever opens the link that the terminal shows.
//!
//! The link carries a sealed token; nothing is stored of it. It is good for a day, and only while
//! there is no administrator, which the commit checks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_model::{Actor, Assurance, Change, RequestContext, Role, User};
use keylane_store::CommitError;
use keylane_webauthn::Mediation;
use secrecy::SecretString;

use crate::ceremony::{Ceremony, Purpose, fresh_id};
use crate::place::Current;
use crate::service::{InternalError, Service};

/// How long the link is good. Every start of the server shows a new one.
const LINK_LIFETIME_MS: u64 = 24 * 60 * 60 * 1000;
/// Longest token that is looked at, in characters.
const TOKEN_CHARS_MAX: usize = 1024;

/// The token for the link could not be made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FirstAdministratorError(#[from] InternalError);

/// The person did not become administrator.
#[derive(Debug, thiserror::Error)]
pub enum ClaimAdministratorError {
    /// The link is not ours, too old, or there is an administrator already.
    #[error("the link is not good any more")]
    Refused,
    /// An administrator has a passkey.
    #[error("an administrator needs a passkey")]
    PasskeyRequired,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// The token of a link that makes its visitor the first administrator; `None` when there is
    /// an administrator.
    ///
    /// # Errors
    ///
    /// [`FirstAdministratorError`] when the store cannot answer or a key is missing.
    pub async fn first_administrator_token(
        &self,
    ) -> Result<Option<SecretString>, FirstAdministratorError> {
        if self.store.has_administrator().await.map_err(InternalError::from)? {
            return Ok(None);
        }
        let token = Ceremony {
            id: fresh_id(&*self.entropy).map_err(InternalError::from)?,
            purpose: Purpose::FirstAdministrator,
            issued_at: self.now(),
            user_verification: self.policy.user_verification,
            mediation: Mediation::Modal,
            algorithms: Vec::new(),
            rp_id: self.relying_party.id.clone(),
            origin: self.relying_party.own_origin.clone(),
            binding: None,
        };
        let sealed = token.seal(&self.keys, &*self.entropy).map_err(InternalError::from)?;
        Ok(Some(SecretString::from(URL_SAFE_NO_PAD.encode(sealed))))
    }

    /// Makes the person who is signed in the first administrator.
    ///
    /// # Errors
    ///
    /// [`ClaimAdministratorError`] as its variants say.
    pub async fn claim_administrator(
        &self,
        current: &Current,
        token: &str,
        request: RequestContext,
    ) -> Result<User, ClaimAdministratorError> {
        if current.session.assurance != Assurance::Passkey {
            return Err(ClaimAdministratorError::PasskeyRequired);
        }
        if !self.is_link_good(token) {
            return Err(ClaimAdministratorError::Refused);
        }
        let change = Change::ClaimAdministrator { user: current.user.id };
        match self.commit(Actor::User(current.user.id), request, change).await {
            Ok(_) => Ok(User { role: Role::Administrator, ..current.user.clone() }),
            Err(CommitError::AdministratorExists) => Err(ClaimAdministratorError::Refused),
            Err(err) => Err(InternalError::unexpected(err).into()),
        }
    }

    fn is_link_good(&self, token: &str) -> bool {
        if token.len() > TOKEN_CHARS_MAX {
            return false;
        }
        let opened = URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|sealed| Ceremony::open(&sealed, &self.keys).ok());
        opened.is_some_and(|it| {
            it.purpose == Purpose::FirstAdministrator
                && self.now() <= it.issued_at.saturating_add_ms(LINK_LIFETIME_MS)
        })
    }
}
