//! Making a change, inside the writer's transaction.
//!
//! The audit entry goes in first: its sequence number is the span in which the rows are found
//! again, and a refusal takes it back with everything else. One file for each kind of thing.

mod audit;
mod authenticate;
mod code;
mod key;
mod mail;
mod metadata;
mod passkey;
mod session;
mod sweep;
mod user;

use keylane_model::{Change, Commit, Committed, PasskeyId, SpentCeremony, UnixMillis, UserId};
use keylane_store::CommitError;
use keylane_webauthn::CredentialId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::column::millis;
use crate::error::Failure;
use crate::options::SPAN_BITS;

/// What a change is made with.
struct Tx<'a> {
    connection: &'a Connection,
    /// When it happens.
    at: UnixMillis,
    /// Where its rows are found again.
    span: i64,
    /// Credential ids whose passkeys are not what they were.
    touched: &'a mut Vec<CredentialId>,
}

/// Makes the change or says why not; the caller takes a refused one back.
pub(crate) fn apply(
    connection: &Connection,
    commit: &Commit,
    touched: &mut Vec<CredentialId>,
) -> Result<Committed, Failure> {
    if matches!(commit.change, Change::Sweep) {
        return sweep::sweep(connection, commit);
    }
    let audit = audit::append(connection, commit)?;
    let mut tx = Tx { connection, at: commit.at, span: span(audit), touched };
    let sessions_ended = change(&mut tx, &commit.change)?;
    Ok(Committed { audit, sessions_ended, rows_swept: 0 })
}

fn span(sequence: u64) -> i64 {
    i64::try_from(sequence >> SPAN_BITS).unwrap_or(i64::MAX)
}

/// How many sessions ended.
fn change(tx: &mut Tx<'_>, change: &Change) -> Result<u32, Failure> {
    match change {
        Change::IssueCode { code, mail } => code::issue(tx, code, mail),
        Change::AttemptCode { code } => code::attempt(tx, *code),
        Change::SignUp { code, user, session } => code::sign_up(tx, *code, user, session),
        Change::SignInWithCode { code, session } => code::sign_in(tx, *code, session),
        Change::RegisterCredential { passkey, asked_by, ceremony, raised, mail } => {
            passkey::register(tx, passkey, *asked_by, ceremony, raised.as_ref(), mail)
        }
        Change::RecordAuthentication { .. } => authenticate::record(tx, change),
        // The audit entry is all there is to it.
        Change::RefuseCeremony { .. } | Change::RefuseMetadata { .. } => Ok(0),
        Change::RenamePasskey { passkey, user, nickname } => {
            passkey::rename(tx, *user, *passkey, nickname)
        }
        Change::HoldPasskey { passkey, user, ceremony, code: _ } => {
            ceremony.as_ref().map_or(Ok(()), |ceremony| tx.spend(ceremony))?;
            passkey::hold(tx, *user, *passkey)
        }
        Change::ReleasePasskey { passkey, user } => passkey::release(tx, *user, *passkey),
        Change::RevokePasskey { passkey, user, last, mail } => {
            let ended = passkey::revoke(tx, *user, *passkey, *last)?;
            mail.as_ref().map_or(Ok(()), |mail| mail::queue(tx, mail))?;
            Ok(ended)
        }
        Change::EndSession { session, user, why: _ } => session::end(tx, *user, *session),
        Change::EndSessions { user } => session::end_all(tx, *user, session::Which::All),
        Change::RefreshSession { session, user, from, expires_at } => {
            session::refresh(tx, *user, *session, *from, *expires_at)
        }
        Change::ClaimAdministrator { user } => user::claim_administrator(tx, *user),
        Change::LockUser { user } => user::lock(tx, *user),
        Change::UnlockUser { user } => user::unlock(tx, *user),
        Change::InstallKey { key } => key::install(tx, key),
        Change::RetireKey { key } => key::retire(tx, *key),
        Change::StoreMetadata { snapshot } => metadata::store(tx, snapshot),
        Change::JudgePasskey { passkey, user, standing, hold } => {
            passkey::judge(tx, *user, *passkey, *standing, *hold)
        }
        Change::SettleMail { mail, outcome } => mail::settle(tx, *mail, *outcome),
        Change::Sweep => Ok(0),
    }
}

impl Tx<'_> {
    /// Uses a ceremony up. Of many that try, one succeeds.
    fn spend(&self, ceremony: &SpentCeremony) -> Result<(), Failure> {
        let rows = self
            .connection
            .prepare_cached(
                "INSERT INTO spent_ceremony (issued_at, id, expires_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                millis(ceremony.issued_at),
                ceremony.id,
                millis(ceremony.expires_at)
            ])?;
        if rows == 0 { Err(CommitError::CeremonySpent.into()) } else { Ok(()) }
    }

    /// The cached copy of this passkey is out of date.
    fn touch(&mut self, user: UserId, passkey: PasskeyId) -> rusqlite::Result<()> {
        touch(self.connection, user, passkey, self.touched)
    }
}

/// Notes that the cached copy of a passkey is out of date.
pub(crate) fn touch(
    connection: &Connection,
    user: UserId,
    passkey: PasskeyId,
    touched: &mut Vec<CredentialId>,
) -> rusqlite::Result<()> {
    let id: Option<Vec<u8>> = connection
        .prepare_cached("SELECT credential_id FROM passkey WHERE user = ?1 AND id = ?2")?
        .query_row(params![user.as_bytes(), passkey.as_bytes()], |row| row.get(0))
        .optional()?;
    touched.extend(id.and_then(|it| CredentialId::try_from(it).ok()));
    Ok(())
}
