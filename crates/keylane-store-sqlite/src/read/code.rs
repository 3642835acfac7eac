//! One-time codes.

use keylane_model::{CodeId, CodePurpose, EmailAddress, OneTimeCode, UnixMillis};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::column::{Columns, millis};

macro_rules! code_columns {
    () => {
        "id, email, purpose, mac, attempts, issued_at, expires_at"
    };
}

fn code(columns: &mut Columns<'_>) -> Result<OneTimeCode> {
    Ok(OneTimeCode {
        id: columns.id(CodeId::from_bytes)?,
        email: columns.text(str::parse::<EmailAddress>)?,
        purpose: columns.name(CodePurpose::from_name)?,
        mac: columns.value()?,
        attempts: columns.value()?,
        issued_at: columns.time()?,
        expires_at: columns.time()?,
    })
}

pub(crate) fn find(connection: &Connection, id: CodeId) -> Result<Option<OneTimeCode>> {
    let sql = concat!("SELECT ", code_columns!(), " FROM code WHERE id = ?1");
    connection
        .prepare_cached(sql)?
        .query_row([id.as_bytes()], |row| code(&mut Columns::new(row)))
        .optional()
}

/// A code at its `expires_at` itself is still good.
pub(crate) fn find_live(
    connection: &Connection,
    email: &EmailAddress,
    now: UnixMillis,
) -> Result<Option<OneTimeCode>> {
    let sql = concat!(
        "SELECT ",
        code_columns!(),
        " FROM code WHERE email = ?1 AND dead = 0 AND expires_at >= ?2",
    );
    connection
        .prepare_cached(sql)?
        .query_row(params![email.as_str(), millis(now)], |row| code(&mut Columns::new(row)))
        .optional()
}
