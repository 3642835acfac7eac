//! What only a store in one file has to prove.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use keylane_model::{
    Actor, Change, CodePurpose, Commit, Committed, EmailAddress, KeyId, KeyPurpose, ModelProof,
    ModelStanding, OneTimeCode, RequestContext, StoredKey, SystemEntropy, UnixMillis,
};
use keylane_store::{CommitError, Store, StoreError};
use keylane_store_sqlite::{SCHEMA_VERSION, SqliteOptions, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinSet;

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

#[tokio::test]
async fn refusal_in_a_batch_leaves_its_neighbours_alone() {
    let (_folder, store) = open();
    let mut tasks = JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        // Every other one tries a code that does not exist.
        let change = if number % 2 == 0 {
            install()
        } else {
            Change::AttemptCode { code: code("ada@example.org").id }
        };
        tasks.spawn(async move { commit(&store, change).await });
    }
    let outcomes = tasks.join_all().await;
    let refused = outcomes.iter().filter(|it| matches!(it, Err(CommitError::CodeDead))).count();
    let made = outcomes.iter().filter(|it| it.is_ok()).count();
    assert_eq!((made, refused), (100, 100));
    assert_eq!(store.list_keys().await.unwrap().len(), 100);
    assert_eq!(store.statistics(NOW).await.unwrap().audit_entries, 100);
}

#[tokio::test]
async fn broken_change_leaves_its_neighbours_alone() {
    let (_folder, store) = open();
    let key = install();
    commit(&store, key.clone()).await.unwrap();
    let (again, other) = tokio::join!(commit(&store, key), commit(&store, install()));
    assert!(matches!(again, Err(CommitError::Store(StoreError::Damaged(_)))));
    assert_eq!(other.unwrap().audit, 2);
}

#[tokio::test]
async fn store_that_can_only_be_read_answers_no_ping() {
    let (_folder, store) = open();
    store.ping().await.unwrap();
    // What SQLite does on a file that belongs to somebody else.
    let other = Connection::open(store.path()).unwrap();
    let trigger = "CREATE TRIGGER refuse BEFORE UPDATE ON schema_migration
                   BEGIN SELECT RAISE(ABORT, 'read-only'); END";
    other.execute_batch(trigger).unwrap();
    assert!(store.ping().await.is_err());
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn ping_after_a_lost_transaction_proves_that_one_is_kept() {
    let (_folder, store) = open();
    let other = Connection::open(store.path()).unwrap();
    let writes = || other.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    // What SQLite does when the disk is full.
    let trigger = "CREATE TRIGGER full BEFORE INSERT ON key
                   BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    other.execute_batch(trigger).unwrap();
    let before = writes();
    store.ping().await.unwrap();
    assert_eq!(writes(), before, "a ping in good times writes nothing");

    let lost = commit(&store, install()).await;
    assert!(matches!(lost, Err(CommitError::Store(StoreError::Unavailable(_)))), "{lost:?}");
    store.ping().await.unwrap();
    assert_ne!(writes(), before);
}

#[tokio::test]
async fn full_queue_sheds_instead_of_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { queue_max: 4, ..SqliteOptions::default() };
    let store = SqliteStore::open(&folder.path().join("keylane.db"), options).unwrap();
    // Another process holds the lock, so that the writer cannot get on.
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let store = store.clone();
        tasks.spawn(async move { commit(&store, install()).await });
    }
    let mut shed = 0;
    while shed < 32 {
        let outcome = tasks.join_next().await.unwrap().unwrap();
        assert!(matches!(outcome, Err(CommitError::Store(StoreError::Unavailable(_)))));
        shed += 1;
    }
    other.execute_batch("ROLLBACK").unwrap();
    let made = tasks.join_all().await.iter().filter(|it| it.is_ok()).count();
    assert!(made >= 4, "those that waited are answered: {made}");
    assert_eq!(store.list_keys().await.unwrap().len(), made);
}

#[tokio::test]
async fn acknowledged_commits_are_in_the_file_without_a_close() {
    let (folder, store) = open();
    for _ in 0..20 {
        commit(&store, install()).await.unwrap();
    }
    // What a power cut would leave: the file and its log, while the store is still open.
    let copy = folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["keylane.db", "keylane.db-wal"] {
        fs::copy(folder.path().join(name), copy.join(name)).unwrap();
    }
    let reopened = SqliteStore::open(&copy.join("keylane.db"), SqliteOptions::default()).unwrap();
    assert_eq!(reopened.list_keys().await.unwrap(), store.list_keys().await.unwrap());
    assert_eq!(reopened.statistics(NOW).await.unwrap().audit_entries, 20);
}

#[tokio::test]
async fn drop_finishes_what_was_taken() {
    let (folder, store) = open();
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let store = store.clone();
        tasks.spawn(async move { commit(&store, install()).await });
    }
    drop(store);
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    let reopened = reopen(&folder);
    assert_eq!(reopened.list_keys().await.unwrap().len(), 100);
}

#[tokio::test]
async fn close_empties_the_log_and_refuses_what_comes_later() {
    let (folder, store) = open();
    commit(&store, install()).await.unwrap();
    store.close().await;
    store.close().await;
    let outcome = commit(&store, install()).await;
    assert!(matches!(outcome, Err(CommitError::Store(StoreError::Unavailable(_)))));
    assert!(store.ping().await.is_err());
    assert_eq!(store.list_keys().await.unwrap().len(), 1);
    let log = fs::metadata(folder.path().join("keylane.db-wal")).map_or(0, |it| it.len());
    assert_eq!(log, 0);
}

