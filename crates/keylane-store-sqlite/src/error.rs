//! What SQLite's errors mean to the rest of the server.

use keylane_store::{CommitError, StoreError};
use rusqlite::ErrorCode;

/// Why a change was not made.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A rule speaks against it. The other changes of the batch are not concerned.
    Refused(CommitError),
    /// SQLite could not do it.
    Sql(rusqlite::Error),
}

impl From<CommitError> for Failure {
    fn from(err: CommitError) -> Self {
        Self::Refused(err)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(err: rusqlite::Error) -> Self {
        Self::Sql(err)
    }
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(err) => err,
            Failure::Sql(err) => store_error(&err).into(),
        }
    }
}

/// Tells "try again later" from "somebody must look at the file".
pub(crate) fn store_error(err: &rusqlite::Error) -> StoreError {
    use rusqlite::Error;
    match err {
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::Utf8Error(..)
        | Error::InvalidColumnType(..) => StoreError::Damaged(err.to_string()),
        Error::SqliteFailure(failure, _)
            if matches!(
                failure.code,
                ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::ConstraintViolation
                    | ErrorCode::TypeMismatch
            ) =>
        {
            StoreError::Damaged(err.to_string())
        }
        _ => StoreError::Unavailable(err.to_string()),
    }
}
