//! Passkeys.

use keylane_model::{
    ModelProof, ModelStanding, Passkey, PasskeyId, PasskeyModel, PasskeyNickname, PasskeyState,
    UserId,
};
use keylane_store::PasskeyWithUser;
use keylane_webauthn::{Aaguid, CredentialId, CredentialRecord, PublicKey, RpId, UserHandle};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::column::Columns;
use crate::read::user::{user, user_columns};

/// The columns that [`passkey`] reads: of `p`, with its user `u` and its relying party `r`.
macro_rules! passkey_columns {
    () => {
        "p.id, p.user, p.credential_id, u.user_handle, p.public_key, p.sign_count, \
         p.backup_eligible, p.backed_up, p.uv_initialized, r.rp_id, p.aaguid, p.transports, \
         p.discoverable, p.attestation_format, p.nickname, p.created_in, p.created_at, \
         p.last_used_at, p.state, p.model_proven, p.model_key, p.model_standing"
    };
}

fn passkey(columns: &mut Columns<'_>) -> Result<Passkey> {
    Ok(Passkey {
        id: columns.id(PasskeyId::from_bytes)?,
        user: columns.id(UserId::from_bytes)?,
        record: CredentialRecord {
            id: columns.bytes(|it| CredentialId::try_from(it))?,
            user_handle: columns.bytes(|it| UserHandle::try_from(it))?,
            public_key: columns.bytes(PublicKey::from_cose)?,
            sign_count: columns.value()?,
            backup_eligible: columns.value()?,
            backed_up: columns.value()?,
            uv_initialized: columns.value()?,
            rp_id: columns.text(str::parse::<RpId>)?,
        },
        aaguid: Aaguid(columns.value()?),
        transports: columns.text(|json| serde_json::from_str(json))?,
        discoverable: columns.value()?,
        attestation_format: columns.value()?,
        nickname: columns.text(str::parse::<PasskeyNickname>)?,
        created_in: columns.value()?,
        created_at: columns.time()?,
        last_used_at: columns.optional_time()?,
        state: columns.name(PasskeyState::from_name)?,
        model_proof: model_proof(columns)?,
        model_standing: columns.name(ModelStanding::from_name)?,
    })
}

/// Two columns: whether the model is proven, and the key that proved it.
fn model_proof(columns: &mut Columns<'_>) -> Result<ModelProof> {
    let (proven, key) = (columns.value::<bool>()?, columns.value()?);
    Ok(if proven { ModelProof::Attested { key } } else { ModelProof::Claimed })
}

pub(crate) fn find(connection: &Connection, id: &CredentialId) -> Result<Option<PasskeyWithUser>> {
    let sql = concat!(
        "SELECT ",
        passkey_columns!(),
        ", ",
        user_columns!(),
        " FROM passkey p
          JOIN user u ON u.id = p.user
          JOIN relying_party r ON r.number = p.relying_party
          WHERE p.credential_id = ?1",
    );
    connection
        .prepare_cached(sql)?
        .query_row([id.as_bytes()], |row| {
            let mut columns = Columns::new(row);
            Ok(PasskeyWithUser { passkey: passkey(&mut columns)?, user: user(&mut columns)? })
        })
        .optional()
}

pub(crate) fn list(connection: &Connection, user: UserId) -> Result<Vec<Passkey>> {
    let sql = concat!(
        "SELECT ",
        passkey_columns!(),
        " FROM passkey p
          JOIN user u ON u.id = p.user
          JOIN relying_party r ON r.number = p.relying_party
          WHERE p.user = ?1 AND p.state <> 'revoked' ORDER BY p.id",
    );
    // Both questions see the same moment.
    let moment = connection.unchecked_transaction()?;
    let mut statement = moment.prepare_cached(sql)?;
    let rows = statement.query_map([user.as_bytes()], |row| passkey(&mut Columns::new(row)))?;
    let mut passkeys = rows.collect::<Result<Vec<_>>>()?;

    for (id, used_at) in super::session::last_uses(&moment, user)? {
        if let Some(passkey) = passkeys.iter_mut().find(|it| it.id == id) {
            passkey.last_used_at = passkey.last_used_at.max(Some(used_at));
        }
    }
    Ok(passkeys)
}

pub(crate) fn list_models(
    connection: &Connection,
    after: Option<(UserId, PasskeyId)>,
    limit: u32,
) -> Result<Vec<PasskeyModel>> {
    // No id is all zero, so this starts at the beginning.
    let (user, passkey) =
        after.map_or(([0; 16], [0; 16]), |(user, passkey)| (*user.as_bytes(), *passkey.as_bytes()));
    let sql = "SELECT user, id, aaguid, model_proven, model_key, model_standing, state FROM passkey
               WHERE (user, id) > (?1, ?2) AND state <> 'revoked' ORDER BY user, id LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![user, passkey, limit], |row| {
        let mut columns = Columns::new(row);
        Ok(PasskeyModel {
            user: columns.id(UserId::from_bytes)?,
            passkey: columns.id(PasskeyId::from_bytes)?,
            aaguid: Aaguid(columns.value()?),
            proof: model_proof(&mut columns)?,
            standing: columns.name(ModelStanding::from_name)?,
            state: columns.name(PasskeyState::from_name)?,
        })
    })?;
    rows.collect()
}

pub(crate) fn list_rp_ids(connection: &Connection) -> Result<Vec<(RpId, u64)>> {
    let sql = "SELECT rp_id, passkeys FROM relying_party WHERE passkeys > 0 ORDER BY rp_id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let mut columns = Columns::new(row);
        Ok((columns.text(str::parse::<RpId>)?, columns.count()?))
    })?;
    rows.collect()
}
