//! What can be set, and what cannot.

use std::time::Duration;

/// Most active and held passkeys of one account.
pub const PASSKEYS_PER_USER_MAX: u32 = 64;

/// Most rows of each kind that one sweep removes.
pub const SWEEP_ROWS_MAX: u32 = 500;

/// How long an expired mail is left to whoever delivers: longer than they wait between tries.
pub(crate) const MAIL_GRACE_MS: u64 = 60 * 60 * 1_000;

/// Entries of the audit log that share a span, as a power of two. The same number stands in the
/// schema's index expressions.
pub(crate) const SPAN_BITS: u32 = 11;

/// Statements that each connection keeps prepared. More than there are different ones.
pub(crate) const STATEMENTS_CACHED_MAX: usize = 128;

/// How a store works. The defaults suit a machine of any size.
#[derive(Debug, Clone, Copy)]
pub struct SqliteOptions {
    /// How many commits may wait. One more is refused as unavailable, which is better for
    /// everybody than answers that come too late.
    pub queue_max: usize,
    /// How many commits share one transaction, at most.
    pub batch_max: usize,
    /// How long a write waits for another process that is writing.
    pub busy_timeout: Duration,
    /// Connections for point reads.
    pub readers: usize,
    /// Passkeys kept in memory with their parsed keys.
    pub passkey_cache_entries_max: usize,
    /// When the write-ahead log has grown by this many pages, it is copied to the database in the
    /// background.
    pub checkpoint_pages: u32,
    /// When the write-ahead log has this many pages, commits wait until it is copied.
    pub wal_pages_max: u32,
    /// Whether an acknowledged commit survives a power cut.
    pub durability: Durability,
}

/// Whether an acknowledged commit survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    PowerCut,
    /// It survives the end of the process, but not of the machine. For tests.
    ProcessEnd,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            queue_max: 4_096,
            batch_max: 512,
            busy_timeout: Duration::from_secs(5),
            readers: cores.clamp(2, 16),
            passkey_cache_entries_max: 16_384,
            checkpoint_pages: 2_000,
            wal_pages_max: 16_000,
            durability: Durability::PowerCut,
        }
    }
}
