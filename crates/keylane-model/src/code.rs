//! Six-digit codes sent to a handle.

use keylane_webauthn::UnixMillis;

use crate::email::EmailAddress;
use crate::id::CodeId;

/// How many answers one code takes, right or wrong.
pub const CODE_ATTEMPTS_MAX: u32 = 5;

/// A code that was sent, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// Its id; the browser answers with it.
    pub id: CodeId,
    /// Where it was sent.
    pub email: EmailAddress,
    /// What a right answer does.
    pub purpose: CodePurpose,
    /// HMAC-SHA-256 of id and digits under a key that is not in the store. Six digits are guessed
    /// in no time from any unkeyed hash, however slow.
    pub mac: [u8; 32],
    /// How many answers it has taken.
    pub attempts: u32,
    /// When it was sent.
    pub issued_at: UnixMillis,
    /// After this it is dead.
    pub expires_at: UnixMillis,
}

/// What a right answer to a code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePurpose {
    /// It opens an account, or goes on with one that has no passkey yet.
    SignUp,
    /// Nothing: the address has an account with passkeys. The mail says so instead of carrying
    /// digits, and the row exists so that a stranger cannot tell the difference.
    Decoy,
}

impl CodePurpose {
    /// The stable name, for stores.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::Decoy => "decoy",
        }
    }

    /// The purpose with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::SignUp, Self::Decoy].into_iter().find(|it| it.name() == name)
    }
}
