//! Opening connections, all with the same guards.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use keylane_store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::store_error;
use crate::options::{Durability, STATEMENTS_CACHED_MAX, SqliteOptions};

/// Pages that the writer keeps in memory: the inner pages of every index of some million users.
const WRITER_CACHE_KIB: i32 = 16 * 1_024;
/// Pages that each other connection keeps.
const READER_CACHE_KIB: i32 = 2 * 1_024;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The one that writes.
    Write,
    /// The one that copies the write-ahead log into the database.
    Checkpoint,
    /// The others.
    Read,
}

/// Makes an empty file that only its owner may read, unless there is a file.
///
/// SQLite gives the log and the shared memory beside it the same mode.
pub(crate) fn create_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(err) if err.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(err) => Err(StoreError::Unavailable(format!("{}: {err}", path.display()))),
    }
}

/// Opens a file that exists.
pub(crate) fn open(
    path: &Path,
    purpose: Purpose,
    options: &SqliteOptions,
) -> Result<Connection, StoreError> {
    try_open(path, purpose, options).map_err(|err| match store_error(&err) {
        StoreError::Unavailable(why) => {
            StoreError::Unavailable(format!("{}: {why}", path.display()))
        }
        other => other,
    })
}

fn try_open(
    path: &Path,
    purpose: Purpose,
    options: &SqliteOptions,
) -> rusqlite::Result<Connection> {
    let access = match purpose {
        Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Purpose::Write | Purpose::Checkpoint => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(options.busy_timeout)?;
    // A file that somebody has tampered with must not run functions or rewrite its own schema.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // The planner may otherwise look at bound values, and then prepares a statement anew each time
    // they change; one at each sign-in cost a tenth of the writer's time or more.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    // SQLite unmaps the file after each commit of another connection, which costs more than a
    // mapping saves.
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Negative: KiB. Readers forget their pages after each commit, the writer keeps its own.
    let cache_kib = if purpose == Purpose::Write { WRITER_CACHE_KIB } else { READER_CACHE_KIB };
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    if purpose != Purpose::Read {
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            tracing::warn!(mode, "the database is not in WAL mode: readers and writer will wait");
        }
        let synchronous = match options.durability {
            Durability::PowerCut => "full",
            Durability::ProcessEnd => "off",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Another thread does this, so that no commit waits for it.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let wal_bytes_max = i64::from(options.wal_pages_max) * 4_096;
        connection.pragma_update(None, "journal_size_limit", wal_bytes_max)?;
    }
    Ok(connection)
}
