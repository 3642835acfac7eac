//! Somebody signs in: the change that must cost least.
//!
//! A passkey whose record does not change is read but not written, and whatever is written goes
//! to the end of its table.

use keylane_model::{Change, CredentialUpdate, PasskeyId, PasskeyState, UserId, UserStatus};
use keylane_store::CommitError;
use rusqlite::{OptionalExtension, params};

use super::{Tx, session};
use crate::column::Columns;
use crate::error::Failure;

pub(super) fn record(tx: &mut Tx<'_>, change: &Change) -> Result<u32, Failure> {
    let Change::RecordAuthentication { passkey, ceremony, update, session, replaces, .. } = change
    else {
        return Ok(0);
    };
    tx.spend(ceremony)?;
    check_usable(tx, session.user, *passkey)?;
    session::insert(tx, session)?;
    if let Some(update) = update {
        write_back(tx, session.user, *passkey, update)?;
    }
    match replaces {
        Some(earlier) => session::replace(tx, session.user, *earlier),
        None => Ok(0),
    }
}

fn check_usable(tx: &Tx<'_>, user: UserId, passkey: PasskeyId) -> Result<(), Failure> {
    let found = tx
        .connection
        .prepare_cached(
            "SELECT p.state, u.status FROM passkey p JOIN user u ON u.id = p.user
             WHERE p.user = ?1 AND p.id = ?2",
        )?
        .query_row(params![user.as_bytes(), passkey.as_bytes()], |row| {
            let mut columns = Columns::new(row);
            Ok((columns.name(PasskeyState::from_name)?, columns.name(UserStatus::from_name)?))
        })
        .optional()?;
    match found {
        Some((PasskeyState::Active, UserStatus::Active)) => Ok(()),
        Some((PasskeyState::Active, UserStatus::Locked)) => Err(CommitError::UserLocked.into()),
        Some((PasskeyState::Held | PasskeyState::Revoked, _)) | None => {
            Err(CommitError::PasskeyGone.into())
        }
    }
}

fn write_back(
    tx: &mut Tx<'_>,
    user: UserId,
    passkey: PasskeyId,
    update: &CredentialUpdate,
) -> Result<(), Failure> {
    tx.connection
        .prepare_cached(
            "UPDATE passkey SET sign_count = max(sign_count, ?3), backed_up = ?4,
                                backup_eligible = ?5, uv_initialized = ?6
             WHERE user = ?1 AND id = ?2",
        )?
        .execute(params![
            user.as_bytes(),
            passkey.as_bytes(),
            update.sign_count,
            update.backed_up,
            update.backup_eligible,
            update.uv_initialized,
        ])?;
    Ok(tx.touch(user, passkey)?)
}
