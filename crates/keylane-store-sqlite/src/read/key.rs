//! The key ring.

use keylane_model::{KeyId, KeyPurpose, StoredKey};
use rusqlite::{Connection, Result};

use crate::column::Columns;

pub(crate) fn list(connection: &Connection) -> Result<Vec<StoredKey>> {
    let sql = "SELECT id, purpose, sealed, created_at FROM key ORDER BY created_at, id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let mut columns = Columns::new(row);
        Ok(StoredKey {
            id: columns.id(KeyId::from_bytes)?,
            purpose: columns.name(KeyPurpose::from_name)?,
            sealed: columns.value()?,
            created_at: columns.time()?,
        })
    })?;
    rows.collect()
}
