//! When keys are made, and when they retire.

use keylane_model::{Actor, Change, KeyPurpose, RequestContext, StoredKey, UnixMillis};
use keylane_store::{CommitError, StoreError};

use crate::access_token::ANNOUNCED_BEFORE_MS;
use crate::ceremony::CEREMONY_LIFETIME_MS;
use crate::key_ring::KeyRingError;
use crate::mail::MAIL_LIFETIME_MS;
use crate::service::Service;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const HOUR_MS: u64 = 60 * 60 * 1000;

/// The key ring could not be opened, completed or rotated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateKeysError {
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key could not be made or opened.
    #[error(transparent)]
    Ring(#[from] KeyRingError),
}

/// When a key of this purpose gets a successor, and how long it still opens things after that.
struct Rotation {
    after_ms: u64,
    kept_ms: u64,
}

impl Service {
    /// Makes the keys that are due and retires those that have opened their last. Called at start
    /// and every hour. Two nodes that do this at once make a key too many, which does no harm.
    ///
    /// # Errors
    ///
    /// [`RotateKeysError`]; the ring then stays as it was.
    pub async fn rotate_keys(&self) -> Result<(), RotateKeysError> {
        let now = self.now();
        let stored = self.store.list_keys().await?;
        self.keys.load(&stored)?;
        for purpose in KeyPurpose::ALL {
            self.rotate(purpose, &stored, now).await?;
        }
        self.keys.load(&self.store.list_keys().await?)?;
        Ok(())
    }

    async fn rotate(
        &self,
        purpose: KeyPurpose,
        stored: &[StoredKey],
        now: UnixMillis,
    ) -> Result<(), RotateKeysError> {
        let rotation = self.rotation(purpose);
        let keys: Vec<_> = stored.iter().filter(|key| key.purpose == purpose).collect();
        let newest = keys.iter().map(|key| key.created_at).max();
        if newest.is_none_or(|at| now.millis_since(at) >= rotation.after_ms) {
            let key = self.keys.make(purpose, now, &*self.entropy)?;
            self.commit_key(Change::InstallKey { key }).await?;
        }
        for key in &keys {
            let successor =
                keys.iter().map(|it| it.created_at).filter(|at| *at > key.created_at).min();
            if successor.is_some_and(|at| now.millis_since(at) > rotation.kept_ms) {
                self.commit_key(Change::RetireKey { key: key.id }).await?;
            }
        }
        Ok(())
    }

    async fn commit_key(&self, change: Change) -> Result<(), StoreError> {
        match self.commit(Actor::System, RequestContext::default(), change).await {
            Ok(_) => Ok(()),
            Err(CommitError::Store(err)) => Err(err),
            Err(other) => Err(StoreError::Damaged(format!("unexpected refusal: {other}"))),
        }
    }

    fn rotation(&self, purpose: KeyPurpose) -> Rotation {
        match purpose {
            KeyPurpose::CeremonySeal => {
                // The link for the first administrator is sealed with it, and lives a day.
                Rotation { after_ms: DAY_MS, kept_ms: DAY_MS + CEREMONY_LIFETIME_MS }
            }
            KeyPurpose::OutboxSeal => {
                Rotation { after_ms: DAY_MS, kept_ms: MAIL_LIFETIME_MS + HOUR_MS }
            }
            // A refreshed session keeps getting tokens under the newest key.
            KeyPurpose::TokenMac => Rotation {
                after_ms: 30 * DAY_MS,
                kept_ms: self.policy.session_lifetime_ms.saturating_add(HOUR_MS),
            },
            KeyPurpose::AccessToken => Rotation {
                after_ms: 30 * DAY_MS,
                kept_ms: self
                    .policy
                    .access_token_lifetime_ms
                    .saturating_add(ANNOUNCED_BEFORE_MS + HOUR_MS),
            },
        }
    }
}
