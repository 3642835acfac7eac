//! The schema and how it grows.
//!
//! Migrations are numbered files, compiled in and run at start, each with its row in one
//! transaction. Their checksums are kept: a file that was changed after it ran somewhere would
//! give two databases of the same version different schemas.

use aws_lc_rs::digest::{SHA256, digest};
use keylane_store::StoreError;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::error::store_error;

/// The newest schema version that this code knows.
pub const SCHEMA_VERSION: u32 = 2;

/// `KLAN`, in the header of the file, so that no other program's database is taken for ours.
const APPLICATION_ID: i32 = 0x4b4c_414e;

/// Every migration, in order. Never edit one that was released.
#[rustfmt::skip]
const MIGRATIONS: [Migration; SCHEMA_VERSION as usize] = [
    Migration { version: 1, sql: include_str!("../migrations/0001_first.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_metadata.sql") },
];

struct Migration {
    version: u32,
    sql: &'static str,
}

impl Migration {
    fn checksum(&self) -> Vec<u8> {
        digest(&SHA256, self.sql.as_bytes()).as_ref().to_vec()
    }
}

/// Brings the schema up to [`SCHEMA_VERSION`].
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    // Two processes may start at once: the second waits here and finds nothing to do.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|err| store_error(&err))?;
    let version = check(&transaction)?;
    for migration in MIGRATIONS.iter().filter(|it| it.version > version) {
        run(&transaction, migration).map_err(|err| store_error(&err))?;
        tracing::info!(version = migration.version, "schema migrated");
    }
    transaction.commit().map_err(|err| store_error(&err))
}

fn run(connection: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    if migration.version == 1 {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.execute_batch(
            "CREATE TABLE schema_migration (
                 version  INTEGER PRIMARY KEY,
                 checksum BLOB NOT NULL
             ) STRICT",
        )?;
    }
    connection.execute_batch(migration.sql)?;
    connection.execute(
        "INSERT INTO schema_migration (version, checksum) VALUES (?1, ?2)",
        params![migration.version, migration.checksum()],
    )?;
    Ok(())
}

/// The version of the schema, 0 for an empty file, if it is one that this code can work with.
pub(crate) fn check(connection: &Connection) -> Result<u32, StoreError> {
    let applied = applied(connection).map_err(|err| store_error(&err))?;
    let Some(applied) = applied else {
        return Err(StoreError::Damaged("the file is another program's database".to_owned()));
    };
    let found = applied.last().map_or(0, |(version, _)| *version);
    if found > SCHEMA_VERSION {
        return Err(StoreError::NewerSchema { found, known: SCHEMA_VERSION });
    }
    let unchanged = applied.iter().zip(&MIGRATIONS).all(|((version, checksum), migration)| {
        *version == migration.version && *checksum == migration.checksum()
    });
    if !unchanged {
        return Err(StoreError::Damaged("a migration differs from the one that ran".to_owned()));
    }
    Ok(found)
}

/// Version and checksum of a migration that ran.
type Applied = (u32, Vec<u8>);

/// What ran, in order; `None` when the file is not ours.
fn applied(connection: &Connection) -> rusqlite::Result<Option<Vec<Applied>>> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        let any: Option<i64> = connection
            .query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |row| row.get(0))
            .optional()?;
        let empty = id == 0 && any.is_none();
        return Ok(empty.then(Vec::new));
    }
    let mut statement =
        connection.prepare("SELECT version, checksum FROM schema_migration ORDER BY version")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<rusqlite::Result<_>>().map(Some)
}
