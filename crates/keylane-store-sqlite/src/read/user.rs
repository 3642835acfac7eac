//! Users.

use keylane_model::{EmailAddress, Role, User, UserId, UserStatus};
use keylane_store::{UserPage, UserSummary};
use keylane_webauthn::UserHandle;
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::column::Columns;

/// The columns that [`user`] reads, of table `u`.
macro_rules! user_columns {
    () => {
        "u.id, u.user_handle, u.email, u.status, u.role, u.created_at"
    };
}
pub(crate) use user_columns;

pub(crate) fn user(columns: &mut Columns<'_>) -> Result<User> {
    Ok(User {
        id: columns.id(UserId::from_bytes)?,
        user_handle: columns.bytes(|it| UserHandle::try_from(it))?,
        email: columns.text(str::parse::<EmailAddress>)?,
        status: columns.name(UserStatus::from_name)?,
        role: columns.name(Role::from_name)?,
        created_at: columns.time()?,
    })
}

pub(crate) fn find(connection: &Connection, id: UserId) -> Result<Option<User>> {
    let sql = concat!("SELECT ", user_columns!(), " FROM user u WHERE u.id = ?1");
    connection
        .prepare_cached(sql)?
        .query_row([id.as_bytes()], |row| user(&mut Columns::new(row)))
        .optional()
}

pub(crate) fn find_by_email(connection: &Connection, email: &EmailAddress) -> Result<Option<User>> {
    let sql = concat!("SELECT ", user_columns!(), " FROM user u WHERE u.email = ?1");
    connection
        .prepare_cached(sql)?
        .query_row([email.as_str()], |row| user(&mut Columns::new(row)))
        .optional()
}

pub(crate) fn list(connection: &Connection, after: Option<UserId>, limit: u32) -> Result<UserPage> {
    let sql = concat!(
        "SELECT ",
        user_columns!(),
        ", (SELECT count(*) FROM passkey p WHERE p.user = u.id AND p.state <> 'revoked')
         FROM user u WHERE u.id > ?1 ORDER BY u.id LIMIT ?2",
    );
    // No id is smaller than the empty blob.
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let mut statement = connection.prepare_cached(sql)?;
    // One more than asked for tells whether there is another page.
    let rows = statement.query_map(params![after, i64::from(limit) + 1], |row| {
        let mut columns = Columns::new(row);
        Ok(UserSummary { user: user(&mut columns)?, passkeys: columns.value()? })
    })?;
    let mut users = rows.collect::<Result<Vec<_>>>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = users.len() > limit;
    users.truncate(limit);
    let next = if more { users.last().map(|it| it.user.id) } else { None };
    Ok(UserPage { users, next })
}

pub(crate) fn has_administrator(connection: &Connection) -> Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM user WHERE role = 'administrator')")?
        .query_row([], |row| row.get(0))
}
