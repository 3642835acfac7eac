//! Sessions: who is signed in, how surely, until when.

use keylane_webauthn::UnixMillis;

use crate::id::{PasskeyId, SessionId, UserId};

/// A signed-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id. Possession of the id is worth nothing: tokens carry it under a MAC.
    pub id: SessionId,
    /// Who is signed in.
    pub user: UserId,
    /// The passkey that opened it; `None` for a session opened by a code.
    pub passkey: Option<PasskeyId>,
    /// How surely we know that it is this user.
    pub assurance: Assurance,
    /// Whether the authenticator verified the person (PIN, biometrics), not only a touch.
    pub user_verified: bool,
    /// When the proof was given.
    pub authenticated_at: UnixMillis,
    /// When it ends by itself.
    pub expires_at: UnixMillis,
    /// How its token travels.
    pub delivery: Delivery,
    /// Browser and system, for example `Firefox on Android`.
    pub device: String,
    /// How often its refresh token has been rotated. Always 0 for cookies.
    pub refresh_generation: u32,
    /// When it was last rotated.
    pub refreshed_at: UnixMillis,
}

/// How surely we know who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// A six-digit code that was sent to the person's handle.
    Code,
    /// A passkey of a model that is revoked or compromised.
    DoubtfulPasskey,
    /// A passkey.
    Passkey,
}

impl Assurance {
    /// The stable name, for stores, tokens and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::DoubtfulPasskey => "doubtful-passkey",
            Self::Passkey => "passkey",
        }
    }

    /// The assurance with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Code, Self::DoubtfulPasskey, Self::Passkey].into_iter().find(|it| it.name() == name)
    }
}

/// How a session's token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In a cookie, to Keylane's own pages.
    Cookie,
    /// As access token and refresh token, to an application.
    Tokens,
}

impl Delivery {
    /// The stable name, for stores.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Tokens => "tokens",
        }
    }

    /// The delivery with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Cookie, Self::Tokens].into_iter().find(|it| it.name() == name)
    }
}

/// Why a session was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The person signed out.
    SignedOut,
    /// The person ended it from another session.
    EndedByUser,
    /// A refresh token that had already been used came back: one of two holders is a thief.
    RefreshReused,
}

impl SessionEnd {
    /// The stable name, for the audit log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::EndedByUser => "ended_by_user",
            Self::RefreshReused => "refresh_reused",
        }
    }
}
