//! Time that the test owns.

use std::sync::atomic::{AtomicU64, Ordering};

use keylane_model::{Clock, UnixMillis};

/// A clock that moves when it is told to.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(now: UnixMillis) -> Self {
        Self(AtomicU64::new(now.0))
    }

    /// Lets time pass.
    pub fn advance_ms(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn advance_s(&self, seconds: u64) {
        self.advance_ms(seconds * 1000);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}
