//! The key ring.

use keylane_model::{KeyId, StoredKey};
use rusqlite::params;

use super::Tx;
use crate::column::millis;
use crate::error::Failure;

pub(super) fn install(tx: &Tx<'_>, key: &StoredKey) -> Result<u32, Failure> {
    tx.connection
        .prepare_cached(
            "INSERT INTO key (id, purpose, sealed, created_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            key.id.as_bytes(),
            key.purpose.name(),
            key.sealed,
            millis(key.created_at)
        ])?;
    Ok(0)
}

/// A key that is gone already may be retired again: the outcome is the one that was asked for.
pub(super) fn retire(tx: &Tx<'_>, key: KeyId) -> Result<u32, Failure> {
    tx.connection.prepare_cached("DELETE FROM key WHERE id = ?1")?.execute([key.as_bytes()])?;
    Ok(0)
}
