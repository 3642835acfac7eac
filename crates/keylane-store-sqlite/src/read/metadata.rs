//! The metadata of authenticators.

use keylane_model::{MetadataHead, MetadataSnapshot};
use rusqlite::{Connection, OptionalExtension, Result};

use crate::column::Columns;

/// The columns that [`head`] reads.
macro_rules! head_columns {
    () => {
        "number, next_update, fetched_at, source, etag, last_modified, sha256"
    };
}

fn head(columns: &mut Columns<'_>) -> Result<MetadataHead> {
    Ok(MetadataHead {
        number: columns.count()?,
        next_update: columns.time()?,
        fetched_at: columns.time()?,
        source: columns.value()?,
        etag: columns.value()?,
        last_modified: columns.value()?,
        sha256: columns.value()?,
    })
}

pub(crate) fn find(connection: &Connection) -> Result<Option<MetadataHead>> {
    connection
        .prepare_cached(concat!("SELECT ", head_columns!(), " FROM metadata"))?
        .query_row([], |row| head(&mut Columns::new(row)))
        .optional()
}

pub(crate) fn load(connection: &Connection) -> Result<Option<MetadataSnapshot>> {
    connection
        .prepare_cached(concat!("SELECT ", head_columns!(), ", blob FROM metadata"))?
        .query_row([], |row| {
            let mut columns = Columns::new(row);
            let head = head(&mut columns)?;
            Ok(MetadataSnapshot { head, blob: columns.value::<Vec<u8>>()?.into() })
        })
        .optional()
}
