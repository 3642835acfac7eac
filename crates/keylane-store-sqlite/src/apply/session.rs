//! Sessions begin, are refreshed, end.

use keylane_model::{PasskeyId, Session, SessionId, UnixMillis, UserId};
use keylane_store::CommitError;
use rusqlite::{OptionalExtension, params};

use super::Tx;
use crate::column::millis;
use crate::error::Failure;
use crate::read::session::sessions_of_user;

/// Which of a user's sessions end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    /// All.
    All,
    /// Those that this passkey opened.
    OpenedBy(PasskeyId),
}

pub(super) fn insert(tx: &Tx<'_>, session: &Session) -> Result<(), Failure> {
    tx.connection
        .prepare_cached(
            "INSERT INTO session (id, user, passkey, assurance, user_verified, authenticated_at,
                                  expires_at, delivery, device, refresh_generation, refreshed_at,
                                  ended_at, span)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, ?12)",
        )?
        .execute(params![
            session.id.as_bytes(),
            session.user.as_bytes(),
            session.passkey.as_ref().map(PasskeyId::as_bytes),
            session.assurance.name(),
            session.user_verified,
            millis(session.authenticated_at),
            millis(session.expires_at),
            session.delivery.name(),
            session.device,
            session.refresh_generation,
            millis(session.refreshed_at),
            tx.span,
        ])?;
    Ok(())
}

/// Ends a session that another takes the place of, if it is still there.
pub(super) fn replace(tx: &Tx<'_>, user: UserId, session: SessionId) -> Result<u32, Failure> {
    let was_alive = tx
        .connection
        .prepare_cached(
            "UPDATE session SET ended_at = ?3 WHERE id = ?1 AND user = ?2 AND ended_at IS NULL
             RETURNING expires_at > ?3",
        )?
        .query_row(params![session.as_bytes(), user.as_bytes(), millis(tx.at)], |row| row.get(0))
        .optional()?;
    Ok(u32::from(was_alive == Some(true)))
}

pub(super) fn end(tx: &Tx<'_>, user: UserId, session: SessionId) -> Result<u32, Failure> {
    match replace(tx, user, session)? {
        0 => Err(CommitError::SessionGone.into()),
        ended => Ok(ended),
    }
}

/// Ends sessions, expired ones too (a clock that ran ahead may have been set back since), and
/// counts those that were alive.
pub(super) fn end_all(tx: &Tx<'_>, user: UserId, which: Which) -> Result<u32, Failure> {
    let passkey = match which {
        Which::All => None,
        Which::OpenedBy(passkey) => Some(passkey),
    };
    let sql = concat!(
        "WITH RECURSIVE ",
        sessions_of_user!(),
        " UPDATE session SET ended_at = ?2
          WHERE id IN (SELECT s.id FROM spans
                       CROSS JOIN session s ON s.span = spans.span AND s.user = ?1
                       WHERE s.ended_at IS NULL)
            AND (?3 IS NULL OR passkey = ?3)
          RETURNING expires_at > ?2",
    );
    let mut statement = tx.connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![
        user.as_bytes(),
        millis(tx.at),
        passkey.as_ref().map(PasskeyId::as_bytes),
    ])?;
    let mut alive = 0;
    while let Some(row) = rows.next()? {
        alive += u32::from(row.get::<_, bool>(0)?);
    }
    Ok(alive)
}

pub(super) fn refresh(
    tx: &Tx<'_>,
    user: UserId,
    session: SessionId,
    from: u32,
    expires_at: UnixMillis,
) -> Result<u32, Failure> {
    let generation = generation_alive(tx, user, session)?;
    let Some(next) = from.checked_add(1).filter(|_| generation == from) else {
        return Err(CommitError::RefreshRaced.into());
    };
    tx.connection
        .prepare_cached(
            "UPDATE session SET refresh_generation = ?2, refreshed_at = ?3, expires_at = ?4
             WHERE id = ?1",
        )?
        .execute(params![session.as_bytes(), next, millis(tx.at), millis(expires_at)])?;
    Ok(0)
}

/// The refresh generation of a session that is alive and belongs to an active user.
pub(super) fn generation_alive(
    tx: &Tx<'_>,
    user: UserId,
    session: SessionId,
) -> Result<u32, Failure> {
    tx.connection
        .prepare_cached(
            "SELECT s.refresh_generation FROM session s JOIN user u ON u.id = s.user
             WHERE s.id = ?1 AND s.user = ?2 AND s.ended_at IS NULL AND s.expires_at > ?3
               AND u.status = 'active'",
        )?
        .query_row(params![session.as_bytes(), user.as_bytes(), millis(tx.at)], |row| row.get(0))
        .optional()?
        .ok_or_else(|| CommitError::SessionGone.into())
}
