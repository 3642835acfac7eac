//! The composition root: builds the adapters and the use cases out of the configuration.

use std::future::Future;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use keylane_model::entropy::random_bytes;
use keylane_model::{
    Actor, Change, Clock, Commit, Committed, Entropy, RequestContext, SystemClock, SystemEntropy,
};
use keylane_service::MasterKey;
use keylane_store::{CommitError, Store, StoreError};
use keylane_store_sqlite::{SqliteOptions, SqliteStore};

use crate::check;
use crate::config::{self, Config};
use crate::failure::Failure;

/// Runs a command that waits for things, on one thread.
pub(crate) fn block_on<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// Opens the store of a server that has run before; operators' commands make no new ones.
pub(crate) async fn open_existing_store(config: &Config) -> Result<SqliteStore, Failure> {
    let database = config.store.database();
    if !database.exists() {
        return Err(Failure::cannot_start(format!(
            "there is no database {}: name the right directory with --data, or start `keylane \
             serve` once.",
            database.display()
        )));
    }
    open_store(config)
        .await
        .map_err(|err| Failure::cannot_start(check::store_sentence(&err)))
}

/// Opens the store, making it when there is none.
pub(crate) async fn open_store(config: &Config) -> Result<SqliteStore, StoreError> {
    let database = config.store.database();
    let opened =
        tokio::task::spawn_blocking(move || SqliteStore::open(&database, SqliteOptions::default()));
    opened.await.map_err(|err| StoreError::Unavailable(err.to_string()))?
}

/// Makes the data directory, for its owner only.
pub(crate) fn make_data_directory(path: &Path) -> Result<(), Failure> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|err| {
        Failure::cannot_start(format!(
            "the data directory {} cannot be made ({err}): make it yourself for the user that runs \
             Keylane, or name another with --data.",
            path.display()
        ))
    })
}

/// Reads the master key, or makes one at the first start.
pub(crate) fn master_key(store: &config::Store, entropy: &dyn Entropy) -> Result<MasterKey, Failure> {
    let path = &store.master_key_file;
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            if store.database().exists() {
                return Err(Failure::cannot_start(format!(
                    "there is a database but no master key in {}: put the key back from where you \
                     keep its copy, or move the database away to start anew.",
                    path.display()
                )));
            }
            make_master_key(path, entropy)?
        }
        Err(err) => {
            return Err(Failure::cannot_start(format!(
                "the master key {} cannot be read ({err}): give it to the user that runs Keylane.",
                path.display()
            )));
        }
    };
    let broken = || {
        Failure::cannot_start(format!(
            "the master key {} is broken, it must be 64 hexadecimal digits: put it back from where \
             you keep its copy.",
            path.display()
        ))
    };
    let bytes = from_hex(text.trim()).ok_or_else(broken)?;
    MasterKey::from_bytes(&bytes).map_err(|_| broken())
}

fn make_master_key(path: &Path, entropy: &dyn Entropy) -> Result<String, Failure> {
    let bytes: [u8; 32] = random_bytes(entropy)
        .map_err(|err| Failure::cannot_start(format!("no master key can be made: {err}.")))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let write = || -> std::io::Result<()> {
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        // A database whose key was lost in a power cut could never be opened again.
        file.sync_all()?;
        path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
    };
    write().map_err(|err| {
        Failure::cannot_start(format!(
            "the master key {} cannot be written ({err}): make its directory writable, or set \
             store.master_key_file.",
            path.display()
        ))
    })?;
    Ok(text)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Makes a change in the name of whoever runs commands on this machine.
pub(crate) async fn commit_as_operator(
    store: &dyn Store,
    change: Change,
) -> Result<Committed, CommitError> {
    let at = SystemClock.now();
    let request = RequestContext::default();
    store.commit(Commit { at, actor: Actor::Operator, request, change }).await
}

/// Who mails are from.
pub(crate) fn sender(config: &Config) -> String {
    config.mail.from.clone().unwrap_or_else(|| {
        let host = config.application.rp_id().map_or("localhost", |it| it.as_str());
        format!("keylane@{host}")
    })
}

/// The system's clock and randomness.
pub(crate) fn outside_world() -> (Arc<dyn Clock>, Arc<dyn Entropy>) {
    (Arc::new(SystemClock), Arc::new(SystemEntropy))
}
