//! Passkeys: registered, renamed, held, released, revoked.

use keylane_model::{
    HoldAffected, LastPasskey, ModelProof, ModelStanding, OutboxMail, Passkey, PasskeyId,
    PasskeyNickname, PasskeyState, Session, SessionId, SpentCeremony, UserId, UserStatus,
};
use keylane_store::CommitError;
use keylane_webauthn::RpId;
use rusqlite::{OptionalExtension, params};

use super::{Tx, mail, session, user};
use crate::column::{Columns, millis};
use crate::error::Failure;
use crate::options::PASSKEYS_PER_USER_MAX;

pub(super) fn register(
    tx: &mut Tx<'_>,
    passkey: &Passkey,
    asked_by: SessionId,
    ceremony: &SpentCeremony,
    raised: Option<&Session>,
    mail: &OutboxMail,
) -> Result<u32, Failure> {
    tx.spend(ceremony)?;
    check_new(tx, passkey)?;
    match user::email_and_status(tx, passkey.user)? {
        Some((_, UserStatus::Locked)) => return Err(CommitError::UserLocked.into()),
        Some((_, UserStatus::Active)) | None => {}
    }
    session::generation_alive(tx, passkey.user, asked_by)?;
    if raised.is_some() && user::has_active_passkey(tx, passkey.user)? {
        return Err(CommitError::PasskeyExists.into());
    }

    insert(tx, passkey)?;
    mail::queue(tx, mail)?;
    let Some(raised) = raised else { return Ok(0) };
    session::insert(tx, raised)?;
    session::replace(tx, passkey.user, asked_by)
}

fn check_new(tx: &Tx<'_>, passkey: &Passkey) -> Result<(), Failure> {
    let exists: bool = tx
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM passkey WHERE credential_id = ?1)")?
        .query_row([passkey.record.id.as_bytes()], |row| row.get(0))?;
    if exists {
        return Err(CommitError::CredentialExists.into());
    }
    let count: u32 = tx
        .connection
        .prepare_cached("SELECT count(*) FROM passkey WHERE user = ?1 AND state <> 'revoked'")?
        .query_row([passkey.user.as_bytes()], |row| row.get(0))?;
    if count >= PASSKEYS_PER_USER_MAX {
        return Err(CommitError::TooManyPasskeys.into());
    }
    Ok(())
}

fn insert(tx: &Tx<'_>, passkey: &Passkey) -> Result<(), Failure> {
    let record = &passkey.record;
    let relying_party = count_in(tx, &record.rp_id, passkey.state)?;
    let transports = serde_json::to_string(&passkey.transports)
        .map_err(|err| rusqlite::Error::ToSqlConversionFailure(Box::new(err)))?;
    tx.connection
        .prepare_cached(
            "INSERT INTO passkey (id, user, credential_id, public_key, sign_count,
                                  backup_eligible, backed_up, uv_initialized, relying_party,
                                  aaguid, transports, discoverable, attestation_format, nickname,
                                  created_in, created_at, last_used_at, state, model_proven,
                                  model_key, model_standing)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                     ?18, ?19, ?20, ?21)",
        )?
        .execute(params![
            passkey.id.as_bytes(),
            passkey.user.as_bytes(),
            record.id.as_bytes(),
            record.public_key.as_cose_bytes(),
            record.sign_count,
            record.backup_eligible,
            record.backed_up,
            record.uv_initialized,
            relying_party,
            passkey.aaguid.0,
            transports,
            passkey.discoverable,
            passkey.attestation_format,
            passkey.nickname.as_str(),
            passkey.created_in,
            millis(passkey.created_at),
            passkey.last_used_at.map(millis),
            passkey.state.name(),
            passkey.model_proof != ModelProof::Claimed,
            model_key(passkey.model_proof),
            passkey.model_standing.name(),
        ])?;
    Ok(())
}

fn model_key(proof: ModelProof) -> Option<[u8; 20]> {
    match proof {
        ModelProof::Claimed => None,
        ModelProof::Attested { key } => key,
    }
}

/// Counts one more passkey for an RP ID and tells its number.
fn count_in(tx: &Tx<'_>, rp_id: &RpId, state: PasskeyState) -> Result<i64, Failure> {
    let counted = u32::from(state != PasskeyState::Revoked);
    let number = tx
        .connection
        .prepare_cached(
            "INSERT INTO relying_party (rp_id, passkeys) VALUES (?1, ?2)
             ON CONFLICT (rp_id) DO UPDATE SET passkeys = passkeys + ?2 RETURNING number",
        )?
        .query_row(params![rp_id.as_str(), counted], |row| row.get(0))?;
    Ok(number)
}

