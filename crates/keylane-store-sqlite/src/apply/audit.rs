//! The entry that every change leaves.

use keylane_model::{Actor, Commit, PasskeyId, SessionId, UserId};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Result, ToSql, params};
use uuid::Uuid;

use crate::column::{Columns, millis};

/// Appends the entry and tells its number.
///
/// Without `AUTOINCREMENT`, SQLite gives the largest number in the table plus one. Numbers of
/// entries that are taken back are given again, so there are no gaps, whichever process writes.
pub(super) fn append(connection: &Connection, commit: &Commit) -> Result<u64> {
    let subject = commit.change.audit();
    let actor = match commit.actor {
        Actor::User(id) if subject.user != Some(id) => Some(id),
        _ => None,
    };
    connection
        .prepare_cached(
            "INSERT INTO audit (at, action, outcome, code, actor_kind, actor, user, passkey,
                                session, request_id, network, device)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            millis(commit.at),
            subject.action.name(),
            subject.outcome.name(),
            subject.code,
            commit.actor.kind(),
            actor.as_ref().map(UserId::as_bytes),
            subject.user.as_ref().map(UserId::as_bytes),
            subject.passkey.as_ref().map(PasskeyId::as_bytes),
            subject.session.as_ref().map(SessionId::as_bytes),
            commit.request.request_id.as_deref().map(RequestId),
            commit.request.network,
            commit.request.device,
        ])?;
    Ok(u64::try_from(connection.last_insert_rowid()).unwrap_or_default())
}

/// The number of the latest entry; 0 when there is none.
pub(super) fn latest(connection: &Connection) -> Result<u64> {
    connection
        .prepare_cached("SELECT coalesce(max(sequence), 0) FROM audit")?
        .query_row([], |row| Columns::new(row).count())
}

/// Sixteen bytes instead of thirty-six when it is a UUID in its usual form.
struct RequestId<'a>(&'a str);

impl ToSql for RequestId<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        match Uuid::try_parse(self.0) {
            Ok(uuid) if uuid.to_string() == self.0 => Ok(uuid.into_bytes().to_vec().into()),
            _ => Ok(self.0.into()),
        }
    }
}
