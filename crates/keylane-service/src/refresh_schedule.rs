//! When metadata is asked for again: at intervals while it works, at growing ones while it does
//! not, and never at the same moment as every other server.
//!
//! The time and the randomness are arguments, so a test can walk through a year.

use keylane_model::entropy::{EntropyError, random_bytes};
use keylane_model::{Entropy, UnixMillis};

const MINUTE_MS: u64 = 60 * 1000;
/// The first wait after a failure; each further one doubles it.
const RETRY_FIRST_MS: u64 = MINUTE_MS;
/// The longest wait after a failure, unless the interval is shorter.
const RETRY_MS_MAX: u64 = 6 * 60 * MINUTE_MS;
/// The first time is within this of the start.
const START_SPREAD_MS_MAX: u64 = MINUTE_MS;

/// When metadata is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshSchedule {
    interval_ms: u64,
    failures: u32,
    due_at: UnixMillis,
}

impl RefreshSchedule {
    /// Every `interval_ms`, and the first time soon after `now`: within a minute, or within a
    /// tenth of the interval when that is shorter.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] when there is no randomness.
    pub fn new(
        interval_ms: u64,
        now: UnixMillis,
        entropy: &dyn Entropy,
    ) -> Result<Self, EntropyError> {
        let spread_ms = START_SPREAD_MS_MAX.min(interval_ms / 10);
        let due_at = now.saturating_add_ms(up_to(spread_ms, entropy)?);
        Ok(Self { interval_ms, failures: 0, due_at })
    }

    /// Whether it is time.
    #[must_use]
    pub fn is_due(&self, now: UnixMillis) -> bool {
        now >= self.due_at
    }

    /// When it is time.
    #[must_use]
    pub fn due_at(&self) -> UnixMillis {
        self.due_at
    }

    /// It worked: the next time is an interval away, up to a tenth later.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] when there is no randomness.
    pub fn succeeded(
        &mut self,
        now: UnixMillis,
        entropy: &dyn Entropy,
    ) -> Result<(), EntropyError> {
        self.failures = 0;
        self.wait(self.interval_ms, now, entropy)
    }

    /// It failed: the next time is a minute away at first, twice as long after each further
    /// failure, up to six hours or the interval, and up to a tenth later.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] when there is no randomness.
    pub fn failed(&mut self, now: UnixMillis, entropy: &dyn Entropy) -> Result<(), EntropyError> {
        let wait_ms = RETRY_FIRST_MS.saturating_mul(1 << self.failures.min(20));
        self.failures = self.failures.saturating_add(1);
        self.wait(wait_ms.min(RETRY_MS_MAX).min(self.interval_ms), now, entropy)
    }

    fn wait(
        &mut self,
        wait_ms: u64,
        now: UnixMillis,
        entropy: &dyn Entropy,
    ) -> Result<(), EntropyError> {
        let later_ms = up_to(wait_ms / 10, entropy)?;
        self.due_at = now.saturating_add_ms(wait_ms.saturating_add(later_ms));
        Ok(())
    }
}

/// A number from 0 to `max`, close enough to evenly.
fn up_to(max: u64, entropy: &dyn Entropy) -> Result<u64, EntropyError> {
    let drawn = u64::from_be_bytes(random_bytes(entropy)?);
    Ok(max.checked_add(1).map_or(drawn, |bound| drawn % bound))
}

#[cfg(test)]
mod tests;
