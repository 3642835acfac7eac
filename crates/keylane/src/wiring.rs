//! The composition root: builds the adapters and the use cases out of the configuration.

mod authenticators;
mod metadata;

use std::fs::{File, TryLockError};
use std::future::Future;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keylane_http::{DevMailbox, HttpConfig, MailDelivery};
use keylane_model::entropy::random_bytes;
use keylane_model::{
    Actor, Change, Clock, Commit, Committed, Entropy, RequestContext, SystemClock, SystemEntropy,
};
use keylane_outbound::{SMTP_TIMEOUT_MS, SmtpMailer};
use keylane_service::{
    AllowedOrigins, Mailer, MasterKey, Policy, RelyingParty, Service, ServiceConfig,
};
use keylane_store::{CommitError, Store, StoreError};
use keylane_store_sqlite::{SCHEMA_VERSION, SqliteOptions, SqliteStore};

use crate::check;
use crate::config::{self, Config, Mode};
use crate::failure::Failure;
use crate::terminal_mailer::TerminalMailer;

pub(crate) use metadata::{
    FileSource, download, metadata_source, metadata_trust, read_at_most, read_crl, read_roots,
};

/// Runs a command that waits for things, on one thread.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// What a command wants of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To look. Nothing is written, nor is an older schema brought up to date.
    Read,
    /// To change something.
    Write,
}

/// Opens the store of a server that has run before; operators' commands make no new ones.
pub(crate) async fn open_existing_store(
    config: &Config,
    access: Access,
) -> Result<SqliteStore, Failure> {
    let database = config.store.database();
    if !database.exists() {
        return Err(Failure::cannot_start(format!(
            "there is no database {}: name the right directory with --data, or start `keylane \
             serve` once.",
            database.display()
        )));
    }
    let opened = match access {
        Access::Read => open_store_to_read(config).await,
        Access::Write => open_store(config).await,
    };
    let store = opened.map_err(|err| Failure::cannot_start(check::store_sentence(&err)))?;
    match store.schema_version() {
        Ok(found) if found < SCHEMA_VERSION => Err(Failure::cannot_start(format!(
            "the database has schema version {found}, from an older Keylane: the next `keylane \
             serve` brings it to {SCHEMA_VERSION}; make a backup before."
        ))),
        _ => Ok(store),
    }
}

/// Opens the store for reading only.
pub(crate) async fn open_store_to_read(config: &Config) -> Result<SqliteStore, StoreError> {
    let database = config.store.database();
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open_read_only(&database));
    opened.await.map_err(|err| StoreError::Unavailable(err.to_string()))?
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

/// Makes sure that no other server works on the same data, for as long as the file is open.
///
/// Two would each keep keys in memory that the other does not know, and send mails twice. The
/// kernel lets go of the claim when the process ends, however it ends.
pub(crate) fn claim_data(store: &config::Store) -> Result<File, Failure> {
    let path = store.path.join("keylane.lock");
    let cannot = |err: &dyn std::fmt::Display| {
        Failure::cannot_start(format!(
            "{} cannot be locked ({err}): make the data directory writable, or name another with \
             --data.",
            path.display()
        ))
    };
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|err| cannot(&err))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::cannot_start(format!(
            "another Keylane server is running on {}: stop it first, or name another directory \
             with --data.",
            store.path.display()
        ))),
        Err(TryLockError::Error(err)) => Err(cannot(&err)),
    }
}

