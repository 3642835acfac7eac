//! What every store promises, on SQLite.

use std::sync::Arc;

use keylane_store::Store;
use keylane_store_sqlite::SqliteStore;

keylane_store::conformance!(|| -> Arc<dyn Store> { Arc::new(SqliteStore::in_memory().unwrap()) });
