//! One-time codes: issued, tried, spent.

use keylane_model::{
    CODE_ATTEMPTS_MAX, CodeId, CodePurpose, OneTimeCode, OutboxMail, Session, User, UserStatus,
};
use keylane_store::CommitError;
use rusqlite::{OptionalExtension, params};

use super::{Tx, mail, session, user};
use crate::column::millis;
use crate::error::Failure;

pub(super) fn issue(tx: &Tx<'_>, code: &OneTimeCode, mail: &OutboxMail) -> Result<u32, Failure> {
    tx.connection
        .prepare_cached("UPDATE code SET dead = 1 WHERE email = ?1 AND dead = 0")?
        .execute([code.email.as_str()])?;
    tx.connection
        .prepare_cached(
            "INSERT INTO code (id, email, purpose, mac, attempts, issued_at, expires_at, dead)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        )?
        .execute(params![
            code.id.as_bytes(),
            code.email.as_str(),
            code.purpose.name(),
            code.mac,
            code.attempts,
            millis(code.issued_at),
            millis(code.expires_at),
        ])?;
    mail::queue(tx, mail)?;
    Ok(0)
}

/// Counts a try. Tries are counted here and nowhere else, one after the other.
pub(super) fn attempt(tx: &Tx<'_>, code: CodeId) -> Result<u32, Failure> {
    let rows = tx
        .connection
        .prepare_cached(
            "UPDATE code SET attempts = attempts + 1
             WHERE id = ?1 AND dead = 0 AND expires_at >= ?2 AND attempts < ?3",
        )?
        .execute(params![code.as_bytes(), millis(tx.at), CODE_ATTEMPTS_MAX])?;
    if rows == 0 { Err(CommitError::CodeDead.into()) } else { Ok(0) }
}

pub(super) fn sign_up(
    tx: &Tx<'_>,
    code: CodeId,
    user: &User,
    session: &Session,
) -> Result<u32, Failure> {
    // A code proves one address and opens no account for another.
    if spend(tx, code)? != user.email.as_str() {
        return Err(CommitError::CodeDead.into());
    }
    user::insert(tx, user)?;
    session::insert(tx, session)?;
    Ok(0)
}

pub(super) fn sign_in(tx: &Tx<'_>, code: CodeId, session: &Session) -> Result<u32, Failure> {
    let proved = spend(tx, code)?;
    let Some((email, status)) = user::email_and_status(tx, session.user)? else {
        return Err(CommitError::UserGone.into());
    };
    if email != proved {
        return Err(CommitError::CodeDead.into());
    }
    if status == UserStatus::Locked {
        return Err(CommitError::UserLocked.into());
    }
    if user::has_active_passkey(tx, session.user)? {
        return Err(CommitError::PasskeyExists.into());
    }
    session::insert(tx, session)?;
    Ok(0)
}

/// Spends a code and tells whose it was. A decoy is never spent: it opens nothing.
fn spend(tx: &Tx<'_>, code: CodeId) -> Result<String, Failure> {
    tx.connection
        .prepare_cached(
            "UPDATE code SET dead = 1
             WHERE id = ?1 AND dead = 0 AND expires_at >= ?2 AND purpose = ?3 RETURNING email",
        )?
        .query_row(params![code.as_bytes(), millis(tx.at), CodePurpose::SignUp.name()], |row| {
            row.get(0)
        })
        .optional()?
        .ok_or_else(|| CommitError::CodeDead.into())
}
