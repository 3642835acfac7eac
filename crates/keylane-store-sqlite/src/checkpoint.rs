//! Copying the write-ahead log into the database on another thread, so that commits do not wait
//! for it.
//!
//! A checkpoint in the background never gets to the end of a log that keeps growing. When the
//! log reaches its limit, the writer itself copies what little is left, and the next commit
//! begins the log anew.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use keylane_store::StoreError;
use rusqlite::Connection;

use crate::connection::{self, Purpose};
use crate::options::SqliteOptions;

/// The thread that copies.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    /// One wish at a time: a second one while the first is being granted adds nothing.
    wishes: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: &Path, options: &SqliteOptions) -> Result<Self, StoreError> {
        let connection = connection::open(path, Purpose::Checkpoint, options)?;
        let (wishes, received) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("keylane-checkpoint".to_owned())
            .spawn(move || run(&connection, &received))
            .map_err(|err| StoreError::Unavailable(err.to_string()))?;
        Ok(Self { wishes: Some(wishes), thread: Some(thread) })
    }

    /// Asks for a checkpoint soon.
    pub(crate) fn wish(&self) {
        if let Some(wishes) = &self.wishes {
            // Full means that one is wished for already.
            let _ = wishes.try_send(());
        }
    }

    /// Waits for the checkpoint that is under way and ends the thread.
    pub(crate) fn stop(&mut self) {
        self.wishes = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, wishes: &Receiver<()>) {
    while wishes.recv().is_ok() {
        checkpoint(connection, Mode::Passive);
    }
}

/// How far a checkpoint goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mode {
    /// Copies what nobody is in the way of.
    Passive,
    /// Waits for others within the busy timeout, copies everything and empties the log.
    Truncate,
}

/// Copies what can be copied. A failure is not the end: the log keeps everything, and the next
/// checkpoint tries again.
pub(crate) fn checkpoint(connection: &Connection, mode: Mode) {
    let sql = match mode {
        Mode::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Mode::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    let counts = connection.query_row(sql, [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match counts {
        Ok((busy, pages, copied)) => tracing::debug!(busy, pages, copied, ?mode, "checkpoint"),
        Err(err) => tracing::warn!(%err, "checkpoint failed; the next one tries again"),
    }
}
