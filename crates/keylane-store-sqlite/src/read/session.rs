//! Sessions.

use keylane_model::{Assurance, Delivery, PasskeyId, Session, SessionId, UnixMillis, UserId};
use keylane_store::SessionWithUser;
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::column::{Columns, millis};
use crate::read::user::{user, user_columns};

/// The columns that [`session`] reads, of table `s`.
macro_rules! session_columns {
    () => {
        "s.id, s.user, s.passkey, s.assurance, s.user_verified, s.authenticated_at, \
         s.expires_at, s.delivery, s.device, s.refresh_generation, s.refreshed_at"
    };
}

/// All rows `s` of the user `?1`, by asking each span that has sessions.
macro_rules! sessions_of_user {
    () => {
        "spans (span) AS (
             SELECT min(span) FROM session
             UNION ALL
             SELECT (SELECT min(session.span) FROM session WHERE session.span > spans.span)
             FROM spans WHERE spans.span IS NOT NULL
         )"
    };
}
pub(crate) use sessions_of_user;

fn session(columns: &mut Columns<'_>) -> Result<Session> {
    Ok(Session {
        id: columns.id(SessionId::from_bytes)?,
        user: columns.id(UserId::from_bytes)?,
        passkey: columns.optional_id(PasskeyId::from_bytes)?,
        assurance: columns.name(Assurance::from_name)?,
        user_verified: columns.value()?,
        authenticated_at: columns.time()?,
        expires_at: columns.time()?,
        delivery: columns.name(Delivery::from_name)?,
        device: columns.value()?,
        refresh_generation: columns.value()?,
        refreshed_at: columns.time()?,
    })
}

/// A session at its `expires_at` itself has ended.
pub(crate) fn find_alive(
    connection: &Connection,
    id: SessionId,
    now: UnixMillis,
) -> Result<Option<SessionWithUser>> {
    let sql = concat!(
        "SELECT ",
        session_columns!(),
        ", ",
        user_columns!(),
        " FROM session s JOIN user u ON u.id = s.user
          WHERE s.id = ?1 AND s.ended_at IS NULL AND s.expires_at > ?2 AND u.status = 'active'",
    );
    connection
        .prepare_cached(sql)?
        .query_row(params![id.as_bytes(), millis(now)], |row| {
            let mut columns = Columns::new(row);
            Ok(SessionWithUser { session: session(&mut columns)?, user: user(&mut columns)? })
        })
        .optional()
}

pub(crate) fn list_alive(
    connection: &Connection,
    user: UserId,
    now: UnixMillis,
) -> Result<Vec<Session>> {
    let sql = concat!(
        "WITH RECURSIVE ",
        sessions_of_user!(),
        " SELECT ",
        session_columns!(),
        " FROM spans CROSS JOIN session s ON s.span = spans.span AND s.user = ?1
          JOIN user u ON u.id = s.user
          WHERE s.ended_at IS NULL AND s.expires_at > ?2 AND u.status = 'active'
          ORDER BY s.id DESC",
    );
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map(params![user.as_bytes(), millis(now)], |row| session(&mut Columns::new(row)))?;
    rows.collect()
}

/// When the sessions that are still kept, ended ones among them, say that passkeys were used.
pub(crate) fn last_uses(
    connection: &Connection,
    user: UserId,
) -> Result<Vec<(PasskeyId, UnixMillis)>> {
    let sql = concat!(
        "WITH RECURSIVE ",
        sessions_of_user!(),
        " SELECT s.passkey, max(s.authenticated_at)
          FROM spans CROSS JOIN session s ON s.span = spans.span AND s.user = ?1
          WHERE s.passkey IS NOT NULL GROUP BY s.passkey",
    );
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([user.as_bytes()], |row| {
        let mut columns = Columns::new(row);
        Ok((columns.id(PasskeyId::from_bytes)?, columns.time()?))
    })?;
    rows.collect()
}
