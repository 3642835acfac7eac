//! The one thread that writes, and group commit.
//!
//! While a transaction is being written to the disk, more commits gather in the queue; they make
//! up the next transaction. The more callers there are, the more of them share one fsync.

use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use keylane_model::{Change, Commit, Committed};
use keylane_store::{CommitError, StoreError};
use keylane_webauthn::CredentialId;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::apply;
use crate::cache::PasskeyCache;
use crate::checkpoint::{Checkpointer, Mode, checkpoint};
use crate::error::{Failure, store_error};
use crate::options::SqliteOptions;

/// From how many on commits wait for each other.
const CROWD_MIN: usize = 8;
/// One look at the queue to the next.
const PAUSE: Duration = Duration::from_micros(150);
/// After this many, whoever is there goes: some 4 ms with the system's timers.
const PAUSES_MAX: u32 = 20;
/// After this many in a row that brought nobody, too. A crowd that verifies signatures between its
/// commits comes one by one, each a few hundred microseconds after the other.
const QUIET_PAUSES_MAX: u32 = 4;

type Answer<T> = oneshot::Sender<T>;

type Outcome = Result<Committed, CommitError>;

/// A commit and whom to tell.
type Asked = (Box<Commit>, Answer<Outcome>);

/// What the thread is asked to do.
enum Job {
    /// Make a change.
    Commit(Box<Commit>, Answer<Outcome>),
    /// Say whether a change could be made.
    Ping(Answer<Result<(), StoreError>>),
}

/// The way to the thread.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: RwLock<Option<SyncSender<Job>>>,
    thread: RwLock<Option<JoinHandle<()>>>,
    transactions: Arc<AtomicU64>,
}

impl Writer {
    pub(crate) fn start(
        mut connection: Connection,
        path: &Path,
        options: &SqliteOptions,
        cache: Arc<PasskeyCache>,
    ) -> Result<Self, StoreError> {
        let wal_pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&wal_pages);
        connection
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                seen.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
                Ok(())
            }))
            .map_err(|err| store_error(&err))?;
        let (queue, jobs) = sync_channel(options.queue_max);
        let transactions = Arc::new(AtomicU64::new(0));
        let worker = Worker {
            transactions: Arc::clone(&transactions),
            data_version: data_version(&connection).map_err(|err| store_error(&err))?,
            connection,
            cache,
            checkpointer: Checkpointer::start(path, options)?,
            batch_max: options.batch_max.max(1),
            crowd: 0,
            failing: false,
            wal: Wal::new(wal_pages, options),
        };
        let thread = thread::Builder::new()
            .name("keylane-writer".to_owned())
            .spawn(move || worker.run(&jobs))
            .map_err(|err| StoreError::Unavailable(err.to_string()))?;
        let (queue, thread) = (RwLock::new(Some(queue)), RwLock::new(Some(thread)));
        Ok(Self { queue, thread, transactions })
    }

    /// How many transactions were written since the start.
    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Commit(Box::new(commit), answer))?;
        answered.await.unwrap_or_else(|_| Err(unavailable("the writer has stopped").into()))
    }

    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Ping(answer))?;
        answered.await.unwrap_or_else(|_| Err(unavailable("the writer has stopped")))
    }

    /// Never waits: who comes to a full queue is sent away.
    fn send(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else { return Err(unavailable("the store is closed")) };
        queue.try_send(job).map_err(|err| match err {
            TrySendError::Full(_) => unavailable("too many commits are waiting"),
            TrySendError::Disconnected(_) => unavailable("the writer has stopped"),
        })
    }

    /// Takes no more commits, waits until those that were taken are answered, and leaves the
    /// whole database in its file. Blocks.
    pub(crate) fn stop(&self) {
        *self.queue.write().unwrap_or_else(PoisonError::into_inner) = None;
        let thread = self.thread.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer thread panicked");
        }
    }
}

fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.to_owned())
}

/// What the thread owns.
struct Worker {
    connection: Connection,
    cache: Arc<PasskeyCache>,
    checkpointer: Checkpointer,
    batch_max: usize,
    transactions: Arc<AtomicU64>,
    /// How many came together lately.
    crowd: usize,
    /// The last transaction was lost as a whole.
    failing: bool,
    wal: Wal,
    /// Changes when another connection has written.
    data_version: i64,
}

