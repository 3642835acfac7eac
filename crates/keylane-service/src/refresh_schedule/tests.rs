//! A clock that is a number, and randomness that is one byte over and over.

use super::*;

const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

#[test]
fn first_time_is_within_a_minute() {
    check(|schedule, _| Some(schedule), 0x00, Some(0));
    check(|schedule, _| Some(schedule), 0xff, Some(u64::MAX % (MINUTE_MS + 1)));
}

#[test]
fn success_waits_an_interval() {
    check(succeed, 0x00, Some(DAY_MS));
}

#[test]
fn jitter_is_a_tenth_at_most() {
    for byte in 0..=u8::MAX {
        let mut schedule = RefreshSchedule::new(DAY_MS, NOW, &Same(byte)).unwrap();
        schedule.succeeded(NOW, &Same(byte)).unwrap();
        let wait_ms = schedule.due_at().millis_since(NOW);
        assert!((DAY_MS..=DAY_MS + DAY_MS / 10).contains(&wait_ms), "{wait_ms}");
    }
}

#[test]
fn failures_wait_twice_as_long_each_time_up_to_six_hours() {
    let mut schedule = RefreshSchedule::new(DAY_MS, NOW, &Same(0)).unwrap();
    let mut waits = Vec::new();
    for _ in 0..40 {
        schedule.failed(NOW, &Same(0)).unwrap();
        waits.push(schedule.due_at().millis_since(NOW) / MINUTE_MS);
    }
    assert_eq!(waits[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
    assert!(waits[10..].iter().all(|it| *it == 360));
}

#[test]
fn failures_never_wait_longer_than_the_interval() {
    let mut schedule = RefreshSchedule::new(3 * MINUTE_MS, NOW, &Same(0)).unwrap();
    for minutes in [1, 2, 3, 3] {
        schedule.failed(NOW, &Same(0)).unwrap();
        assert_eq!(schedule.due_at().millis_since(NOW), minutes * MINUTE_MS);
    }
}

#[test]
fn success_forgets_the_failures() {
    let fail_twice_then_succeed_then_fail = |mut schedule: RefreshSchedule, entropy: &Same| {
        schedule.failed(NOW, entropy).ok()?;
        schedule.failed(NOW, entropy).ok()?;
        schedule.succeeded(NOW, entropy).ok()?;
        schedule.failed(NOW, entropy).ok()?;
        Some(schedule)
    };
    check(fail_twice_then_succeed_then_fail, 0, Some(MINUTE_MS));
}

#[test]
fn schedule_is_due_at_its_moment_and_not_before() {
    let mut schedule = RefreshSchedule::new(DAY_MS, NOW, &Same(0)).unwrap();
    schedule.succeeded(NOW, &Same(0)).unwrap();
    assert!(!schedule.is_due(NOW.saturating_add_ms(DAY_MS - 1)));
    assert!(schedule.is_due(NOW.saturating_add_ms(DAY_MS)));
}

fn succeed(mut schedule: RefreshSchedule, entropy: &Same) -> Option<RefreshSchedule> {
    schedule.succeeded(NOW, entropy).ok()?;
    Some(schedule)
}

/// How long the wait is, in milliseconds, after `happening`.
#[track_caller]
fn check(
    happening: impl Fn(RefreshSchedule, &Same) -> Option<RefreshSchedule>,
    byte: u8,
    wait_ms: Option<u64>,
) {
    let entropy = Same(byte);
    let schedule = happening(RefreshSchedule::new(DAY_MS, NOW, &entropy).unwrap(), &entropy);
    assert_eq!(schedule.map(|it| it.due_at().millis_since(NOW)), wait_ms);
}

#[derive(Debug)]
struct Same(u8);

impl Entropy for Same {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(self.0);
        Ok(())
    }
}
