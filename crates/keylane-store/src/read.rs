//! What reads answer with, where it is more than one entity.

use keylane_model::{Passkey, Session, User, UserId};

/// A passkey and its owner: what signing in needs to know.
#[derive(Debug, Clone)]
pub struct PasskeyWithUser {
    /// The passkey.
    pub passkey: Passkey,
    /// Its owner.
    pub user: User,
}

/// A living session and its user.
#[derive(Debug, Clone)]
pub struct SessionWithUser {
    /// The session.
    pub session: Session,
    /// Who is signed in.
    pub user: User,
}

/// A user in a list.
#[derive(Debug, Clone)]
pub struct UserSummary {
    /// The user.
    pub user: User,
    /// How many active and held passkeys they have.
    pub passkeys: u32,
}

/// A page of users.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// In order of creation.
    pub users: Vec<UserSummary>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<UserId>,
}

/// Counts for operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    /// Accounts.
    pub users: u64,
    /// Active and held passkeys.
    pub passkeys: u64,
    /// Sessions that are alive.
    pub sessions: u64,
    /// Mails that wait.
    pub mails: u64,
    /// Entries of the audit log.
    pub audit_entries: u64,
}
