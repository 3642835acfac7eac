//! What lies below every endpoint failed.

use keylane_service::InternalError;

use crate::problem::Problem;

impl From<InternalError> for Problem {
    fn from(err: InternalError) -> Self {
        match err {
            InternalError::Store(err) => err.into(),
            err => {
                tracing::error!(error = %err, "a request failed inside");
                Self::internal("internal")
            }
        }
    }
}
