//! The metadata of authenticators: one row that only ever goes forward.

use keylane_model::MetadataSnapshot;
use keylane_store::CommitError;
use rusqlite::params;

use super::Tx;
use crate::column::millis;
use crate::error::Failure;

pub(super) fn store(tx: &Tx<'_>, snapshot: &MetadataSnapshot) -> Result<u32, Failure> {
    let head = &snapshot.head;
    // The row that is there stays when its number is higher.
    let rows = tx
        .connection
        .prepare_cached(
            "INSERT INTO metadata (one, number, next_update, fetched_at, source, etag,
                                   last_modified, sha256, blob)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (one) DO UPDATE
             SET number = ?1, next_update = ?2, fetched_at = ?3, source = ?4, etag = ?5,
                 last_modified = ?6, sha256 = ?7, blob = ?8
             WHERE number <= ?1",
        )?
        .execute(params![
            i64::try_from(head.number).unwrap_or(i64::MAX),
            millis(head.next_update),
            millis(head.fetched_at),
            head.source,
            head.etag,
            head.last_modified,
            head.sha256,
            &*snapshot.blob,
        ])?;
    if rows == 0 { Err(CommitError::MetadataWentBack.into()) } else { Ok(0) }
}
