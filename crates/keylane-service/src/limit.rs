//! Rate limits by key. The arithmetic (GCRA) is the `governor` crate's.
//!
//! Keys share a fixed table of counters: a key is hashed, under a secret of this process, to its
//! place in it. So memory is bounded by construction, nothing is ever tidied up, no lock is taken,
//! and whoever comes with a million keys fills nothing. Two keys that share a place share its
//! limit; nobody can choose with whom. A limit slows people down and forgets; it locks nothing.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use keylane_model::Clock;

/// Places in the table of each limit: 256 KiB.
const PLACES: usize = 32_768;

/// A rate limit: `burst` at once, then one per period, for each key.
#[derive(Debug)]
pub struct RateLimit<K> {
    limiter: RateLimiter<usize, Places, ForwardClock, NoOpMiddleware<Nanos>>,
    clock: ForwardClock,
    hasher: RandomState,
    keys: PhantomData<fn(K)>,
}

/// The limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {retry_after_s} s")]
pub struct TooMany {
    /// Whole seconds until the next one passes; at least 1.
    pub retry_after_s: u64,
}

impl<K: Hash> RateLimit<K> {
    /// `burst` at once, then one per `period_ms`. Zeros count as ones.
    #[must_use]
    pub fn new(burst: u32, period_ms: u64, clock: Arc<dyn Clock>) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(Duration::from_millis(period_ms.max(1)))
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        let clock = ForwardClock::new(clock);
        Self {
            limiter: RateLimiter::new(quota, Places::new(), clock.clone()),
            clock,
            hasher: RandomState::new(),
            keys: PhantomData,
        }
    }

    /// Counts one for `key`.
    ///
    /// # Errors
    ///
    /// [`TooMany`] with the time until the next one passes.
    pub fn check(&self, key: &K) -> Result<(), TooMany> {
        let hash = self.hasher.hash_one(key);
        let place = usize::try_from(hash % PLACES as u64).unwrap_or_default();
        self.limiter.check_key(&place).map_err(|until| {
            let wait_ms = until.wait_time_from(self.clock.now()).as_millis();
            let retry_after_s = u64::try_from(wait_ms.div_ceil(1000)).unwrap_or(u64::MAX).max(1);
            TooMany { retry_after_s }
        })
    }
}

#[derive(Debug)]
struct Places(Box<[InMemoryState]>);

impl Places {
    fn new() -> Self {
        Self((0..PLACES).map(|_| InMemoryState::default()).collect())
    }
}

impl StateStore for Places {
    type Key = usize;

    fn measure_and_replace<T, F, E>(&self, place: &usize, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match self.0.get(*place) {
            Some(state) => state.measure_and_replace(&NotKeyed::NonKey, decide),
            // Places are always inside the table.
            None => decide(None).map(|(decision, _)| decision),
        }
    }
}

/// Keylane's clock as `governor` wants it: one that only goes forward. When the system's time is
/// set back, this one waits; otherwise everybody would be refused until the old time came again.
#[derive(Debug, Clone)]
struct ForwardClock(Arc<Forward>);

#[derive(Debug)]
struct Forward {
    clock: Arc<dyn Clock>,
    seen_ms: AtomicU64,
    passed_ms: AtomicU64,
}

impl ForwardClock {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let seen_ms = AtomicU64::new(clock.now().0);
        Self(Arc::new(Forward { clock, seen_ms, passed_ms: AtomicU64::new(0) }))
    }
}

impl governor::clock::Clock for ForwardClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let now = self.0.clock.now().0;
        let before = self.0.seen_ms.swap(now, Ordering::AcqRel);
        let step = now.saturating_sub(before);
        let passed = self.0.passed_ms.fetch_add(step, Ordering::AcqRel).saturating_add(step);
        Duration::from_millis(passed).into()
    }
}

#[cfg(test)]
mod tests {
    use keylane_model::UnixMillis;

    use super::*;

    #[test]
    fn burst_passes_and_the_next_one_waits() {
        let (limit, _clock) = limit();
        check(&limit, "ada", &[Ok(()), Ok(()), Err(10)]);
    }

    #[test]
    fn limit_opens_again_with_time() {
        let (limit, clock) = limit();
        check(&limit, "ada", &[Ok(()), Ok(()), Err(10)]);
        clock.0.fetch_add(10_000, Ordering::Relaxed);
        check(&limit, "ada", &[Ok(()), Err(10)]);
    }

    #[test]
    fn keys_do_not_share_a_limit() {
        let (limit, _clock) = limit();
        check(&limit, "ada", &[Ok(()), Ok(()), Err(10)]);
        // One of these may share a place with the first, but not all of them.
        assert!(["bob", "eve", "joe"].iter().any(|key| limit.check(key).is_ok()));
    }

    #[test]
    fn clock_set_back_locks_nobody_out() {
        let (limit, clock) = limit();
        check(&limit, "ada", &[Ok(()), Ok(()), Err(10)]);
        clock.0.fetch_sub(900_000, Ordering::Relaxed);
        check(&limit, "ada", &[Err(10)]);
        clock.0.fetch_add(10_000, Ordering::Relaxed);
        check(&limit, "ada", &[Ok(())]);
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

    #[track_caller]
    fn check(limit: &RateLimit<&'static str>, key: &'static str, expected: &[Result<(), u64>]) {
        for expected in expected {
            assert_eq!(limit.check(&key).map_err(|it| it.retry_after_s), *expected);
        }
    }
}
