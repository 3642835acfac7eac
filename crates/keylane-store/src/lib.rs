//! What Keylane asks of a store.
//!
//! There is one way to write: [`Store::commit`]. Reads are small, by entity, and never inside a
//! write. What every store must hold to is written as tests in [`mod@conformance`].

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod read;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use keylane_model::{
    AuditEntry, AuditQuery, CodeId, Commit, Committed, EmailAddress, MetadataHead,
    MetadataSnapshot, OneTimeCode, OutboxMail, Passkey, PasskeyId, PasskeyModel, SessionId,
    StoredKey, UnixMillis, User, UserId,
};
use keylane_webauthn::{CredentialId, RpId};

pub use error::{CommitError, StoreError};
pub use read::{PasskeyWithUser, SessionWithUser, Statistics, UserPage, UserSummary};

/// A place where Keylane keeps everything.
#[async_trait]
pub trait Store: Debug + Send + Sync + 'static {
    /// Applies a change, its audit entry, its outgoing mail and its spent ceremony in one
    /// transaction, or nothing.
    ///
    /// When this answers `Ok`, the change survives a power cut. Of any number of concurrent
    /// commits that spend the same ceremony or code, exactly one answers `Ok`.
    ///
    /// # Errors
    ///
    /// A refusal named in [`keylane_model::Change`] leaves nothing behind.
    /// [`CommitError::Store`] when the store cannot answer; whether the change was made is then
    /// unknown to the caller, who must not claim either.
    async fn commit(&self, commit: Commit) -> Result<Committed, CommitError>;

    /// The user with this id.
    async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user whose verified address this is.
    async fn find_user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError>;

    /// Users in order of creation, after `after`, at most `limit`.
    async fn list_users(&self, after: Option<UserId>, limit: u32) -> Result<UserPage, StoreError>;

    /// The passkey with this credential id and its owner, in whatever state they are.
    ///
    /// May be served from a cache: the answer can be older than another process' last commit.
    /// What must be certain is checked again inside the commit.
    async fn find_passkey(
        &self,
        id: &CredentialId,
    ) -> Result<Option<Arc<PasskeyWithUser>>, StoreError>;

    /// A user's active and held passkeys in order of creation, with their true last use.
    async fn list_passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError>;

    /// The session with this id and its user, when it is alive at `now` (not ended, not expired)
    /// and the user is active.
    async fn find_session(
        &self,
        id: SessionId,
        now: UnixMillis,
    ) -> Result<Option<SessionWithUser>, StoreError>;

    /// A user's living sessions, newest first.
    async fn list_sessions(
        &self,
        user: UserId,
        now: UnixMillis,
    ) -> Result<Vec<keylane_model::Session>, StoreError>;

    /// The code with this id, in whatever state it is.
    async fn find_code(&self, id: CodeId) -> Result<Option<OneTimeCode>, StoreError>;

    /// The whole key ring, oldest first.
    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError>;

    /// Mails that are due at `now`, at most `limit`, oldest first.
    async fn list_due_mails(
        &self,
        now: UnixMillis,
        limit: u32,
    ) -> Result<Vec<OutboxMail>, StoreError>;

    /// Audit entries, in rising order.
    async fn list_audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;

    /// The RP IDs that active and held passkeys were made for, with how many each.
    async fn list_rp_ids(&self) -> Result<Vec<(RpId, u64)>, StoreError>;

    /// What is known of the stored metadata without reading it.
    async fn find_metadata(&self) -> Result<Option<MetadataHead>, StoreError>;

    /// The stored metadata: some megabytes.
    async fn load_metadata(&self) -> Result<Option<MetadataSnapshot>, StoreError>;

    /// What judging needs to know of active and held passkeys, after `after`, at most `limit`, in
    /// the order of their owners.
    async fn list_models(
        &self,
        after: Option<(UserId, PasskeyId)>,
        limit: u32,
    ) -> Result<Vec<PasskeyModel>, StoreError>;

    /// Whether there is an administrator.
    async fn has_administrator(&self) -> Result<bool, StoreError>;

    /// Counts for operators.
    async fn statistics(&self, now: UnixMillis) -> Result<Statistics, StoreError>;

    /// Asks the store whether it can read and write right now.
    async fn ping(&self) -> Result<(), StoreError>;
}
