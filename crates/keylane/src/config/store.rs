//! `[store]`: where the data lives.

use std::path::{Path, PathBuf};

use super::key::Key;
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[&PATH, &MASTER_KEY_FILE];

pub(crate) static PATH: Key = Key::open(
    "store",
    "path",
    "a directory",
    "Directory of the database. It is made at the first start, readable by its owner only.",
);
static MASTER_KEY_FILE: Key = Key::open(
    "store",
    "master_key_file",
    "a file",
    "File with the master key (32 bytes, as 64 hexadecimal digits) that seals the server's other \
     keys in the database. It is made at the first start. Keep a copy apart from the backups: \
     without it, the server does not start.",
)
.default_is("`master.key` in `store.path`");

/// `[store]`.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) master_key_file: PathBuf,
}

impl Store {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let path = reader.value(&PATH, PathBuf::from("keylane-data"));
        let master_key_file = reader.value(&MASTER_KEY_FILE, path.join("master.key"));
        Self { path, master_key_file }
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        database_in(&self.path)
    }
}

fn database_in(path: &Path) -> PathBuf {
    path.join("keylane.db")
}
