//! Removing what has expired, a slice at a time, so that no sign-in waits long behind it.

use keylane_model::{Commit, Committed, UnixMillis};
use rusqlite::{Connection, Result, params};

use super::audit;
use crate::column::millis;
use crate::error::Failure;
use crate::options::{MAIL_GRACE_MS, SWEEP_ROWS_MAX};

/// A sweep that finds nothing leaves no audit entry.
pub(super) fn sweep(connection: &Connection, commit: &Commit) -> Result<Committed, Failure> {
    let now = millis(commit.at);
    let removed = spent_ceremonies(connection, now)?
        + codes(connection, now)?
        + mails(connection, commit.at)?
        + sessions(connection, now)?;
    let audit = match removed {
        0 => audit::latest(connection)?,
        _ => audit::append(connection, commit)?,
    };
    let rows_swept = u32::try_from(removed).unwrap_or(u32::MAX);
    Ok(Committed { audit, sessions_ended: 0, rows_swept })
}

/// Looks at the oldest rows only. A ceremony that lives longer than those issued after it delays
/// them, but not for long.
fn spent_ceremonies(connection: &Connection, now: i64) -> Result<usize> {
    connection
        .prepare_cached(
            "DELETE FROM spent_ceremony WHERE (issued_at, id) IN
             (SELECT issued_at, id FROM
                 (SELECT issued_at, id, expires_at FROM spent_ceremony
                  ORDER BY issued_at, id LIMIT ?2)
              WHERE expires_at < ?1)",
        )?
        .execute(params![now, SWEEP_ROWS_MAX])
}

fn codes(connection: &Connection, now: i64) -> Result<usize> {
    connection
        .prepare_cached(
            "DELETE FROM code WHERE id IN
             (SELECT id FROM code WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        )?
        .execute(params![now, SWEEP_ROWS_MAX])
}

/// Looks at those that are due longest. Whoever delivers gives an expired mail up and says so in
/// the log; here go those that nobody delivers, because no mail server is set.
fn mails(connection: &Connection, now: UnixMillis) -> Result<usize> {
    let expired_before = UnixMillis(now.0.saturating_sub(MAIL_GRACE_MS));
    connection
        .prepare_cached(
            "DELETE FROM mail WHERE id IN
             (SELECT id FROM (SELECT id, expires_at FROM mail ORDER BY due_at, id LIMIT ?2)
              WHERE expires_at < ?1)",
        )?
        .execute(params![millis(expired_before), SWEEP_ROWS_MAX])
}

/// Carries the last use of passkeys over before the sessions that know it go.
fn sessions(connection: &Connection, now: i64) -> Result<usize> {
    let slice = "SELECT id FROM session WHERE expires_at < ?1 ORDER BY expires_at, id LIMIT ?2";
    connection
        .prepare_cached(&format!(
            "UPDATE passkey SET last_used_at = max(coalesce(last_used_at, 0), used.at)
             FROM (SELECT user, passkey, max(authenticated_at) AS at FROM session
                   WHERE id IN ({slice}) AND passkey IS NOT NULL GROUP BY user, passkey) AS used
             WHERE passkey.user = used.user AND passkey.id = used.passkey"
        ))?
        .execute(params![now, SWEEP_ROWS_MAX])?;
    connection
        .prepare_cached(&format!("DELETE FROM session WHERE id IN ({slice})"))?
        .execute(params![now, SWEEP_ROWS_MAX])
}
