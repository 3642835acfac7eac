//! Passkeys in memory, with their keys parsed: parsing is the dear part of reading one.
//!
//! What is cached may be older than another process' last commit, never older than our own. A
//! commit checks again what must be certain. Only what can sign in is cached, so that somebody
//! whose lock was lifted by another process is never kept out by an old entry.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keylane_model::{PasskeyState, UserStatus};
use keylane_store::PasskeyWithUser;
use keylane_webauthn::CredentialId;
use quick_cache::sync::Cache;

/// Entries whose changes are told apart only by the hash of their key.
const STRIPES: usize = 256;

pub(crate) struct PasskeyCache {
    entries: Cache<CredentialId, Arc<PasskeyWithUser>>,
    /// Each grows whenever a passkey of its stripe changes. Whoever puts an entry in or takes it out
    /// for a change holds the lock of its stripe meanwhile, so that nobody ever finds an entry that
    /// a commit has made old.
    epochs: Box<[Mutex<u64>]>,
    hasher: RandomState,
}

/// A moment before a row was read. Only [`PasskeyCache::begin_read`] makes one.
pub(crate) struct ReadBegan(u64);

impl PasskeyCache {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            entries: Cache::new(entries_max),
            epochs: (0..STRIPES).map(|_| Mutex::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn find(&self, id: &CredentialId) -> Option<Arc<PasskeyWithUser>> {
        self.entries.get(id)
    }

    /// To be called before the row is read.
    pub(crate) fn begin_read(&self, id: &CredentialId) -> ReadBegan {
        ReadBegan(*self.epoch(id))
    }

    /// Keeps what was read since `began`.
    ///
    /// A commit may have changed the row since. It either moved the epoch before we look at it,
    /// and then nothing is kept; or it moves it later, and then forgets the entry itself.
    pub(crate) fn keep(&self, began: &ReadBegan, read: &Arc<PasskeyWithUser>) {
        let usable =
            read.passkey.state == PasskeyState::Active && read.user.status == UserStatus::Active;
        if !usable {
            return;
        }
        let id = &read.passkey.record.id;
        let epoch = self.epoch(id);
        if *epoch == began.0 {
            self.entries.insert(id.clone(), Arc::clone(read));
        }
    }

    /// To be called after the commit and before its callers are answered.
    pub(crate) fn forget(&self, id: &CredentialId) {
        let mut epoch = self.epoch(id);
        *epoch += 1;
        self.entries.remove(id);
    }

    /// Forgets everything: another process has written.
    pub(crate) fn clear(&self) {
        let mut epochs: Vec<_> = self.epochs.iter().map(lock).collect();
        epochs.iter_mut().for_each(|epoch| **epoch += 1);
        self.entries.clear();
    }

    fn epoch(&self, id: &CredentialId) -> MutexGuard<'_, u64> {
        let hash = self.hasher.hash_one(id);
        let stripe = usize::try_from(hash % STRIPES as u64).unwrap_or_default();
        lock(&self.epochs[stripe])
    }
}

/// The number is right whoever panicked.
fn lock(epoch: &Mutex<u64>) -> MutexGuard<'_, u64> {
    epoch.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use keylane_model::{Passkey, PasskeyId, Role, UnixMillis, User, UserId};
    use keylane_webauthn::{Aaguid, CredentialRecord, PublicKey, UserHandle};

    use super::*;

    #[test]
    fn what_was_read_is_found() {
        check(|_, _| {}, |_| {}, Found::Yes);
    }

    #[test]
    fn what_changed_while_it_was_read_is_not_kept() {
        check(PasskeyCache::forget, |_| {}, Found::No);
    }

    #[test]
    fn what_was_read_while_another_process_wrote_is_not_kept() {
        check(|cache, _| cache.clear(), |_| {}, Found::No);
    }

    #[test]
    fn who_cannot_sign_in_is_not_kept() {
        check(|_, _| {}, |it| it.user.status = UserStatus::Locked, Found::No);
        check(|_, _| {}, |it| it.passkey.state = PasskeyState::Held, Found::No);
        check(|_, _| {}, |it| it.passkey.state = PasskeyState::Revoked, Found::No);
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Found {
        Yes,
        No,
    }

    /// Reads a passkey, lets something happen in the meantime, and keeps it.
    #[track_caller]
    fn check(
        meanwhile: impl FnOnce(&PasskeyCache, &CredentialId),
        edit: impl FnOnce(&mut PasskeyWithUser),
        expected: Found,
    ) {
        let cache = PasskeyCache::new(8);
        let mut read = passkey();
        let id = read.passkey.record.id.clone();
        edit(&mut read);

        let began = cache.begin_read(&id);
        meanwhile(&cache, &id);
        cache.keep(&began, &Arc::new(read));

        let found = if cache.find(&id).is_some() { Found::Yes } else { Found::No };
        assert_eq!(found, expected);
    }

    fn passkey() -> PasskeyWithUser {
        let user = User {
            id: UserId::from_bytes([1; 16]),
            user_handle: UserHandle::try_from([2; 64].as_slice()).unwrap(),
            email: "ada@example.org".parse().unwrap(),
            status: UserStatus::Active,
            role: Role::Member,
            created_at: UnixMillis(0),
        };
        // An Ed25519 key: the base point.
        let mut cose = vec![0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20, 0x58];
        cose.extend([0x66; 31]);
        let record = CredentialRecord {
            id: CredentialId::try_from([3; 16].as_slice()).unwrap(),
            user_handle: user.user_handle.clone(),
            public_key: PublicKey::from_cose(&cose).unwrap(),
            sign_count: 0,
            backup_eligible: true,
            backed_up: true,
            uv_initialized: true,
            rp_id: "example.org".parse().unwrap(),
        };
        let passkey = Passkey {
            id: PasskeyId::from_bytes([4; 16]),
            user: user.id,
            record,
            aaguid: Aaguid([0; 16]),
            transports: Vec::new(),
            discoverable: None,
            attestation_format: "none".to_owned(),
            nickname: "Blue".parse().unwrap(),
            created_in: None,
            created_at: UnixMillis(0),
            model_proof: keylane_model::ModelProof::Claimed,
            model_standing: keylane_model::ModelStanding::Clear,
            last_used_at: None,
            state: PasskeyState::Active,
        };
        PasskeyWithUser { passkey, user }
    }
}
