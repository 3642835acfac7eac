//! The store: every question and the one door for changes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use keylane_model::{
    AuditEntry, AuditQuery, CodeId, Commit, Committed, EmailAddress, MetadataHead,
    MetadataSnapshot, OneTimeCode, OutboxMail, Passkey, PasskeyId, PasskeyModel, Session,
    SessionId, StoredKey, UnixMillis, User, UserId,
};
use keylane_store::{
    CommitError, PasskeyWithUser, SessionWithUser, Statistics, Store, StoreError, UserPage,
};
use keylane_webauthn::{CredentialId, RpId};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::cache::PasskeyCache;
use crate::connection::{self, Purpose};
use crate::migrate;
use crate::options::{Durability, SqliteOptions};
use crate::read;
use crate::readers::Readers;
use crate::writer::Writer;

/// Keylane's data in one SQLite file.
///
/// Cloning is cheap, and clones are the same store. When the last one is dropped, commits that
/// were taken are finished first; [`close`](Self::close) does the same without blocking.
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

struct Shared {
    path: PathBuf,
    readers: Arc<Readers>,
    cache: Arc<PasskeyCache>,
    /// `None` when opened for reading only.
    writer: Option<Arc<Writer>>,
    /// The file's folder, when it goes with the store. Dropped last.
    _folder: Option<TempDir>,
}

