//! One-time codes.

use keylane_model::{CodeId, CodePurpose, EmailAddress, OneTimeCode};
use rusqlite::{Connection, OptionalExtension, Result};

use crate::column::Columns;

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
    connection
        .prepare_cached(
            "SELECT id, email, purpose, mac, attempts, issued_at, expires_at
             FROM code WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| code(&mut Columns::new(row)))
        .optional()
}
