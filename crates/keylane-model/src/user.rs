//! The person.

use keylane_webauthn::{UnixMillis, UserHandle};

use crate::email::EmailAddress;
use crate::id::UserId;

/// A person's account, with its verified handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Keylane's id.
    pub id: UserId,
    /// What authenticators keep as `user.id`: 64 random bytes that say nothing about the person
    /// (WebAuthn Level 3, section 14.6.1).
    pub user_handle: UserHandle,
    /// The verified e-mail address.
    pub email: EmailAddress,
    /// Whether the account may be used.
    pub status: UserStatus,
    /// What the account may do.
    pub role: Role,
    /// When the account came to be.
    pub created_at: UnixMillis,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// The person can sign in.
    Active,
    /// An operator has locked the account. No sign-in succeeds and no session is alive.
    Locked,
}

impl UserStatus {
    /// The stable name, for stores and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
        }
    }

    /// The status with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Locked].into_iter().find(|it| it.name() == name)
    }
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Their own account.
    Member,
    /// The whole server.
    Administrator,
}

impl Role {
    /// The stable name, for stores and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Member, Self::Administrator].into_iter().find(|it| it.name() == name)
    }
}
