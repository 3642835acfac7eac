//! Accounts: opened, raised, locked, unlocked.

use keylane_model::{User, UserId, UserStatus};
use keylane_store::CommitError;
use keylane_webauthn::CredentialId;
use rusqlite::{OptionalExtension, params};

use super::{Tx, session};
use crate::column::{Columns, millis};
use crate::error::Failure;

pub(super) fn insert(tx: &Tx<'_>, user: &User) -> Result<(), Failure> {
    let rows = tx
        .connection
        .prepare_cached(
            "INSERT INTO user (id, user_handle, email, status, role, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (email) DO NOTHING",
        )?
        .execute(params![
            user.id.as_bytes(),
            user.user_handle.as_bytes(),
            user.email.as_str(),
            user.status.name(),
            user.role.name(),
            millis(user.created_at),
        ])?;
    if rows == 0 { Err(CommitError::HandleTaken.into()) } else { Ok(()) }
}

pub(super) fn email_and_status(
    tx: &Tx<'_>,
    user: UserId,
) -> Result<Option<(String, UserStatus)>, Failure> {
    let found = tx
        .connection
        .prepare_cached("SELECT email, status FROM user WHERE id = ?1")?
        .query_row([user.as_bytes()], |row| {
            let mut columns = Columns::new(row);
            Ok((columns.value()?, columns.name(UserStatus::from_name)?))
        })
        .optional()?;
    Ok(found)
}

/// Whether a code is no longer enough for this account.
pub(super) fn has_active_passkey(tx: &Tx<'_>, user: UserId) -> Result<bool, Failure> {
    let found = tx
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM passkey WHERE user = ?1 AND state = 'active')",
        )?
        .query_row([user.as_bytes()], |row| row.get(0))?;
    Ok(found)
}

pub(super) fn claim_administrator(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Failure> {
    if crate::read::user::has_administrator(tx.connection)? {
        return Err(CommitError::AdministratorExists.into());
    }
    match email_and_status(tx, user)? {
        None => return Err(CommitError::UserGone.into()),
        Some((_, UserStatus::Locked)) => return Err(CommitError::UserLocked.into()),
        Some((_, UserStatus::Active)) => {}
    }
    tx.connection
        .prepare_cached("UPDATE user SET role = 'administrator' WHERE id = ?1")?
        .execute([user.as_bytes()])?;
    touch_all(tx, user)?;
    Ok(0)
}

pub(super) fn lock(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Failure> {
    set_status(tx, user, UserStatus::Locked)?;
    session::end_all(tx, user, session::Which::All)
}

pub(super) fn unlock(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Failure> {
    set_status(tx, user, UserStatus::Active)?;
    Ok(0)
}

fn set_status(tx: &mut Tx<'_>, user: UserId, status: UserStatus) -> Result<(), Failure> {
    let rows = tx
        .connection
        .prepare_cached("UPDATE user SET status = ?2 WHERE id = ?1")?
        .execute(params![user.as_bytes(), status.name()])?;
    if rows == 0 {
        return Err(CommitError::UserGone.into());
    }
    touch_all(tx, user)
}

/// All cached copies of the user's passkeys are out of date: they carry the user.
fn touch_all(tx: &mut Tx<'_>, user: UserId) -> Result<(), Failure> {
    let mut statement =
        tx.connection.prepare_cached("SELECT credential_id FROM passkey WHERE user = ?1")?;
    let mut rows = statement.query([user.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let id: Vec<u8> = row.get(0)?;
        tx.touched.extend(CredentialId::try_from(id).ok());
    }
    Ok(())
}
