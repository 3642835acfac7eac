//! How many durable sign-ins this machine's disk and the store can do.
//!
//! ```text
//! cargo run --release -p keylane-store-sqlite --example commit_rate -- \
//!     [credentials] [seconds] [callers,callers,...] [folder]
//! ```
//!
//! Fills a database with people who have one passkey each (default 100,000; the file stays in the
//! folder for the next run, if one is given), then lets callers (default 1, then 4, then 64) sign
//! in at random for some seconds each (default 5): once with synced passkeys, whose counter stays 0, and once with
//! device-bound ones, whose record is rewritten each time. Every sign-in reads the passkey first,
//! as a ceremony would.
//!
//! CPU is that of the whole process: callers, readers, writer and checkpoints. A transaction costs
//! one fsync; checkpoints add a few for each thousand.

#![allow(clippy::unwrap_used, reason = "a measurement that fails has nothing to say")]
#![allow(clippy::disallowed_methods, reason = "it measures real time")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use keylane_model::entropy::random_bytes;
use keylane_model::{
    Actor, Assurance, Change, Clock, CodeId, CodePurpose, Commit, CredentialUpdate, Delivery,
    MailId, OneTimeCode, OutboxMail, Passkey, PasskeyId, PasskeyState, RequestContext, Role,
    Session, SessionId, SpentCeremony, SystemClock, SystemEntropy, UnixMillis, User, UserId,
    UserStatus,
};
use keylane_store::Store;
use keylane_store_sqlite::{SqliteOptions, SqliteStore};
use keylane_webauthn::{Aaguid, CredentialId, CredentialRecord, PublicKey, UserHandle};
use tokio::task::JoinSet;

const FILLERS: u32 = 256;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let credentials: u32 = arguments.next().map_or(100_000, |it| it.parse().unwrap());
    let seconds: u64 = arguments.next().map_or(5, |it| it.parse().unwrap());
    let callers = arguments.next().unwrap_or_else(|| "1,4,64".to_owned());
    let callers: Vec<u32> = callers.split(',').map(|it| it.parse().unwrap()).collect();
    let temporary = tempfile::tempdir().unwrap();
    let folder = arguments.next().map_or(temporary.path().to_owned(), PathBuf::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(folder, credentials, Duration::from_secs(seconds), &callers));
}

async fn run(folder: PathBuf, credentials: u32, length: Duration, callers: &[u32]) {
    let path = folder.join("commit_rate.db");
    let store = Arc::new(SqliteStore::open(&path, SqliteOptions::default()).unwrap());
    fill(&store, credentials).await;
    let size = std::fs::metadata(&path).unwrap().len();
    println!("{credentials} credentials, {size} bytes in the file");
    for (name, counter) in
        [("synced, counter 0", Counter::Zero), ("rising counter", Counter::Rising)]
    {
        for &callers in callers {
            measure(&store, name, counter, callers, credentials, length).await;
        }
    }
}

#[derive(Clone, Copy)]
enum Counter {
    Zero,
    Rising,
}

async fn measure(
    store: &Arc<SqliteStore>,
    name: &str,
    counter: Counter,
    callers: u32,
    credentials: u32,
    length: Duration,
) {
    let logins = Arc::new(AtomicU64::new(0));
    let written = store.transactions();
    let (began, cpu) = (Instant::now(), cpu_us());
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (store, logins) = (Arc::clone(store), Arc::clone(&logins));
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            while began.elapsed() < length {
                let number = u32::from_le_bytes(random()) % credentials;
                let start = Instant::now();
                sign_in(&*store, number, counter).await;
                latencies.push(start.elapsed());
                logins.fetch_add(1, Ordering::Relaxed);
            }
            latencies
        });
    }
    let mut latencies: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    latencies.sort_unstable();
    let logins = logins.load(Ordering::Relaxed);
    let rate = logins as f64 / began.elapsed().as_secs_f64();
    let cpu = (cpu_us() - cpu) as f64 / logins as f64;
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 1_000].as_secs_f64() * 1e3;
    println!(
        "{name:>18} {callers:>3} callers: {rate:>7.0} logins/s, {cpu:>5.1} µs CPU, \
         p50 {:>6.2} ms, p99 {:>6.2} ms, \
         {:.4} transactions/login",
        at(500),
        at(990),
        (store.transactions() - written) as f64 / logins as f64,
    );
}

async fn sign_in(store: &dyn Store, number: u32, counter: Counter) {
    let now = SystemClock.now();
    let found = store.find_passkey(&credential_id(number)).await.unwrap().unwrap();
    let (user, passkey) = (found.user.id, found.passkey.id);
    let update = match counter {
        Counter::Zero => None,
        Counter::Rising => Some(CredentialUpdate {
            sign_count: found.passkey.record.sign_count + 1,
            backed_up: false,
            backup_eligible: false,
            uv_initialized: true,
        }),
    };
    let change = Change::RecordAuthentication {
        passkey,
        ceremony: ceremony(now),
        update,
        session: session(now, user, Some(passkey)),
        replaces: None,
        signals: Vec::new(),
    };
    store.commit(commit(now, Actor::User(user), change)).await.unwrap();
}