/// Reads the master key, or makes one at the first start.
pub(crate) fn master_key(
    store: &config::Store,
    entropy: &dyn Entropy,
) -> Result<MasterKey, Failure> {
    let path = &store.master_key_file;
    let text = match std::fs::read_to_string(path) {
        // A first start that was cut short, by a full disk for example: nothing is sealed with it.
        Ok(text) if text.is_empty() && !store.database().exists() => {
            let _ = std::fs::remove_file(path);
            make_master_key(path, entropy)?
        }
        Ok(text) => text,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            if store.database().exists() {
                return Err(Failure::cannot_start(format!(
                    "there is a database but no master key in {}: put the key back from where you \
                     keep its copy; if it is lost, `keylane keys reset` starts anew without it.",
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

/// Writes a new master key; refuses to overwrite one.
pub(crate) fn make_master_key(path: &Path, entropy: &dyn Entropy) -> Result<String, Failure> {
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
        // Half a key on a full disk must not be taken for a broken one at the next start.
        if err.kind() != std::io::ErrorKind::AlreadyExists {
            let _ = std::fs::remove_file(path);
        }
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

/// Starts the use cases.
pub(crate) async fn start_service(
    config: &Config,
    service_config: ServiceConfig,
    store: &SqliteStore,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    master_key: MasterKey,
) -> Result<Arc<Service>, Failure> {
    let store = Arc::new(store.clone());
    let started = Service::start(service_config, store, clock, entropy, master_key).await;
    started.map(Arc::new).map_err(|err| {
        Failure::cannot_start(format!(
            "{err}: put the right master key in {}, or restore database and key of the same \
             backup; if it is lost, `keylane keys reset` starts anew without it.",
            config.store.master_key_file.display()
        ))
    })
}

/// What the use cases have to know of the configuration, and of the files that it names.
///
/// # Errors
///
/// When a file that is named in the configuration cannot be used.
pub(crate) fn service_config(config: &Config) -> Result<ServiceConfig, Failure> {
    let url = config.server.public_url.as_str();
    let unusable = || Failure::cannot_start(format!("the public URL {url} is no origin."));
    let listed = config.application.origins.clone();
    Ok(ServiceConfig {
        relying_party: RelyingParty {
            id: config.application.rp_id().ok_or_else(unusable)?.clone(),
            name: config.application.name.clone(),
            own_origin: url.parse().map_err(|_| unusable())?,
            origins: match config.mode() {
                Mode::Development => AllowedOrigins::ListedAndLocalhost(listed),
                Mode::Production => AllowedOrigins::Listed(listed),
            },
        },
        policy: Policy {
            user_verification: config.policy.user_verification,
            session_lifetime_ms: millis(config.session.lifetime),
            access_token_lifetime_ms: millis(config.session.access_token_lifetime),
            step_up_after_ms: millis(config.session.step_up_after),
            falling_counter: config.policy.falling_counter,
            metadata: config.metadata.policy,
        },
        authenticators: authenticators::rules(&config.authenticators)?,
        issuer: url.to_owned(),
    })
}

/// What the HTTP side is told.
pub(crate) fn http_config(config: &Config) -> HttpConfig {
    let mode = match config.mode() {
        Mode::Development => keylane_http::Mode::Development,
        Mode::Production => keylane_http::Mode::Production,
    };
    let mut http = HttpConfig::new(mode);
    http.mail = match config.mail.smtp_url {
        Some(_) => MailDelivery::Smtp,
        None => MailDelivery::Mailbox,
    };
    http.trusted_proxies.clone_from(&config.server.trusted_proxies);
    http.rates.exempt = config.limits.uncounted();
    http.requests.body_bytes_max = size(config.server.body_bytes_max);
    http.requests.request_timeout_ms = millis(config.server.request_timeout);
    http.requests.concurrent_max = size(config.server.concurrent_max);
    http
}

/// The way out for mails; `None` in production without a mail server, where mails wait in the
/// outbox until one is set.
pub(crate) fn mailer(
    config: &Config,
    mailbox: Arc<DevMailbox>,
) -> Result<Option<Arc<dyn Mailer>>, Failure> {
    let Some(url) = &config.mail.smtp_url else {
        return Ok(match config.mode() {
            Mode::Development => Some(Arc::new(TerminalMailer::new(mailbox))),
            Mode::Production => None,
        });
    };
    let mailer =
        SmtpMailer::new(url.expose(), &sender(config), SMTP_TIMEOUT_MS).map_err(|err| {
            Failure::cannot_start(format!("{err}: put mail.smtp_url and mail.from right."))
        })?;
    Ok(Some(Arc::new(mailer)))
}

/// A duration in milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A number of things.
pub(crate) fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails panics")]

    use super::*;

    #[test]
    fn empty_master_key_of_a_start_that_was_cut_short_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        check(folder.path(), "", true);
        let text = std::fs::read_to_string(folder.path().join("master.key")).unwrap();
        assert!(from_hex(text.trim()).is_some());
    }

    #[test]
    fn empty_master_key_beside_a_database_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keylane.db"), "").unwrap();
        check(folder.path(), "", false);
    }

    #[test]
    fn master_key_that_is_no_key_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        check(folder.path(), "rubbish", false);
        let text = std::fs::read_to_string(folder.path().join("master.key")).unwrap();
        assert_eq!(text, "rubbish");
    }

    #[track_caller]
    fn check(folder: &Path, content: &str, starts: bool) {
        let master_key_file = folder.join("master.key");
        std::fs::write(&master_key_file, content).unwrap();
        let store = config::Store { path: folder.to_owned(), master_key_file };
        assert_eq!(master_key(&store, &SystemEntropy).is_ok(), starts);
    }
}
