//! Counts.

use keylane_model::UnixMillis;
use keylane_store::Statistics;
use rusqlite::{Connection, Result};

use crate::column::{Columns, millis};

pub(crate) fn statistics(connection: &Connection, now: UnixMillis) -> Result<Statistics> {
    let sql = "SELECT
                 (SELECT count(*) FROM user),
                 (SELECT coalesce(sum(passkeys), 0) FROM relying_party),
                 (SELECT count(*) FROM session s JOIN user u ON u.id = s.user
                  WHERE s.expires_at > ?1 AND s.ended_at IS NULL AND u.status = 'active'),
                 (SELECT count(*) FROM mail),
                 (SELECT coalesce(max(sequence), 0) FROM audit)";
    connection.prepare_cached(sql)?.query_row([millis(now)], |row| {
        let mut columns = Columns::new(row);
        Ok(Statistics {
            users: columns.count()?,
            passkeys: columns.count()?,
            sessions: columns.count()?,
            mails: columns.count()?,
            audit_entries: columns.count()?,
        })
    })
}