async fn fill(store: &Arc<SqliteStore>, credentials: u32) {
    let there = store.statistics(SystemClock.now()).await.unwrap().users;
    let next = Arc::new(AtomicU64::new(there));
    let mut tasks = JoinSet::new();
    for _ in 0..FILLERS {
        let (store, next) = (Arc::clone(store), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Ok(number) = u32::try_from(number) else { return };
                if number >= credentials {
                    return;
                }
                register(&*store, number).await;
            }
        });
    }
    tasks.join_all().await;
}

/// One person with one passkey, through the same door as everybody.
async fn register(store: &dyn Store, number: u32) {
    let now = SystemClock.now();
    let email = format!("person{number}@example.org");
    let code = OneTimeCode {
        id: CodeId::new(now, &SystemEntropy).unwrap(),
        email: email.parse().unwrap(),
        purpose: CodePurpose::SignUp,
        mac: random(),
        attempts: 0,
        issued_at: now,
        expires_at: now.saturating_add_ms(600_000),
    };
    let user = User {
        id: UserId::new(now, &SystemEntropy).unwrap(),
        user_handle: UserHandle::try_from(random::<64>().as_slice()).unwrap(),
        email: email.parse().unwrap(),
        status: UserStatus::Active,
        role: Role::Member,
        created_at: now,
    };
    let opened = session(now, user.id, None);
    let (code_id, asked_by, passkey) = (code.id, opened.id, passkey(now, &user, number));
    let changes = [
        Change::IssueCode { code, mail: mail(now) },
        Change::SignUp { code: code_id, user, session: opened },
        Change::RegisterCredential {
            passkey: Box::new(passkey),
            asked_by,
            ceremony: ceremony(now),
            raised: None,
            mail: mail(now),
        },
    ];
    for change in changes {
        store.commit(commit(now, Actor::Anonymous, change)).await.unwrap();
    }
}

fn commit(at: UnixMillis, actor: Actor, change: Change) -> Commit {
    let request = RequestContext {
        request_id: Some(SessionId::new(at, &SystemEntropy).unwrap().to_string()),
        network: Some("192.0.2.0/24".to_owned()),
        device: Some("Chrome on Android".to_owned()),
    };
    Commit { at, actor, request, change }
}

fn passkey(now: UnixMillis, user: &User, number: u32) -> Passkey {
    Passkey {
        id: PasskeyId::new(now, &SystemEntropy).unwrap(),
        user: user.id,
        record: CredentialRecord {
            id: credential_id(number),
            user_handle: user.user_handle.clone(),
            public_key: public_key(),
            sign_count: 0,
            backup_eligible: true,
            backed_up: true,
            uv_initialized: true,
            rp_id: "example.org".parse().unwrap(),
        },
        aaguid: Aaguid(random()),
        transports: ["internal", "hybrid"].into_iter().flat_map(str::parse).collect(),
        discoverable: Some(true),
        attestation_format: "none".to_owned(),
        nickname: "Google Password Manager".parse().unwrap(),
        created_in: Some("Chrome on Android".to_owned()),
        created_at: now,
        model_proof: keylane_model::ModelProof::Claimed,
        model_standing: keylane_model::ModelStanding::Clear,
        last_used_at: None,
        state: PasskeyState::Active,
    }
}

fn session(now: UnixMillis, user: UserId, passkey: Option<PasskeyId>) -> Session {
    Session {
        id: SessionId::new(now, &SystemEntropy).unwrap(),
        user,
        passkey,
        assurance: Assurance::Passkey,
        user_verified: true,
        authenticated_at: now,
        expires_at: now.saturating_add_ms(30 * 86_400_000),
        delivery: Delivery::Cookie,
        device: "Chrome on Android".to_owned(),
        refresh_generation: 0,
        refreshed_at: now,
    }
}

fn ceremony(now: UnixMillis) -> SpentCeremony {
    SpentCeremony { issued_at: now, id: random(), expires_at: now.saturating_add_ms(300_000) }
}

fn mail(now: UnixMillis) -> OutboxMail {
    OutboxMail {
        id: MailId::new(now, &SystemEntropy).unwrap(),
        sealed: Vec::new(),
        failures: 0,
        due_at: now,
        expires_at: now.saturating_add_ms(600_000),
    }
}

/// The same for the same number in each run, and scattered as authenticators' ids are.
fn credential_id(number: u32) -> CredentialId {
    let mixed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    CredentialId::try_from([mixed, mixed].concat()).unwrap()
}

/// The generator of P-256, a key as valid as any.
fn public_key() -> PublicKey {
    let x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let cose = format!("a5010203262001215820{x}225820{y}");
    let bytes = (0..cose.len()).step_by(2).map(|at| u8::from_str_radix(&cose[at..at + 2], 16));
    PublicKey::from_cose(&bytes.collect::<Result<Vec<_>, _>>().unwrap()).unwrap()
}

fn random<const N: usize>() -> [u8; N] {
    random_bytes(&SystemEntropy).unwrap()
}

/// CPU time of the process so far, in microseconds; 0 where there is no `/proc`.
fn cpu_us() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    // User and system time, in ticks of 10 ms.
    let ticks = fields.split(' ').skip(11).take(2).filter_map(|it| it.parse::<u64>().ok());
    ticks.sum::<u64>() * 10_000
}
