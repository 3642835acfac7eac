//! Rate limits by key, on the caller's clock.
//!
//! A limit slows whoever hits it and forgets them; nothing is ever locked by one. The arithmetic
//! (GCRA) is the `governor` crate's.

use std::collections::hash_map::RandomState;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use governor::clock::{Clock as _, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use keylane_model::Clock;

/// Keys remembered at most. When there are more, those that have rested are forgotten; when that
/// does not help either, newcomers pass uncounted rather than everybody waiting.
const KEYS_MAX: usize = 100_000;

/// A rate limit: `burst` at once, then one per `period`.
#[derive(Debug)]
pub struct RateLimit<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, GovernorClock, NoOpMiddleware<ClockInstant>>,
    clock: GovernorClock,
    /// Serialises tidying up, so that one caller does it and the others go on.
    tidying: Mutex<()>,
}

/// The limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {retry_after_s} s")]
pub struct TooMany {
    /// Whole seconds until the next one passes; at least 1.
    pub retry_after_s: u64,
}

impl<K: Hash + Eq + Clone> RateLimit<K> {
    /// `burst` at once, then one per `period_ms`. Zeros count as ones.
    #[must_use]
    pub fn new(burst: u32, period_ms: u64, clock: Arc<dyn Clock>) -> Self {
        let period = Duration::from_millis(period_ms.max(1));
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        let clock = GovernorClock(clock);
        let store =
            HashMapStateStore::new(std::collections::HashMap::with_hasher(RandomState::new()));
        let limiter = RateLimiter::new(quota, store, clock.clone());
        Self { limiter, clock, tidying: Mutex::new(()) }
    }

    /// Counts one for `key`.
    ///
    /// # Errors
    ///
    /// [`TooMany`] with the time until the next one passes.
    pub fn check(&self, key: &K) -> Result<(), TooMany> {
        if self.limiter.len() >= KEYS_MAX {
            self.tidy();
            if self.limiter.len() >= KEYS_MAX {
                return Ok(());
            }
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            TooMany { retry_after_s: wait.as_secs() + 1 }
        })
    }

    fn tidy(&self) {
        if let Ok(_turn) = self.tidying.try_lock() {
            self.limiter.retain_recent();
        }
    }
}

/// Keylane's clock, as `governor` wants it.
#[derive(Debug, Clone)]
struct GovernorClock(Arc<dyn Clock>);

impl governor::clock::Clock for GovernorClock {
    type Instant = ClockInstant;

    fn now(&self) -> ClockInstant {
        ClockInstant(Duration::from_millis(self.0.now().0))
    }
}

/// Time since the epoch. A clock that is set back makes a duration of zero, never a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ClockInstant(Duration);

impl Reference for ClockInstant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.into()))
    }
}

impl std::ops::Add<Nanos> for ClockInstant {
    type Output = Self;

    fn add(self, other: Nanos) -> Self {
        let other: Duration = other.into();
        Self(self.0.saturating_add(other))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use keylane_model::UnixMillis;

    use super::*;

    #[test]
    fn burst_passes_and_the_next_one_waits() {
        let (limit, _clock) = limit();
        assert_eq!(limit.check(&"ada"), Ok(()));
        assert_eq!(limit.check(&"ada"), Ok(()));
        let refused = limit.check(&"ada").unwrap_err();
        assert!((9..=11).contains(&refused.retry_after_s), "{refused}");
    }

    #[test]
    fn limit_opens_again_with_time() {
        let (limit, clock) = limit();
        limit.check(&"ada").unwrap();
        limit.check(&"ada").unwrap();
        clock.0.fetch_add(10_000, Ordering::Relaxed);
        assert_eq!(limit.check(&"ada"), Ok(()));
        assert!(limit.check(&"ada").is_err());
    }

    #[test]
    fn keys_do_not_share_a_limit() {
        let (limit, _clock) = limit();
        limit.check(&"ada").unwrap();
        limit.check(&"ada").unwrap();
        assert_eq!(limit.check(&"bob"), Ok(()));
    }

    #[test]
    fn clock_set_back_does_not_panic() {
        let (limit, clock) = limit();
        limit.check(&"ada").unwrap();
        clock.0.store(0, Ordering::Relaxed);
        let _either = limit.check(&"ada");
    }

    #[derive(Debug)]
    struct TestClock(AtomicU64);

    impl Clock for TestClock {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0.load(Ordering::Relaxed))
        }
    }

    fn limit() -> (RateLimit<&'static str>, Arc<TestClock>) {
        let clock = Arc::new(TestClock(AtomicU64::new(1_000_000)));
        (RateLimit::new(2, 10_000, clock.clone()), clock)
    }
}