#[tokio::test]
async fn log_does_not_grow_without_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keylane.db");
    let options = SqliteOptions {
        checkpoint_pages: 50,
        wal_pages_max: 200,
        durability: keylane_store_sqlite::Durability::ProcessEnd,
        ..SqliteOptions::default()
    };
    let store = SqliteStore::open(&path, options).unwrap();
    for _ in 0..2_000 {
        commit(&store, install()).await.unwrap();
    }
    // Each commit writes a few pages; without checkpoints these would be thousands.
    let log = fs::metadata(folder.path().join("keylane.db-wal")).unwrap().len();
    assert!(log < 400 * 4_120, "the log has {log} bytes");
}

#[tokio::test]
async fn newer_schema_is_refused() {
    let (folder, store) = open();
    drop(store);
    tamper(&folder, "INSERT INTO schema_migration VALUES (99, x'00')");
    let refusal = SqliteStore::open(&folder.path().join("keylane.db"), SqliteOptions::default());
    let refusal = refusal.unwrap_err();
    assert!(matches!(refusal, StoreError::NewerSchema { found: 99, known: SCHEMA_VERSION }));
}

#[tokio::test]
async fn passkeys_of_the_first_schema_are_claims_with_nothing_against_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keylane.db");
    let first = include_str!("../migrations/0001_first.sql");
    let older = Connection::open(&path).unwrap();
    older.pragma_update(None, "application_id", 0x4b4c_414e).unwrap();
    older
        .execute_batch("CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT")
        .unwrap();
    older.execute_batch(first).unwrap();
    let checksum = digest(&SHA256, first.as_bytes());
    let row = "INSERT INTO schema_migration VALUES (1, ?1)";
    older.execute(row, [checksum.as_ref()]).unwrap();
    let user =
        "INSERT INTO user VALUES (zeroblob(16), x'02', 'ada@example.org', 'active', 'member', 0)";
    older.execute_batch(user).unwrap();
    older.execute_batch("INSERT INTO relying_party VALUES (1, 'example.org', 1)").unwrap();
    let passkey =
        "INSERT INTO passkey VALUES (zeroblob(16), randomblob(16), x'03', x'04', 0, 1, 1, 1, 1,
                   randomblob(16), '[]', NULL, 'none', 'Key', NULL, 0, NULL, 'active')";
    older.execute_batch(passkey).unwrap();
    drop(older);

    let store = SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    assert_eq!(store.schema_version().unwrap(), SCHEMA_VERSION);
    let models = store.list_models(None, 10).await.unwrap();
    let found: Vec<_> = models.iter().map(|it| (it.proof, it.standing)).collect();
    assert_eq!(found, [(ModelProof::Claimed, ModelStanding::Clear)]);
    assert_eq!(store.find_metadata().await.unwrap(), None);
}

#[tokio::test]
async fn changed_migration_is_refused() {
    let (folder, store) = open();
    drop(store);
    tamper(&folder, "UPDATE schema_migration SET checksum = x'00'");
    let refusal = SqliteStore::open(&folder.path().join("keylane.db"), SqliteOptions::default());
    assert!(matches!(refusal.unwrap_err(), StoreError::Damaged(_)));
}

#[tokio::test]
async fn database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    tamper(&folder, "CREATE TABLE theirs (it INTEGER)");
    let path = folder.path().join("keylane.db");
    let refusal = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
    assert!(matches!(refusal, StoreError::Damaged(_)));
    let tables: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keylane.db");
    fs::write(&path, vec![b'x'; 8_192]).unwrap();
    let refusal = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
    assert!(matches!(refusal, StoreError::Damaged(_)), "{refusal:?}");
}

#[tokio::test]
async fn file_that_cannot_be_made_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/such/folder/keylane.db");
    let refusal = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
    assert!(refusal.to_string().contains("no/such/folder"), "{refusal}");
}

#[tokio::test]
async fn reading_only_reads_and_makes_nothing() {
    let (folder, store) = open();
    commit(&store, install()).await.unwrap();
    let path = folder.path().join("keylane.db");
    let reader = SqliteStore::open_read_only(&path).unwrap();
    assert_eq!(reader.schema_version().unwrap(), SCHEMA_VERSION);
    assert_eq!(reader.list_keys().await.unwrap().len(), 1);
    let outcome = commit(&reader, install()).await;
    assert!(matches!(outcome, Err(CommitError::Store(StoreError::Unavailable(_)))));
    let nowhere = folder.path().join("nowhere.db");
    SqliteStore::open_read_only(&nowhere).unwrap_err();
    assert!(!nowhere.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = open();
    commit(&store, install()).await.unwrap();
    for name in ["keylane.db", "keylane.db-wal", "keylane.db-shm"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

fn open() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = reopen(&folder);
    (folder, store)
}

fn reopen(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("keylane.db"), SqliteOptions::default()).unwrap()
}

fn tamper(folder: &TempDir, sql: &str) {
    let path: &Path = &folder.path().join("keylane.db");
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

async fn commit(store: &SqliteStore, change: Change) -> Result<Committed, CommitError> {
    let store: Arc<dyn Store> = Arc::new(store.clone());
    let (actor, request) = (Actor::System, RequestContext::default());
    store.commit(Commit { at: NOW, actor, request, change }).await
}

fn install() -> Change {
    let id = KeyId::new(NOW, &SystemEntropy).unwrap();
    let (purpose, sealed) = (KeyPurpose::TokenMac, vec![7; 64]);
    Change::InstallKey { key: StoredKey { id, purpose, sealed, created_at: NOW } }
}

fn code(email: &str) -> OneTimeCode {
    OneTimeCode {
        id: keylane_model::CodeId::new(NOW, &SystemEntropy).unwrap(),
        email: email.parse::<EmailAddress>().unwrap(),
        purpose: CodePurpose::SignUp,
        mac: [0; 32],
        attempts: 0,
        issued_at: NOW,
        expires_at: NOW.saturating_add_ms(600_000),
    }
}
