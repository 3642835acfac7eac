//! Mails that wait.

use keylane_model::{MailId, OutboxMail, UnixMillis};
use rusqlite::{Connection, Result, params};

use crate::column::{Columns, millis};

/// Expired mails are listed too: whoever delivers gives them up, so that the log says so.
pub(crate) fn list_due(
    connection: &Connection,
    now: UnixMillis,
    limit: u32,
) -> Result<Vec<OutboxMail>> {
    let sql = "SELECT id, sealed, failures, due_at, expires_at FROM mail
               WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![millis(now), limit], |row| {
        let mut columns = Columns::new(row);
        Ok(OutboxMail {
            id: columns.id(MailId::from_bytes)?,
            sealed: columns.value()?,
            failures: columns.value()?,
            due_at: columns.time()?,
            expires_at: columns.time()?,
        })
    })?;
    rows.collect()
}
