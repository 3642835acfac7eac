//! Keeps everything in one SQLite file.
//!
//! One thread writes. It takes whatever waits in a bounded queue, makes all of it in one
//! transaction, each change under its own savepoint, and answers when the transaction is on the
//! disk: many sign-ins share one fsync, and a refusal undoes only itself. Another thread copies
//! the write-ahead log back into the file. Point reads are made where they are asked for, on a
//! few read-only connections, and never hold a transaction across an `await`.
//!
//! Other processes may read and write the same file at the same time; the command line does.
//! Nothing that decides a commit is therefore kept in memory.

mod apply;
mod cache;
mod checkpoint;
mod column;
mod connection;
mod error;
mod migrate;
mod options;
mod read;
mod readers;
mod store;
mod writer;

pub use migrate::SCHEMA_VERSION;
pub use options::{Durability, PASSKEYS_PER_USER_MAX, SWEEP_ROWS_MAX, SqliteOptions};
pub use store::SqliteStore;
