//! How often one address may ask. The arithmetic (GCRA) is the `governor` crate's.
//!
//! Addresses share a fixed table of counters: an address is hashed, under a key of this process,
//! to its place in it. So memory is bounded by construction, nothing is ever tidied up, no lock is
//! taken, and whoever sends from a million addresses fills nothing. Two addresses that share a
//! place share its limit; nobody can choose with whom. A limit slows people down and forgets.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
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

use crate::config::{Rate, RateLimits};
use crate::router::Cost;

/// Places in the table of each limit: 256 KiB.
const PLACES: usize = 32_768;

/// The limits of every [`Cost`].
#[derive(Debug)]
pub(crate) struct AddressLimits {
    usual: Limit,
    mail: Limit,
    guess: Limit,
    rates: RateLimits,
    hasher: RandomState,
}

impl AddressLimits {
    pub(crate) fn new(rates: RateLimits, clock: &Arc<dyn Clock>) -> Self {
        let limit = |rate| Limit::new(rate, ForwardClock::new(clock.clone()));
        Self {
            usual: limit(rates.usual),
            mail: limit(rates.mail),
            guess: limit(rates.guess),
            rates,
            hasher: RandomState::new(),
        }
    }

    /// Counts one request; whole seconds until the next one passes when it is one too many.
    pub(crate) fn check(&self, client: IpAddr, cost: Cost) -> Result<(), u64> {
        let limit = match cost {
            Cost::Free => return Ok(()),
            Cost::Usual => &self.usual,
            Cost::Mail => &self.mail,
            Cost::Guess => &self.guess,
        };
        if self.rates.exempt.iter().any(|net| net.contains(&client)) {
            return Ok(());
        }
        limit.check(self.hasher.hash_one(neighbourhood(client)))
    }
}

/// Who shares a limit: one IPv4 address, or the 64 bits of IPv6 that one household gets.
fn neighbourhood(client: IpAddr) -> (u8, u64) {
    match client {
        IpAddr::V4(v4) => (4, u64::from(u32::from(v4))),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            let high = [a, b, c, d].into_iter().fold(0, |all, part| all << 16 | u64::from(part));
            (6, high)
        }
    }
}

#[derive(Debug)]
struct Limit {
    limiter: RateLimiter<usize, Places, ForwardClock, NoOpMiddleware<Nanos>>,
    clock: ForwardClock,
}

impl Limit {
    fn new(rate: Rate, clock: ForwardClock) -> Self {
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(Duration::from_millis(rate.period_ms.max(1)))
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self { limiter: RateLimiter::new(quota, Places::new(), clock.clone()), clock }
    }

    fn check(&self, hash: u64) -> Result<(), u64> {
        let place = usize::try_from(hash % PLACES as u64).unwrap_or_default();
        self.limiter
            .check_key(&place)
            .map_err(|until| until.wait_time_from(self.clock.now()).as_millis().div_ceil(1000))
            .map_err(|seconds| u64::try_from(seconds).unwrap_or(u64::MAX).max(1))
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
        let (limits, _clock) = limits();
        check(&limits, "192.0.2.1", &[Ok(()), Ok(()), Err(10)]);
    }

    #[test]
    fn limit_opens_again_with_time() {
        let (limits, clock) = limits();
        check(&limits, "192.0.2.1", &[Ok(()), Ok(()), Err(10)]);
        clock.0.fetch_add(10_000, Ordering::Relaxed);
        check(&limits, "192.0.2.1", &[Ok(()), Err(10)]);
    }

    #[test]
    fn clock_set_back_locks_nobody_out() {
        let (limits, clock) = limits();
        check(&limits, "192.0.2.1", &[Ok(()), Ok(()), Err(10)]);
        clock.0.fetch_sub(900_000, Ordering::Relaxed);
        check(&limits, "192.0.2.1", &[Err(10)]);
        clock.0.fetch_add(10_000, Ordering::Relaxed);
        check(&limits, "192.0.2.1", &[Ok(())]);
    }

    #[test]
    fn ipv6_addresses_of_one_household_share_a_limit() {
        let (limits, _clock) = limits();
        check(&limits, "2001:db8:1:2::1", &[Ok(())]);
        check(&limits, "2001:db8:1:2:ffff::9", &[Ok(()), Err(10)]);
        assert_ne!(
            neighbourhood("2001:db8:1:2::1".parse().unwrap()),
            neighbourhood("2001:db8:1:3::1".parse().unwrap())
        );
    }

    #[test]
    fn costs_have_limits_of_their_own() {
        let (limits, _clock) = limits();
        check(&limits, "192.0.2.1", &[Ok(()), Ok(()), Err(10)]);
        let client = "192.0.2.1".parse().unwrap();
        assert_eq!(limits.check(client, Cost::Usual), Ok(()));
        assert_eq!(limits.check(client, Cost::Free), Ok(()));
    }

    #[test]
    fn exempt_networks_are_not_counted() {
        let (limits, _clock) = limits();
        check(&limits, "10.1.2.3", &[Ok(()), Ok(()), Ok(()), Ok(())]);
    }

    #[derive(Debug)]
    struct TestClock(AtomicU64);

    impl Clock for TestClock {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0.load(Ordering::Relaxed))
        }
    }

    fn limits() -> (AddressLimits, Arc<TestClock>) {
        let clock = Arc::new(TestClock(AtomicU64::new(1_000_000)));
        let rates = RateLimits {
            mail: Rate { burst: 2, period_ms: 10_000 },
            exempt: vec!["10.0.0.0/8".parse().unwrap()],
            ..RateLimits::default()
        };
        (AddressLimits::new(rates, &(clock.clone() as Arc<dyn Clock>)), clock)
    }

    #[track_caller]
    fn check(limits: &AddressLimits, client: &str, expected: &[Result<(), u64>]) {
        for expected in expected {
            assert_eq!(limits.check(client.parse().unwrap(), Cost::Mail), *expected);
        }
    }
}