impl Worker {
    /// Ends when the last way to the queue is gone and the queue is empty.
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let batch = self.gather(first, jobs);
            self.work(batch);
            self.wal.tend(&self.connection, &self.checkpointer);
        }
        self.checkpointer.stop();
        checkpoint(&self.connection, Mode::Truncate);
    }

    /// Everything that waits; in a crowd also who was answered just now and is about to be back.
    ///
    /// A disk that is quick to answer would otherwise be asked for each handful, and the crowd
    /// would pay for an fsync where it could share one. The wait ends when as many are there as
    /// lately were, when some pauses bring nobody, or after many.
    fn gather(&mut self, first: Job, jobs: &Receiver<Job>) -> Vec<Job> {
        let mut batch = Vec::with_capacity(self.crowd.max(1));
        batch.push(first);
        let (mut pauses, mut quiet) = (0, 0);
        loop {
            let before = batch.len();
            batch.extend(jobs.try_iter().take(self.batch_max.saturating_sub(before)));
            let enough = batch.len() >= self.crowd.min(self.batch_max);
            quiet = if pauses > 0 && batch.len() == before { quiet + 1 } else { 0 };
            let over = quiet == QUIET_PAUSES_MAX || pauses == PAUSES_MAX;
            if self.crowd < CROWD_MIN || enough || over {
                break;
            }
            thread::sleep(PAUSE);
            pauses += 1;
        }
        self.crowd = batch.len().max(self.crowd * 3 / 4);
        batch
    }

    fn work(&mut self, batch: Vec<Job>) {
        let mut commits = Vec::with_capacity(batch.len());
        let mut pings = Vec::new();
        for job in batch {
            match job {
                // Nobody waits for the answer any more, and nobody was told anything.
                Job::Commit(_, answer) if answer.is_closed() => {}
                Job::Commit(commit, answer) => commits.push((commit, answer)),
                Job::Ping(answer) => pings.push(answer),
            }
        }
        if !commits.is_empty() {
            self.commit_all(commits);
        }
        for answer in pings {
            let _ = answer.send(self.try_transaction());
        }
    }

    /// One transaction for all of them.
    fn commit_all(&mut self, commits: Vec<Asked>) {
        let mut touched = Vec::new();
        let outcome = self.transaction(&commits, &mut touched);
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.failing = outcome.is_err();
        // Before anybody is answered, so that who was told of a change sees it.
        for id in &touched {
            self.cache.forget(id);
        }
        match outcome {
            Ok(results) => {
                for ((_, answer), result) in commits.into_iter().zip(results) {
                    let _ = answer.send(result);
                }
            }
            Err(err) => {
                tracing::error!(%err, commits = commits.len(), "a transaction failed");
                let why = err.to_string();
                for (_, answer) in commits {
                    let _ = answer.send(Err(unavailable(&why).into()));
                }
            }
        }
    }

    fn transaction(
        &mut self,
        commits: &[Asked],
        touched: &mut Vec<CredentialId>,
    ) -> rusqlite::Result<Vec<Outcome>> {
        self.execute("BEGIN IMMEDIATE")?;
        let results = self.transaction_inside(commits, touched);
        let results = results.and_then(|results| self.execute("COMMIT").map(|()| results));
        if results.is_err() && !self.connection.is_autocommit() {
            self.execute("ROLLBACK")?;
        }
        results
    }

    fn transaction_inside(
        &mut self,
        commits: &[Asked],
        touched: &mut Vec<CredentialId>,
    ) -> rusqlite::Result<Vec<Outcome>> {
        let data_version = data_version(&self.connection)?;
        if data_version != self.data_version {
            self.data_version = data_version;
            self.cache.clear();
        }
        commits.iter().map(|(commit, _)| self.change(commit, touched)).collect()
    }

    /// One change under its own savepoint. `Err` only when the whole transaction is lost.
    fn change(
        &self,
        commit: &Commit,
        touched: &mut Vec<CredentialId>,
    ) -> rusqlite::Result<Outcome> {
        self.execute("SAVEPOINT change")?;
        match apply::apply(&self.connection, commit, touched) {
            Ok(committed) => {
                self.execute("RELEASE change")?;
                Ok(Ok(committed))
            }
            Err(failure) => {
                // A full disk or a broken file may have rolled everything back.
                let failure = match failure {
                    Failure::Sql(err) if self.connection.is_autocommit() => return Err(err),
                    other => other,
                };
                self.execute("ROLLBACK TO change")?;
                self.execute("RELEASE change")?;
                self.forget_refused(commit, touched)?;
                Ok(Err(failure.into()))
            }
        }
    }

    /// A sign-in that is refused here went by a cached passkey that is out of date.
    fn forget_refused(
        &self,
        commit: &Commit,
        touched: &mut Vec<CredentialId>,
    ) -> rusqlite::Result<()> {
        match &commit.change {
            Change::RecordAuthentication { passkey, session, .. } => {
                apply::touch(&self.connection, session.user, *passkey, touched)
            }
            _ => Ok(()),
        }
    }

    /// Writes something that changes nothing. A file that may only be read says so at once. A
    /// full disk says so when the write is kept, which is asked for after a failure only: then
    /// this is also how it is noticed that there is room again.
    fn try_transaction(&mut self) -> Result<(), StoreError> {
        let end = if self.failing { "COMMIT" } else { "ROLLBACK" };
        let outcome = self
            .execute("BEGIN IMMEDIATE")
            .and_then(|()| self.execute("UPDATE schema_migration SET version = version"))
            .and_then(|()| self.execute(end));
        if outcome.is_err() && !self.connection.is_autocommit() {
            self.execute("ROLLBACK").map_err(|err| store_error(&err))?;
        }
        self.failing &= outcome.is_err();
        outcome.map_err(|err| store_error(&err))
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
}

/// How long the write-ahead log is and what is done about it.
struct Wal {
    /// As of the last commit.
    pages: Arc<AtomicU32>,
    checkpoint_pages: u32,
    pages_max: u32,
    /// The length at which the next checkpoint is wished for.
    wish_at: u32,
    /// The length at which the writer makes one itself.
    wait_at: u32,
}

impl Wal {
    fn new(pages: Arc<AtomicU32>, options: &SqliteOptions) -> Self {
        Self {
            pages,
            checkpoint_pages: options.checkpoint_pages,
            pages_max: options.wal_pages_max,
            wish_at: options.checkpoint_pages,
            wait_at: options.wal_pages_max,
        }
    }

    /// After each batch.
    fn tend(&mut self, connection: &Connection, checkpointer: &Checkpointer) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages + self.checkpoint_pages < self.wish_at {
            // The log began anew.
            self.wish_at = self.checkpoint_pages;
            self.wait_at = self.pages_max;
        }
        if pages >= self.wait_at {
            checkpoint(connection, Mode::Passive);
            // A reader that holds an old view keeps the log from beginning anew. Trying again
            // at each commit would make everybody wait for it.
            self.wait_at = pages + self.checkpoint_pages;
        } else if pages >= self.wish_at {
            checkpointer.wish();
            self.wish_at = pages + self.checkpoint_pages;
        }
    }
}
