//! Mails: queued with the change that causes them, settled when delivery was tried.

use keylane_model::{MailId, MailOutcome, OutboxMail};
use rusqlite::params;

use super::Tx;
use crate::column::millis;
use crate::error::Failure;

pub(super) fn queue(tx: &Tx<'_>, mail: &OutboxMail) -> Result<(), Failure> {
    tx.connection
        .prepare_cached(
            "INSERT INTO mail (id, sealed, failures, due_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            mail.id.as_bytes(),
            mail.sealed,
            mail.failures,
            millis(mail.due_at),
            millis(mail.expires_at),
        ])?;
    Ok(())
}

/// A mail that is gone was settled by somebody else, which changes nothing now.
pub(super) fn settle(tx: &Tx<'_>, mail: MailId, outcome: MailOutcome) -> Result<u32, Failure> {
    match outcome {
        MailOutcome::Delivered | MailOutcome::GivenUp => tx
            .connection
            .prepare_cached("DELETE FROM mail WHERE id = ?1")?
            .execute([mail.as_bytes()])?,
        MailOutcome::Retry(at) => tx
            .connection
            .prepare_cached("UPDATE mail SET failures = failures + 1, due_at = ?2 WHERE id = ?1")?
            .execute(params![mail.as_bytes(), millis(at)])?,
    };
    Ok(0)
}
