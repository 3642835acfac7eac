//! What every use case stands on.

use std::sync::Arc;

use keylane_model::{
    Actor, Change, Clock, Commit, Committed, EmailAddress, Entropy, RequestContext, UnixMillis,
};
use keylane_store::{CommitError, Store, StoreError};
use tokio::sync::Notify;

use crate::access_token::{self, AccessTokens};
use crate::authenticator_rules::AuthenticatorRules;
use crate::burnt::Burnt;
use crate::key_ring::{KeyRing, KeyRingError, MasterKey};
use crate::keys::RotateKeysError;
use crate::limit::RateLimit;
use crate::metadata::Metadata;
use crate::policy::Policy;
use crate::relying_party::RelyingParty;

/// How many codes one handle is sent at once, and how fast it is sent more.
const CODES_PER_HANDLE_BURST: u32 = 5;
const CODES_PER_HANDLE_PERIOD_MS: u64 = 60 * 1000;

/// Values that the use cases work by.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Whose passkeys these are.
    pub relying_party: RelyingParty,
    /// What the operator decided.
    pub policy: Policy,
    /// Which authenticators people may use.
    pub authenticators: AuthenticatorRules,
    /// Keylane's public URL without a trailing slash; the `iss` of access tokens.
    pub issuer: String,
}

/// The use cases. Each is a method, in the file that has its name.
#[derive(Debug)]
pub struct Service {
    pub(crate) relying_party: RelyingParty,
    pub(crate) policy: Policy,
    pub(crate) authenticators: AuthenticatorRules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: KeyRing,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) burnt: Burnt,
    pub(crate) code_limit: RateLimit<EmailAddress>,
    pub(crate) metadata: Metadata,
    pub(crate) mail_waiting: Arc<Notify>,
}

/// The service cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The key ring could not be opened or completed.
    #[error(transparent)]
    Keys(#[from] RotateKeysError),
}

impl Service {
    /// Opens the key ring, making what is missing in it, and is ready for requests.
    ///
    /// # Errors
    ///
    /// [`StartError`] when the store cannot answer or the master key is not the one that sealed
    /// the stored keys.
    pub async fn start(
        config: ServiceConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        master_key: MasterKey,
    ) -> Result<Self, StartError> {
        let service = Self {
            access_tokens: AccessTokens {
                issuer: config.issuer,
                audience: config.relying_party.id.as_str().to_owned(),
                lifetime_ms: config.policy.access_token_lifetime_ms,
            },
            metadata: Metadata::new(config.policy.metadata, clock.clone()),
            relying_party: config.relying_party,
            policy: config.policy,
            authenticators: config.authenticators,
            store,
            keys: KeyRing::new(master_key),
            burnt: Burnt::default(),
            code_limit: RateLimit::new(
                CODES_PER_HANDLE_BURST,
                CODES_PER_HANDLE_PERIOD_MS,
                clock.clone(),
            ),
            clock,
            entropy,
            mail_waiting: Arc::default(),
        };
        service.rotate_keys().await?;
        Ok(service)
    }

    /// Whose passkeys these are.
    #[must_use]
    pub fn relying_party(&self) -> &RelyingParty {
        &self.relying_party
    }

    /// The store, for operators' commands and readiness checks.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The time, on the service's clock.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// What is known of authenticator models.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Notified when a mail was committed and waits to be delivered.
    #[must_use]
    pub fn mail_waiting(&self) -> Arc<Notify> {
        self.mail_waiting.clone()
    }

    /// The public keys of access tokens, as a JWK Set (RFC 7517).
    #[must_use]
    pub fn jwks_json(&self) -> String {
        access_token::jwks(&self.keys)
    }

    pub(crate) async fn commit(
        &self,
        actor: Actor,
        request: RequestContext,
        change: Change,
    ) -> Result<Committed, CommitError> {
        self.store.commit(Commit { at: self.now(), actor, request, change }).await
    }
}

/// What lies below every use case failed: not the caller's fault, and worth trying again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InternalError {
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key was missing, or there was no randomness.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
}

impl From<keylane_model::entropy::EntropyError> for InternalError {
    fn from(err: keylane_model::entropy::EntropyError) -> Self {
        Self::Keys(err.into())
    }
}

impl InternalError {
    /// A commit was refused in a way that the use case rules out.
    pub(crate) fn unexpected(err: CommitError) -> Self {
        match err {
            CommitError::Store(err) => Self::Store(err),
            other => Self::Store(StoreError::Damaged(format!("unexpected refusal: {other}"))),
        }
    }
}
