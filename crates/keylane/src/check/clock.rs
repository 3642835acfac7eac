//! The clock, against the newest entry of the audit log.

use keylane_model::{AuditQuery, Clock, UnixMillis};
use keylane_store::Store;

use super::store::unanswered;
use crate::finding::Finding;
use crate::output;

const CHECK: &str = "clock";
/// How far the log may be ahead: another machine's clock, within reason.
const AHEAD_MS_MAX: u64 = 60 * 1000;
/// 2026-01-01. No earlier time can be right for a program written later.
const EARLIEST: UnixMillis = UnixMillis(1_767_225_600_000);

pub(super) async fn examine(store: &dyn Store, clock: &dyn Clock) -> Finding {
    let query = AuditQuery { limit: 1, newest: true, ..AuditQuery::default() };
    match store.list_audit(&query).await {
        Ok(entries) => compare(clock.now(), entries.first().map(|it| it.at)),
        Err(err) => unanswered(&err),
    }
}

fn compare(now: UnixMillis, newest: Option<UnixMillis>) -> Finding {
    if now < EARLIEST {
        return Finding::fail(
            CHECK,
            format!(
                "The clock says {}, which is in the past: set it, best by NTP.",
                output::time(now)
            ),
        );
    }
    match newest {
        Some(newest) if newest > now.saturating_add_ms(AHEAD_MS_MAX) => Finding::fail(
            CHECK,
            format!(
                "The clock says {}, but the newest audit entry is from {}: set the clock, best by \
                 NTP, or sessions and codes live too long.",
                output::time(now),
                output::time(newest)
            ),
        ),
        _ => Finding::ok(CHECK, format!("The clock says {}.", output::time(now))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    const NOW: u64 = 1_795_428_000_000;

    #[test]
    fn clock_after_the_newest_entry_is_fine() {
        check(NOW, Some(NOW - 1), Level::Ok);
        check(NOW, None, Level::Ok);
    }

    #[test]
    fn clock_a_little_behind_the_newest_entry_is_fine() {
        check(NOW, Some(NOW + AHEAD_MS_MAX), Level::Ok);
    }

    #[test]
    fn clock_far_behind_the_newest_entry_fails() {
        check(NOW, Some(NOW + AHEAD_MS_MAX + 1), Level::Fail);
    }

    #[test]
    fn clock_in_the_seventies_fails() {
        check(0, None, Level::Fail);
    }

    #[track_caller]
    fn check(now: u64, newest: Option<u64>, level: Level) {
        assert_eq!(compare(UnixMillis(now), newest.map(UnixMillis)).level, level);
    }
}
