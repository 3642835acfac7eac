//! What every store promises, on SQLite.

use std::sync::Arc;

use keylane_store::Store;
use keylane_store_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

keylane_store::conformance!(|| -> Arc<dyn Store> { Arc::new(SqliteStore::in_memory().unwrap()) });

keylane_store::conformance_of_nodes!(|| -> (Arc<dyn Store>, Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keylane.db");
    let open = || Arc::new(SqliteStore::open(&path, SqliteOptions::default()).unwrap());
    (open(), open(), folder)
});
