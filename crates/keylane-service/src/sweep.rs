//! What has expired is removed.

use keylane_model::{Actor, Change, RequestContext};
use keylane_store::{CommitError, StoreError};

use crate::service::Service;

/// Slices in one go. With the store's 500 rows of each kind a slice, that keeps up with 8,000
/// sign-ins a second.
const SLICES_MAX: u32 = 1_000;

impl Service {
    /// Removes what has expired, slice by slice, each in a commit of its own so that no sign-in
    /// waits long behind it. Called every minute.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer; what is left goes the next time.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        for _ in 0..SLICES_MAX {
            match self.commit(Actor::System, RequestContext::default(), Change::Sweep).await {
                Ok(swept) if swept.rows_swept == 0 => break,
                Ok(_) => {}
                Err(CommitError::Store(err)) => return Err(err),
                Err(other) => {
                    return Err(StoreError::Damaged(format!("unexpected refusal: {other}")));
                }
            }
        }
        Ok(())
    }
}
