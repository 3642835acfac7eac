//! How often one address may ask.

use std::net::IpAddr;
use std::sync::Arc;

use keylane_model::Clock;
use keylane_service::RateLimit;

use crate::config::{Rate, RateLimits};
use crate::router::Cost;

/// Who shares a limit: the version of the address, and its significant bits.
type Neighbourhood = (u8, u64);

/// The limits of every [`Cost`].
#[derive(Debug)]
pub(crate) struct AddressLimits {
    usual: RateLimit<Neighbourhood>,
    mail: RateLimit<Neighbourhood>,
    guess: RateLimit<Neighbourhood>,
    rates: RateLimits,
}

impl AddressLimits {
    pub(crate) fn new(rates: RateLimits, clock: &Arc<dyn Clock>) -> Self {
        let limit = |rate: Rate| RateLimit::new(rate.burst, rate.period_ms, clock.clone());
        Self {
            usual: limit(rates.usual),
            mail: limit(rates.mail),
            guess: limit(rates.guess),
            rates,
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
        limit.check(&neighbourhood(client)).map_err(|it| it.retry_after_s)
    }
}

/// One IPv4 address, or the 64 bits of IPv6 that one household gets.
fn neighbourhood(client: IpAddr) -> Neighbourhood {
    match client {
        IpAddr::V4(v4) => (4, u64::from(u32::from(v4))),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            let high = [a, b, c, d].into_iter().fold(0, |all, part| all << 16 | u64::from(part));
            (6, high)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use keylane_model::UnixMillis;

    use super::*;

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
