//! Read-only connections.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keylane_store::StoreError;
use rusqlite::Connection;

use crate::connection::{self, Purpose};
use crate::error::store_error;
use crate::options::SqliteOptions;

/// A few connections for questions that take microseconds, and one for those that take longer.
pub(crate) struct Readers {
    point: Vec<Mutex<Connection>>,
    long: Mutex<Connection>,
    turn: AtomicUsize,
}

impl Readers {
    pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<Self, StoreError> {
        let open = || connection::open(path, Purpose::Read, options).map(Mutex::new);
        let point = (0..options.readers.max(1)).map(|_| open()).collect::<Result<_, _>>()?;
        Ok(Self { point, long: open()?, turn: AtomicUsize::new(0) })
    }

    /// Asks a question that is answered by a few rows.
    pub(crate) fn point<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        question(&self.take_free()).map_err(|err| store_error(&err))
    }

    /// Asks a question that may touch many rows. Blocks; not for an async thread.
    pub(crate) fn long<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        question(&lock(&self.long)).map_err(|err| store_error(&err))
    }

    /// A connection that nobody uses, or the next one's turn after a wait of microseconds.
    fn take_free(&self) -> MutexGuard<'_, Connection> {
        let start = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.point.len();
        let free = (0..count).find_map(|step| self.point[(start + step) % count].try_lock().ok());
        free.unwrap_or_else(|| lock(&self.point[start % count]))
    }
}

/// A question that panicked has rolled its statement back; the connection is as good as before.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
