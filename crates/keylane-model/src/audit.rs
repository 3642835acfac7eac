//! The record: who did what, to what, when, and how it ended.

use keylane_webauthn::UnixMillis;

use crate::id::{PasskeyId, SessionId, UserId};

/// One line of the record. Written in the same transaction as the change it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Position in the log, from 1, without gaps in what is committed.
    pub sequence: u64,
    /// When.
    pub at: UnixMillis,
    /// What was done.
    pub action: AuditAction,
    /// How it ended.
    pub outcome: Outcome,
    /// A stable code that says more, for example why a ceremony was refused.
    pub code: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// Whose account it was done to.
    pub user: Option<UserId>,
    /// With or to which passkey.
    pub passkey: Option<PasskeyId>,
    /// In or to which session.
    pub session: Option<SessionId>,
    /// The request it came in with.
    pub request: RequestContext,
}

/// What a change is about: the part of its audit entry that follows from the change alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSubject {
    /// What was done.
    pub action: AuditAction,
    /// How it ended.
    pub outcome: Outcome,
    /// A stable code that says more.
    pub code: Option<String>,
    /// Whose account it was done to.
    pub user: Option<UserId>,
    /// With or to which passkey.
    pub passkey: Option<PasskeyId>,
    /// In or to which session.
    pub session: Option<SessionId>,
}

impl AuditSubject {
    pub(crate) fn done(action: AuditAction) -> Self {
        Self {
            action,
            outcome: Outcome::Done,
            code: None,
            user: None,
            passkey: None,
            session: None,
        }
    }

    pub(crate) fn user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    pub(crate) fn passkey(self, user: UserId, passkey: PasskeyId) -> Self {
        Self { passkey: Some(passkey), ..self.user(user) }
    }

    pub(crate) fn session(self, session: SessionId) -> Self {
        Self { session: Some(session), ..self }
    }

    pub(crate) fn code(self, code: &str) -> Self {
        Self { code: Some(code.to_owned()), ..self }
    }
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    /// The stable name, for stores and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|it| it.name() == name)
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who had not proved who they are.
    Anonymous,
    /// A signed-in person.
    User(UserId),
    /// Whoever can run commands on the machine.
    Operator,
    /// The server itself.
    System,
}

impl Actor {
    /// The stable name of the kind, for stores and output.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User(_) => "user",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

/// Where a request came from, in a form that does not identify a person by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestContext {
    /// The request's id, as in logs and the answer's `x-request-id`.
    pub request_id: Option<String>,
    /// The network the request came from: IPv4 to 24 bits, IPv6 to 48.
    pub network: Option<String>,
    /// Browser and system, for example `Chrome on Windows`.
    pub device: Option<String>,
}

/// What was done. The names are stable: they are stored and searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditAction {
    CodeIssued,
    CodeAttempted,
    UserCreated,
    CodeSignIn,
    PasskeyRegistered,
    Authenticated,
    CeremonyRefused,
    PasskeyRenamed,
    PasskeyHeld,
    PasskeyReleased,
    PasskeyRevoked,
    SessionEnded,
    SessionsEnded,
    SessionRefreshed,
    AdministratorClaimed,
    UserLocked,
    UserUnlocked,
    KeyInstalled,
    KeyRetired,
    MetadataStored,
    MetadataRefused,
    PasskeyJudged,
    MailSettled,
    Swept,
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 24] = [
        Self::CodeIssued,
        Self::CodeAttempted,
        Self::UserCreated,
        Self::CodeSignIn,
        Self::PasskeyRegistered,
        Self::Authenticated,
        Self::CeremonyRefused,
        Self::PasskeyRenamed,
        Self::PasskeyHeld,
        Self::PasskeyReleased,
        Self::PasskeyRevoked,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::SessionRefreshed,
        Self::AdministratorClaimed,
        Self::UserLocked,
        Self::UserUnlocked,
        Self::KeyInstalled,
        Self::KeyRetired,
        Self::MetadataStored,
        Self::MetadataRefused,
        Self::PasskeyJudged,
        Self::MailSettled,
        Self::Swept,
    ];

    /// The stable name, for stores and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CodeIssued => "code-issue",
            Self::CodeAttempted => "code-attempt",
            Self::UserCreated => "user-create",
            Self::CodeSignIn => "code-sign-in",
            Self::PasskeyRegistered => "passkey-register",
            Self::Authenticated => "sign-in",
            Self::CeremonyRefused => "ceremony-refuse",
            Self::PasskeyRenamed => "passkey-rename",
            Self::PasskeyHeld => "passkey-hold",
            Self::PasskeyReleased => "passkey-release",
            Self::PasskeyRevoked => "passkey-revoke",
            Self::SessionEnded => "session-end",
            Self::SessionsEnded => "sessions-end",
            Self::SessionRefreshed => "session-refresh",
            Self::AdministratorClaimed => "administrator-claim",
            Self::UserLocked => "user-lock",
            Self::UserUnlocked => "user-unlock",
            Self::KeyInstalled => "key-install",
            Self::KeyRetired => "key-retire",
            Self::MetadataStored => "metadata-store",
            Self::MetadataRefused => "metadata-refuse",
            Self::PasskeyJudged => "passkey-judge",
            Self::MailSettled => "mail-settle",
            Self::Swept => "sweep",
        }
    }

    /// The action with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Which entries to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only entries after this sequence number.
    pub after: u64,
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only this action's.
    pub action: Option<AuditAction>,
    /// At most this many.
    pub limit: u32,
    /// The newest `limit` entries that match, rather than the oldest; always in rising order.
    pub newest: bool,
}
