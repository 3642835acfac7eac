//! The audit log.

use keylane_model::{
    Actor, AuditAction, AuditEntry, AuditQuery, Outcome, PasskeyId, RequestContext, SessionId,
    UserId,
};
use rusqlite::types::{Type, Value};
use rusqlite::{Connection, Error, Result, named_params};
use uuid::Uuid;

use crate::column::{Columns, UnknownName};

macro_rules! audit_columns {
    () => {
        "a.sequence, a.at, a.action, a.outcome, a.code, a.actor_kind, a.actor, a.user, \
         a.passkey, a.session, a.request_id, a.network, a.device"
    };
}

/// Of all users, or of `:user` by asking each span; ordered and cut by what follows.
macro_rules! audit_rows {
    (all) => {
        " FROM audit a WHERE a.sequence > :after AND (:action IS NULL OR a.action = :action)"
    };
    (user) => {
        " FROM spans CROSS JOIN audit a ON a.sequence >> 11 = spans.span AND a.user = :user
          WHERE a.sequence > :after AND (:action IS NULL OR a.action = :action)"
    };
}

macro_rules! spans {
    () => {
        "WITH RECURSIVE spans (span) AS (
             SELECT :after >> 11
             UNION ALL
             SELECT spans.span + 1 FROM spans
             WHERE spans.span < (SELECT max(sequence) >> 11 FROM audit)
         ) SELECT "
    };
}

const ALL_OLDEST: &str =
    concat!("SELECT ", audit_columns!(), audit_rows!(all), " ORDER BY a.sequence LIMIT :limit");
const ALL_NEWEST: &str = concat!(
    "SELECT ",
    audit_columns!(),
    audit_rows!(all),
    " ORDER BY a.sequence DESC LIMIT :limit"
);
const USER_OLDEST: &str =
    concat!(spans!(), audit_columns!(), audit_rows!(user), " ORDER BY a.sequence LIMIT :limit");
const USER_NEWEST: &str = concat!(
    spans!(),
    audit_columns!(),
    audit_rows!(user),
    " ORDER BY a.sequence DESC LIMIT :limit"
);

pub(crate) fn list(connection: &Connection, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
    let sql = match (query.user, query.newest) {
        (None, false) => ALL_OLDEST,
        (None, true) => ALL_NEWEST,
        (Some(_), false) => USER_OLDEST,
        (Some(_), true) => USER_NEWEST,
    };
    let after = i64::try_from(query.after).unwrap_or(i64::MAX);
    let action = query.action.map(AuditAction::name);
    let mut statement = connection.prepare_cached(sql)?;
    let mut entries = match &query.user {
        None => statement
            .query_map(
                named_params! { ":after": after, ":action": action, ":limit": query.limit },
                |row| entry(&mut Columns::new(row)),
            )?
            .collect::<Result<Vec<_>>>()?,
        Some(user) => statement
            .query_map(
                named_params! {
                    ":after": after, ":user": user.as_bytes(), ":action": action,
                    ":limit": query.limit,
                },
                |row| entry(&mut Columns::new(row)),
            )?
            .collect::<Result<Vec<_>>>()?,
    };
    if query.newest {
        entries.reverse();
    }
    Ok(entries)
}

fn entry(columns: &mut Columns<'_>) -> Result<AuditEntry> {
    let sequence = columns.count()?;
    let at = columns.time()?;
    let action = columns.name(AuditAction::from_name)?;
    let outcome = columns.name(Outcome::from_name)?;
    let code = columns.value()?;
    let actor_kind: String = columns.value()?;
    let actor_id = columns.optional_id(UserId::from_bytes)?;
    let user = columns.optional_id(UserId::from_bytes)?;
    Ok(AuditEntry {
        sequence,
        at,
        action,
        outcome,
        code,
        actor: actor(&actor_kind, actor_id.or(user))?,
        user,
        passkey: columns.optional_id(PasskeyId::from_bytes)?,
        session: columns.optional_id(SessionId::from_bytes)?,
        request: RequestContext {
            request_id: request_id(columns.value()?),
            network: columns.value()?,
            device: columns.value()?,
        },
    })
}

fn actor(kind: &str, id: Option<UserId>) -> Result<Actor> {
    match (kind, id) {
        ("anonymous", _) => Ok(Actor::Anonymous),
        ("user", Some(id)) => Ok(Actor::User(id)),
        ("operator", _) => Ok(Actor::Operator),
        ("system", _) => Ok(Actor::System),
        _ => {
            let unknown = Box::new(UnknownName(kind.to_owned()));
            Err(Error::FromSqlConversionFailure(0, Type::Text, unknown))
        }
    }
}

fn request_id(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        Value::Blob(bytes) => Uuid::from_slice(&bytes).ok().map(|it| it.to_string()),
        Value::Null | Value::Integer(_) | Value::Real(_) => None,
    }
}
