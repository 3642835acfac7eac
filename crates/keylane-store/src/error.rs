//! How a store refuses.

/// The store could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It is busy, away or shutting down; trying again later makes sense.
    #[error("the store cannot answer right now: {0}")]
    Unavailable(String),
    /// It holds something that cannot be: a row that does not parse, a broken file.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// It was written by a newer version of Keylane.
    #[error("the store has schema version {found}, this version of Keylane knows up to {known}")]
    NewerSchema {
        /// The store's version.
        found: u32,
        /// The newest version that this binary knows.
        known: u32,
    },
}

impl StoreError {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store_unavailable",
            Self::Damaged(_) => "store_damaged",
            Self::NewerSchema { .. } => "store_newer_schema",
        }
    }
}

/// A commit was refused. Each refusal leaves nothing behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The code is unknown, spent, expired, superseded or out of tries.
    #[error("the code is no longer good")]
    CodeDead,
    /// Another account has this handle.
    #[error("the handle belongs to another account")]
    HandleTaken,
    /// The ceremony was used before.
    #[error("the ceremony was used before")]
    CeremonySpent,
    /// A credential with this id is registered, for this or another user (section 7.1, step 26).
    #[error("the credential is registered already")]
    CredentialExists,
    /// The account has as many passkeys as an account may have.
    #[error("the account has as many passkeys as it may have")]
    TooManyPasskeys,
    /// The passkey is not there, not the user's, or not in the state that the change asks for.
    #[error("the passkey is not there any more")]
    PasskeyGone,
    /// The account has an active passkey.
    #[error("the account has a passkey")]
    PasskeyExists,
    /// It is the last passkey.
    #[error("it is the account's last passkey")]
    LastPasskey,
    /// The session has ended.
    #[error("the session has ended")]
    SessionGone,
    /// The session's refresh token was exchanged by another request.
    #[error("the refresh token was exchanged by another request")]
    RefreshRaced,
    /// There is no such user.
    #[error("there is no such user")]
    UserGone,
    /// The account is locked.
    #[error("the account is locked")]
    UserLocked,
    /// Metadata with a higher number is there.
    #[error("metadata with a higher number is there")]
    MetadataWentBack,
    /// There is an administrator already.
    #[error("there is an administrator already")]
    AdministratorExists,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// A stable name for logs, metrics and the audit log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CodeDead => "code_dead",
            Self::HandleTaken => "handle_taken",
            Self::CeremonySpent => "ceremony_spent",
            Self::CredentialExists => "credential_exists",
            Self::TooManyPasskeys => "too_many_passkeys",
            Self::PasskeyGone => "passkey_gone",
            Self::PasskeyExists => "passkey_exists",
            Self::LastPasskey => "last_passkey",
            Self::SessionGone => "session_gone",
            Self::RefreshRaced => "refresh_raced",
            Self::UserGone => "user_gone",
            Self::UserLocked => "user_locked",
            Self::MetadataWentBack => "metadata_went_back",
            Self::AdministratorExists => "administrator_exists",
            Self::Store(err) => err.code(),
        }
    }
}