pub(super) fn rename(
    tx: &mut Tx<'_>,
    user: UserId,
    passkey: PasskeyId,
    nickname: &PasskeyNickname,
) -> Result<u32, Failure> {
    let rows = tx
        .connection
        .prepare_cached(
            "UPDATE passkey SET nickname = ?3 WHERE user = ?1 AND id = ?2 AND state <> 'revoked'",
        )?
        .execute(params![user.as_bytes(), passkey.as_bytes(), nickname.as_str()])?;
    if rows == 0 {
        return Err(CommitError::PasskeyGone.into());
    }
    tx.touch(user, passkey)?;
    Ok(0)
}

pub(super) fn hold(tx: &mut Tx<'_>, user: UserId, passkey: PasskeyId) -> Result<u32, Failure> {
    if state(tx, user, passkey)? != Some(PasskeyState::Active) {
        return Err(CommitError::PasskeyGone.into());
    }
    set_state(tx, user, passkey, PasskeyState::Held)?;
    session::end_all(tx, user, session::Which::OpenedBy(passkey))
}

pub(super) fn release(tx: &mut Tx<'_>, user: UserId, passkey: PasskeyId) -> Result<u32, Failure> {
    if state(tx, user, passkey)? != Some(PasskeyState::Held) {
        return Err(CommitError::PasskeyGone.into());
    }
    set_state(tx, user, passkey, PasskeyState::Active)?;
    Ok(0)
}

/// Notes what metadata says of the model; a passkey that signs in may be set aside for it.
pub(super) fn judge(
    tx: &mut Tx<'_>,
    user: UserId,
    passkey: PasskeyId,
    standing: ModelStanding,
    hold: HoldAffected,
) -> Result<u32, Failure> {
    let state = match state(tx, user, passkey)? {
        Some(PasskeyState::Revoked) | None => return Err(CommitError::PasskeyGone.into()),
        Some(state) => state,
    };
    tx.connection
        .prepare_cached("UPDATE passkey SET model_standing = ?3 WHERE user = ?1 AND id = ?2")?
        .execute(params![user.as_bytes(), passkey.as_bytes(), standing.name()])?;
    tx.touch(user, passkey)?;
    let held = state == PasskeyState::Active
        && match hold {
            HoldAffected::Never => false,
            HoldAffected::UnlessLast => has_other_active(tx, user, passkey)?,
            HoldAffected::Always => true,
        };
    if held { self::hold(tx, user, passkey) } else { Ok(0) }
}

pub(super) fn revoke(
    tx: &mut Tx<'_>,
    user: UserId,
    passkey: PasskeyId,
    last: LastPasskey,
) -> Result<u32, Failure> {
    match state(tx, user, passkey)? {
        Some(PasskeyState::Active | PasskeyState::Held) => {}
        Some(PasskeyState::Revoked) | None => return Err(CommitError::PasskeyGone.into()),
    }
    if last == LastPasskey::Keep && !has_other_active(tx, user, passkey)? {
        return Err(CommitError::LastPasskey.into());
    }
    set_state(tx, user, passkey, PasskeyState::Revoked)?;
    tx.connection
        .prepare_cached(
            "UPDATE relying_party SET passkeys = passkeys - 1 WHERE number =
             (SELECT relying_party FROM passkey WHERE user = ?1 AND id = ?2)",
        )?
        .execute(params![user.as_bytes(), passkey.as_bytes()])?;
    session::end_all(tx, user, session::Which::OpenedBy(passkey))
}

fn has_other_active(tx: &Tx<'_>, user: UserId, passkey: PasskeyId) -> Result<bool, Failure> {
    let other = tx
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM passkey
                            WHERE user = ?1 AND id <> ?2 AND state = 'active')",
        )?
        .query_row(params![user.as_bytes(), passkey.as_bytes()], |row| row.get(0))?;
    Ok(other)
}

fn state(tx: &Tx<'_>, user: UserId, passkey: PasskeyId) -> Result<Option<PasskeyState>, Failure> {
    let state = tx
        .connection
        .prepare_cached("SELECT state FROM passkey WHERE user = ?1 AND id = ?2")?
        .query_row(params![user.as_bytes(), passkey.as_bytes()], |row| {
            Columns::new(row).name(PasskeyState::from_name)
        })
        .optional()?;
    Ok(state)
}

fn set_state(
    tx: &mut Tx<'_>,
    user: UserId,
    passkey: PasskeyId,
    state: PasskeyState,
) -> Result<(), Failure> {
    tx.connection
        .prepare_cached("UPDATE passkey SET state = ?3 WHERE user = ?1 AND id = ?2")?
        .execute(params![user.as_bytes(), passkey.as_bytes(), state.name()])?;
    Ok(tx.touch(user, passkey)?)
}
