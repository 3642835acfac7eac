//! Passkeys in memory, with their keys parsed: parsing is the dear part of reading one.
//!
//! What is cached may be older than another process' last commit, never older than our own. A
//! commit checks again what must be certain. Only what can sign in is cached, so that somebody
//! whose lock was lifted by another process is never kept out by an old entry.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keylane_model::{PasskeyState, UserStatus};
use keylane_store::PasskeyWithUser;
use keylane_webauthn::CredentialId;
use quick_cache::sync::Cache;

/// Entries whose changes are told apart only by the hash of their key.
const STRIPES: usize = 256;

pub(crate) struct PasskeyCache {
    entries: Cache<CredentialId, Arc<PasskeyWithUser>>,
    /// Grows whenever a passkey of the stripe changes.
    epochs: Box<[AtomicU64]>,
    hasher: RandomState,
}

/// A moment before a row was read. Only [`PasskeyCache::begin_read`] makes one.
pub(crate) struct ReadBegan(u64);

impl PasskeyCache {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            entries: Cache::new(entries_max),
            epochs: (0..STRIPES).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn find(&self, id: &CredentialId) -> Option<Arc<PasskeyWithUser>> {
        self.entries.get(id)
    }

    /// To be called before the row is read.
    pub(crate) fn begin_read(&self, id: &CredentialId) -> ReadBegan {
        ReadBegan(self.epoch(id).load(Ordering::SeqCst))
    }

    /// Keeps what was read since `began`.
    ///
    /// A commit may have changed the row since. It either moved the epoch before we look at it,
    /// and then the entry goes; or it moves it later, and then forgets the entry itself.
    pub(crate) fn keep(&self, began: &ReadBegan, read: &Arc<PasskeyWithUser>) {
        let usable =
            read.passkey.state == PasskeyState::Active && read.user.status == UserStatus::Active;
        if !usable {
            return;
        }
        let id = &read.passkey.record.id;
        self.entries.insert(id.clone(), Arc::clone(read));
        if self.epoch(id).load(Ordering::SeqCst) != began.0 {
            self.entries.remove(id);
        }
    }

    /// To be called after the commit and before its callers are answered.
    pub(crate) fn forget(&self, id: &CredentialId) {
        self.epoch(id).fetch_add(1, Ordering::SeqCst);
        self.entries.remove(id);
    }

    /// Forgets everything: another process has written.
    pub(crate) fn clear(&self) {
        for epoch in &self.epochs {
            epoch.fetch_add(1, Ordering::SeqCst);
        }
        self.entries.clear();
    }

    fn epoch(&self, id: &CredentialId) -> &AtomicU64 {
        let hash = self.hasher.hash_one(id);
        let stripe = usize::try_from(hash % STRIPES as u64).unwrap_or_default();
        &self.epochs[stripe]
    }
}