impl SqliteStore {
    /// Opens the file, makes it when there is none, and brings its schema up to date. Blocks.
    ///
    /// A new file can be read and written by its owner only.
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`] when a newer version of Keylane has used the file;
    /// [`StoreError::Damaged`] when it is not Keylane's, or a migration that ran is not the one
    /// in this binary; [`StoreError::Unavailable`] when it cannot be opened.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        Self::open_in(path, &options, None)
    }

    /// Opens a store that is gone when it is dropped, for tests and demonstrations.
    ///
    /// It is a real file in the system's folder for temporary ones: with several connections and
    /// a write-ahead log, as in earnest. Only the waiting for the disk is left out.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn in_memory() -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new()
            .prefix("keylane-")
            .tempdir()
            .map_err(|err| StoreError::Unavailable(err.to_string()))?;
        let path = folder.path().join("keylane.db");
        let options =
            SqliteOptions { durability: Durability::ProcessEnd, ..SqliteOptions::default() };
        Self::open_in(&path, &options, Some(folder))
    }

    /// Opens a file that exists, for reading only: nothing is made, migrated or written, and
    /// every commit is refused as unavailable. Blocks.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteOptions { readers: 1, ..SqliteOptions::default() };
        let connection = connection::open(path, Purpose::Read, &options)?;
        migrate::check(&connection)?;
        Ok(Self(Arc::new(Shared {
            path: path.to_owned(),
            readers: Arc::new(Readers::open(path, &options)?),
            cache: Arc::new(PasskeyCache::new(0)),
            writer: None,
            _folder: None,
        })))
    }

    fn open_in(
        path: &Path,
        options: &SqliteOptions,
        folder: Option<TempDir>,
    ) -> Result<Self, StoreError> {
        connection::create_file(path)?;
        let mut connection = connection::open(path, Purpose::Write, options)?;
        migrate::migrate(&mut connection)?;
        let cache = Arc::new(PasskeyCache::new(options.passkey_cache_entries_max));
        let readers = Arc::new(Readers::open(path, options)?);
        let writer = Writer::start(connection, path, options, Arc::clone(&cache))?;
        Ok(Self(Arc::new(Shared {
            path: path.to_owned(),
            readers,
            cache,
            writer: Some(Arc::new(writer)),
            _folder: folder,
        })))
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The version of the file's schema; 0 for an empty file.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn schema_version(&self) -> Result<u32, StoreError> {
        self.0.readers.long(|connection| Ok(migrate::check(connection)))?
    }

    /// How many transactions were written since the store was opened: at least one fsync each,
    /// shared by all commits that were waiting together.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.0.writer.as_ref().map_or(0, |writer| writer.transactions())
    }

    /// Takes no more commits, finishes those that were taken, copies the write-ahead log into
    /// the file and ends the threads. Reads go on.
    pub async fn close(&self) {
        let Some(writer) = self.0.writer.clone() else { return };
        if let Err(err) = spawn_blocking(move || writer.stop()).await {
            tracing::error!(%err, "closing the store failed");
        }
    }

    fn point<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.0.readers.point(question)
    }

    async fn long<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.0.readers);
        spawn_blocking(move || readers.long(question))
            .await
            .unwrap_or_else(|err| Err(StoreError::Unavailable(err.to_string())))
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        let writer = self.0.writer.as_deref();
        writer.ok_or_else(|| StoreError::Unavailable("opened for reading only".to_owned()))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(writer) = &self.writer {
            writer.stop();
        }
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.0.path).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.writer()?.commit(commit).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.point(|connection| read::user::find(connection, id))
    }

    async fn find_user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        self.point(|connection| read::user::find_by_email(connection, email))
    }

    async fn list_users(&self, after: Option<UserId>, limit: u32) -> Result<UserPage, StoreError> {
        self.long(move |connection| read::user::list(connection, after, limit)).await
    }

    async fn find_passkey(
        &self,
        id: &CredentialId,
    ) -> Result<Option<Arc<PasskeyWithUser>>, StoreError> {
        let cache = &self.0.cache;
        if let Some(cached) = cache.find(id) {
            return Ok(Some(cached));
        }
        let began = cache.begin_read(id);
        let found = self.point(|connection| read::passkey::find(connection, id))?.map(Arc::new);
        if let Some(found) = &found {
            cache.keep(&began, found);
        }
        Ok(found)
    }

    async fn list_passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        self.point(|connection| read::passkey::list(connection, user))
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: UnixMillis,
    ) -> Result<Option<SessionWithUser>, StoreError> {
        self.point(|connection| read::session::find_alive(connection, id, now))
    }

    async fn list_sessions(
        &self,
        user: UserId,
        now: UnixMillis,
    ) -> Result<Vec<Session>, StoreError> {
        self.point(|connection| read::session::list_alive(connection, user, now))
    }

    async fn find_code(&self, id: CodeId) -> Result<Option<OneTimeCode>, StoreError> {
        self.point(|connection| read::code::find(connection, id))
    }

    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.point(read::key::list)
    }

    async fn list_due_mails(
        &self,
        now: UnixMillis,
        limit: u32,
    ) -> Result<Vec<OutboxMail>, StoreError> {
        self.point(|connection| read::mail::list_due(connection, now, limit))
    }

    async fn list_audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let query = query.clone();
        self.long(move |connection| read::audit::list(connection, &query)).await
    }

    async fn list_rp_ids(&self) -> Result<Vec<(RpId, u64)>, StoreError> {
        self.point(read::passkey::list_rp_ids)
    }

    async fn find_metadata(&self) -> Result<Option<MetadataHead>, StoreError> {
        self.point(read::metadata::find)
    }

    async fn load_metadata(&self) -> Result<Option<MetadataSnapshot>, StoreError> {
        self.long(read::metadata::load).await
    }

    async fn list_models(
        &self,
        after: Option<(UserId, PasskeyId)>,
        limit: u32,
    ) -> Result<Vec<PasskeyModel>, StoreError> {
        self.long(move |connection| read::passkey::list_models(connection, after, limit)).await
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        self.point(read::user::has_administrator)
    }

    async fn statistics(&self, now: UnixMillis) -> Result<Statistics, StoreError> {
        self.long(move |connection| read::statistics::statistics(connection, now)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.point(|connection| connection.query_row("SELECT 1", [], |_| Ok(())))?;
        self.writer()?.ping().await
    }
}
