//! What has expired is removed.

use keylane_model::{Actor, Change, RequestContext};
use keylane_store::{CommitError, StoreError};

use crate::service::Service;

impl Service {
    /// Removes a bounded slice of what has expired. Called every minute.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        match self.commit(Actor::System, RequestContext::default(), Change::Sweep).await {
            Ok(_) => Ok(()),
            Err(CommitError::Store(err)) => Err(err),
            Err(other) => Err(StoreError::Damaged(format!("unexpected refusal: {other}"))),
        }
    }
}
